"""Notebooks run from their first cell to their last on the demonstration's own release."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from corus.domain.instrument import InstrumentVersion
from corus.services import releasing
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture
def release(sqlite_store: Store, tmp_path: Path) -> Path:
    text = make.instrument().model_dump_json().replace("needs_met", "democracy_listening")
    of = InstrumentVersion.load(text.encode()).instrument
    wave = make.open_wave(sqlite_store, of=of)
    with sqlite_store.writing() as session:
        store_rows(session, [make.response(wave, make.marks("3232--", of)) for _ in range(12)])
    make.close_wave(sqlite_store)
    with sqlite_store.writing() as session:
        profile = releasing.release(session, "panier-2026", make.DAY)
    path = tmp_path / "profile.json"
    path.write_text(profile.model_dump_json())
    return path


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_imports_only_what_researchers_may_rely_on(
    notebook: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORUS_PROFILE", str(release))
    names: dict[str, object] = {}
    for cell in json.loads(notebook.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("corus"):
                    assert not str(node.module).startswith(("corus.store", "corus.web"))
    assert len(names) > 3
