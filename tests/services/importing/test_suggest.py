"""Drafting a mapping: what is found by itself, what is left to a person, and that it reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.services.importing import read_mapping, read_table, suggest_mapping
from corus.services.importing.mapping import TODO, Mapping
from corus.services.importing.matching import Matcher
from corus.services.importing.spellings import fold, program_of
from corus.services.importing.suggest import Note, write_mapping
from tests import factories
from tests.services.importing.factories import (
    DATA,
    SAMPLES,
    authored,
    codes,
    every_type,
    plan_of,
    write_csv,
)


def draft(path: Path, instrument: str) -> tuple[Mapping, tuple[Note, ...]]:
    return suggest_mapping(read_table(path), authored(instrument))


@pytest.mark.parametrize(
    ("name", "instrument"),
    [
        ("kobo_codes.csv", "kobo_wave"),
        ("kobo_codes.xlsx", "kobo_wave"),
        ("kobo_labels.csv", "kobo_wave"),
        ("limesurvey_full_long.csv", "limesurvey_wave"),
    ],
)
def test_the_draft_of_a_sample_with_words_is_complete(
    name: str, instrument: str, tmp_path: Path
) -> None:
    mapping, notes = draft(SAMPLES / name, instrument)
    path = tmp_path / "m.yaml"
    path.write_text(write_mapping(mapping, notes, name), "utf-8")
    assert read_mapping(path).model_dump() == mapping.model_dump()
    plan = plan_of(SAMPLES / name, authored(instrument), path)
    assert (plan.faults, len(plan.rows)) == ((), 20)


@pytest.mark.parametrize("name", ["kobo_labels", "limesurvey_full_long"])
def test_the_mappings_kept_with_the_samples_are_their_drafts(name: str) -> None:
    mapping, notes = draft(SAMPLES / f"{name}.csv", f"{name.partition('_')[0]}_wave")
    kept = (DATA / f"{name}.mapping.yaml").read_text("utf-8")
    assert write_mapping(mapping, notes, f"{name}.csv") == kept


def test_each_sentence_of_limesurvey_finds_its_own_theme() -> None:
    mapping, _ = draft(SAMPLES / "limesurvey_full_long.csv", "limesurvey_wave")
    questions = [target for target in mapping.items.values() if "_" in target]
    assert len(set(questions)) == 38
    for heading, target in mapping.items.items():
        if heading.startswith("Qualité du service"):
            assert target.startswith("service_quality_")


def test_codes_that_say_nothing_are_left_to_the_person(tmp_path: Path) -> None:
    mapping, notes = draft(SAMPLES / "limesurvey_code_short.csv", "limesurvey_wave")
    assert set(mapping.items.values()) == {TODO}
    assert len(mapping.items) == 38
    assert set(mapping.group.values.values()) == {TODO}
    assert mapping.values["agreement_5"] == {f"A{i}": str(i) for i in range(1, 6)}
    said = {note.where: note.text for note in notes}
    assert "A1, A2" in said["items", "T1[SQ001]"]
    assert ("items", "LIBRE1") not in said
    path = tmp_path / "m.yaml"
    path.write_text(write_mapping(mapping, notes, "x"), "utf-8")
    plan = plan_of(SAMPLES / "limesurvey_code_short.csv", authored("limesurvey_wave"), path)
    assert set(codes(plan)) == {"IMP-023"}
    assert len(plan.faults) == 38 + 8
    assert plan.rows == ()


def test_what_people_wrote_is_never_copied_into_a_draft(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", ["id", "group", "Remarque"], ["1", "employees", "Je m’appelle Ada"]
    )
    mapping, notes = suggest_mapping(read_table(path), factories.instrument())
    assert "Ada" not in write_mapping(mapping, notes, "a.csv")


def test_wordings_in_any_language_and_of_any_group_are_found() -> None:
    matcher = Matcher(factories.instrument())
    for heading in ("Énoncé needs_met.", "Statement needs_met", "needs_met. Énoncé needs_met."):
        found = matcher.by_code(heading) or matcher.by_words(heading)
        assert found is not None
        assert found.target == "needs_met"
    assert matcher.by_words("Tout autre chose ?") is None


def test_a_heading_as_near_to_two_items_is_given_to_neither() -> None:
    same = {"fr": "Les décisions sont expliquées clairement.", "en": "Decisions are explained."}
    questions = [{"code": c, "text": same, "scale": "agreement_5"} for c in ("one", "two")]
    matcher = Matcher(factories.instrument(questions=questions))
    assert matcher.by_words("Les décisions sont expliquées clairement") is None


def test_parts_are_found_by_code_and_by_label() -> None:
    matcher = Matcher(every_type())
    for heading, target in {
        "colours[red]": "colours.red",
        "colours/green": "colours.green",
        "order[2]": "order.2",
        "marker.reason": "marker.reason",
        "G1/colours/Blue": "colours.blue",
    }.items():
        found = matcher.by_code(heading)
        assert found is not None, heading
        assert found.target == target


def test_labels_fold_alike_however_they_are_typed() -> None:
    alike = ["Salarié·e·s", "Salarié(e)s", "salarié.e.s", "SALARIEES", "« Salarié•e•s »"]
    assert len({fold(text) for text in alike}) == 1
    assert fold("Tout à fait d’accord") == fold("tout a fait d'accord")
    assert fold("3.5") != fold("35")


def test_each_program_is_known_by_its_headings() -> None:
    found = {path.name: program_of(read_table(path).header) for path in SAMPLES.glob("*.csv")}
    assert found == {
        "kobo_codes.csv": "kobo", "kobo_labels.csv": "kobo",
        "limesurvey_code_short.csv": "limesurvey", "limesurvey_full_long.csv": "limesurvey",
    }  # fmt: skip
    assert program_of(("id", "group")) == "table"


HEADING = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(headings=st.lists(HEADING.filter(bool), min_size=1, max_size=4, unique=True))
def test_any_heading_survives_being_drafted_and_read_back(
    headings: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    mapping = Mapping(items=dict.fromkeys(headings, TODO))
    path = tmp_path_factory.mktemp("draft") / "m.yaml"
    notes = [Note(("items", heading), heading) for heading in headings]
    path.write_bytes(write_mapping(mapping, notes, "\n".join(headings)).encode())
    hidden = any(ord(c) < 32 or 127 <= ord(c) < 160 for c in "".join(headings))
    if not hidden:
        assert read_mapping(path).model_dump() == mapping.model_dump()
