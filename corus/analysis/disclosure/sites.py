"""Persons by group and site: which of these numbers may be told beside those of groups and wave.

Knows numbers of persons only. What answers of a site may be shown is decided by ``views``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress as ignoring

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import Stratum
from corus.analysis.disclosure.rule import WITHHELD, breakdown
from corus.analysis.disclosure.suppression import Counts, Mask, primary, suppress, with_totals
from corus.domain.wave import Thresholds
from corus.errors import RefusedError

MOST_AUDITED = 60
"""Cells of a table, totals included, that linear programmes audit in about a second."""
Cells = dict[tuple[str, str], int | None]
"""(group or "", site) → persons; None where they are withheld. Group "" is every group shown."""


def by_site(
    counts: Mapping[Stratum, int],
    groups: Sequence[str],
    sites: Sequence[str],
    thresholds: Thresholds,
) -> Cells:
    """Persons by group and site, and of all these groups by site, with complementary suppression.

    ``groups`` are those whose number of persons is published: their totals, and the sum of them,
    are known to a reader. ``sites`` are those declared; persons of whom no site is known are one
    more, "", if there are any. Where the table is too large to be audited as a whole, or cannot be
    protected so, sites of all groups together are withheld, and each group is protected by itself.
    """
    if not groups or not sites:
        return {}
    places = [*sites, *([""] if any(not s.site and n for s, n in _of(counts, groups)) else ())]
    table = with_totals(_table(counts, groups, places))
    hidden = _hidden(table, thresholds)
    return {
        (group, site): None if hidden[row, column] else int(table[row, column])
        for row, group in enumerate([*groups, ""])
        for column, site in enumerate(places)
    }


def _hidden(table: Counts, thresholds: Thresholds) -> Mask:
    """Cells to hide of a table with its totals, whose last column is known to everybody."""
    keep = np.zeros(table.shape, bool)
    keep[:, -1] = True
    small = primary(table, thresholds.shown) & ~keep
    if not small.any():
        return small
    if table.size <= MOST_AUDITED:
        with ignoring(RefusedError):
            return suppress(table, small, thresholds.shown, keep)
    # Without totals by site, nothing joins what is known of one group with another's.
    return np.array([*(_row_hidden(row, thresholds) for row in table[:-1]), ~keep[-1]])


def _row_hidden(row: NDArray[np.int64], thresholds: Thresholds) -> NDArray[np.bool_]:
    told = breakdown({str(place): int(n) for place, n in enumerate(row[:-1])}, thresholds)
    hidden = [
        bool(row[-1]) if not told else told.get(str(place)) == WITHHELD
        for place in range(len(row) - 1)
    ]
    return np.array([*hidden, False])


def unsafe_sites(
    previous: Mapping[Stratum, int], new: Mapping[Stratum, int], thresholds: Thresholds
) -> Iterator[str]:
    """One sentence per number of persons of a site that two releases would tell apart by a few."""
    before, after = _told(previous), _told(new)
    for place in sorted({*before, *after}):
        old, late = before.get(place, 0), after.get(place, 0)
        if max(old, late) >= thresholds.shown and 0 < abs(late - old) < thresholds.shown:
            named = " · ".join(filter(None, (place[0], f"site {place[1] or 'not said'}")))
            yield f"{named}: fewer than {thresholds.shown} persons differ from the last release"


def _told(counts: Mapping[Stratum, int]) -> dict[tuple[str, str], int]:
    """Persons by group and site, and by site alone; nothing where there are no sites."""
    found: dict[tuple[str, str], int] = {}
    if any(stratum.site for stratum in counts):
        for stratum, n in counts.items():
            for group in (stratum.group, ""):
                place = (group, stratum.site)
                found[place] = found.get(place, 0) + n
    return found


def _of(counts: Mapping[Stratum, int], groups: Sequence[str]) -> Iterator[tuple[Stratum, int]]:
    return ((stratum, n) for stratum, n in counts.items() if stratum.group in groups)


def _table(counts: Mapping[Stratum, int], groups: Sequence[str], sites: Sequence[str]) -> Counts:
    table = np.zeros((len(groups), len(sites)), np.int64)
    for stratum, n in _of(counts, groups):
        table[groups.index(stratum.group), sites.index(stratum.site)] += n
    return table
