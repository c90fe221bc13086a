"""Reading a saved dashboard as somebody else's program would: its figures, tables and numbers."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from lxml import html

from corus.domain.profile import Profile
from corus.services.exporting import exporters

Rows = list[list[str]]


def _saved(profile: Profile, language: str) -> Any:
    """The page as it is written by ``corus export --as dashboard.html`` and read again."""
    page = exporters()["dashboard.html"].write(profile, language).decode()
    return html.document_fromstring(page)


class Page:
    """One saved dashboard."""

    def __init__(self, profile: Profile, language: str) -> None:
        self.tree, self.language = _saved(profile, language), language

    def figure(self, place: str) -> dict[str, Any]:
        """The data of a figure, as a browser reads it."""
        [script] = self.tree.xpath(f"//script[@id='data-{place}']")
        found: dict[str, Any] = json.loads(script.text)
        return found

    def figures(self) -> list[str]:
        """The place of every figure of the page."""
        return [i.removeprefix("data-") for i in self.tree.xpath("//script/@id")]

    def table(self, path: str) -> Rows:
        """Cells of the body of the one table at ``path``, row heads included."""
        [table] = self.tree.xpath(path)
        return [self.row(row) for row in table.xpath("./tbody/tr")]

    def row(self, row: Any) -> list[str]:
        """The texts of a row, one per cell."""
        return [_text(cell) for cell in row.xpath("./th | ./td")]

    def by_id(self, name: str) -> Any:
        """The element of that id, or None."""
        return next(iter(self.tree.xpath(f"//*[@id='{name}']")), None)

    def numbers(self, text: str) -> list[Decimal]:
        """Every number printed in a text, with the decimals it is printed with."""
        plain = text.replace("−", "-")
        if self.language == "fr":
            plain = re.sub(r"(?<=\d)\u202f(?=\d{3})", "", plain)
            plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
        else:
            plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
        return [Decimal(n) for n in re.findall(r"(?<![\w])-?\d+(?:\.\d+)?", plain)]


def _text(cell: Any) -> str:
    """Its words, each part on a line of its own: a number is never glued to the next one."""
    parts = [part for part in cell.itertext() if part.strip()]
    return "\n".join(" ".join(part.split(" ")).strip() for part in parts)


def prints(printed: list[Decimal], *known: float) -> bool:
    """Whether these are the known numbers, each rounded to the decimals it is printed with."""
    if len(printed) != len(known):
        return False
    pairs = zip(printed, known, strict=True)
    return all(abs(p - _exact(k)) <= _half(p) for p, k in pairs)


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _half(printed: Decimal) -> Decimal:
    exponent = printed.as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1)
