"""A page opened before a new series: nobody answers twice, nor a question they did not read."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from corus.services import link_memory, links, succession, waves
from corus.store import invitations
from corus.store.engine import Store
from corus.store.models import Invitation, Response, Stratum, UsedLink, Wave
from tests import factories as make
from tests.services.test_updating import _edited, _publish, _reword
from tests.web.respond_factories import application

OLD, NEW = "panier-2026", "panier-2026-b"
NUMBER = re.compile(r'name="submission_id" value="([0-9a-f]{32})"')
OPENED = re.compile(r'name="wave" value="([^"]+)"')


@pytest.fixture
def invited(store: Store) -> list[str]:
    """The links of three people asked by an open wave."""
    wave, found = make.open_wave(store), []
    for _ in range(3):
        key = secrets.token_bytes(16)
        found.append(links.token(store.key, key))
        with store.writing() as session:
            session.add(
                Invitation(
                    id=key, wave_id=wave, group="employees", language="fr",
                    who=links.who(store.key, found[-1]), address=f"{key.hex()}@panier.example",
                )
            )  # fmt: skip
    return found


@pytest.fixture
def worker(store: Store) -> Callable[[], FlaskClient]:
    """Starts one more worker: the same database, a memory of its own."""
    return lambda: application(replace(store, cache={})).test_client()


def go_on(store: Store) -> None:
    _publish(store, _edited(_reword))
    with store.writing() as session:
        succession.new_series(session, OLD, "small", NEW, make.DAY)


def form(visitor: FlaskClient, link: str) -> dict[str, str]:
    page = visitor.get(f"/i/{link}/fr")
    assert page.status_code == 200
    return {
        "submission_id": NUMBER.search(page.text)[1],
        "wave": OPENED.search(page.text)[1],
        "q.needs_met": "4",
    }


def send(visitor: FlaskClient, link: str, sent: dict[str, str]) -> tuple[int, str]:
    answer = visitor.post(f"/i/{link}/fr", data=sent)
    return answer.status_code, answer.text


def stored(store: Store) -> dict[str, int]:
    """Answers by wave."""
    with store.reading() as session:
        found = session.scalars(
            select(Wave.code).join(Stratum, Stratum.wave_id == Wave.id)
            .join(Response, Response.stratum_id == Stratum.id)
        ).all()  # fmt: skip
        left = session.scalars(
            select(UsedLink).join(Wave, Wave.id == UsedLink.wave_id).where(Wave.code == OLD)
        ).all()
    assert not left or NEW not in found, "a used link stayed behind"
    return {code: found.count(code) for code in set(found)}


def rush(visitor: FlaskClient, link: str) -> None:
    for _ in range(link_memory.RUSH):
        visitor.get(f"/i/{link}/fr")


@pytest.mark.parametrize("rushing", [False, True], ids=["calm", "rush"])
def test_a_page_opened_before_shows_the_new_questions_and_keeps_what_was_typed(
    store: Store, invited: list[str], worker: Callable[[], FlaskClient], rushing: bool
) -> None:
    visitor = worker()
    if rushing:
        rush(visitor, invited[0])
    typed = form(visitor, invited[1])
    go_on(store)
    status, text = send(visitor, invited[1], typed)
    assert status == 422
    assert "Des questions ont changé" in text
    assert 'name="q.needs_met" value="4" checked' in text
    assert OPENED.search(text)[1] == NEW
    assert stored(store) == {}
    again = typed | {"wave": NEW, "submission_id": NUMBER.search(text)[1]}
    assert send(visitor, invited[1], again)[0] == 200
    assert stored(store) == {NEW: 1}


@pytest.mark.parametrize("rushing", [False, True], ids=["calm", "rush"])
def test_a_link_in_two_tabs_answers_once_whatever_wave_each_was_opened_in(
    store: Store, invited: list[str], worker: Callable[[], FlaskClient], rushing: bool
) -> None:
    here, there = worker(), worker()
    if rushing:
        rush(here, invited[0])
        rush(there, invited[0])
    first, second = form(here, invited[1]), form(there, invited[1])
    assert send(here, invited[1], first)[0] == 200
    go_on(store)
    assert send(there, invited[1], second)[0] == 409
    assert send(here, invited[1], second)[0] == 409
    assert stored(store) == {OLD: 1}


def test_pages_opened_after_it_store_in_the_new_wave_whichever_worker_takes_them(
    store: Store, invited: list[str], worker: Callable[[], FlaskClient]
) -> None:
    remembers = worker()
    for link in invited:
        form(remembers, link)
    go_on(store)
    fresh = worker()
    for link in invited:
        typed = form(fresh, link)
        assert typed["wave"] == NEW
        assert send(remembers, link, typed)[0] == 200
    assert stored(store) == {NEW: len(invited)}


def test_a_link_taken_back_in_the_new_wave_stores_nothing_from_an_old_page(
    store: Store, invited: list[str], worker: Callable[[], FlaskClient]
) -> None:
    visitor = worker()
    typed = form(visitor, invited[1])
    go_on(store)
    with store.writing() as session:
        asker = links.who(store.key, invited[1])
        found = session.query(Invitation).filter_by(who=asker).one()
        links.mark_used(session, store.key, found.wave_id, found.id)
        found.state = "revoked"
    assert send(visitor, invited[1], typed)[0] == 410
    assert stored(store) == {}


def test_once_the_old_wave_is_closed_its_links_answer_in_the_new_one(
    store: Store, invited: list[str], worker: Callable[[], FlaskClient]
) -> None:
    visitor = worker()
    old = form(visitor, invited[1])
    form(visitor, invited[2])
    go_on(store)
    with store.writing() as session:
        waves.close_wave(session, OLD, make.DAY)
    assert send(visitor, invited[1], old)[0] == 422
    assert send(visitor, invited[2], form(visitor, invited[2]))[0] == 200
    assert stored(store) == {NEW: 1}


def test_a_worker_that_knows_nothing_of_the_move_is_refused_by_the_database(
    store: Store, invited: list[str], worker: Callable[[], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    visitor = worker()
    typed = form(visitor, invited[1])
    form(visitor, invited[0])
    assert send(visitor, invited[0], form(visitor, invited[0]))[0] == 200
    monkeypatch.setattr("corus.services.responding.FRESH_SECONDS", 3600)
    go_on(store)
    status, text = send(visitor, invited[1], typed)
    assert status == 422
    assert "Des questions ont changé" in text
    assert stored(store) == {OLD: 1}


def test_links_are_read_again_when_a_wave_goes_on(
    store: Store, invited: list[str], worker: Callable[[], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with store.reading() as session:
        before = invitations.open_waves(session)
    go_on(store)
    with store.reading() as session:
        assert invitations.open_waves(session) != before
        assert {wave for _, wave, *_ in invitations.openings(session, 10)} == {NEW}
