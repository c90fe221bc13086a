"""Two ways in which the same few persons may have answered, for all that is published.

Knows distributions of items, how many persons left how many of them out and what a rounded score
says; no thresholds, no instrument. Each way found is a witness that can be written down, so that
no attacker, however clever, finds the contrary. Everything is counted in whole numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache, partial, reduce
from itertools import islice
from math import ceil, gcd, lcm
from operator import or_
from typing import NamedTuple

from corus.analysis.disclosure.worlds import Histogram, Kind, drawn

ITEMS = 12
"""More items are not looked at: their scores are told only where any exchange of answers fits."""
OTHERWISE = 12
"""Other ways of sharing out who left out what that are tried."""

Sums = tuple[int, int]
"""Numbers, as the least that may be among them and bits: bit s is set for the s-th from there."""
NOTHING: Sums = (0, 1)


class Alike(NamedTuple):
    """Persons who answered the same items, but not all of them."""

    items: tuple[int, ...]
    step: Fraction
    """How far one point of one answer moves k·Σ(s/m) − Σs, with k items."""


Shared = Mapping[Alike, int]
"""How many persons left out what, those who answered nothing included."""


@dataclass(frozen=True)
class Window:
    """What a score as printed says: from ``low`` to just below ``high``, over ``persons``."""

    low: Fraction
    high: Fraction
    persons: int
    counted: bool
    """Whether the number of persons with a score is told."""
    answers: int
    """Sum of every answer, in point indexes."""
    top: int

    def between(self, k: int, unit: int, fewer: int) -> tuple[int, int]:
        """First and last of the sums Σ(s/m − s/k), times ``unit``, if fewer had a score."""
        if fewer and self.counted:
            return 1, 0
        width = Fraction(unit * self.top * (self.persons - fewer), 100)
        told = self.answers * unit // k
        return ceil(self.low * width) - told, ceil(self.high * width) - 1 - told


@dataclass(frozen=True)
class Group:
    """What is known of one group beside its score: the items that somebody answered."""

    valid: tuple[Histogram, ...]
    kinds: tuple[Kind, ...]
    complete: int
    """Persons who answered all of them."""
    blank: int
    """Persons who answered none of them."""

    @cached_property
    def missing(self) -> tuple[int, ...]:
        """Persons without an answer, by item."""
        everybody = self.complete + self.blank + sum(kind.persons for kind in self.kinds)
        return tuple(everybody - sum(item) for item in self.valid)


Own = Callable[[Alike], bool]
"""Whether persons are in a set."""


@dataclass
class Asked:
    """What a set of a few persons answered to one item, or to all of them together."""

    own: Own
    items: tuple[int, ...]
    by_count: bool
    """Whether it is known but for how many of them answered."""
    ways: set[tuple[int, int]] = field(default_factory=set)
    """How many of them answered and the sum of their answers, in the ways found."""


@dataclass(frozen=True)
class Sharing:
    """One way of sharing out who left out what."""

    shared: Shared
    fewer: int = 0
    """How many persons fewer than in truth have a score."""
    same: bool = True
    """Whether as many as in truth answered how many items."""


def overlaps_tell(group: Group, counted: bool, few: int) -> bool:
    """Whether a score may tell of a few who left one item out that they answered another one, to
    which all who answered gave the same answer: no exchange of answers hides that."""
    pairs = range(len(group.valid))
    return any(
        _by_count(group, counted, i, j) for i in pairs for j in pairs if 0 < group.missing[i] <= few
    )


def leaves_two(group: Group, windows: Sequence[Window], few: int) -> bool:
    """Whether, within the windows, every set of up to ``few`` persons may have answered every item
    in two ways, unless the items alone tell it.

    Sets: those who answered equally many items, and those who left out one item. Ways differ in
    the sum of the set's answers, or in how many answered. False when unsure.
    """
    if len(group.valid) > ITEMS:
        return False
    counted = any(window.counted for window in windows)
    asked = list(_asked(group, counted, few))
    for sharing in _sharings(group):
        # An attacker may know how many answered how many items; only of those who left out two
        # items instead of one is that the very thing to hide.
        left = [one for one in asked if len(one.ways) < 2 and (sharing.same or one.by_count)]
        if left:
            search = _Search(group, sharing, windows)
            for one in left:
                one.ways.update(islice(search.ways(one), 2))
        if all(len(one.ways) > 1 for one in asked):
            return True
    # Whoever answered nothing has nothing that could be told.
    return all(len(one.ways) > 1 or one.ways == {(0, 0)} for one in asked)


def _asked(group: Group, counted: bool, few: int) -> Iterator[Asked]:
    """The sets, and the items of which the group's distributions do not tell what they answered."""
    for out, own in _sets(group, few):
        others = [j for j in range(len(group.valid)) if j != out]
        varied = [j for j in others if _chosen(group.valid[j]) > 1]
        yield from (Asked(own, (j,), by_count=False) for j in varied)
        if varied:
            yield Asked(own, tuple(others), by_count=False)
        known = (j for j in others if _by_count(group, counted, out, j))
        yield from (Asked(own, (j,), by_count=True) for j in known)


