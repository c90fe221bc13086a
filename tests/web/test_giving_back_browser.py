"""Giving back and help in a real browser: nothing for axe to find, nothing wider than a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from corus.app import create_app
from corus.config import Settings
from corus.services.giving_back import decisions, links
from corus.services.giving_back.decisions import Draft
from tests.factories import DAY
from tests.services.giving_back import waves
from tests.web import workspace_factories as people

pytestmark = pytest.mark.browser
HERE = f"/waves/{waves.FIRST}/given-back"


def _ready(app: Flask) -> None:
    """Two waves, a decision that is done, and the pages of both groups handed out."""
    store, key = app.extensions["corus"].store, app.extensions["corus"].settings.key(links.KEY)
    waves.released(store, {"employees": waves.spread(16, 4), "neighbours": waves.spread(1, 2)})
    by = waves.manager(store)
    done = Draft("Ouvrir.", "Le conseil", about="needs", state="done", outcome="Ouvert.")
    with store.writing() as session:
        decisions.write(session, waves.FIRST, done, DAY, by=by)
        for group in ("employees", "neighbours"):
            links.share(session, key, waves.FIRST, group, DAY, by=by)
    waves.released(store, {"employees": waves.spread(3, 17)}, waves.SECOND)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    folder: Path = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32))
    _ready(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page(site: tuple[Flask, str], browser: Browser) -> Iterator[Page]:
    app, address = site
    size = {"width": 360, "height": 780}
    opened = people.open_page(browser, app, address, people.account(app), viewport=size)
    yield opened
    opened.close()


def _paths(app: Flask) -> list[str]:
    key = app.extensions["corus"].settings.key(links.KEY)
    shared = [links.token(key, waves.FIRST, group) for group in ("employees", "neighbours")]
    public = [f"/g/{token}/{language}" for token in shared for language in ("fr", "en")]
    own = [HERE, f"{HERE}/decisions/1", f"{HERE}/groups/employees"]
    return [*own, *public, "/help", "/nowhere"]


def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(
    site: tuple[Flask, str], page: Page
) -> None:
    for path in _paths(site[0]):
        page.goto(path)
        assert Axe().run(page).response["violations"] == [], path
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) == 0, path


def test_a_manager_writes_a_decision_and_hands_the_page_out_by_keyboard(page: Page) -> None:
    page.goto(HERE)
    page.locator("summary").press("Enter")
    page.get_by_label("Ce qui est décidé").fill("Un local à vélos.")
    page.get_by_label("Qui s’en occupe").fill("La gérance")
    page.get_by_role("button", name="Enregistrer la décision").press("Enter")
    page.get_by_text("La décision est enregistrée.").wait_for()
    page.get_by_role("link", name="Voir la page : Riverains").press("Enter")
    assert page.get_by_text("Un local à vélos.").is_visible()
    page.get_by_role("link", name="Retour à la restitution").press("Enter")
    page.get_by_role("button", name="La fermer : Riverains").press("Enter")
    page.get_by_text("La page est fermée").wait_for()
