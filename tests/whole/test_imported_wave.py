"""Answers that another program collected, from its file to profile, dashboard and workbook."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from corus.domain.profile import Profile

DATA = Path(__file__).parents[1] / "data"


def _wave(corus, instrument: str, code: str) -> None:
    corus("publish", DATA / f"{instrument}.yaml")
    corus("wave", "create", code, "--organization", "Association d’essai", "--instrument",
          instrument, "--contact", "donnees@essai.example")  # fmt: skip
    corus("wave", "open", code, "--despite", "answers come from a file")


@pytest.mark.parametrize(
    ("instrument", "file", "mapping"),
    [
        ("limesurvey_wave", "limesurvey_code_short.csv", "limesurvey_code_short"),
        ("limesurvey_wave", "limesurvey_full_long.csv", "limesurvey_full_long"),
        ("kobo_wave", "kobo_codes.csv", "kobo_codes"),
        ("kobo_wave", "kobo_codes.xlsx", "kobo_codes"),
        ("kobo_wave", "kobo_labels.csv", "kobo_labels"),
    ],
)
def test_a_foreign_file_becomes_a_profile_a_dashboard_and_a_workbook(
    corus, tmp_path: Path, instrument: str, file: str, mapping: str
) -> None:
    _wave(corus, instrument, "foreign")
    source = DATA / "samples" / file
    report = corus("import", "foreign", source, "--mapping", DATA / f"{mapping}.mapping.yaml")
    assert "20 rows read, 20 stored" in report.output
    again = corus("import", "foreign", source, "--mapping", DATA / f"{mapping}.mapping.yaml")
    assert "0 stored, 20 already there" in again.output
    corus("wave", "close", "foreign")
    corus("release", "foreign")
    for name in ("profile.json", "evidence.xlsx", "dashboard.html", "counts.csv"):
        corus("export", "foreign", "--as", name, "-o", tmp_path / name)
    profile = Profile.model_validate_json((tmp_path / "profile.json").read_bytes())
    assert sum(c.received is None for c in profile.coverage) == len(profile.masked_groups)
    assert profile.shown_responses >= 5
    assert openpyxl.load_workbook(tmp_path / "evidence.xlsx").sheetnames
    assert "<table" in (tmp_path / "dashboard.html").read_text()


def test_a_group_counted_by_hand_in_the_kobo_file_reads_the_same_in_the_profile(
    corus, tmp_path: Path
) -> None:
    _wave(corus, "kobo_wave", "kobo")
    source = DATA / "samples" / "kobo_codes.csv"
    corus("import", "kobo", source, "--mapping", DATA / "kobo_codes.mapping.yaml")
    corus("wave", "close", "kobo")
    corus("release", "kobo")
    corus("export", "kobo", "--as", "profile.json", "-o", tmp_path / "p.json")
    profile = Profile.model_validate_json((tmp_path / "p.json").read_bytes())

    rows = list(csv.DictReader(io.StringIO(source.read_text("utf-8-sig")), delimiter=";"))
    people = [row["besoins_1"] for row in rows if row["groupe"] == "beneficiaires"]
    points = [people.count(str(n)) for n in range(1, 6)]
    assert len(people) >= 10
    first = profile.instrument.items[0].code
    cell = next(c for c in profile.items if c.item == first and c.group == "beneficiaries")
    assert cell.counts == tuple(points)
    assert cell.n == sum(points)
    assert cell.dont_know == people.count("nsp")
    assert cell.not_concerned == people.count("nc")
    assert cell.skipped == people.count("")


def test_our_own_export_comes_back_as_the_same_profile(corus, tmp_path: Path) -> None:
    _wave(corus, "kobo_wave", "first")
    source = DATA / "samples" / "kobo_codes.csv"
    corus("import", "first", source, "--mapping", DATA / "kobo_codes.mapping.yaml")
    corus("wave", "close", "first")
    corus("export", "first", "--as", "answers.csv", "-o", tmp_path / "answers.csv",
          "--role", "recherche", "--purpose", "reprise")  # fmt: skip
    corus("wave", "create", "second", "--organization", "Association d’essai", "--instrument",
          "kobo_wave", "--contact", "donnees@essai.example")  # fmt: skip
    corus("wave", "open", "second", "--despite", "answers come from a file")
    corus("import", "second", tmp_path / "answers.csv")
    corus("wave", "close", "second")
    cells = {}
    for wave in ("first", "second"):
        corus("release", wave)
        corus("export", wave, "--as", "profile.json", "-o", tmp_path / f"{wave}.json")
        found = Profile.model_validate_json((tmp_path / f"{wave}.json").read_bytes())
        cells[wave] = (found.items, found.dimensions, found.choices, found.texts, found.gaps)
    assert cells["first"] == cells["second"]


def test_microdata_without_a_role_and_a_purpose_are_refused(corus, tmp_path: Path) -> None:
    _wave(corus, "kobo_wave", "wave")
    done = corus("export", "wave", "--as", "answers.csv", "-o", tmp_path / "a.csv", code=1)
    assert "named role" in done.stderr
    assert not (tmp_path / "a.csv").exists()


def test_one_refused_row_means_that_none_is_stored(corus, tmp_path: Path) -> None:
    _wave(corus, "kobo_wave", "wave")
    lines = (DATA / "samples" / "kobo_codes.csv").read_text("utf-8-sig")
    broken = tmp_path / "broken.csv"
    broken.write_text(lines.replace('"beneficiaires";"5"', '"beneficiaires";"9"', 1))
    done = corus("import", "wave", broken, "--mapping", DATA / "kobo_codes.mapping.yaml", code=1)
    assert "broken.csv:2 (besoins_1)" in done.stderr
    assert "nothing stored" in done.stderr
    status = corus("wave", "status", "wave", "--json")
    assert '"received_text": "n < 5"' in status.output


def test_a_half_written_spreadsheet_is_refused_in_words(corus, tmp_path: Path) -> None:
    _wave(corus, "kobo_wave", "wave")
    whole = (DATA / "samples" / "kobo_codes.xlsx").read_bytes()
    half = tmp_path / "half.xlsx"
    half.write_bytes(whole[: len(whole) // 2])
    done = corus("import", "wave", half, "--mapping", DATA / "kobo_codes.mapping.yaml", code=1)
    assert "Traceback" not in done.output + done.stderr
    assert "half.xlsx" in done.stderr
