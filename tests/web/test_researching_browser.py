"""The researcher’s page and the reference in a real browser: axe, small screens, a download."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from corus.app import create_app
from corus.config import Settings
from tests.web import workspace_factories as workspace

pytestmark = pytest.mark.browser
WAVE = "panier-2026"
PAGES = {"single-answers": f"/waves/{WAVE}/single-answers", "reference": "/api/v1/reference"}
Site = tuple[str, Flask]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("researching")
    app = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"k" * 32))
    workspace.released(app, WAVE)
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


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_or_stands_in_a_reader_s_way(
    browser: Browser, site: Site, name: str, width: int, tmp_path: Path
) -> None:
    who = workspace.account(site[1], ["researcher"], email=f"{name}-{width}@panier.example")
    size = {"width": width, "height": 800}
    page = workspace.open_page(browser, site[1], site[0], who, viewport=size)
    page.goto(PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    folder = Path(os.environ.get("CORUS_SCREENSHOTS", tmp_path))
    page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    page.context.close()


def test_a_researcher_takes_the_answers_with_the_keyboard_alone(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    who = workspace.account(site[1], ["researcher"], email="keys@panier.example")
    page = workspace.open_page(browser, site[1], site[0], who)
    page.goto(PAGES["single-answers"])
    page.get_by_label("Qui les reçoit").focus()
    page.keyboard.type("Laboratoire des Hauts")
    page.keyboard.press("Tab")
    page.keyboard.type("Thèse sur l’écoute")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    path = tmp_path / "taken.zip"
    waiting.value.save_as(path)
    assert f"{WAVE}-answers.parquet" in zipfile.ZipFile(path).namelist()
    page.context.close()


def test_what_was_wrong_is_no_longer_marked_once_the_file_has_arrived(
    browser: Browser, site: Site
) -> None:
    who = workspace.account(site[1], ["researcher"], email="mended@panier.example")
    page = workspace.open_page(browser, site[1], site[0], who)
    page.goto(PAGES["single-answers"])
    page.evaluate(
        "document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })"
    )
    page.get_by_role("button", name="zip").click()
    page.locator(".wrong").first.wait_for()
    page.get_by_label("Qui les reçoit").fill("Laboratoire")
    page.get_by_label("Pour quoi faire").fill("Thèse")
    with page.expect_download():
        page.get_by_role("button", name="zip").click()
    assert page.locator(".wrong, .alert, .faulty, [aria-invalid]").count() == 0
    page.context.close()
