"""The attacker: what linear programming can tell of unpublished counts from published figures.

Knows numbers of persons and figures about them; no group, no instrument, no disclosure rule.

Unknowns are counts of persons: non-negative, and whole. Every published figure is a linear
inequality over them, also a share printed with one decimal, a band, or a mean rounded to whole
points. The least and the largest value of any sum of unknowns that fits them all are what the best
attacker knows (Fischetti & Salazar 2001; the audit of sdcTable and of tau-argus).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, inf
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from corus.errors import InputError

Name = Hashable
N = TypeVar("N", bound=Hashable)
Persons = Literal["real", "whole"]
"""Whether the attacker uses that nobody is half a person; the linear programme alone does not."""
SLACK = 1e-6
"""Published figures are floats: a bound this near a whole number is that number."""


@dataclass(frozen=True)
class Bounds:
    """Least and largest number of persons that fit all that is published."""

    low: float
    high: float

    @property
    def whole(self) -> tuple[float, float]:
        """The same in whole persons; ``high`` stays infinite where nothing bounds it."""
        high = inf if self.high == inf else floor(self.high + SLACK)
        return ceil(self.low - SLACK), high

    def protects(self, threshold: int) -> bool:
        """Whether the number stays open, and could for all anybody knows reach ``threshold``."""
        low, high = self.whole
        return low < high and high >= threshold


@dataclass
class Knowledge:
    """All that an attacker knows: linear facts about named unknowns, each zero or more.

    Each method adds one published figure; weights and limits are in persons. A share or a mean
    needs no known denominator: x/n ≥ r is x − r·n ≥ 0, n being a sum of unknowns too.
    """

    names: dict[Name, int] = field(default_factory=dict)
    _facts: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def between(self, parts: Mapping[Name, float], low: float, high: float) -> None:
        """Adds low ≤ Σ weight · unknown ≤ high."""
        places = {self.names.setdefault(name, len(self.names)): w for name, w in parts.items() if w}
        self._facts.append((places, low, high))

    def count(self, members: Iterable[Name], persons: float) -> None:
        """Adds that so many persons are in ``members``."""
        self.between(dict.fromkeys(members, 1.0), persons, persons)

    def share(self, part: Iterable[Name], whole: Iterable[Name], low: float, high: float) -> None:
        """Adds low ≤ part / whole ≤ high: a band, or a share with its rounding."""
        chosen, everybody = set(part), list(whole)
        self.mean({name: float(name in chosen) for name in everybody}, low, high)

    def mean(self, values: Mapping[Name, float], low: float, high: float) -> None:
        """Adds low ≤ Σ value · persons / Σ persons ≤ high, over the persons of ``values``."""
        if high < inf:
            self.between({name: v - high for name, v in values.items()}, -inf, SLACK / 100)
        if low > -inf:
            self.between({name: v - low for name, v in values.items()}, -SLACK / 100, inf)

    def bounds(
        self, target: Iterable[Name] | Mapping[Name, float], *, persons: Persons = "real"
    ) -> Bounds:
        """Least and largest value of a sum of unknowns.

        ``persons="whole"`` lets the attacker use that persons are whole (mixed-integer programme):
        never wider, sometimes narrower, slower.

        Raises ``InputError`` (``AUD-001``) when the facts contradict each other.
        """
        weights = target if isinstance(target, Mapping) else dict.fromkeys(target, 1.0)
        known = [n for n in weights if n in self.names]
        objective = np.zeros(len(self.names))
        objective[[self.names[n] for n in known]] = [weights[n] for n in known]
        free = any(weights[n] > 0 for n in weights if n not in self.names)
        low = self._least(objective, persons == "whole")
        return Bounds(low, inf if free else -self._least(-objective, persons == "whole"))

    def _least(self, objective: NDArray[np.float64], whole: bool) -> float:
        from scipy.optimize import Bounds as Limits
        from scipy.optimize import LinearConstraint, milp

        if not objective.any():
            return 0.0
        facts = [LinearConstraint(*self._matrix())] if self._facts else []
        found = milp(
            objective,
            constraints=facts,
            bounds=Limits(0, inf),
            integrality=np.full(len(objective), int(whole)),
        )
        if found.status == 2:
            raise InputError("These figures contradict each other.", code="AUD-001")
        return float(found.fun) if found.status == 0 else -inf

    def _matrix(self) -> tuple[Any, NDArray[np.float64], NDArray[np.float64]]:
        from scipy.sparse import csr_array

        rows = [row for row, (parts, _, _) in enumerate(self._facts) for _ in parts]
        columns = [place for parts, _, _ in self._facts for place in parts]
        weights = [weight for parts, _, _ in self._facts for weight in parts.values()]
        shape = (len(self._facts), len(self.names))
        lows, highs = (np.array([fact[end] for fact in self._facts]) for end in (1, 2))
        return csr_array((weights, (rows, columns)), shape=shape), lows, highs


def rounded(value: float, step: float) -> tuple[float, float]:
    """What a figure rounded to ``step`` says: the interval it was rounded from."""
    return value - step / 2, value + step / 2


def failing(
    knowledge: Knowledge,
    hidden: Sequence[N],
    thresholds: Mapping[N, int],
    *,
    persons: Persons = "real",
) -> dict[N, Bounds]:
    """Hidden counts that are not protected, with the bounds that tell too much.

    A count is protected when its bounds differ and the upper one reaches its threshold.
    """
    found = {name: knowledge.bounds([name], persons=persons) for name in hidden}
    return {name: b for name, b in found.items() if not b.protects(thresholds[name])}
