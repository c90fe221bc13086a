"""How much a draft may hold, and what a typed text becomes before it is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from corus.domain.blanks import unfilled
from corus.errors import Fault, InputError

MAX_ITEMS = 150
MAX_DRAFTS = 30
"""Per organization."""
MAX_OPTIONS = 12
SENTENCE = 500
TITLE = 150
NOTICE = 3000
LONGEST_MINUTES = 60
BRACES = (
    "This text has braces { } that nothing fills in: people would read them as they are.",
    "Only {organization}, spelt with a z, is filled in. Write it so, or take the braces away.",
)
"""Fact and cure, keys of the catalogues."""


def clean(text: str) -> str:
    """The text without signs that nobody sees, its spaces made single.

    Narrow no-break spaces stay: French puts them before ``: ; ? ! %``.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    return re.sub(r"[ \t]+", " ", seen).strip()


def texts(said: Mapping[str, str]) -> dict[str, str]:
    """Every language's text, cleaned, with the spaces that its typography has."""
    return {language: _set(language, clean(text)) for language, text in said.items()}


def _set(language: str, text: str) -> str:
    """French puts narrow no-break spaces before ``: ; ? ! %`` and inside « »."""
    if language != "fr":
        return text
    return re.sub(r" (?=[:;?!%»])|(?<=«) ", "\u202f", text)


class Faults:
    """Collects everything wrong with a form, to be told at once, each at its field."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, field: str, fact: str, cure: str) -> None:
        """One thing wrong with ``field``; fact and cure are keys of the catalogues."""
        self.found.append(Fault("", 0, "DRF-001", fact, cure, field))

    def too_long(self, field: str, said: Mapping[str, str], most: int) -> None:
        """Texts over ``most`` characters."""
        if any(len(text) > most for text in said.values()):
            self.add(field, "This text is too long.", _CURE[most])

    def braces(self, field: str, said: Mapping[str, str]) -> None:
        """Texts with something between braces that nothing fills in."""
        if any(unfilled(text) for text in said.values()):
            self.add(field, *BRACES)

    def tell(self) -> None:
        """Raises ``InputError`` (``DRF-001``) with all of them, if there are any."""
        if self.found:
            raise InputError(
                "This cannot be kept yet.",
                hint="Nothing is lost: mend what each field says.",
                code="DRF-001", faults=self.found,
            )  # fmt: skip


_CURE = {
    SENTENCE: "Use 500 characters at most.",
    TITLE: "Use 150 characters at most.",
    NOTICE: "Use 3000 characters at most.",
}
