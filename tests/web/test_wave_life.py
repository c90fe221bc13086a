"""What respondents and the enterprise read follows the life of a wave."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from corus.app import create_app
from corus.config import Settings
from corus.domain.wave import Checklist, WavePlan
from corus.language import catalogue
from corus.services import checklist, editing, publishing, succession, waves
from corus.services.responding import FRESH_SECONDS
from corus.store import life, queries
from corus.store.engine import Store
from corus.store.models import Invitation
from tests import factories as make
from tests.services.test_updating import _edited, _publish, _reword
from tests.web import workspace_factories as people

FORM = "/s/panier-2026/employees/fr"
STATUS = "/waves/panier-2026/fieldwork"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32)
    made = create_app(settings)
    make.open_wave(made.extensions["corus"].store)
    yield made
    made.extensions["corus"].store.engine.dispose()


def _store(app: Flask) -> Store:
    found: Store = app.extensions["corus"].store
    return found


def _change(app: Flask, **changes: Any) -> None:
    with _store(app).writing() as session:
        start = editing.declared(queries.wave_by_code(session, "panier-2026"))
        to = WavePlan.model_validate(start.model_dump() | changes)
        editing.change_wave(session, "panier-2026", to, make.DAY)


def _page(app: Flask, path: str, *, status: int = 200) -> str:
    answer = app.test_client().get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def _status(app: Flask, path: str = STATUS) -> str:
    client = people.signed_in(app)
    return client.get(path).text


def test_pages_follow_the_wave_within_a_second(app: Flask) -> None:
    assert "Le panier de demain" not in _page(app, FORM)
    _change(app, title="Le panier de demain", thresholds={"shown": 8})
    time.sleep(FRESH_SECONDS + 0.05)
    assert "Le panier de demain" in _page(app, FORM)
    assert "moins de 8 personnes" in _page(app, f"{FORM}/notice")


def test_the_page_points_out_a_population_below_the_number_invited(app: Flask) -> None:
    with _store(app).reading() as session:
        groups = editing.declared(queries.wave_by_code(session, "panier-2026")).groups
    assert "population connue du groupe" not in _status(app)
    few = groups["employees"].model_copy(update={"population": 2})
    _change(app, groups={**groups, "employees": few})
    assert "population connue du groupe" not in _status(app)
    key = secrets.token_bytes(16)
    with _store(app).writing() as session:
        for n in range(3):
            one = bytes([n]) + key[1:]
            session.add(Invitation(
                id=one, wave_id=1, group="employees", language="fr", address=f"{n}@x.example",
                who=one,
            ))  # fmt: skip
    assert "le nombre de personnes invitées est de 3" in _status(app)


def _end(app: Flask, last: date) -> None:
    _change(app, closes_on=last)
    _store(app).cache.clear()


def test_after_its_last_day_the_survey_says_until_when_it_took_answers(app: Flask) -> None:
    last = datetime.now(UTC).date() - timedelta(days=3)
    with _store(app).writing() as session:
        queries.wave_by_code(session, "panier-2026").opened_on = last
    _end(app, last)
    said = _page(app, FORM, status=410)
    assert "Elle prenait les réponses jusqu’au" in said
    sent = app.test_client().post(FORM, data={"submission_id": "a" * 32, "q.needs_met": "4"})
    assert sent.status_code == 410
    assert "n’ont pas été enregistrées" in sent.text or "jusqu’au" in sent.text


def test_a_closed_wave_leads_to_the_series_that_goes_on(app: Flask) -> None:
    store = _store(app)
    _publish(store, _edited(_reword))
    with store.writing() as session:
        succession.new_series(session, "panier-2026", "small", "panier-2026-b", make.DAY)
        waves.close_wave(session, "panier-2026", make.DAY)
    store.cache.clear()
    said = _page(app, FORM, status=410)
    assert 'href="/s/panier-2026-b/employees/fr"' in said
    assert "Tout autre chose." in _page(app, "/s/panier-2026-b/employees/fr")
    kiosk = _page(app, "/k/panier-2026/employees/fr", status=410)
    assert 'href="/k/panier-2026-b/employees/fr"' in kiosk


def test_the_status_page_tells_bursts_reasons_and_what_is_open(app: Flask) -> None:
    store = _store(app)
    with store.writing() as session:
        found = queries.wave_by_code(session, "panier-2026")
        life.keep_burst(session, found.id, life.BurstRow("neighbours", make.DAY, 34))
        owner = found.organization
        publishing.publish(session, make.instrument(), make.DAY)
        waves.create_wave(session, "w", owner, "small", make.plan(checklist=Checklist()))
        waves.open_wave(session, "w", make.DAY, despite="Le CSE se réunit <vendredi>")
    said = _status(app)
    assert "Le 3 mars 2026, au moins 34 réponses en dix minutes" in said
    assert "du groupe «\u202fRiverains\u202f»" in said
    other = _status(app, "/waves/w/fieldwork")
    assert "Le CSE se réunit &lt;vendredi&gt;" in other
    assert other.count("À régler") == 5
    assert other.count('href="/waves/w/settings"') >= 5


def test_every_point_of_the_checklist_has_its_french() -> None:
    points = checklist.checklist(make.plan(), ("employees",), make.DAY)
    assert [p.said for p in points if p.said not in catalogue("fr")] == []
    assert checklist.NOT_SURVEYED in catalogue("fr")
