"""Our own layouts: what is exported comes back as the documents it was."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State, encode
from corus.domain.instrument import InstrumentVersion
from corus.exports.answers import write_answers
from corus.questions.common import clean
from tests import factories
from tests.services.importing.factories import (
    DAY,
    OWN_HEADINGS,
    codes,
    column,
    every_type,
    plan_of,
    rest,
    write_csv,
)

INSTRUMENT = every_type()
OPTIONS = ("red", "green", "blue")


@dataclass(frozen=True)
class Stored:
    """A response as the store holds it."""

    group: str
    document: str
    variant: str = "standard"
    language: str = "fr"
    mode: str = "self"
    channel: str = "open"
    completeness: str = "complete"
    received_on: date = date(2026, 3, 5)


def value(kind: object) -> st.SearchStrategy[Answer]:
    return kind.map(lambda found: Answer(State.GIVEN, found))  # type: ignore[attr-defined]


EMPTY = st.sampled_from([SKIPPED, NOT_SHOWN])
OPTED_OUT = st.sampled_from([Answer(State.DONT_KNOW), Answer(State.NOT_CONCERNED)])
POINT = value(st.integers(0, 4))
LINE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
TEXT = st.one_of(
    st.sampled_from(
        ["-", "dont_know", "not_shown", "\\-", "=1+1", "'=x", "''", "+1", "@a", "a\nb"]
    ),
    st.lists(LINE, min_size=1, max_size=3).map("\n".join),
)


WRITTEN = TEXT.map(clean).filter(bool)
LEVEL = st.builds(
    lambda point, why, shown: Answer(State.GIVEN, point, reason=why, evidence=tuple(shown)),
    st.integers(0, 4), WRITTEN, st.lists(LINE.map(clean).filter(bool), max_size=2),
)  # fmt: skip
GIVEN = {
    "needs_met": POINT | OPTED_OUT,
    "needs_missed": POINT | OPTED_OUT,
    "democracy_met": POINT | OPTED_OUT,
    "democracy_missed": POINT,
    "colour": value(st.integers(0, 2)),
    "colours": value(st.sets(st.sampled_from(OPTIONS), min_size=1, max_size=2)
                     .map(lambda found: tuple(c for c in OPTIONS if c in found))),
    "order": value(st.permutations(OPTIONS).map(tuple)),
    "points": value(st.integers(1, 99).map(lambda n: {"red": n, "green": 0, "blue": 100 - n})),
    "years": value(st.floats(0, 120).map(lambda x: round(x, 3) + 0.0)),
    "words": st.builds(lambda t, q: Answer(State.GIVEN, t, quotable=q), WRITTEN, st.booleans()),
    "more": value(WRITTEN),
    "marker": LEVEL,
    "inside": POINT,
}  # fmt: skip


@st.composite
def stored(draw: st.DrawFn) -> Stored:
    group = draw(st.sampled_from(["employees", "neighbours"]))
    answers = {
        code: draw(EMPTY | strategy)
        for code, strategy in GIVEN.items()
        if code != "inside" or group == "employees"
    }
    return Stored(
        group, encode(answers, INSTRUMENT).decode(),
        language=draw(st.sampled_from(["fr", "en"])),
        mode=draw(st.sampled_from(["self", "interview", "unknown"])),
        completeness=draw(st.sampled_from(["complete", "partial"])),
    )  # fmt: skip


def exported(rows: list[Stored]) -> bytes:
    version = InstrumentVersion.freeze(INSTRUMENT)
    return write_answers(rows, version, shuffle=random.Random(1)).content


def long(content: bytes) -> tuple[list[str], list[list[str]]]:
    """The wide export in the long layout, one row per cell."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    made = []
    for row in rows:
        about = [row[name] for name in OWN_HEADINGS]
        for heading, cell in row.items():
            item, _, part = heading.partition(".")
            if heading not in OWN_HEADINGS:
                made.append([*about, item, part, cell])
    return [*OWN_HEADINGS, "item", "part", "value"], made