def _chosen(item: Histogram) -> int:
    return sum(n > 0 for n in item)


def _by_count(group: Group, counted: bool, out: int, j: int) -> bool:
    """Whether what those without item ``out`` answered to ``j`` is known but for how many did."""
    if out in (-1, j) or _chosen(group.valid[j]) > 1 or not group.missing[j]:
        return False
    # Of two items, the number of persons with a score tells who left out both.
    return not (counted and len(group.valid) == 2)


def _sets(group: Group, few: int) -> Iterator[tuple[int, Own]]:
    """Sets of a few persons, each with the item that they left out, or -1."""
    yield from ((-1, partial(_of_kind, kind)) for kind in group.kinds if kind.persons <= few)
    yield from ((i, partial(_without, i)) for i, n in enumerate(group.missing) if 0 < n <= few)


def _of_kind(kind: Kind, alike: Alike) -> bool:
    return (len(alike.items), alike.step) == (kind.answered, kind.step)


def _without(item: int, alike: Alike) -> bool:
    return item not in alike.items


def _sharings(group: Group) -> Iterator[Sharing]:
    """Ways of sharing out who left out what: one, then those where one person leaves out an item
    instead of another."""
    first = _shared_out(group)
    if first is None:
        return
    yield Sharing(first)
    k = len(group.valid)
    if all(alike.step == _step(len(alike.items), k) for alike in first):
        yield from islice(_otherwise(first, group.complete, k), OTHERWISE)


@lru_cache(maxsize=1024)
def _shared_out_of(kinds: tuple[Kind, ...], missing: tuple[int, ...]) -> dict[Alike, int] | None:
    """Who left out what, the largest needs first (Gale 1957, Ryser 1957); None if none fits."""
    left = list(missing)
    found: Counter[Alike] = Counter()
    for kind in sorted(kinds, key=lambda k: k.answered):
        for _ in range(kind.persons):
            order = sorted(range(len(left)), key=lambda i: (-left[i], i))
            out = order[: len(left) - kind.answered]
            for i in out:
                left[i] -= 1
            found[Alike(tuple(sorted(order[len(out) :])), kind.step)] += 1
    return None if any(left) else dict(found)


def _shared_out(group: Group) -> Shared | None:
    missing = tuple(n - group.blank for n in group.missing)
    found = _shared_out_of(group.kinds, missing)
    if found is None or not group.blank:
        return found
    return {**found, Alike((), Fraction(-1)): group.blank}


def _step(answered: int, k: int) -> Fraction:
    return Fraction(k, answered) - 1 if 2 * answered >= k else Fraction(-1)


def _otherwise(shared: Shared, complete: int, k: int) -> Iterator[Sharing]:
    everything = Alike(tuple(range(k)), Fraction())
    persons = {**shared, everything: complete}
    for giver in shared:
        for taker, n in persons.items():
            for i in set(taker.items) - set(giver.items) if n else ():
                after = Counter(persons)
                gave, took = {*giver.items, i}, {*taker.items} - {i}
                after.subtract([giver, taker])
                after.update(Alike(tuple(sorted(s)), _step(len(s), k)) for s in (gave, took))
                same = len(took) == len(giver.items)
                rest = {a: n for a, n in after.items() if n and a != everything}
                yield Sharing(rest, _scored(persons) - _scored(after), same)


