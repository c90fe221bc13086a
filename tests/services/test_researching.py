"""The researcher's door: closed waves only, for a purpose that is written down."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from corus.errors import InputError, NotFoundError, RefusedError
from corus.services import load_wave, releasing
from corus.store.engine import Store
from corus.store.models import JournalEntry
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"


def collected(store: Store, *, close: bool = True) -> None:
    of = make.instrument()
    wave = make.open_wave(store, of=of)
    marks = ["3232ss", "40d1ss", "s4c0ss", "2n23ss"] * 4
    with store.writing() as session:
        store_rows(session, [make.response(wave, make.marks(m, of)) for m in marks])
    if close:
        make.close_wave(store)


def test_a_closed_wave_is_a_frame_that_says_it_is_confidential(store: Store) -> None:
    collected(store)
    frame = load_wave(store, WAVE, purpose="thesis on take-up", language="fr")
    assert len(frame) == 16
    assert frame["needs_met"].value_counts().to_dict() == {4: 4, 5: 4, 3: 4}
    assert frame["needs_met__state"].value_counts()["skipped"] == 4
    assert frame["democracy_met__state"].value_counts()["dont_know"] == 4
    assert frame.attrs["notice"] == "CONFIDENTIEL"
    assert frame.attrs["labels"]["needs_met"] == "Énoncé needs_met."
    assert set(frame.attrs["labels"]) == set(frame.columns)


def test_the_frame_holds_what_the_profile_counts(sqlite_store: Store) -> None:
    collected(sqlite_store)
    with sqlite_store.writing() as session:
        profile = releasing.release(session, WAVE, make.DAY)
    frame = load_wave(sqlite_store, WAVE, purpose="check")
    for cell in profile.items:
        if cell.counts:
            chosen = frame.loc[frame["group"] == cell.group, cell.item]
            assert tuple(int((chosen == point).sum()) for point in range(1, 6)) == cell.counts


def test_the_purpose_is_in_the_journal_of_the_wave(sqlite_store: Store) -> None:
    collected(sqlite_store)
    load_wave(sqlite_store, WAVE, purpose="thesis", role="Laboratoire")
    with sqlite_store.reading() as session:
        said = session.scalars(select(JournalEntry).where(JournalEntry.action == "microdata")).all()
    assert [entry.detail for entry in said] == [
        {"role": "Laboratoire", "purpose": "thesis", "rows": 16, "form": "frame"}
    ]


@pytest.mark.parametrize("purpose", ["", "  "])
def test_without_a_purpose_nothing_leaves_and_nothing_is_noted(
    sqlite_store: Store, purpose: str
) -> None:
    collected(sqlite_store)
    with pytest.raises(RefusedError, match="EXP-001"):
        load_wave(sqlite_store, WAVE, purpose=purpose)
    with sqlite_store.reading() as session:
        query = select(JournalEntry).where(JournalEntry.action == "microdata")
        assert session.scalars(query).all() == []


def test_an_open_wave_gives_no_answers_in_any_form(store: Store) -> None:
    collected(store, close=False)
    with pytest.raises(RefusedError, match="EXP-002"):
        load_wave(store, WAVE, purpose="thesis")


def test_a_database_url_is_enough_and_a_misspelt_path_makes_no_database(
    sqlite_store: Store, tmp_path: Path
) -> None:
    collected(sqlite_store)
    url = f"sqlite:///{tmp_path / 'corus.sqlite'}"
    assert len(load_wave(url, WAVE, purpose="thesis")) == 16
    with pytest.raises(NotFoundError, match="EXP-004"):
        load_wave(f"sqlite:///{tmp_path / 'other.sqlite'}", WAVE, purpose="thesis")
    assert not (tmp_path / "other.sqlite").exists()
    with pytest.raises(InputError, match="CFG-002"):
        load_wave("not a url", WAVE, purpose="thesis")
    with pytest.raises(NotFoundError, match="NOT-001"):
        load_wave(url, "nowhere", purpose="thesis")


def test_asking_for_services_loads_no_frame_library() -> None:
    code = "import corus.services, corus.services.exporting, sys; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("name", ["answers.csv", "answers.parquet", "answers.sav"])
def test_the_command_writes_each_format_for_its_owner_only(
    corus, tmp_path: Path, name: str
) -> None:
    home = tmp_path / "instance"
    corus("init")
    from corus.config import read_settings
    from corus.store.engine import open_store

    settings = read_settings(home)
    opened = open_store(settings.database_url, settings.key("store"))
    collected(opened)
    opened.engine.dispose()
    target = tmp_path / name
    refused = corus("export", WAVE, "--as", name, "-o", target, code=1)
    assert "named role" in refused.stderr
    corus("export", WAVE, "--as", name, "-o", target, "--role", "labo", "--purpose", "étude")
    told = json.loads((tmp_path / f"{name}.manifest.json").read_text())
    assert told["rows_in"] == told["rows_out"] == 16
    assert {f["name"] for f in told["files"]} <= {p.name for p in tmp_path.iterdir()}
    for path in tmp_path.glob(f"{name}*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert name in corus("exports").output
    if name == "answers.parquet":
        assert len(pd.read_parquet(target)) == 16
