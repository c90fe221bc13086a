"""Views of a release: its figures for a part of the answers, and the ledger that keeps them safe.

A view is asked by filters (group, variant, mode, channel, completeness, site). It is shown only
where, beside the release and every view shown before, it singles nobody out; what is shown is
noted in the wave's journal before it is returned. Knows the rule's name, not the rule: that is
``analysis.views``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Protocol, TypeVar, cast

from sqlalchemy.orm import Session

from corus.analysis import Stratum, Tally
from corus.analysis.counting.layout import GIVEN
from corus.analysis.disclosure.views import (
    Atom,
    Refusal,
    View,
    refuses,
    refuses_any,
    releases_as_views,
)
from corus.domain.instrument import Instrument
from corus.domain.profile import ChoiceCell, ItemCell, Profile
from corus.domain.shown import LEFT_OUT
from corus.domain.wave import Thresholds
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services.publishing import version_of
from corus.services.release_parts import (
    Filter,
    Numbers,
    Shown,
    by_form,
    figures,
    hands_possible,
    hands_told,
    numbers,
)
from corus.services.same_persons import refuse_views
from corus.services.viewed_parts import changed_since, rows
from corus.services.waves import plan_of
from corus.services.weighing.beside import refuse_parts
from corus.store import life, queries
from corus.store.models import Wave

ACTION = "viewed"
C = TypeVar("C", ItemCell, ChoiceCell)
Counted = tuple[str, dict[Atom, int]]
Placed = tuple[tuple[str, Stratum], int]
"""Atom of a release: (item or "", stratum), from how many persons on."""


__all__ = ["Filter", "Journal", "Ledger", "Shown", "beside_views", "left_out", "view"]


@dataclass(frozen=True)
class _Told:
    """What views are decided beside: the counts of every release, and the parts it tells."""

    tallies: Mapping[int, Tally]
    figures: tuple[Shown, ...]
    """Parts whose answers are told."""
    numbers: Numbers
    """Parts whose number of persons is told."""
    places: tuple[str, ...]
    """Where views count answers: "" for persons, then the items that a view shows."""
    thresholds: Thresholds


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

    Each group is a view of its own. Where no group was asked for, those that may not be shown are
    left out: they read as masked.

    Without dimension scores, which a part would sharpen beside the whole. The tally is not for
    eyes: ``analysis`` turns it into cells under the same rule as any other. The wave is held
    meanwhile, so that two views asked at once are decided one after the other.

    Raises ``NotFoundError`` (``REL-003``) before the first release, ``InputError`` (``VIE-002``)
    for values no answer can have, and ``RefusedError`` (``VIE-001``) when too few persons would
    be singled out, the wave was compared person by person (``VIE-003``), its number of persons at
    these sites is withheld (``VIE-004``), or the group was weighted to margins (``VIE-005``).
    """
    wave, ledger = queries.wave_by_code(session, code), ledger or Journal()
    queries.hold(session, wave)
    told = _released(session, wave)
    tallies = told.tallies
    _check(wanted, tallies)
    earlier = list(_by_group(ledger.shown(session, wave), tallies))
    allowed: list[Shown] = []
    refused: list[RefusedError] = []
    for asked in _by_group([Shown(max(tallies), wanted)], tallies):
        if asked not in earlier:
            try:
                refuse_views(session, wave)
                if asked.filter.cuts:
                    refuse_parts(session, wave, *asked.filter.group)
                _refuse_withheld(session, wave, asked)
                _refuse_isolation(asked, earlier, told)
                _refuse_changed(asked, earlier, told, version_of(wave).instrument)
            except RefusedError as refusal:
                refused.append(refusal)
                continue
            ledger.keep(session, wave, asked, day)
            earlier.append(asked)
        allowed.append(asked)
    if refused and (wanted.group or not allowed):
        raise refused[0]
    return _part(tallies[max(tallies)], [one.filter for one in allowed])


def left_out(cells: Iterable[C], tally: Tally, small: Iterable[str]) -> Iterator[C]:
    """``cells`` of a view, those of groups that it leaves out with the reason that says so.

    Groups that the release itself masks, ``small``, are known to be small, and read so.
    """
    seen = {*(stratum.group for stratum in tally.strata), *small}
    for cell in cells:
        if cell.show == "masked" and cell.group not in seen:
            yield cell.model_copy(update={"reason": LEFT_OUT})
        else:
            yield cell


