"""A clerk on plain http, in a house without a certificate, whose cookie ends while they type."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect, sync_playwright

from corus.store.models import PaperEntry
from tests.web import entering_factories as paper
from tests.web import respond_factories as make

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
HOST = "desk.example"
"""Not the machine's own name: what browsers keep from pages without TLS, they keep here."""


def test_what_a_clerk_typed_goes_through_the_door_without_tls(tmp_path, chromium):
    args = ["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
    with (
        paper.house(tmp_path) as app,
        make.serving(app) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=args)
        page = paper.enter(browser, app, address.replace("127.0.0.1", HOST), DESKTOP)
        page.goto(paper.DESK)
        page.get_by_label("Numéro de la feuille").fill("7")
        page.keyboard.press("Tab")
        page.keyboard.type("Ana")
        page.keyboard.press("Enter")
        expect(page.locator("form.keys")).to_be_visible()
        assert page.evaluate("isSecureContext") is False
        page.locator("textarea").first.evaluate("box => box.value = 'Calme, et\\nla cour.'")
        page.context.clear_cookies()
        page.locator("form.keys").evaluate("form => form.submit()")
        page.get_by_label("Code").fill(app.extensions["corus"].settings.access_code)
        page.keyboard.press("Enter")
        expect(page.get_by_text("a été saisie une fois")).to_be_visible()
        browser.close()
        with app.extensions["corus"].store.reading() as session:
            [kept] = session.query(PaperEntry).all()
        assert "Calme, et" in str(kept.document)
