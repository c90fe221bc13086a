"""What relevance expressions mean, as tables; and that nothing odd crashes the reader."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.errors import CorusError
from corus.questions.expression import RelevanceError, evaluate, parse

VALUES = {
    "agree": 4.0, "zero": 0.0, "blank": "", "unsure": "dont_know", "how_long": "under_1_year",
    "topics": "needs bonds", "word": "été", "digits": "12", "odd": "1e3",
}  # fmt: skip

MEANINGS = [
    # comparisons
    ("${agree} = 4", True),
    ("${agree} = '4'", True),
    ("${agree} = '4.0'", True),
    ("${agree} != 4", False),
    ("${agree} >= 4 and ${agree} <= 4", True),
    ("${agree} > 4 or ${agree} < 4", False),
    ("${how_long} = 'under_1_year'", True),
    ('${how_long} = "under_1_year"', True),
    ("${how_long} != 'under_1_year'", False),
    ("${word} = 'été'", True),
    ("${digits} > 9", True),
    ("${digits} = ' 12 '", False),
    ("' 12 ' = 12", True),
    ("'-.5' = -0.5", True),
    # unanswered is the empty string
    ("${blank} = ''", True),
    ("${nowhere} = ''", True),
    ("${agree} = ''", False),
    ("${agree} != ''", True),
    ("${blank} != 'under_1_year'", True),
    # every comparison with NaN is false, except !=
    ("${blank} > 3", False),
    ("${blank} <= 3", False),
    ("${blank} = 0", False),
    ("${blank} != 3", True),
    ("not(${blank} > 3)", True),
    ("${unsure} = 4", False),
    ("${unsure} != 4", True),
    ("${unsure} = 'dont_know'", True),
    ("${agree} = 'dont_know'", False),
    ("${odd} = 1000", False),
    ("'b' > 'a'", False),
    ("0 div 0 != 0 div 0", True),
    # precedence and leaning to the left
    ("1 = 1 or 1 = 2 and 1 = 2", True),
    ("(1 = 1 or 1 = 2) and 1 = 2", False),
    ("2 + 3 * 4 = 14", True),
    ("(2 + 3) * 4 = 20", True),
    ("10 - 2 - 3 = 5", True),
    ("12 div 2 div 3 = 2", True),
    ("-2 * -3 = 6", True),
    ("2 --2 = 4", True),
    ("1 < 2 = (3 > 2)", True),
    ("3 > 2 > 1", False),
    ("1 = 1 = 1", True),
    # arithmetic
    ("7 mod 3 = 1", True),
    ("-7 mod 3 = -1", True),
    ("7 mod -3 = 1", True),
    ("5.5 mod 2 = 1.5", True),
    ("1 div 0 > 999999", True),
    ("-1 div 0 < 0", True),
    ("1 div -0 < 0", True),
    ("1 mod 0 = 0", False),
    ("(1 div 0) mod 2 = 0", False),
    ("3 mod (1 div 0) = 3", True),
    ("${agree} + ${blank} > 0", False),
    # choices
    ("selected(${topics}, 'needs')", True),
    ("selected(${topics}, 'need')", False),
    ("selected(${how_long}, 'under_1_year')", True),
    ("selected(${blank}, 'needs')", False),
    ("selected(${blank}, '')", False),
    ("count-selected(${topics}) = 2", True),
    ("count-selected(${blank}) = 0", True),
    ("selected(${agree}, '4')", False),
    # booleans
    ("${word}", True),
    ("${blank}", False),
    ("${zero}", False),
    ("0 div 0", False),
    ("not(${word})", False),
    ("(1 = 1) + 1 = 2", True),
    ("(1 = 1) = 'anything'", True),
    ("(1 = 2) = ''", True),
    # spaces and lines
    ("${agree}\n  =\t4", True),
    ("count-selected ( ${topics} )>1", True),
]


@pytest.mark.parametrize(("text", "holds"), MEANINGS)
def test_expressions_mean_what_xpath_says(text: str, holds: bool) -> None:
    assert evaluate(parse(text), VALUES) is holds


FAULTS = [
    ("", 1, "The expression is empty."),
    ("   ", 1, "The expression is empty."),
    ("${a} >", 7, "ends too early"),
    ("(${a} = 1", 10, "ends too early"),
    ("${a} == 3", 7, "“=” is not understood at column 7"),
    ("${a} && 1", 6, "“&& 1” is not understood at column 6"),
    ("${a} AND 1", 6, "“AND 1”"),
    ("a = 1", 1, "“a”"),
    ("${A} = 1", 3, "column 3"),
    ("${a} = 'x", 8, "column 8"),
    ("1 2", 3, "“2”"),
    ("${a} = 1)", 9, "“)”"),
    ("__import__('os')", 1, "column 1"),
    ("selected('a', ${x})", 10, "“'a'”"),
    ("today() > 1", 1, "column 1"),
    ("1" * 1001, 1001, "has 1001 characters; 1000 at most"),
    ("9" * 400, 16, "column 16"),
    ("not(" * 190 + "1" + ")" * 190, 1, "nested more than 20 deep"),
    ("-" * 900 + "1", 1, "nested more than 20 deep"),
    ("1" + "-1" * 400, 1, "nested more than 20 deep"),
]


@pytest.mark.parametrize(("text", "column", "told"), FAULTS)
def test_a_fault_is_told_with_its_column_and_a_cure(text: str, column: int, told: str) -> None:
    with pytest.raises(RelevanceError) as caught:
        parse(text)
    error = caught.value
    assert told in error.message
    assert (error.column, error.code) == (column, "REL-001")
    assert error.hint
    assert isinstance(error, CorusError)


@pytest.mark.parametrize(
    "text",
    ["(" * 450 + "1=1" + ")" * 450, "1=1" + " or 1=1" * 120, "1" + "+1" * 400],
)
def test_long_but_flat_expressions_are_read(text: str) -> None:
    evaluate(parse(text), {})


@given(st.text(st.sampled_from("${}ab'\"=!<>()+-*, 019.\n") | st.characters(), max_size=200))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    column = 1
    try:
        evaluate(parse(text), {})
    except RelevanceError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


def test_names_and_json_are_those_of_the_expression() -> None:
    expression = parse("${a} > 3 and selected(${b}, 'x') and not(${a} = 1.5)")
    assert expression.names == {"a", "b"}
    assert expression.to_json() == [
        "and",
        [">", ["$", "a"], 3],
        ["selected", ["$", "b"], "x"],
        ["not", ["=", ["$", "a"], 1.5]],
    ]
    assert type(expression.to_json()[1][2]) is int


def test_reading_the_same_text_again_gives_the_same_expression() -> None:
    assert parse("${a} = 1") is parse("${a} = 1")


def test_nan_among_values_is_false() -> None:
    assert evaluate(parse("${a}"), {"a": math.nan}) is False
