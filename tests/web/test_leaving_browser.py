"""Another language never empties a form without a word, with scripts or without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, expect

from corus.app import create_app
from corus.config import Settings
from corus.services import waves
from tests.web import respond_factories as make
from tests.web import workspace_factories as people

NEW = "/organizations/le_panier/waves/new"
LOG = "/organizations/le_panier/log"
SENTENCE = "Changer de langue efface ce qui est saisi sur cette page et pas encore envoyé."


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    with made.extensions["corus"].store.writing() as session:
        waves.create_organization(session, "Le Panier")
    yield made
    made.extensions["corus"].store.engine.dispose()


def test_only_pages_with_something_to_type_say_that_another_language_empties_them(
    app: Flask,
) -> None:
    manager = people.signed_in(app)
    for page in (NEW, "/organizations/le_panier", "/organizations/le_panier/people", "/account"):
        told = manager.get(page).text
        has_fields = ' id="f-' in told
        assert (SENTENCE in told, "leaving" in told) == (has_fields, has_fields)
    assert SENTENCE in manager.get(NEW).text
    assert SENTENCE not in manager.get(LOG).text


@pytest.fixture
def page(app: Flask, chrome: Browser) -> Iterator[Page]:
    with make.serving(app) as address:
        opened = people.open_page(chrome, app, address)
        yield opened
        opened.context.close()


def _asked(page: Page, *, leave: bool) -> list[str]:
    """What the browser asks from now on, each answered so."""
    found: list[str] = []

    def answer(dialog: Dialog) -> None:
        found.append(dialog.type)
        dialog.accept() if leave else dialog.dismiss()

    page.on("dialog", answer)
    return found


@pytest.mark.browser
def test_the_browser_asks_before_another_language_empties_what_was_typed(page: Page) -> None:
    asked = _asked(page, leave=False)
    page.goto(NEW)
    page.get_by_label("Titre").fill("Notre regard")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Titre")).to_have_value("Notre regard")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/groups")
    assert asked == ["beforeunload"]


@pytest.mark.browser
def test_a_page_that_came_back_with_faults_is_asked_about_too(page: Page) -> None:
    asked = _asked(page, leave=True)
    page.goto(NEW)
    page.get_by_label("Titre").fill("")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".wrong").first).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert asked == ["beforeunload"]


@pytest.mark.browser
def test_nothing_is_asked_where_nothing_was_typed(page: Page) -> None:
    asked = _asked(page, leave=False)
    page.goto(NEW)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert asked == []
