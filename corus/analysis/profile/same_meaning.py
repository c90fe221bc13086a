"""Whether groups understand the items of a dimension alike, told so that no answer follows from it.

Decides who may be compared on what; the statistics are in ``measures.invariance``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from corus.analysis.counting.layout import Scored, scored_dimensions
from corus.analysis.counting.products import asked_items
from corus.analysis.counting.tally import Tally
from corus.analysis.measures.factor_fit import Level
from corus.analysis.measures.invariance import (
    ENOUGH_PERSONS,
    LEAST_ITEMS,
    Fit,
    invariance,
    moments_of,
)
from corus.analysis.measures.reliability import Block
from corus.domain.instrument import Instrument
from corus.domain.profile import DimensionCell
from corus.domain.together import Invariance, LevelFit

DECIMALS = 2
"""Fit is told no finer, as reliability is."""


@dataclass(frozen=True, eq=False)
class _Compared:
    """One group's answers to a dimension, and the items it was asked, in the order of the block."""

    group: str
    block: Block
    items: tuple[str, ...]


def same_meaning(
    tally: Tally,
    instrument: Instrument,
    cells: Iterable[DimensionCell],
    *,
    enough: int = ENOUGH_PERSONS,
) -> Iterator[Invariance]:
    """One entry per dimension on which two groups or more have a full score.

    Compared: groups with an exact score, at least ``enough`` persons who answered every item
    asked of them, and three items; over the items that all of them were asked. Persons with
    a gap in their answers are left out (listwise; project convention).

    Why nobody's answer follows: at most a dozen figures of two decimals come from all means and
    covariances of 400 persons or more, whose scores are published exactly; one person moves
    CFI and RMSEA by about 1/n. χ², n times as fine, is not told, nor how many answered every
    item: only that they are ``enough``. Beside a rounded or withheld score nothing is computed,
    as for reliability, and views of a part of the answers have none of it.
    """
    scored = {one.dimension: one for one in scored_dimensions(instrument)}
    full: defaultdict[str, list[DimensionCell]] = defaultdict(list)
    for cell in cells:
        if cell.show == "full":
            full[cell.dimension].append(cell)
    for dimension, own in full.items():
        if len(own) > 1:
            able = _able(tally, instrument, scored[dimension], own, enough)
            yield _entry(dimension, [cell.group for cell in own], list(able))


def _able(
    tally: Tally,
    instrument: Instrument,
    scored: Scored,
    cells: Iterable[DimensionCell],
    enough: int,
) -> Iterator[_Compared]:
    """Groups that may be compared, as far as their own answers go."""
    for cell in cells:
        asked = asked_items(instrument, scored, cell.group)
        items = tuple(item.code for item in scored.items if item.code in asked)
        if cell.reason or len(items) < LEAST_ITEMS:
            continue
        block = tally.block(instrument, cell.group, scored)
        if block and block.complete_n >= enough:
            yield _Compared(cell.group, block, items)


def _entry(dimension: str, groups: Iterable[str], able: list[_Compared]) -> Invariance:
    common = (
        [item for item in able[0].items if all(item in one.items for one in able)] if able else []
    )
    compared = able if len(able) > 1 and len(common) >= LEAST_ITEMS else []
    names = tuple(one.group for one in compared)
    absent = tuple(group for group in groups if group not in names)
    if not compared:
        return Invariance(dimension=dimension, reached="not_tested", absent=absent)
    places = [[one.items.index(item) for item in common] for one in compared]
    found = invariance(moments_of([one.block for one in compared], places))
    return Invariance(
        dimension=dimension, reached=found.reached, groups=names, absent=absent,
        items=len(common), fits=_told(found.fits),
    )  # fmt: skip


def _told(fits: Mapping[Level, Fit]) -> tuple[LevelFit, ...]:
    return tuple(
        LevelFit.model_validate(
            {"level": level, "df": fit.df, "cfi": _rounded(fit.cfi), "rmsea": _rounded(fit.rmsea),
             "p": _rounded(fit.p), "p_lost": _rounded(fit.p_lost)}
        )
        for level, fit in fits.items()
    )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
