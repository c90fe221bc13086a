"""Raking: weights inside a group that bring its answers to known margins (age, site, relation).

Weights repair who answered on the margins given, and nothing else: every weighted figure is
printed beside the unweighted one, with the largest over the smallest weight and n_eff. Knows
rows and counts; it reads no answers and decides nothing about what may be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corus.analysis.measures.stats import Interval, Sample, t_interval
from corus.domain.wave import Thresholds
from corus.errors import Fault, InputError

TOLERANCE = 1e-12
"""Largest relative distance left between a weighted margin and its target. R's survey::rake stops
when no cell moves by one person any more (epsilon = 1), or after 10 rounds."""
ROUNDS = 2_000
TOTALS_AGREE = 1e-9
"""Relative distance under which the totals of two margins are the same number."""
PROJECTIONS = 10
"""Rounds over the margins when residuals are taken, as in survey::svyrecvar."""

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Margins = Mapping[str, Mapping[str, float]]
"""Variable → category → number of persons (or share) known from outside."""


@dataclass(frozen=True, eq=False)
class Raked:
    """Weights at convergence; row r stands for ``counts[r]`` persons of weight ``weights[r]``."""

    weights: Floats
    counts: Codes
    codes: tuple[Codes, ...]
    """Per margin, the category of each row, as a number."""
    rounds: int
    gap: float
    """Largest relative distance left between a weighted margin and its target."""

    @property
    def n(self) -> int:
        """Persons."""
        return int(self.counts.sum())

    @property
    def n_eff(self) -> float:
        """(Σw)²/Σw²: persons of equal weight that would be as precise (Kish 1965)."""
        return float((self.counts @ self.weights) ** 2 / (self.counts @ self.weights**2))

    @property
    def fewest(self) -> int:
        """Persons in the smallest category of any margin."""
        return min(int(np.bincount(codes, self.counts).min()) for codes in self.codes)

    @property
    def ratio(self) -> float:
        """Largest over smallest weight among persons."""
        held = self.weights[self.counts > 0]
        return float(held.max() / held.min())


def rake(
    rows: pd.DataFrame,
    margins: Margins,
    *,
    counts: Codes | None = None,
    start: Floats | None = None,
) -> Raked:
    """Weights under which every margin meets its target: iterative proportional fitting.

    ``rows`` holds one column of categories per margin, one row per person, or per stratum with
    ``counts`` persons in each; ``start`` are weights to begin from (1 unless given). Converged
    when every weighted margin is within ``TOLERANCE`` of its target (Deming and Stephan 1940).

    Raises ``InputError`` with every fault at once: ``RAK-001`` no person in a category of the
    target, ``RAK-002`` totals that disagree, ``RAK-003`` persons in a category without target,
    ``RAK-004`` no convergence, ``RAK-005`` start weights or counts that cannot be, ``RAK-006`` no
    margin or no such column, ``RAK-007`` a target that is not a number above 0.
    In R: survey::rake(design, list(~a, ~b), list(A, B), control = list(maxit, epsilon = 1e-12)).
    """
    persons = np.ones(len(rows), np.int64) if counts is None else np.asarray(counts, np.int64)
    weights = np.ones(len(rows)) if start is None else np.array(start, np.float64)
    _check_weights(rows, persons, weights)
    held = rows[persons > 0]
    _refuse(list(_faults(held, margins)))
    codes = tuple(_coded(rows[name], targets) for name, targets in margins.items())
    wanted = [np.array(list(targets.values()), np.float64) for targets in margins.values()]
    # Rows alike on every margin are multiplied by the same factor: they are fitted as one cell.
    joint = np.ravel_multi_index(codes, [len(targets) for targets in wanted])
    cells, cell_of = np.unique(joint, return_inverse=True)
    places = np.unravel_index(cells, [len(targets) for targets in wanted])
    start_totals = _totals(cell_of, persons * weights, len(cells))
    factors, rounds, gap = _fitted(start_totals, list(zip(places, wanted, strict=True)))
    return Raked(weights * factors[cell_of], persons, codes, rounds, gap)


def _fitted(start: Floats, margins: Sequence[tuple[Codes, Floats]]) -> tuple[Floats, int, float]:
    """Factor of each cell, rounds made, gap left. Each margin gives its cells' categories."""
    factors = np.ones(len(start))
    for done in range(1, ROUNDS + 1):
        for codes, wanted in margins:
            factors *= (wanted / _totals(codes, start * factors, len(wanted)))[codes]
        gap = max(_gap(codes, start * factors, wanted) for codes, wanted in margins)
        if gap <= TOLERANCE:
            return factors, done, gap
    raise InputError(
        f"The weights do not settle after {ROUNDS} rounds: no weights meet all margins at once.",
        hint="Merge categories that few persons share, or leave one margin out.",
        code="RAK-004",
    )


def _totals(codes: Codes, weights: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(codes, weights, minlength=size), np.float64)


def _gap(codes: Codes, weights: Floats, wanted: Floats) -> float:
    return float(np.abs(_totals(codes, weights, len(wanted)) / wanted - 1).max())


def _coded(column: pd.Series, targets: Mapping[str, float]) -> Codes:
    """Place of each row's category among the targets (0 for rows of no person)."""
    places = pd.Index(list(targets)).get_indexer(pd.Index(column))
    return np.maximum(np.asarray(places, np.int64), 0)


