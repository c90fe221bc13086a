"""Mode effect: whether those who wrote their answers themselves differ from those who were helped.

Reads counts and published coverage; what it tells is decided by the same thresholds as the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from corus.analysis.disclosure import round_to
from corus.analysis.layout import VARIANTS, Scored
from corus.analysis.stats import Sample, score_sample, welch
from corus.analysis.tally import Tally
from corus.domain.instrument import Instrument
from corus.domain.profile import Coverage, DimensionCell, ModeEffect
from corus.domain.wave import Thresholds

STEP = 1.0
"""Differences are told in whole points: exact ones would sharpen the scores they come from."""


def mode_effects(
    tally: Tally,
    instrument: Instrument,
    scored: tuple[Scored, ...],
    shown: tuple[DimensionCell, ...],
    coverage: tuple[Coverage, ...],
    thresholds: Thresholds,
) -> Iterator[ModeEffect]:
    """Self-written minus otherwise written, in points of score, with its 95 % Welch interval.

    Only within one group and dimension (so that who is helped does not pass for an effect of
    help), where the score itself is published in full, the number of self-written answers too,
    and both sides hold at least ``thresholds.full`` persons with a score.
    """
    told = {line.group for line in coverage if isinstance(line.by_mode.get("self"), int)}
    place = {one.dimension: one for one in scored}
    for cell in shown:
        if cell.show == "full" and cell.group in told:
            own, other = _sides(tally, instrument, cell.group, place[cell.dimension])
            if own and other and min(own.n, other.n) >= thresholds.full:
                yield from _effect(cell, own, other)


def _effect(cell: DimensionCell, own: Sample, other: Sample) -> Iterator[ModeEffect]:
    interval = welch(own, other)
    if interval is not None:
        gap = own.mean - other.mean
        gap, low, high = (round_to(value, STEP) for value in (gap, *interval))
        yield ModeEffect(dimension=cell.dimension, group=cell.group, gap=gap, low=low, high=high)


def _sides(
    tally: Tally, instrument: Instrument, group: str, scored: Scored
) -> tuple[Sample | None, Sample | None]:
    """Scores of those who wrote themselves, and of all others whose mode is known."""
    giving = [v for v in VARIANTS if scored.scores(instrument, group, v)]
    index = tally.layout.dimensions.index(scored.dimension)
    sides: tuple[list[int], list[int]] = ([], [])
    for row, stratum in enumerate(tally.strata):
        if stratum.group == group and stratum.variant in giving and stratum.mode != "unknown":
            sides[stratum.mode != "self"].append(row)
    own, other = (
        score_sample(tally.scores[rows, index].sum(axis=0), scored.points) for rows in sides
    )
    return own, other
