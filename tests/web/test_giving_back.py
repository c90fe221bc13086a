"""Giving back in the browser: who may write, what everybody with a link reads, and who not."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.services import waves as services
from tests.services.giving_back import waves
from tests.web import workspace_factories as people

HERE = f"/waves/{waves.FIRST}/given-back"
GOOD = {"text": "Ouvrir <le> samedi.", "owner": "Le conseil", "about": "needs"}
MOST_BYTES = 60_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32))
    store = app.extensions["corus"].store
    waves.released(store, {"employees": waves.spread(6, 14), "neighbours": waves.spread(1, 2)})
    with store.writing() as session:
        services.create_organization(session, "Ailleurs")
    yield app
    store.engine.dispose()


@pytest.fixture(scope="module")
def manager(site: Flask) -> FlaskClient:
    return people.signed_in(site, "manager", "le_panier_des_hauts")


def _link(manager: FlaskClient, group: str = "employees") -> str:
    assert manager.post(f"{HERE}/groups/{group}/share", data={"go": "1"}).status_code == 303
    page = manager.get(HERE).text
    links = re.findall(r"/g/[a-z2-7]{16}", page)
    return links[0 if group == "employees" else -1]


def test_a_decision_goes_from_the_form_to_the_page_and_never_as_markup(
    manager: FlaskClient,
) -> None:
    assert manager.post(f"{HERE}/decisions", data=GOOD).status_code == 303
    assert "La décision est enregistrée." in manager.get(HERE).text
    page = manager.get(f"{HERE}/groups/employees").text
    assert "Ouvrir &lt;le&gt; samedi." in page
    assert "<le>" not in page
    number = re.search(r"decisions/(\d+)", manager.get(HERE).text)
    assert number
    one = f"{HERE}/decisions/{number[1]}"
    assert "Ouvrir &lt;le&gt; samedi." in manager.get(one).text
    assert manager.post(f"{one}/delete", data={"go": "1"}).status_code == 303
    gone = manager.get(one)
    assert (gone.status_code, "Cette décision n’existe plus." in gone.text) == (404, True)


def test_a_fault_stands_at_its_field_and_what_was_typed_is_kept(manager: FlaskClient) -> None:
    answer = manager.post(f"{HERE}/decisions", data={"text": "Ouvrir.", "owner": ""})
    assert answer.status_code == 422
    assert "Dites qui s’en occupe." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Ouvrir.</textarea>" in answer.text


@pytest.mark.parametrize("role", ["facilitator", "researcher", "accreditor"])
def test_others_read_and_only_managers_write(site: Flask, role: str) -> None:
    client = people.signed_in(site, role, "le_panier_des_hauts")
    page = client.get(HERE)
    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert "/share" not in page.text
    for path in ("decisions", "decisions/1", "decisions/1/delete", "groups/employees/share",
                 "groups/employees/withdraw"):  # fmt: skip
        assert client.post(f"{HERE}/{path}", data=GOOD).status_code == 403


def test_the_people_of_another_organization_find_nothing(site: Flask) -> None:
    client = people.signed_in(site, "manager", "ailleurs")
    for path in ("", "/groups/employees", "/groups/employees/poster.pdf", "/decisions/1"):
        assert client.get(HERE + path).status_code == 404


def test_everybody_with_the_link_reads_the_page_without_a_cookie(
    site: Flask, manager: FlaskClient
) -> None:
    link = _link(manager)
    anybody = site.test_client()
    led = anybody.get(link, headers={"Accept-Language": "en-GB,en"})
    assert (led.status_code, led.headers["Location"]) == (302, f"{link}/en")
    for language, words in (("fr", "Vous avez dit"), ("en", "You said")):
        page = anybody.get(f"{link}/{language}")
        assert page.status_code == 200
        assert words in page.text
        assert "Set-Cookie" not in page.headers
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex">' in page.text
        assert "<script" not in page.text


def test_the_page_weighs_less_than_sixty_kilobytes_with_its_styles(
    site: Flask, manager: FlaskClient
) -> None:
    anybody = site.test_client()
    page = anybody.get(f"{_link(manager)}/fr").text
    styles = [anybody.get(path).data for path in re.findall(r'href="(/s/-/[^"]+)"', page)]
    assert len(styles) == 2
    assert sum(len(gzip.compress(part)) for part in (page.encode(), *styles)) < MOST_BYTES / 3
    assert len(page.encode()) + sum(map(len, styles)) < MOST_BYTES


def test_a_page_that_was_withdrawn_says_so_like_one_that_never_was(
    site: Flask, manager: FlaskClient
) -> None:
    link = _link(manager)
    manager.post(f"{HERE}/groups/employees/withdraw", data={"go": "1"})
    anybody = site.test_client()
    gone, never = anybody.get(f"{link}/fr"), anybody.get(f"/g/{'a' * 16}/fr")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert "Cette page n’est pas ouverte" in gone.text
    assert gone.text == never.text
    assert manager.get(f"{HERE}/groups/employees/poster.pdf").status_code == 404


def test_a_masked_group_is_thanked_and_told_no_figure(site: Flask, manager: FlaskClient) -> None:
    page = site.test_client().get(f"{_link(manager, 'neighbours')}/fr").text
    assert "Merci à toutes les personnes qui ont répondu." in page
    assert "Trop peu de réponses sont venues de votre groupe" in page
    assert "Énoncé" not in page
    assert "\u202f%" not in page


def test_the_poster_carries_the_link(manager: FlaskClient) -> None:
    _link(manager)
    made = manager.get(f"{HERE}/groups/employees/poster.pdf")
    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    assert made.data.startswith(b"%PDF")


def test_before_the_release_the_page_says_the_next_step(site: Flask, manager: FlaskClient) -> None:
    from tests import factories as make

    make.open_wave(site.extensions["corus"].store, "panier-2028")
    page = manager.get("/waves/panier-2028/given-back")
    assert page.status_code == 200
    assert "Il n’y a encore rien à restituer" in page.text
    assert manager.post("/waves/panier-2028/given-back/decisions", data=GOOD).status_code == 404


def test_an_address_misread_from_a_poster_leads_to_the_page(
    site: Flask, manager: FlaskClient
) -> None:
    link = _link(manager)
    led = site.test_client().get(f"{link.upper().replace('O', '0')}/FR.")
    assert (led.status_code, led.headers.get("Location")) == (302, f"{link}/fr")


def test_numbers_that_no_decision_has_find_nothing(manager: FlaskClient) -> None:
    for number in ("2147483647", "2147483648", "9" * 40):
        assert manager.get(f"{HERE}/decisions/{number}").status_code == 404
