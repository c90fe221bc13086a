"""The mapping file: every fault at once, with its line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from corus.errors import InputError
from corus.services.importing import read_mapping
from tests import factories
from tests.services.importing.factories import (
    codes,
    column,
    every_type,
    plan_of,
    write_csv,
    write_yaml,
)


def test_a_mapping_translates_columns_groups_and_values(tmp_path: Path) -> None:
    mapping = write_yaml(
        tmp_path / "m.yaml",
        """
source: table
id: Numéro
group: {column: Qui, values: {1: employees, 2: neighbours}}
language: {default: en}
mode: {default: interview}
completed: {column: État, values: {fini: complete, en cours: partial}}
items:
  Q1: needs_met
  Q2: democracy_met
values:
  agreement_5: {10: 1, 20: 5, bof: dont_know}
  democracy_met: {20: 4}
ignore: {Q3: asked for another study}
""",
    )
    path = write_csv(
        tmp_path / "a.csv", ["Numéro", "Qui", "État", "Q1", "Q2", "Q3"],
        ["a", "1", "fini", "20", "20", "?"], ["b", "2", "en cours", "Bof", "3", "!"],
    )  # fmt: skip
    plan = plan_of(path, mapping=mapping)
    assert plan.faults == ()
    first, second = plan.rows
    assert (first.group, second.group) == ("employees", "neighbours")
    assert (first.language, first.mode) == ("en", "interview")
    assert (first.completeness, second.completeness) == ("complete", "partial")
    assert column(plan, factories.instrument(), "needs_met") == "4d"
    assert column(plan, factories.instrument(), "democracy_met") == "32"
    assert plan.dropped_columns["Q3"] == "asked for another study"


def test_every_fault_of_a_mapping_is_said_with_its_line(tmp_path: Path) -> None:
    mapping = write_yaml(
        tmp_path / "m.yaml",
        """\
id: nowhere
group:
  column: who
  values:
    A: martians
    B: TODO
items:
  one: needs_met
  two: needs_met
  three: unheard_of
  four: priority.violet
  five: TODO
values:
  agreement_5:
    x: 12
    y: TODO
  likert: {z: 1}
""",
    )
    header = ["who", "one", "two", "three", "four", "five"]
    plan = plan_of(write_csv(tmp_path / "a.csv", header, ["A", *"12345"]), mapping=mapping)
    assert sorted((fault.line, fault.code) for fault in plan.faults) == [
        (1, "IMP-021"), (5, "IMP-025"), (6, "IMP-023"), (9, "IMP-024"), (10, "IMP-022"),
        (11, "IMP-022"), (12, "IMP-023"), (15, "IMP-027"), (16, "IMP-023"), (17, "IMP-028"),
    ]  # fmt: skip
    assert all(fault.file == str(mapping) and fault.hint for fault in plan.faults)


def test_a_row_without_a_group_needs_a_default(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["needs_met"], ["1"])
    assert codes(plan_of(path)) == ["IMP-029"]
    mapping = write_yaml(
        tmp_path / "m.yaml", "group: {default: employees}\nitems: {needs_met: needs_met}\n"
    )
    assert [row.group for row in plan_of(path, mapping=mapping).rows] == ["employees"]


def test_an_item_cannot_have_both_a_column_and_a_column_per_option(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["all", "red", "why"], ["red", "1", ""])
    text = (
        "group: {default: employees}\nitems: {all: colours, red: colours.red, why: marker.reason}\n"
    )
    plan = plan_of(path, every_type(), write_yaml(tmp_path / "m.yaml", text))
    assert codes(plan) == ["IMP-024"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("items: [a, b]\n", 1),
        ("id: a\nitem: {a: b}\n", 2),
        ("id: a\nitems:\n  a: b\n  a: c\n", 4),
        ("source: excel\n", 1),
        ("id: a\n  b: c\n", 2),
    ],
)
def test_a_mapping_that_is_none_is_refused_by_line(text: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_mapping(write_yaml(tmp_path / "m.yaml", text))
    assert caught.value.faults[0].line == line
    assert "instrument" not in str(caught.value.faults[0])


def test_a_missing_mapping_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_mapping(tmp_path / "none.yaml")
