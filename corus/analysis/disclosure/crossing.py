"""Whether weights may be applied: what a weighted mean tells beside the unweighted one.

Whoever chooses the margins can make one cell of their crossing weigh nearly everything: the
weighted mean is then that cell's. So each cell in which there is anybody is a published set.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.precision import part_may_be_told
from corus.analysis.measures.stats import Sample
from corus.domain.wave import Thresholds


def smallest_cell(rows: pd.DataFrame) -> int:
    """Persons (rows) in the smallest cell of the crossing of all columns that holds anybody.

    0 without rows; all of them without columns.
    """
    if not len(rows) or not len(rows.columns):
        return len(rows)
    return int(rows.groupby(list(rows.columns), observed=True).size().min())


def may_be_weighted(
    rows: pd.DataFrame, thresholds: Thresholds, known: NDArray[np.bool_] | None = None
) -> bool:
    """Whether every cell of the crossing holds enough persons for a full distribution.

    ``rows`` has one column per margin and one per partition already shown of the same persons:
    cells of both together are what the two tell by subtraction. With ``known``, persons who have
    a score, those of a cell must be as many.
    """
    counted = rows if known is None else rows[known]
    return smallest_cell(counted) >= thresholds.full


def scores_leave_room(
    rows: pd.DataFrame, scores: NDArray[np.float64], valid: NDArray[np.int64]
) -> bool:
    """Whether weighted scores leave open in which combination a few are who chose a rare point.

    Beside the unweighted mean the weighted one tells that of a combination of categories: where
    it is as far from the others as the items allow, everybody's place follows. ``scores`` are
    0–100, NaN without one, by person as ``rows``; ``valid`` as for ``part_may_be_told``.
    """
    known = ~np.isnan(scores)
    places = rows[known].groupby(list(rows.columns), observed=True).indices.values()
    parts = [scores[known][place] for place in places]
    return all(part_may_be_told(valid, Sample(len(p), float(p.mean()), 0.0)) for p in parts)


def sizes(rows: pd.DataFrame, known: NDArray[np.bool_]) -> dict[str, int]:
    """Persons who have a score, by cell of the crossing of all columns that holds any of them.

    Cells are named by their categories: ``new | True``. ``rows`` as for ``may_be_weighted``.
    """
    found = rows[known].astype(str).groupby(list(rows.columns), observed=True).size()
    return {
        " | ".join(cell if isinstance(cell, tuple) else (cell,)): int(n)
        for cell, n in found.items()
    }


def may_change(before: Mapping[str, int], after: Mapping[str, int], thresholds: Thresholds) -> bool:
    """Whether persons of these cells may come and leave beside weighted scores of ``before``.

    A later release less the weighted one is a figure about who came and who left; beside the
    scores of the cells, also about who stayed in one. So each cell is as it was, or changed by
    enough persons for a full distribution, and each that held anybody still holds as many. Only
    the balance of those who came and left is known; that is enough: where some cell grew, those
    who came are in every figure; where none did and each keeps enough, so are those who stayed or
    those who left. A cell may not empty: what is left of the others' changes would stand alone.
    """
    for cell in before.keys() | after.keys():
        old, new = before.get(cell, 0), after.get(cell, 0)
        if new < thresholds.full or 0 < abs(new - old) < thresholds.full:
            return False
    return True


def same_of_group(a: Tally, b: Tally, group: str) -> bool:
    """Whether two tallies count the same of a group, stratum by stratum.

    Tables that one of them did not count are left out.
    """
    if a.layout != b.layout:
        return False
    one, other = _rows(a, group), _rows(b, group)
    both = a.tables.keys() & b.tables.keys()
    return one.keys() == other.keys() and all(
        np.array_equal(a.tables[name][one[s]], b.tables[name][other[s]])
        for s in one for name in both
    )  # fmt: skip


def _rows(tally: Tally, group: str) -> dict[tuple[str, ...], int]:
    """Where the strata of a group are that hold anybody."""
    return {
        tuple(s): row
        for row, s in enumerate(tally.strata)
        if s.group == group and tally.responses[row]
    }
