"""Whether somebody would follow from several releases added and subtracted together.

``ledger`` compares two releases. Of three, a batch that was imported, taken out and put back with
one person more is safe in every pair, and yet R₃ − 2·R₂ + R₁ is that person on every item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.tally import Tally
from corus.domain.wave import Thresholds

TIMES = (-2, -1, 0, 1, 2)
"""How often a release may be added or subtracted."""
MOST = 5
"""Earlier releases that are taken together: the first ones and the last, 3,125 sums at most."""


def unsafe_sums(earlier: Sequence[Tally], new: Tally, thresholds: Thresholds) -> list[str]:
    """One sentence per group of which a sum of releases reads like a few persons.

    ``earlier`` are the counts of earlier releases, oldest first; ``new`` is added once or twice. A
    sum reads like a few persons when, on every item, at most ``thresholds.shown`` − 1 came and as
    few went, in all classes of answers together. Two different batches of a few persons look the
    same and are refused too; two batches of many differ by more on some item.
    """
    groups = sorted({stratum.group for stratum in new.strata})
    kept = [*earlier[: MOST // 2], *earlier[MOST // 2 :][-(MOST - MOST // 2) :]]
    if len(kept) < 2:
        return []
    return [
        f"{group}: several releases added and subtracted"
        for group in groups
        if any(_few(sums, thresholds.shown) for sums in _sums([*kept, new], group))
    ]


def _sums(releases: Sequence[Tally], group: str) -> Iterator[NDArray[np.int64]]:
    """Sums of the releases' classes: sum × item × class. Pairs are left to ``ledger``."""
    of_group = np.stack([_classes(tally, group) for tally in releases])
    # The same counts twice are one release: a sum of the two says no more than either.
    distinct = np.unique(of_group[:-1], axis=0)
    before = [row for row in distinct if not np.array_equal(row, of_group[-1])]
    if len(before) < 2:
        return
    times = np.array([t for t in product(TIMES, repeat=len(before)) if np.count_nonzero(t) > 1])
    for often in (1, 2):
        yield often * of_group[-1] + np.tensordot(times, np.stack(before), axes=1)


def _few(sums: NDArray[np.int64], least: int) -> bool:
    came = np.maximum(sums, 0).sum(axis=2).max(axis=1)
    went = np.maximum(-sums, 0).sum(axis=2).max(axis=1)
    return bool(np.any((came < least) & (went < least) & (came + went > 0)))


def _classes(tally: Tally, group: str) -> NDArray[np.int64]:
    """Persons of a group by item and class of answer."""
    own = [stratum.group == group for stratum in tally.strata]
    found: NDArray[np.int64] = tally.marks[np.array(own, bool)].sum(axis=0, dtype=np.int64)
    return found
