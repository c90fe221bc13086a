"""The frame of answers: one row per response, states apart, nothing that tells who came when."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

from corus.domain.answer import Answer, State
from corus.domain.instrument import InstrumentVersion
from corus.errors import InputError
from corus.exports.microdata.frame import answers_frame
from corus.exports.microdata.variables import variables
from corus.questions import QUESTION_TYPES
from tests.exports.microdata.factories_microdata import GIVEN, every_type, row, some_rows

INSTRUMENT = every_type()


@pytest.fixture(scope="module")
def one() -> pd.Series:
    return answers_frame([row(INSTRUMENT, GIVEN)], INSTRUMENT).iloc[0]


def test_points_are_values_as_asked_and_never_reversed(one) -> None:
    assert one["needs_relevance"] == 4
    reversed_one = {"needs_take_up": Answer(State.GIVEN, 0)}
    frame = answers_frame([row(INSTRUMENT, reversed_one)], INSTRUMENT)
    assert frame.loc[0, "needs_take_up"] == 1
    assert frame["needs_take_up"].dtype == "Int8"


def test_five_states_and_not_asked_are_six_words_and_no_value_is_invented(one) -> None:
    states = {code: one[f"{code}__state"] for code in GIVEN}
    assert states["needs_relevance"] == "given"
    assert states["needs_take_up"] == "dont_know"
    assert states["democracy_voice"] == "not_concerned"
    assert states["democracy_power"] == "not_shown"
    assert one["ecology_effects__state"] == "skipped"
    board = answers_frame([row(INSTRUMENT, {}, "board")], INSTRUMENT).iloc[0]
    assert board["ecology_effects__state"] == "not_asked"
    for code in ("needs_take_up", "democracy_voice", "democracy_power", "ecology_effects"):
        assert one[code] is pd.NA


def test_every_kind_of_answer_has_its_columns(one) -> None:
    assert [one[f"priorities__{o}"] for o in ("needs", "democracy", "ecology")] == [1, 0, 1]
    assert one["by"] == "b"
    assert [one[f"order__{o}"] for o in "abc"] == [2, 0, 1]
    assert [one[f"shares__{o}"] for o in "abc"] == [30, 70, 0]
    assert one["hours"] == 2.5
    assert one["open_change"] == "=1+1, « oui »\nà voir"
    assert one["open_unexpected__quotable"]
    assert (one["reached"], one["reached__reason"]) == (5, "Parce que")
    assert one["reached__evidence"] == "p. 3\np. 4"


def test_points_of_two_scales_never_share_a_column() -> None:
    easy = row(INSTRUMENT, {"needs_relevance": Answer(State.GIVEN, 2)}, "beneficiaries",
               variant="easy")  # fmt: skip
    usual = row(INSTRUMENT, {"needs_relevance": Answer(State.GIVEN, 2)}, "beneficiaries")
    frame = answers_frame([easy, usual], INSTRUMENT).set_index("variant")
    assert frame.loc["easy", "needs_relevance"] is pd.NA
    assert frame.loc["easy", "needs_relevance__easy_3"] == 3
    assert frame.loc["standard", "needs_relevance"] == 3
    assert frame.loc["standard", "needs_relevance__easy_3"] is pd.NA
    assert list(frame["needs_relevance__state"]) == ["given", "given"]


def test_no_answer_gives_the_same_columns_with_the_same_types() -> None:
    empty = answers_frame([], INSTRUMENT)
    full = answers_frame(some_rows(INSTRUMENT), INSTRUMENT)
    assert len(empty) == 0
    assert [str(t) for t in empty.dtypes] == [str(t) for t in full.dtypes]
    assert list(empty.columns) == [v.name for v in variables(INSTRUMENT)]


def test_the_order_is_drawn_and_joins_nothing_with_what_is_stored() -> None:
    rows = [row(INSTRUMENT, {"open_change": Answer(State.GIVEN, f"text {n}")}) for n in range(40)]
    frame = answers_frame(rows, INSTRUMENT)
    assert frame["response_id"].tolist() == list(range(1, 41))
    assert sorted(frame["open_change"]) == sorted(f"text {n}" for n in range(40))
    assert frame["open_change"].tolist() != [f"text {n}" for n in range(40)]
    seeded = [answers_frame(rows, INSTRUMENT, shuffle=random.Random(7)) for _ in range(2)]
    pd.testing.assert_frame_equal(*seeded)


def test_every_question_type_there_is_has_a_column_and_a_state() -> None:
    asked = {item.type for item in INSTRUMENT.items}
    assert asked == set(QUESTION_TYPES)
    found = {v.item.code: set() for v in variables(INSTRUMENT) if v.item}
    for v in variables(INSTRUMENT):
        if v.item:
            found[v.item.code].add(v.role)
    assert all("state" in roles and len(roles) > 1 for roles in found.values())
    assert not any("cell" in roles for roles in found.values())


def test_every_label_is_said_in_french_and_english() -> None:
    for v in variables(INSTRUMENT, "Le Panier"):
        assert v.label["fr"]
        assert v.label["en"]
        assert "{organization}" not in v.label["fr"]
        for _, label in v.values:
            assert label


def test_two_columns_of_one_name_are_refused_in_words() -> None:
    from tests.exports.factories_exports import QUESTIONS

    twin = {"code": "open_change__state", "type": "text", "purpose": "other",
            "text": {"fr": "?", "en": "?"}}  # fmt: skip
    clash = every_type().model_copy(update={})
    clash = InstrumentVersion.freeze(clash).instrument
    clash = type(clash).model_validate(
        clash.model_dump(mode="json", exclude_none=True) | {"questions": [*QUESTIONS, twin]}
    )
    with pytest.raises(InputError, match="EXP-005"):
        variables(clash)


@pytest.mark.deep
def test_a_hundred_thousand_responses_are_a_frame_within_seconds() -> None:
    rows = some_rows(INSTRUMENT, 1000) * 100
    frame = answers_frame(rows, INSTRUMENT)
    assert len(frame) == len(rows)
    assert np.isin(frame["needs_relevance"].dropna(), range(1, 6)).all()
