"""The command line: exit codes, words instead of traces, JSON on every listing."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from click.testing import Result

SURVEYS = Path(__file__).parents[2] / "surveys"


SETTLED = (
    "--employees-informed", "2026-03-03", "--cse-informed", "none", "--minors", "none",
    "--protected-adults", "none", "--results-seen-by", "the board",
)  # fmt: skip


def _create(corus, code: str = "panier-2026", *more: str, exit_code: int = 0) -> Result:
    return corus(
        "wave", "create", code, "--organization", "Le Panier des Hauts", "--instrument",
        "social_utility", "--contact", "donnees@panier.example", *SETTLED, *more, code=exit_code,
    )  # fmt: skip


def test_built_in_surveys_are_without_fault(corus) -> None:
    assert "2 file(s) without fault" in corus("check", *SURVEYS.glob("*.yaml")).output


def test_check_tells_every_fault_with_its_line_and_ends_with_one(corus, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    text = (SURVEYS / "social_utility.yaml").read_text()
    broken.write_text(
        text.replace("agreement_5", "agreement_6", 3).replace("languages:", "langage:")
    )
    said = corus("check", broken, code=1)
    assert said.output.count("broken.yaml:") >= 3
    assert "[INS-" in said.output


def test_a_missing_file_is_a_fault_and_not_a_crash(corus, tmp_path: Path) -> None:
    assert "nowhere.yaml" in corus("check", tmp_path / "nowhere.yaml", code=1).output


def test_a_wave_from_creation_to_its_first_figures(corus) -> None:
    digest = corus("publish", SURVEYS / "social_utility.yaml").output.strip().splitlines()[-1]
    assert len(digest) == 64
    _create(corus, "panier-2026", "--group", "employees=41", "--group", "clients")
    opened = corus("wave", "open", "panier-2026").output
    assert opened.splitlines() == ["/s/panier-2026/employees", "/s/panier-2026/clients"]
    status = json.loads(corus("wave", "status", "panier-2026", "--json").output)
    assert [line["population"] for line in status["coverage"]] == [41, None]
    assert json.loads(corus("wave", "list", "--json").output)[0]["state"] == "open"
    assert "released once it is closed" in corus("release", "panier-2026", code=1).stderr
    corus("wave", "close", "panier-2026")
    corus("release", "panier-2026")
    assert "n < 5" in corus("profile", "panier-2026").output
    only = json.loads(corus("profile", "panier-2026", "--json", "--by", "clients").output)
    assert only["groups"] == ["clients"]
    assert (
        "responses counted: n < 5 in each group." in corus("tally", "panier-2026", "--check").output
    )


def test_wrong_input_ends_with_one_and_wrong_usage_with_two(corus) -> None:
    corus("publish", SURVEYS / "social_utility.yaml")
    _create(corus, "Panier 2026", exit_code=1)
    _create(corus, "panier", "--group", "employees=many", exit_code=1)
    _create(corus, "panier", "--group", "clients=²", exit_code=1)
    _create(corus, "panier", "--contact", "", exit_code=1)
    _create(corus, "panier", "--organization", "x" * 300, exit_code=1)
    _create(corus, "panier", "--keep-months", "-5", exit_code=2)
    corus("wave", "open", "none", code=1)
    corus("profile", "none", code=1)
    corus("import", "none", "none.csv", code=1)
    corus("wave", "create", code=2)
    corus("nothing", code=2)


def test_an_export_that_does_not_exist_names_those_that_do_microdata_among_them(corus) -> None:
    told = corus("export", "none", "--as", "nope", "-o", "x", code=1).stderr
    assert "[REG-001]" in told
    for name in ("profile.json", "dashboard.html", "answers.csv", "answers.parquet"):
        assert name in told


def test_the_secret_is_readable_by_its_owner_only(corus, tmp_path: Path) -> None:
    corus("init")
    secret = tmp_path / "instance" / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    before = secret.read_text()
    corus("init")
    assert secret.read_text() == before


def test_a_damaged_secret_is_told_and_never_replaced(corus, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret").write_text("not hexadecimal")
    assert "secret" in corus("init", code=1).stderr
    assert (tmp_path / "instance" / "secret").read_text() == "not hexadecimal"


def test_an_export_that_cannot_be_written_leaves_nothing_behind(corus, tmp_path: Path) -> None:
    corus("publish", SURVEYS / "social_utility.yaml")
    _create(corus)
    corus("wave", "open", "panier-2026")
    corus("wave", "close", "panier-2026")
    corus("release", "panier-2026")
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "x"
    said = corus("export", "panier-2026", "--as", "counts.csv", "-o", place, code=1)
    assert "There is no folder" in said.stderr
    assert "Use one of" in corus("export", "panier-2026", "--as", "x", "-o", "x", code=1).stderr
