"""Reading a form: each field into its value, and every fault at its field at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from corus.errors import Fault, InputError

CODE = "SET-001"
TOO_LONG = "This is too long."


class Typed:
    """What was sent, and what is wrong with it; ``check`` raises when all is read."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form = form
        self.faults: list[Fault] = []

    def wrong(self, column: str, message: str, hint: str = "") -> None:
        """Something is wrong with this field."""
        self.faults.append(Fault("", 0, CODE, message, hint, column))

    def check(self) -> None:
        """Raises ``InputError`` (``SET-001``) with every fault so far."""
        if self.faults:
            raise InputError(
                "Some answers need another look.", code=CODE, faults=self.faults
            )  # fmt: skip

    def text(self, name: str, *, longest: int = 200, missing: str = "") -> str:
        """One line or several, without signs that nobody types; ``missing`` is said of nothing."""
        found = clean(self.form.get(name, ""))
        if not found and missing:
            self.wrong(name, missing)
        if len(found) > longest:
            self.wrong(name, TOO_LONG, "Say it in fewer words.")
        return found

    def day(self, name: str) -> date | None:
        """A day, or None for an empty field."""
        sent = self.form.get(name, "").strip()
        try:
            return date.fromisoformat(sent) if sent else None
        except ValueError:
            self.wrong(name, "This is not a day.", "Write it like 2026-12-31.")
            return None

    def number(self, name: str, least: int, most: int, *, empty: int | None = None) -> int | None:
        """A whole number within bounds; ``empty`` for an empty field and for a fault."""
        sent = "".join(self.form.get(name, "").split())
        if not sent:
            return empty
        fits = sent.isascii() and sent.isdigit() and len(sent) <= 9
        if not fits or not least <= int(sent) <= most:
            self.wrong(name, "This number is out of bounds, or none.", "Use digits only.")
            return empty
        return int(sent)

    def many(self, name: str) -> tuple[str, ...]:
        """Everything ticked under this name, each once."""
        return tuple(dict.fromkeys(self.form.getlist(name)))


def clean(text: str) -> str:
    """``text`` without control characters; lines stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def shown(values: Mapping[str, object]) -> MultiDict[str, str]:
    """Stored values as a form shows them: days as ISO, nothing for what is unknown."""
    found: MultiDict[str, str] = MultiDict()
    for name, value in values.items():
        several = value if isinstance(value, tuple | list) else (value,)
        found.setlist(name, ["" if one is None else str(one) for one in several])
    return found
