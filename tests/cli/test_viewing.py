"""`corus view`: a part of a release is shown where it is safe, and remembered."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from corus.config import read_settings
from corus.services import releasing, viewing
from corus.store import life, queries
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
    assert told.startswith("A part of the release, not the whole (group: ")
    assert "n = 42" not in told
    file = tmp_path / "part.csv"
    corus("view", WAVE, "--mode", "paper", "--group", "employees", "-o", file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert {row["n"] for row in rows if row["group"] == "employees"} == {"12"}
    assert {row["part"] for row in rows} == {"group=employees mode=paper"}
    assert {row["group"] for row in rows} == {"employees"}


@pytest.mark.parametrize("ending", ["json", "html", "xlsx", "CSV"])
def test_every_file_of_a_part_says_that_it_is_one(corus, tmp_path: Path, ending: str) -> None:
    _released(corus, tmp_path, self=30, paper=12)
    file = tmp_path / f"part.{ending}"
    corus("view", WAVE, "--mode", "paper", "-o", file, "--lang", "fr")
    content = file.read_bytes()
    if ending == "xlsx":
        readme = load_workbook(file).worksheets[0]
        content = " ".join(str(c.value) for row in readme.iter_rows() for c in row).encode()
    said = {"json": "paper", "CSV": "mode=paper"}.get(ending, "réponses données\u202f: sur papier")
    assert said in content.decode()


def test_a_part_whose_file_cannot_be_named_is_not_noted_as_shown(corus, tmp_path: Path) -> None:
    _released(corus, tmp_path, self=30, paper=12)
    refused = corus("view", WAVE, "--mode", "paper", "-o", tmp_path / "part.pdf", code=1).stderr
    assert "FIL-004" in refused
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        assert life.journal(session, wave.id, viewing.ACTION) == []
    store.engine.dispose()


def test_a_part_that_leaves_few_others_is_refused_in_words_without_counts(
    corus, tmp_path: Path
) -> None:
    _released(corus, tmp_path, self=30, paper=3)
    refused = corus("view", WAVE, "--mode", "self", "--group", "employees", code=1).stderr
    assert "VIE-001" in refused
    assert "30" not in refused
    assert "VIE-002" in corus("view", WAVE, "--mode", "papier", code=1).stderr


def _released_with_two_apart(corus, tmp_path: Path) -> None:
    """Forty neighbours on paper and two who are not; employees enough on both sides."""
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    wave = make.open_wave(store)
    document = make.marks("3232--", make.instrument())
    parts = (("employees", "self", 30), ("employees", "paper", 12), ("neighbours", "self", 2),
             ("neighbours", "paper", 40))  # fmt: skip
    with store.writing() as session:
        for group, mode, n in parts:
            rows = [make.response(wave, document, group=group, mode=mode) for _ in range(n)]
            store_rows(session, rows)
    make.close_wave(store)
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    store.engine.dispose()


def test_a_large_group_left_out_of_a_part_is_not_said_to_be_small(corus, tmp_path: Path) -> None:
    """Forty neighbours are no “n < 5”: they are withheld, in every file and in both languages."""
    _released_with_two_apart(corus, tmp_path)
    said = {"en": "withheld so that nobody is recognisable",
            "fr": "non publié pour que personne ne soit reconnaissable"}  # fmt: skip
    for lang, sentence in said.items():
        told = corus("view", WAVE, "--mode", "paper", "--lang", lang).stdout
        assert sentence in told
        assert "n < 5" not in told
        for ending in ("csv", "json", "html", "xlsx"):
            file = tmp_path / f"part.{ending}"
            corus("view", WAVE, "--mode", "paper", "-o", file, "--lang", lang)
            assert (said["en"] if ending == "json" else sentence) in _text_of(file)
    rows = list(csv.DictReader((tmp_path / "part.csv").read_text("utf-8-sig").splitlines()))
    left = [row for row in rows if row["group"] == "neighbours"]
    assert left
    assert {row["n"] for row in left} == {"non publié"}
    assert {row["state"] for row in left} == {said["fr"]}
    cells = json.loads((tmp_path / "part.json").read_text("utf-8"))["items"]
    reasons = {c["reason"] for c in cells if c["group"] == "neighbours" and c["show"] == "masked"}
    assert reasons == {said["en"]}


def _text_of(file: Path) -> str:
    if file.suffix != ".xlsx":
        return file.read_text("utf-8")
    sheets = load_workbook(file).worksheets
    return " ".join(str(c.value) for one in sheets for row in one.iter_rows() for c in row)


def test_a_refusal_is_told_in_the_language_asked_for(corus, tmp_path: Path) -> None:
    _released(corus, tmp_path, self=30, paper=8)
    refused = corus("view", WAVE, "--mode", "self", "--lang", "fr", code=1).stderr
    assert "isolerait moins de 10 personnes" in refused
    unknown = corus("view", WAVE, "--mode", "papier", "--lang", "fr", code=1).stderr
    assert "Choisissez parmi\u202f: self, assisted," in unknown
    assert "[VIE-002]" in unknown
