"""A wave from draft to closed on the command line: what is missing, what changes, what breaks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.test_commands import SETTLED

SURVEY = Path(__file__).parents[2] / "surveys" / "social_utility.yaml"
WAVE = "panier-2026"


@pytest.fixture
def draft(corus):
    """A draft wave whose checklist is open."""
    corus("publish", SURVEY)
    corus("wave", "create", WAVE, "--organization", "Le Panier des Hauts", "--instrument",
          "social_utility", "--contact", "donnees@panier.example", "--group", "employees=41",
          "--group", "clients=unknown")  # fmt: skip
    return corus


def _edition(tmp_path: Path, before: str, after: str, edition: str = "9.9") -> Path:
    """The built-in survey in another edition, with one text changed."""
    text = SURVEY.read_text()
    assert before in text
    lines = [
        f'edition: "{edition}"' if line.startswith("edition:") else line
        for line in text.replace(before, after, 1).splitlines()
    ]
    path = tmp_path / f"edition-{edition}.yaml"
    path.write_text("\n".join(lines))
    return path


def test_the_checklist_shows_what_is_open_and_the_command_that_settles_it(draft) -> None:
    said = draft("wave", "check", WAVE, code=1).output
    assert said.count("✗") == 5
    assert said.count(f"corus wave set {WAVE} --") == 5
    refused = draft("wave", "open", WAVE, code=1).stderr
    assert refused.count("✗") == 5
    draft("wave", "set", WAVE, *SETTLED)
    assert draft("wave", "check", WAVE).output.count("✓") == 6
    assert draft("wave", "open", WAVE).output.splitlines() == [
        f"/s/{WAVE}/employees", f"/s/{WAVE}/clients"
    ]  # fmt: skip


def test_opening_despite_open_points_keeps_the_reason_in_sight(draft) -> None:
    draft("wave", "open", WAVE, "--despite", "CSE meets on Friday")
    assert "CSE meets on Friday" in draft("wave", "status", WAVE).output
    assert "CSE meets on Friday" in draft("wave", "check", WAVE, code=1).output
    assert json.loads(draft("wave", "status", WAVE, "--json").output)["despite"]


def test_what_changes_is_told_and_what_may_not_ends_with_one(draft) -> None:
    said = draft("wave", "set", WAVE, "--title", "Printemps", "--group", "clients=300",
                 "--open-link", "employees=off", "--mask-under", "12",
                 "--purpose", "fr=Se comprendre.").output  # fmt: skip
    assert said.splitlines() == [
        f"title: {WAVE} → Printemps",
        "thresholds.shown: 5 → 12",
        "thresholds.full: 10 → 12",
        "groups.employees.open_link: True → False",
        "groups.clients.population: – → 300",
        "notice.purpose.fr: – → Se comprendre.",
    ]
    assert "Nothing changed" in draft("wave", "set", WAVE).output
    assert "can only be raised" in draft("wave", "set", WAVE, "--mask-under", "11", code=1).stderr
    for wrong in (("--closes-on", "tomorrow"), ("--open-link", "board=on"), ("--purpose", "x"),
                  ("--language", "de"), ("--group", "clients=many"), ("--contact", " "),
                  ("--language", "FRENCH")):  # fmt: skip
        draft("wave", "set", WAVE, *wrong, code=1)


def test_a_wave_past_its_last_day_is_closed_by_the_daily_command(draft) -> None:
    draft("wave", "open", WAVE, "--despite", "trial")
    assert "No wave is past" in draft("wave", "close", "--due").output
    last = datetime.now(UTC).date() - timedelta(days=3)
    draft("wave", "set", WAVE, "--closes-on", str(last))
    assert "answers are refused" in draft("wave", "status", WAVE).output
    assert f"{WAVE}: closed" in draft("wave", "close", "--due").output
    draft("wave", "close", code=2)
    draft("wave", "close", WAVE, "--due", code=2)


def test_an_update_says_what_it_breaks_then_maps_or_starts_a_new_series(
    draft, tmp_path: Path
) -> None:
    draft("wave", "open", WAVE, "--despite", "trial")
    sentence = "Des personnes qui auraient besoin"
    corrected = _edition(tmp_path, sentence, "Des personnes, qui auraient besoin")
    draft("publish", corrected)
    said = draft("wave", "update", WAVE, "--instrument", "social_utility").output
    assert "breaks comparison for no answer of 0" in said
    assert "0 answers kept" in (
        draft("wave", "update", WAVE, "--instrument", "social_utility", "--map").output
    )
    same = draft("wave", "update", WAVE, "--instrument", "social_utility").output
    assert "nothing to do" in same
    draft("publish", _edition(tmp_path, sentence, "Toutes les personnes", "10.0"))
    gone = draft("wave", "update", WAVE, "--instrument", "social_utility",
                 "--new-series", "panier-2026-b").output  # fmt: skip
    assert "panier-2026-b: open" in gone
    assert "goes on in panier-2026-b" in draft("wave", "status", WAVE).output
    both = ("--map", "--new-series", "third")
    draft("wave", "update", WAVE, "--instrument", "social_utility", *both, code=2)
