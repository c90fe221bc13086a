"""What every question type promises, checked on every member of the registry."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corus.questions
from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State, decode, encode
from corus.domain.instrument import Item
from corus.language import words
from corus.questions import QUESTION_TYPES
from corus.questions.base import COMMON, Asked, QuestionType, Refusal
from corus.questions.common import clean
from tests.questions.factories import FIELDS, a_scale, an_instrument, an_item, asked, options

KINDS = sorted(QUESTION_TYPES)
OPT_OUTS = (State.DONT_KNOW, State.NOT_CONCERNED)

texts = st.text(max_size=60).map(clean).filter(bool)
lines = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20).map(clean)


def given_values(a: Asked) -> st.SearchStrategy[object]:
    item = a.item
    codes = [option.code for option in item.options]
    most = item.max_choices or len(codes)
    if item.type in ("rating", "level", "single_choice"):
        size = len(a.scale.points) if a.scale else len(codes)
        return st.integers(0, size - 1)
    if item.type == "multiple_choice":
        chosen = st.sets(st.sampled_from(codes), min_size=1, max_size=most)
        return chosen.map(lambda some: tuple(c for c in codes if c in some))
    if item.type == "ranking":
        ranked = st.lists(st.sampled_from(codes), min_size=1, max_size=most, unique=True)
        return ranked.map(tuple)
    if item.type == "allocation":
        cuts = st.lists(
            st.integers(0, item.total or 0), min_size=len(codes) - 1, max_size=len(codes) - 1
        )
        return cuts.map(lambda c: shares(codes, sorted(c), item.total or 0))
    if item.type == "number":
        return st.floats(item.minimum, item.maximum).map(lambda v: v + 0.0)
    assert item.type == "text", f"say here which answers {item.type} may have"
    reserved = st.sampled_from(["-", "not_shown", "\\-", "\\\\not_shown", "dont_know", "=1+1"])
    return texts | reserved


def shares(codes: list[str], cuts: list[int], total: int) -> dict[str, int]:
    edges = [0, *cuts, total]
    return {c: high - low for c, low, high in zip(codes, edges, edges[1:], strict=False)}


@st.composite
def answers(draw: st.DrawFn, a: Asked) -> Answer:
    states = [State.GIVEN, *(OPT_OUTS if a.scale else ()), State.SKIPPED]
    state = draw(st.sampled_from(states))
    if state is State.SKIPPED:
        return SKIPPED
    value = draw(given_values(a)) if state is State.GIVEN else None
    if a.item.type == "level":
        evidence = draw(st.lists(lines.filter(bool), max_size=3).map(tuple))
        return Answer(state, value, draw(texts), evidence)  # type: ignore[arg-type]
    quotable = a.item.quotation and state is State.GIVEN and draw(st.booleans())
    return Answer(state, value, quotable=quotable)  # type: ignore[arg-type]


def member(kind: str) -> tuple[QuestionType, Asked]:
    return QUESTION_TYPES[kind], asked(kind)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_parsing_a_filled_form_gives_the_answer_back(kind: str, data: st.DataObject) -> None:
    question, a = member(kind)
    answer = data.draw(answers(a))
    assert question.parse(a, question.fill(a, answer)) == answer


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_reading_written_cells_gives_the_answer_back(kind: str, data: st.DataObject) -> None:
    question, a = member(kind)
    answer = data.draw(answers(a) | st.just(NOT_SHOWN))
    cells = question.write(a, answer)
    assert all(isinstance(cell, str) for cell in cells.values())
    assert question.read(a, cells) == answer


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_an_answer_survives_storage(kind: str, data: st.DataObject) -> None:
    _, a = member(kind)
    answer = data.draw(answers(a) | st.just(NOT_SHOWN))
    instrument = an_instrument(a.item)
    assert decode(encode({"x": answer}, instrument), instrument) == {"x": answer}


@pytest.mark.parametrize("kind", KINDS)
def test_absent_and_empty_fields_are_skipped(kind: str) -> None:
    question, a = member(kind)
    parts = [a.field, *(f"{a.field}.{option.code}" for option in a.item.options)]
    assert question.parse(a, {}) == SKIPPED
    assert question.parse(a, {"q.other": ["1"]}) == SKIPPED
    assert question.parse(a, {name: [] for name in parts}) == SKIPPED
    assert question.parse(a, {name: [""] for name in parts}) == SKIPPED
    assert question.read(a, {}) == question.read(a, {"": " "}) == SKIPPED
    assert question.write(a, SKIPPED)[""] == ""


@pytest.mark.parametrize("kind", ["rating", "single_choice", "number", "text", "level"])
def test_two_values_in_a_single_field_are_refused(kind: str) -> None:
    question, a = member(kind)
    with pytest.raises(Refusal, match=r"1 / 2.*ANS-101"):
        question.parse(a, {"q.x": ["1", "2"]})


FORGED = "forged" * 20
FORGERIES = {
    "ranking": ({f"q.x.{FORGED}": ["1"]}, {"": FORGED}),
    "allocation": ({f"q.x.{FORGED}": ["100"]}, {"": f"{FORGED}:100"}),
    "number": ({"q.x": [FORGED]}, {"": FORGED}),
    "level": ({"q.x": [FORGED], "q.x.reason": ["why"]}, {"": FORGED, "reason": "why"}),
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "text"])
def test_a_forged_option_is_refused_with_its_first_40_characters(kind: str) -> None:
    question, a = member(kind)
    form, cells = FORGERIES.get(kind, ({"q.x": [FORGED]}, {"": FORGED}))
    for refused in (lambda: question.parse(a, form), lambda: question.read(a, cells)):
        with pytest.raises(Refusal) as caught:
            refused()
        sent = FORGED[:39] + "…"
        assert f"“{sent}”" in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["not_shown", "skipped", "given", "-"])
def test_a_form_cannot_send_a_state(kind: str, word: str) -> None:
    question, a = member(kind)
    try:
        answer = question.parse(a, {"q.x": [word], "q.x.a": [word]})
    except Refusal:
        return
    assert answer in (SKIPPED, Answer(State.GIVEN, word))


@pytest.mark.parametrize("kind", ["rating", "level"])
def test_opt_outs_are_taken_only_where_the_scale_has_them(kind: str) -> None:
    question = QUESTION_TYPES[kind]
    a, bare = asked(kind), asked(kind, scale="plain_2")
    for state in OPT_OUTS:
        form = {"q.x": [state.value], "q.x.reason": ["why"]}
        assert question.parse(a, form).state is state
        with pytest.raises(Refusal, match=state.value):
            question.parse(bare, form)


@pytest.mark.parametrize("kind", KINDS)
def test_the_codebook_names_every_coded_value_in_the_language_asked_for(kind: str) -> None:
    question, a = member(kind)
    book = question.codebook(a, "fr")
    assert all(code and label for code, label in book)
    assert len(book) == (len(a.scale.points) + 2 if a.scale else len(a.item.options))
    if a.scale:
        assert book[-1] == ("not_concerned", "Cela ne me concerne pas")


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_example_has_no_problem_and_takes_known_fields(kind: str) -> None:
    question, a = member(kind)
    assert question.name == kind
    assert list(question.check(a.item, an_instrument(a.item))) == []
    own = question.required | question.optional
    assert own.isdisjoint(COMMON)
    assert own | COMMON <= set(Item.model_fields)
    assert set(FIELDS[kind]) <= own


def test_every_field_of_an_item_belongs_to_some_type() -> None:
    taken = {
        f for question in QUESTION_TYPES.values() for f in question.required | question.optional
    }
    assert set(Item.model_fields) == taken | COMMON


PROBLEMS = [
    ("rating", {"scale": "one_point"}, "QST-005"),
    ("level", {"scale": "one_point"}, "QST-005"),
    ("level", {"descriptors": ({"fr": "absent"},)}, "QST-008"),
    ("single_choice", {"options": ()}, "QST-001"),
    ("single_choice", {"options": options("a", "a")}, "QST-002"),
    ("single_choice", {"options": options("a", "dont_know")}, "QST-003"),
    ("ranking", {"max_choices": 9}, "QST-004"),
    ("allocation", {"options": ()}, "QST-001"),
    ("single_choice", {"options": options(*(f"o{i}" for i in range(37)))}, "QST-006"),
    ("number", {"minimum": 2, "maximum": 1.5}, "QST-007"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "code"), PROBLEMS)
def test_a_badly_authored_item_is_told_with_its_cure(
    kind: str, fields: dict[str, object], code: str
) -> None:
    item = an_item(kind, **fields)
    instrument = an_instrument(item, scales={"one_point": a_scale(1), "levels": a_scale()})
    problems = list(QUESTION_TYPES[kind].check(item, instrument))
    assert [problem.code for problem in problems] == [code]
    assert all(p.message and p.hint and p.field in Item.model_fields for p in problems)


def refusal_messages() -> set[str]:
    found = set()
    for path in Path(corus.questions.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message":
                found.add(str(ast.literal_eval(node.value)))
    return found


def test_every_refusal_is_said_in_french_with_the_same_parameters() -> None:
    messages = refusal_messages()
    assert len(messages) >= 17
    parameters = re.compile(r"\{\w+\}")
    for message in messages:
        said = words("fr")(message)
        assert said != message
        assert set(parameters.findall(said)) <= set(parameters.findall(message))
        assert not re.search(r"[^\u202f][;:?!»]|«[^\u202f]", said), said
