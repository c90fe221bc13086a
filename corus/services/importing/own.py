"""Our own layouts, wide and long: recognized by their headings, needing no mapping.

Cells are in our codes, as ``corus export … --as answers`` writes them. Knows no other program.
"""

from __future__ import annotations

from dataclasses import replace

from corus.domain.instrument import Instrument
from corus.errors import Fault, InputError
from corus.exports.answers import META
from corus.exports.safe_text import unguard
from corus.services.importing.mapping import TEXT_PARTS, Lookup, Mapping
from corus.services.importing.tables import Row, Table

NEEDED = frozenset({"response_id", "group"})
"""Columns without which no table is ours; every other fact about a row has a default."""
LONG = frozenset({"item", "value"})
"""Columns that make a layout long: one row per cell of the wide one. ``part`` is optional."""


def is_own(table: Table) -> bool:
    """Whether the table is in one of our layouts."""
    return set(table.header) >= NEEDED


def read_own(table: Table, instrument: Instrument) -> tuple[Table, Mapping]:
    """The table in the wide layout, and the mapping that says so."""
    if set(table.header) >= LONG:
        table = _wide(table)
    heads = [h for h in table.header if h not in META and _names_item(h, instrument)]
    there = {h: h for h in table.header}
    mapping = Mapping(
        source="corus",
        id="response_id",
        group=Lookup(column="group"),
        variant=Lookup(column=there.get("variant"), default="standard"),
        language=Lookup(column=there.get("language")),
        mode=Lookup(column=there.get("mode"), default="unknown"),
        site=Lookup(column=there.get("site")),
        completed=Lookup(column=there.get("completeness"), values={"complete": "complete"}),
        date=there.get("received_on"),
        items={heading: heading for heading in heads},
        ignore={"channel": "answers taken in from a file are all of channel import"},
    )
    return replace(table, rows=tuple(_unguarded(row) for row in table.rows)), mapping


def _names_item(heading: str, instrument: Instrument) -> bool:
    code, _, part = heading.partition(".")
    item = instrument.item_by_code.get(code)
    return item is not None and (not part or part in TEXT_PARTS.get(item.type, ()))


def _unguarded(row: Row) -> Row:
    return replace(row, cells=tuple(map(unguard, row.cells)))


def _wide(table: Table) -> Table:
    """The long layout gathered into one row per response; each cell keeps its line."""
    index = {heading: i for i, heading in enumerate(table.header)}
    rows: dict[str, dict[str, tuple[str, int]]] = {}
    # Columns of no use stay in the table, to be refused by name and not to be forgotten.
    about = [heading for heading in table.header if heading not in LONG | {"part"}]
    headings: dict[str, None] = dict.fromkeys(about)
    faults: list[Fault] = []
    for row in table.rows:
        response = rows.setdefault(row.cells[index["response_id"]], {})
        item = row.cells[index["item"]].strip()
        part = row.cells[index["part"]].strip() if "part" in index else ""
        heading = f"{item}.{part}" if part else item
        headings.setdefault(heading)
        found = [(name, row.cells[index[name]]) for name in about]
        for name, cell in (*found, (heading, row.cells[index["value"]])):
            known = response.setdefault(name, (cell, row.line))
            if known[0] != cell or (name == heading and known[1] != row.line):
                faults.append(_doubled(table, row.line, name, known[1]))
    if not all(headings):
        raise InputError(
            f"{table.file} has rows without an item.", hint="Fill the column “item”.",
            code="IMP-013",
        )  # fmt: skip
    gathered = tuple(_gather(response, tuple(headings)) for response in rows.values())
    return replace(table, header=tuple(headings), rows=gathered, faults=(*table.faults, *faults))


def _doubled(table: Table, line: int, name: str, first: int) -> Fault:
    message = f"The same response says something else or the same again on line {first}."
    return table.fault(line, "IMP-014", message, "Keep one of the two rows.", name)


def _gather(response: dict[str, tuple[str, int]], headings: tuple[str, ...]) -> Row:
    first = min(line for _, line in response.values())
    cells = [response.get(heading, ("", first)) for heading in headings]
    return Row(first, tuple(cell for cell, _ in cells), tuple(line for _, line in cells))
