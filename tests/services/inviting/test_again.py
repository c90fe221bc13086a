"""Invited again after being taken back: by a new link, the old one dead, nobody answers twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from corus.errors import NotFoundError
from corus.services import links, responding, returning
from corus.services.inviting import invite, stopping
from corus.services.responding import Receipt, Way
from corus.services.waves import plan_of
from corus.store import invitations, queries
from corus.store.engine import Store
from corus.store.models import Invitation, JournalEntry, UsedLink
from tests.factories import DAY, open_wave, plan
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
    assert len(links.successor(store.key, one)) == 16
    assert links.successor(store.key, one) != links.successor(b"another" * 5, one)


# In a confidential wave a link leads to its person's answer, and so does the one that follows it.


def _confidential(store: Store, path: Path, *rows: str) -> None:
    open_wave(store)
    with store.writing() as session:
        queries.wave_by_code(session, WAVE).plan = plan(anonymity="confidential").model_dump_json()
        file = table(path / "l.csv", list(rows), "groupe;courriel;nom;adresse")
        invite.import_contacts(session, store.key, WAVE, file, DAY)


def _sends(store: Store, invitation_id: bytes, value: str, *, finished: bool = True) -> Receipt:
    link = _link(store, invitation_id)
    page = responding.fresh_questionnaire(store, WAVE, link.group, "standard")
    way = Way("personal", "self", finished, link.once, link.pseudonym, link.site)
    form = {"q.needs_met": [value]}
    return responding.submit(store, page, "fr", str(link.submission_id), form, way)


def _code(store: Store) -> str:
    with store.writing() as session:
        return returning.code_of(session, store.key, WAVE, ANNE, DAY)


@pytest.mark.parametrize("finished", [True, False])
def test_in_a_confidential_wave_the_new_link_leads_to_the_same_answer(
    store: Store, tmp_path: Path, finished: bool
) -> None:
    _confidential(store, tmp_path, f"employees;{ANNE};;")
    receipt = _sends(store, _ids(store)[ANNE], "3", finished=finished)
    before = _link(store, _ids(store)[ANNE])
    for _ in range(3):
        _revoke(store)
        assert _code(store) == receipt.code
        assert any("leads to what they had" in line for line in _again(store, tmp_path).lines())
        assert _code(store) == receipt.code
        link = _link(store, _ids(store)[ANNE])
        assert (link.submission_id, link.pseudonym) == (before.submission_id, before.pseudonym)
        assert (link.used, link.revoked) == (True, False)
    kept = returning.of_number(store, str(link.submission_id))
    assert kept.finished == finished
    returning.change(store, kept, "fr", {"q.needs_met": ["1"]}, kept.revision)
    again_kept = returning.of_number(store, str(link.submission_id))
    assert (again_kept.fields, again_kept.finished) == ({"q.needs_met": ["1"]}, True)
    with store.reading() as session:
        assert [n for _, n in queries.strata(session, 1).items() if n] == [1]


def test_who_had_not_answered_answers_once_by_the_new_link_and_is_given_the_code(
    store: Store, tmp_path: Path
) -> None:
    _confidential(store, tmp_path, f"employees;{ANNE};;", f"employees;{BEN};;")
    _revoke(store)
    _again(store, tmp_path)
    with pytest.raises(NotFoundError, match="No answer came"):
        _code(store)
    receipt = _sends(store, _ids(store)[ANNE], "3")
    assert _code(store) == receipt.code
    assert _sends(store, _ids(store)[ANNE], "3").code == receipt.code
    assert not _link(store, _ids(store)[BEN]).used


def test_who_is_reached_by_letter_only_keeps_answer_and_pseudonym(
    store: Store, tmp_path: Path
) -> None:
    letter = "employees;;Anne Hault;1 rue Haute, Lille"
    _confidential(store, tmp_path, letter)
    [first] = _ids(store).values()
    before = _link(store, first)
    receipt = _sends(store, first, "3")
    with store.writing() as session:
        token = links.token(store.key, first)
        invite.revoke(session, store.key, WAVE, "", DAY, link=token)
        file = table(tmp_path / "again.csv", [letter], "groupe;courriel;nom;adresse")
        invite.import_contacts(session, store.key, WAVE, file, DAY, revoked="invited_again")
    after = _link(store, links.successor(store.key, first))
    assert after.pseudonym == before.pseudonym
    assert returning.of_number(store, str(after.submission_id)).code == receipt.code


def test_an_answer_taken_back_does_not_come_again_by_the_new_link(
    sqlite_store: Store, tmp_path: Path
) -> None:
    store = sqlite_store
    _confidential(store, tmp_path, f"employees;{ANNE};;")
    receipt = _sends(store, _ids(store)[ANNE], "3")
    with store.writing() as session:
        returning.withdraw(session, returning.find(store, receipt.code), DAY)
    _revoke(store)
    _again(store, tmp_path)
    link = _link(store, _ids(store)[ANNE])
    with pytest.raises(returning.Withdrawn):
        returning.of_number(store, str(link.submission_id))


def test_in_an_anonymous_wave_no_link_leads_to_an_answer_after_all(
    sqlite_store: Store, tmp_path: Path
) -> None:
    open_wave(sqlite_store)
    invite_to(sqlite_store, tmp_path / "l.csv", [ANNE])
    _revoke(sqlite_store)
    _again(sqlite_store, tmp_path)
    link = _link(sqlite_store, _ids(sqlite_store)[ANNE])
    assert (link.submission_id, link.pseudonym) == (None, None)


HEAD = "groupe;courriel;nom;adresse postale"
ANNE_ROW = f"employees;{ANNE};Anne Roy;3 rue des Lilas, 26000 Valence"


def _listed(store: Store, path: Path, *rows: str, revoked: invite.Revoked = "left_out"):
    file = table(path / "both.csv", list(rows), HEAD)
    with store.writing() as session:
        return invite.import_contacts(session, store.key, WAVE, file, DAY, revoked=revoked)


@pytest.mark.parametrize(
    "row",
    [
        "employees;;ANNE  Roy;3, rue des Lilas 26000 VALENCE",
        "employees;a.roy@ailleurs.example;Anne Roy;3 rue des Lilas, 26000 Valence",
    ],
)
def test_somebody_taken_back_by_mail_is_known_by_name_and_postal_address(
    store: Store, tmp_path: Path, row: str
) -> None:
    open_wave(store)
    _listed(store, tmp_path, ANNE_ROW)
    [old] = _ids(store).values()
    _answers(store, old)
    _revoke(store)
    said = _listed(store, tmp_path, row)
    assert (said.added, said.already, said.revoked) == ({}, 1, 1)
    said = _listed(store, tmp_path, row, revoked="invited_again")
    assert (said.added, said.again, said.doubtful) == ({"employees": 1}, 1, 0)
    assert _link(store, links.successor(store.key, old)).used


def test_somebody_taken_back_by_letter_is_known_when_the_row_gives_both(
    sqlite_store: Store, tmp_path: Path
) -> None:
    open_wave(sqlite_store)
    _listed(sqlite_store, tmp_path, ANNE_ROW.replace(ANNE, ""))
    [old] = _ids(sqlite_store).values()
    with sqlite_store.writing() as session:
        token = links.token(sqlite_store.key, old)
        invite.revoke(session, sqlite_store.key, WAVE, "", DAY, link=token)
    assert _listed(sqlite_store, tmp_path, ANNE_ROW).revoked == 1


def test_a_namesake_elsewhere_gets_a_link_and_the_report_says_so(
    sqlite_store: Store, tmp_path: Path
) -> None:
    open_wave(sqlite_store)
    _listed(sqlite_store, tmp_path, ANNE_ROW)
    _revoke(sqlite_store)
    said = _listed(sqlite_store, tmp_path, "employees;;Anne Roy;12 quai Jules, 26000 Valence")
    assert (said.added, said.revoked, said.doubtful) == ({"employees": 1}, 0, 1)
    assert any("bear the name of somebody revoked" in line for line in said.lines())


def test_of_two_namesakes_at_one_address_nobody_guesses_who_comes_again(
    sqlite_store: Store, tmp_path: Path
) -> None:
    open_wave(sqlite_store)
    _listed(sqlite_store, tmp_path, ANNE_ROW, ANNE_ROW.replace(ANNE, BEN))
    _revoke(sqlite_store)
    said = _listed(sqlite_store, tmp_path, ANNE_ROW.replace(ANNE, ""))
    assert (said.added, said.doubtful) == ({"employees": 1}, 1)
