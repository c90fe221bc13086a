"""Other ways in which the same persons may have answered, for all that is published.

Knows distributions of items and how many persons left how many of them out; no thresholds, no
instrument. What a few answered is unknown as long as two such ways differ in it: each is a witness
that can be written down, so that no attacker, however clever, finds the contrary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NEAR = 1e-5
"""Sums within this are the same: weights such as 5/3 − 1 are no exact floats."""
MOST = 4096
"""Sums kept while sets are added up; leaving some out makes the answer more cautious only."""

Histogram = tuple[int, ...]
"""Answers to one item by point."""


class Kind(NamedTuple):
    """Persons who answered equally many items, other than most did."""

    persons: int
    answered: int
    step: float
    """How far one point of one answer moves the published sum."""


@dataclass(frozen=True)
class Alike:
    """Persons of one kind who left out the same items."""

    kind: Kind
    persons: int
    items: tuple[int, ...]
    """Places of the items they answered."""


def farthest_exchange(valid: Sequence[Histogram], steps: Sequence[float], few: int) -> float:
    """How far, at most, the published sum moves when one of any ``few`` persons or fewer exchanges
    an answer with somebody else.

    Whoever is among them, somebody outside answered the same item with another point; exchanging
    the two answers changes nothing that is published but that sum, and what the few answered.
    """
    ends = (*steps, 0.0)
    return (max(ends) - min(ends)) * max((_nearest(item, few) for item in valid), default=0)


def _nearest(item: Histogram, few: int) -> int:
    """Distance to the nearest other point that somebody outside is sure to have chosen."""
    if min(item) > few:
        return 1
    chosen = [point for point, n in enumerate(item) if n]
    if len(chosen) < 2:
        return 0
    sure = [point for point in chosen if item[point] > few]
    if not sure:
        return chosen[-1] - chosen[0]
    return max(
        min(
            abs(point - other)
            for other in ([s for s in sure if s != point] or _without(chosen, point))
        )
        for point in chosen
    )


def _without(points: Sequence[int], one: int) -> list[int]:
    return [point for point in points if point != one]


def squares_between(valid: NDArray[np.int64]) -> tuple[float, float]:
    """Least and largest Σ(sum − mean)² of persons' sums of answers that the items allow.

    The largest holds when who is high on one item is high on all; the least is not always reached
    with three items and more (Hoeffding 1940, Fréchet 1951). Items that a few left out count as if
    those few had answered as the others did.
    """
    answers = valid.sum(axis=1)
    n = answers.max()
    over = valid[:, :0:-1].cumsum(axis=1) * (n / answers)[:, np.newaxis]
    flat = over.ravel()
    together = np.minimum.outer(flat, flat)
    apart = np.maximum(np.add.outer(flat, flat) - n, 0)
    # Within one item there is no choice: who is above a higher point is above a lower one.
    own = np.einsum("iaib->", (together - apart).reshape(over.shape * 2))
    mean = flat.sum() ** 2 / n
    return float(apart.sum() + own - mean), float(together.sum() - mean)


def sums_between(valid: NDArray[np.int64], persons: int) -> tuple[float, float]:
    """Least and largest sum of all answers of so many of the persons that the items allow.

    Items that a few left out count as if those few had answered as the others did.
    """
    answers = valid.sum(axis=1)
    over = valid[:, :0:-1].cumsum(axis=1) * (answers.max() / answers)[:, np.newaxis]
    least = np.maximum(over + persons - answers.max(), 0)
    return float(least.sum()), float(np.minimum(over, persons).sum())


def widest_step(valid: NDArray[np.int64]) -> int:
    """Largest distance between two neighbouring points that were chosen of one item."""
    if valid.all():
        return 1
    return max(int(np.diff(np.flatnonzero(item)).max(initial=0)) for item in valid)


def leaves_two(
    valid: Sequence[Histogram],
    kinds: Sequence[Kind],
    everybody: int,
    blur: tuple[float, float],
    few: int,
) -> bool:
    """Whether, within ``blur``, every set of up to ``few`` persons may have answered in two ways.

    Sets: those who answered equally many items, and those who left out one item. Most must have
    answered every item; ``valid`` holds the items that somebody answered, ``everybody`` those who
    answered one at least. Looks at one way of sharing out who left out what; False when unsure.
    """
    missing = tuple(everybody - sum(item) for item in valid)
    groups = _shared_out(tuple(kinds), missing)
    if groups is None:
        return False
    sets = [[g.kind == kind for g in groups] for kind in kinds if kind.persons <= few]
    sets += [[i not in g.items for g in groups] for i, n in enumerate(missing) if 0 < n <= few]
    return all(_open(valid, groups, own, blur) for own in sets)


@lru_cache(maxsize=1024)
def _shared_out(kinds: tuple[Kind, ...], missing: tuple[int, ...]) -> tuple[Alike, ...] | None:
    """Who left out what, the largest needs first (Gale 1957, Ryser 1957); None if none fits."""
    left = list(missing)
    found: Counter[tuple[Kind, tuple[int, ...]]] = Counter()
    for kind in sorted(kinds, key=lambda k: k.answered):
        for _ in range(kind.persons):
            order = sorted(range(len(left)), key=lambda i: (-left[i], i))
            out = order[: len(left) - kind.answered]
            for i in out:
                left[i] -= 1
            found[kind, tuple(sorted(order[len(out) :]))] += 1
    if any(left):
        return None
    return tuple(Alike(kind, n, items) for (kind, items), n in found.items())


def _open(
    valid: Sequence[Histogram],
    groups: Sequence[Alike],
    own: Sequence[bool],
    blur: tuple[float, float],
) -> bool:
    """Whether two sums of the persons of ``own`` fit, or the items alone tell that sum."""
    alone = _sums_of(valid, [group for group, inside in zip(groups, own, strict=True) if inside])
    if alone < 2:
        return True
    seen: set[float] = set()
    for favoured in range(len(groups)):
        sums = [_own(valid, groups, place, favoured) for place in range(len(groups))]
        seen.update(_fitting(sums, groups, own, blur))
        if len(seen) > 1:
            return True
    return False


def _sums_of(valid: Sequence[Histogram], own: Sequence[Alike]) -> int:
    """How many sums the items alone leave open."""
    return sum(len(_drawn(tuple(valid[i] for i in g.items), g.persons)) - 1 for g in own) + 1


def _own(
    valid: Sequence[Histogram], groups: Sequence[Alike], place: int, favoured: int
) -> NDArray[np.int64]:
    """Sums of one group that exclude no sum of another: points chosen too rarely for all of them
    are left to the favoured one."""
    group = groups[place]
    items = []
    for i in group.items:
        asking = sum(g.persons for g in groups if i in g.items)
        free = place == favoured or asking == group.persons
        items.append(valid[i] if free else tuple(n if n >= asking else 0 for n in valid[i]))
    return _drawn(tuple(items), group.persons)


def _fitting(
    sums: Sequence[NDArray[np.int64]],
    groups: Sequence[Alike],
    own: Sequence[bool],
    blur: tuple[float, float],
) -> Iterator[float]:
    """The sums of the persons of ``own`` in the ways that fit."""
    inside, moved, rest = np.zeros(1), np.zeros(1), np.zeros(1)
    alike = len({g.kind for g, chosen in zip(groups, own, strict=True) if chosen}) == 1
    for some, group, chosen in zip(sums, groups, own, strict=True):
        step = group.kind.step
        if not chosen:
            rest = _all_sums(rest, step * some)
        elif alike:
            inside = _all_sums(inside, some)
            moved = step * inside
        else:
            pairs = np.add.outer(inside, some).ravel(), np.add.outer(moved, step * some).ravel()
            both = np.unique(np.round(np.column_stack(pairs), 6), axis=0)
            inside, moved = _thinned(both).T
    if not (len(rest) and len(inside)):
        return
    first = np.searchsorted(rest, blur[0] - NEAR - moved)
    fits = (first < len(rest)) & (rest[first.clip(max=len(rest) - 1)] <= blur[1] + NEAR - moved)
    yield from np.unique(inside[fits]).tolist()


def _all_sums(first: NDArray[np.float64], second: NDArray[Any]) -> NDArray[np.float64]:
    """Every sum of one number of each, in order."""
    sums: NDArray[np.float64] = np.add.outer(first, second).round(6).ravel()
    sums.sort()
    return _thinned(sums[np.diff(sums, prepend=-np.inf) > 0])


def _thinned(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return sums[:: -(-len(sums) // MOST)] if len(sums) > MOST else sums


@lru_cache(maxsize=4096)
def _drawn(items: tuple[Histogram, ...], persons: int) -> NDArray[np.int64]:
    """Every sum of ``persons`` answers to each of these items, in order."""
    few = (tuple(min(n, persons) for n in item) for item in items)
    bits = reduce(_added, (_sums(item, persons) for item in few), 1)
    return _set_bits(bits)


def _set_bits(bits: int) -> NDArray[np.int64]:
    """The numbers whose bits are set, in order."""
    return np.array([s for s in range(bits.bit_length()) if bits >> s & 1], np.int64)


@lru_cache(maxsize=4096)
def _sums(item: Histogram, answers: int) -> int:
    """Every sum that ``answers`` answers may have, drawn from these: bit s is set for the sum s."""
    # Bit j·width + s is set when j answers may add up to s.
    width = answers * (len(item) - 1) + 1
    room = (1 << width * (answers + 1)) - 1
    found = 1
    for point, n in enumerate(item):
        for taken in _doubling(n):
            found |= (found << taken * (width + point)) & room
    return found >> width * answers


def _doubling(n: int) -> Iterator[int]:
    """1, 2, 4 … and what is left: some of them add up to each number from 0 to ``n``."""
    step = 1
    while n:
        yield min(step, n)
        n, step = n - min(step, n), 2 * step


def _added(first: int, second: int) -> int:
    """Every sum of a number of each set, all of them as bits."""
    both = 0
    while second:
        lowest = second & -second
        both |= first * lowest
        second ^= lowest
    return both