def content_of(rows: list[object]) -> list[tuple[object, ...]]:
    """What must be equal, in no order: the export draws one."""
    return sorted(
        (r.group, r.variant, r.language, r.mode, r.completeness, r.received_on,  # type: ignore[attr-defined]
         r.document if isinstance(r.document, str) else r.document.decode())  # type: ignore[attr-defined]
        for r in rows
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(stored(), min_size=1, max_size=4))
def test_exported_answers_are_read_back_to_the_same_documents(
    rows: list[Stored], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = exported(rows)
    wide = tmp_path_factory.mktemp("own") / "wide.csv"
    wide.write_bytes(content)
    gathered = write_csv(wide.with_name("long.csv"), long(content)[0], *long(content)[1])
    for path in (wide, gathered):
        plan = plan_of(path, INSTRUMENT)
        assert plan.faults == ()
        assert content_of(list(plan.rows)) == content_of(rows)
        assert {row.channel for row in plan.rows} == {"import"}


def about(number: str, group: str = "employees", **changes: str) -> list[str]:
    values = {
        "response_id": number, "group": group, "variant": "standard", "language": "fr",
        "mode": "self", "channel": "open", "completeness": "complete", "received_on": "2026-03-05",
    }  # fmt: skip
    return list((values | changes).values())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"group": "martians"}, "IMP-032"),
        ({"language": "de"}, "IMP-033"),
        ({"received_on": "soon"}, "IMP-034"),
        ({"mode": "telepathy"}, "IMP-035"),
        ({"variant": "hard"}, "IMP-035"),
        ({"completeness": "finished"}, "IMP-035"),
        ({"response_id": ""}, "IMP-030"),
    ],
)
def test_a_forged_fact_about_a_row_is_refused(
    changes: dict[str, str], code: str, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv", [*OWN_HEADINGS, "needs_met"], [*about("1", **changes), "3"]
    )
    assert codes(plan_of(path)) == [code]


def test_forged_answers_are_refused_with_their_column(tmp_path: Path) -> None:
    header = [*OWN_HEADINGS, "needs_met", "democracy_met", "surprise"]
    path = write_csv(tmp_path / "a.csv", header, [*about("1"), "9", "-", "-"])
    plan = plan_of(path)
    assert [(f.column, f.code) for f in plan.faults] == [
        ("needs_met", "ANS-102"), ("democracy_met", "IMP-039"), ("surprise", "IMP-039"),
    ]  # fmt: skip


def test_our_layout_does_not_guess_at_spellings(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*OWN_HEADINGS, "needs_met"], [*about("1"), "Plutôt oui"])
    assert codes(plan_of(path)) == ["ANS-102"]


def test_a_response_that_contradicts_itself_in_the_long_layout_is_refused(tmp_path: Path) -> None:
    header = [*OWN_HEADINGS, "item", "part", "value"]
    path = write_csv(
        tmp_path / "a.csv", header,
        [*about("1"), "needs_met", "", "3"],
        [*about("1"), "needs_met", "", "4"],
        [*about("1", language="en"), "democracy_met", "", "4"],
        [*about("2"), "needs_met", "", "9"],
    )  # fmt: skip
    plan = plan_of(path)
    assert [(f.line, f.column, f.code) for f in plan.faults] == [
        (3, "needs_met", "IMP-014"), (4, "language", "IMP-014"), (5, "needs_met", "ANS-102"),
    ]  # fmt: skip


def test_an_unknown_item_of_our_layout_is_refused(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", [*OWN_HEADINGS, "needs_met", "gone"], [*about("1"), "3", "4"]
    )
    assert [(f.column, f.code) for f in plan_of(path).faults] == [("gone", "IMP-020")]


def test_masked_formulas_come_back_as_they_were(tmp_path: Path) -> None:
    texts = ["=1+1", "'=1+1", "-", "'"]
    rows = [
        Stored(
            "employees",
            encode({"surprise": Answer(State.GIVEN, t)}, factories.instrument()).decode(),
        )
        for t in texts
    ]
    # Items that are absent from a document were not asked; here only the text was.
    version = InstrumentVersion.freeze(factories.instrument())
    content = write_answers(rows, version, shuffle=random.Random(1)).content
    path = tmp_path / "a.csv"
    path.write_bytes(content.replace(b",-", b","))
    assert sorted(rest(plan_of(path), "surprise")) == sorted(texts)


