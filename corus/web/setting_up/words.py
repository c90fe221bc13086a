"""Errors of waves as pages word them: services say them for the command line, with its commands."""

from __future__ import annotations

IN_GENERAL = ("This cannot be done as the wave stands now.", "Look at where it stands.")

SAID = {
    "WAV-005": (
        "The wave is no longer where this can be done.",
        "Somebody may have moved it meanwhile: look at where it stands.",
    ),
    "WAV-009": ("The wave would close before it opens.", "Give a later closing day."),
    "WAV-020": ("Some points are still open.", "Settle them, or say why you open all the same."),
    "WAV-033": (
        "This questionnaire is not written in every language you ticked.",
        "Tick those it is written in.",
    ),
    "WAV-046": (
        "The last day to answer has passed.", "Give today or a later day.",
    ),
    "WAV-047": (
        "The title is empty, or has more than one line.",
        "Give one line, as respondents are to read it.",
    ),
    "POO-002": (
        "Weights were agreed on for other groups than those ticked.",
        "Tick the groups that have a weight, or have the weights agreed on anew.",
    ),
    "CLO-001": (
        "Paper questionnaires wait for their second typing.",
        "Type them again, or tick that they are to be erased.",
    ),
    "CLO-002": (
        "What tells who answered is not all erased yet.", "Close the wave again: it ends the rest.",
    ),
    "REL-001": ("Results are published once the wave is closed.", "Close it first."),
    "REL-020": (
        "A weighted group changed by too few answers.", "What is published stays.",
    ),
    "REL-021": (
        "A weighted group changed by too few answers.", "What is published stays.",
    ),
}  # fmt: skip
"""Code → the fact and the cure."""

CURES = {
    "WAV-046": "Give today or a later day. To take no more answers from now on, close the wave.",
    "WAV-030": "Another wave can have it otherwise.",
}
"""Code → the cure, where that of the service names a command."""

FIELDS = {
    # what changes, as services name it: (field of the form, how people call it)
    "title": ("title", "Title"),
    "languages": ("languages", "Languages offered"),
    "anonymity": ("anonymity", "What is promised"),
    "opens_on": ("opens_on", "Day it is to open"),
    "closes_on": ("closes_on", "Last day to answer"),
    "burst": ("burst", "Answers in ten minutes that are pointed out"),
    "thresholds.shown": ("shown", "Persons below which nothing is shown"),
    "thresholds.full": ("full", "Persons from whom figures are exact"),
    "thresholds.organizations": ("organizations", "Organizations below which nothing is shown"),
    "groups": ("groups", "Groups asked"),
    "notice.retention_months": ("months", "Months the answers are kept after closing"),
    "notice.controller": ("controller", "Who is responsible for the data"),
    "notice.contact": ("contact", "Whom respondents may write to"),
    "notice.dpo": ("dpo", "Data protection officer"),
    "notice": ("notice", "Notice to respondents"),
    "checklist": ("checklist", "Before opening"),
}

FIELDS_OF = {
    "WAV-009": "closes_on", "WAV-033": "languages", "WAV-046": "closes_on", "WAV-047": "title",
    "SET-004": "title", "WAV-038": "languages", "POO-002": "groups",
}  # fmt: skip
"""Code of an error → the field it is about."""

VALUES = {
    "draft": "in preparation", "open": "open", "closed": "closed", "archived": "put away",
    "anonymous": "Anonymous", "confidential": "Confidential",
}  # fmt: skip
"""Values as sentences say them."""


def field(name: str) -> tuple[str, str]:
    """(field of the form, how people call it) of what changes."""
    fitting = [known for known in FIELDS if name == known or name.startswith(f"{known}.")]
    return FIELDS[max(fitting, key=len)] if fitting else ("", name)