def _by_group(views: Iterable[Shown], tallies: Mapping[int, Tally]) -> Iterator[Shown]:
    """What each view tells: figures of each of its groups, never of several together."""
    for one in views:
        there = (s.group for s in tallies[one.release].strata if one.filter.takes(s))
        for group in sorted(set(there)):
            yield Shown(one.release, one.filter.of_group(group))


def _refuse_withheld(session: Session, wave: Wave, asked: Shown) -> None:
    """A site is shown only where the number of its persons is: others would follow from it."""
    if not asked.filter.site:
        return
    [last] = [r for r in queries.releases(session, wave.id) if r.number == asked.release]
    told = Profile.model_validate_json(bytes(last.profile)).by_site
    known = {(cell.group, cell.site) for cell in told if cell.n is not None}
    [group] = asked.filter.group
    withheld = [site for site in asked.filter.site if (group, site) not in known]
    if withheld:
        raise RefusedError(
            "How many of “{group}” answered at “{site}” is withheld: smaller numbers would follow "
            "from it.",
            hint="Ask for another site, or for the whole group.", code="VIE-004",
            names={"group": group, "site": withheld[0]},
        )  # fmt: skip


def beside_views(session: Session, wave: Wave, new: Tally) -> Refusal | None:
    """Why a release of these counts would not stand beside the views already shown, or None.

    Each group of it, and each form of its questionnaire, is taken as one more view; what is too
    small to be shown at all, the release masks itself.
    """
    earlier = Journal().shown(session, wave)
    if not earlier:
        return None
    before = _released(session, wave)
    number = max(before.tallies) + 1
    hands = hands_possible(new, version_of(wave).instrument, before.thresholds)
    parts = tuple(figures(number, new, hands))
    told = replace(
        before,
        tallies={**before.tallies, number: new},
        figures=(*before.figures, *parts),
        numbers={},
    )
    found = (_refusal(part, earlier, told) for part in parts)
    return next((refusal for refusal in found if refusal and refusal.beside), None)


def _released(session: Session, wave: Wave) -> _Told:
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
    return _Told(
        tallies,
        tuple(f for p in profiles for f in figures(p.release, tallies[p.release], hands_told(p))),
        {place: families for p in profiles for place, families in numbers(p).items()},
        ("", *_viewed(version_of(wave).instrument)),
        plan_of(wave).thresholds,
    )


def _viewed(instrument: Instrument) -> Iterator[str]:
    """Items of which a view shows figures: not what people wrote, nor how many did."""
    return (item.code for item in instrument.items if item.scale or item.options)


def _check(wanted: Filter, tallies: Mapping[int, Tally]) -> None:
    """A misspelt value would select nobody, and be refused as too few."""
    strata = {stratum for tally in tallies.values() for stratum in tally.strata}
    for axis, values in vars(wanted).items():
        known = sorted({str(getattr(stratum, axis)) for stratum in strata})
        for value in values:
            if value not in known:
                raise InputError(
                    "No answer has {axis} “{value}”.",
                    hint="Use one of: {known}.",
                    code="VIE-002",
                    names={"axis": axis, "value": value, "known": ", ".join(known)},
                )


def _refuse_isolation(asked: Shown, earlier: list[Shown], beside: _Told) -> None:
    told = (
        _refusal(asked, earlier, beside)
        or _refusal_by_form(asked, earlier, beside)
        or _refusal_by_numbers(asked, earlier, beside)
    )
    if told is None:
        return
    raise RefusedError(
        TOO_FEW[bool(told.beside), bool(told.place)],
        hint="Ask for a larger part, or for one of the views already shown.",
        code="VIE-001",
        names={
            "beside": "; ".join(told.beside), "place": told.place,
            "shown": beside.thresholds.shown,
        },
    )  # fmt: skip


def _refuse_changed(
    asked: Shown, earlier: list[Shown], beside: _Told, instrument: Instrument
) -> None:
    before = changed_since(asked, earlier, beside.tallies, beside.thresholds, instrument)
    if before is not None:
        raise RefusedError(
            TOO_FEW[True, False],
            hint="Ask for a larger part, or for one of the views already shown.", code="VIE-001",
            names={"beside": before.name, "place": "", "shown": beside.thresholds.shown},
        )  # fmt: skip


