"""Mode effect: whether those who wrote their answers themselves differ from those who were helped.

Reads counts and published coverage; what it tells is decided by the same thresholds as the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from corus.analysis.counting.layout import VARIANTS, Scored
from corus.analysis.counting.products import Counts
from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.precision import Scores, part_may_be_told
from corus.analysis.disclosure.rule import round_to
from corus.analysis.measures.stats import Sample, score_sample, welch
from corus.domain.instrument import Instrument
from corus.domain.profile import Coverage, DimensionCell, ModeEffect, Profile
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
    both sides hold at least ``thresholds.full`` persons with a score, and neither is as far from
    the other as the items allow (``precision.part_may_be_told``).
    """
    several = _several_ways(tally, thresholds.full)
    told = {
        line.group
        for line in coverage
        if line.group in several and isinstance(line.by_mode.get("self"), int)
    }
    place = {one.dimension: one for one in scored}
    for cell in shown:
        if cell.show == "full" and cell.group in told:
            of = place[cell.dimension]
            sides = _sides(tally, instrument, cell.group, of)
            if min(int(scores.sum()) for scores in sides) >= thresholds.full:
                own, other = (score_sample(one, of.points) for one in sides)
                valid = Scores.of(tally, instrument, cell.group, of).valid
                if all(part and part_may_be_told(valid, part) for part in (own, other)):
                    yield from _effect(cell, own, other)


def without_effects(profile: Profile, groups: Collection[str]) -> Profile:
    """``profile`` without the mode effects of these groups: told beside earlier figures, they
    would single somebody out."""
    kept = tuple(effect for effect in profile.mode_effects if effect.group not in groups)
    return profile.model_copy(update={"mode_effects": kept})


def _several_ways(tally: Tally, least: int) -> set[str]:
    """Groups of which at least so many persons were helped: most have none to compare."""
    helped: Counter[str] = Counter()
    for stratum, persons in zip(tally.strata, tally.responses.tolist(), strict=True):
        if stratum.mode not in ("self", "unknown"):
            helped[stratum.group] += persons
    return {group for group, persons in helped.items() if persons >= least}


def _effect(cell: DimensionCell, own: Sample | None, other: Sample | None) -> Iterator[ModeEffect]:
    if own is None or other is None:
        return
    gap = own.mean - other.mean
    if cell.reason and cell.sd is not None:
        # Of a rounded score the spread is not told: nor is that of its two sides.
        own, other = replace(own, sd=cell.sd), replace(other, sd=cell.sd)
    interval = welch(own, other)
    if interval:
        gap, low, high = (round_to(value, STEP) for value in (gap, *interval))
        yield ModeEffect(dimension=cell.dimension, group=cell.group, gap=gap, low=low, high=high)


def _sides(
    tally: Tally, instrument: Instrument, group: str, scored: Scored
) -> tuple[Counts, Counts]:
    """Persons by score who wrote themselves, and all others whose mode is known."""
    giving = [v for v in VARIANTS if scored.scores(instrument, group, v)]
    index = tally.layout.dimensions.index(scored.dimension)
    sides: tuple[list[int], list[int]] = ([], [])
    for row, stratum in enumerate(tally.strata):
        if stratum.group == group and stratum.variant in giving and stratum.mode != "unknown":
            sides[stratum.mode != "self"].append(row)
    own, other = (tally.scores[rows, index].sum(axis=0) for rows in sides)
    return own, other
