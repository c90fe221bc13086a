"""A clerk at the keyboard: opens the door, starts sheets, types them, counts what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from corus.app import create_app
from corus.authoring import load_instrument
from corus.config import Settings
from corus.services import waves
from tests.factories import DAY
from tests.web import respond_factories as make
from tests.web import workspace_factories as people

DESK = "/waves/panier-2026/paper/fr"
COVER = {
    "sheet": "42", "clerk": "Ana", "group": "employees", "variant": "standard",
    "sheet_language": "fr", "mode": "paper", "typing": "1",
}  # fmt: skip
SECOND = COVER | {"clerk": "Boris", "typing": "2"}
ANSWERS = {"q.mutual_help": "4", "q.hidden_power": "dont_know", "q.story": "Un jardin."}


@contextmanager
def house(folder: Path) -> Iterator[Flask]:
    """The whole application: an open wave with every type, a shipped, a draft and a closed one."""
    app = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"k" * 32))
    store = app.extensions["corus"].store
    make.wave(store, make.every_type())
    make.wave(store, load_instrument(make.SHIPPED), "shipped-2026")
    for code in ("closed-2026", "archived-2026"):
        make.wave(store, make.every_type(), code)
        with store.writing() as session:
            waves.close_wave(session, code, DAY)
    with store.writing() as session:
        waves.archive_wave(session, "archived-2026", DAY)
    yield app
    store.engine.dispose()


def clerk(app: Flask) -> FlaskClient:
    """Somebody who does fieldwork, and sends forms from pages of the site."""
    return people.signed_in(app, "facilitator")


class Keyboard:
    """A page driven by keys alone, which counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def __call__(self, *keys: str) -> None:
        """Press keys one after the other; a text of several letters in angle quotes is typed."""
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type a text: as many keys as letters."""
        self.pressed += len(text)
        self.page.keyboard.type(text)

    def since(self, before: int) -> int:
        """Keys pressed since the count stood at ``before``."""
        return self.pressed - before


def enter(browser: Browser, app: Flask, address: str, size: dict[str, int]) -> Page:
    """A browser in which somebody who does fieldwork is signed in."""
    who = people.account(app, ["facilitator"])
    page = people.open_page(browser, app, address, who, viewport=size)
    page.goto("/")
    return page
