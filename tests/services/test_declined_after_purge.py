"""Who asked for no more messages gets none, also once the contacts of that wave are erased."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from corus.domain.wave import GroupPlan
from corus.errors import NotFoundError, RefusedError
from corus.services import links, purging, waves
from corus.services.inviting import invite, stopping
from corus.store import invitations, queries
from corus.store.engine import Store
from corus.store.models import Invitation, Response
from tests import factories as make
from tests.services.test_contacts_at_rest import MAYOR, STAFF, WAVE, _closed, _id, _invite

AFTER = date(2099, 1, 1)
KINDS = pytest.mark.parametrize("confidential", [False, True], ids=["anonymous", "confidential"])


def _next(store: Store, code: str = "next") -> None:
    with store.writing() as session:
        owner = queries.wave_by_code(session, WAVE).organization
        groups = {g: GroupPlan() for g in ("employees", "neighbours")}
        waves.create_wave(session, code, owner, "small", make.plan(groups=groups))


def _left(store: Store) -> list[Invitation]:
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE).id
        return list(session.scalars(select(Invitation).where(Invitation.wave_id == wave)))


@KINDS
@pytest.mark.parametrize("contacts_only", [True, False], ids=["contacts", "all"])
def test_after_a_purge_the_mark_of_who_declined_stays_and_nothing_else(
    store: Store, tmp_path: Path, *, confidential: bool, contacts_only: bool
) -> None:
    _closed(store, tmp_path, confidential=confidential)
    before = {one.id for one in _left(store)}
    purge = purging.purge(store, WAVE, AFTER, contacts_only=contacts_only)
    assert (purge.rows["contacts"], purge.marks) == (10, 1)
    (one,) = _left(store)
    assert one.address == stopping.address_mark(store.key, "p3@x.example")
    assert (one.group, one.language, one.name, one.postal, one.site) == ("", "", "", "", "")
    assert (one.state, one.note) == ("unsubscribed", "")
    # Its link would tell whose answer is whose in a confidential wave.
    assert one.id not in before
    _next(store)
    assert _invite(store, tmp_path, MAYOR, *STAFF, wave="next").declined == 1
    with store.reading() as session:
        assert len(session.scalars(select(Response)).all()) == (10 if contacts_only else 0)


@KINDS
def test_purged_twice_it_tells_of_no_contact_and_the_mark_holds(
    store: Store, tmp_path: Path, *, confidential: bool
) -> None:
    _closed(store, tmp_path, confidential=confidential)
    purging.purge(store, WAVE, make.DAY, contacts_only=True)
    again = purging.purge(store, WAVE, AFTER)
    assert (again.rows["contacts"], again.marks) == (0, 1)
    assert len(_left(store)) == 1


def test_a_purge_of_another_wave_changes_no_mark(store: Store, tmp_path: Path) -> None:
    _closed(store, tmp_path)
    make.open_wave(store, "other")
    make.close_wave(store, "other")
    before = sorted(str(one.address) for one in _left(store))
    purging.purge(store, "other", AFTER)
    assert sorted(str(one.address) for one in _left(store)) == before


def test_revoked_who_had_declined_is_remembered_too(sqlite_store: Store, tmp_path: Path) -> None:
    make.open_wave(sqlite_store)
    _invite(sqlite_store, tmp_path, *STAFF)
    with sqlite_store.writing() as session:
        token = stopping.stop_token(sqlite_store.key, _id(session, "p4@x.example"))
        invite.revoke(session, sqlite_store.key, WAVE, "p4@x.example", make.DAY)
        stopping.stop(session, sqlite_store.key, token)
        invite.revoke(session, sqlite_store.key, WAVE, "p5@x.example", make.DAY)
    make.close_wave(sqlite_store)
    purging.purge(sqlite_store, WAVE, make.DAY, contacts_only=True)
    (one,) = _left(sqlite_store)
    assert (one.state, one.note) == ("revoked", invitations.DECLINED)
    _next(sqlite_store)
    assert _invite(sqlite_store, tmp_path, *STAFF, wave="next").declined == 1


def test_the_links_of_a_purged_wave_are_unknown_all_alike(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _closed(sqlite_store, tmp_path, confidential=True)
    with sqlite_store.reading() as session:
        keys = [_id(session, address) for address in ("p3@x.example", "p4@x.example")]
    purging.purge(sqlite_store, WAVE, make.DAY, contacts_only=True)
    sqlite_store.cache.clear()
    for key in keys:
        with pytest.raises(NotFoundError):
            links.find(sqlite_store, links.token(sqlite_store.key, key))


def test_revoking_by_an_address_that_closing_has_forgotten_says_so(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _closed(sqlite_store, tmp_path)
    with pytest.raises(RefusedError, match="no address") as told, sqlite_store.writing() as session:
        invite.revoke(session, sqlite_store.key, WAVE, "p1@x.example", make.DAY)
    assert told.value.code == "INV-006"
