"""A wave from draft to closed on the command line: what is missing, what changes, what breaks."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from corus.cli.common import store as opened_store
from corus.domain.answer import encode
from corus.domain.wave import MOST_PEOPLE, MOST_SHOWN, GroupPlan, Thresholds
from corus.services.publishing import load_version
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.writer import store_rows
from tests import factories as make
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


def _ended_on(last: date) -> None:
    """Time has gone by: the wave's last day is this one."""
    found = opened_store()
    with found.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        wave.plan = plan_of(wave).model_copy(update={"closes_on": last}).model_dump_json()
    found.engine.dispose()


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


def test_a_population_below_the_number_invited_is_taken_with_a_note(draft, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("group;email\n" + "".join(f"clients;p{n}@x.example\n" for n in range(3)))
    draft("invite", "import", WAVE, str(people))
    done = draft("wave", "set", WAVE, "--group", "clients=2")
    assert "groups.clients.population: – → 2" in done.output
    assert "Note: The known population of the group “clients” is 2, but the number" in done.stderr
    assert draft("wave", "set", WAVE, "--group", "clients=3").stderr == ""


def test_a_wave_past_its_last_day_is_closed_by_the_daily_command(draft) -> None:
    draft("wave", "open", WAVE, "--despite", "trial")
    assert "No wave is past" in draft("wave", "close", "--due").output
    last = datetime.now(UTC).date() - timedelta(days=3)
    assert "has passed" in draft("wave", "set", WAVE, "--closes-on", str(last), code=1).stderr
    _ended_on(last)
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
    assert "breaks comparison for no answer, of n < 5 in each group" in said
    assert "answers kept: n < 5 in each group" in (
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


def _answered() -> None:
    """Somebody answered the item of the built-in survey that is reworded."""
    found = opened_store()
    with found.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        instrument = load_version(wave.published).instrument
        document = encode({"needs_take_up": make.given(2)}, instrument)
        store_rows(session, [make.response(wave.id, document)])
    found.engine.dispose()


def test_a_new_series_is_not_announced_as_something_still_to_do(draft, tmp_path: Path) -> None:
    draft("wave", "open", WAVE, "--despite", "trial")
    _answered()
    sentence = "Des personnes qui auraient besoin"
    draft("publish", _edition(tmp_path, sentence, "Toutes les personnes"))
    looked = draft("wave", "update", WAVE, "--instrument", "social_utility").output
    assert "breaks comparison for answers: n < 5 in each group, of n < 5 in each group" in looked
    assert "[answers: n < 5 in each group]" in looked
    assert "Nothing was changed" in looked
    said = draft("wave", "update", WAVE, "--instrument", "social_utility",
                 "--new-series", "w1b").output  # fmt: skip
    assert "w1b: open" in said
    assert "Nothing was changed" not in said
    assert "--new-series CODE" not in said


@pytest.mark.parametrize(
    "wrong",
    [
        ("--title", ""), ("--title", "Un\ndeux"),
        ("--group", "clients=41", "--group", "clients=42"),
        ("--open-link", "clients=on", "--open-link", "clients=off"), ("--purpose", "xx=Pourquoi"),
        ("--purpose", "fr=Un", "--purpose", "fr=Deux"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_reaches_nobody_is_refused(draft, wrong) -> None:
    assert "WAV-0" in draft("wave", "set", WAVE, *wrong, code=1).stderr


def test_a_language_given_twice_is_offered_once(draft) -> None:
    draft("wave", "set", WAVE, "--language", "fr", "--language", "fr")
    found = opened_store()
    with found.reading() as session:
        assert plan_of(queries.wave_by_code(session, WAVE)).languages == ("fr",)
    found.engine.dispose()


def test_confidential_and_anonymous_at_once_is_refused(draft) -> None:
    create = ("wave", "create", "w2", "--organization", "Le Panier des Hauts", "--instrument",
              "social_utility", "--contact", "x@x.example", "--confidential")  # fmt: skip
    draft(*create, "--anonymity", "anonymous", code=2)
    draft(*create, "--anonymity", "confidential")


HUGE = "9" * 20


@pytest.mark.parametrize(
    ("options", "code", "cure"),
    [
        (("--group", f"clients={HUGE}"), 1, "10000000 at most"),
        (("--group", "clients=10000001"), 1, "10000000 at most"),
        (("--group", f"clients={'9' * 5000}"), 1, "10000000 at most"),
        (("--full-from", HUGE), 2, "10<=x<=10000"),
        (("--mask-under", HUGE), 2, "5<=x<=10000"),
        (("--organizations-from", "10001"), 2, "3<=x<=10000"),
        (("--burst", HUGE), 2, "5<=x<=10000"),
    ],
)
def test_a_number_that_no_database_holds_is_refused_before_it_is_stored(
    draft, options: tuple[str, ...], code: int, cure: str
) -> None:
    assert cure in draft("wave", "set", WAVE, *options, code=code).stderr
    draft("backup")


def test_what_a_plan_takes_ends_where_the_command_says() -> None:
    GroupPlan(population=MOST_PEOPLE, invited=MOST_PEOPLE)
    Thresholds(shown=MOST_SHOWN, full=MOST_SHOWN, organizations=MOST_SHOWN)
    for name in ("population", "invited"):
        with pytest.raises(ValidationError):
            GroupPlan.model_validate({name: MOST_PEOPLE + 1})
    for name in ("shown", "full", "organizations"):
        with pytest.raises(ValidationError):
            Thresholds.model_validate({name: MOST_SHOWN + 1})
