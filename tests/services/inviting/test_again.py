"""Invited again after being taken back: by a new link, the old one dead, nobody answers twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from corus.services import links
from corus.services.inviting import again, invite, stopping
from corus.services.waves import plan_of
from corus.store import invitations, queries
from corus.store.engine import Store
from corus.store.models import Invitation, JournalEntry, UsedLink
from tests.factories import DAY, open_wave
from tests.services.inviting.factories import WAVE, invite_to, table

ANNE, BEN = "anne@panier.example", "ben@panier.example"


def _ids(store: Store) -> dict[str | None, bytes]:
    with store.reading() as session:
        return {p.address: bytes(p.id) for p in invitations.people(session, 1)}


def _answers(store: Store, invitation_id: bytes) -> None:
    with store.writing() as session:
        assert links.mark_used(session, store.key, 1, invitation_id)


def _revoke(store: Store, address: str = ANNE) -> None:
    with store.writing() as session:
        invite.revoke(session, store.key, WAVE, address, DAY)


def _again(store: Store, path: Path, *rows: str) -> invite.Added:
    file = table(path / "again.csv", list(rows or (f"employees;{ANNE};;",)))
    with store.writing() as session:
        return invite.import_contacts(session, store.key, WAVE, file, DAY, revoked="invited_again")


def _used(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(UsedLink)) or 0


def _link(store: Store, invitation_id: bytes) -> links.Link:
    return links.find_now(store, links.token(store.key, invitation_id))


def test_a_new_link_answers_and_the_old_one_stays_dead(store: Store, tmp_path: Path) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", [ANNE, BEN])
    old = _ids(store)[ANNE]
    _revoke(store)
    said = _again(store, tmp_path)
    assert (said.added, said.again, said.revoked, said.already) == ({"employees": 1}, 1, 0, 0)
    assert any("old link stays dead" in line for line in said.lines())
    new = _ids(store)[ANNE]
    assert new != old
    assert (_link(store, old).revoked, _link(store, old).used) == (True, True)
    assert (_link(store, new).revoked, _link(store, new).used) == (False, False)
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        assert plan_of(wave).groups["employees"].invited == 2
        entries = session.scalars(select(JournalEntry).where(JournalEntry.action == "invited"))
        assert [entry.detail for entry in entries] == [{"added": 2}, {"added": 1, "again": 1}]


def test_without_being_asked_nobody_taken_back_is_invited_again(
    store: Store, tmp_path: Path
) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", [ANNE])
    _revoke(store)
    left = invite_to(store, tmp_path / "l.csv", [ANNE, BEN])
    assert (left.added, left.revoked, left.again) == ({"employees": 1}, 1, 0)
    assert any("--again" in line for line in left.lines())


def test_who_had_answered_cannot_answer_twice_and_the_tables_look_the_same(
    store: Store, tmp_path: Path
) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", [ANNE, BEN])
    first = _ids(store)
    _answers(store, first[ANNE])
    before = _used(store)
    grown = []
    for address in (ANNE, BEN):
        _revoke(store, address)
        grown.append(_used(store))
    # One more hash for who had answered and for who had not.
    assert grown == [before + 1, before + 2]
    said = [list(_again(store, tmp_path, f"employees;{a};;").lines()) for a in (ANNE, BEN)]
    assert said[0] == said[1]
    second = _ids(store)
    assert _link(store, second[ANNE]).used
    assert not _link(store, second[BEN]).used
    with store.reading() as session:
        rows = session.execute(select(Invitation.state, Invitation.note)).all()
        hashes = set(session.scalars(select(UsedLink.once)))
    assert sorted(map(tuple, rows)) == [("active", "")] * 2 + [("revoked", "")] * 2
    # All that the database holds of both is told apart by who has the secret alone.
    assert hashes.isdisjoint({*first.values(), *second.values()})


def test_taken_back_twice_is_invited_a_third_time(store: Store, tmp_path: Path) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", [ANNE])
    seen = {_ids(store)[ANNE]}
    for turn in range(3):
        if turn == 1:
            _answers(store, _ids(store)[ANNE])
        _revoke(store)
        assert _again(store, tmp_path).again == 1
        seen.add(_ids(store)[ANNE])
        assert _link(store, _ids(store)[ANNE]).used == (turn >= 1)
    assert len(seen) == 4
    assert sum(_link(store, one).revoked for one in seen) == 3


@pytest.mark.parametrize("when", ["draft", "open"])
def test_the_group_and_the_language_may_be_others_the_second_time(
    store: Store, tmp_path: Path, when: str
) -> None:
    open_wave(store)
    with store.writing() as session:
        queries.wave_by_code(session, WAVE).state = when
    invite_to(store, tmp_path / "l.csv", [ANNE])
    _revoke(store)
    _again(store, tmp_path, f"neighbours;{ANNE};Anne;en")
    link = _link(store, _ids(store)[ANNE])
    assert (link.group, link.language, link.used, link.revoked) == (
        "neighbours",
        "en",
        False,
        False,
    )


@pytest.mark.parametrize("stops", ["before", "between", "after"])
def test_who_wanted_no_more_messages_gets_none_when_invited_again(
    store: Store, tmp_path: Path, stops: str
) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", [ANNE])
    address = stopping.stop_token(store.key, _ids(store)[ANNE])

    def stop(now: str) -> None:
        if now == stops:
            with store.writing() as session:
                stopping.stop(session, store.key, address)

    stop("before")
    _revoke(store)
    stop("between")
    _again(store, tmp_path)
    stop("after")
    with store.reading() as session:
        states = {p.address: p.state for p in invitations.people(session, 1)}
    assert states == {None: "revoked", ANNE: "unsubscribed"}


def test_the_new_link_does_not_follow_from_the_old_one_without_the_secret(store: Store) -> None:
    one = bytes(16)
    assert len(again.successor(store.key, one)) == 16
    assert again.successor(store.key, one) != again.successor(b"another" * 5, one)