def _scored(persons: Shared) -> int:
    return sum(n for alike, n in persons.items() if alike.step >= 0)


class _Search:
    """The ways that fit one way of sharing out who left out what."""

    def __init__(self, group: Group, sharing: Sharing, windows: Sequence[Window]) -> None:
        self.valid, self.alike = group.valid, list(sharing.shared)
        self.persons = list(sharing.shared.values())
        k = len(group.valid)
        # One point of one answer moves k·Σ(s/m) − Σs by the step, and this sum by a k-th of it.
        unit = lcm(*range(1, k + 1))
        steps = [int(alike.step * unit / k) for alike in self.alike]
        common = gcd(*steps) or 1
        self.steps = [step // common for step in steps]
        ends = [window.between(k, unit, sharing.fewer) for window in windows]
        self.low = -(-max(low for low, _ in ends) // common)
        self.width = min(high for _, high in ends) // common - self.low + 1
        self.cached: dict[tuple[int, tuple[int, ...]], Sums] = {}

    def ways(self, asked: Asked) -> Iterator[tuple[int, int]]:
        """How many may have answered, and the sum of their answers, those known left out."""
        units = [(g, j) for g, a in enumerate(self.alike) for j in asked.items if j in a.items]
        inside = [(g, j) for g, j in units if asked.own(self.alike[g])]
        outside = [unit for unit in units if unit not in inside]
        count = sum(self.persons[g] for g, _ in inside)
        for favoured in range(len(self.alike)) if self.width > 0 else ():
            moved = [self._moved(favoured, *unit) for unit in outside]
            rest = reduce(_added, moved, self._rest(favoured, asked.items))
            for total in self._fitting(favoured, inside, rest):
                if (count, total) not in asked.ways:
                    yield count, total

    def _fitting(self, favoured: int, inside: Sequence[tuple[int, int]], rest: Sums) -> set[int]:
        """Sums of these answers beside which the others make up for what they move."""
        pairs = {(0, 0)}
        for g, j in inside:
            own, step = self._own(favoured, g, j), self.steps[g]
            pairs = {(total + s, moved + step * s) for total, moved in pairs for s in own}
        return {total for total, moved in pairs if self._fits(rest, self.low - moved)}

    def _fits(self, rest: Sums, low: int) -> bool:
        first, bits = rest
        start = low - first
        window = (1 << max(self.width + min(start, 0), 0)) - 1
        return bool(bits >> max(start, 0) & window)

    def _rest(self, favoured: int, items: tuple[int, ...]) -> Sums:
        """Sums over the answers to every item but these."""
        if (favoured, items) not in self.cached:
            others = [j for j in range(len(self.valid)) if j not in items]
            units = ((g, j) for j in others for g, a in enumerate(self.alike) if j in a.items)
            moved = (self._moved(favoured, *unit) for unit in units)
            self.cached[favoured, items] = reduce(_added, moved, NOTHING)
        return self.cached[favoured, items]

    def _moved(self, favoured: int, g: int, j: int) -> list[int]:
        return [self.steps[g] * s for s in self._own(favoured, g, j)]

    def _own(self, favoured: int, g: int, j: int) -> list[int]:
        """Sums of these persons' answers to ``j`` that exclude no sum of another: points chosen
        too rarely for all of them are left to the favoured ones."""
        asking = sum(n for a, n in zip(self.alike, self.persons, strict=True) if j in a.items)
        free = g == favoured or asking == self.persons[g]
        return _drawn(self.valid[j], self.persons[g], 0 if free else asking)


@lru_cache(maxsize=4096)
def _drawn(item: Histogram, persons: int, often: int) -> list[int]:
    """Sums of so many answers to this item, of the points chosen so often."""
    chosen = tuple(n if n >= often else 0 for n in item)
    found: list[int] = drawn((chosen,), persons).tolist()
    return found


def _added(sums: Sums, more: Sequence[int]) -> Sums:
    """Every sum of one number of each."""
    if not more:
        return sums[0], 0
    least = min(more)
    return sums[0] + least, reduce(or_, (sums[1] << s - least for s in more))
