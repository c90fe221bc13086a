"""Scores of a closed wave weighted to known margins, group by group, where that is safe.

The answers are read here and never leave; what is shown is in the wave's journal. The rule of
what may be shown is ``analysis.disclosure.crossing``; that margins are applied once per group is
ours, since two weightings of the same answers can be subtracted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from corus.analysis import Tally
from corus.analysis.counting.layout import scored_dimensions
from corus.analysis.counting.persons import Persons
from corus.analysis.counting.tally import differing
from corus.analysis.disclosure.crossing import (
    may_be_weighted,
    same_of_group,
    scores_leave_room,
)
from corus.analysis.disclosure.rule import round_to
from corus.analysis.weighing.raking import Raked, rake, weighted_mean
from corus.domain.profile import DimensionCell, Profile
from corus.domain.wave import WaveState
from corus.domain.weighing import RakedDimension, RakedGroup, RakedScores
from corus.errors import Fault, InputError, RefusedError
from corus.services.closing import require_sealed
from corus.services.releasing import latest_profile
from corus.services.tallying import refresh
from corus.services.viewing import Journal, Shown
from corus.services.weighing.after import categories, cells_of, persons_of, to_keep
from corus.services.weighing.beside import ACTION
from corus.services.weighing.composing import origin_of
from corus.services.weighing.margins_file import GroupMargins, MarginsFile, read_margins
from corus.store import life, queries
from corus.store.models import Wave

COMPARED = "compared"
"""What ``same_persons`` notes."""
FEW = (
    "Not weighted: too few persons share some combination of these categories, or of them and a "
    "part already shown; weights would tell what they answered."
)
ANOTHER = (
    "Not weighted: other margins were applied to this group before; two weightings of the same "
    "answers could be subtracted."
)
TOO_SMALL = "Not weighted: the release does not show this group in full."
NO_SCORE = "not computed: the release shows no score"
ROUNDED = "not computed: the release rounds this score, and weights would sharpen it"
FEW_SCORED = "not computed: too few persons of some category have this score"
NO_ROOM = "not computed: weights would tell in which category a few persons are"


@dataclass(frozen=True)
class _Place:
    """What a group is weighted beside: its release, its persons, what was shown of them."""

    profile: Profile
    persons: Persons
    shown: tuple[Shown, ...]

    def of_group(self, group: str) -> NDArray[np.bool_]:
        """Which persons are of the group."""
        return np.array([s.group == group for s in self.persons.strata], np.bool_)

    def parts_shown(self, group: str) -> dict[str, list[bool]]:
        """Partitions of persons of which figures were published: views, and by whose hand."""
        strata = self.persons.strata
        parts = {f"view {n}": [v.filter.takes(s) for s in strata] for n, v in enumerate(self.shown)}
        if any(effect.group == group for effect in self.profile.mode_effects):
            parts["hand"] = [s.mode == "self" for s in strata]
        return parts


def raked(session: Session, code: str, margins: str | Path, day: date) -> RakedScores:
    """Weighted dimension scores of the wave's last release, beside the unweighted ones.

    Raises ``RefusedError``: wave not closed (``RAK-010``) or not sealed (``CLO-002``), answers
    changed since the release (``RAK-011``), margins applied to an earlier release (``RAK-012``),
    wave compared person by person (``RAK-013``), a group that an earlier release counts
    otherwise (``RAK-014``); ``NotFoundError`` (``REL-003``) before the first release;
    ``InputError`` with every fault of the file by line (``WGT-…``, ``MRG-…``, ``RAK-…``).
    A group that may not be weighted is told with its reason.
    """
    wave = queries.wave_by_code(session, code)
    profile = _ready(session, wave)
    known = read_margins(margins, profile.instrument, profile.groups)
    _refuse_changed(session, wave, known.groups)
    place = _place(session, wave, profile, known)
    earlier = {str(line["group"]): line for line in life.journal(session, wave.id, ACTION)}
    found: list[RakedGroup] = []
    faults: list[Fault] = []
    for group, own in known.groups.items():
        try:
            found.append(_group(place, group, own, earlier.get(group)))
        except InputError as error:
            faults += _placed(error, known.file, group, own)
    if faults:
        raise InputError(
            f"The margins of {known.file} cannot be met.", code=faults[0].code, faults=faults
        )
    _note(session, wave, day, [one for one in found if one.group not in earlier], place)
    return RakedScores(
        origin=origin_of(profile), file=known.file, sha256=known.sha256, groups=tuple(found)
    )


def _ready(session: Session, wave: Wave) -> Profile:
    """The last release, if it counts the very answers that are stored."""
    if wave.state != WaveState.CLOSED:
        raise RefusedError(
            f"Wave “{wave.code}” is {wave.state}: scores are weighted once it is closed.",
            hint=f"Close it with `corus wave close {wave.code}`.", code="RAK-010",
        )  # fmt: skip
    require_sealed(session, wave)
    profile, stored = latest_profile(session, wave.code), refresh(session, wave)
    last = queries.latest_release(session, wave.id)
    if last is None or differing(Tally.from_bytes(bytes(last.counts)), stored):
        raise RefusedError(
            "Answers were changed or withdrawn since the last release.",
            hint=f"Release them first: `corus release {wave.code}`.", code="RAK-011",
        )  # fmt: skip
    if any(line["release"] != last.number for line in life.journal(session, wave.id, ACTION)):
        raise RefusedError(
            "Margins were applied to an earlier release: beside it, weights on this one could tell "
            "what a few persons answered.",
            hint="Quote the weighted scores of that release.", code="RAK-012",
        )  # fmt: skip
    if life.journal(session, wave.id, COMPARED):
        raise RefusedError(
            f"Wave “{wave.code}” was compared person by person with another one: beside that, "
            "weights could single somebody out.",
            hint="Use the unweighted scores.", code="RAK-013",
        )  # fmt: skip
    return profile


def _refuse_changed(session: Session, wave: Wave, groups: Iterable[str]) -> None:
    """Who of a category was there already at an earlier release, no stored count tells."""
    last, *earlier = (Tally.from_bytes(bytes(r.counts)) for r in queries.releases(session, wave.id))
    for group in groups:
        if not all(same_of_group(one, last, group) for one in earlier):
            raise _changed(group)


def _changed(group: str) -> RefusedError:
    return RefusedError(
        "An earlier release counts other answers of “{group}”: beside both, weights could tell "
        "what a few persons answered.",
        hint="Take this group out of the file of margins, and use its unweighted scores.",
        code="RAK-014", names={"group": group},
    )  # fmt: skip


def _place(session: Session, wave: Wave, profile: Profile, known: MarginsFile) -> _Place:
    questions = [q for own in known.groups.values() for q in own.by_question]
    found = persons_of(session, wave, profile.instrument, known.groups, questions)
    return _Place(profile, found, tuple(Journal().shown(session, wave)))


def _group(
    place: _Place, group: str, own: GroupMargins, earlier: Mapping[str, object] | None
) -> RakedGroup:
    thresholds, theirs = place.profile.thresholds, place.of_group(group)
    told = RakedGroup(group=group, margins=own.targets)
    if earlier is not None and earlier["margins"] != _fingerprint(own.targets):
        return told.model_copy(update={"reason": ANOTHER})
    if earlier is not None and "told" in earlier:
        # As it was: answers may have been exchanged in ways that no count of the release shows.
        return RakedGroup.model_validate(earlier["told"])
    if group in place.profile.masked_groups or int(theirs.sum()) < thresholds.full:
        return told.model_copy(update={"reason": TOO_SMALL})
    by_question = {q: [c.options for c in known] for q, known in own.by_question.items()}
    rows = categories(place.persons.choices[theirs], by_question)
    crossed = rows.assign(**{k: np.array(v)[theirs] for k, v in place.parts_shown(group).items()})
    if not may_be_weighted(crossed, thresholds):
        return told.model_copy(update={"reason": FEW})
    weights = rake(rows, own.targets)
    each = weights.weights / weights.weights.mean()
    return told.model_copy(update={
        "persons": weights.n, "least": float(each.min()), "most": float(each.max()),
        "n_eff": floor(weights.n_eff + 1e-9), "rounds": weights.rounds,
        "dimensions": tuple(_dimensions(place, group, weights, rows, crossed)),
    })  # fmt: skip


def _dimensions(
    place: _Place, group: str, weights: Raked, rows: pd.DataFrame, crossed: pd.DataFrame
) -> Iterator[RakedDimension]:
    codes = [d.code for d in place.profile.instrument.dimensions]
    cells = {c.dimension: c for c in place.profile.dimensions if c.group == group}
    scores = place.persons.scores[place.of_group(group)]
    for index, code in enumerate(codes):
        if cells[code].show == "not_asked":
            continue
        if reason := _withheld(cells[code]):
            yield RakedDimension(dimension=code, reason=reason)
        elif not may_be_weighted(crossed, place.profile.thresholds, ~np.isnan(scores[:, index])):
            yield RakedDimension(dimension=code, reason=FEW_SCORED)
        elif not _leaves_room(place.profile, cells[code], rows, scores[:, index]):
            yield RakedDimension(dimension=code, reason=NO_ROOM)
        else:
            yield _weighted(cells[code], scores[:, index], weights)


def _leaves_room(
    profile: Profile, cell: DimensionCell, rows: pd.DataFrame, scores: NDArray[np.float64]
) -> bool:
    """By the distributions that the release shows; not where it withholds one of them."""
    found = {c.item: c.counts for c in profile.items if c.group == cell.group and c.n}
    [scored] = (s for s in scored_dimensions(profile.instrument) if s.dimension == cell.dimension)
    asked = [i for i in scored.items if profile.instrument.asks(i, cell.group, "standard")]
    counts = [found.get(i.code, ()) for i in asked]
    if not all(counts):
        return False
    turned = [c[::-1] if i.direction == "reversed" else c
              for i, c in zip(asked, counts, strict=True)]  # fmt: skip
    return scores_leave_room(rows, scores, np.array(turned, np.int64))


def _withheld(cell: DimensionCell) -> str:
    if cell.show != "full" and cell.show != "banded":
        return NO_SCORE
    return ROUNDED if cell.reason else ""


def _weighted(cell: DimensionCell, scores: NDArray[np.float64], weights: Raked) -> RakedDimension:
    """In whole points, outwards for the interval: no finer than two persons of ten would show."""
    told = {"dimension": cell.dimension, "n": cell.n, "unweighted": cell.score}
    found = weighted_mean(scores, weights)
    if found is None:
        return RakedDimension(dimension=cell.dimension, reason=NO_SCORE)
    told["weighted"] = round_to(found.mean, 1)
    if found.interval is not None:
        low, high = found.interval
        told |= {"low": float(floor(max(low, 0))), "high": float(ceil(min(high, 100)))}
    return RakedDimension.model_validate(told)


def _placed(error: InputError, file: str, group: str, own: GroupMargins) -> Iterator[Fault]:
    """What raking refuses, at the line where the group is first named."""
    faults = error.faults or (Fault("", 0, error.code, error.message, error.hint),)
    for fault in faults:
        yield Fault(file, own.line, fault.code, f"{group}: {fault.message}", fault.hint)


def _fingerprint(margins: Mapping[str, Mapping[str, float]]) -> str:
    """SHA-256 of the margins of a group, whatever the order of the file."""
    return hashlib.sha256(orjson.dumps(margins, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _note(
    session: Session, wave: Wave, day: date, found: list[RakedGroup], place: _Place
) -> None:  # fmt: skip
    profile = place.profile
    for one in found:
        if not one.reason:
            questions = {q: list(c) for q, c in one.margins.items()}
            told = [d.dimension for d in one.dimensions if d.weighted is not None]
            held = cells_of(
                place.persons, profile.instrument, one.group, questions, place.shown, told
            )
            queries.note(
                session, wave, day, ACTION, release=profile.release, group=one.group,
                margins=_fingerprint(one.margins), questions=questions,
                cells=to_keep(held, profile.thresholds), told=one.model_dump(mode="json"),
            )  # fmt: skip
    session.flush()
