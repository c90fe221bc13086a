"""May the items of a dimension be added? α, ω, item-rest correlations, from additive tables.

``Block`` holds the tables of one dimension of one group; blocks of two waves or imports add up.
Pure functions: they know no instrument, and reverse-keyed items reach them already turned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corus.analysis.measures.stats import Interval
from corus.errors import InputError

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
How = Literal["pairwise", "listwise"]
Allowed = Literal["not_tested", "items_only", "warn", "may_add"]

ENOUGH_PERSONS = 50
"""Project convention: below it α says more about chance than about the items."""
WARN_FROM, ADD_FROM = 0.60, 0.70
"""Project convention, after Nunnally: from the first, add with a warning; from the second, add."""
_NOTHING = 1e-12
"""Share of the variances below which a sum of covariances is rounding."""
HEYWOOD = 0.995
"""Largest communality of an item: psych::fa keeps uniquenesses at 0.005 or more."""


@dataclass(frozen=True, eq=False)
class Block:
    """Sums over the persons of one group who answered the items of one dimension.

    Integers only, so that blocks add up exactly in any order.

    Attributes:
        n: persons who answered both i and j, shape [items, items]; diagonal = answered i.
        sums: Σ x_i over those persons, shape [items, items] (row i, partner j).
        products: Σ x_i x_j over those persons, shape [items, items].
        complete_n: persons who answered every item.
        complete_sums: Σ x_i over them, shape [items].
        complete_products: Σ x_i x_j over them, shape [items, items].
    """

    n: Counts
    sums: Counts
    products: Counts
    complete_n: int
    complete_sums: Counts
    complete_products: Counts

    @classmethod
    def of(cls, values: Floats) -> Block:
        """Block of persons' answers, shape [persons, items]: whole scale points, nan = no answer.

        Raises ``InputError`` (``BLK-001``) when a value is not a whole number.
        """
        given = ~np.isnan(values)
        x = np.where(given, values, 0.0)
        if not (np.isfinite(x).all() and np.array_equal(x, np.rint(x))):
            raise InputError(
                "An answer is not a whole scale point.",
                hint="Give point values or indexes, reversed items turned, nan where none.",
                code="BLK-001",
            )
        # Products of floats are exact below 2^53, and much faster than those of integers.
        asked, whole = given.astype(np.float64), x[given.all(axis=1)]
        pairs = (_whole(asked.T @ asked), _whole(x.T @ asked), _whole(x.T @ x))
        return cls(*pairs, len(whole), _whole(whole.sum(axis=0)), _whole(whole.T @ whole))

    def __add__(self, other: Block) -> Block:
        """Both sets of persons together. Raises ``InputError`` (``BLK-002``) on other items."""
        if self.items != other.items:
            raise InputError("These blocks do not have the same items.", code="BLK-002")
        return Block(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.n)

    def __eq__(self, other: object) -> bool:
        names = [f.name for f in fields(self)]
        return isinstance(other, Block) and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in names
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Reliability:
    """What one block says; None or nan where it is not defined. Arrays have shape [items]."""

    persons: int
    alpha: float | None
    interval: Interval | None
    persons_listwise: int
    alpha_listwise: float | None
    interval_listwise: Interval | None
    omega: float | None
    item_rest: Floats
    alpha_if_dropped: Floats
    allows: Allowed


def reliability(block: Block) -> Reliability:
    """Every figure of a block, pairwise unless its name says otherwise, and what it allows."""
    pairwise, listwise = estimate(block, "pairwise"), estimate(block, "listwise")
    return Reliability(
        *pairwise,
        *listwise,
        omega(block),
        item_rest(block),
        alpha_if_dropped(block),
        what_it_allows(pairwise[1], pairwise[0]),
    )


def estimate(block: Block, how: How = "pairwise") -> tuple[int, float | None, Interval | None]:
    """Persons α rests on, α, and its Feldt interval (see ``persons``, ``alpha``, ``feldt``)."""
    every = _all_covariances(block, how)
    kept = _varying(every)
    n, found = _persons(block, how, kept), _alpha(every[_square(kept)])
    return n, found, feldt(found, n, len(kept))


def persons(block: Block, how: How = "pairwise") -> int:
    """Persons the figures rest on.

    Listwise: those who answered every item. Pairwise: the smallest number who answered both
    items of a pair, among the items that vary (project convention; psych takes every row, empty
    ones included); 0 when none varies.
    """
    return _persons(block, how, _varying(_all_covariances(block, how)))


def _persons(block: Block, how: How, kept: NDArray[np.intp]) -> int:
    if how == "listwise":
        return block.complete_n
    return int(block.n[_square(kept)].min()) if kept.size else 0


def alpha(block: Block, how: How = "pairwise") -> float | None:
    """Cronbach's α of the sum of the items, at most 1; negative when items oppose each other.

    α = k/(k − 1) · (1 − tr C / ΣΣ C), C the covariances (Cronbach 1951). An item on which
    everybody agrees is left out, as psych does: it changes no difference between persons. None
    with fewer than two other items, or two persons, or where pairwise covariances contradict
    each other. In R: psych::alpha(x, use = "pairwise" or "complete.obs")$total$raw_alpha.
    """
    return _alpha(_covariance(block, how))


def feldt(found: float | None, persons: int, items: int) -> Interval | None:
    """95 % interval of α (Feldt 1965): 1 − (1 − α) · F quantiles, df n − 1 and (n − 1)(k − 1).

    ``items`` are those that vary. None without α, below two persons or two items.
    In R: psych::alpha.ci(alpha, n.obs = n, n.var = k).
    """
    from scipy.special import fdtri

    if found is None or persons < 2 or items < 2:
        return None
    df = (persons - 1.0, (persons - 1.0) * (items - 1))
    low, high = (1 - (1 - found) * float(fdtri(*df, level)) for level in (0.975, 0.025))
    return low, high


def item_rest(block: Block, how: How = "pairwise") -> Floats:
    """Correlation of each item with the sum of the others, shape [items]; nan if undefined.

    From the covariances: Σ_{j≠i} C_ij / √(C_ii · ΣΣ C without i). Below 0: the item runs against
    the others, or was left raw. In R: psych::alpha(x)$item.stats$r.drop.
    """
    c = _all_covariances(block, how)
    kept = _varying(c)
    out = np.full(block.items, np.nan)
    part = c[np.ix_(kept, kept)]
    own = part.diagonal()
    shared = part.sum(axis=1) - own
    rest = part.sum() - 2 * shared - own
    # Clipped: pairwise covariances, or rounding, may go a little beyond 1.
    out[kept] = np.clip(_divided(shared, np.sqrt(np.maximum(own * rest, 0.0))), -1, 1)
    return out


def alpha_if_dropped(block: Block, how: How = "pairwise") -> Floats:
    """α of the other items, shape [items]; nan with fewer than two others that vary.

    In R: psych::alpha(x)$alpha.drop$raw_alpha, for three items or more.
    """
    c = _all_covariances(block, how)
    found = (_alpha(_kept(np.delete(np.delete(c, i, 0), i, 1))) for i in range(block.items))
    return np.array([np.nan if a is None else a for a in found])


def omega(block: Block, how: How = "pairwise") -> float | None:
    """McDonald's ω of one common factor, in [0, 1]: ω = (Σλ)² / ((Σλ)² + Σψ), ψ = 1 − λ².

    Loadings λ by minres on the correlation matrix, that is for standardised items (McDonald
    1999). Items that do not vary are left out; None with fewer than three others: two items do
    not determine a factor. In R, to the 1e-5 at which its optimiser stops:
    l <- psych::fa(cov2cor(cov(x, use = "pairwise")), 1)$loadings;
    sum(l)^2 / (sum(l)^2 + sum(1 - l^2)).
    """
    return omegas([block], how)[0]


def omegas(blocks: Sequence[Block], how: How = "pairwise") -> list[float | None]:
    """``omega`` of each block; those with as many items are worked out at once."""
    found: list[float | None] = [None] * len(blocks)
    by_size: defaultdict[int, dict[int, Floats]] = defaultdict(dict)
    for place, block in enumerate(blocks):
        c = _covariance(block, how)
        if len(c) > 2 and np.isfinite(c).all():
            sd = np.sqrt(c.diagonal())
            by_size[len(c)][place] = c / np.outer(sd, sd)
    for alike in by_size.values():
        loadings = _minres(np.array(list(alike.values())))
        common = loadings.sum(axis=1) ** 2
        shares = common / (common + (1 - loadings**2).sum(axis=1))
        for place, share in zip(alike, shares.tolist(), strict=True):
            found[place] = share
    return found


def _minres(r: Floats, tolerance: float = 1e-12, rounds: int = 20_000) -> Floats:
    """Loadings that leave the smallest squared residuals off the diagonal (Harman & Jones 1966).

    One loading at a time: λ_i = Σ_{j≠i} r_ij λ_j / Σ_{j≠i} λ_j², which never raises the sum of
    squares; |λ_i| is bounded as in Harman & Fukuda 1966. ``r`` is [block, item, item], the result
    [block, item]; a block that stands still is left alone, so that none depends on the others.
    """
    values, vectors = np.linalg.eigh(r)
    loadings: Floats = vectors[..., -1] * np.sqrt(np.maximum(values[:, -1:] - 1, 0.0))
    rows = r * (1 - np.eye(r.shape[-1]))
    moving = np.arange(len(r))
    for _ in range(rounds):
        before = loadings[moving]
        after = _turned(before, rows[moving])
        loadings[moving] = after
        moving = moving[np.abs(after - before).max(axis=1) >= tolerance]
        if not moving.size:
            break
    return loadings


def _turned(loadings: Floats, rows: Floats) -> Floats:
    """Each loading worked out once from the others, one after the other."""
    found, bound = loadings.copy(), sqrt(HEYWOOD)
    whole = (found * found).sum(axis=1)
    for i in range(found.shape[1]):
        others = whole - found[:, i] ** 2
        pull = (rows[:, i] * found).sum(axis=1)
        new = np.divide(pull, others, out=np.zeros_like(pull), where=others > 0)
        found[:, i] = np.minimum(np.maximum(new, -bound), bound)
        whole = others + found[:, i] ** 2
    return found


def sem(sd: float, alpha: float) -> float:
    """Standard error of measurement sd · √(1 − α), in the unit of ``sd``.

    A negative α counts as 0: error cannot exceed what is observed.
    """
    return sd * sqrt(1 - max(alpha, 0.0))


def what_it_allows(alpha: float | None, n: int) -> Allowed:
    """What α of ``n`` persons allows (project convention).

    ``not_tested`` without α (fewer than two items that vary) or below 50 persons; below .60
    ``items_only``; below .70 ``warn``; else ``may_add``.
    """
    if alpha is None or n < ENOUGH_PERSONS:
        return "not_tested"
    if alpha < WARN_FROM:
        return "items_only"
    return "warn" if alpha < ADD_FROM else "may_add"


def _alpha(c: Floats) -> float | None:
    size, total, own = len(c), float(c.sum()), float(c.trace())
    # Written so that nan fails it; a sum above k·tr, or none, comes from no complete table.
    if size < 2 or not _NOTHING * own < total <= size * own * (1 + _NOTHING):
        return None
    return min(size / (size - 1) * (1 - own / total), 1.0)


def _covariance(block: Block, how: How) -> Floats:
    return _kept(_all_covariances(block, how))


def _all_covariances(block: Block, how: How) -> Floats:
    """Covariances (n − 1) of every pair; nan below two persons. In R: cov(x, use = how)."""
    if how == "listwise":
        n = np.full_like(block.complete_products, block.complete_n)
        across = np.outer(block.complete_sums, block.complete_sums)
        products = block.complete_products
    else:
        n, across, products = block.n, block.sums * block.sums.T, block.products
    # n·Σxy − Σx·Σy in whole numbers: no variance is then exactly 0.
    return _divided(n * products - across, n * (n - 1))


def _varying(c: Floats) -> NDArray[np.intp]:
    return np.flatnonzero(c.diagonal() > 0)


def _kept(c: Floats) -> Floats:
    return c[_square(_varying(c))]


def _square(kept: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return kept[:, np.newaxis], kept


def _whole(table: Floats) -> Counts:
    return table.astype(np.int64)


def _divided(part: NDArray[np.number], whole: NDArray[np.number]) -> Floats:
    out = np.full(np.shape(part), np.nan)
    np.divide(part, whole, out=out, where=whole > 0)
    return out
