"""The board of fieldwork: steps and whole days only, and not a word of who answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.store import queries
from corus.store.writer import store_rows
from tests import factories as make
from tests.web import workspace_factories as people

BOARD = "/waves/panier-2026/fieldwork"
TODAY = datetime.now(UTC).date()
OPENED = TODAY - timedelta(days=4)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32))
    store = made.extensions["corus"].store
    make.open_wave(store)
    with store.writing() as session:
        queries.wave_by_code(session, "panier-2026").opened_on = OPENED
    yield made
    store.engine.dispose()


def _answers(app: Flask, n: int, day=TODAY, **changes: object) -> None:
    store = app.extensions["corus"].store
    with store.writing() as session:
        wave_id = queries.wave_by_code(session, "panier-2026").id
        store_rows(session, [make.response(wave_id, received_on=day, **changes) for _ in range(n)])
    store.cache.clear()


def _words(text: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def _now(client: FlaskClient) -> str:
    return client.get(f"{BOARD}/now").text


def test_one_answer_more_changes_nothing_on_the_board_until_the_fifth(app: Flask) -> None:
    client = people.signed_in(app)
    _answers(app, 5)
    before = _now(client)
    _answers(app, 4)
    assert _now(client) == before
    _answers(app, 1)
    assert "≥ 10" in _words(_now(client))


def test_answers_of_today_are_in_no_table_by_day_or_way(app: Flask) -> None:
    client = people.signed_in(app)
    _answers(app, 12, channel="kiosk")
    said = _words(_now(client))
    assert "≥ 10" in said
    assert "sur une tablette partagée" not in said
    assert "aucun groupe n’avait assez de réponses" in said


def test_days_modes_and_ways_are_told_in_steps(app: Flask) -> None:
    client = people.signed_in(app)
    _answers(app, 7, OPENED)
    _answers(app, 13, OPENED + timedelta(days=2), mode="paper", channel="paper")
    _answers(app, 6, OPENED + timedelta(days=2), group="neighbours", mode="interview")
    said = _words(_now(client))
    assert "au moins 25 réponses étaient arrivées" in said
    assert "sans aide ≥ 5 " in said
    assert "sur papier ≥ 10 " in said
    assert "en entretien ≥ 5 " in said
    assert "le reste, un petit nombre par chaque voie ≥ 5 " in said


def test_the_share_by_open_link_is_of_full_days_and_not_of_a_masked_group(app: Flask) -> None:
    client = people.signed_in(app)
    _answers(app, 21, OPENED, channel="import")
    _answers(app, 4, OPENED, group="neighbours")
    assert "par un lien ouvert" not in _words(_now(client))
    _answers(app, 22, channel="open")
    assert "par un lien ouvert" not in _words(_now(client))
    _answers(app, 22, OPENED, channel="open")
    # 20 of the 40 that are told; of all that came, 26 of 47.
    assert "Environ 50\u202f% des réponses sont venues par un lien ouvert" in _now(client)


def test_the_table_of_evenings_masks_a_group_until_it_has_five(app: Flask) -> None:
    client = people.signed_in(app)
    _answers(app, 4, OPENED)
    _answers(app, 1, OPENED + timedelta(days=1))
    evenings = re.search(r'<details id="evenings">.*</details>', _now(client), re.S)
    assert evenings
    assert "n &lt; 5" in evenings[0]
    assert _words(evenings[0]).count("≥ 5") == 3


def test_a_draft_and_a_closed_wave_have_a_board_without_days(app: Flask) -> None:
    client = people.signed_in(app)
    _answers(app, 8, OPENED)
    make.close_wave(app.extensions["corus"].store)
    said = _words(client.get(BOARD).text)
    assert "Jour après jour" not in said
    assert "s’actualise" not in said
    assert "≥ 5" in said


@pytest.mark.parametrize("part", ["/invitations", "/print", "/invitations/links.csv"])
def test_a_researcher_follows_but_does_no_fieldwork(app: Flask, part: str) -> None:
    client = people.signed_in(app, "researcher")
    page = client.get(BOARD)
    assert page.status_code == 200
    assert f"{BOARD}/invitations" not in page.text
    assert client.get(BOARD + part).status_code == 403


def test_a_wave_without_a_release_leads_to_its_board(app: Flask) -> None:
    answer = people.signed_in(app).get("/waves/panier-2026/fr")
    assert answer.status_code == 303
    assert answer.headers["Location"] == BOARD
    assert people.signed_in(app, "accreditor").get("/waves/panier-2026/fr").status_code == 404


def test_the_board_keeps_no_copy_and_has_no_style_or_script_inside(app: Flask) -> None:
    _answers(app, 30, OPENED)
    page = people.signed_in(app).get(BOARD)
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script(?! defer src)|<style|style=|onclick", page.text)
    assert "Actualiser maintenant" in page.text
