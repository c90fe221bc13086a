"""Views of a release: its figures for a part of the answers, and the ledger that keeps them safe.

A view is asked by filters (group, variant, mode, channel, completeness). It is shown only where,
beside the release and every view shown before, it singles nobody out; what is shown is noted in
the wave's journal before it is returned. Knows the rule's name, not the rule: that is
``analysis.views``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Protocol, cast

from sqlalchemy.orm import Session

from corus.analysis import Stratum, Tally
from corus.analysis.counting.layout import FORMS, GIVEN
from corus.analysis.disclosure.views import Atom, Refusal, View, refuses_any, releases_as_views
from corus.domain.wave import Thresholds
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services.waves import plan_of
from corus.store import life, queries
from corus.store.models import Wave

ACTION = "viewed"
Counted = tuple[str, dict[Atom, int]]
Placed = tuple[tuple[str, Stratum], int]
"""Atom of a release: (item or "", stratum), from how many persons on."""


@dataclass(frozen=True)
class Filter:
    """Which answers: those whose stratum has one of the named values on each axis.

    An empty axis takes every value.
    """

    group: tuple[str, ...] = ()
    variant: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    completeness: tuple[str, ...] = ()

    def takes(self, stratum: Stratum) -> bool:
        """Whether answers of this stratum are among them."""
        return all(
            not wanted or getattr(stratum, axis) in wanted for axis, wanted in vars(self).items()
        )

    @property
    def name(self) -> str:
        """``group=employees mode=paper,self``: the same for the same filters."""
        named = ((axis, ",".join(sorted(set(v)))) for axis, v in vars(self).items() if v)
        return " ".join(f"{axis}={values}" for axis, values in named) or "all"


@dataclass(frozen=True)
class Shown:
    """A view already shown: of which release, and which answers of it."""

    release: int
    filter: Filter

    @property
    def name(self) -> str:
        """What a refusal calls it."""
        return f"release {self.release}: {self.filter.name}"


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


def view(
    session: Session, code: str, wanted: Filter, day: date, *, ledger: Ledger | None = None
) -> Tally:
    """Counts of the wanted answers in the wave's last release, by item; noted as shown.

    Without dimension scores, which a part would sharpen beside the whole. The tally is not for
    eyes: ``analysis`` turns it into cells under the same rule as any other. The wave is held
    meanwhile, so that two views asked at once are decided one after the other.

    Raises ``NotFoundError`` (``REL-003``) before the first release, ``InputError`` (``VIE-002``)
    for values no answer can have, and ``RefusedError`` (``VIE-001``) when too few persons would
    be singled out.
    """
    wave, ledger = queries.wave_by_code(session, code), ledger or Journal()
    queries.hold(session, wave)
    tallies = _released(session, wave)
    _check(wanted, tallies)
    asked, earlier = Shown(max(tallies), wanted), ledger.shown(session, wave)
    if asked not in earlier:
        _refuse_isolation(asked, earlier, tallies, plan_of(wave).thresholds)
        ledger.keep(session, wave, asked, day)
    return _part(tallies[asked.release], wanted)


def beside_views(session: Session, wave: Wave, new: Tally) -> Refusal | None:
    """Why a release of these counts would not stand beside the views already shown, or None.

    Each group of it, and each form of its questionnaire, is taken as one more view; what is too
    small to be shown at all, the release masks itself.
    """
    earlier = Journal().shown(session, wave)
    if not earlier:
        return None
    tallies = _released(session, wave)
    number = max(tallies) + 1
    tallies[number] = new
    told = (
        _refusal(part, earlier, tallies, plan_of(wave).thresholds)
        for part in _published({number: new})
    )
    return next((refusal for refusal in told if refusal and refusal.beside), None)


def _released(session: Session, wave: Wave) -> dict[int, Tally]:
    found = queries.releases(session, wave.id)
    if not found:
        raise NotFoundError(
            f"Wave “{wave.code}” has no release yet.",
            hint=f"Close it, then `corus release {wave.code}`.",
            code="REL-003",
        )
    return {one.number: Tally.from_bytes(bytes(one.counts)) for one in found}


def _check(wanted: Filter, tallies: Mapping[int, Tally]) -> None:
    """A misspelt value would select nobody, and be refused as too few."""
    strata = {stratum for tally in tallies.values() for stratum in tally.strata}
    for axis, values in vars(wanted).items():
        known = sorted({str(getattr(stratum, axis)) for stratum in strata})
        for value in values:
            if value not in known:
                raise InputError(
                    f"No answer has {axis} “{value}”.",
                    hint=f"Use one of: {', '.join(known)}.",
                    code="VIE-002",
                )


def _refuse_isolation(
    asked: Shown, earlier: list[Shown], tallies: Mapping[int, Tally], thresholds: Thresholds
) -> None:
    told = _refusal(asked, earlier, tallies, thresholds)
    if told is None:
        return
    beside = f" beside {'; '.join(told.beside)}" if told.beside else ""
    place = f" ({told.place})" if told.place else ""
    raise RefusedError(
        f"This view{beside} would single out fewer than {thresholds.shown} persons{place}.",
        hint="Ask for a larger part, or for one of the views already shown.",
        code="VIE-001",
    )


def _refusal(
    asked: Shown, earlier: list[Shown], tallies: Mapping[int, Tally], thresholds: Thresholds
) -> Refusal | None:
    """The analysis floor's answer, counting persons first, then those who answered each item."""
    views: list[View] = []
    counted: list[Counted] = []
    for place in ("", *tallies[asked.release].layout.items):
        layers, persons = releases_as_views(
            [(str(number), _persons(tally, place)) for number, tally in tallies.items()]
        )
        counted.append((place, persons))
        views += layers
    atoms = {number: _atoms(views, str(number)) for number in tallies}
    old = [_as_view(one, atoms) for one in (*_published(tallies), *earlier)]
    return refuses_any(_as_view(asked, atoms), old, counted, thresholds)


