"""``corus import --repeats``: what looks as if it came twice is taken with a reason, and told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.services.importing.factories import write_csv
from tests.services.importing.test_repeats import HEADER, WAVE, people, twelve


@pytest.fixture
def opened(corus, tmp_path: Path):
    """An open wave that took ten answers."""
    survey = tmp_path / "twelve.yaml"
    survey.write_text(twelve().model_dump_json(exclude_defaults=True))
    corus("publish", survey)
    corus("wave", "create", WAVE, "--organization", "Le Panier des Hauts", "--instrument",
          "small", "--contact", "donnees@panier.example")  # fmt: skip
    corus("wave", "open", WAVE, "--despite", "trial of imports")
    corus("import", WAVE, table(tmp_path, 1))
    return corus


def table(folder: Path, first: int) -> Path:
    """The same ten answers, under ids that count from ``first``."""
    rows = [[str(first + n), "employees", *one] for n, one in enumerate(people(10))]
    return write_csv(folder / f"from_{first}.csv", HEADER, *rows)


def test_a_second_copy_ends_with_one_and_says_how_many_and_what_to_do(opened, tmp_path) -> None:
    refused = opened("import", WAVE, table(tmp_path, 101), code=1)
    assert "from_101.csv: Rows give, from the first item to the last" in refused.stderr
    assert "at least 10 of rows stored before. Imported twice?" in refused.stderr
    assert "10 rows read, nothing stored." in refused.stderr


def test_with_a_reason_it_is_stored_and_the_wave_says_why(opened, tmp_path) -> None:
    why = "Ten couples answered together"
    assert "10 stored" in opened("import", WAVE, table(tmp_path, 101), "--repeats", why).output
    for command in (("status", WAVE), ("check", WAVE)):
        assert why in opened("wave", *command, code=command[0] == "check").output
    assert json.loads(opened("wave", "status", WAVE, "--json").output)["repeats"] == [why]
