"""Microdata: everything that was answered, nothing that says who or when."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import date

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from corus.domain.answer import SKIPPED, Answer, State, decode, encode
from corus.exports.answers import AnswersFile, write_answers
from corus.exports.safe_text import unguard
from corus.questions import QUESTION_TYPES
from corus.questions.base import Asked
from tests.exports.factories_exports import make_version

VERSION = make_version()
INSTRUMENT = VERSION.instrument


@dataclass(frozen=True)
class Row:
    document: str
    group: str = "employees"
    variant: str = "standard"
    language: str = "fr"
    mode: str = "self"
    channel: str = "personal"
    completeness: str = "complete"
    received_on: date = date(2026, 3, 9)
    id: bytes = b"never leaves ..."


def row(given: dict[str, Answer], group: str = "employees") -> Row:
    asked = {i.code: SKIPPED for i in INSTRUMENT.items if INSTRUMENT.asks(i, group)}
    return Row(encode({**asked, **given}, INSTRUMENT).decode(), group)


def cells(file: AnswersFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


def given_text(text: str) -> dict[str, Answer]:
    return {"open_unexpected": Answer(State.GIVEN, text, quotable=True)}


def test_wide_layout_has_one_row_per_response_and_five_states():
    found = cells(
        write_answers(
            [
                row(
                    {
                        "needs_relevance": Answer(State.GIVEN, 3),
                        "needs_take_up": Answer(State.DONT_KNOW),
                        "democracy_voice": Answer(State.NOT_CONCERNED),
                        "democracy_power": Answer(State.NOT_SHOWN),
                        "priorities": Answer(State.GIVEN, ("needs", "ecology")),
                    }
                )
            ],
            VERSION,
        )
    )[0]
    assert found["needs_relevance"] == "4"
    assert found["needs_take_up"] == "dont_know"
    assert found["democracy_voice"] == "not_concerned"
    assert found["democracy_power"] == "not_shown"
    assert found["ecology_effects"] == ""
    assert found["priorities"] == "needs|ecology"
    assert found["received_on"] == "2026-03-09"
    assert cells(write_answers([row({}, "board")], VERSION))[0]["ecology_effects"] == "-"


def test_the_stored_key_never_leaves_and_the_number_follows_a_random_order():
    rows = [row(given_text(f"text {number}")) for number in range(40)]
    file = write_answers(rows, VERSION)
    found = cells(file)
    assert b"never leaves" not in file.content
    assert [r["response_id"] for r in found] == [str(n) for n in range(1, 41)]
    texts = [r["open_unexpected"] for r in found]
    assert sorted(texts) == sorted(f"text {n}" for n in range(40))
    assert texts != [f"text {n}" for n in range(40)]


def test_the_draw_can_be_repeated_only_with_an_explicit_seed():
    rows = [row(given_text(f"text {number}")) for number in range(40)]
    seeded = [write_answers(rows, VERSION, shuffle=random.Random(7)).content for _ in range(2)]
    assert seeded[0] == seeded[1]
    assert write_answers(rows, VERSION).content != write_answers(rows, VERSION).content


@given(st.text(min_size=1, max_size=40))
def test_answers_read_back_are_the_answers_written(text):
    document = row(given_text(text)).document
    found = cells(write_answers([Row(document)], VERSION))[0]
    item = INSTRUMENT.item_by_code["open_unexpected"]
    asked = Asked.of(INSTRUMENT, item, "employees", "standard")
    kind = QUESTION_TYPES["text"]
    read = kind.read(
        asked,
        {
            "": unguard(found["open_unexpected"]),
            "quotable": unguard(found["open_unexpected.quotable"]),
        },
    )
    sent = {"q.open_unexpected": [text], "q.open_unexpected.quotable": ["yes"]}
    assert read == kind.parse(asked, sent)


def test_every_item_of_every_type_reads_back():
    given_answers = {
        "needs_relevance": Answer(State.GIVEN, 0),
        "needs_take_up": Answer(State.NOT_CONCERNED),
        "priorities": Answer(State.GIVEN, ("democracy",)),
        "open_change": Answer(State.GIVEN, "=cmd|' /C calc'!A0"),
    }
    source = row(given_answers)
    found = cells(write_answers([source], VERSION))[0]
    answers = {}
    for item in INSTRUMENT.items:
        if found[item.code] == "-":
            continue
        asked = Asked.of(INSTRUMENT, item, "employees", "standard")
        part = {"": found[item.code], "quotable": found.get(f"{item.code}.quotable", "")}
        answers[item.code] = QUESTION_TYPES[item.type].read(
            asked, {k: unguard(v) for k, v in part.items()}
        )
    assert answers == decode(source.document, INSTRUMENT)
    assert found["open_change"].startswith("'=")


def test_pandas_reads_the_file_without_its_mark():
    frame = pd.read_csv(io.BytesIO(write_answers([row({})], VERSION).content), dtype=str)
    assert frame.columns[0] == "response_id"


def test_no_response_gives_a_file_with_heads_only():
    file = write_answers([], VERSION)
    assert cells(file) == []
    assert file.rows_out == 0
