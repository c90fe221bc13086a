"""What somebody at fieldwork is told of errors: fact and cure without commands, by code.

English sentences, keys of the catalogue. Errors that are not here speak for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corus.errors import CorusError, Fault, InputError
from corus.language import SOURCE, Words

EXPORT_AGAIN = "Open it in the program it is from, and save it as CSV UTF-8 or XLSX."
SAID = {
    "CTC-000": (
        "Nobody was invited: this list has to be mended first.",
        "Mend the rows named below in your file, then send the whole list again.",
    ),
    "CTC-001": (
        "Nobody was invited: this is not a list of contacts.",
        "The first row holds the headings: one column says the group, one the e-mail or the "
        "postal address.",
    ),
    "CTC-018": ("This list holds nobody.", "Write one person per row, below the headings."),
    "FIE-001": ("Choose a file first.", ""),
    "FIE-002": ("This file is too large once unpacked.", "Save it as CSV, and send that."),
    "IMP-002": ("This file is empty.", EXPORT_AGAIN),
    "IMP-003": ("This file is too large.", "Split it into several, each with its headings."),
    "IMP-004": (
        "This is an old workbook (.xls), or one with a password.",
        "Open it and save it as .xlsx without a password, or as CSV.",
    ),
    "IMP-005": ("This file cannot be read as text.", EXPORT_AGAIN),
    "IMP-006": ("This file cannot be read to its end.", EXPORT_AGAIN),
    "IMP-009": ("This is neither CSV nor XLSX.", EXPORT_AGAIN),
    "IMP-011": ("The headings do not tell the columns apart.", "Give each column its own heading."),
    "INV-001": ("Nobody is invited to this wave any more.", ""),
    "INV-002": (
        "Nobody is invited to this wave at this address, or not any more.",
        "Check how it is written.",
    ),
    "INV-003": (
        "Nobody is to be written to by letter.",
        "Give a list with postal addresses first.",
    ),
    "INV-005": (
        "The public address of this site is not known, and links are made from it.",
        "Whoever looks after the server says it once, by “corus init --public-url …”.",
    ),
    "MAI-001": (
        "Messages are being sent from this site already.",
        "Wait until they are gone: what is sent once is not sent again.",
    ),
    "MAI-002": (
        "This wave takes no answers now: a message would lead to a closed door.",
        "Open it first, or give it a later last day.",
    ),
    "MAI-003": (
        "The password of the mail server cannot be read.",
        "Tell whoever looks after the server. What was not sent waits.",
    ),
    "MAI-004": (
        "A message of this wave was sent today.",
        "Remind people tomorrow at the soonest.",
    ),
    "MAI-005": (
        "The mail server refuses what its settings say.",
        "Tell whoever looks after the server. What was not sent waits.",
    ),
    "MAI-006": (
        "The mail server does not answer, or keeps ending the connection.",
        "What was not sent waits: go on sending later.",
    ),
    "MAI-007": (
        "The mail server refuses our messages.",
        "Tell whoever looks after the mail server. What was not sent waits.",
    ),
    "MAI-010": (
        "No mail server is named, so nothing can be sent from here.",
        "Hand out links, letters or posters instead, or ask whoever looks after the server.",
    ),
    "MAI-021": ("There is nobody to write to.", "Give a list with e-mail addresses first."),
    "PRI-001": ("This wave has no such group.", ""),
    "PRI-002": ("This wave is not in this language.", ""),
    "PRI-003": ("Too many copies at once, or a number under 1.", "Print 300 at most at a time."),
    "PRI-004": ("This group answers by personal link only.", "Print letters for it."),
    "PRI-005": (
        "The public address of this site is not known, so no code can lead to it.",
        "Whoever looks after the server says it once, by “corus init --public-url …”.",
    ),
    "PRI-006": ("There is no simple version for this group.", "Print the large one."),
}
FAULTS = {
    "CTC-001": ("No column says the group.", "Add a column headed “groupe”."),
    "CTC-002": (
        "No column holds addresses.",
        "Add a column headed “courriel” or “adresse postale”.",
    ),
    "CTC-003": ("Several columns mean the same.", "Keep one of them."),
    "CTC-010": (
        "The group is missing, or the wave has none of this name.",
        "Use one of: {groups}.",
    ),
    "CTC-011": (
        "This is not one e-mail address.",
        "Write it as name@example.org, without accents before the @.",
    ),
    "CTC-012": ("The same person is on another row.", "Keep one of the two rows."),
    "CTC-013": (
        "This person has neither e-mail nor postal address.",
        "Give one of them, or take the row out.",
    ),
    "CTC-014": ("The wave is not in this language.", "Use one of: {languages}; or leave it empty."),
    "CTC-015": ("This name is too long.", "Use 200 characters at most."),
    "CTC-016": ("This postal address is too long for an envelope.", "Shorten it."),
    "CTC-017": (
        "This person is invited already, in another group.",
        "A person is invited once in a wave, in one group: mend the group on the list.",
    ),
    "CTC-019": ("The wave has no site of this name.", "Use one of: {sites}."),
    "CTC-020": (
        "This person is invited already, at another site.",
        "The link that was given out keeps its site: mend the site on the list.",
    ),
    "IMP-006": ("What begins here is broken.", "Look for a quotation mark that is not closed."),
    "IMP-010": (
        "This row has more or fewer cells than there are headings.",
        "Look for a stray or missing separator or quotation mark in it.",
    ),
    "IMP-011": ("A column has cells but no heading.", "Give it a heading, or delete it."),
    "IMP-012": ("Several columns have the same heading.", "Rename one of them."),
}
STATES = {
    "waiting": "{n} still to be sent", "handing": "{n} being handed over",
    "sent": "{n} sent, or not needed any more", "refused": "{n} refused by the mail server",
    "dropped": "{n} no longer wanted",
}  # fmt: skip
"""What became of the messages of an invitation."""


@dataclass(frozen=True)
class Row:
    """One fault of a list, in words."""

    line: int
    column: str
    fact: str
    cure: str
    code: str


def plainly(error: CorusError) -> CorusError:
    """The same error in words for who works in a browser."""
    if error.code not in SAID:
        return error
    fact, cure = SAID[error.code]
    told = CorusError(fact, hint=cure, code=error.code)
    told.status = error.status
    return told


def rows(error: CorusError, t: Words, names: Mapping[str, str]) -> list[Row]:
    """Every fault of a list; ``names`` are the groups, languages and sites there are."""
    faults = error.faults if isinstance(error, InputError) else ()
    return [_row(fault, t, names) for fault in faults]


def _row(fault: Fault, t: Words, names: Mapping[str, str]) -> Row:
    fact, cure = FAULTS.get(fault.code, (fault.message, fault.hint))
    if t.language == SOURCE:
        # In English the fault itself says more.
        fact, cure = fault.message, fault.hint
        return Row(fault.line, fault.column, fact, cure, fault.code)
    said = t(cure, **{n: v for n, v in names.items() if f"{{{n}}}" in cure}) if cure else ""
    return Row(fault.line, fault.column, t(fact), said, fault.code)
