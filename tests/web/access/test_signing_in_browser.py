"""Signing in, in a browser: a clerk whose session ends while they type, and pages that forge forms.

On plain http, in a house without a certificate, and on a machine's own name, where browsers say
more of where a form comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, expect, sync_playwright

from corus.store.models import PaperEntry
from tests.web import entering_factories as paper
from tests.web import respond_factories as make
from tests.web import workspace_factories as people

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
HOST = "desk.example"
"""Not the machine's own name: what browsers keep from pages without TLS, they keep here."""

NEIGHBOURS = {
    "127.0.0.1": ("127.0.0.1",),
    HOST: (HOST, f"other.{HOST}", "elsewhere.test"),
}
"""Where the house is, and where pages stand that forge forms: always at another port."""


def test_what_a_clerk_typed_goes_through_signing_in_without_tls(tmp_path, chromium):
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
        who = people.with_password(app, people.account(app, ["facilitator"]))
        page.get_by_label("Adresse électronique").fill(who.email)
        page.get_by_label("Mot de passe").fill("guess")
        page.keyboard.press("Enter")
        expect(page.get_by_text("ne vont pas ensemble")).to_be_visible()
        page.get_by_label("Mot de passe").fill(people.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("a été saisie une fois")).to_be_visible()
        # Loaded again, the same form is sent again, and is still one of ours.
        assert page.reload().status != 403
        browser.close()
        with app.extensions["corus"].store.reading() as session:
            [kept] = session.query(PaperEntry).all()
        assert "Calme, et" in str(kept.document)


class Stage(NamedTuple):
    """A house with one sheet typed, a page elsewhere, and what that page's server received."""

    app: Flask
    port: str
    other_port: str
    received: list[str]
    browser: Browser

    def sheets(self) -> int:
        with self.app.extensions["corus"].store.reading() as session:
            return session.query(PaperEntry).count()


@contextmanager
def _stage(folder: Path, chromium: str) -> Iterator[Stage]:
    args = ["--no-sandbox", "--host-resolver-rules=MAP *.example 127.0.0.1, MAP *.test 127.0.0.1"]
    elsewhere, received = Flask("elsewhere"), []

    @elsewhere.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @elsewhere.route("/<path:path>", methods=["GET", "POST"])
    def note(path: str) -> str:
        received.append(request.get_data(as_text=True))
        return "<title>elsewhere</title>"

    with ExitStack() as opened:
        app = opened.enter_context(paper.house(folder))
        ours = opened.enter_context(make.serving(app))
        theirs = opened.enter_context(make.serving(elsewhere))
        playwright = opened.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=args)
        opened.callback(browser.close)
        typed = paper.COVER | paper.ANSWERS
        assert paper.clerk(app).post(f"{paper.DESK}/typed", data=typed).status_code == 200
        ports = [address.rpartition(":")[2] for address in (ours, theirs)]
        yield Stage(app, *ports, received, browser)


def _send(page: Page, address: str, fields: dict[str, str], policy: str = "") -> None:
    """What a page elsewhere can do: make a form, and send it without being asked."""
    script = """([address, fields, policy]) => {
        const form = document.createElement("form");
        if (policy) document.head.insertAdjacentHTML("beforeend",
            `<meta name="referrer" content="${policy}">`);
        Object.assign(form, { method: "post", action: address });
        for (const [name, value] of Object.entries(fields)) {
            const box = document.createElement("textarea");
            Object.assign(box, { name, value });
            form.append(box);
        }
        document.body.append(form);
        form.submit();
    }"""
    with page.expect_navigation():
        page.evaluate(script, [address, fields, policy])


def test_no_page_elsewhere_acts_in_the_name_of_a_clerk(tmp_path, chromium):
    with _stage(tmp_path, chromium) as stage:
        for house, elsewhere in NEIGHBOURS.items():
            ours = f"http://{house}:{stage.port}"
            page = paper.enter(stage.browser, stage.app, ours, DESKTOP)
            for place, policy in product(elsewhere, ("", "no-referrer", "unsafe-url")):
                page.goto(f"http://{place}:{stage.other_port}/")
                _send(page, f"{ours}{paper.DESK}/void", {"sheet": "42"}, policy)
                assert page.url.startswith(ours)
                assert stage.sheets() == 1, (house, place, policy)


@pytest.mark.parametrize("house", NEIGHBOURS)
def test_a_page_of_ours_does_what_the_clerk_asks_and_may_be_loaded_again(tmp_path, chromium, house):
    with _stage(tmp_path, chromium) as stage:
        page = paper.enter(stage.browser, stage.app, f"http://{house}:{stage.port}", DESKTOP)
        page.goto(paper.DESK)
        _send(page, f"{paper.DESK}/void", {"sheet": "42"})
        assert stage.sheets() == 0
        # The sheet is gone by now; what matters is that the form is still taken for ours.
        assert page.reload().status == 404


def test_no_page_elsewhere_has_the_password_sent_to_it(tmp_path, chromium):
    with _stage(tmp_path, chromium) as stage:
        people.with_password(stage.app)
        there = f"{HOST}:{stage.other_port}"
        for way in ("/\t/", "//", "/\\", "http://"):
            page = stage.browser.new_context(locale="fr-FR").new_page()
            page.goto(f"http://{there}/")
            crafted = {"signin.again": "1", "signin.next": f"{way}{there}/", "sheet": "42"}
            _send(page, f"http://{HOST}:{stage.port}/sign-in", crafted)
            assert page.url.startswith(f"http://{HOST}:{stage.port}/")
            assert page.get_by_text("WEB-403").count() == 1
            assert page.get_by_label("Mot de passe").count() == 0
        assert not any("horloge" in body for body in stage.received)
