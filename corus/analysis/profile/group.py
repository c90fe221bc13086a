"""One group of a wave as a profile reads it: its counts by variant, and its disclosure rule.

Added up once from the wave's counts; decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import FORMS, VARIANTS, Form, forms
from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.rule import Rule
from corus.domain.instrument import Instrument, Item, Variant

Rows = Mapping[tuple[str, str], list[int]]
"""Strata of a tally by group and variant."""


@dataclass(frozen=True)
class Counts:
    """Of one group in one variant, as the tables of ``Tally`` of the same names."""

    persons: int
    marks: NDArray[np.int64]
    """Shape [item, symbol]."""
    scores: NDArray[np.int64]
    """Shape [dimension, answered m, sum s]."""
    unscored: NDArray[np.int64]
    """Shape [dimension, answered m]."""
    options: NDArray[np.int64]
    """Shape [option]."""

    @classmethod
    def of(cls, tally: Tally, rows: list[int]) -> Counts:
        """The strata ``rows`` added up."""
        tables = (tally.marks, tally.scores, tally.unscored, tally.options)
        return cls(int(tally.responses[rows].sum()), *(table[rows].sum(axis=0) for table in tables))


@dataclass(frozen=True)
class Group:
    """One group's counts, by variant of its questionnaire, and its disclosure rule."""

    code: str
    rule: Rule
    instrument: Instrument
    counts: dict[Variant, Counts]
    tally: Tally
    """The wave's counts, of every group."""
    forms: tuple[Form | None, ...]
    """How the group meets each item."""
    marks: tuple[list[list[int]], ...]
    """Persons by item and symbol, one table per form: plain numbers, read one at a time."""

    def asks(self, item: Item) -> bool:
        """Whether any of the group's questionnaires holds ``item``."""
        return any(self.instrument.asks(item, self.code, variant) for variant in VARIANTS)

    @property
    def is_masked(self) -> bool:
        """Whether too few persons answered for anything to be shown."""
        return self.rule.show(sum(own.persons for own in self.counts.values())) == "masked"


def groups_of(tally: Tally, rules: Mapping[str, Rule], instrument: Instrument) -> list[Group]:
    """Each group that has a rule, in that order."""
    rows = _rows(tally)
    nothing = Counts.of(tally, [])
    return [_group(tally, code, rule, instrument, rows, nothing) for code, rule in rules.items()]


def _group(
    tally: Tally, code: str, rule: Rule, instrument: Instrument, rows: Rows, nothing: Counts
) -> Group:
    counts = {
        variant: Counts.of(tally, rows[code, variant]) if (code, variant) in rows else nothing
        for variant in VARIANTS
    }
    marks = tuple(_added(counts[variant].marks for variant in form).tolist() for form in FORMS)
    return Group(code, rule, instrument, counts, tally, forms(instrument, code), marks)


def _rows(tally: Tally) -> Rows:
    rows: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row, stratum in enumerate(tally.strata):
        rows[stratum.group, stratum.variant].append(row)
    return dict(rows)


def _added(tables: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    first, *others = tables
    return sum(others, start=first)
