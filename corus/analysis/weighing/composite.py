"""One figure from several dimensions: off by default, and never alone when somebody asks for it.

No profile holds a composite and nothing calls this by itself. ``compose`` gives three means, the
weakest dimension and how far the order rests on the weights, in one piece. Units are the groups
or the waves of one organization, never organizations: Corus ranks none.

A composite may "send misleading policy messages" (OECD and JRC 2008, p. 13); linear aggregation
supposes preferential independence, which social utility does not offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corus.analysis.weighing.means import (
    POWERS,
    Power,
    Scores,
    Weights,
    bad_weights,
    floored,
    generalised_mean,
    weakest,
    weight_shares,
)
from corus.analysis.weighing.weightings import (
    DRAWS,
    SEED,
    Acceptability,
    effective_importance,
    preferences,
    rank_acceptability,
)
from corus.errors import InputError


@dataclass(frozen=True, eq=False)
class Composite:
    """What stands together or not at all: three means and how little or how much they prove."""

    units: tuple[str, ...]
    dimensions: tuple[str, ...]
    weights: tuple[float, ...]
    """Nominal weights, summing to 1."""
    means: Mapping[Power, tuple[float, ...]]
    """Per power, one mean per unit, 0–100."""
    floored: int
    """Scores raised to ``FLOOR`` in the means of power 0 and −1."""
    weakest: tuple[tuple[str, ...], ...]
    """Per unit, its lowest dimension."""
    preferences: Scores
    """[i, j]: share of all weightings under which unit i is above unit j (power 1)."""
    acceptability: Acceptability
    """Over all weightings."""
    near: Acceptability | None
    """Within ±50 % of the negotiated weights; None where none were negotiated."""
    importance: tuple[float | None, ...]
    """r² of each dimension with the arithmetic mean, beside its nominal weight."""
    left_out: Mapping[str, tuple[str, ...]]
    """Units without a published score in every dimension, and the dimensions they lack: a mean
    over fewer dimensions would be another measure under the same name."""

    def same_first(self) -> bool:
        """Whether the three means put the same units first."""
        firsts = {_first(values) for values in self.means.values()}
        return len(firsts) == 1


def _first(values: Sequence[float]) -> frozenset[int]:
    best = max(values)
    return frozenset(i for i, value in enumerate(values) if value >= best - 1e-9)


def compose(
    scores: Mapping[str, Mapping[str, float | None]],
    *,
    weights: Mapping[str, float] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Composite:
    """The composite of units (rows of ``scores``: dimension → score 0–100, None where hidden).

    Give it scores as published, never finer ones: it then tells no more than they do.
    ``weights`` by dimension, negotiated before the data were opened; equal unless given. Raises
    ``InputError``: ``CMP-001`` scores, ``CMP-002`` weights, ``CMP-003`` no complete unit.
    """
    dimensions = tuple(dict.fromkeys(code for row in scores.values() for code in row))
    lacks = {
        unit: tuple(code for code in dimensions if row.get(code) is None)
        for unit, row in scores.items()
    }
    units = _complete(lacks)
    table = np.array([[scores[unit][code] for code in dimensions] for unit in units], np.float64)
    given = None if weights is None else _in_order(weights, dimensions)
    means = {power: generalised_mean(table, given, power=power) for power in POWERS}
    near = rank_acceptability(table, around=given, draws=draws, seed=seed) if weights else None
    return Composite(
        units=units,
        dimensions=dimensions,
        weights=tuple(weight_shares(given, len(dimensions)).tolist()),
        means={power: tuple(values.tolist()) for power, values in means.items()},
        floored=floored(table),
        weakest=tuple(tuple(dimensions[i] for i in places) for places in weakest(table)),
        preferences=preferences(table),
        acceptability=rank_acceptability(table, draws=draws, seed=seed),
        near=near,
        importance=effective_importance(table, means[1]),
        left_out={unit: missing for unit, missing in lacks.items() if missing},
    )


def _complete(lacks: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Units that lack no dimension."""
    units = tuple(unit for unit, missing in lacks.items() if not missing)
    if not units:
        raise InputError(
            "No group has a published score in every dimension.",
            hint="Read the dimensions side by side instead.",
            code="CMP-003",
        )
    return units


def _in_order(weights: Mapping[str, float], dimensions: Sequence[str]) -> Weights:
    """The weights of ``dimensions``; one that is missing or not theirs is no weight to guess."""
    if weights.keys() != set(dimensions):
        raise bad_weights()
    return np.array([weights[code] for code in dimensions], np.float64)
