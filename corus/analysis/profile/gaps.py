"""Groups looking differently at the same thing: « regards différents ».

Computed from published cells alone, so that a gap never tells more than the cells it compares.
Effect and interval come first; every pair that can be tested is, as one family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from corus.analysis.measures.contrasts import cliffs_delta, hedges_g, mann_whitney, welch_p_of
from corus.analysis.measures.family import TESTED_FROM, benjamini_hochberg
from corus.analysis.measures.stats import Sample, newcombe, welch
from corus.analysis.profile.together import sample_of
from corus.domain.profile import DimensionCell, Gap, ItemCell

FLAGGED_FROM = 25.0
"""Points of favourable share from which an item gap is flagged (project convention)."""
ROUNDING = 1e-9

Name = tuple[str, str, str]
"""Item or dimension, and two groups in the order of the profile."""


@dataclass(frozen=True)
class Tests:
    """p values of every pair of groups that was tested: raw, and adjusted for all of them."""

    found: Mapping[Name, tuple[float, float]]

    def of(self, code: str, first: str, second: str) -> dict[str, float]:
        """Both p values of a pair, whichever comes first; nothing when it was not tested."""
        pair = self.found.get((code, first, second)) or self.found.get((code, second, first))
        return {"p": pair[0], "p_adjusted": pair[1]} if pair else {}


def find_gaps(
    items: Sequence[ItemCell],
    dimensions: Sequence[DimensionCell],
    tests: Tests,
    turned: Set[str] = frozenset(),
) -> tuple[Gap, ...]:
    """Every flagged item gap, and the widest gap of each dimension; widest first.

    Only full cells are compared (n at least the full threshold on both sides). ``turned`` are
    the items on which agreeing is unfavourable.
    """
    found = (*_item_gaps(items, tests, turned), *_dimension_gaps(dimensions, tests))
    return tuple(sorted(found, key=_order))


def test_pairs(items: Sequence[ItemCell], dimensions: Sequence[DimensionCell]) -> Tests:
    """Mann–Whitney for items answered on one scale, Welch for dimensions; Benjamini–Hochberg.

    Groups of fewer than 10 persons are tested nowhere.
    """
    raw = {**_item_tests(items), **_dimension_tests(dimensions)}
    adjusted = benjamini_hochberg(np.fromiter(raw.values(), float, len(raw))).tolist()
    return Tests(dict(zip(raw, zip(raw.values(), adjusted, strict=True), strict=True)))


def _item_tests(cells: Sequence[ItemCell]) -> dict[Name, float]:
    told = [c for c in cells if c.counts and c.n and c.n >= TESTED_FROM]
    table = np.zeros((len(told), max((len(c.counts) for c in told), default=0)), np.int64)
    for row, cell in zip(table, told, strict=True):
        # Points beyond a shorter scale, which nobody could choose, change no statistic.
        row[: len(cell.counts)] = cell.counts
    pairs = list(_pairs(told))
    if not pairs:
        return {}
    first, second = np.array(pairs).T
    p = mann_whitney(table[first], table[second])[1].tolist()
    names = ((told[a].item, told[a].group, told[b].group) for a, b in pairs)
    return {name: one for name, one in zip(names, p, strict=True) if one == one}


def _pairs(cells: Sequence[ItemCell]) -> Iterator[tuple[int, int]]:
    """Places of cells of one item, two groups, one scale."""
    by_question: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, cell in enumerate(cells):
        by_question[cell.item, cell.scale].append(place)
    for places in by_question.values():
        yield from combinations(places, 2)


def _dimension_tests(cells: Sequence[DimensionCell]) -> dict[Name, float]:
    pairs = {
        (code, first, second): (a, b)
        for code, samples in _samples(cells).items()
        for (first, a), (second, b) in combinations(samples, 2)
        if min(a.n, b.n) >= TESTED_FROM
    }
    p = welch_p_of(list(pairs.values())).tolist()
    return {name: one for name, one in zip(pairs, p, strict=True) if one == one}


def _samples(cells: Iterable[DimensionCell]) -> dict[str, list[tuple[str, Sample]]]:
    found: defaultdict[str, list[tuple[str, Sample]]] = defaultdict(list)
    for cell in cells:
        if sample := sample_of(cell):
            found[cell.dimension].append((cell.group, sample))
    return found


def _order(gap: Gap) -> tuple[float, str, str, str, str]:
    return -gap.gap, gap.kind, gap.code, gap.first, gap.second


def _item_gaps(cells: Iterable[ItemCell], tests: Tests, turned: Set[str]) -> Iterator[Gap]:
    """Flagged gaps only: of hundreds of pairs, few are wide enough to be worked out."""
    by_item: defaultdict[str, list[tuple[ItemCell, float]]] = defaultdict(list)
    for cell in cells:
        if cell.show == "full" and cell.n and cell.favourable is not None:
            by_item[cell.item].append((cell, _favourable(cell)))
    for shared in by_item.values():
        for (a, ours), (b, theirs) in combinations(shared, 2):
            wide = 100 * abs(ours - theirs) >= FLAGGED_FROM - ROUNDING
            if wide and a.group != b.group:
                higher, lower = sorted((a, b), key=_favourable, reverse=True)
                yield _item_gap(higher, lower, tests, turned=a.item in turned)


def _favourable(cell: ItemCell) -> float:
    value = cell.favourable.value if cell.favourable else None
    return value if value is not None else 0.0


def _item_gap(first: ItemCell, second: ItemCell, tests: Tests, *, turned: bool) -> Gap:
    n1, n2, p1, p2 = first.n or 0, second.n or 0, _favourable(first), _favourable(second)
    low, high = newcombe(round(p1 * n1), n1, round(p2 * n2), n2)
    gap = 100 * (p1 - p2)
    return Gap(
        kind="item", code=first.item, first=first.group, second=second.group,
        first_value=100 * p1, second_value=100 * p2, first_n=n1, second_n=n2,
        gap=gap, low=100 * low, high=100 * high, flagged=True,
        effect=_delta(first, second, turned=turned),
        **tests.of(first.item, first.group, second.group),
    )  # fmt: skip


def _delta(first: ItemCell, second: ItemCell, *, turned: bool) -> float | None:
    """Cliff's δ of two distributions on one scale, above 0 when ``first`` is the favourable one."""
    if not first.counts or not second.counts or first.scale != second.scale:
        return None
    found = float(cliffs_delta(np.array(first.counts), np.array(second.counts)).value)
    # Counts stay as asked: of an item on which agreeing is unfavourable the ends change places.
    return -found if turned else found


def _dimension_gaps(cells: Sequence[DimensionCell], tests: Tests) -> Iterator[Gap]:
    """The widest gap of each dimension."""
    for code, samples in _samples(cells).items():
        samples.sort(key=lambda s: (-s[1].mean, s[0]))
        pairs = sorted(combinations(samples, 2), key=lambda p: p[1][1].mean - p[0][1].mean)
        for (first, a), (second, b) in pairs:
            interval = welch(a, b)
            if interval and a.mean > b.mean:
                effect = hedges_g(a, b)
                yield Gap(
                    kind="dimension", code=code, first=first, second=second,
                    first_value=a.mean, second_value=b.mean, first_n=a.n, second_n=b.n,
                    gap=a.mean - b.mean, low=interval[0], high=interval[1], flagged=False,
                    effect=effect and effect.value, **tests.of(code, first, second),
                )  # fmt: skip
                break
