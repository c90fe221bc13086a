"""Mailings: who is still to be written to, and what may be told of it.

Who has answered is worked out in memory, from hashes that meet nowhere else, and never returned by
name: not even whether one given person was reminded.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from corus.analysis.profile.reach import STEP
from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.services import links
from corus.services.waves import groups_of, plan_of
from corus.store import deliveries, invitations, queries
from corus.store.invitations import Invitee
from corus.store.models import Mailing, Wave

Kind = Literal["invitation", "reminder"]
UNSENT = ("waiting", "handing", "refused", "dropped")


@dataclass(frozen=True)
class Reach:
    """What a mailing would write to, by group, as far as it may be told.

    ``to_send`` counts everybody an invitation is for, those who have answered included. Of a
    reminder it is the most there may be, in steps. A count that moved by one would tell that the
    person expected today answered.
    """

    kind: Kind
    to_send: Mapping[str, int]

    def lines(self) -> list[str]:
        """One line per group."""
        if self.kind == "invitation":
            return [f"  {group:<22} {n:>6}" for group, n in self.to_send.items()]
        return [f"  {group:<22} {_told(n):>15}" for group, n in self.to_send.items()]


def _told(n: int) -> str:
    return f"fewer than {STEP}" if n < STEP else f"at most {n}"


def in_steps(n: int) -> str:
    """A number of messages of a reminder, as far as it may be told: 0 to 4 are told alike."""
    return _told(n - n % STEP + STEP - 1)


def answered(session: Session, key: bytes, wave_id: int, ids: Iterable[bytes]) -> set[bytes]:
    """Which of these invitations have used their link; for this process's memory alone."""
    used = invitations.used(session, wave_id)
    return {i for i in ids if links.once(key, links.token(key, i)) in used}


def reach(session: Session, wave_code: str, kind: Kind) -> Reach:
    """How many messages this mailing would send now; nothing is stored."""
    wave = open_wave(session, wave_code)
    people = _due(session, wave, kind)
    if kind == "invitation":
        return Reach(kind, _by_group(wave, Counter(p.group for p in people)))
    silent = Counter(p.group for p in people)
    for group, n in _known_answers(session, wave).items():
        silent[group] -= min(n, silent[group])
    return Reach(kind, _by_group(wave, silent))


def _known_answers(session: Session, wave: Wave) -> dict[str, int]:
    """Answers by personal link that the page of the open wave tells already, by group."""
    received: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for (group, _, _, channel, *_), n in queries.strata(session, wave.id).items():
        total[group] += n
        received[group] += n if channel == "personal" else 0
    shown = plan_of(wave).thresholds.shown
    # Only when all answers came by personal link is their floor the one that is shown.
    return {
        group: n - n % STEP
        for group, n in received.items()
        if n >= shown and n == total[group]
    }  # fmt: skip


def _by_group(wave: Wave, counts: Mapping[str, int]) -> dict[str, int]:
    return {g: counts[g] for g in groups_of(wave) if counts.get(g)}


def open_wave(session: Session, wave_code: str) -> Wave:
    """The wave, if people may answer it now; ``RefusedError`` (``MAI-002``) otherwise."""
    wave = queries.wave_by_code(session, wave_code)
    if wave.state != WaveState.OPEN:
        raise RefusedError(
            f"Wave “{wave_code}” is {wave.state}: a message would lead to a closed door.",
            hint=f"Open it first: `corus wave open {wave_code}`." if wave.state == "draft" else "",
            code="MAI-002",
        )
    if plan_of(wave).over(datetime.now(UTC)):
        raise RefusedError(
            f"The last day to answer wave “{wave_code}” has passed: a message would lead to a "
            "closed door.",
            hint="Give it a later closing day, or close it.", code="MAI-002",
        )  # fmt: skip
    return wave


def _due(session: Session, wave: Wave, kind: Kind) -> list[Invitee]:
    """Everybody this kind of message is for, whether they have answered or not."""
    active = [
        p._replace(id=bytes(p.id))
        for p in invitations.people(session, wave.id)
        if p.state == "active" and p.address is not None
    ]
    last = deliveries.last_mailing(session, wave.id, kind)
    if kind == "invitation":
        states = deliveries.states(session, last.id) if last else {}
        return [p for p in active if states.get(p.id, "waiting") == "waiting"]
    if last is not None and _unfinished(session, last):
        states = deliveries.states(session, last.id)
        return [p for p in active if states.get(p.id) == "waiting"]
    first = deliveries.last_mailing(session, wave.id, "invitation")
    states = deliveries.states(session, first.id) if first else {}
    # Without a message of ours the link came by letter, or by the organization's own means.
    return [p for p in active if states.get(p.id) not in UNSENT]


def _unfinished(session: Session, mailing: Mailing) -> bool:
    return bool(deliveries.counts(session, mailing.id).get("waiting"))


def prepare(session: Session, wave_code: str, kind: Kind, day: date) -> Mailing:
    """The mailing with a waiting message for everybody it is for; what was begun goes on.

    A reminder has one for those who answered as well: what is stored tells nobody apart. Raises
    ``RefusedError`` (``MAI-002`` not open, ``MAI-004`` a second message on one day).
    """
    wave = open_wave(session, wave_code)
    # Two commands at once prepare one mailing, the second what the first left.
    invitations.lock(session, wave)
    people = _due(session, wave, kind)
    last = deliveries.last_mailing(session, wave.id, kind)
    if kind == "invitation":
        mailing = last or _begin(session, wave, kind, 1, day)
    elif last is not None and _unfinished(session, last):
        return last
    else:
        _check_day(session, wave, day)
        mailing = _begin(session, wave, kind, last.number + 1 if last else 1, day)
    there = deliveries.states(session, mailing.id)
    fresh = [p.id for p in people if p.id not in there]
    random.SystemRandom().shuffle(fresh)
    deliveries.add(session, mailing.id, fresh)
    return mailing


def _begin(session: Session, wave: Wave, kind: Kind, number: int, day: date) -> Mailing:
    queries.note(session, wave, day, kind, number=number)
    return deliveries.new_mailing(session, wave.id, kind, number, day)


def _check_day(session: Session, wave: Wave, day: date) -> None:
    if any(m.prepared_on == day for m in deliveries.mailings(session, wave.id)):
        raise RefusedError(
            "A message of this wave was sent today.", hint="Remind people tomorrow at the soonest.",
            code="MAI-004",
        )  # fmt: skip


def finish(session: Session, mailing_id: int) -> None:
    """Forget to whom a reminder went once nothing of it waits or is uncertain."""
    mailing = session.get(Mailing, mailing_id)
    if mailing is None or mailing.kind != "reminder":
        return
    left = deliveries.counts(session, mailing_id)
    if left and not left.get("waiting") and not left.get("handing"):
        deliveries.forget(session, mailing)
