"""The samples of real exports, against numbers counted in the files with grep and by eye."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from corus.services.importing import ImportPlan
from tests.services.importing.factories import (
    DAY,
    SAMPLES,
    authored,
    column,
    plan_of,
    rest,
    sample,
)

KOBO = authored("kobo_wave")
LIMESURVEY = authored("limesurvey_wave")
EACH = [
    ("kobo_codes.csv", "kobo_codes"),
    ("kobo_codes.xlsx", "kobo_codes"),
    ("kobo_labels.csv", "kobo_labels"),
    ("limesurvey_code_short.csv", "limesurvey_code_short"),
    ("limesurvey_full_long.csv", "limesurvey_full_long"),
]
KOBO_FILES, LIMESURVEY_FILES = EACH[:3], EACH[3:]


def marks(plan: ImportPlan, codes: list[str]) -> Counter[str]:
    instrument = KOBO if "kobo" in plan.file else LIMESURVEY
    return Counter("".join(column(plan, instrument, code) for code in codes))


@pytest.mark.parametrize(("name", "mapping"), EACH)
def test_every_sample_is_taken_in_whole(name: str, mapping: str) -> None:
    plan = sample(name, mapping)
    assert plan.faults == ()
    assert (plan.rows_read, len(plan.rows)) == (20, 20)
    assert len({row.id for row in plan.rows}) == 20
    assert {row.completeness for row in plan.rows} == {"complete"}
    assert {row.channel for row in plan.rows} == {"import"}


@pytest.mark.parametrize(("name", "mapping"), KOBO_FILES)
def test_kobo_groups_answers_and_states_are_those_of_the_file(name: str, mapping: str) -> None:
    plan = sample(name, mapping)
    assert Counter(row.group for row in plan.rows) == {
        "beneficiaries": 14, "employees": 3, "volunteers": 2, "partners": 1,
    }  # fmt: skip
    # besoins_1: eight 4, four 5, two 1, two nsp, one nc, three empty.
    assert marks(plan, ["besoins_1"]) == {"3": 8, "4": 4, "0": 2, "d": 2, "c": 1, "s": 3}
    # democratie_5 ("3" six times, "4" and "5" four, "nc" and "2" two, "1" and empty one).
    assert marks(plan, ["democratie_5"]) == {"2": 6, "3": 4, "4": 4, "c": 2, "1": 2, "s": 1, "0": 1}
    # Over the file: grep -o '"nsp"' → 27, '"nc"' → 15, '"5"' → 93, '"1"' → 27 …
    rated = [i.code for i in KOBO.items if i.type == "rating"]
    assert marks(plan, rated) == {
        "0": 27, "1": 31, "2": 62, "3": 102, "4": 93, "d": 27, "c": 15, "s": 23,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "mapping"), KOBO_FILES)
def test_kobo_first_row_is_stored_as_read_by_eye(name: str, mapping: str) -> None:
    first = sample(name, mapping).rows[0]
    # 5 1 3 nc 5 | 5 5 4 5 | 5 3 (empty) 4 nsp | nsp 5 nsp 2 3 | three topics | a text
    assert first.document.decode() == (
        '{"marks":"402c4443442s3dd4d12gg","rest":{"libre":{"value":"Rien à dire"},'
        '"priorites":{"value":["lien","territoire","democratie"]}}}'
    )
    assert (first.line, first.group, first.language) == (2, "beneficiaries", "fr")
    assert first.received_on == date(2026, 3, 1)


@pytest.mark.parametrize(("name", "mapping"), KOBO_FILES)
def test_kobo_choices_and_texts_are_those_of_the_file(name: str, mapping: str) -> None:
    plan = sample(name, mapping)
    chosen = [value for value in rest(plan, "priorites") if value]
    assert len(chosen) == 11
    assert Counter(option for options in chosen for option in options) == {
        "besoins": 6, "lien": 8, "territoire": 4, "democratie": 7,
    }  # fmt: skip
    assert Counter(rest(plan, "libre")) == {
        None: 6, "Rien à dire": 4, "@tous": 3, "+33 6 00 00 00 00": 2, "=SOMME(A1:A9)": 2,
        "Ligne 1\nLigne 2 ; « cité »": 2, "Merci à l’équipe": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "mapping"), LIMESURVEY_FILES)
def test_limesurvey_groups_and_answers_are_those_of_the_file(name: str, mapping: str) -> None:
    plan = sample(name, mapping)
    assert Counter(row.group for row in plan.rows) == {
        "employees": 6, "suppliers": 3, "neighbours": 3, "public_authorities": 2, "investors": 2,
        "associations": 2, "management": 1, "clients": 1,
    }  # fmt: skip
    assert marks(plan, ["governance_explained"]) == {"4": 6, "3": 5, "1": 4, "0": 3, "2": 2}
    assert marks(plan, ["governance_published"]) == {
        "4": 6, "2": 5, "1": 4, "0": 3, "s": 1, "3": 1,
    }  # fmt: skip
    # T6[SQ001]: A4 seven times, A5 five, A1 and A2 four.
    assert marks(plan, ["trust_explained"]) == {"3": 7, "4": 5, "0": 4, "1": 4}
    rated = [i.code for i in LIMESURVEY.items if i.type == "rating"]
    assert marks(plan, rated) == {"0": 76, "1": 141, "2": 148, "3": 169, "4": 175, "s": 11}
    assert rest(plan, "improve_first").count(None) == 7
    assert rest(plan, "anything_else").count(None) == 5


@pytest.mark.parametrize(("name", "mapping"), LIMESURVEY_FILES)
def test_limesurvey_first_row_is_stored_as_read_by_eye(name: str, mapping: str) -> None:
    first = sample(name, mapping).rows[0]
    # A1A2A3A2A1A3 A5A5A2A1A2A3 A4A2A3A2A5A5 A4A3A2A3A4A4 A2A3A5(empty)A2A4 A1A5A3A3A2A1
    assert b'"marks":"012102441012312144321233124s13042210gg"' in first.document
    assert first.group == "employees"


@pytest.mark.parametrize(("name", "mapping"), LIMESURVEY_FILES)
def test_days_that_limesurvey_does_not_keep_are_the_day_of_import(name: str, mapping: str) -> None:
    plan = sample(name, mapping)
    assert {row.received_on for row in plan.rows} == {DAY}
    assert any("1980-01-01" in warning and "20" in warning for warning in plan.warnings)


def test_codes_labels_and_workbook_hold_the_same_answers() -> None:
    documents = [[(r.id, r.group, r.document) for r in sample(*each).rows] for each in EACH]
    assert documents[0] == documents[1] == documents[2]
    assert documents[3] == documents[4]


@pytest.mark.parametrize(("name", "mapping"), [each for each in EACH if "csv" in each[0]])
def test_windows_1252_samples_hold_the_same_answers(
    name: str, mapping: str, tmp_path: Path
) -> None:
    expected = sample(name, mapping)
    text = (SAMPLES / name).read_bytes().decode("utf-8-sig").replace("\u202f", "\u00a0")
    path = tmp_path / name
    path.write_bytes(text.encode("cp1252"))
    instrument = KOBO if "kobo" in name else LIMESURVEY
    written = (SAMPLES.parent / f"{mapping}.mapping.yaml").read_text("utf-8")
    (tmp_path / "m.yaml").write_text(written.replace("\u202f", "\u00a0"), "utf-8")
    found = plan_of(path, instrument, tmp_path / "m.yaml")
    assert found.faults == ()
    assert [(r.id, r.group) for r in found.rows] == [(r.id, r.group) for r in expected.rows]
    assert [r.document.decode() for r in found.rows] == [
        r.document.decode().replace("\u202f", "\u00a0") for r in expected.rows
    ]


def test_what_is_dropped_from_the_samples_is_named() -> None:
    kobo = sample("kobo_codes.csv", "kobo_codes").dropped_columns
    assert "keyed hash" in kobo["_uuid"]
    assert "only the day" in kobo["_submission_time"]
    assert "technical" in kobo["_id"]
    limesurvey = sample("limesurvey_code_short.csv", "limesurvey_code_short").dropped_columns
    assert set(limesurvey) == {"id", "submitdate", "lastpage", "seed"}
