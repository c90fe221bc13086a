"""Opening an exported workbook again: its tables, its filled cells, its parts."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl import load_workbook

from corus.domain.profile import Profile
from corus.exports import EXPORTERS


def written(profile: Profile, language: str = "fr") -> bytes:
    return EXPORTERS["evidence.xlsx"].write(profile, language)


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def sheet_of(book: Any, code: str) -> Any:
    """The worksheet that declares table ``t_<code>``."""
    return next(ws for ws in book.worksheets if f"t_{code}" in ws.tables)


def grid(book: Any, code: str) -> list[list[Any]]:
    """The cells of a declared table, header first."""
    ws = sheet_of(book, code)
    return [list(row) for row in ws[ws.tables[f"t_{code}"].ref]]


def records(book: Any, code: str) -> list[dict[str, Any]]:
    """The values of a declared table, by heading."""
    head, *rows = grid(book, code)
    names = [cell.value for cell in head]
    return [dict(zip(names, (c.value for c in row), strict=True)) for row in rows]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}
