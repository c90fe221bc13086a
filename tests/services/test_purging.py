"""Erasing when the time announced is over: what goes, what stays, and what is said of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result
from sqlalchemy import func, select

from corus.domain.wave import WaveState
from corus.errors import NotFoundError, RefusedError
from corus.services import purging, releasing, returning
from corus.services.receipts import receipt_code
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import (
    Invitation,
    JournalEntry,
    PaperEntry,
    Release,
    Response,
    StoredTally,
    Stratum,
    Withdrawal,
)
from corus.store.writer import store_rows
from tests import factories as make
from tests.services.test_returning import _send, _withdraw

LAST = date(2028, 3, 3)
"""24 months after the closing."""
AFTER = date(2028, 3, 4)
HOLDING = (Response, Stratum, Withdrawal, Invitation, PaperEntry, StoredTally)


@pytest.fixture
def ended(store: Store) -> Store:
    """A store whose one closed wave holds everything there is to erase, beside an open one."""
    return _fill(store)


def _fill(store: Store) -> Store:
    """Twelve answers of which one was taken back, two contacts, one release; and an open wave."""
    for n in range(12):
        if n == 0:
            make.open_wave(store)
        code = _send(store, n).code
    _withdraw(store, code)
    with store.writing() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        for n in range(2):
            session.add(
                Invitation(
                    id=secrets.token_bytes(16), wave_id=wave.id, group="employees", language="fr",
                    who=secrets.token_bytes(16), address=f"{n}@panier.example",
                )
            )  # fmt: skip
    make.close_wave(store)
    with store.writing() as session:
        releasing.release(session, "panier-2026", make.DAY)
    other = make.open_wave(store, "other-2026")
    with store.writing() as session:
        store_rows(session, [make.response(other) for _ in range(3)])
    return store


def _count(store: Store) -> dict[str, int]:
    with store.reading() as session:
        return {
            m.__tablename__: session.scalar(select(func.count()).select_from(m)) or 0
            for m in HOLDING
        }


def test_a_purge_erases_answers_and_contacts_and_keeps_releases(ended: Store) -> None:
    done = purging.purge(ended, "panier-2026", AFTER)
    assert done.rows == {
        "deliveries": 0, "contacts": 2, "used links": 0, "paper entries": 0, "withdrawals": 1,
        "uncounted": 0, "redacted texts": 0, "codings": 0, "codebooks": 0, "answers": 11,
    }  # fmt: skip
    assert _count(ended) == {
        "responses": 3, "strata": 1, "withdrawals": 0, "invitations": 0, "paper_entries": 0,
        "tallies": 0,
    }  # fmt: skip
    with ended.reading() as session:
        assert releasing.latest_profile(session, "panier-2026").shown_responses == 11
        assert queries.wave_by_code(session, "panier-2026").state == WaveState.ARCHIVED
        assert session.scalar(select(func.count()).select_from(Release)) == 1
        lines = session.scalars(
            select(JournalEntry.detail).where(JournalEntry.action == "purged")
        ).all()
    assert lines == [done.rows]
    assert purging.purge(ended, "panier-2026", AFTER).rows["answers"] == 0


def test_no_empty_release_comes_of_a_purged_wave(ended: Store) -> None:
    purging.purge(ended, "panier-2026", AFTER)
    with ended.writing() as session, pytest.raises(RefusedError):
        releasing.release(session, "panier-2026", AFTER)


def test_a_dry_run_says_the_same_and_erases_nothing(ended: Store) -> None:
    before = _count(ended)
    with ended.reading() as session:
        seen = purging.preview(session, "panier-2026", AFTER)
    assert _count(ended) == before
    assert purging.purge(ended, "panier-2026", AFTER).rows == seen.rows


def test_nothing_goes_before_the_time_told_to_respondents_but_contacts(ended: Store) -> None:
    with pytest.raises(RefusedError, match="kept until 2028-03-03"):
        purging.purge(ended, "panier-2026", LAST)
    with pytest.raises(RefusedError, match="still needs"):
        purging.purge(ended, "other-2026", AFTER, contacts_only=True)
    assert purging.purge(ended, "panier-2026", make.DAY, contacts_only=True).rows == {
        "deliveries": 0, "contacts": 2
    }  # fmt: skip
    assert _count(ended)["responses"] == 14


def test_only_waves_past_their_time_are_due_and_only_once(ended: Store) -> None:
    def due(day: date) -> list[str]:
        with ended.reading() as session:
            return purging.due(session, day)

    assert (due(LAST), due(AFTER)) == ([], ["panier-2026"])
    purging.purge(ended, "panier-2026", AFTER)
    assert due(AFTER) == []


def test_what_was_erased_is_not_left_in_the_file(sqlite_store: Store) -> None:
    words, ended = b"Un jardin.", _fill(sqlite_store)
    assert ended.path is not None
    assert words in b"".join(p.read_bytes() for p in ended.path.parent.glob("corus.sqlite*"))
    purging.purge(ended, "panier-2026", AFTER)
    assert words not in b"".join(p.read_bytes() for p in ended.path.parent.glob("corus.sqlite*"))


def test_the_code_of_a_purged_answer_is_as_unknown_as_any_other(ended: Store) -> None:
    code = receipt_code(ended.key, f"{1:032x}")
    returning.find(ended, code)
    purging.purge(ended, "panier-2026", AFTER)
    with pytest.raises(NotFoundError, match="No answer is stored under this code"):
        returning.find(ended, code)


def test_the_command_reports_what_it_erases(
    corus: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    corus("publish", "surveys/social_utility.yaml")
    corus("wave", "create", "w", "--organization", "O", "--instrument", "social_utility",
          "--contact", "a@b.example")  # fmt: skip
    corus("wave", "open", "w", "--despite", "essai")
    assert "still needs" in corus("wave", "purge", "w", code=1).stderr
    corus("wave", "close", "w")
    assert "--contacts" in corus("wave", "purge", "w", code=1).stderr
    assert "Nothing is erased yet" in corus("wave", "purge", "w", "--contacts", "--dry-run").output
    assert "Nothing is due" in corus("wave", "purge", "--due").output
    monkeypatch.setattr("corus.cli.purging.today", lambda: date(2099, 1, 1))
    assert "answers kept until" in corus("wave", "status", "w").output
    assert "answers              0" in corus("wave", "purge", "--due").output
    assert "answers erased" in corus("wave", "status", "w").output
    corus("wave", "purge", code=2)
