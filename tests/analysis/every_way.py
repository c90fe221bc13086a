"""Every way of answering that fits what is told of one group, by exact enumeration.

The attacker knows the whole distribution of each item, how many left each out, how many answered
in all, and the score as printed. Everything is counted in whole numbers and fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from math import ceil, lcm

STEPS = {"one decimal": Fraction(1, 10), "whole points": Fraction(1)}
MOST = 100_000


class TooManyWaysError(Exception):
    """The group has too many ways of answering to look at them all."""


def of_points(answers: Iterable[object], points: int) -> tuple[int, ...]:
    """Answers by point; a ``d`` is none."""
    counted = Counter(answers)
    return tuple(counted[p] for p in range(points))


def answered(row) -> frozenset[int]:
    return frozenset(j for j, answer in enumerate(row) if answer != "d")


def sets_of_few(rows) -> Iterator[tuple[str, object]]:
    """Sets of 1–4 persons: those who left out one item, those who answered so many of them."""
    items, patterns = range(len(rows[0])), [answered(row) for row in rows]
    for i in items:
        if 0 < sum(i not in s for s in patterns) < 5:
            yield f"left out {i}", lambda s, i=i: i not in s
    for m in items:
        if 0 < sum(len(s) == m for s in patterns) < 5 and m:
            yield f"answered {m}", lambda s, m=m: len(s) == m


def shares(k: int, n: int, left_out: list[int]) -> Iterator[dict[frozenset[int], int]]:
    """Every way of sharing out among ``n`` persons who left out what."""
    parts = [frozenset(c) for m in range(k) for c in combinations(range(k), m)]

    def rest(place: int, left: list[int], used: int) -> Iterator[dict[frozenset[int], int]]:
        if place == len(parts):
            if not any(left) and used <= n:
                yield {frozenset(range(k)): n - used}
            return
        out = [j for j in range(k) if j not in parts[place]]
        for some in range(min(left[j] for j in out) + 1):
            less = [m - some if j in out else m for j, m in enumerate(left)]
            for found in rest(place + 1, less, used + some):
                yield {parts[place]: some, **found}

    return rest(0, left_out, 0)


def drawn(item: tuple[int, ...], n: int) -> list[tuple[int, ...]]:
    """Every ``n`` of these answers."""
    if not item:
        return [()] if not n else []
    some = range(min(item[0], n) + 1)
    return [(x, *more) for x in some for more in drawn(item[1:], n - x)]


def ways(item, sizes, weights, chosen, everybody) -> set[tuple[tuple[int, ...], int]]:
    """(what the chosen answered, part of the sum of scores) in every way for one item."""
    total = sum(p * n for p, n in enumerate(item))
    states = {(item, (0,) * len(item), everybody * total)}
    for n, weight, inside in zip(sizes, weights, chosen, strict=True):
        after = set()
        for left, own, part in states:
            for some in drawn(left, n):
                moved = (weight - everybody) * sum(p * x for p, x in enumerate(some))
                less = tuple(a - b for a, b in zip(left, some, strict=True))
                more = tuple(a + b for a, b in zip(own, some, strict=True)) if inside else own
                after.add((less, more, part + moved))
            if len(after) > MOST:
                raise TooManyWaysError
        states = after
    return {(own, part) for _, own, part in states}


def window(cell, n: int, width: int) -> tuple[int, int]:
    """First and last sum of scores that prints as this score; halves are printed upwards."""
    unit = Fraction(width * n, 100)
    if cell.show == "full" and not cell.reason:
        exact = round(cell.score * float(unit))
        return exact, exact
    step = STEPS.get(cell.reason, Fraction(5))
    told = round(Fraction(cell.score) / step) * step
    return ceil((told - step / 2) * unit), ceil((told + step / 2) * unit) - 1


def told_of_few(rows, points: int, cell) -> list[tuple[str, int]]:
    """(set, item) of which the score tells what 1–4 persons answered and the items alone do not."""
    k = len(rows[0])
    items = [of_points((row[j] for row in rows), points) for j in range(k)]
    found = []
    for name, inside in sets_of_few(rows):
        own = [row for row in rows if inside(answered(row))]
        true = [of_points((row[j] for row in own), points) for j in range(k)]
        fits, free = _both(rows, items, inside, cell, points)
        for j in range(k):
            assert not true[j] or true[j] in fits[j], (rows, cell)
            # Which of them answered an item that all answered alike is no answer of a kind.
            alike = name.startswith("answered") and sum(map(bool, items[j])) == 1
            if any(true[j]) and len(fits[j]) == 1 < len(free[j]) and not alike:
                found.append((name, j))
    return found


def _both(rows, items, inside, cell, points):
    """What the set may have answered by item, beside the score and without it."""
    k, n = len(rows[0]), len(rows)
    unit = lcm(*range(1, k + 1))
    fits, free = [set() for _ in items], [set() for _ in items]
    true = Counter(map(answered, rows))
    orders = shares(k, n, [n - sum(item) for item in items])
    for share in sorted(orders, key=lambda s: sum(abs(s[a] - true[a]) for a in s)):
        weight = {a: unit // len(a) if a and 2 * len(a) >= k else 0 for a in share}
        scored = sum(persons for a, persons in share.items() if weight[a])
        if not scored or cell.n not in (None, scored):
            continue
        each = []
        for j, item in enumerate(items):
            some = [a for a in share if j in a and share[a] and len(a) < k]
            given = [share[a] for a in some], [weight[a] for a in some], map(inside, some)
            each.append(ways(item, *given, unit // k))
        _add(fits, free, each, window(cell, scored, unit * (points - 1)))
        if all(len(own) > 1 or len(own) == 1 == _most(items[j], n) for j, own in enumerate(fits)):
            break
    return fits, free


def _most(item, n):
    """1 where only one thing can have been answered: all alike, and nobody left it out."""
    return 1 if sum(item) == n and sum(map(bool, item)) == 1 else 2


def _add(fits, free, each, ends) -> None:
    parts = [{part for _, part in own} for own in each]
    for j, own in enumerate(each):
        rest = {0}
        for other in parts[:j] + parts[j + 1 :]:
            rest = {a + b for a in rest for b in other}
        for answers, part in own:
            free[j].add(answers)
            if answers not in fits[j] and any(ends[0] <= part + r <= ends[1] for r in rest):
                fits[j].add(answers)
