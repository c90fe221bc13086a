"""What changed since the last wave of the organization that compares, put beside a release.

Tells nothing new: changes follow from what both waves published, and those of the same persons
are the ones that a comparison told before.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from corus.analysis.waves.changes import GroupChange, group_changes
from corus.analysis.waves.same_question import Refused
from corus.analysis.waves.wave_change import READINGS
from corus.domain.changes import GroupSince, Since
from corus.domain.profile import Profile
from corus.domain.same_persons import SamePersons
from corus.services.same_persons import told_of
from corus.store import queries, stamps
from corus.store.models import Wave


def with_since(session: Session, profile: Profile) -> Profile:
    """The profile of a release with what changed since the last wave that compares.

    As it was where there is none, for a part of a release, and before the first release.
    """
    if profile.part is not None or not profile.release:
        return profile
    stamp = stamps.stamp(session, profile.wave)
    for code, _ in stamp.earlier if stamp else ():
        found = since(session, queries.wave_by_code(session, code), profile)
        if found and found.compared:
            return profile.model_copy(update={"since": found})
    return profile


def since(session: Session, earlier: Wave, profile: Profile) -> Since | None:
    """What changed from the last release of ``earlier`` to the profile; None before its first."""
    last = queries.latest_release(session, earlier.id)
    if last is None:
        return None
    first = Profile.model_validate_json(bytes(last.profile))
    return Since(
        wave=first.wave, title=first.wave_title, release=first.release,
        released_on=first.released_on,
        cells=tuple(_cell(one) for one in group_changes(first, profile)),
        same_persons=tuple(_same_persons(session, first, profile)),
    )  # fmt: skip


def _cell(change: GroupChange) -> GroupSince:
    place = {"dimension": change.dimension, "group": change.group}
    found = change.found
    if isinstance(found, Refused):
        return GroupSince(**place, told=found.sentence, names=dict(found.parameters))
    low, high = found.interval or (None, None)
    return GroupSince(
        **place, first=found.first.mean, first_n=found.first.n, second=found.second_mean,
        second_n=found.second_n, value=found.value, low=low, high=high,
        told=READINGS[found.reading],
    )  # fmt: skip


def _same_persons(session: Session, first: Profile, second: Profile) -> Iterator[SamePersons]:
    """Of these very releases only: others would stand beside figures that they do not belong to."""
    for told in told_of(session, queries.wave_by_code(session, second.wave)):
        named = (told.first, told.second, told.releases)
        if named == (first.wave, second.wave, (first.release, second.release)):
            yield from told.cells
