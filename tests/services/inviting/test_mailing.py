"""Who is written to: refusals, reminders, and what the tables and the commands tell of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from corus.errors import RefusedError, UnavailableError
from corus.services import links, waves
from corus.services.inviting import lists, mailing, stopping
from corus.services.inviting.dispatch import occasion
from corus.services.inviting.pace import Pace
from corus.services.inviting.relay import Relay, Reply, nameless, refusal
from corus.services.inviting.sending import Fate, Run
from corus.store import deliveries, invitations
from corus.store.engine import Store
from corus.store.models import Invitation, UsedLink
from corus.store.writer import store_rows
from tests.factories import DAY, response
from tests.services.inviting.factories import (
    WAVE,
    PostOffice,
    invite_to,
    invited_wave,
    post_office,
    settings_of,
)

LATER = DAY + timedelta(days=7)


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, per_minute: int = 100_000) -> Pace:
        return Pace(per_minute, clock=self.read, sleep=self.sleep)


def _send(
    store: Store, office: PostOffice, tmp_path: Path, kind: mailing.Kind = "invitation",
    day=DAY, clock: Clock | None = None, limit: int | None = None,
) -> Counter[Fate]:  # fmt: skip
    settings = settings_of(store, tmp_path, office)
    with store.writing() as session:
        shared = occasion(session, WAVE, kind, settings)
        found = mailing.prepare(session, WAVE, kind, day)
        ids = found.id, found.wave_id
    with Relay(office.mail) as relay:
        return Run(store, relay, shared, *ids, (clock or Clock()).pace()).send(limit)


def _answered(store: Store, wave_id: int, address: str) -> None:
    """Somebody answers by personal link: a used hash and a response, joined by nothing."""
    with store.writing() as session:
        person = next(p for p in invitations.people(session, wave_id) if p.address == address)
        once = links.once(store.key, links.token(store.key, bytes(person.id)))
        session.add(UsedLink(wave_id=wave_id, once=once))
        session.flush()
        store_rows(session, [response(wave_id, channel="personal")])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory):
    with post_office(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture
def office(running: PostOffice) -> PostOffice:
    """A mail server that has taken nothing yet."""
    running.log.unlink(missing_ok=True)
    return running


def test_an_address_that_does_not_exist_is_bounced_and_its_note_names_nobody(
    store: Store, tmp_path: Path, office: PostOffice
) -> None:
    wave_id = invited_wave(store, tmp_path / "l.csv", ["a@x.example", "nobody1@x.example"])
    fates = _send(store, office, tmp_path)
    assert (fates[Fate.SENT], fates[Fate.BOUNCED]) == (1, 1)
    with store.reading() as session:
        states = {p.address: p.state for p in invitations.people(session, wave_id)}
        note = session.query(Invitation.note).filter(Invitation.state == "bounced").scalar()
    assert states == {"a@x.example": "active", "nobody1@x.example": "bounced"}
    assert note.startswith("550 5.1.1")
    assert "nobody1" not in note
    assert _send(store, office, tmp_path)[Fate.SENT] == 0


def test_a_refusal_for_the_moment_is_tried_again_after_a_pause(
    sqlite_store: Store, tmp_path: Path, office: PostOffice
) -> None:
    invited_wave(sqlite_store, tmp_path / "l.csv", ["later@x.example", "a@x.example"])
    clock = Clock()
    fates = _send(sqlite_store, office, tmp_path, clock=clock)
    assert (fates[Fate.SENT], fates[Fate.LATER]) == (2, 0)
    assert sorted(office.to()) == ["a@x.example", "later@x.example"]
    assert 60 in clock.slept


def test_a_refused_content_is_refused_and_nobody_is_bounced(
    sqlite_store: Store, tmp_path: Path, office: PostOffice
) -> None:
    wave_id = invited_wave(sqlite_store, tmp_path / "l.csv", ["spam@x.example"])
    assert _send(sqlite_store, office, tmp_path)[Fate.REFUSED] == 1
    with sqlite_store.reading() as session:
        assert [p.state for p in invitations.people(session, wave_id)] == ["active"]


def test_a_server_that_wants_nothing_from_us_stops_the_run_and_bounces_nobody(
    sqlite_store: Store, tmp_path: Path, office: PostOffice
) -> None:
    addresses = [f"relay{n}@x.example" for n in range(20)]
    wave_id = invited_wave(sqlite_store, tmp_path / "l.csv", addresses)
    with pytest.raises(UnavailableError, match="MAI-007"):
        _send(sqlite_store, office, tmp_path)
    with sqlite_store.reading() as session:
        assert {p.state for p in invitations.people(session, wave_id)} == {"active"}
        assert deliveries.counts(session, 1) == {"waiting": 20}


def test_a_server_that_is_not_there_is_told_and_everything_waits(
    sqlite_store: Store, tmp_path: Path
) -> None:
    invited_wave(sqlite_store, tmp_path / "l.csv", ["a@x.example"])
    clock = Clock()
    with pytest.raises(UnavailableError, match="MAI-006"):
        _send(sqlite_store, PostOffice(1, tmp_path / "none"), tmp_path, clock=clock)
    assert [s for s in clock.slept if s >= 1] == [1, 5, 30]
    with sqlite_store.reading() as session:
        assert deliveries.counts(session, 1) == {"waiting": 1}


def test_no_more_messages_than_the_rate_in_any_minute() -> None:
    clock = Clock()
    pace, sent = clock.pace(30), []
    for n in range(100):
        pace.wait()
        sent.append(clock.now)
        clock.now += (n % 7) / 3  # messages take their time
    for start in sent:
        assert sum(start <= s < start + 60 for s in sent) <= 30
    assert sent[30] - sent[0] == pytest.approx(60, abs=3)


def test_a_limit_sends_so_many_and_the_next_run_the_others(
    sqlite_store: Store, tmp_path: Path, office: PostOffice
) -> None:
    invited_wave(sqlite_store, tmp_path / "l.csv", [f"p{n}@x.example" for n in range(7)])
    assert _send(sqlite_store, office, tmp_path, limit=3)[Fate.SENT] == 3
    assert _send(sqlite_store, office, tmp_path)[Fate.SENT] == 4
    assert len(set(office.to())) == 7


def test_later_contacts_get_the_invitation_and_the_first_ones_no_second(
    sqlite_store: Store, tmp_path: Path, office: PostOffice
) -> None:
    invited_wave(sqlite_store, tmp_path / "l.csv", ["a@x.example"])
    _send(sqlite_store, office, tmp_path)
    invite_to(sqlite_store, tmp_path / "l.csv", ["a@x.example", "b@x.example"])
    _send(sqlite_store, office, tmp_path)
    assert office.to() == ["a@x.example", "b@x.example"]


def test_a_reminder_goes_to_those_who_have_not_answered_and_want_messages(
    store: Store, tmp_path: Path, office: PostOffice
) -> None:
    who = ["answered@x.example", "silent@x.example", "stopped@x.example", "revoked@x.example"]
    wave_id = invited_wave(store, tmp_path / "l.csv", who)
    _send(store, office, tmp_path)
    _answered(store, wave_id, "answered@x.example")
    with store.writing() as session:
        for person in invitations.people(session, wave_id):
            state = {"stopped@x.example": "unsubscribed", "revoked@x.example": "revoked"}
            if person.address in state:
                invitations.set_state(
                    session, person.id, state[person.address], instead_of="active"
                )
    before = len(office.to())
    _send(store, office, tmp_path, "reminder", LATER)
    assert office.to()[before:] == ["silent@x.example"]


def test_nothing_stored_tells_who_was_reminded(
    store: Store, tmp_path: Path, office: PostOffice
) -> None:
    who = [f"p{n}@x.example" for n in range(8)]
    wave_id = invited_wave(store, tmp_path / "l.csv", who)
    _send(store, office, tmp_path)
    for address in who[:3]:
        _answered(store, wave_id, address)
    with store.writing() as session:
        prepared = mailing.prepare(session, WAVE, "reminder", LATER)
        # While it waits, everybody has a row alike …
        assert deliveries.counts(session, prepared.id) == {"waiting": 8}
    before = len(office.to())
    fates = _send(store, office, tmp_path, "reminder", LATER)
    assert fates == {Fate.SENT: 8, Fate.LATER: 0}
    assert sorted(office.to()[before:]) == who[3:]
    with store.reading() as session:
        # … and afterwards nobody has one.
        found = deliveries.last_mailing(session, wave_id, "reminder")
        assert found is not None
        assert deliveries.states(session, found.id) == {}
        assert found.counts == {"sent": 8}
        told = lists.mailings(session, WAVE)
    assert told[-1].messages == {"handing": "fewer than 5", "refused": "fewer than 5"}


def test_somebody_who_answers_before_the_invitation_leaves_gets_none(
    store: Store, tmp_path: Path, office: PostOffice
) -> None:
    wave_id = invited_wave(store, tmp_path / "l.csv", ["a@x.example", "b@x.example"])
    _answered(store, wave_id, "a@x.example")
    _send(store, office, tmp_path)
    assert office.to() == ["b@x.example"]
    with store.reading() as session:
        assert deliveries.counts(session, 1) == {"sent": 2}


def test_who_answers_before_the_invitation_moves_no_number_that_is_told(
    store: Store, tmp_path: Path, office: PostOffice
) -> None:
    who = [f"p{n}@x.example" for n in range(4)]
    wave_id = invited_wave(store, tmp_path / "l.csv", who)
    for address in who[:3]:
        _answered(store, wave_id, address)
        with store.reading() as session:
            assert mailing.reach(session, WAVE, "invitation").to_send == {"employees": 4}
    # Whoever has answered takes a place under the limit as well.
    for left in (3, 2, 1):
        assert _send(store, office, tmp_path, limit=1)[Fate.SENT] == 1
        with store.reading() as session:
            assert mailing.reach(session, WAVE, "invitation").to_send == {"employees": left}
    assert _send(store, office, tmp_path)[Fate.SENT] == 1
    assert office.to() == who[3:]


def test_a_reminder_that_is_refused_marks_no_address_and_is_told_in_steps(
    store: Store, tmp_path: Path, office: PostOffice
) -> None:
    who = ["a@x.example", *(f"nobody{n}@x.example" for n in range(5))]
    wave_id = invited_wave(store, tmp_path / "l.csv", who)
    _answered(store, wave_id, "a@x.example")
    assert _send(store, office, tmp_path, "reminder", LATER)[Fate.BOUNCED] == 5
    with store.reading() as session:
        people = invitations.people(session, wave_id)
        (told,) = lists.mailings(session, WAVE)
    assert {p.state for p in people} == {"active"}
    assert told.messages == {"handing": "fewer than 5", "refused": "at most 9"}


@pytest.mark.parametrize(
    ("n", "told"),
    [(0, "fewer than 5"), (4, "fewer than 5"), (5, "at most 9"), (9, "at most 9"),
     (10, "at most 14")],
)  # fmt: skip
def test_messages_of_a_reminder_are_counted_in_steps(n: int, told: str) -> None:
    assert mailing.in_steps(n) == told


def test_one_reminder_a_day_at_most_and_none_on_the_day_of_the_invitation(
    sqlite_store: Store, tmp_path: Path, office: PostOffice
) -> None:
    invited_wave(sqlite_store, tmp_path / "l.csv", ["a@x.example"])
    _send(sqlite_store, office, tmp_path)
    with pytest.raises(RefusedError, match="MAI-004"):
        _send(sqlite_store, office, tmp_path, "reminder", DAY)
    _send(sqlite_store, office, tmp_path, "reminder", LATER)
    with pytest.raises(RefusedError, match="MAI-004"):
        _send(sqlite_store, office, tmp_path, "reminder", LATER)
    _send(sqlite_store, office, tmp_path, "reminder", LATER + timedelta(days=1))
    assert office.to() == ["a@x.example"] * 3


def test_the_number_to_be_reminded_moves_only_with_what_the_wave_shows(
    store: Store, tmp_path: Path
) -> None:
    who = [f"p{n:02}@x.example" for n in range(12)]
    wave_id = invited_wave(store, tmp_path / "l.csv", who)
    told = []
    for address in who:
        _answered(store, wave_id, address)
        with store.reading() as session:
            reach = mailing.reach(session, WAVE, "reminder")
        told.append(reach.lines())
    most = [line[0].split(maxsplit=1)[1] for line in told]
    assert most == ["at most 12"] * 4 + ["at most 7"] * 5 + ["fewer than 5"] * 3


def test_nothing_is_sent_to_a_wave_that_is_not_open(
    sqlite_store: Store, tmp_path: Path, office: PostOffice
) -> None:
    invited_wave(sqlite_store, tmp_path / "l.csv", ["a@x.example"])
    with sqlite_store.writing() as session:
        waves.close_wave(session, WAVE, DAY)
    with pytest.raises(RefusedError, match="MAI-002"):
        _send(sqlite_store, office, tmp_path)


def test_who_declines_or_is_revoked_while_messages_go_gets_none(
    store: Store, tmp_path: Path, office: PostOffice
) -> None:
    wave_id = invited_wave(store, tmp_path / "l.csv", [f"p{n}@x.example" for n in range(3)])
    with store.writing() as session:
        found = mailing.prepare(session, WAVE, "invitation", DAY)
        people = invitations.people(session, wave_id)
        stopping.stop(session, store.key, stopping.stop_token(store.key, bytes(people[0].id)))
        assert not deliveries.take(session, found.id, bytes(people[0].id))
    assert _send(store, office, tmp_path)[Fate.SENT] == 2


@pytest.mark.parametrize(
    ("code", "said", "of_recipient", "kind"),
    [
        (450, "4.2.0 busy", True, "NotNowError"),
        (550, "5.1.1 unknown", True, "NoSuchAddressError"),
        (550, "no such user", True, "NoSuchAddressError"),
        (552, "5.2.2 mailbox full", True, "NoSuchAddressError"),
        (554, "5.7.1 relay access denied", True, "NotUsError"),
        (550, "relaying denied", True, "NotUsError"),
        (530, "5.7.0 authenticate first", True, "NotUsError"),
        (554, "content rejected", False, "NotThisMessageError"),
        (550, "5.1.1 unknown after all", False, "NoSuchAddressError"),
    ],
)
def test_what_a_refusal_means(code: int, said: str, of_recipient: bool, kind: str) -> None:
    found = refusal(Reply(code, said), of_recipient=of_recipient)
    assert type(found).__name__ == kind


def test_notes_name_nobody() -> None:
    assert "anne" not in nameless("550 <anne@x.example>: no anne.b@x.example here\r\nX: anne@x")
    assert len(nameless("x" * 1000)) <= 200
