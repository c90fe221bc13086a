"""``--sites``: the sites of a wave, from a table or one by one.

Reads words of a command; which sites may still change is the service's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corus.domain.wave import MOST_SITES
from corus.errors import Fault, InputError
from corus.services.importing.tables import Table, read_table

CODE = "code"
LABELS = ("label", "name", "nom")
"""Headings of a column with one name for all languages."""
TABLES = (".csv", ".xlsx")


def put_sites(document: dict[str, Any], given: Iterable[str]) -> None:
    """Put what ``--sites`` says into the document of a plan; sites not named stay."""
    first = next(iter(document["languages"]), "fr")
    sites: dict[str, Any] = document.setdefault("sites", {})
    for text in given:
        if text == "none":
            sites.clear()
        elif text.lower().endswith(TABLES):
            sites |= dict(_of_table(read_table(Path(text)), first))
        else:
            code, _, label = text.partition("=")
            sites[code.strip()] = {first: label.strip() or code.strip()}
    if len(sites) > MOST_SITES:
        raise InputError(
            f"There are {len(sites)} sites.",
            hint=f"Use {MOST_SITES} at most: merge the small ones.", code="WAV-050",
        )  # fmt: skip


def _of_table(table: Table, first: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(code, name by language) of each row. Raises ``InputError`` (``WAV-053``)."""
    head = [heading.strip().lower() for heading in table.header]
    faults = [*table.faults]
    if CODE not in head:
        faults.append(table.fault(1, "WAV-053", "No column says the code.",
                                  "Head the columns code, fr, en …, or code, label."))  # fmt: skip
    codes = [dict(zip(head, row.cells, strict=True)).get(CODE, "") for row in table.rows]
    faults += list(_wrong(table, codes))
    if faults:
        raise InputError(
            f"{table.file} cannot be read as a list of sites.", code="WAV-053", faults=faults
        )
    for row in table.rows:
        cells = {name: cell.strip() for name, cell in zip(head, row.cells, strict=True)}
        code = cells.pop(CODE)
        names = {first if name in LABELS else name: cell for name, cell in cells.items() if cell}
        yield code, names or {first: code}


def _wrong(table: Table, codes: list[str]) -> Iterator[Fault]:
    for place, (row, code) in enumerate(zip(table.rows, codes, strict=True)):
        if not code.strip():
            yield table.fault(row.line, "WAV-053", "This site has no code.", "Give it one.", CODE)
        elif code in codes[:place]:
            yield table.fault(row.line, "WAV-053", f"“{code}” is there twice.", "Keep one.", CODE)
