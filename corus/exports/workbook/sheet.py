"""A worksheet before it is one: title, what frames the table, columns, rows.

Knows no file format: builders of sheets return these, the writer turns them into cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import orjson

from corus.domain.reading import Reading
from corus.exports.columns import Column, Record, Value, cells
from corus.exports.safe_text import clean, fit
from corus.exports.withheld import NONE


@dataclass(frozen=True)
class Bars:
    """A native bar chart of scores: which rows of which table, and how it is told in words."""

    title: str
    table: str
    first: int
    last: int
    """0-based rows of that table, both included."""
    label_column: str
    value_column: str
    margin_columns: tuple[str, str]
    """Distances from each value down to its lower and up to its upper limit."""
    alternative: str


@dataclass(frozen=True)
class Sheet:
    """One table with its frame. Texts are already in the reader's language.

    ``code`` names the table for programs; ``rows_in`` is how many cells the sheet
    was given and ``not_asked`` how many of them have no row because the group was not asked, so
    that the integrity sheet can say that none was lost.
    """

    code: str
    name: str
    title: str
    scope: str
    units: str
    columns: tuple[Column, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    rows_in: int
    not_asked: int
    notes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """For each row, the name of the sheet its first cell leads to; empty for none."""
    charts: tuple[Bars, ...] = ()
    printed: int = 0
    """How many columns are printed, from the left; codes for programs stand to their right."""


def sheet(
    reading: Reading,
    code: str,
    name: str,
    *,
    title: str,
    scope: str,
    units: str,
    columns: Iterable[Column],
    records: Iterable[Record],
    notes: Iterable[str] = (),
    empty: str = "Nothing to show.",
    charts: Iterable[Bars] = (),
    links: Iterable[str] = (),
    printed: int | None = None,
    not_asked: int = 0,
) -> Sheet:
    """Put records under columns; an empty table says so in one row, for no cell stays blank.

    A sheet of a part of the release says so before its scope.
    """
    chosen = tuple(columns)
    rows = tuple(tuple(map(_clean, cells(record, chosen))) for record in records)
    rows_in = len(rows) + not_asked
    if not rows:
        rows = ((reading.words(empty), *[NONE] * (len(chosen) - 1)),)
    heads = tuple(_unique(clean(reading.words(c.heading)).replace("\n", " ") for c in chosen))
    whole = " ".join(filter(None, (reading.part, scope)))
    return Sheet(
        code, name, clean(title), clean(whole), units, chosen, heads, rows, rows_in, not_asked,
        tuple(map(clean, notes)), tuple(links), tuple(map(_clean_bars, charts)),
        printed or len(chosen),
    )  # fmt: skip


def _clean(value: Value) -> Value:
    if isinstance(value, str):
        return type(value)(fit(clean(value), " […]")) if value else NONE
    if isinstance(value, float):
        # Workbooks keep 15 significant digits; more would come back as another number.
        return type(value)(f"{value:.15g}")
    return value


def _clean_bars(bars: Bars) -> Bars:
    return replace(bars, title=clean(bars.title), alternative=clean(bars.alternative))


def _unique(heads: Iterable[str]) -> Iterator[str]:
    """Two columns of a declared table may not bear one name, whatever their case."""
    seen: dict[str, int] = {}
    for head in heads:
        key = head.casefold()
        seen[key] = seen.get(key, 0) + 1
        yield head if seen[key] == 1 else f"{head} ({seen[key]})"


def fingerprint(placed: Iterable[tuple[int, int, object]]) -> str:
    """SHA-256 over the filled cells of a sheet, as (row, column, value), rows first.

    Canonical form: the JSON array ``[[row, column, text], …]`` in UTF-8 without spaces; texts as
    they are, numbers with 15 significant digits. Anybody can recompute it from the file.
    """
    canonical = [[row, column, canonical_text(value)] for row, column, value in placed]
    return hashlib.sha256(orjson.dumps(canonical)).hexdigest()


def canonical_text(value: object) -> str:
    """One cell as the fingerprint reads it."""
    return str(value) if isinstance(value, str) else f"{value:.15g}"