def _atoms(views: list[View], name: str) -> list[Placed]:
    return [cast(Placed, atom) for v in views if v.name == name for atom in v.atoms]


def _as_view(shown: Shown, atoms: Mapping[int, list[Placed]]) -> View:
    taken = (a for a in atoms[shown.release] if shown.filter.takes(a[0][1]))
    return View(shown.name, frozenset(taken))


def _published(tallies: Mapping[int, Tally]) -> Iterator[Shown]:
    """What each release tells of itself: each group, and each form of its questionnaire."""
    for number, tally in tallies.items():
        for group in sorted({stratum.group for stratum in tally.strata}):
            yield Shown(number, Filter(group=(group,)))
            for variants in FORMS:
                yield Shown(number, Filter(group=(group,), variant=tuple(variants)))


def _persons(tally: Tally, item: str) -> dict[Atom, int]:
    """Persons by (item, stratum): those who answered it; with no item, everybody."""
    answers = tally.marks[:, :, : GIVEN + 1].sum(axis=2)
    found = answers[:, tally.layout.items.index(item)] if item else tally.responses
    return {(item, s): n for s, n in zip(tally.strata, found.tolist(), strict=True)}


def _part(tally: Tally, wanted: Filter) -> Tally:
    """The wanted strata, without scores and products of answers.

    A score of a part beside one of the whole tells what those left over answered who left items
    out; items alone, counted here one by one, do not.
    """
    rows = [i for i, stratum in enumerate(tally.strata) if wanted.takes(stratum)]
    strata = tuple(tally.strata[i] for i in rows)
    found = Tally.zeros(tally.layout, strata, products=False)
    for name in ("responses", "marks", "options"):
        getattr(found, name)[:] = getattr(tally, name)[rows]
    return found


def _read(line: Mapping[str, object]) -> Shown:
    axes = line.get("filter")
    found = {str(a): tuple(map(str, v)) for a, v in axes.items()} if isinstance(axes, dict) else {}
    return Shown(int(str(line["release"])), Filter(**found))
