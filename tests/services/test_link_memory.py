"""In a rush, links are read all at once; nothing that is stored depends on it."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from corus.errors import ConflictError
from corus.services import link_memory, links, responding
from corus.services.responding import Way
from corus.store.engine import Store
from corus.store.models import Invitation, Wave
from tests.factories import open_wave

FORM = {"q.needs_met": ["3"]}


@pytest.fixture
def invited(store: Store) -> list[str]:
    """The links of three people asked by an open wave."""
    wave_id = open_wave(store)
    found = []
    for _ in range(3):
        key = secrets.token_bytes(16)
        found.append(links.token(store.key, key))
        with store.writing() as session:
            session.add(
                Invitation(
                    id=key, wave_id=wave_id, group="employees", language="fr",
                    who=links.who(store.key, found[-1]), address=f"{key.hex()}@panier.example",
                )
            )  # fmt: skip
    return found


def another(store: Store) -> Store:
    """What a second worker has: the same database, a memory of its own."""
    return replace(store, cache={})


def rush(store: Store, link: str) -> None:
    for _ in range(link_memory.RUSH):
        links.find(store, link)


def answer(store: Store, found: links.Link) -> responding.Receipt:
    page = responding.questionnaire(store, found.wave, found.group, "standard")
    way = Way("personal", once=found.once)
    return responding.submit(store, page, "fr", secrets.token_hex(16), FORM, way)


def look_ups(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    one = store.glance.one
    monkeypatch.setattr(store.glance, "one", lambda sql, *v: seen.append(sql) or one(sql, *v))
    return seen


def test_in_a_rush_a_form_opens_without_asking_the_database(
    store: Store, invited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [links.find(another(store), link) for link in invited]
    rush(store, invited[0])
    asked = look_ups(store, monkeypatch)
    assert [links.find(store, link) for link in invited] == alone
    assert not asked


def test_without_a_rush_every_link_is_looked_up(
    store: Store, invited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = look_ups(store, monkeypatch)
    for link in invited:
        links.find(store, link)
    assert len(asked) == len(invited)


def test_a_link_that_answered_elsewhere_in_a_rush_stores_nothing_more(
    store: Store, invited: list[str]
) -> None:
    rush(store, invited[0])
    answer(another(store), links.find(another(store), invited[1]))
    late = links.find(store, invited[1])
    assert not late.used, "not known yet: the page shows the form"
    with pytest.raises(ConflictError, match="already been used"):
        answer(store, late)
    assert links.find_now(store, invited[1]).used
    assert links.find(store, invited[1]).used, "known from the refusal"


def test_an_answer_stored_by_this_process_is_known_at_once(
    store: Store, invited: list[str]
) -> None:
    rush(store, invited[0])
    answer(store, links.find(store, invited[1]))
    assert links.find(store, invited[1]).used
    assert not links.find(store, invited[2]).used


def test_the_list_of_used_links_is_read_again_after_a_second(
    store: Store, invited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_memory, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(link_memory, "SHARE", 0)
    rush(store, invited[0])
    answer(another(store), links.find(another(store), invited[1]))
    assert links.find(store, invited[1]).used


def test_a_list_too_long_to_read_leaves_links_looked_up_one_by_one(
    store: Store, invited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_memory, "TOO_LONG", -1.0)
    rush(store, invited[0])
    asked = look_ups(store, monkeypatch)
    rush(store, invited[1])
    assert len(asked) == link_memory.RUSH


def test_links_of_a_confidential_wave_are_never_remembered(
    store: Store, invited: list[str]
) -> None:
    with store.writing() as session:
        wave = session.query(Wave).one()
        wave.plan = wave.plan.replace('"anonymity":"anonymous"', '"anonymity":"confidential"')
    rush(store, invited[0])
    assert not link_memory.memory(store).openings
    assert links.find(store, invited[1]).submission_id


def test_a_link_taken_back_opens_nothing_once_the_list_was_read(
    store: Store, invited: list[str]
) -> None:
    with store.writing() as session:
        asker = links.who(store.key, invited[1])
        session.query(Invitation).filter_by(who=asker).one().state = "revoked"
    rush(store, invited[0])
    assert links.find(store, invited[1]).revoked
