"""Negotiated weights from a file: dimensions, groups or both, and the day they were agreed on.

Reads and checks; whoever weighs decides whether they come in time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from corus.domain.weighing import Negotiated
from corus.errors import Fault, InputError
from corus.services.importing.tables import Row, read_table
from corus.services.weighing.headings import Columns, day, number

KINDS = ("dimension", "group")


def read_weights(
    path: str | Path, dimensions: Collection[str], groups: Collection[str]
) -> Negotiated:
    """The weights of a CSV or XLSX file: one row per dimension or group, all agreed on one day.

    Raises ``InputError`` with every fault by line: columns (``WGT-001``, ``WGT-002``), names that
    are not the survey's (``WGT-003``) or come twice (``WGT-004``), a weight that is no number
    from 0 up (``WGT-005``; of a group: above 0), a day that is none or another (``WGT-006``), and
    dimensions whose weights are all 0 (``WGT-005``).
    """
    table = read_table(path)
    columns = Columns(table, ("weight", "agreed_on"))
    if not any(kind in columns.place for kind in KINDS):
        Columns(table, ("dimension",))
    known = {"dimension": dimensions, "group": groups}
    faults = [*table.faults]
    for row in table.rows:
        faults += _faults(columns, row, known)
    faults += _doubles(columns, table.rows)
    days = tuple(filter(None, (day(columns.cell(row, "agreed_on")) for row in table.rows)))
    faults += _other_days(columns, table.rows, days)
    weights = {kind: _weights(columns, table.rows, kind) for kind in KINDS}
    if not faults and weights["dimension"] and not any(weights["dimension"].values()):
        faults.append(table.fault(1, "WGT-005", "The weights of all dimensions are 0."))
    agreed_on = next(iter(days), None)
    if faults or agreed_on is None:
        raise _refused(table.file, faults)
    return Negotiated(
        agreed_on=agreed_on, file=Path(table.file).name, sha256=table.digest.hex(),
        dimensions=weights["dimension"], groups=weights["group"],
    )  # fmt: skip


def _refused(file: str, faults: list[Fault]) -> InputError:
    ordered = sorted(faults)
    return InputError(
        f"The weights of {file} cannot be used.",
        hint="" if faults else "Give one row per dimension, with its weight.",
        code=ordered[0].code if ordered else "WGT-005", faults=ordered,
    )  # fmt: skip


def _faults(columns: Columns, row: Row, known: dict[str, Collection[str]]) -> Iterator[Fault]:
    named = [kind for kind in KINDS if columns.cell(row, kind)]
    if len(named) != 1:
        message = "This row names both a dimension and a group, or neither."
        yield columns.fault(row, "weight", "WGT-003", message, "Weigh one of them per row.")
    for kind in named:
        if columns.cell(row, kind) not in known[kind]:
            message = f"“{columns.cell(row, kind)}” is no {kind} of this survey."
            yield columns.fault(row, kind, "WGT-003", message, f"Use: {', '.join(known[kind])}.")
    weight = number(columns.cell(row, "weight"))
    if weight is None or weight < 0 or (weight == 0 and "group" in named):
        message = f"“{columns.cell(row, 'weight')}” is no weight."
        hint = "Give a number from 0 up; of a group, above 0."
        yield columns.fault(row, "weight", "WGT-005", message, hint)
    if day(columns.cell(row, "agreed_on")) is None:
        message = f"“{columns.cell(row, 'agreed_on')}” is no day."
        yield columns.fault(row, "agreed_on", "WGT-006", message, "Write it 2026-03-03.")


def _doubles(columns: Columns, rows: tuple[Row, ...]) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        for kind in KINDS:
            name = columns.cell(row, kind)
            if name and (kind, name) in seen:
                message = f"“{name}” was already given a weight."
                yield columns.fault(row, kind, "WGT-004", message, "Keep one row.")
            seen.add((kind, name))


def _other_days(columns: Columns, rows: tuple[Row, ...], days: tuple[date, ...]) -> Iterator[Fault]:
    for row in rows:
        found = day(columns.cell(row, "agreed_on"))
        if found and found != days[0]:
            message = "These weights were agreed on another day than the first ones."
            hint = "Weights are agreed on together: give the day of the last decision on all rows."
            yield columns.fault(row, "agreed_on", "WGT-006", message, hint)


def _weights(columns: Columns, rows: tuple[Row, ...], kind: str) -> dict[str, float]:
    return {
        columns.cell(row, kind): number(columns.cell(row, "weight")) or 0.0
        for row in rows
        if columns.cell(row, kind)
    }
