"""Two ways through a page, with the same words: by keyboard alone, and with a pointer."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Page

A_DAY = "01012026"
"""The first of January, the same whichever of day and month a browser asks first."""


class Way(Protocol):
    """How somebody fills a form and goes on."""

    def fill(self, name: str, text: str) -> None:
        """Writes into a field."""

    def day(self, name: str) -> None:
        """Gives a field of a day ``A_DAY``."""

    def choose(self, name: str, label: str) -> None:
        """Takes the option of a list that begins so."""

    def tick(self, selector: str) -> None:
        """Ticks a box."""

    def press(self, selector: str) -> None:
        """Follows a link or a button to the next page."""


class Keyboard:
    """Tabulator, space, enter and letters: no pointer ever."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, selector: str) -> None:
        """Goes there with the tabulator, from where the page put the focus."""
        for _ in range(400):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the tabulator never reaches {selector} on {self.page.url}")

    def fill(self, name: str, text: str) -> None:
        self.reach(f"[name='{name}']")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def day(self, name: str) -> None:
        self.reach(f"[name='{name}']")
        self.page.keyboard.type(A_DAY)

    def choose(self, name: str, label: str) -> None:
        self.reach(f"[name='{name}']")
        self.page.keyboard.type(label)

    def tick(self, selector: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Space")

    def press(self, selector: str) -> None:
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


class Pointer:
    """A finger or a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def fill(self, name: str, text: str) -> None:
        self.page.locator(f"[name='{name}']").fill(text)

    def day(self, name: str) -> None:
        self.fill(name, f"{A_DAY[4:]}-{A_DAY[2:4]}-{A_DAY[:2]}")

    def choose(self, name: str, label: str) -> None:
        options = self.page.locator(f"[name='{name}'] option")
        said = next(one for one in options.all_inner_texts() if one.startswith(label))
        self.page.locator(f"[name='{name}']").select_option(label=said)

    def tick(self, selector: str) -> None:
        self.page.locator(selector).check()

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
