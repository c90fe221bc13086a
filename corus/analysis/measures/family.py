"""All pairs of groups of one page: effects and intervals first, tests adjusted together.

Knows counts and samples by code and group; what is handed over is what may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import isnan
from typing import Literal

import numpy as np

from corus.analysis.measures.contrasts import (
    G_LIMITS,
    Counts,
    Estimate,
    Floats,
    Magnitude,
    cliffs_delta,
    hedges_g,
    magnitude,
    mann_whitney,
    welch_p,
)
from corus.analysis.measures.stats import Sample, welch
from corus.errors import InputError

TESTED_FROM = 10
"""Persons each group needs before anything is tested."""
FALSE_DISCOVERIES = 0.05
"""Share of false alarms expected among what is declared different on one page."""

Cells = Mapping[str, Mapping[str, Counts]]
Untested = Literal["", "few_persons", "no_variance"]


@dataclass(frozen=True)
class Contrast:
    """Two groups on one item or dimension: effect and interval first, then the test.

    ``effect`` is Cliff's δ for items, Hedges' g for dimensions (None where undefined); ``gap`` is
    the difference of scores in points, for dimensions only. ``p`` and ``p_adjusted`` are None
    when ``untested`` says why.
    """

    kind: Literal["item", "dimension"]
    code: str
    first: str
    second: str
    n_first: int
    n_second: int
    effect: Estimate | None
    magnitude: Magnitude | None
    gap: Estimate | None
    test: Literal["mann_whitney", "welch"]
    p: float | None
    p_adjusted: float | None
    untested: Untested


@dataclass(frozen=True)
class Family:
    """Every pair of groups of one page (one wave): p values are adjusted together."""

    contrasts: tuple[Contrast, ...]
    tests: int
    q: float = FALSE_DISCOVERIES

    def discoveries(self) -> tuple[Contrast, ...]:
        """Contrasts declared different: adjusted p at most q."""
        found = (c for c in self.contrasts if c.p_adjusted is not None and c.p_adjusted <= self.q)
        return tuple(found)


_Found = tuple[Callable[..., Contrast], float, Untested]
"""A contrast but for its test, the raw p (NaN where there is none), and why it does not count."""


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p values, same order (Benjamini & Hochberg 1995); NaN stays NaN, uncounted.

    In R: p.adjust(p, method = "BH").
    """
    p = np.asarray(p, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    falling = tested[np.argsort(-p[tested], kind="stable")]
    ranks = np.arange(len(falling), 0, -1)
    scaled = p[falling] * (len(falling) / ranks)
    adjusted[falling] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return adjusted


def compare_page(items: Cells, dimensions: Mapping[str, Mapping[str, Sample]]) -> Family:
    """Every pair of groups on every item and dimension of one page, tested as one family.

    ``items`` holds counts by point, ``dimensions`` samples of scores 0–100, both by code and
    group. Nothing is tested when either group has fewer than 10 persons; a group without answers
    is left out. Raises InputError when an item's groups answered on scales of different lengths.
    """
    found = [*_items(_answered(items)), *_dimensions(dimensions)]
    raw = np.array([np.nan if why else p for _, p, why in found], dtype=float)
    adjusted = benjamini_hochberg(raw).tolist()
    contrasts = (
        start(p=None if why else p, p_adjusted=None if why else own, untested=why)
        for (start, p, why), own in zip(found, adjusted, strict=True)
    )
    return Family(tuple(contrasts), int(np.count_nonzero(~np.isnan(raw))))


def _items(items: Cells) -> Iterator[_Found]:
    names, counts = _table(items)
    pairs = np.array(list(_pairs(items)), dtype=np.int64).reshape(-1, 2)
    first, second = counts[pairs[:, 0]], counts[pairs[:, 1]]
    delta, (_, p) = cliffs_delta(first, second), mann_whitney(first, second)
    sizes = counts.sum(axis=1).tolist()
    columns = (delta.value.tolist(), delta.low.tolist(), delta.high.tolist(), p.tolist())
    for (i, j), value, low, high, raw in zip(pairs.tolist(), *columns, strict=True):
        names_of = names[i][0], names[i][1], names[j][1]
        effect = Estimate(value, _or_none(low), _or_none(high))
        start = partial(
            Contrast, "item", *names_of, sizes[i], sizes[j], effect, magnitude(value), None,
            "mann_whitney",
        )  # fmt: skip
        yield start, raw, _reason(sizes[i], sizes[j], raw)


def _table(items: Cells) -> tuple[list[tuple[str, str]], Counts]:
    """Names (item, group) and their counts [cell, point] of the longest scale.

    Points that nobody could choose, added at the end of shorter scales, change no statistic.
    """
    cells = {(code, group): c for code, groups in items.items() for group, c in groups.items()}
    counts = np.zeros((len(cells), max(map(len, cells.values()), default=0)), dtype=np.int64)
    for row, own in zip(counts, cells.values(), strict=True):
        row[: len(own)] = own
    return list(cells), counts


def _pairs(items: Cells) -> Iterator[tuple[int, int]]:
    """Rows of that table to compare: groups of one item, two by two."""
    start = 0
    for groups in items.values():
        yield from combinations(range(start, start + len(groups)), 2)
        start += len(groups)


def _dimensions(dimensions: Mapping[str, Mapping[str, Sample]]) -> Iterator[_Found]:
    for code, samples in dimensions.items():
        for (first, a), (second, b) in combinations(samples.items(), 2):
            effect, gap = hedges_g(a, b), Estimate(a.mean - b.mean, *(welch(a, b) or (None, None)))
            word, p = magnitude(effect.value, G_LIMITS) if effect else None, welch_p(a, b)
            raw = np.nan if p is None else p
            start = partial(
                Contrast, "dimension", code, first, second, a.n, b.n, effect, word, gap, "welch"
            )
            yield start, raw, _reason(a.n, b.n, raw)


def _answered(items: Cells) -> Cells:
    """Items without the groups that gave no answer."""
    for code, groups in items.items():
        lengths = {len(counts) for counts in groups.values()}
        if len(lengths) > 1:
            raise InputError(
                f'item "{code}": its groups answered on scales of {sorted(lengths)} points.',
                hint="Compare groups that answered on the same scale.",
                code="CTR-001",
            )
    return {
        code: {group: counts for group, counts in groups.items() if np.sum(counts)}
        for code, groups in items.items()
    }


def _reason(n1: int, n2: int, p: float) -> Untested:
    if min(n1, n2) < TESTED_FROM:
        return "few_persons"
    return "no_variance" if isnan(p) else ""


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value
