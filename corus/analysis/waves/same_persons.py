"""What may be told of the change of linked persons beside the releases of both waves.

Decides by numbers of persons; it knows no answers and no pseudonyms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import cast

import numpy as np

from corus.analysis.counting.layout import FORMS
from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.precision import Scores
from corus.analysis.disclosure.rule import round_to
from corus.analysis.disclosure.views import Atom, View, refuses
from corus.analysis.measures.stats import Interval, Sample
from corus.analysis.profile.cells import ROUNDED
from corus.analysis.profile.together import sample_of
from corus.analysis.waves.random_intercept import left_over, random_intercept_change
from corus.analysis.waves.wave_change import Pairs, linked_change, publishable
from corus.domain.profile import DimensionCell
from corus.domain.same_persons import OverAllRows, SamePersons
from corus.domain.wave import Thresholds

FINE, WHOLE = 0.1, 1.0


@dataclass(frozen=True)
class Side:
    """One wave as it was released: the cell, and what stands behind it."""

    cell: DimensionCell
    whole: Sample
    """The scores as computed, before any rounding."""
    points: int
    """Length of the dimension's scale."""
    complete: bool
    """Whether everybody answered the same number of items."""

    @classmethod
    def of(cls, cell: DimensionCell, scores: Scores) -> Side:
        """The side of a published cell; nobody scored is nobody linked."""
        whole = scores.sample or Sample(0, 0.0, 0.0)
        return cls(cell, whole, scores.points, complete=not scores.kinds)


def tell(
    first: Side, second: Side, pairs: Pairs | None, thresholds: Thresholds, *, isolates: bool
) -> SamePersons:
    """The change of the linked persons, or that it is withheld; both cells are published in full.

    Withheld without a reason that would tell which, unless the pairs, and in each wave those who
    are in no pair, are nobody or enough for a full distribution, since what they answered follows
    by subtraction; and ``isolates`` is false: beside all that is told of either wave, nobody is
    left alone.

    Where a release rounds its score, everything is computed from figures as told, and is no finer
    than they are. Where somebody left an item out it is in whole points: the last decimals of a
    mean would tell how many items a few persons answered, and what. Intervals go outwards.
    """
    place = SamePersons(dimension=first.cell.dimension, group=first.cell.group, withheld=True)
    if pairs is None or isolates:
        return place
    linked = pairs.difference.n
    if not publishable(linked, first.whole.n, second.whole.n, thresholds):
        return place
    return _told(place, (first, second), pairs)


def _told(place: SamePersons, sides: tuple[Side, Side], pairs: Pairs) -> SamePersons:
    step = _step(sides)
    known, wholes, slack = _known(sides, pairs, step)
    change = linked_change(known)
    low, high = _outwards(change.interval, step, slack) if change.interval else (None, None)
    return place.model_copy(
        update={
            "withheld": False, "pairs": known.difference.n,
            "answered": (sides[0].whole.n, sides[1].whole.n),
            "first": round_to(known.first.mean, step),
            "second": round_to(known.second.mean, step),
            "value": round_to(change.value, step), "low": low, "high": high,
            "half_sd": round_to(change.half_sd, step) if change.half_sd else None,
            "step": step, "all_rows": _all_rows(wholes, known, step, slack),
        }
    )  # fmt: skip


def _step(sides: tuple[Side, Side]) -> float:
    fine = all(side.complete and side.cell.reason in ("", ROUNDED["tenths"]) for side in sides)
    return FINE if fine else WHOLE


def _known(
    sides: tuple[Side, Side], pairs: Pairs, step: float
) -> tuple[Pairs, tuple[Sample, Sample], float]:
    """Pairs and whole waves that figures may be computed from, and how far off they may be.

    As they are where both scores are published exactly; otherwise as told, so that no equation is
    added between a rounded score and what it hides.
    """
    wholes = sides[0].whole, sides[1].whole
    if not any(side.cell.reason for side in sides):
        return pairs, wholes, 0.0
    published = tuple(sample_of(side.cell) or side.whole for side in sides)
    first, second = (
        whole if whole.n == part.n else _coarse(part, step)
        for whole, part in zip(published, pairs[:2], strict=True)
    )
    spread = _coarse(pairs.difference, step).sd
    change = Sample(first.n, second.mean - first.mean, spread)
    return Pairs(first, second, change), (published[0], published[1]), step


