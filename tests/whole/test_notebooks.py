"""Notebooks run from their first cell to their last, quickly, with what researchers may rely on."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest

from corus.domain.instrument import InstrumentVersion
from corus.services import releasing
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
ALLOWED = ("corus.services", "corus.analysis", "corus.charts", "corus.domain")
SECONDS = 20
"""Longest run of one notebook: they are read and run in a classroom."""


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


def processor_seconds() -> float:
    """Of this process and of the commands it ran: what waits for others does not count."""
    spent = os.times()
    return spent.user + spent.children_user


def cells(notebook: Path) -> list[str]:
    found = json.loads(notebook.read_text())["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]


def imported(source: str) -> list[str]:
    """Modules of Corus that a cell imports from."""
    nodes = ast.walk(ast.parse(source))
    modules = [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
    return [m for m in modules if m.startswith("corus")]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_its_own_folder(
    notebook: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORUS_PROFILE", str(release))
    monkeypatch.chdir(FOLDER)
    names: dict[str, object] = {}
    started = processor_seconds()
    for source in cells(notebook):
        exec(compile(source, f"{notebook.stem}", "exec"), names)
    assert len(names) > 3
    assert processor_seconds() - started < SECONDS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_only_what_researchers_may_rely_on(notebook: Path) -> None:
    found = [module for source in cells(notebook) for module in imported(source)]
    assert found
    assert [module for module in found if not module.startswith(ALLOWED)] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_its_outputs(notebook: Path) -> None:
    for cell in json.loads(notebook.read_text())["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
