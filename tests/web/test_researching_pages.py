"""The researcher's page: single answers of a closed wave, for a purpose that is written down."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from corus.app import create_app
from corus.config import Settings
from corus.services import waves
from corus.store import accounts
from corus.store.models import JournalEntry
from tests import factories as make
from tests.web import workspace_factories as workspace

WAVE, DRAFT = "panier-2026", "panier-2027"
PAGE = f"/waves/{WAVE}/single-answers"
GIVEN = {"role": "Laboratoire des Hauts", "purpose": "Thèse sur l’écoute", "language": "fr"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("researching")
    made = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"k" * 32))
    store, of = made.extensions["corus"].store, make.instrument()
    workspace.released(made, WAVE)
    with store.writing() as session:
        home = waves.create_organization(session, "Le Panier des Hauts")
        waves.create_wave(session, DRAFT, home, of.code, make.plan())
    yield made
    store.engine.dispose()


@pytest.fixture(scope="module")
def researcher(app: Flask) -> FlaskClient:
    return workspace.signed_in(app, "researcher")


def taken(client: FlaskClient, name: str, **changed: str) -> zipfile.ZipFile:
    answer = client.post(PAGE, data=GIVEN | {"format": name} | changed)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    kept = f'filename="CONFIDENTIEL-{WAVE}-{name}.zip"'
    assert kept in answer.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.data))


def journal(app: Flask) -> list[dict[str, object]]:
    with app.extensions["corus"].store.reading() as session:
        asked = select(JournalEntry).where(JournalEntry.action == "microdata")
        return [entry.detail for entry in session.scalars(asked)]


def test_the_page_says_what_the_file_holds_and_may_not_be_used_for(
    researcher: FlaskClient,
) -> None:
    text = researcher.get(PAGE).text
    assert "6 questions" in text
    assert "sans rien masquer" in text
    assert "moins de 5 personnes" in text
    assert "Un seul jour pour toutes" in text
    assert "open_these_answers.ipynb" in text


def test_the_archive_holds_the_answers_their_manifest_and_a_notebook(
    researcher: FlaskClient,
) -> None:
    found = taken(researcher, "answers.csv")
    file = f"{WAVE}-answers.csv"
    assert {file, f"{file}.manifest.json", "open_these_answers.ipynb"} <= set(found.namelist())
    rows = list(csv.DictReader(io.StringIO(found.read(file).decode("utf-8-sig"))))
    assert len(rows) == 12
    manifest = json.loads(found.read(f"{file}.manifest.json"))
    assert manifest["notice"] == "CONFIDENTIEL"
    assert (manifest["by"], manifest["purpose"]) == (GIVEN["role"], GIVEN["purpose"])
    assert manifest["rows_in"] == manifest["rows_out"] == 12
    assert {entry.date_time for entry in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", ["answers.csv", "answers.parquet", "answers.sav"])
def test_the_notebook_runs_beside_each_format(
    researcher: FlaskClient, tmp_path: Path, name: str
) -> None:
    taken(researcher, name).extractall(tmp_path)
    document = json.loads((tmp_path / "open_these_answers.ipynb").read_bytes())
    assert document["nbformat"] == 4
    cells = ["".join(c["source"]) for c in document["cells"] if c["cell_type"] == "code"]
    before, space = Path.cwd(), {}
    os.chdir(tmp_path)
    try:
        for cell in cells:
            exec(compile(cell, name, "exec"), space)
    finally:
        os.chdir(before)
    answers = space["answers"]
    assert isinstance(answers, pd.DataFrame)
    assert len(answers) == 12


def test_who_took_them_and_why_stands_in_both_logs(app: Flask, researcher: FlaskClient) -> None:
    before = len(journal(app))
    taken(researcher, "answers.csv", purpose="Mémoire de master")
    assert journal(app)[before:] == [
        {"role": GIVEN["role"], "purpose": "Mémoire de master", "rows": 12, "form": "answers.csv"}
    ]
    with app.extensions["corus"].store.reading() as session:
        line = accounts.audit(session, None, 1)[0]
    assert (line.action, line.who) == ("microdata_taken", "researcher@all.example")
    assert line.detail["purpose"] == "Mémoire de master"
    log = workspace.signed_in(app, "manager", email="chief@panier.example")
    assert "Mémoire de master" in log.get("/organizations/le_panier_des_hauts/log").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"purpose": "  "}, "Dites à quoi elles serviront."),
        ({"role": ""}, "Dites qui les reçoit."),
        ({"format": "answers.exe"}, "Choisissez l’un des formats."),
        ({"purpose": "x" * 2001}, "C’est plus que le journal ne garde."),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(
    app: Flask, researcher: FlaskClient, changed: dict[str, str], said: str
) -> None:
    before = journal(app)
    answer = researcher.post(PAGE, data=GIVEN | {"format": "answers.sav"} | changed)
    assert answer.status_code in (403, 404, 422)
    assert said in answer.text
    kept = GIVEN | changed
    assert kept["role"] in answer.text
    assert kept["purpose"].strip() in answer.text
    assert journal(app) == before


def test_nothing_leaves_before_the_wave_is_closed(app: Flask, researcher: FlaskClient) -> None:
    page = f"/waves/{DRAFT}/single-answers"
    shown = researcher.get(page).text
    assert "une fois la vague close" in shown
    assert "<textarea" not in shown
    answer = researcher.post(page, data=GIVEN | {"format": "answers.csv"})
    assert answer.status_code == 403
    assert "La vague n’est pas close" in answer.text


@pytest.mark.parametrize("role", ["manager", "facilitator", "accreditor", "admin", "nobody"])
def test_no_other_role_takes_single_answers(app: Flask, role: str) -> None:
    client = workspace.signed_in(app, role, email=f"not-{role}@panier.example")
    for answer in (client.get(PAGE), client.post(PAGE, data=GIVEN | {"format": "answers.csv"})):
        assert answer.status_code == (404 if role in ("admin", "nobody") else 403)


def test_a_page_elsewhere_cannot_make_a_browser_take_them(
    app: Flask, researcher: FlaskClient
) -> None:
    before = journal(app)
    elsewhere = {"Origin": "https://elsewhere.example"}
    answer = researcher.post(PAGE, data=GIVEN | {"format": "answers.csv"}, headers=elsewhere)
    assert answer.status_code == 403
    assert journal(app) == before
