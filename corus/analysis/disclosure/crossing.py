"""Whether weights may be applied: what a weighted mean tells beside the unweighted one.

Whoever chooses the margins can make one cell of their crossing weigh nearly everything: the
weighted mean is then that cell's. So each cell in which there is anybody is a published set.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
