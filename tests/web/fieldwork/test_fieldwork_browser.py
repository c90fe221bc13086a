"""Fieldwork in a real browser: fresh by itself, whole at 360 px, nothing in a reader's way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from corus.app import create_app
from corus.config import Settings
from corus.store import queries
from corus.store.writer import store_rows
from tests import factories as make
from tests.web import workspace_factories as people

pytestmark = pytest.mark.browser
HOUSE = "/organizations/le_panier_des_hauts"
BOARD = "/waves/panier-2026/fieldwork"
OPENED = datetime.now(UTC).date() - timedelta(days=9)


def _answers(app: Flask, n: int, **changes: object) -> None:
    with app.extensions["corus"].store.writing() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        wave.opened_on = OPENED
        store_rows(session, [make.response(wave.id, **changes) for _ in range(n)])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Flask]]:
    folder: Path = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32))
    make.open_wave(app.extensions["corus"].store)
    for n, day in ((7, 0), (9, 3), (12, 5)):
        _answers(app, n, received_on=OPENED + timedelta(days=day), mode="paper", channel="paper")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["corus"].store.engine.dispose()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def _page(browser: Browser, site: tuple[str, Flask], width: int = 1280) -> Page:
    address, app = site
    return people.open_page(browser, app, address, viewport={"width": width, "height": 800})


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_fieldwork_scrolls_sideways_or_stands_in_a_reader_s_way(
    browser: Browser, site: tuple[str, Flask], width: int
) -> None:
    page = _page(browser, site, width)
    for path in (BOARD, f"{BOARD}/invitations", f"{BOARD}/print", "/waves/panier-2026/paper/fr"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert [v["id"] for v in Axe().run(page).response["violations"]] == [], path
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_name_without_a_space_in_it_widens_no_page(
    browser: Browser, site: tuple[str, Flask], width: int
) -> None:
    name = f"Association{'intercommunale' * 12}"
    page = _page(browser, site, width)
    _call(site[1], name)
    paths = (
        BOARD, f"{BOARD}/invitations", "/waves/panier-2026/paper/fr", "/account", "/help",
        f"{HOUSE}/people", f"{HOUSE}/log", "/s/panier-2026/employees/fr",
    )  # fmt: skip
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.locator("body").inner_text().count(name) >= 1
    language = page.get_by_role("link", name="English").bounding_box()
    assert language
    assert language["width"] > language["height"]
    _call(site[1], "Le Panier des Hauts")
    page.context.close()


def _call(app: Flask, name: str) -> None:
    with app.extensions["corus"].store.writing() as session:
        queries.wave_by_code(session, "panier-2026").organization.name = name


def test_the_board_looks_again_after_a_minute_and_keeps_what_was_unfolded(
    browser: Browser, site: tuple[str, Flask]
) -> None:
    page = _page(browser, site)
    page.clock.install()
    page.goto(BOARD)
    assert page.get_by_text("Cette page s’actualise d’elle-même chaque minute.").is_visible()
    page.get_by_text("Les mêmes nombres, soir après soir").click()
    page.get_by_role("heading", level=1).click()
    page.evaluate("document.activeElement.blur()")
    row = page.locator("table.reached tbody tr").nth(1)
    assert "n < 5" in row.inner_text()
    _answers(site[1], 6, group="neighbours", received_on=datetime.now(UTC).date())
    page.clock.fast_forward(61_000)
    row.get_by_text("≥ 5").wait_for()
    assert page.locator("#evenings").get_attribute("open") is not None
    page.context.close()


def test_nobody_is_asked_anything_while_the_page_is_hidden(
    browser: Browser, site: tuple[str, Flask]
) -> None:
    page = _page(browser, site)
    page.clock.install()
    page.goto(BOARD)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.clock.fast_forward(300_000)
    assert asked == []
    page.context.close()
