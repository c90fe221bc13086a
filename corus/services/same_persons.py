"""The same persons in two released waves: their change, told once and kept in the journal.

Told again as it was, never computed anew: two results of one pair of waves, one before and one
after somebody took an answer back, would tell that person's change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from corus.analysis import Tally
from corus.analysis.counting.layout import scored_dimensions
from corus.analysis.counting.tally import differing
from corus.analysis.disclosure.precision import Scores
from corus.analysis.waves.same_persons import (
    Kind,
    Side,
    hand_of,
    isolates,
    tell,
    unsafe_beside,
)
from corus.analysis.waves.same_question import Refused
from corus.domain.profile import DimensionCell, Profile
from corus.domain.same_persons import Followed, SamePersons
from corus.domain.wave import Thresholds
from corus.errors import RefusedError
from corus.services.linking import Twice, linked_pairs, modes_of, scored_persons
from corus.services.tallying import refresh
from corus.services.waves import plan_of
from corus.services.weighing.beside import weighted_groups
from corus.store import life, queries
from corus.store.models import Release, Wave

ACTION = "compared"
VIEWED = "viewed"
"""What ``viewing`` notes."""
Place = tuple[str, str]
"""(dimension, group)."""


class _Released(NamedTuple):
    """A wave as its last release stands."""

    wave: Wave
    number: int
    profile: Profile
    tally: Tally


CHANGED = (
    "The same persons: not compared. Answers of “{wave}” changed since its last release; publish "
    "them first."
)
SEEN = (
    "The same persons: not compared. Parts of “{wave}” were shown as views, beside which somebody "
    "could be recognised."
)
WEIGHTED = (
    "The same persons: not compared. Scores of “{wave}” were weighted to known margins, beside "
    "which somebody could be recognised."
)


def same_persons(session: Session, first: str, second: str, day: date) -> Followed | Refused | None:
    """What was told of the persons who answered both waves, or what now is; None where nobody is.

    Refused where answers changed since the release (``SAM-001``), or parts of a wave were shown
    as views (``SAM-002``) or weighted (``SAM-003``), which would tell apart who is linked.
    """
    waves = [queries.wave_by_code(session, code) for code in (first, second)]
    if not all(queries.has_pseudonyms(session, wave.id) for wave in waves):
        return _told_before(session, waves)
    released = [_released(session, wave) for wave in waves]
    # Nobody else compares these waves from here on: both are held.
    told = _told_before(session, waves)
    if told:
        return told
    refused = next((one for one in released if isinstance(one, Refused)), None)
    known = [one for one in released if isinstance(one, _Released)]
    if refused or len(known) < 2:
        return refused
    pair = _Pair(*known)
    cells = tuple(_cells(session, pair))
    numbers = (pair.first.number, pair.second.number)
    found = Followed(first=first, second=second, releases=numbers, cells=cells)
    if any(not cell.withheld for cell in cells):
        for wave in waves:
            queries.note(session, wave, day, ACTION, told=found.model_dump(mode="json"))
        session.flush()
    return found if cells else None


def _told_before(session: Session, waves: list[Wave]) -> Followed | None:
    told = told_of(session, waves[1])
    return next((one for one in told if one.first == waves[0].code), None)


class _Pair(NamedTuple):
    first: _Released
    second: _Released


def told_of(session: Session, wave: Wave) -> list[Followed]:
    """Every comparison of linked persons that this wave is part of, oldest first."""
    lines = life.journal(session, wave.id, ACTION)
    return [Followed.model_validate(line["told"]) for line in lines]


def _released(session: Session, wave: Wave) -> _Released | Refused:
    last, tally = queries.latest_release(session, wave.id), refresh(session, wave)
    if last is None or differing(Tally.from_bytes(bytes(last.counts)), tally):
        return Refused("SAM-001", CHANGED, {"wave": wave.code})
    if life.journal(session, wave.id, VIEWED):
        return Refused("SAM-002", SEEN, {"wave": wave.code})
    if weighted_groups(session, wave):
        return Refused("SAM-003", WEIGHTED, {"wave": wave.code})
    return _Released(wave, last.number, _profile(last), tally)


def _profile(record: Release) -> Profile:
    return Profile.model_validate_json(bytes(record.profile))


def _cells(session: Session, pair: _Pair) -> Iterator[SamePersons]:
    counts = linked_pairs(session, pair.first.wave, pair.second.wave).counts
    new = scored_persons(session, pair.first.wave, pair.second.wave)
    around = [_around(session, side) for side in pair]
    thresholds = _stricter(pair)
    for place in _both_full(pair):
        sides = [_side(one, *place) for one in pair]
        if place not in new or not new[place]:
            continue
        alone = any(_alone(place, new, one, thresholds) for one in around)
        pairs = counts.scores(place[1], place[0], sides[0].points)
        yield tell(sides[0], sides[1], pairs, thresholds, isolates=alone)


class _Around(NamedTuple):
    """What is told of one wave, beside which the linked persons stand."""

    tally: Tally
    effects: frozenset[Place]
    """Where those who were helped are told apart."""
    hands: dict[bytes, str]
    """By whose hand each linked person answered."""
    earlier: list[Twice] | None


def _around(session: Session, side: _Released) -> _Around:
    effects = _effects(side.profile)
    modes = modes_of(session, side.wave) if effects else {}
    hands = {name: hand_of(mode) for name, mode in modes.items()}
    return _Around(side.tally, effects, hands, _earlier(session, side))


def _effects(profile: Profile) -> frozenset[Place]:
    return frozenset((e.dimension, e.group) for e in profile.mode_effects)


def _alone(place: Place, new: Twice, beside: _Around, thresholds: Thresholds) -> bool:
    """Whether the linked persons of one place, beside sets told before, leave somebody alone."""
    if beside.earlier is None:
        return True
    before = [one[place] for one in beside.earlier if place in one]
    hands = beside.hands if place in beside.effects else None
    kinds = _by_kind(beside.tally, *place, apart=hands is not None)
    return isolates(new[place], before, kinds, thresholds, hands)


def _stricter(pair: _Pair) -> Thresholds:
    each = [plan_of(one.wave).thresholds.model_dump() for one in pair]
    return Thresholds(**{name: max(one[name] for one in each) for name in each[0]})


def _both_full(pair: _Pair) -> Iterator[Place]:
    full = [
        {(c.dimension, c.group): c for c in one.profile.dimensions if c.show == "full"}
        for one in pair
    ]
    return (place for place in full[1] if place in full[0])


def _side(released: _Released, dimension: str, group: str) -> Side:
    cell: DimensionCell = next(
        c for c in released.profile.dimensions if (c.dimension, c.group) == (dimension, group)
    )
    instrument = released.profile.instrument
    scored = next(one for one in scored_dimensions(instrument) if one.dimension == dimension)
    return Side.of(cell, Scores.of(released.tally, instrument, group, scored))


def _by_kind(tally: Tally, dimension: str, group: str, *, apart: bool) -> dict[Kind, int]:
    """Persons with a score by variant, and where they are told ``apart`` by whose hand."""
    index = tally.layout.dimensions.index(dimension)
    found: dict[Kind, int] = {}
    for place, stratum in enumerate(tally.strata):
        if stratum.group == group:
            kind = stratum.variant, hand_of(stratum.mode) if apart else ""
            found[kind] = found.get(kind, 0) + int(tally.scores[place, index].sum())
    return found


def _earlier(session: Session, side: _Released) -> list[Twice] | None:
    """Sets of persons of this wave told before; None where they are no longer known for sure."""
    found = []
    for told in told_of(session, side.wave):
        codes = (told.first, told.second)
        waves = [queries.wave_by_code(session, code) for code in codes]
        for wave, number in zip(waves, told.releases, strict=True):
            last = queries.latest_release(session, wave.id)
            if last is None or last.number != number:
                return None
            if differing(Tally.from_bytes(bytes(last.counts)), refresh(session, wave)):
                return None
        found.append(scored_persons(session, waves[0], waves[1]))
    return found


def beside_linked(session: Session, wave: Wave, before: list[Release], new: Tally) -> list[str]:
    """Why a release of these counts would not stand beside what was told of linked persons."""
    counts = {one.number: Tally.from_bytes(bytes(one.counts)) for one in before}
    profiles = {one.number: one for one in before}
    thresholds = plan_of(wave).thresholds
    found: list[str] = []
    for told in told_of(session, wave):
        which = (told.first, told.second).index(wave.code)
        old = counts[told.releases[which]]
        found += unsafe_beside(told.cells, which, old, new, thresholds)
        known = _effects(_profile(profiles[told.releases[which]]))
        found += _newly_apart(session, wave, told, known, new)
    return list(dict.fromkeys(found))


def _newly_apart(
    session: Session, wave: Wave, told: Followed, known: frozenset[Place], new: Tally
) -> Iterator[str]:
    """Places where a release may be the first to tell apart who was helped, and isolate somebody.

    The persons linked then are taken to be those linked now; where there are none, nothing is
    known of them, and it is unsafe.
    """
    cells = [c for c in told.cells if not c.withheld and (c.dimension, c.group) not in known]
    thresholds = plan_of(wave).thresholds
    places = [(c.dimension, c.group) for c in cells]
    apart = [p for p in places if _may_be_told_apart(_by_kind(new, *p, apart=True), thresholds)]
    if not apart:
        return
    linked = scored_persons(
        session, *(queries.wave_by_code(session, code) for code in (told.first, told.second))
    )
    hands = {name: hand_of(mode) for name, mode in modes_of(session, wave).items()}
    for place in apart:
        kinds = _by_kind(new, *place, apart=True)
        if isolates(linked.get(place, ()), [], kinds, thresholds, hands):
            yield f"{place[1]} · {place[0]}"


def _may_be_told_apart(kinds: dict[Kind, int], thresholds: Thresholds) -> bool:
    sides = (sum(n for k, n in kinds.items() if k[1] == hand) for hand in ("self", "helped"))
    return min(sides) >= thresholds.full


def refuse_views(session: Session, wave: Wave) -> None:
    """No view of a wave beside figures of linked persons: a part may be all of them but one.

    Raises ``RefusedError`` (``VIE-003``).
    """
    if life.journal(session, wave.id, ACTION):
        raise RefusedError(
            "Wave “{wave}” was compared person by person with another one: parts of it could then "
            "single somebody out.",
            hint="Use the figures of the whole groups.", code="VIE-003",
            names={"wave": wave.code},
        )  # fmt: skip
