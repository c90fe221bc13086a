"""What the clerk is told: names of versions, modes and marks, and each error with its cure.

English sentences, keys of the catalogue.
"""

from __future__ import annotations

VARIANTS = {
    "standard": "Standard version", "easy": "Simple version (draft)", "express": "Short version"
}  # fmt: skip
MODES = {
    "paper": "Sheet filled in by the person alone",
    "assisted_relative": "Sheet filled in with the help of someone close",
    "assisted_structure": "Sheet filled in with the help of the structure",
    "assisted_other": "Sheet filled in with the help of someone else",
    "interview": "Interview noted down on the sheet",
    "on_screen": "Interview without a sheet: I type while the person speaks",
}
MARKS = {"site": "Site", "mode": "How it was filled in", "language": "Language of the sheet"}
"""What is compared of a sheet beside its answers."""
SAID = {
    "PAP-001": (
        "This sheet is stored already.",
        "Nothing was changed. Check the number on the sheet.",
    ),
    "PAP-002": (
        "This sheet was first typed as another questionnaire.",
        "Choose the group and the version of the first typing, listed below. If the first typing "
        "was wrong, set the sheet aside and type it again.",
    ),
    "PAP-004": (
        "The first typing of this sheet is gone.",
        "It was set aside meanwhile. Type the sheet again from the start.",
    ),
    "PAP-005": (
        "The second typing is for somebody else.",
        "You typed this sheet already: another person sees what you overlooked. If nobody else "
        "can, tick the box under your name; the report counts it.",
    ),
    "PAP-006": (
        "The answer of this sheet was withdrawn.",
        "It was erased at the request of its author, and is not stored again.",
    ),
    "PAP-007": (
        "This sheet was typed twice meanwhile.",
        "Both typings are kept. Compare them below.",
    ),
    "PAP-008": (
        "This sheet does not wait for a decision.",
        "Somebody else may have finished it.",
    ),
    "PAP-009": (
        "You typed this sheet already, otherwise.",
        "Your first typing is kept. If it was wrong, set the sheet aside and type it again.",
    ),
    "PAP-012": (
        "No question was answered on this sheet.",
        "A blank sheet is not stored. If the sheet is blank, leave it out.",
    ),
    "PAP-013": ("Nothing was typed of this sheet.", ""),
    "PAP-020": (
        "The number of the sheet is missing, or is not made of letters and digits.",
        "Copy the number printed on the sheet, or number it by hand.",
    ),
    "PAP-021": ("Say who is typing: a first name or initials.", ""),
    "PAP-022": ("Say how the sheet was filled in.", ""),
    "PAP-023": (
        "This wave has no questionnaire in that language.",
        "Choose another language.",
    ),
    "PAP-030": ("This wave takes no paper in its present state.", ""),
    "NOT-003": ("This group has no such version of the questionnaire.", "Choose another version."),
    "ANS-003": (
        "This page has lost its number.",
        "It has a new one now, and everything you typed is still here. Store it again.",
    ),
    "ANS-004": ("No question is answered yet", ""),
    "CON-001": (
        "This interview is stored already.",
        "Its first answers are kept. Start a new one for another person.",
    ),
    "WAV-010": ("This survey is not open yet", ""),
    "WAV-052": ("This wave has no such site.", "Choose one of the list."),
    "WAV-011": ("This survey is closed", "Late paper may still be typed; interviews may not."),
}
"""What the clerk is told of each error: the fact, and what to do."""
STILL_HERE = "What you typed is still here to be read, but it is not kept once you leave this page."
KEPT = {
    "PAP-002": STILL_HERE,
    "PAP-004": (
        "It was set aside meanwhile. What you typed is still here: keep it as the first one."
    ),
    "PAP-005": (
        "You typed this sheet already: another person sees what you overlooked. If nobody else "
        "can, tick the box above the button; the report counts it."
    ),
    "PAP-007": (
        "Both typings are kept, to be compared from the list of sheets. What you typed is still "
        "here to be read, but it is not kept once you leave this page."
    ),
    "PAP-009": (
        "Your first typing is kept. What you have typed now is still here: if it is the right one, "
        "set the sheet aside from the list of sheets in another tab, then keep this typing."
    ),
}
"""What to do instead when the page still shows what was typed."""
NOT_DONE = (
    "Nothing was changed",
    "The server cannot do it at the moment. Wait a minute, then try again.",
)
NOT_STORED = (
    "Nothing is stored yet", "The server cannot store it at the moment. Wait a minute, then try "
    "again: everything you typed is still here, and cannot be counted twice.",
)  # fmt: skip
