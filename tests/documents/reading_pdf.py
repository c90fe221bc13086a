"""Reading a PDF back, as another program would: its words, its tags, its pages."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

NEEDED = "pdftotext is not installed: apt-get install poppler-utils"


class Printed(str):
    """What a sheet says; looking for a sentence in it forgives how spaces were set."""

    def __contains__(self, sentence: object) -> bool:
        return super().__contains__(plain(str(sentence)))

    def count(self, sentence: str) -> int:  # type: ignore[override]
        return super().count(plain(sentence))

    def index(self, sentence: str, start: int = 0) -> int:  # type: ignore[override]
        return super().index(plain(sentence), start)


def words_of(pdf: bytes) -> Printed:
    """Every word of the PDF, in reading order."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip(NEEDED)
    done = subprocess.run([reader, "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return Printed(plain(done.stdout.decode()))


def plain(text: str) -> str:
    """A sentence whatever its line ends, and without the narrow spaces that readers drop."""
    spaced = " ".join(text.split())
    return re.sub(r" (?=[:;?!%»])|(?<=[«°]) |(?<=\d) (?=\d{3}\b)", "", spaced)


def pages_of(pdf: bytes) -> int:
    """Number of pages."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def tags_of(pdf: bytes) -> dict[str, int]:
    """How many structure elements of each kind a screen reader finds."""
    found: dict[str, int] = {}
    for tag in re.findall(rb"/S/([A-Z][A-Za-z0-9]*)", pdf):
        found[tag.decode()] = found.get(tag.decode(), 0) + 1
    return found


def language_of(pdf: bytes) -> str:
    """The language in which a screen reader reads the document."""
    found = re.search(rb"/Type/Catalog[^>]*/Lang\s*\((.*?)\)", pdf)
    return found[1].decode() if found else ""


def is_accessible(pdf: bytes) -> bool:
    """Tagged, titled, and declared PDF/UA-1 (which the printer checks while it writes)."""
    marks = (b"/StructTreeRoot", b"/Marked true", b"<pdfuaid:part>1<", b"/DisplayDocTitle true")
    return all(mark in pdf for mark in marks)
