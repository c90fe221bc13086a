"""The README's first command, run as a person runs it; what it shows against the known truth."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from corus.domain.profile import Profile
from corus.services.demo import TRUTH, WAVE, give_back
from corus.store import decisions as rows
from corus.store import queries
from corus.store.engine import open_store
from tests.factories import DAY

ROOT = Path(__file__).parents[2]


def _demo(folder: Path) -> subprocess.CompletedProcess[str]:
    """`make demo` without serving, in this checkout's own virtual environment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CORUS_")}
    return subprocess.run(
        ["make", "--no-print-directory", "demo", f"DEMO=--no-serve --dir {folder}"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    if not shutil.which("make") or not (ROOT / ".venv").exists():
        pytest.skip("make and the virtual environment that it makes are needed")
    folder = tmp_path_factory.mktemp("demo")
    done = _demo(folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def profile(demo: tuple[Path, str]) -> Profile:
    return Profile.model_validate_json((demo[0] / "profile.json").read_bytes())


def test_the_demo_writes_everything_it_promises_and_says_what_it_found(
    demo: tuple[Path, str],
) -> None:
    folder, said = demo
    for name in ("dashboard.html", "report.pdf", "evidence.xlsx", "profile.json", "answers.csv"):
        assert (folder / name).stat().st_size > 10_000, name
        assert str(folder / name) in said
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "401 answers sent now" in said
    assert "regards différents" in said


def test_running_it_again_stores_nothing_twice_and_gives_the_same_profile(
    demo: tuple[Path, str],
) -> None:
    folder, _ = demo
    before = (folder / "profile.json").read_bytes()
    again = _demo(folder)
    assert again.returncode == 0, again.stderr
    assert (folder / "profile.json").read_bytes() == before
    with (folder / "answers.csv").open(encoding="utf-8-sig") as stream:
        assert sum(1 for _ in csv.DictReader(stream)) == 401


def test_intervals_hold_the_known_truth_nine_times_in_ten_or_more(profile: Profile) -> None:
    exact = [c for c in profile.dimensions if c.low is not None and c.high is not None]
    held = [c for c in exact if c.low <= TRUTH[c.dimension][c.group] <= c.high]
    assert len(exact) >= 15
    # 95 % each, so 9 in 10 of them leaves room for the luck of one sample.
    assert len(held) / len(exact) >= 0.9


def test_scores_rounded_to_protect_others_stay_near_the_truth(profile: Profile) -> None:
    shown = [c for c in profile.dimensions if c.score is not None]
    assert shown
    for cell in shown:
        assert abs(cell.score - TRUTH[cell.dimension][cell.group]) <= 15, cell


def test_one_group_is_under_the_threshold_and_nothing_of_it_is_told(
    demo: tuple[Path, str], profile: Profile
) -> None:
    assert profile.masked_groups == ("funders",)
    cells = [c for c in profile.items if c.group == "funders" and c.show != "not_asked"]
    assert cells
    assert {c.show for c in cells} == {"masked"}
    assert {c.reason for c in cells} == {"n < 5"}
    book = openpyxl.load_workbook(demo[0] / "evidence.xlsx", read_only=True)
    seen = [str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row]
    assert "n < 5" in seen
    book.close()


def test_a_whole_wave_is_told_in_the_order_of_the_instrument(profile: Profile) -> None:
    assert profile.groups[:3] == ("employees", "beneficiaries", "volunteers")


def test_microdata_are_marked_confidential_and_counted(demo: tuple[Path, str]) -> None:
    beside = json.loads((demo[0] / "answers.csv.manifest.json").read_text())
    assert beside["notice"] == "CONFIDENTIEL"
    assert beside["rows_in"] == beside["rows_out"] == 401
    assert beside["purpose"] == "corus demo"


def test_answers_came_over_the_wire_and_not_behind_it(demo: tuple[Path, str]) -> None:
    with (demo[0] / "answers.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["channel"] for row in rows} == {"open"}
    assert {row["mode"] for row in rows} == {"self", "assisted_relative", "assisted_structure"}
    assert sum(row["variant"] == "easy" for row in rows) == 36


def test_decisions_are_written_once_and_a_page_of_one_group_is_open(
    demo: tuple[Path, str],
) -> None:
    store = open_store(f"sqlite:///{demo[0] / 'corus.sqlite'}", b"k" * 32)
    with store.writing() as session:
        link = give_back(session, b"k" * 32, DAY)
        wave = queries.wave_by_code(session, WAVE)
        decided, shared = rows.of_wave(session, wave.id), rows.shared(session, wave.id)
    store.engine.dispose()
    assert len(link) == 16
    assert [one.state for one in decided] == ["decided", "done"]
    assert decided[0].owner
    assert decided[0].due_on
    assert decided[1].outcome
    assert [group for group, page in shared.items() if page.withdrawn_on is None] == ["employees"]