def _check_weights(rows: pd.DataFrame, persons: Codes, weights: Floats) -> None:
    usable = (
        len(persons) == len(weights) == len(rows)
        and (persons >= 0).all()
        and np.isfinite(weights).all()
        and (weights > 0).all()
    )
    if not usable:
        raise InputError(
            "Raking needs one count from 0 up and one start weight above 0 per row.",
            code="RAK-005",
        )


def _faults(rows: pd.DataFrame, margins: Margins) -> Iterator[Fault]:
    if not margins:
        yield Fault("", 0, "RAK-006", "No margin is given.", "Give at least one.")
    for name, targets in margins.items():
        if name not in rows.columns:
            yield Fault("", 0, "RAK-006", f'Nothing is known of "{name}" in the answers.')
        else:
            yield from _margin_faults(name, rows[name], targets)
    yield from _total_faults(margins)


def _margin_faults(name: str, column: pd.Series, targets: Mapping[str, float]) -> Iterator[Fault]:
    present = set(column.dropna().unique())
    for category, target in targets.items():
        if not (np.isfinite(target) and target > 0):
            said = f'The target of "{category}" in "{name}" is not a number above 0.'
            yield Fault("", 0, "RAK-007", said, "Leave out a category nobody belongs to.")
        elif category not in present:
            said = f'Nobody who answered is "{category}" in "{name}": no weight can speak for them.'
            yield Fault("", 0, "RAK-001", said, "Merge it with a category near to it.")
    for category in sorted(present - targets.keys(), key=str):
        said = f'Persons are "{category}" in "{name}", which has no target.'
        yield Fault("", 0, "RAK-003", said, "Give its number of persons.")
    if column.isna().any():
        said = f'"{name}" is not known of everybody.'
        yield Fault("", 0, "RAK-003", said, "Make it a category of its own, with its target.")


def _total_faults(margins: Margins) -> Iterator[Fault]:
    totals = {name: sum(targets.values()) for name, targets in margins.items()}
    first = next(iter(totals), "")
    for name, total in totals.items():
        if abs(total - totals[first]) > TOTALS_AGREE * abs(totals[first]):
            said = f'"{name}" adds up to {total:g} persons and "{first}" to {totals[first]:g}.'
            hint = "Give both for the same persons at the same date."
            yield Fault("", 0, "RAK-002", said, hint)


def _refuse(faults: list[Fault]) -> None:
    if not faults:
        return
    told = " ".join(fault.message for fault in faults)
    hint = " ".join(dict.fromkeys(fault.hint for fault in faults if fault.hint))
    raise InputError(told, hint=hint, code=faults[0].code, faults=faults)


def publishable(raked: Raked, thresholds: Thresholds) -> bool:
    """Whether weighted means may stand beside unweighted ones.

    Both are exact sums over categories: with two categories they give the mean of each. All
    categories must therefore hold enough persons for a full distribution.
    """
    return raked.fewest >= thresholds.full


@dataclass(frozen=True)
class WeightedMean:
    """A weighted mean beside the unweighted one, and what the weights cost."""

    n: int
    """Persons with a value."""
    mean: float
    unweighted: float
    se: float
    """Taylor standard error, 0.0 when all values are equal."""
    interval: Interval | None
    """95 % t interval, n − 1 degrees of freedom; None when unanimous or n < 2. Not clipped."""
    n_eff: float
    ratio: float


def weighted_mean(values: Floats, raked: Raked) -> WeightedMean | None:
    """Weighted mean of ``values`` (one per row, NaN where missing) with its Taylor error.

    ȳ = Σwy/Σw. Linearised z = w(y − ȳ)/Σw, 0 where missing; each margin's mean of z/w is taken
    off in turn (``PROJECTIONS`` rounds), because weighting up to known totals leaves no sampling
    error between categories; SE² = N/(N−1)·Σ(z − z̄)² over the N persons raked, with replacement
    (no finite-population correction). None when nobody has a value.
    In R: survey::svymean(~y, raked, na.rm = TRUE); confint(…, df = n − 1).
    """
    counts, weights = raked.counts, raked.weights
    known = ~np.isnan(values) & (counts > 0)
    if not known.any():
        return None
    y, n, w = values[known], counts[known], weights[known]
    n_known = int(n.sum())
    mean = float((n * w) @ y / (n @ w))
    same = bool(np.ptp(y) == 0)
    influence = np.where(known, weights * (np.nan_to_num(values) - mean), 0.0) / (n @ w)
    se = 0.0 if same else _taylor_error(influence, raked)
    part = Raked(w, n, (), raked.rounds, raked.gap)
    return WeightedMean(
        n=n_known,
        mean=mean,
        unweighted=float(n @ y / n_known),
        se=se,
        interval=t_interval(Sample(n_known, mean, se * sqrt(n_known)), -inf, inf),
        n_eff=part.n_eff,
        ratio=part.ratio,
    )


def _taylor_error(influence: Floats, raked: Raked) -> float:
    counts, weights = raked.counts, raked.weights
    residual = influence.copy()
    for _ in range(PROJECTIONS):
        for codes in raked.codes:
            size = int(codes.max()) + 1
            persons = np.maximum(_totals(codes, counts.astype(np.float64), size), 1.0)
            means = _totals(codes, counts * residual / weights, size) / persons
            residual -= weights * means[codes]
    n = raked.n
    centred = residual - counts @ residual / n
    return sqrt(n / (n - 1) * float(counts @ centred**2)) if n > 1 else 0.0
