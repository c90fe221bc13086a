"""What bands tell: of 5 to 9 persons, low, middle and high may leave one number only.

Of five persons « middle, low, low » is 3, 1 and 1. Knows counts and bands; no group and
no instrument. Not covered, as in ``suppression``: what withholding itself tells a reader who knows
this rule (three parts of five persons are then 3, 1 and 1, in an order that is not told).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import ceil

from corus.analysis.disclosure.rule import band_of
from corus.domain.shown import Band

Histogram = Sequence[int]
"""Answers to one item by point, reversed items turned round."""
ONE_EACH = (1, 1)
Limits = tuple[Fraction, Fraction]
"""Of a score as printed (``rule.rounded_from``): the upper end is excluded."""


@lru_cache(maxsize=256)
def persons_in(band: Band, n: int) -> tuple[int, int]:
    """Least and most of ``n`` persons (5 or more) whose share ``band_of`` puts in ``band``."""
    fits = [x for x in range(n + 1) if band_of(x / n) == band]
    return fits[0], fits[-1]


def bands_tell(
    parts: Sequence[int], sizes: Sequence[int], shown: int, each: tuple[int, int] = ONE_EACH
) -> bool:
    """Whether the bands of these parts leave one number of a part of 1 to ``shown`` − 1 persons.

    ``sizes`` are the numbers of persons who may have answered, for all a reader knows, the true
    one last; each of them is in ``each[0]`` to ``each[1]`` parts. Leave out parts that nobody can
    be in: they are known to be 0.
    """
    bands = tuple(band_of(x / sizes[-1]) for x in parts)
    return any(
        0 < x < shown and len(set(_possible(bands, place, sizes, each))) == 1
        for place, x in enumerate(parts)
    )


def _possible(
    bands: Sequence[Band], place: int, sizes: Sequence[int], each: tuple[int, int]
) -> Iterator[int]:
    """Numbers of persons that one part may hold, for each number of persons there may be."""
    for n in sizes:
        ends = [persons_in(band, n) for band in bands]
        low, high = ends[place]
        fewest, most = (sum(end[side] for end in ends) - ends[place][side] for side in (0, 1))
        for x in range(low, high + 1):
            if x + fewest <= n * each[1] and x + most >= n * each[0]:
                yield x


def score_leaves_open(
    items: Sequence[Histogram],
    banded: Mapping[int, bool],
    edge: int,
    persons: int,
    mean: Fraction,
    answered: Sequence[int],
    limits: Limits,
    shown: int,
) -> bool:
    """Whether every part of 1 to ``shown`` − 1 persons of a banded item may be one larger or
    smaller beside a score, ``mean`` of so many ``persons``, known to lie in ``limits``.

    ``banded`` holds the places of items told in bands (True) or withheld (False); all others are
    told by point. A part is that of the ``edge`` lowest points, of the highest, or between.
    ``answered``: numbers of items that persons with a score answered; 0 for persons without one.
    Where everybody answered every item, every way of answering is looked at; otherwise one answer
    moved to another point, alone or with one to another item, that leaves all bands and, whoever
    moves, the score where they are.
    """
    asked = [i for i, item in enumerate(items) if any(item)]
    if all(sum(items[i]) == persons for i in asked) and set(answered) == {len(asked)}:
        return _other_sums([items[i] for i in asked], [banded.get(i) for i in asked],
                           edge, limits, shown)  # fmt: skip
    moves = {i: list(_moves(items[i], edge, keep)) for i, keep in banded.items()}
    top = len(items[0]) - 1
    width = Fraction(100, top * persons)
    shift = {d: _shifts(d, answered, width) for d in range(-top, top + 1)}
    room = limits[0] - mean, limits[1] - mean
    for i in banded:
        others = {0, *(d for j, own in moves.items() if j != i for _, _, d in own)}
        for place, x in enumerate(_sides(items[i], edge)):
            own = {d for a, b, d in moves[i] if (a == place) != (b == place)}
            if 0 < x < shown and not any(
                _fits(shift[d], shift[e], room) for d in own for e in others
            ):
                return False
    return True


Sides = tuple[int, int, int]


def _other_sums(
    items: Sequence[Histogram],
    banded: Sequence[bool | None],
    edge: int,
    limits: Limits,
    shown: int,
) -> bool:
    """``score_leaves_open`` where everybody answered all of ``items``; None: told by point."""
    ways = [_ways(tuple(item), edge, keep) for item, keep in zip(items, banded, strict=True)]
    each = [(min(low for _, low, _ in own), max(high for *_, high in own)) for own in ways]
    width = Fraction(100, (len(items[0]) - 1) * len(items) * sum(items[0]))
    fewest, most = ceil(limits[0] / width), ceil(limits[1] / width) - 1
    for i, own in enumerate(ways):
        others = [sum(ends[side] for j, ends in enumerate(each) if j != i) for side in (0, 1)]
        fits = [s for s, low, high in own if low + others[0] <= most and high + others[1] >= fewest]
        for place, x in enumerate(_sides(items[i], edge)):
            if 0 < x < shown and banded[i] is not None and len({s[place] for s in fits}) == 1:
                return False
    return True


@lru_cache(maxsize=1024)
def _ways(
    item: tuple[int, ...], edge: int, keep: bool | None
) -> tuple[tuple[Sides, int, int], ...]:
    """Parts that as many persons may make up, with the least and the largest sum of answers."""
    n, true, top = sum(item), _sides(item, edge), len(item) - 1
    if keep is None:
        total = sum(point * x for point, x in enumerate(item))
        return ((true, total, total),)
    bands, middle = [band_of(x / n) for x in true], len(item) > 2 * edge
    found = []
    for low, high in product(range(n + 1), repeat=2):
        rest = n - low - high
        sides = low, rest, high
        if rest < 0 or (rest and not middle):
            continue
        if not keep or [band_of(x / n) for x in sides] == bands:
            least = edge * rest + (top - edge + 1) * high
            found.append((sides, least, (edge - 1) * low + (top - edge) * rest + top * high))
    return tuple(found)


def _moves(item: Histogram, edge: int, keep: bool) -> Iterator[tuple[int, int, int]]:
    """(part left, part joined, points gained) of each answer that may move to another point."""
    before = _sides(item, edge)
    bands, n = [band_of(x / sum(item)) for x in before], sum(item)
    for old, new in product(range(len(item)), repeat=2):
        if item[old] and old != new:
            after, left, joined = [*before], _side(old, edge, item), _side(new, edge, item)
            after[left] -= 1
            after[joined] += 1
            if not keep or [band_of(x / n) for x in after] == bands:
                yield left, joined, new - old


def _sides(item: Histogram, edge: int) -> tuple[int, int, int]:
    low, high = sum(item[:edge]), sum(item[len(item) - edge :])
    return low, sum(item) - low - high, high


def _side(point: int, edge: int, item: Histogram) -> int:
    return 0 if point < edge else 2 if point >= len(item) - edge else 1


def _shifts(points: int, answered: Sequence[int], width: Fraction) -> list[Fraction]:
    """By how much the score moves, whoever moves."""
    return [points * width / m if m else Fraction() for m in answered]


def _fits(first: Sequence[Fraction], second: Sequence[Fraction], room: Limits) -> bool:
    return room[0] <= min(first) + min(second) and max(first) + max(second) < room[1]
