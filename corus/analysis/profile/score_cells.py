"""Cells of dimensions: the score of each group, as finely as it may be given.

Every number a cell holds has passed ``disclosure``; nothing here knows waves or documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import (
    GIVEN,
    NOT_SHOWN,
    VARIANTS,
    Scored,
    derived,
    scored_dimensions,
)
from corus.analysis.disclosure import rule as disclosure
from corus.analysis.disclosure.bands import score_leaves_open
from corus.analysis.disclosure.precision import (
    STEPS,
    Scores,
    counted_in,
    most_spread,
    score_precision,
)
from corus.analysis.disclosure.rule import COMPLEMENTARY, Rule
from corus.analysis.measures import stats
from corus.analysis.profile.cells import ROUNDED, too_few
from corus.analysis.profile.group import Group
from corus.domain.instrument import Instrument, Item, Variant
from corus.domain.profile import DimensionCell, ItemCell

SAME = 1e-5
"""Steps within this are the same: spreads are no exact floats."""


def dimension_cells(groups: Sequence[Group], items: Iterable[ItemCell]) -> Iterator[DimensionCell]:
    """The cell of every dimension for every group; ``items`` are the profile's."""
    divided: defaultdict[str, set[str]] = defaultdict(set)
    banded: defaultdict[str, set[str]] = defaultdict(set)
    for cell in items:
        if cell.divided:
            divided[cell.group].add(cell.item)
        if cell.show == "banded":
            banded[cell.group].add(cell.item)
    instrument = groups[0].instrument if groups else None
    for index, scored in enumerate(scored_dimensions(instrument) if instrument else ()):
        for group in groups:
            yield _cell(group, index, scored, divided[group.code], banded[group.code])


def _cell(
    group: Group, index: int, scored: Scored, divided: set[str], banded: set[str]
) -> DimensionCell:
    place: dict[str, Any] = {"dimension": scored.dimension, "group": group.code}
    items, giving, without = _questionnaires(group.instrument, group.code, scored)
    if not scored.points:
        return DimensionCell.unchecked(**place, show="unscored")
    if not items:
        return DimensionCell.unchecked(**place, show="not_asked")
    if len(items) == 1:
        return DimensionCell.unchecked(**place, show="single_item", item=items[0].code)
    if not _answer(group, giving) and _answer(group, without):
        return DimensionCell.unchecked(**place, show="unscored")
    # Those of the short form are among the persons whose answers a score must not tell.
    if _isolates_the_rest(group, [v for v in without if v != "express"], scored):
        return DimensionCell.unchecked(**place, show="masked", reason=COMPLEMENTARY)
    found, split = _scores(group, index, scored), any(item.code in divided for item in items)
    cell = _scored_cell(place, found, group.rule, divided=split)
    if cell.show == "banded" and not _leaves_open(group, scored, found, banded):
        return DimensionCell.unchecked(**place, show="masked", reason=COMPLEMENTARY)
    return cell


def _leaves_open(group: Group, scored: Scored, found: Scores, banded: set[str]) -> bool:
    """Whether the score, to the nearest 5, leaves open what bands do, or what is withheld."""
    if found.sample is None:
        return True
    full, step = group.rule.thresholds.full, STEPS["fives"]
    places = {
        i: item.code in banded
        for i, (item, n) in enumerate(zip(scored.items, found.answers, strict=True))
        if 0 < n < full
    }
    answered = [m for m, n in enumerate(found.persons) if n]
    answered += [0] if any(found.left_out[1:]) else []
    limits = disclosure.rounded_from(disclosure.round_to(found.mean, step), step)
    edge = len(group.instrument.scales[scored.items[0].scale or ""].thirds()[0])
    valid: list[list[int]] = found.valid.tolist()
    return score_leaves_open(
        valid,
        places,
        edge,
        found.sample.n,
        found.mean,
        answered,
        limits,
        group.rule.thresholds.shown,
    )


@derived
def _questionnaires(
    instrument: Instrument, group: str, scored: Scored
) -> tuple[tuple[Item, ...], tuple[Variant, ...], tuple[Variant, ...]]:
    """The most items asked of the group, the variants that give a score, and those that do not."""
    items = max((scored.asked(instrument, group, v) for v in VARIANTS), key=len)
    giving = tuple(v for v in VARIANTS if scored.scores(instrument, group, v))
    return items, giving, tuple(v for v in VARIANTS if v not in giving)


