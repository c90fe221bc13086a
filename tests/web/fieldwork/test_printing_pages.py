"""What fieldwork prints from the browser: the right file, its name, and refusals in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from corus.app import create_app
from corus.config import Settings
from corus.store import queries
from tests import factories as make
from tests.documents.reading_pdf import pages_of, plain, words_of
from tests.web import workspace_factories as people

PRINT = "/waves/panier-2026/fieldwork/print"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    made = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32))
    make.open_wave(made.extensions["corus"].store)
    yield made
    made.extensions["corus"].store.engine.dispose()


def test_posters_lead_to_the_page_of_each_open_group(app: Flask) -> None:
    answer = people.signed_in(app, "facilitator").get(f"{PRINT}/posters.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="panier-2026-posters.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert pages_of(answer.data) == 2
    assert "/s/panier-2026/employees" in plain(words_of(answer.data)).replace(" ", "")


def test_numbered_copies_follow_one_another(app: Flask) -> None:
    asked = "?group=employees&language=en&form=large&copies=2&first=7"
    answer = people.signed_in(app).get(f"{PRINT}/questionnaire.pdf{asked}")
    assert "panier-2026-employees-en-large.pdf" in answer.headers["Content-Disposition"]
    text = plain(words_of(answer.data))
    assert "7" in text
    assert "8" in text
    assert "Statement needs_met." in text


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("group=nobody&language=fr", 404, "Cette vague n’a pas ce groupe."),
        ("group=employees&language=de", 404, "n’existe pas dans cette langue"),
        ("group=employees&language=fr&form=easy", 404, "pas de version simple"),
        ("group=employees&language=fr&copies=301", 422, "Trop d’exemplaires"),
        ("group=employees&language=fr&copies=x", 422, "Trop d’exemplaires"),
    ],
)
def test_what_cannot_be_printed_is_told_and_what_was_chosen_stays(
    app: Flask, asked: str, status: int, said: str
) -> None:
    answer = people.signed_in(app).get(f"{PRINT}/questionnaire.pdf?{asked}")
    assert answer.status_code == status
    assert said in answer.text
    if "copies" in asked:
        assert f'value="{asked.rpartition("=")[2]}"' in answer.text


def test_without_a_public_address_the_page_says_where_codes_will_lead(app: Flask) -> None:
    said = people.signed_in(app).get(PRINT).text
    assert "Le code mènera à http://localhost" in said


def test_a_name_that_no_font_can_print_is_printed_with_a_box_and_the_page_says_so(
    tmp_path: Path,
) -> None:
    made = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32))
    make.open_wave(made.extensions["corus"].store)
    with made.extensions["corus"].store.writing() as session:
        queries.wave_by_code(session, "panier-2026").organization.name = "Panier \U0010fffe"
    client = people.signed_in(made, "facilitator")
    assert "Aucune police du serveur n’a ces signes\u202f: \U0010fffe." in client.get(PRINT).text
    for name in ("posters.pdf", "questionnaire.pdf?group=employees&language=fr"):
        answer = client.get(f"{PRINT}/{name}")
        assert answer.status_code == 200
        assert "Panier □" in words_of(answer.data)
    made.extensions["corus"].store.engine.dispose()
