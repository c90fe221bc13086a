"""The last pass over the file: alternative texts, fixed times; the same content, the same bytes.

Knows the parts of an OOXML package, and nothing of what they show.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import PurePosixPath

from lxml import etree
from openpyxl import Workbook

_DRAWING_NS = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_TERMS_NS = "http://purl.org/dc/terms/"
_DRAWING = re.compile(r"xl/drawings/drawing(\d+)\.xml")


def package(book: Workbook, alternatives: Sequence[Sequence[str]], day: date) -> bytes:
    """Save ``book`` as of ``day``.

    ``alternatives`` holds, for each drawing of the workbook in order, the alternative text of each
    of its charts.
    """
    saved = io.BytesIO()
    book.save(saved)
    result = io.BytesIO()
    moment = (max(day.year, 1980), day.month, day.day, 0, 0, 0)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, date_time=moment)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            new.writestr(part, _finished(name, old.read(name), alternatives, day))
    return result.getvalue()


def _finished(name: str, content: bytes, alternatives: Sequence[Sequence[str]], day: date) -> bytes:
    if name == "docProps/core.xml":
        return _dated(content, day)
    drawing = _DRAWING.fullmatch(str(PurePosixPath(name)))
    return _described(content, alternatives[int(drawing[1]) - 1]) if drawing else content


def _dated(content: bytes, day: date) -> bytes:
    """Creation and change on the day of the release, not at the moment of saving."""
    root = etree.fromstring(content)
    for tag in ("created", "modified"):
        for element in root.findall(f"{{{_TERMS_NS}}}{tag}"):
            element.text = datetime(day.year, day.month, day.day).isoformat() + "Z"
    return _xml(root)


def _described(content: bytes, texts: Sequence[str]) -> bytes:
    """What a screen reader says of each chart."""
    root = etree.fromstring(content)
    for element, text in zip(root.iter(f"{{{_DRAWING_NS}}}cNvPr"), texts, strict=True):
        element.set("descr", text)
    return _xml(root)


def _xml(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
