"""Settling a whole response, and the faults of routing told to authors."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.errors import InputError
from corus.questions.base import Problem
from corus.questions.relevance import RelevanceError, check_relevance, settle, value_of
from tests.questions.factories import a_scale, an_instrument, an_item, asked, options

GIVEN = State.GIVEN
UNSURE = Answer(State.DONT_KNOW)


def routed(**relevant: str | None) -> Instrument:
    """Ratings by these codes, each with its expression."""
    return an_instrument(*(an_item(code=c, relevant=e) for c, e in relevant.items()))


def settled(instrument: Instrument, **answers: Answer) -> tuple[dict[str, Answer], tuple[str, ...]]:
    found, aside = settle(instrument, "employees", "standard", answers)
    return dict(found), aside


def points(**values: int) -> dict[str, Answer]:
    """Answers by point *value* on the five-point scale; 0 is skipped."""
    return {c: Answer(GIVEN, v - 1) if v else SKIPPED for c, v in values.items()}


# Settling


def test_without_relevance_the_answers_come_back_as_they_are() -> None:
    answers = points(a=1, b=2)
    found, aside = settle(routed(a=None, b=None), "employees", "standard", answers)
    assert found is answers
    assert aside == ()


CASES = [
    # a  b  then b is     aside    b is asked when a is 4 or more
    (4, 2, "given", ()),
    (4, 0, "skipped", ()),
    (3, 2, "not_shown", ("b",)),
    (3, 0, "not_shown", ()),
    (0, 2, "not_shown", ("b",)),
]


@pytest.mark.parametrize(("a", "b", "state", "aside"), CASES)
def test_an_answer_made_pointless_is_set_aside(
    a: int, b: int, state: str, aside: tuple[str, ...]
) -> None:
    found, listed = settled(routed(a=None, b="${a} >= 4"), **points(a=a, b=b))
    assert (found["b"].state, listed) == (state, aside)
    assert found["a"] == points(a=a)["a"]


def test_opt_outs_are_set_aside_like_answers() -> None:
    found, aside = settled(routed(a=None, b="${a} >= 4"), a=UNSURE, b=UNSURE)
    assert found == {"a": UNSURE, "b": NOT_SHOWN}
    assert aside == ("b",)


def test_what_is_not_shown_counts_as_empty_for_what_depends_on_it() -> None:
    # Authored in the wrong order on purpose: dependencies decide, and the list is in item order.
    instrument = routed(c="${b} >= 1", b="${a} >= 4", a=None)
    assert settled(instrument, **points(a=5, b=3, c=3))[1] == ()
    found, aside = settled(instrument, **points(a=1, b=3, c=3))
    assert aside == ("c", "b")
    assert found == {"a": Answer(GIVEN, 0), "b": NOT_SHOWN, "c": NOT_SHOWN}


def test_an_item_the_group_is_not_asked_is_empty_and_stays_absent() -> None:
    instrument = routed(a=None, b="${a} = ''")
    found, aside = settled(instrument, **points(b=2))
    assert found == points(b=2)
    assert aside == ()
    assert settled(instrument, **points(a=2))[0] == points(a=2)


def test_what_a_paper_form_did_not_show_stays_not_shown() -> None:
    found, aside = settled(routed(a=None, b="${a} >= 4"), a=Answer(GIVEN, 4), b=NOT_SHOWN)
    assert found["b"] == NOT_SHOWN
    assert aside == ()


def test_settling_leaves_the_answers_it_was_given_alone() -> None:
    answers = points(a=1, b=2)
    settle(routed(a=None, b="${a} >= 4"), "employees", "standard", answers)
    assert answers == points(a=1, b=2)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 5)))
def test_settling_twice_changes_nothing_more(values: dict[str, int]) -> None:
    instrument = routed(a=None, b="${a} > 2", c="${b} > 2 or ${a} = 1", d="${c} = ''")
    once, _ = settled(instrument, **points(**values))
    again, aside = settled(instrument, **once)
    assert again == once
    assert aside == ()


def test_an_unchecked_circle_is_an_error_and_not_a_loop() -> None:
    with pytest.raises(InputError, match="circle"):
        settled(routed(a="${b} = 1", b="${a} = 1"), **points(a=1, b=1))
    with pytest.raises(RelevanceError):
        settled(routed(a="${b"), **points(a=1))


MEANT = [
    # type             answer                           ${x}
    ("rating",          Answer(GIVEN, 3),               4.0),
    ("level",           Answer(GIVEN, 3, "why"),        3.0),
    ("single_choice",   Answer(GIVEN, 1),               "b"),
    ("multiple_choice", Answer(GIVEN, ("a", "c")),      "a c"),
    ("ranking",         Answer(GIVEN, ("c", "a")),      "c a"),
    ("allocation",      Answer(GIVEN, {"a": 100}),      ""),
    ("number",          Answer(GIVEN, 2.5),             2.5),
    ("text",            Answer(GIVEN, "mots"),          "mots"),
    ("rating",          UNSURE,                         "dont_know"),
    ("level",           Answer(State.NOT_CONCERNED),    "not_concerned"),
    ("rating",          SKIPPED,                        ""),
    ("rating",          NOT_SHOWN,                      ""),
    ("rating",          None,                           ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "answer", "meant"), MEANT)
def test_what_a_reference_stands_for(kind: str, answer: Answer | None, meant: float | str) -> None:
    assert value_of(asked(kind), answer) == meant


def test_the_point_value_is_that_of_the_scale_the_group_answers_on() -> None:
    scales = {"agreement_5": a_scale(), "easy_10": a_scale(3, first=10)}
    easy = {"employees": {"easy": {"text": {"fr": "Oui ?"}, "scale": "easy_10"}}}
    items = an_item(code="a", wording=easy), an_item(code="b", relevant="${a} >= 10")
    instrument = an_instrument(*items, scales=scales)
    answers = {"a": Answer(GIVEN, 0), "b": Answer(GIVEN, 0)}
    assert settle(instrument, "employees", "easy", answers)[1] == ()
    assert settle(instrument, "employees", "standard", answers)[1] == ("b",)


# Checking


def every_kind() -> list[Item]:
    kinds = {
        "rate": "rating", "one": "single_choice", "many": "multiple_choice", "rank": "ranking",
        "share": "allocation", "count": "number", "say": "text", "level": "level",
    }  # fmt: skip
    return [an_item(kind, code=code) for code, kind in kinds.items()]


def problems(instrument: Instrument) -> list[tuple[str, Problem]]:
    return list(check_relevance(instrument))


def problems_of(expression: str) -> list[Problem]:
    """Problems of an item with this expression, after one item of every type."""
    found = problems(an_instrument(*every_kind(), an_item(code="x", relevant=expression)))
    assert all(code == "x" for code, _ in found)
    return [problem for _, problem in found]


RIGHT = [
    "${rate} >= 4", "4 <= ${rate}", "${rate} = 'dont_know'", "${rate} != ''", "${level} = 0",
    "${one} = 'a'", "'a' != ${one}", "${one} = ''", "selected(${one}, 'b')",
    "selected(${many}, 'd') and count-selected(${many}) > 1", "selected(${rank}, 'a')",
    "${many} = ''", "${count} * 2 > ${rate} + 1", "${count} = 12.5", "${say} != ''",
    "${say} = 'oui'", "not(${rate} = 1) or ${rate} = ${level}", "-${count} < 3",
    "(${rate} = 1) = (${rate} = 2)",
]  # fmt: skip


@pytest.mark.parametrize("expression", RIGHT)
def test_sound_expressions_have_no_problem(expression: str) -> None:
    assert problems_of(expression) == []


WRONG = [
    # expression                  code       told
    ("${rate} >",                 "REL-001", "ends too early"),
    ("${rate} = 1 && 1",          "REL-001", "column 13"),
    ("",                          "REL-001", "empty"),
    ("${nowhere} = 1",            "REL-002", "${nowhere} refers to an item that does not exist"),
    ("${x} = 1",                  "REL-003", "${x} refers to the item itself"),
    ("${rate}",                   "REL-007", "${rate} is not a condition"),
    ("${rate} = 1 and ${one}",    "REL-007", "${one} is not a condition"),
    ("not('a')",                  "REL-007", "'a' is not a condition"),
    ("${share} != ''",            "REL-008", "${share} is of type allocation"),
    ("${one} > 1",                "REL-009", "${one} is not a number"),
    ("${say} < 3",                "REL-009", "${say} is not a number, and “<”"),
    ("${say} + 1 = 2",            "REL-009", "${say} is not a number, and “+”"),
    ("-${say} = 2",               "REL-009", "${say} is not a number, and “-”"),
    ("${rate} > '3'",             "REL-009", "'3' is not a number"),
    ("${one} = 1",                "REL-010", "${one} and 1 cannot be compared"),
    ("${say} = 1",                "REL-010", "one is a text, the other a number"),
    ("(${rate} = 1) = 'yes'",     "REL-010", "A condition is never 'yes'"),
    ("${many} = 'a'",             "REL-011", "${many} holds several options"),
    ("${rate} = '4'",             "REL-012", "${rate} is a number and never '4'"),
    ("${count} = 'dont_know'",    "REL-012", "${count} is a number and never 'dont_know'"),
    ("${rate} = 6",               "REL-013", "${rate} is never 6"),
    ("5 != ${level}",             "REL-013", "${level} is never 5"),
    ("selected(${rate}, '4')",    "REL-014", "selected() is for choices"),
    ("count-selected(${one})=1",  "REL-014", "count-selected() is for choices"),
    ("selected(${many}, 'z')",    "REL-015", "${many} has no option 'z'"),
    ("${one} = 'z'",              "REL-015", "${one} has no option 'z'"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "code", "told"), WRONG)
def test_what_cannot_be_meant_is_told_with_its_cure(expression: str, code: str, told: str) -> None:
    (problem,) = problems_of(expression)
    assert problem.code == code
    assert told in problem.message
    assert problem.hint
    assert problem.field == "relevant"


def test_several_faults_are_told_at_once() -> None:
    found = problems_of("${one} = 'z' and ${rate} = 9 and ${say} > 1")
    assert [p.code for p in found] == ["REL-015", "REL-013", "REL-009"]


def test_every_circle_is_told_once_with_its_path() -> None:
    found = problems(
        routed(a="${c} = 1", b="${a} = 1", c="${b} = 1", d="${e} = 1", e="${d} = 1", f="${a} = 1")
    )
    assert {p.code for _, p in found} == {"REL-004"}
    paths = [p.message.removesuffix(".").split(": ")[1].split(" → ") for _, p in found]
    assert sorted(sorted(set(path)) for path in paths) == [["a", "b", "c"], ["d", "e"]]
    depends = {"a": "c", "b": "a", "c": "b", "d": "e", "e": "d"}
    for (code, _), path in zip(found, paths, strict=True):
        assert code == path[0] == path[-1]
        assert all(depends[one] == other for one, other in pairwise(path))


def test_referring_to_an_item_that_part_of_the_audience_is_not_asked_is_told() -> None:
    a = an_item(code="a", asked_to=("employees",))
    b = an_item(code="b", relevant="${a} = 1")
    ((code, problem),) = problems(an_instrument(a, b))
    assert (code, problem.code) == ("b", "REL-005")
    assert problem.message.endswith(": volunteers.")
    narrow = an_item(code="b", relevant="${a} = 1", asked_to=("employees",))
    assert problems(an_instrument(a, narrow)) == []


def test_an_item_left_out_of_the_easy_form_may_not_decide_about_one_that_is_in_it() -> None:
    easy = {"employees": {"easy": {"text": {"fr": "Facile."}}}}
    a = an_item(code="a", wording={"employees": {"easy_omits": True}})
    b = an_item(code="b", relevant="${a} = 1", wording=easy)
    ((_, problem),) = problems(an_instrument(a, b))
    assert problem.message.endswith(": employees (easy to read).")


def sections(*shown: tuple[str, ...]) -> list[dict[str, object]]:
    return [{"code": f"s{n}", "title": {}, "shows": codes} for n, codes in enumerate(shown)]


ORDERS = [
    ((("a",), ("b",)), []),
    ((("a", "b"),), []),
    ((("b", "a"),), []),  # later, but in the same section
    ((("b",), ("a",)), ["REL-006"]),
    ((("b",),), []),  # an item in no section is not this check's business
    ((("a",), ("ghost",)), []),
]


@pytest.mark.parametrize(("shown", "codes"), ORDERS)
def test_a_section_already_passed_never_depends_on_a_later_one(
    shown: tuple[tuple[str, ...], ...], codes: list[str]
) -> None:
    items = an_item(code="a"), an_item(code="b", relevant="${a} = 1")
    instrument = an_instrument(*items, sections=sections(*shown))
    assert [p.code for _, p in problems(instrument)] == codes


def test_items_of_dimensions_have_the_place_of_their_section() -> None:
    def dimension(code: str, item: Item) -> dict[str, object]:
        criterion = {"code": f"{code}_c", "label": {}, "items": [item]}
        return {"code": code, "label": {}, "criteria": [criterion]}

    first = dimension("first", an_item(code="a", relevant="${b} = 1"))
    second = dimension("second", an_item(code="b", relevant="${free} = 'a'"))
    free = an_item("single_choice", code="free", options=options("a", "b"))
    found = problems(an_instrument(free, dimensions=[first, second]))
    assert [(code, p.code) for code, p in found] == [("a", "REL-006"), ("b", "REL-006")]


def test_undefined_scales_and_unknown_types_do_not_stop_the_check() -> None:
    a = an_item(code="a", scale="nowhere")
    b = an_item(code="b", relevant="${a} = 99")
    odd = Item(code="odd", type="drawing", text={"fr": "?"})
    c = an_item(code="c", relevant="${odd} = 1")
    assert [p.code for _, p in problems(an_instrument(a, b, odd, c))] == ["REL-008"]
