"""Setting up in a real browser: by keyboard alone, nothing for axe to find, nothing wider than a
phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from corus.app import create_app
from corus.config import Settings
from tests.web import workspace_factories as people

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    folder: Path = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
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


def check(page: Page) -> None:
    """Nothing for axe to find, and no sideways scrolling on a phone."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def reach(page: Page, selector: str) -> None:
    """Go there with the tabulator alone, as somebody without a mouse does."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"the tabulator never reaches {selector}")


def fill(page: Page, name: str, text: str) -> None:
    reach(page, f"[name='{name}']")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def press(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def go_on(page: Page) -> None:
    reach(page, "main form.card button")
    press(page)


def test_from_nothing_to_an_open_wave_by_keyboard_on_a_phone(
    site: tuple[Flask, str], browser: Browser
) -> None:
    app, address = site
    page = people.open_page(browser, app, address, people.account(app, []), viewport=PHONE)
    page.goto("/")
    check(page)
    fill(page, "number", "123")
    go_on(page)
    expect(page.locator("#f-number-wrong")).to_be_visible()
    check(page)
    fill(page, "name", "Le Panier des Hauts")
    reach(page, "[name=legal_form]")
    page.keyboard.type("Fondation")
    fill(page, "number", "732 829 320")
    go_on(page)
    check(page)
    go_on(page)
    check(page)
    reach(page, "[value=employees]")
    page.keyboard.press("Space")
    fill(page, "people-employees", "41")
    go_on(page)
    check(page)
    reach(page, "button[value=open]")
    press(page)
    expect(page.locator(".wrong")).to_have_count(5)
    check(page)
    page.locator("[name=employees_informed]").fill(datetime.now(UTC).date().isoformat())
    for name in ("cse", "minors", "protected_adults"):
        reach(page, f"[name={name}]")
        page.keyboard.press("Space")
    fill(page, "results_seen_by", "Le conseil")
    press(page)
    # The key Enter in a field keeps what was typed; opening takes its own button.
    expect(page.locator("h1")).to_have_text("Avant d’interroger")
    reach(page, "button[value=open]")
    press(page)
    expect(page.locator("h1")).to_have_text("La vague est ouverte")
    check(page)
    wave = page.url.rpartition("/")[0]
    for place in ("settings", "groups", "opening", "close", "publish", "put_away"):
        page.goto(f"{wave}/{place}")
        check(page)
    page.goto("/organizations/le_panier_des_hauts/about")
    expect(page.locator("[name=legal_form]")).to_have_value("Fondation")
    check(page)
