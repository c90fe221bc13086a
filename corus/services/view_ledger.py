"""What views are decided beside: every release, what it tells, and the views already shown.

Kept in the wave's journal, one line per view, without any count. Whether a part may stand beside
all that is the analysis floor's answer (``disclosure.views``); here its sets are put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Protocol, cast

from sqlalchemy.orm import Session

from corus.analysis import Stratum, Tally
from corus.analysis.disclosure.views import Atom, Refusal, View, refuses_any, releases_as_views
from corus.domain.instrument import Instrument
from corus.domain.profile import Profile
from corus.errors import NotFoundError
from corus.services.publishing import version_of
from corus.services.release_parts import (
    Filter,
    Numbers,
    Shown,
    by_form,
    figures,
    hands_told,
    numbers,
    sides,
)
from corus.services.viewed_parts import Releases, persons
from corus.services.waves import plan_of
from corus.store import life, queries
from corus.store.models import Wave

ACTION = "viewed"
Counted = tuple[str, dict[Atom, int]]
Placed = tuple[tuple[str, Stratum], int]
"""Atom of a release: (item or "", stratum), from how many persons on."""


class Ledger(Protocol):
    """Where views that were shown are kept; an entry is never taken out."""

    def shown(self, session: Session, wave: Wave) -> list[Shown]:
        """Every view of the wave, oldest first."""

    def keep(self, session: Session, wave: Wave, shown: Shown, day: date) -> None:
        """Note one more."""


class Journal:
    """The wave's journal as ledger: one line per view, without any count."""

    def shown(self, session: Session, wave: Wave) -> list[Shown]:
        """Every view of the wave, oldest first."""
        return [_read(line) for line in life.journal(session, wave.id, ACTION)]

    def keep(self, session: Session, wave: Wave, shown: Shown, day: date) -> None:
        """Note one more."""
        axes = {axis: list(v) for axis, v in asdict(shown.filter).items() if v}
        queries.note(session, wave, day, ACTION, release=shown.release, filter=axes)
        session.flush()


def _read(line: Mapping[str, object]) -> Shown:
    axes = line.get("filter")
    found = {str(a): tuple(map(str, v)) for a, v in axes.items()} if isinstance(axes, dict) else {}
    return Shown(int(str(line["release"])), Filter(**found))


@dataclass(frozen=True)
class Told(Releases):
    """What views are decided beside: the counts of every release, and the parts it tells."""

    figures: tuple[Shown, ...]
    """Parts whose answers are told."""
    sides: tuple[Shown, ...]
    """Of these, the two sides of mode effects."""
    numbers: Numbers
    """Parts whose number of persons is told."""


def released(session: Session, wave: Wave) -> Told:
    """Every release of the wave, and what each tells.

    Raises ``NotFoundError`` (``REL-003``) before the first.
    """
    found = queries.releases(session, wave.id)
    if not found:
        raise NotFoundError(
            "Wave “{wave}” has no release yet.",
            hint="Close it, then `corus release {wave}`.",
            code="REL-003",
            names={"wave": wave.code},
        )
    tallies = {one.number: Tally.from_bytes(bytes(one.counts)) for one in found}
    profiles = [Profile.model_validate_json(bytes(one.profile)) for one in found]
    of_each = [(p.release, tallies[p.release], hands_told(p)) for p in profiles]
    instrument = version_of(wave).instrument
    return Told(
        tallies=tallies,
        places=("", *_viewed(instrument)),
        thresholds=plan_of(wave).thresholds,
        instrument=instrument,
        figures=tuple(part for one in of_each for part in figures(*one)),
        sides=tuple(part for one in of_each for part in sides(*one)),
        numbers={place: families for p in profiles for place, families in numbers(p).items()},
    )


def _viewed(instrument: Instrument) -> Iterator[str]:
    """Items of which a view shows figures: not what people wrote, nor how many did."""
    return (item.code for item in instrument.items if item.scale or item.options)


def by_group(views: Iterable[Shown], tallies: Mapping[int, Tally]) -> Iterator[Shown]:
    """What each view tells: figures of each of its groups, never of several together."""
    for one in views:
        there = (s.group for s in tallies[one.release].strata if one.filter.takes(s))
        for group in sorted(set(there)):
            yield Shown(one.release, one.filter.of_group(group))


def refusal_of(
    asked: Shown, earlier: list[Shown], beside: Told, *, release: bool = False
) -> Refusal | None:
    """The analysis floor's answer, counting persons first, then those who answered each item.

    Beside parts of the same group only: groups share nobody.
    """
    views: list[View] = []
    counted: list[Counted] = []
    for place in beside.places:
        layers, there = layers_of(beside, place)
        counted.append((place, there))
        views += layers
    atoms = {number: atoms_of(views, str(number)) for number in beside.tallies}
    views_shown = list(by_group(earlier, beside.tallies))
    shown = (*beside.figures, *(part for one in views_shown for part in (one, *by_form(one))))
    told = [one for one in beside.figures if not one.filter.cuts] + views_shown
    old, exact = (
        [as_view(one, atoms) for one in some if one.filter.group == asked.filter.group]
        for some in (shown, told)
    )
    return refuses_any(
        as_view(asked, atoms), old, counted, beside.thresholds, exact=exact, release=release
    )


def layers_of(beside: Releases, place: str) -> tuple[list[View], dict[Atom, int]]:
    """The releases as views of common atoms, counted at ``place``, and persons by atom."""
    return releases_as_views(
        [(str(number), _persons(tally, place)) for number, tally in beside.tallies.items()]
    )


def atoms_of(views: list[View], name: str) -> list[Placed]:
    """Atoms of the release of that number."""
    return [cast(Placed, atom) for v in views if v.name == name for atom in v.atoms]


def as_view(shown: Shown, atoms: Mapping[int, list[Placed]]) -> View:
    """The atoms that a part takes of its release."""
    taken = (a for a in atoms[shown.release] if shown.filter.takes(a[0][1]))
    return View(shown.name, frozenset(taken))


def _persons(tally: Tally, item: str) -> dict[Atom, int]:
    return {(item, stratum): n for stratum, n in persons(tally, item).items()}
