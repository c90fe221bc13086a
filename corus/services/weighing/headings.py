"""Columns of the files of weights and of margins, found by heading in French or in English.

Knows what a column means and whether a cell is a number or a day; nothing of what is weighted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from corus.errors import Fault, InputError
from corus.services.importing.spellings import fold
from corus.services.importing.tables import Row, Table

_SPELLINGS = {
    "dimension": "dimension",
    "group": "group, groupe, collège, partie prenante",
    "weight": "weight, poids, pondération",
    "agreed_on": "agreed on, agreed_on, convenu le, décidé le, date",
    "question": "question, item, variable",
    "category": "category, catégorie, option, modalité",
    "persons": "persons, personnes, people, number, nombre, effectif",
}
MEANINGS = {fold(text): part for part, texts in _SPELLINGS.items() for text in texts.split(", ")}
DAYS = ("%Y-%m-%d", "%d/%m/%Y")
LONGEST = 15
"""Characters of a number."""


class Columns:
    """Where each part of a table stands.

    Raises ``InputError`` (``WGT-001``, ``WGT-002``) where a part is missing or told twice.
    """

    def __init__(self, table: Table, needed: Sequence[str]) -> None:
        self.table = table
        self.place: dict[str, int] = {}
        faults = []
        for index, heading in enumerate(table.header):
            part = MEANINGS.get(fold(heading))
            if part in self.place:
                message = f"Two columns are headed “{_named(part)}”."
                faults.append(table.fault(1, "WGT-002", message, "Keep one of them.", heading))
            elif part:
                self.place[part] = index
        for part in needed:
            if part not in self.place:
                hint = f"Head one “{_named(part)}”."
                message = f"No column is headed “{_named(part)}”."
                faults.append(table.fault(1, "WGT-001", message, hint))
        if faults:
            raise InputError(
                f"The columns of {table.file} are not all known.", code=faults[0].code,
                faults=faults,
            )  # fmt: skip

    def cell(self, row: Row, part: str) -> str:
        """What the row says of it, without outer spaces; "" without such a column."""
        return row.cells[self.place[part]].strip() if part in self.place else ""

    def fault(self, row: Row, part: str, code: str, message: str, hint: str = "") -> Fault:
        """A fault of one cell."""
        heading = self.table.header[self.place[part]] if part in self.place else ""
        return self.table.fault(row.line, code, message, hint, heading)


def _named(part: str | None) -> str:
    return (part or "").replace("_", " ")


_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[,.]\d{3}")


def number(text: str) -> float | None:
    """The number written, with a point or a comma and spaces between thousands, else None.

    1,234 is none either: it is two numbers, in two languages.
    """
    joined = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", text)
    if _AMBIGUOUS.fullmatch(joined) or not _NUMBER.fullmatch(joined) or len(joined) > LONGEST:
        return None
    return float(joined.replace(",", "."))


def day(text: str) -> date | None:
    """2026-03-03 or 03/03/2026, as spreadsheets write them too; None for anything else."""
    written = text.removesuffix("T00:00:00")
    for form in DAYS:
        try:
            return datetime.strptime(written, form).date()
        except ValueError:
            continue
    return None
