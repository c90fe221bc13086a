"""How far a group agrees within itself: three measures beside each published distribution.

Computed from published counts alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from corus.analysis.measures.agreement import agreement_of, average_deviation_of, consensus_of
from corus.domain.profile import ItemCell


def with_agreement(cells: Sequence[ItemCell]) -> tuple[ItemCell, ...]:
    """The same cells; those with counts also say consensus (Cns), agreement (A), deviation (AD)."""
    told = dict(enumerate(cells))
    by_points: defaultdict[int, list[int]] = defaultdict(list)
    for place, cell in told.items():
        if cell.counts and cell.n:
            by_points[len(cell.counts)].append(place)
    for places in by_points.values():
        counts = np.array([cells[place].counts for place in places], np.int64)
        found = [f(counts).tolist() for f in (consensus_of, agreement_of, average_deviation_of)]
        for place, consensus, agreement, deviation in zip(places, *found, strict=True):
            told[place] = cells[place].model_copy(
                update={"consensus": consensus, "agreement": agreement, "deviation": deviation}
            )
    return tuple(told.values())