def _answer(group: Group, variants: Iterable[Variant]) -> bool:
    return any(group.counts[v].persons for v in variants)


def _scores(group: Group, index: int, scored: Scored) -> Scores:
    """``Scores.of`` from the group's own counts, added up already."""
    counted = counted_in(group.instrument, group.code, scored)
    answering = [group.counts[v] for v in counted if group.counts[v].persons]
    # Where nobody answered in them nobody answered at all, or there would be no score to look for.
    some, *others = answering or [group.counts["standard"]]
    tables = some.scores[index], some.unscored[index], some.marks
    for own in others:
        more = own.scores[index], own.unscored[index], own.marks
        tables = tables[0] + more[0], tables[1] + more[1], tables[2] + more[2]
    return Scores.of_tables(scored, *tables)


def _isolates_the_rest(group: Group, without: Iterable[Variant], scored: Scored) -> bool:
    """Whether a score would tell, beside merged items, what too few persons answered.

    Items add the easy-to-read answers to the others, scores leave them out: what those persons
    answered would follow by subtraction, as it would from counts (``disclosure.separable``).
    """
    full = group.rule.thresholds.full
    return any(
        _few(group.counts[variant].marks[_merged(group, scored)], full)
        for variant in without
        if group.counts[variant].persons
    )


def _few(marks: NDArray[np.int64], full: int) -> bool:
    """Whether some, but fewer than ``full``, gave an answer to an item or met it."""
    sums = np.stack([marks[:, :GIVEN].sum(axis=1), marks[:, :NOT_SHOWN].sum(axis=1)])
    return bool(((sums > 0) & (sums < full)).any())


def _merged(group: Group, scored: Scored) -> list[int]:
    """Items whose cells add up both forms, as ``item_cells`` does."""
    scales = group.instrument.scales
    found = []
    for position, item in zip(scored.positions, scored.items, strict=True):
        easy = group.instrument.scale_code(item, group.code, "easy") or ""
        if item.scale in (easy, scales[easy].merges_with):
            found.append(position)
    return found


def _scored_cell(
    place: dict[str, Any], found: Scores, rule: Rule, *, divided: bool
) -> DimensionCell:
    """The cell of a dimension of which the group is asked two items or more.

    How finely the score is given is decided by ``precision.score_precision``.
    """
    sample = found.sample
    show = rule.show(sample.n if sample else 0)
    if sample is None or show in ("masked", "majority"):
        return DimensionCell.unchecked(**place, show="masked", reason=too_few(rule))
    precision = score_precision(found, rule.thresholds)
    if precision == "none":
        return DimensionCell.unchecked(**place, show="masked", reason=COMPLEMENTARY)
    place = place | {"divided": divided}
    if show == "banded" or precision == "fives":
        reason = COMPLEMENTARY if show == "full" else rule.banded_text
        score = disclosure.round_to(found.mean, STEPS["fives"])
        return DimensionCell.unchecked(**place, show="banded", reason=reason, score=score)
    step = STEPS.get(precision)
    told = _rounded(found, sample, step) if step else _exact(sample)
    reason = ROUNDED.get(precision, "")
    return DimensionCell.unchecked(**place, show="full", reason=reason, **told)


def _exact(sample: stats.Sample) -> dict[str, Any]:
    low, high = stats.t_interval(sample) or (None, None)
    return {
        "n": sample.n, "score": sample.mean, "sd": sample.sd, "low": low, "high": high,
        "unanimous": sample.sd == 0,
    }  # fmt: skip


def _rounded(found: Scores, sample: stats.Sample, step: float) -> dict[str, Any]:
    """Score, sd and interval where what a few persons answered must not follow.

    Beside the distributions of the items an sd, however coarsely rounded, tells it sooner than
    the score does. What stands for it is the largest that those distributions allow, and the
    interval is computed from that: neither tells anything that is not published already.
    """
    widest = round(ceil(most_spread(found) / step - SAME) * step, 6)
    told = stats.Sample(sample.n, disclosure.round_to(found.mean, step), widest)
    low, high = stats.t_interval(told) or (None, None)
    if low is not None and high is not None:
        low, high = round(floor(low / step) * step, 6), round(ceil(high / step) * step, 6)
    return {"n": told.n, "score": told.mean, "sd": told.sd, "low": low, "high": high}
