"""Report of an import: what was read, stored, left out and refused, in plain English.

Knows nothing of how it came about; holds no answer and no id of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from corus.errors import Fault, InputError

SHOWN = 200
"""Faults printed; the report object holds them all."""


@dataclass(frozen=True)
class ImportReport:
    """What became of one file. ``dropped_columns``: heading → why it was not stored."""

    file: str
    rows_read: int
    stored: int = 0
    already_there: int = 0
    partial: int = 0
    """Unfinished rows among those read."""
    forgotten: Mapping[str, int] = field(default_factory=dict)
    """Of those stored, rows whose site or language was not: part → rows."""
    dropped_columns: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The report for a terminal, at most 200 faults and the number of the others."""
        return [*self._outcome(), *self._left_out(), *self.warnings]

    def _outcome(self) -> Iterator[str]:
        if self.faults:
            yield from map(str, self.faults[:SHOWN])
            if len(self.faults) > SHOWN:
                yield f"… and {len(self.faults) - SHOWN} more."
            yield f"{self.file}: {_count(self.rows_read, 'row')} read, nothing stored."
            return
        if not self.rows_read:
            yield f"{self.file}: 0 rows: nothing to store."
            return
        there = f", {self.already_there} already there" if self.already_there else ""
        rows = _count(self.rows_read, "row")
        yield f"{self.file}: {rows} read, {self.stored} stored{there}."
        if self.partial:
            yield f"{_count(self.partial, 'row')} unfinished: kept as partial."
        for part, number in self.forgotten.items():
            if number:
                yield (
                    f"{_count(number, 'row')} stored without {part}: the wave is closed, and so "
                    "few of the group have it that it would be a name."
                )

    def _left_out(self) -> Iterator[str]:
        if self.dropped_columns:
            yield "Not stored:"
            yield from (f"  {heading}: {why}." for heading, why in self.dropped_columns.items())


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


class ImportRefused(InputError):  # noqa: N818 - named for what happened to the file
    """Nothing was stored; ``report`` says which rows and columns were refused, and why."""

    code = "IMP-000"

    def __init__(self, report: ImportReport) -> None:
        n = len(report.faults)
        noun = "problem" if n == 1 else "problems"
        message = f"{report.file} was not imported: {n} {noun}, nothing stored."
        super().__init__(message, hint="Mend them and import again.", faults=report.faults)
        self.report = report
