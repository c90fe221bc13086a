"""All groups together, dimension by dimension: spread, variance due to the group, pooled lines.

Computed from published cells alone, so that nothing here tells more than the cells it compares;
reliability alone reads counts, from 50 persons on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from corus.analysis.counting.layout import Scored, scored_dimensions
from corus.analysis.counting.tally import Tally
from corus.analysis.measures.between import icc, kendall_w, spread
from corus.analysis.measures.reliability import (
    ENOUGH_PERSONS,
    Allowed,
    Block,
    estimate,
    omegas,
    what_it_allows,
)
from corus.analysis.measures.stats import Sample
from corus.analysis.weighing.pooling import (
    College,
    NegotiatedWeights,
    Pooled,
    PooledLine,
    pool,
)
from corus.domain.instrument import Instrument
from corus.domain.profile import DimensionCell
from corus.domain.together import Adding, Concordance, Line, Together
from corus.domain.weighing import Negotiated

RANKED_FROM = 3
"""Dimensions that make an order: two are only one after the other."""
DECIMALS = 2
"""Reliability is told no finer: two people more or less never show in it."""


def stand_together(
    cells: Iterable[DimensionCell], agreed: Negotiated | None = None
) -> tuple[Together, ...]:
    """One entry per dimension that at least two groups have a full score on.

    ``agreed`` gives each group a weight; without it two lines stand side by side, not three.
    """
    found: dict[str, dict[str, Sample | None]] = {}
    for cell in cells:
        if cell.show not in ("not_asked", "single_item", "unscored"):
            found.setdefault(cell.dimension, {})[cell.group] = sample_of(cell)
    return tuple(filter(None, (_together(code, own, agreed) for code, own in found.items())))


def sample_of(cell: DimensionCell) -> Sample | None:
    """The score of a cell as it was published in full, or None."""
    if cell.show != "full" or cell.n is None or cell.score is None or cell.sd is None:
        return None
    return Sample(cell.n, cell.score, cell.sd)


def pooled_by(groups: Mapping[str, Sample | None], agreed: Negotiated | None) -> Pooled | None:
    """The lines of one dimension; a group without a full score is missing from all of them."""
    colleges = {g: College.of(sample) if sample else None for g, sample in groups.items()}
    if agreed is None or not agreed.groups:
        return pool(colleges)
    weights = {group: agreed.groups[group] for group in groups}
    return pool(colleges, NegotiatedWeights(weights, agreed.agreed_on, agreed.sha256[:8]))


def _together(
    dimension: str, groups: Mapping[str, Sample | None], agreed: Negotiated | None
) -> Together | None:
    shown = {group: sample for group, sample in groups.items() if sample}
    pooled = pooled_by(groups, agreed)
    apart = spread({group: sample.mean for group, sample in shown.items()})
    if pooled is None or apart is None:
        return None
    shares = icc(shown.values())
    low, high = (shares.interval if shares else None) or (None, None)
    return Together(
        dimension=dimension, groups=tuple(shown), absent=pooled.absent,
        spread=apart.value, highest=apart.highest, lowest=apart.lowest,
        icc1=shares.icc1 if shares else None, icc1_low=low, icc1_high=high,
        # Groups that differ no more than chance would have them have no reliable means to speak of.
        icc2=shares.icc2 if shares and shares.icc1 > 0 else None,
        lines=tuple(_lines(pooled)), weight_present=pooled.weight_present,
    )  # fmt: skip


def _lines(pooled: Pooled) -> Iterator[Line]:
    yield _line("equal", pooled.equal)
    yield _line("head_count", pooled.head_count)
    if pooled.negotiated:
        yield _line("negotiated", pooled.negotiated)


def _line(convention: str, line: PooledLine) -> Line:
    low, high = line.interval or (None, None)
    return Line.model_validate(
        {"convention": convention, "score": line.score, "low": low, "high": high}
    )


def concordance(cells: Iterable[DimensionCell]) -> Concordance | None:
    """Kendall's W over groups that rank at least three dimensions in common.

    Where not all do, the group with the fewest scores is left out, and so on: the result names
    the groups it stands on. None when fewer than two are left.
    """
    scores: dict[str, dict[str, float]] = {}
    for cell in cells:
        if sample := sample_of(cell):
            scores.setdefault(cell.group, {})[cell.dimension] = sample.mean
    ranking = dict(scores)
    while len(ranking) > 1 and len(_shared(ranking)) < RANKED_FROM:
        del ranking[min(ranking, key=lambda group: len(ranking[group]))]
    if len(ranking) < 2:
        return None
    names = sorted({name for own in ranking.values() for name in own})
    table = [[own.get(name, np.nan) for name in names] for own in ranking.values()]
    found = kendall_w(np.array(table, np.float64).reshape(len(ranking), len(names)))
    if found is None:
        return None
    return Concordance(
        w=found.w, p=found.p, how=found.how, groups=tuple(ranking),
        dimensions=found.objects, left_out=found.left_out,
    )  # fmt: skip


def _shared(ranking: Mapping[str, Mapping[str, float]]) -> set[str]:
    """Dimensions that every one of these groups has a score on."""
    return set.intersection(*(set(own) for own in ranking.values()))


def may_be_added(
    tally: Tally, instrument: Instrument, cells: Iterable[DimensionCell]
) -> Iterator[Adding]:
    """One entry per group and dimension with a full score; figures from 50 persons on, where the
    score is exact."""
    scored = {one.dimension: one for one in scored_dimensions(instrument)}
    full = [cell for cell in cells if cell.show == "full"]
    blocks = [_block(tally, instrument, scored[cell.dimension], cell) for cell in full]
    found = [_alpha(block) for block in blocks]
    # One factor says nothing of items that do not go together, and takes long to be found.
    wanted = {
        place: block
        for place, (block, (allows, _)) in enumerate(zip(blocks, found, strict=True))
        if block and allows in ("warn", "may_add")
    }
    factors = dict(zip(wanted, omegas(list(wanted.values())), strict=True))
    for place, (cell, (allows, figures)) in enumerate(zip(full, found, strict=True)):
        yield _adding(cell, allows, figures, factors.get(place))


def _block(
    tally: Tally, instrument: Instrument, scored: Scored, cell: DimensionCell
) -> Block | None:
    # Beside a rounded score α would tell what it hides: how answers go together, and so whose
    # answers are not among them.
    enough = (cell.n or 0) >= ENOUGH_PERSONS and not cell.reason
    return tally.block(instrument, cell.group, scored) if enough else None


def _alpha(block: Block | None) -> tuple[Allowed, tuple[float, ...]]:
    """What α allows; α and the ends of its interval, or nothing."""
    if block is None:
        return "not_tested", ()
    n, found, interval = estimate(block)
    # By the figure that is printed, so that nobody reads 0.60 beside « under 0.60 ».
    allows = what_it_allows(found and round(found, DECIMALS), n)
    if allows == "not_tested" or found is None:
        return "not_tested", ()
    return allows, (found, *(interval or ()))


def _adding(
    cell: DimensionCell, allows: Allowed, figures: tuple[float, ...], one_factor: float | None
) -> Adding:
    place: dict[str, Any] = {"dimension": cell.dimension, "group": cell.group, "allows": allows}
    if not figures:
        return Adding(**place)
    names = ("alpha", "low", "high", "omega")
    padded = (*figures, *(None,) * (3 - len(figures)), one_factor)
    rounded = (None if one is None else round(one, DECIMALS) for one in padded)
    return Adding(**place, n=cell.n, **dict(zip(names, rounded, strict=True)))
