"""One way to the printer: a fixed template, data as JSON, tagged PDF out.

Nothing authored is ever pasted into typst source, so that a name like ``#read("/etc/passwd")``
is printed as it is written. Knows no wave and no database.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from babel import Locale, UnknownLocaleError

from corus.errors import CorusError, InputError

LOG = logging.getLogger(__name__)
FOLDER = Path(__file__).parent
STANDARDS: list[typst.PDFStandard] = ["ua-1"]
QR_MASK = 4
NO_TIME = 0
"""A fixed creation time: the same content gives the same bytes, and no hour is kept."""

STAND_IN = "\u25a1"
"""An empty box: in the place of a letter that no font has. Every machine can print it."""
USUAL = 0x24F
"""Latin letters end here: whatever comes before is printed by the font that typst brings."""

DRAWN = frozenset("🙁😐🙂✗◐✓")
"""Symbols beside answers that ``common.typ`` draws, so that no font has to have them."""

FONTS = (
    "Source Sans 3", "Noto Sans", "Liberation Sans", "Arial", "Helvetica", "DejaVu Sans",
    "Noto Naskh Arabic", "Noto Sans Arabic", "Noto Sans Hebrew", "Libertinus Serif",
)  # fmt: skip
"""Tried in this order. The last comes with typst, so that Latin scripts always print; letters
that none of them has are taken from any font of the machine, else a box stands for them."""

_LACKING = re.compile(r'the text `"(.*?)"` could not be displayed')
_PANIC = "PanicException"
"""What typst ends with where it is at fault itself: no ``Exception``, and no class to import."""


class NotLaidOutError(CorusError):
    """The printer failed at a document; the log says at what."""

    status = 500
    code = "DOC-005"


def print_pdf(template: str, data: Mapping[str, Any], language: str) -> bytes:
    """``template`` (a file of this folder) filled with ``data``, as PDF/UA-1.

    A letter that no font has is printed as a box, and only then does the document say what
    ``data["lacking"]`` holds: one sign of a name must not hold back everything else. Raises
    ``NotLaidOutError`` (``DOC-005``) where typst itself fails.
    """
    try:
        return _printed(template, {**data, "lacking": ""}, language)
    except InputError:
        return _printed(template, legible(data), language)


def _printed(template: str, data: Mapping[str, Any], language: str) -> bytes:
    with _told():
        made = typst.compile(
            FOLDER / template, root=FOLDER, font_paths=_fonts(), timestamp=NO_TIME,
            sys_inputs=_inputs(data, language), pdf_standards=STANDARDS,
        )  # fmt: skip
    return bytes(made)


def legible(data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` with a box for every letter that no font of this machine has."""
    found: dict[str, Any] = _boxed(data)
    return found


def lacking(*texts: str) -> str:
    """The letters of ``texts`` for which a box would be printed, each once."""
    letters = dict.fromkeys("".join(texts))
    return "".join(c for c in letters if c not in DRAWN and not _has(c))


def _boxed(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(c if _has(c) else STAND_IN for c in value)
    if isinstance(value, Mapping):
        return {key: one if _drawn(key, one) else _boxed(one) for key, one in value.items()}
    return [_boxed(one) for one in value] if isinstance(value, (list, tuple)) else value


def _drawn(key: str, value: Any) -> bool:
    return key == "symbol" and value in DRAWN


@cache
def _has(letter: str) -> bool:
    """Whether some font has this letter: asked of typst, which alone knows its fonts."""
    if letter in "\n\u202f" or (letter.isprintable() and ord(letter) <= USUAL):
        return True
    source = '#set document(title: "x")\n#sys.inputs.letter'
    try:
        typst.compile(
            source.encode(), font_paths=_fonts(), sys_inputs={"letter": letter},
            pdf_standards=STANDARDS,
        )  # fmt: skip
    except typst.TypstError:
        return False
    return True


def count_pages(template: str, data: Mapping[str, Any], language: str) -> int:
    """Pages that ``template`` would take; it says so itself, under the label ``<pages>``."""
    with _told():
        found = typst.query(
            FOLDER / template, "<pages>", field="value", one=True, root=FOLDER,
            font_paths=_fonts(), sys_inputs=_inputs(data, language),
        )  # fmt: skip
    return int(found)


def _inputs(data: Mapping[str, Any], language: str) -> dict[str, str]:
    filled = {**data, "script": script(language), "fonts": _families()}
    return {"data": json.dumps(filled, ensure_ascii=False)}


def script(language: str) -> dict[str, str]:
    """What typst needs to know of a language: its code, its territory, its direction."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return {"lang": language.partition("-")[0], "region": "", "dir": "ltr"}
    return {
        "lang": locale.language,
        "region": locale.territory or "",
        "dir": "rtl" if locale.text_direction == "rtl" else "ltr",
    }


def qr(address: str) -> str:
    """The QR code of an address, as SVG without margin; a seventh of it may be smudged."""
    drawn = io.BytesIO()
    # The mask is fixed: choosing the best of eight took five seconds per thousand letters, and
    # of 200 random addresses a reader read as many either way, blurred and tilted ones too.
    segno.make_qr(address, error="m", mask=QR_MASK).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


@cache
def _families() -> tuple[str, ...]:
    found = set(_fonts().families())
    return tuple(name for name in FONTS if name in found)


@contextmanager
def _told() -> Iterator[None]:
    """Failures of typst as errors in words; its panics too, which no ``except Exception`` takes."""
    try:
        yield
    except typst.TypstError as error:
        raise _unprintable(error) from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise _not_laid_out(error) from error


def _unprintable(error: typst.TypstError) -> CorusError:
    found = _LACKING.search(str(error))
    if found is None:
        return _not_laid_out(error)
    return InputError(
        "No font of this machine can print “{letters}”.", hint="Write it otherwise.",
        code="DOC-001", names={"letters": found[1]},
    )  # fmt: skip


def _not_laid_out(error: BaseException) -> CorusError:
    LOG.error("typst failed", exc_info=error)
    return NotLaidOutError(
        "This document could not be laid out: the fault is in the software, not in what you did.",
        hint="Tell who looks after this site: its log says what failed.",
    )
