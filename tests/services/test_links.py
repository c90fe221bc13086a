"""Personal links: one answer each, and no table that joins them to who was asked."""

from __future__ import annotations

import secrets

import pytest

from corus.errors import ConflictError, NotFoundError
from corus.services import links, responding
from corus.services.responding import Way
from corus.store.engine import Store
from corus.store.models import Invitation
from tests.factories import open_wave

FORM = {"q.needs_met": ["3"]}


def _invited(store: Store, wave_id: int, address: str = "a@panier.example") -> str:
    """The personal link of somebody invited."""
    key = secrets.token_bytes(16)
    link = links.token(store.key, key)
    with store.writing() as session:
        session.add(
            Invitation(
                id=key, wave_id=wave_id, group="employees", language="fr",
                who=links.who(store.key, link), address=address,
            )
        )  # fmt: skip
    return link


def _answer(store: Store, link: str, number: str | None = None) -> responding.Receipt:
    found = links.find(store, link)
    page = responding.questionnaire(store, found.wave, found.group, "standard")
    way = Way("personal", once=found.once)
    return responding.submit(store, page, "fr", number or secrets.token_hex(16), FORM, way)


def test_a_personal_link_answers_once_and_a_retry_gets_the_same_receipt(store: Store) -> None:
    link = _invited(store, open_wave(store))
    number = secrets.token_hex(16)
    first = _answer(store, link, number)
    assert _answer(store, link, number) == first
    with pytest.raises(ConflictError, match="already been used"):
        _answer(store, link)
    assert links.find(store, link).used


def test_a_link_that_was_never_given_out_opens_nothing(store: Store) -> None:
    open_wave(store)
    for typed in ("a" * 16, "", "../etc", "A" * 400, "é" * 16):
        with pytest.raises(NotFoundError):
            links.find(store, typed)


def test_no_table_holds_a_hash_that_another_holds(store: Store) -> None:
    link = _invited(store, open_wave(store))
    _answer(store, link)
    hashes = {links.who(store.key, link), links.once(store.key, link)}
    with store.engine.connect() as connection:
        found = [
            {bytes(value) for value in row if isinstance(value, bytes | memoryview)}
            for table in ("invitations", "used_links", "responses")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert len(found) == 3
    assert not found[0] & (found[1] | found[2])
    assert not found[1] & found[2]
    assert hashes <= found[0] | found[1]
