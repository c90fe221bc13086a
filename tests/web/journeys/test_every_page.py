"""Every page of every role in a browser: axe, width at 360 px and at 200 % zoom, both languages."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from corus.domain.roles import ALLOWS, Permission, Role
from corus.services import demo
from corus.web.access.needs import PUBLIC_BLUEPRINTS, needed
from tests.web import workspace_factories as people
from tests.web.journeys.conftest import PHONE

pytestmark = pytest.mark.browser

FILES = re.compile(r"\.(pdf|csv|zip|xlsx|json|html|svg|png)$")


def _pages(app: Flask, role: str) -> list[str]:
    """Addresses of pages that this role may see, and no other role before it in the list."""
    found = []
    for place, rule in people.addresses(app, "GET", wave=demo.WAVE):
        needs = needed(app.view_functions[rule.endpoint])
        if rule.endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS or place.startswith("/assets/"):
            continue
        if needs == "public" or not isinstance(needs, Permission):
            continue
        allowed = ALLOWS[Role(role)] if role != "admin" else {Permission.INSTANCE}
        if needs is Permission.OWN or needs in allowed:
            found.append(place)
    return found


def _is_a_part(page: Page) -> bool:
    """Pieces that a script puts into a page are looked at there, not alone without its styles."""
    return not page.locator("link[rel=stylesheet]").count()


@pytest.mark.parametrize(
    ("role", "language"), [("manager", "fr"), ("researcher", "en"), ("admin", "fr"),
                           ("accreditor", "en"), ("facilitator", "en")],
)  # fmt: skip
def test_no_page_stands_in_anybodys_way(
    demonstration: Flask, address: str, chrome: Browser, role: str, language: str
) -> None:
    who = people.account(
        demonstration, [] if role == "admin" else [role], admin=role == "admin",
        language=language, email=f"{role}@journeys.example",
    )  # fmt: skip
    context = people.open_context(chrome, demonstration, address, who, viewport=PHONE)
    page, noticed, seen = context.new_page(), [], 0
    for place in _pages(demonstration, role):
        if FILES.search(place) or ("/api/" in place and "reference" not in place):
            continue
        answer = page.goto(place)
        assert answer is not None
        if "html" not in answer.headers.get("content-type", "") or _is_a_part(page):
            continue
        seen += 1
        assert answer.status < 500, place
        # 360 px is also a window of 720 px at 200 % zoom.
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            noticed.append(f"{place}: {width} px")
        for found in Axe().run(page).response["violations"]:
            noticed.append(f"{place}: {found['id']} {found['nodes'][0]['target']}")
    context.close()
    assert seen >= 3
    assert noticed == []
