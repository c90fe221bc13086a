"""`corus view`: a part of a release is shown where it is safe, and remembered."""

from __future__ import annotations

import csv
from pathlib import Path

from corus.config import read_settings
from corus.services import releasing
from corus.store.engine import open_store
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"


def _released(corus, tmp_path: Path, **by_mode: int) -> None:
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    wave = make.open_wave(store)
    document = make.marks("3232--", make.instrument())
    with store.writing() as session:
        for mode, n in by_mode.items():
            store_rows(session, [make.response(wave, document, mode=mode) for _ in range(n)])
    make.close_wave(store)
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    store.engine.dispose()


def test_a_large_part_is_shown_and_its_counts_are_those_of_its_answers_alone(
    corus, tmp_path: Path
) -> None:
    _released(corus, tmp_path, self=30, paper=12)
    told = corus("view", WAVE, "--mode", "paper", "--group", "employees").stdout
    assert "n = 12" in told
    assert "n = 42" not in told
    file = tmp_path / "part.csv"
    corus("view", WAVE, "--mode", "paper", "--group", "employees", "-o", file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert {row["n"] for row in rows if row["group"] == "employees"} == {"12"}


def test_a_part_that_leaves_few_others_is_refused_in_words_without_counts(
    corus, tmp_path: Path
) -> None:
    _released(corus, tmp_path, self=30, paper=3)
    refused = corus("view", WAVE, "--mode", "self", "--group", "employees", code=1).stderr
    assert "VIE-001" in refused
    assert "30" not in refused
    assert "VIE-002" in corus("view", WAVE, "--mode", "papier", code=1).stderr