def test_a_wide_file_needs_only_the_response_and_its_group(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["response_id", "group", "needs_met"],
                     ["1", "employees", "3"], ["2", "neighbours", "dont_know"])  # fmt: skip
    plan = plan_of(path)
    assert plan.faults == ()
    assert column(plan, factories.instrument(), "needs_met") == "2d"
    (facts,) = {
        (r.variant, r.language, r.mode, r.channel, r.completeness, r.received_on) for r in plan.rows
    }
    assert facts == ("standard", "fr", "unknown", "import", "complete", DAY)


@pytest.mark.parametrize("part", [[], ["part"]])
def test_a_long_file_needs_only_response_group_item_and_value(
    part: list[str], tmp_path: Path
) -> None:
    empty = [""] * len(part)
    path = write_csv(tmp_path / "a.csv", ["response_id", "group", "item", *part, "value"],
                     ["1", "employees", "needs_met", *empty, "3"],
                     ["1", "employees", "democracy_met", *empty, "4"],
                     ["2", "neighbours", "needs_met", *empty, "5"])  # fmt: skip
    plan = plan_of(path)
    assert plan.faults == ()
    assert column(plan, factories.instrument(), "needs_met") == "24"
    assert {(r.language, r.mode, r.received_on) for r in plan.rows} == {("fr", "unknown", DAY)}


def test_a_further_column_of_a_long_file_is_refused_and_not_forgotten(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["response_id", "group", "lang", "item", "value"],
                     ["1", "employees", "en", "needs_met", "3"])  # fmt: skip
    assert [(f.column, f.code) for f in plan_of(path).faults] == [("lang", "IMP-020")]


def test_one_column_per_option_is_no_column_of_our_layout(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["response_id", "group", "colours.red"],
                     ["1", "employees", "1"])  # fmt: skip
    plan = plan_of(path, INSTRUMENT)
    assert [(f.column, f.code) for f in plan.faults] == [("colours.red", "IMP-020")]


def test_an_e_mail_column_beside_our_own_is_dropped_with_the_reason(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["response_id", "group", "Courriel", "needs_met"],
                     ["1", "employees", "a@b.fr", "3"])  # fmt: skip
    plan = plan_of(path)
    assert (plan.faults, len(plan.rows)) == ((), 1)
    assert "e-mail" in plan.dropped_columns["Courriel"]


def test_points_re_saved_as_decimals_are_the_points_they_were(tmp_path: Path) -> None:
    header = ["response_id", "group", "needs_met", "marker", "marker.reason"]
    path = write_csv(tmp_path / "a.csv", header, *(
        [str(n), "employees", cell, cell, "05"] for n, cell in enumerate(["5.0", "5,0", "05", "5"])
    ))  # fmt: skip
    plan = plan_of(path, INSTRUMENT)
    assert plan.faults == ()
    assert column(plan, INSTRUMENT, "needs_met") == column(plan, INSTRUMENT, "marker") == "4444"


@pytest.mark.parametrize("cell", ["4.5", "1,000", "9.0", "5.", "٥"])
def test_what_is_no_whole_point_stays_refused_as_it_was_written(cell: str, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", ["response_id", "group", "needs_met"], ["1", "employees", cell]
    )
    (fault,) = plan_of(path).faults
    assert fault.code == "ANS-102"
    assert f"“{cell}”" in str(fault)


def test_options_not_separated_by_a_bar_are_refused_naming_the_bar(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["response_id", "group", "colours"],
                     ["1", "employees", "red green"])  # fmt: skip
    (fault,) = plan_of(path, INSTRUMENT).faults
    assert (fault.code, fault.column) == ("ANS-102", "colours")
    assert "red|green" in fault.hint
