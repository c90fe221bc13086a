"""Parts of a release in the browser: asked by a form, shown by an address, refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from corus.app import create_app
from corus.config import Settings
from corus.domain.wave import WaveState
from corus.language import catalogue
from corus.services import exploring, releasing
from corus.services.viewing import Filter
from corus.store.writer import store_rows
from corus.web.exploring import QUESTIONS
from tests import factories as make
from tests.web import workspace_factories as people

WAVE = "panier-2026"
VIEWS = f"/waves/{WAVE}/views"
ANSWERS = (
    ("employees", "self", 20), ("employees", "paper", 12), ("employees", "interview", 3),
    ("neighbours", "self", 14), ("neighbours", "paper", 12),
)  # fmt: skip


@pytest.fixture
def app(tmp_path) -> Iterator[Flask]:
    """A small wave, closed and released; three employees were interviewed."""
    made = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32))
    store = made.extensions["corus"].store
    wave = make.open_wave(store)
    make.close_wave(store)
    document = make.marks("3232--", make.instrument())
    rows = [
        make.response(wave, document, group=group, mode=mode)
        for group, mode, persons in ANSWERS for _ in range(persons)
    ]  # fmt: skip
    with store.writing() as session:
        store_rows(session, rows, states=frozenset({WaveState.CLOSED.value}))
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    yield made
    store.engine.dispose()


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return people.signed_in(app, "manager")


@pytest.fixture
def accreditor(app: Flask) -> FlaskClient:
    return people.signed_in(app, "accreditor")


def noted(app: Flask) -> list[Filter]:
    with app.extensions["corus"].store.reading() as session:
        return exploring.shown(session, WAVE)


def words(page: bytes) -> str:
    return " ".join(html.document_fromstring(page.decode()).text_content().split())


def alert(page: bytes) -> str:
    [told] = html.document_fromstring(page.decode()).xpath("//div[@role='alert']")
    return " ".join(told.text_content().replace("\u202f", " ").split())


def test_a_part_asked_for_is_noted_and_then_shown_by_an_address_that_every_reader_may_open(
    app: Flask, manager: FlaskClient, accreditor: FlaskClient
) -> None:
    address = f"{VIEWS}/fr?group=neighbours&mode=paper"
    assert manager.get(address).status_code == accreditor.get(address).status_code == 404
    sent = manager.post(VIEWS, data={"mode": "paper", "group": "neighbours"})
    assert (sent.status_code, sent.headers["Location"]) == (303, address)
    assert noted(app) == [Filter(group=("neighbours",), mode=("paper",))]
    for reader in (manager, accreditor):
        found = reader.get(address)
        assert found.status_code == 200
        page = html.document_fromstring(found.get_data(as_text=True))
        [part] = page.xpath("//p[@class='part']")
        assert "sur papier" in part.text_content()
        assert not page.xpath("//table[@class='heat']")
    assert address in manager.get(VIEWS).get_data(as_text=True).replace("&amp;", "&")
    log = manager.get("/organizations/le_panier_des_hauts/log").get_data(as_text=True)
    assert "a demandé une partie de la vague" in log


def test_an_address_alone_asks_for_nothing(app: Flask, manager: FlaskClient) -> None:
    found = manager.get(f"{VIEWS}/fr?group=neighbours&mode=paper")
    assert found.status_code == 404
    assert "pas encore été montrée" in words(found.data)
    assert "neighbours" in found.get_data(as_text=True).partition("/views?")[2]
    assert noted(app) == []


@pytest.mark.parametrize("mode", ["interview", "paper"])
def test_what_would_single_out_few_is_refused_in_words_and_keeps_what_was_ticked(
    app: Flask, manager: FlaskClient, mode: str
) -> None:
    if mode == "paper":
        # Beside these, those on paper leave the three who were interviewed.
        assert manager.post(VIEWS, data={"group": "employees", "mode": ["interview", "paper"]})
    before = noted(app)
    refused = manager.post(VIEWS, data={"group": "employees", "mode": mode})
    assert refused.status_code == 403
    assert "isolerait moins de" in alert(refused.data)
    assert "Demandez une partie plus grande" in alert(refused.data)
    ticked = html.document_fromstring(refused.get_data(as_text=True)).xpath("//input[@checked]")
    assert [box.get("value") for box in ticked] == ["employees", mode]
    assert noted(app) == before


def test_a_refusal_names_the_parts_beside_it_as_people_do_and_not_by_their_codes(
    manager: FlaskClient,
) -> None:
    both = {"group": "employees", "mode": ["self", "paper"]}
    refused = manager.post(VIEWS, data=both)
    assert refused.status_code == 403
    said = alert(refused.data)
    assert "à côté de « groupe : Employees » (publication 1)" in said.replace(
        "Salariées et salariés", "Employees"
    ).replace("Salarié·es", "Employees")
    assert not re.search(r"\w=\w", said)


def test_nothing_ticked_is_told_to_be_the_whole_release(manager: FlaskClient) -> None:
    answer = manager.post(VIEWS, data={"other": "1"})
    assert answer.status_code == 422
    assert "c’est la publication entière" in alert(answer.data)


def test_a_value_that_no_answer_has_is_refused_beside_the_form(manager: FlaskClient) -> None:
    answer = manager.post(VIEWS, data={"group": "martians"})
    assert answer.status_code == 422
    said = alert(answer.data)
    assert "Aucune réponse ne peut correspondre à : groupe « martians »" in said
    assert "Salariées et salariés" in said


def test_choices_are_those_that_the_release_itself_names(app: Flask) -> None:
    with app.extensions["corus"].store.reading() as session:
        profile = releasing.latest_profile(session, WAVE)
    offered = exploring.choices(profile)
    assert not set(offered["group"]) & set(profile.masked_groups)
    assert set(offered["mode"]) <= {m for line in profile.coverage for m in line.by_mode}


def test_a_facilitator_or_an_accreditor_may_not_ask(app: Flask, accreditor: FlaskClient) -> None:
    facilitator = people.signed_in(app, "facilitator")
    for reader in (accreditor, facilitator):
        assert reader.get(VIEWS).status_code == 403
        assert reader.post(VIEWS, data={"group": "neighbours"}).status_code == 403


def test_a_part_is_downloaded_with_its_filters_in_its_name(
    manager: FlaskClient,
) -> None:
    manager.post(VIEWS, data={"group": "neighbours", "mode": "paper"})
    for name in ("evidence.xlsx", "counts.csv", "profile.json", "dashboard.html"):
        found = manager.get(f"{VIEWS}/fr/{name}?group=neighbours&mode=paper")
        assert found.status_code == 200
        assert f"neighbours-paper-fr-{name}" in found.headers["Content-Disposition"]
    assert manager.get(f"{VIEWS}/fr/counts.csv?group=neighbours&mode=self").status_code == 404


def test_the_dashboard_leads_to_parts_those_who_may_ask_and_nobody_else(
    manager: FlaskClient, accreditor: FlaskClient
) -> None:
    for reader, may in ((manager, True), (accreditor, False)):
        page = reader.get(f"/waves/{WAVE}/fr").get_data(as_text=True)
        assert (VIEWS in page) is may


def test_the_dashboard_leads_to_help_and_to_the_workspace_and_its_file_to_neither(
    manager: FlaskClient,
) -> None:
    page = html.document_fromstring(manager.get(f"/waves/{WAVE}/en").data.decode())
    ways = dict.fromkeys(page.xpath("//header//a/@href"))
    wave = f"/waves/{WAVE}"
    assert {"/help?lang=en", "/account", f"{wave}/fieldwork", f"{wave}/settings"} <= ways.keys()
    assert "/organizations/le_panier_des_hauts" in ways
    assert manager.get("/help?lang=en").status_code == 200
    file = html.document_fromstring(manager.get(f"{wave}/en/dashboard.html").data.decode())
    assert [way for way in file.xpath("//a/@href") if not way.startswith("#")] == []


def test_a_part_leads_to_help_too(manager: FlaskClient) -> None:
    manager.post(VIEWS, data={"group": "neighbours", "mode": "paper"})
    page = manager.get(f"{VIEWS}/fr?group=neighbours&mode=paper").get_data(as_text=True)
    assert "/help?lang=fr" in page


def test_the_dashboard_comes_again_only_where_it_changed(manager: FlaskClient) -> None:
    first = manager.get(f"/waves/{WAVE}/fr", headers={"Accept-Encoding": "gzip"})
    again = manager.get(
        f"/waves/{WAVE}/fr",
        headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]},
    )
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_before_a_release_the_page_says_what_comes_next_and_tells_an_accreditor_nothing(
    app: Flask, manager: FlaskClient, accreditor: FlaskClient
) -> None:
    make.open_wave(app.extensions["corus"].store, "panier-2027")
    page = manager.get("/waves/panier-2027/views")
    assert page.status_code == 200
    assert "Rien n’est encore publié" in words(page.data)
    hidden = accreditor.get("/waves/panier-2027/views/fr?group=employees")
    assert hidden.status_code == 404
    assert "panier-2027" not in words(hidden.data)


def test_every_sentence_of_these_pages_is_said_in_french() -> None:
    known = catalogue("fr")
    templates = (files("corus.web") / "templates" / "exploring").iterdir()
    said = {
        sentence
        for template in templates
        for sentence in re.findall(r"""\bt\("([^"]+)"[,)]""", template.read_text("utf-8"))
    }
    assert len(said) > 15
    assert said | set(QUESTIONS.values()) <= set(known)
