"""A demonstration served to a real browser, with one person of each role; every page looked at.

Each page that a journey comes by is checked with axe, for width, and for what the browser complains
of; its screenshot is kept under ``tests/artefacts/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from corus.app import create_app
from corus.config import Settings
from corus.services import demo, publishing, releasing, responding
from corus.store import queries
from tests.factories import close_wave
from tests.web import respond_factories as make
from tests.web import workspace_factories as people

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@dataclass
class Visit:
    """A page in which somebody is on their way, and what was noticed on it."""

    page: Page
    name: str
    noticed: list[str] = field(default_factory=list)
    seen: int = 0

    def look(self, what: str) -> None:
        """Check the page as it stands, and keep its picture."""
        self.seen += 1
        ARTEFACTS.mkdir(exist_ok=True)
        place = ARTEFACTS / f"{self.name}-{self.seen:02}-{what}.png"
        self.page.screenshot(path=place, full_page=True)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > (self.page.viewport_size or DESKTOP)["width"]:
            self.noticed.append(f"{what}: {width} px wide")
        for found in Axe().run(self.page).response["violations"]:
            where = [node["target"] for node in found["nodes"][:3]]
            self.noticed.append(f"{what}: {found['id']} {where}")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration's waves: one released, one open; its sample accounts."""
    folder = tmp_path_factory.mktemp("journeys")
    settings = Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"j" * 32, demo=True)
    app = create_app(settings)
    store = app.extensions["corus"].store
    with store.writing() as session:
        demo.prepare(session, people.today())
        wave = queries.wave_by_code(session, demo.WAVE)
        instrument = publishing.load_version(wave.published).instrument
    for person in demo.respondents(instrument):
        page = responding.questionnaire(store, demo.WAVE, person.group, person.variant)
        responding.submit(store, page, "fr", person.submission_id, person.form)
    close_wave(store, demo.WAVE)
    with store.writing() as session:
        releasing.release(session, demo.WAVE, people.today())
    yield app
    store.engine.dispose()


@pytest.fixture(scope="session")
def address(demonstration: Flask) -> Iterator[str]:
    """Where it is served."""
    with make.serving(demonstration) as place:
        yield place


@pytest.fixture
def visit(chrome: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Callable]:
    """Opens a browser for one person; at the end nothing was noticed and nothing complained of."""
    opened: list[Visit] = []
    said: list[str] = []

    def start(name: str, size: dict[str, int] = DESKTOP, language: str = "fr", **more) -> Visit:  # type: ignore[no-untyped-def]
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        context = chrome.new_context(base_url=address, viewport=size, locale=locale, **more)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request",
            lambda r: r.url.startswith((address, "data:", "blob:")) or said.append(r.url),
        )
        found = Visit(page, f"{name}-{language}-{size['width']}")
        opened.append(found)
        return found

    yield start
    for one in opened:
        one.page.context.close()
    assert [n for one in opened for n in one.noticed] == []
    assert said == []
