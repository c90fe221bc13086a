"""The workbook in a real office program: it opens, prints, and recalculates to the same values."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.exports.factories_exports import HOSTILE, make_hostile, make_profile
from tests.exports.reading_back import grid, opened, written

pytestmark = [
    pytest.mark.office,
    # LibreOffice writes extensions that openpyxl says it leaves out.
    pytest.mark.filterwarnings(r"ignore:.* extension is not supported:UserWarning"),
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]


def convert(content: bytes, kind: str, folder: Path) -> Path:
    source = folder / "evidence.xlsx"
    source.write_bytes(content)
    out = folder / "out"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless",
         "--convert-to", kind, "--outdir", str(out), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return out / f"evidence.{kind}"


def test_workbook_prints_and_comes_back_with_the_same_values(tmp_path):
    content = written(make_profile(), "fr")
    assert convert(content, "pdf", tmp_path).read_bytes().startswith(b"%PDF")
    back = opened(convert(content, "xlsx", tmp_path).read_bytes())
    for code in ("items", "perceptions"):
        source = grid(opened(content), code)
        ws = back[opened(content).sheetnames[6 if code == "items" else 5]]
        for row in source:
            for cell in row:
                assert ws[cell.coordinate].value == cell.value, cell.coordinate


def test_office_never_computes_what_people_typed(tmp_path):
    content = written(make_hostile(HOSTILE[0]), "en")
    back = opened(convert(content, "xlsx", tmp_path).read_bytes())
    for ws in back.worksheets:
        for row in ws.iter_rows():
            assert all(cell.data_type != "f" for cell in row), ws.title
