"""Groups looking differently at the same thing: « regards différents ».

Computed from published cells alone, so that a gap never tells more than the cells it compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, islice

from corus.analysis.stats import Sample, newcombe, welch
from corus.domain.profile import DimensionCell, Gap, ItemCell

FLAGGED_FROM = 25.0
"""Points of favourable share from which an item gap is flagged (project convention)."""
ROUNDING = 1e-9

Measured = tuple[str, Sample]
"""A group and its scores."""


def find_gaps(items: Iterable[ItemCell], dimensions: Iterable[DimensionCell]) -> tuple[Gap, ...]:
    """Every flagged item gap, and the widest gap of each dimension; widest first.

    Only full cells are compared (n at least the full threshold on both sides).
    """
    return tuple(sorted((*_item_gaps(items), *_dimension_gaps(dimensions)), key=_order))


def _order(gap: Gap) -> tuple[float, str, str, str, str]:
    return -gap.gap, gap.kind, gap.code, gap.first, gap.second


def _item_gaps(cells: Iterable[ItemCell]) -> Iterator[Gap]:
    """Flagged gaps only: of hundreds of pairs, few are wide enough to be worked out."""
    by_item: defaultdict[str, list[ItemCell]] = defaultdict(list)
    for cell in cells:
        if cell.show == "full" and cell.n and cell.favourable is not None:
            by_item[cell.item].append(cell)
    for shared in by_item.values():
        for a, b in combinations(shared, 2):
            wide = 100 * abs(_favourable(a) - _favourable(b)) >= FLAGGED_FROM - ROUNDING
            if wide and a.group != b.group:
                yield _item_gap(*sorted((a, b), key=_favourable, reverse=True))


def _favourable(cell: ItemCell) -> float:
    value = cell.favourable.value if cell.favourable else None
    return value if value is not None else 0.0


def _item_gap(first: ItemCell, second: ItemCell) -> Gap:
    n1, n2, p1, p2 = first.n or 0, second.n or 0, _favourable(first), _favourable(second)
    low, high = newcombe(round(p1 * n1), n1, round(p2 * n2), n2)
    gap = 100 * (p1 - p2)
    return Gap(
        kind="item", code=first.item, first=first.group, second=second.group,
        first_value=100 * p1, second_value=100 * p2, first_n=n1, second_n=n2,
        gap=gap, low=100 * low, high=100 * high, flagged=True,
    )  # fmt: skip


def _dimension_gaps(cells: Iterable[DimensionCell]) -> Iterator[Gap]:
    """The widest gap of each dimension."""
    by_dimension: defaultdict[str, list[tuple[str, Sample]]] = defaultdict(list)
    for cell in cells:
        if cell.show == "full" and cell.n and cell.score is not None and cell.sd is not None:
            by_dimension[cell.dimension].append((cell.group, Sample(cell.n, cell.score, cell.sd)))
    for code, samples in by_dimension.items():
        samples.sort(key=lambda s: (-s[1].mean, s[0]))
        pairs = sorted(combinations(samples, 2), key=lambda p: p[1][1].mean - p[0][1].mean)
        yield from islice(_compared(code, pairs), 1)


def _compared(code: str, pairs: Iterable[tuple[Measured, Measured]]) -> Iterator[Gap]:
    for (first, a), (second, b) in pairs:
        interval = welch(a, b)
        if interval and a.mean > b.mean:
            yield Gap(
                kind="dimension", code=code, first=first, second=second,
                first_value=a.mean, second_value=b.mean, first_n=a.n, second_n=b.n,
                gap=a.mean - b.mean, low=interval[0], high=interval[1], flagged=False,
            )  # fmt: skip