TOO_FEW = {
    (False, False): "This view would single out fewer than {shown} persons.",
    (False, True): "This view would single out fewer than {shown} persons ({place}).",
    (True, False): "This view beside {beside} would single out fewer than {shown} persons.",
    (True, True): "This view beside {beside} would single out fewer than {shown} persons "
    "({place}).",
}
"""(beside other views, counted at an item) → what is refused."""


def _refusal(asked: Shown, earlier: list[Shown], beside: _Told) -> Refusal | None:
    """The analysis floor's answer, counting persons first, then those who answered each item."""
    views: list[View] = []
    counted: list[Counted] = []
    for place in beside.places:
        layers, persons = _layers(beside, place)
        counted.append((place, persons))
        views += layers
    atoms = {number: _atoms(views, str(number)) for number in beside.tallies}
    views_shown = _by_group(earlier, beside.tallies)
    shown = (*beside.figures, *(part for one in views_shown for part in (one, *by_form(one))))
    old = [_as_view(one, atoms) for one in shown]
    return refuses_any(_as_view(asked, atoms), old, counted, beside.thresholds)


def _refusal_by_form(asked: Shown, earlier: list[Shown], beside: _Told) -> Refusal | None:
    """What the forms of the questionnaire tell by themselves: where answers to two of them merge,
    counts by point are those of one. A form too small to be told is withheld by the rule."""
    if not asked.filter.cuts:
        return None
    found = (_refusal(part, earlier, beside) for part in by_form(asked))
    return next((refusal for refusal in found if refusal and refusal.beside), None)


def _refusal_by_numbers(asked: Shown, earlier: list[Shown], beside: _Told) -> Refusal | None:
    """Whether it tells how many a few persons are, whose number the release withholds.

    One family of numbers at a time, beside views that name its axis: of others a reader does not
    know whom they have in common. What the numbers tell without this view is not its doing.
    """
    layers, persons = _layers(beside, "")
    atoms = {number: _atoms(layers, str(number)) for number in beside.tallies}
    [group] = asked.filter.group
    whole = Shown(asked.release, Filter(group=(group,)))
    for axis, family in beside.numbers.get((asked.release, group), {}).items():
        if not family or not getattr(asked.filter, axis):
            continue
        views = [v for v in _by_group(earlier, beside.tallies) if _names(v, group, axis)]
        known = [_as_view(one, atoms) for one in (*family, *views)]
        all_of_them = _as_view(whole, atoms)
        told = refuses(_as_view(asked, atoms), [all_of_them, *known], persons, beside.thresholds)
        if told and not refuses(all_of_them, known, persons, beside.thresholds):
            return told
    return None


def _names(shown: Shown, group: str, axis: str) -> bool:
    return shown.filter.group == (group,) and bool(getattr(shown.filter, axis))


def _layers(beside: _Told, place: str) -> tuple[list[View], dict[Atom, int]]:
    return releases_as_views(
        [(str(number), _persons(tally, place)) for number, tally in beside.tallies.items()]
    )


def _atoms(views: list[View], name: str) -> list[Placed]:
    return [cast(Placed, atom) for v in views if v.name == name for atom in v.atoms]


def _as_view(shown: Shown, atoms: Mapping[int, list[Placed]]) -> View:
    taken = (a for a in atoms[shown.release] if shown.filter.takes(a[0][1]))
    return View(shown.name, frozenset(taken))


def _persons(tally: Tally, item: str) -> dict[Atom, int]:
    """Persons by (item, stratum): those who answered it; with no item, everybody."""
    answers = tally.marks[:, :, : GIVEN + 1].sum(axis=2)
    found = answers[:, tally.layout.items.index(item)] if item else tally.responses
    return {(item, s): n for s, n in zip(tally.strata, found.tolist(), strict=True)}


def _part(tally: Tally, wanted: Sequence[Filter]) -> Tally:
    return rows(tally, lambda s: any(one.takes(s) for one in wanted))


def _read(line: Mapping[str, object]) -> Shown:
    axes = line.get("filter")
    found = {str(a): tuple(map(str, v)) for a, v in axes.items()} if isinstance(axes, dict) else {}
    return Shown(int(str(line["release"])), Filter(**found))
