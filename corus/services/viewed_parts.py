"""Parts of a group in two releases: as many persons are not the same persons.

Who left a part and who came to it would follow from two views of it, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from corus.analysis import Stratum, Tally
from corus.analysis.disclosure.ledger import unsafe_changes
from corus.domain.instrument import Instrument
from corus.domain.wave import Thresholds
from corus.services.release_parts import Filter, Shown


class _Pair(NamedTuple):
    before: Tally
    after: Tally


def changed_since(
    asked: Shown,
    earlier: Iterable[Shown],
    tallies: Mapping[int, Tally],
    thresholds: Thresholds,
    instrument: Instrument,
) -> Shown | None:
    """A view of the same group in an earlier release since when few came to the part or left it.

    The rule of releases (``unsafe_changes``), of the part asked for and of what it leaves of its
    group; None where there is no such view. Each view takes one group.
    """
    if not asked.filter.cuts:
        return None
    for one in earlier:
        viewed = one.filter.cuts and one.filter.group == asked.filter.group
        if viewed and one.release != asked.release:
            pairs = _pairs(asked, tallies[one.release], tallies[asked.release])
            if any(unsafe_changes(*pair, thresholds, instrument) for pair in pairs):
                return one
    return None


def _pairs(asked: Shown, before: Tally, after: Tally) -> Iterable[_Pair]:
    for rest in (False, True):
        yield _Pair(*(_strata(tally, asked.filter, rest=rest) for tally in (before, after)))


def _strata(tally: Tally, wanted: Filter, *, rest: bool) -> Tally:
    """The answers that a view takes of one group, or all others of that group."""
    of_group = Filter(group=wanted.group)
    return rows(tally, lambda s: of_group.takes(s) and wanted.takes(s) is not rest)


def rows(tally: Tally, takes: Callable[[Stratum], bool]) -> Tally:
    """The strata taken, without scores and products of answers.

    A score of a part beside one of the whole tells what those left over answered who left items
    out; items alone, counted here one by one, do not.
    """
    places = [i for i, s in enumerate(tally.strata) if takes(s)]
    found = Tally.zeros(tally.layout, tuple(tally.strata[i] for i in places), products=False)
    for name in ("responses", "marks", "options"):
        getattr(found, name)[:] = getattr(tally, name)[places]
    return found
