"""Parts of a group that were told in one release, beside the group's answers in another.

As many persons are not the same persons: who left a part and who came to it would follow from two
views of it, from views of which it is the sum, or from a view and the mode effects of another
release. So of a group of which a part was told, no part is told again once its answers changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corus.analysis import Stratum, Tally
from corus.analysis.counting.layout import FORMS, GIVEN
from corus.analysis.disclosure.crossing import same_of_group
from corus.analysis.disclosure.ledger import unsafe_changes
from corus.domain.instrument import Instrument
from corus.domain.wave import Thresholds
from corus.services.release_parts import Filter, Shown

Cell = tuple[bool, ...]
"""Which of several parts an answer belongs to, the forms of the questionnaire first."""


@dataclass(frozen=True)
class Releases:
    """What releases of one wave count, and where."""

    tallies: Mapping[int, Tally]
    places: tuple[str, ...]
    """Where views count answers: "" for persons, then the items that a view shows."""
    thresholds: Thresholds
    instrument: Instrument

    def same(self, one: int, other: int, group: str) -> bool:
        """Whether the group's answers are the same in both releases."""
        return one == other or same_of_group(self.tallies[one], self.tallies[other], group)


def told_before(number: int, group: str, told: Iterable[Shown], beside: Releases) -> int | None:
    """An earlier release that told a part of the group, whose answers changed since, or None.

    ``told`` are views shown and the two sides of mode effects, of one group each.
    """
    found = (one.release for one in told if one.release < number and _part_of(one, group))
    return next((earlier for earlier in found if not beside.same(earlier, number, group)), None)


def left_alone(
    number: int, group: str, told: Iterable[Shown], beside: Releases, among: Iterable[int]
) -> int | None:
    """A release of ``among`` in which parts told of release ``number`` hold nobody, while few of
    the others left or came; None where there is none.

    The group of that release, less the group of this one without those parts, is then a figure
    about who left and who came among the others. Counted item by item.
    """
    parts = [
        one.filter for one in told
        if _part_of(one, group) and beside.same(one.release, number, group)
    ]  # fmt: skip
    others = (other for other in among if not beside.same(other, number, group))
    return next((o for o in others if parts and _uncovers(number, o, group, parts, beside)), None)


def _part_of(one: Shown, group: str) -> bool:
    return one.filter.cuts and one.filter.group == (group,)


def _uncovers(
    number: int, other: int, group: str, parts: Sequence[Filter], beside: Releases
) -> bool:
    told, against = beside.tallies[number], beside.tallies[other]
    for gone in set(_gone(told, against, group, parts, beside.places)):
        rest = [
            rows(t, lambda s, gone=gone: s.group == group and _cell(s, parts) not in gone)  # type: ignore[misc]
            for t in (against, told)
        ]
        if unsafe_changes(rest[0], rest[1], beside.thresholds, beside.instrument):
            return True
    return False


def _gone(
    told: Tally, against: Tally, group: str, parts: Sequence[Filter], places: Iterable[str]
) -> Iterator[frozenset[Cell]]:
    """By place, the cells of the crossing of all parts that hold somebody in the first only."""
    for place in places:
        here, there = (_cells(tally, group, parts, place) for tally in (told, against))
        if here - there:
            yield here - there


def _cells(tally: Tally, group: str, parts: Sequence[Filter], place: str) -> frozenset[Cell]:
    return frozenset(
        _cell(stratum, parts)
        for stratum, n in persons(tally, place).items()
        if n and stratum.group == group
    )


def _cell(stratum: Stratum, parts: Sequence[Filter]) -> Cell:
    forms = (stratum.variant in form for form in FORMS)
    return (*forms, *(part.takes(stratum) for part in parts))


def persons(tally: Tally, item: str) -> dict[Stratum, int]:
    """Persons by stratum: those who answered the item; with no item, everybody."""
    if not item:
        return dict(zip(tally.strata, tally.responses.tolist(), strict=True))
    found = tally.marks[:, tally.layout.items.index(item), : GIVEN + 1].sum(axis=1)
    return dict(zip(tally.strata, found.tolist(), strict=True))


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