def _coarse(sample: Sample, step: float) -> Sample:
    return Sample(sample.n, round_to(sample.mean, step), ceil(sample.sd / step - 1e-9) * step)


def _all_rows(
    wholes: tuple[Sample, Sample], pairs: Pairs, step: float, slack: float
) -> OverAllRows | None:
    only = [left_over(whole, part) for whole, part in zip(wholes, pairs[:2], strict=True)]
    found = random_intercept_change(pairs, *only)
    if found is None:
        return None
    low, high = _outwards(found.interval, step, slack)
    value = round_to(found.value, step)
    return OverAllRows(value=value, low=low, high=high, persons=found.persons)


def _outwards(interval: Interval, step: float, slack: float) -> Interval:
    low, high = (interval[0] - slack) / step, (interval[1] + slack) / step
    return round(floor(low + 1e-9) * step, 6), round(ceil(high - 1e-9) * step, 6)


Persons = Collection[tuple[str, bytes]]
"""(variant of the questionnaire, pseudonym) of persons with a score in two waves."""


Kind = tuple[str, str]
"""(variant of the questionnaire, hand): who wrote the answers; "" where that is not told apart."""


def hand_of(mode: str) -> str:
    """``self``, ``helped``, or ``unknown``: the sides of a mode effect, and neither."""
    return mode if mode in ("self", "unknown") else "helped"


def isolates(
    new: Persons,
    earlier: Sequence[Persons],
    scored: Mapping[Kind, int],
    thresholds: Thresholds,
    hands: Mapping[bytes, str] | None = None,
) -> bool:
    """Whether scores of the ``new`` set of persons of a wave would isolate somebody in it.

    Beside the wave's scores, its forms of the questionnaire, sets told ``earlier``, and where
    mode effects are told those who wrote themselves and those who were helped, by the algebra of
    the ledger of views. ``scored`` is persons with a score by kind; ``hands`` the hand of each
    person, as ``hand_of`` says it; None where no effects are told.
    """
    counts: dict[Atom, int] = {}
    sets: list[Persons] = [new, *earlier]
    for variant, name in {one for told in sets for one in told}:
        kind = variant, hands.get(name, "unknown") if hands is not None else ""
        atom = kind, tuple((variant, name) in told for told in sets)
        counts[atom] = counts.get(atom, 0) + 1
    for kind, persons in scored.items():
        known = sum(n for atom, n in counts.items() if _kind(atom) == kind)
        counts[kind, (False,) * len(sets)] = persons - known
    told = list(_views(counts, len(sets)))
    return refuses(told[0], told[1:], counts, thresholds) is not None


def _views(counts: Mapping[Atom, int], sets: int) -> Iterator[View]:
    for index in range(sets):
        taken = (a for a in counts if isinstance(a, tuple) and a[1][index])
        yield View(f"set {index}", frozenset(taken))
    yield View("all", frozenset(counts))
    for form in FORMS:
        yield View("+".join(form), frozenset(a for a in counts if _kind(a)[0] in form))
    for hand in ("self", "helped"):
        yield View(hand, frozenset(a for a in counts if _kind(a)[1] == hand))


def _kind(atom: Atom) -> Kind:
    return cast(tuple[Kind, tuple[bool, ...]], atom)[0]


def unsafe_beside(
    told: Sequence[SamePersons], wave: int, before: Tally, after: Tally, thresholds: Thresholds
) -> list[str]:
    """Places where a new release beside what was told of linked persons would isolate somebody.

    ``wave`` is 0 where the release is of the first wave. Those who are in no pair may leave: when
    too few of them would stay for a full distribution, they could follow by subtraction.
    """
    found = []
    for cell in told:
        if cell.withheld or cell.answered is None or cell.pairs is None:
            continue
        single, went = cell.answered[wave] - cell.pairs, _went(cell, before, after)
        if single and went and single - went < thresholds.full:
            found.append(f"{cell.group} · {cell.dimension}")
    return found


def _went(cell: SamePersons, before: Tally, after: Tally) -> int:
    """At least so many persons lost their score of this dimension."""
    index = before.layout.dimensions.index(cell.dimension)
    old, new = (t.of_group(cell.group).scores[:, index].sum(axis=0) for t in (before, after))
    return int(np.clip(old - new, 0, None).sum())
