"""`corus compare`: two waves of one organization, with intervals, or the reason why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from corus.analysis.measures.stats import Sample, welch
from corus.cli import comparing
from corus.config import read_settings
from corus.domain.instrument import Instrument
from corus.language import catalogue
from corus.services import releasing, same_persons
from corus.store.engine import open_store
from corus.store.models import Release
from corus.store.writer import store_rows
from tests import factories as make

FIRST, SECOND = "panier-2026", "panier-2027"
BEFORE = ["3232--"] * 8 + ["1212--"] * 4 + ["2132--"] * 3
AFTER = ["4242--"] * 7 + ["3242--"] * 5 + ["2112--"] * 2


def _released(corus, tmp_path: Path, code: str, rows: list[str], of: Instrument) -> None:
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    wave = make.open_wave(store, code, of)
    with store.writing() as session:
        store_rows(session, [make.response(wave, make.marks(row, of)) for row in rows])
    make.close_wave(store, code)
    with store.writing() as session:
        releasing.release(session, code, make.DAY)
    store.engine.dispose()


def reworded() -> Instrument:
    """The same questionnaire, one sentence of which asks something else."""
    document = make.instrument().model_dump(mode="json")
    item = document["dimensions"][0]["criteria"][0]["items"][0]
    item["text"] = make.text("Autre chose ?", "Something else?")
    return Instrument.model_validate(document)


def test_a_change_is_told_with_its_welch_interval_and_as_of_different_respondents(
    corus, tmp_path: Path
) -> None:
    for code, rows in ((FIRST, BEFORE), (SECOND, AFTER)):
        _released(corus, tmp_path, code, rows, make.instrument())
    found = json.loads(corus("compare", FIRST, SECOND, "--json").stdout)["groups"]
    places = [(g["dimension"], g["group"]) for g in found]
    assert places == [("needs", "employees"), ("democracy", "employees")]
    change = found[0]["found"]
    first = Sample(**change["first"])
    cells = json.loads(corus("profile", SECOND, "--json").stdout)["dimensions"]
    after = next(c for c in cells if (c["dimension"], c["group"]) == ("needs", "employees"))
    second = Sample(after["n"], after["score"], after["sd"])
    assert change["value"] == pytest.approx(second.mean - first.mean, abs=1e-9)
    assert tuple(change["interval"]) == pytest.approx(welch(second, first), abs=1e-9)
    told = corus("compare", FIRST, SECOND, "--lang", "fr").stdout
    assert "Personnes différentes" in told
    assert "→" in told


def test_another_wording_is_another_question_and_is_not_compared(corus, tmp_path: Path) -> None:
    _released(corus, tmp_path, FIRST, BEFORE, make.instrument())
    _released(corus, tmp_path, SECOND, AFTER, reworded())
    needs, democracy = corus("compare", FIRST, SECOND, "--lang", "fr").stdout.splitlines()[1:3]
    assert "c’est une autre question" in needs
    assert "→" not in needs
    assert "→" in democracy


def test_waves_of_two_organizations_are_not_compared(corus, tmp_path: Path) -> None:
    for code, rows in ((FIRST, BEFORE), (SECOND, AFTER)):
        _released(corus, tmp_path, code, rows, make.instrument())
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    with store.writing() as session:
        for record in session.scalars(select(Release)):
            text = bytes(record.profile)
            if SECOND.encode() in text:
                record.profile = text.replace(
                    b'"organization":"Le Panier', b'"organization":"La Besace'
                )
    store.engine.dispose()
    assert "CMP-001" in corus("compare", FIRST, SECOND, code=1).stderr


def test_a_wave_is_not_compared_with_itself(corus, tmp_path: Path) -> None:
    _released(corus, tmp_path, FIRST, BEFORE, make.instrument())
    refused = corus("compare", FIRST, FIRST, code=1).stderr
    assert "compared with itself" in refused
    assert "CMP-007" in refused


def _linked(corus, tmp_path: Path, code: str, rows: list[str]) -> None:
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    the = make.instrument()
    wave = make.open_wave(store, code, the)
    people = enumerate(rows)
    with store.writing() as session:
        store_rows(
            session,
            [make.response(wave, make.marks(row, the), pseudonym=bytes([n]) * 16)
             for n, row in people],
        )  # fmt: skip
    make.close_wave(store, code)
    with store.writing() as session:
        releasing.release(session, code, make.DAY)
    store.engine.dispose()


def test_the_same_persons_are_told_beside_those_taken_as_different(corus, tmp_path: Path) -> None:
    """Fifteen persons of two confidential waves, and ten newcomers."""
    _linked(corus, tmp_path, FIRST, BEFORE)
    _linked(corus, tmp_path, SECOND, [*AFTER, "4141--", *["3243--", "2242--"] * 5])
    found = json.loads(corus("compare", FIRST, SECOND, "--json").stdout)["same_persons"]
    assert found["releases"] == [1, 1]
    needs = found["cells"][0]
    assert (needs["pairs"], needs["answered"], needs["withheld"]) == (15, [15, 25], False)
    assert needs["all_rows"]["persons"] == 25
    lines = corus("compare", FIRST, SECOND, "--lang", "fr").stdout.splitlines()
    assert lines[2].startswith("  Mêmes personnes aux deux vagues (n = 15)\u202f: ")
    assert "venues à une seule vague (25)" in lines[3]


def test_every_sentence_about_the_same_persons_is_said_in_french() -> None:
    told = (comparing.ALL_ROWS, comparing.WITHHELD, same_persons.CHANGED, same_persons.SEEN)
    assert set(told) <= set(catalogue("fr"))
