"""Settings and moves of a wave in the browser: what may change, what is asked once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.writer import store_rows
from tests import factories as make
from tests.web import workspace_factories as workspace

WAVE = "/waves/panier-2026"
TODAY = datetime.now(UTC).date()
SENT = {
    "title": "Vague", "languages": ["fr", "en"], "anonymity": "anonymous",
    "controller": "Le Panier des Hauts", "contact": "donnees@panier.example", "months": "24",
    "shown": "5", "full": "10", "organizations": "3", "burst": "20",
}  # fmt: skip


@pytest.fixture
def app(tmp_path) -> Iterator[Flask]:
    made = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'c.sqlite'}", b"k" * 32))
    make.open_wave(made.extensions["corus"].store)
    yield made
    made.extensions["corus"].store.engine.dispose()


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return workspace.signed_in(app, "manager", "le_panier_des_hauts")


def plan(app: Flask):
    with app.extensions["corus"].store.reading() as session:
        return plan_of(queries.wave_by_code(session, "panier-2026"))


def respond(app: Flask, n: int) -> None:
    with app.extensions["corus"].store.writing() as session:
        wave = queries.wave_by_code(session, "panier-2026").id
        store_rows(session, [make.response(wave) for _ in range(n)])


def state(app: Flask) -> str:
    with app.extensions["corus"].store.reading() as session:
        return queries.wave_by_code(session, "panier-2026").state


def test_what_may_change_is_changed_and_who_did_it_is_in_the_log(
    app: Flask, manager: FlaskClient
) -> None:
    last = (TODAY + timedelta(20)).isoformat()
    sent = SENT | {"shown": "11", "closes_on": last, "purpose-fr": "Pour décider ensemble."}
    assert manager.post(f"{WAVE}/settings", data=sent).status_code == 303
    found = plan(app)
    assert (found.thresholds.shown, found.thresholds.full) == (11, 11)
    assert str(found.closes_on) == last
    assert found.notice.purpose["fr"] == "Pour décider ensemble."
    log = manager.get("/organizations/le_panier_des_hauts/log").text
    assert (
        "La vague «\u202fVague\u202f» a été modifiée\u202f: son titre, "
        "le dernier jour pour répondre, les seuils à partir desquels les résultats sont "
        "montrés, la notice d’information" in log
    )
    assert "thresholds" not in log


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"shown": "4"}, "shown", "hors limites"),
        ({"opens_on": "2026-01-01"}, "opens_on", "ne peut plus changer"),
        ({"closes_on": "2026-01-01"}, "closes_on", "le 1er janvier 2026 est déjà passé"),
        ({"months": "121"}, "months", "hors limites"),
        ({"title": ""}, "title", "Donnez un titre"),
        ({"languages": []}, "languages", "au moins une langue"),
        ({"languages": ["fr", "it"]}, "languages", "toutes les langues cochées"),
        ({"contact": " "}, "contact", "écrire à quelqu’un"),
        ({"burst": "deux"}, "burst", "hors limites"),
    ],
)
def test_what_may_not_change_is_said_at_its_field_and_nothing_else_changes(
    app: Flask, manager: FlaskClient, change: dict[str, object], field: str, said: str
) -> None:
    before = plan(app)
    sent = SENT | {"controller": "Quelqu’un d’autre"} | change
    answer = manager.post(f"{WAVE}/settings", data=sent)
    assert answer.status_code in (403, 422)
    wrong = answer.text.split(f'id="f-{field}-wrong"')[1].split("</p>")[0]
    assert said in wrong
    assert "Quelqu’un d’autre" in answer.text
    assert plan(app) == before


def test_a_threshold_is_never_lowered(app: Flask, manager: FlaskClient) -> None:
    manager.post(f"{WAVE}/settings", data=SENT | {"shown": "11"})
    answer = manager.post(f"{WAVE}/settings", data=SENT | {"shown": "5", "full": "11"})
    assert answer.status_code == 403
    assert "ne peut pas descendre à 5" in answer.text
    assert plan(app).thresholds.shown == 11


def test_once_answered_the_promise_stays_and_answers_are_kept_shorter_only(
    app: Flask, manager: FlaskClient
) -> None:
    respond(app, 1)
    for change in ({"anonymity": "confidential"}, {"months": "25"}):
        answer = manager.post(f"{WAVE}/settings", data=SENT | change)
        assert answer.status_code == 403
        assert "WAV-032" in answer.text
    assert manager.post(f"{WAVE}/settings", data=SENT | {"months": "12"}).status_code == 303
    assert plan(app).notice.retention_months == 12


def test_groups_stay_once_open_but_their_number_is_put_right(
    app: Flask, manager: FlaskClient
) -> None:
    before = set(plan(app).groups) or {"employees", "neighbours"}
    page = manager.get(f"{WAVE}/groups").text
    assert 'type="checkbox" name="groups"' not in page
    sent = {"groups": sorted(before), "people-employees": "77", "reached-employees": "open"}
    assert manager.post(f"{WAVE}/groups", data=sent).status_code == 303
    assert plan(app).groups["employees"].population == 77
    answer = manager.post(f"{WAVE}/groups", data={"groups": ["employees"]})
    assert answer.status_code == 403


@pytest.mark.parametrize("act", ["close", "publish", "put_away"])
def test_no_move_is_made_before_its_page_was_read(
    app: Flask, manager: FlaskClient, act: str
) -> None:
    answer = manager.post(f"{WAVE}/{act}", data={"anything": "else"})
    assert answer.headers["Location"] == f"{WAVE}/{act}"
    assert state(app) == "open"


def test_a_wave_is_closed_published_and_put_away(app: Flask, manager: FlaskClient) -> None:
    respond(app, 6)
    assert "On ne peut pas revenir en arrière" in manager.get(f"{WAVE}/close").text
    for act, then in (
        ("close", f"{WAVE}/settings"), ("publish", WAVE), ("put_away", f"{WAVE}/settings"),
    ):  # fmt: skip
        answer = manager.post(f"{WAVE}/{act}", data={"sure": "yes"})
        assert (answer.status_code, answer.headers["Location"]) == (303, then)
        assert manager.get(f"{WAVE}/settings").status_code == 200
    assert state(app) == "archived"
    assert "<button>Enregistrer" not in manager.get(f"{WAVE}/settings").text


@pytest.mark.parametrize("act", ["publish", "put_away"])
def test_what_comes_too_early_is_refused_in_words(manager: FlaskClient, act: str) -> None:
    answer = manager.post(f"{WAVE}/{act}", data={"sure": "yes"})
    assert answer.status_code == 403
    assert "corus wave" not in answer.text
    assert "REL-001" in answer.text or "WAV-005" in answer.text


def test_in_english_no_command_is_told_either(app: Flask, manager: FlaskClient) -> None:
    for change in ({"closes_on": "2026-01-01"}, {"opens_on": "2026-01-01"}):
        answer = manager.post(f"{WAVE}/settings?lang=en", data=SENT | change)
        assert answer.status_code == 403
        assert "corus" not in answer.text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("role", ["facilitator", "researcher", "accreditor"])
def test_other_roles_set_nothing_up(app: Flask, role: str) -> None:
    client = workspace.signed_in(app, role, "le_panier_des_hauts")
    for page in ("settings", "groups", "opening", "opened", "close", "publish", "put_away"):
        assert client.get(f"{WAVE}/{page}").status_code in (403, 404)
    assert client.post(f"{WAVE}/close", data={"sure": "yes"}).status_code in (403, 404)
    assert state(app) == "open"
