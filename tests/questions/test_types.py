"""What is particular to each question type, as tables: what was sent → what is understood."""

from __future__ import annotations

import pytest

from corus.domain.answer import SKIPPED, Answer, State
from corus.questions import QUESTION_TYPES
from corus.questions.base import Refusal
from tests.questions.factories import asked

GIVEN = State.GIVEN


def parse(kind: str, form: dict[str, list[str]], **fields: object) -> Answer:
    return QUESTION_TYPES[kind].parse(asked(kind, **fields), form)


def refusal(kind: str, form: dict[str, list[str]], **fields: object) -> str:
    with pytest.raises(Refusal) as caught:
        parse(kind, form, **fields)
    return str(caught.value)


def test_a_rating_is_stored_as_the_index_of_its_point() -> None:
    assert parse("rating", {"q.x": ["4"]}) == Answer(GIVEN, 3)
    assert parse("level", {"q.x": ["0"], "q.x.reason": ["Rien."]}).value == 0


def test_equal_ratings_share_one_frozen_answer() -> None:
    a = asked("rating")
    rating = QUESTION_TYPES["rating"]
    assert rating.parse(a, {"q.x": ["4"]}) is rating.parse(a, {"q.x": ["4"]})


def test_two_scales_never_share_their_answers() -> None:
    rating = QUESTION_TYPES["rating"]
    for _ in range(50):  # short-lived scales may reuse an address
        assert rating.parse(asked("rating", scale="levels"), {"q.x": ["4"]}).value == 4
        assert rating.parse(asked("rating"), {"q.x": ["4"]}).value == 3


def test_choices_are_kept_in_the_order_of_the_list_and_counted() -> None:
    assert parse("multiple_choice", {"q.x": ["c", "a", "", "c"]}) == Answer(GIVEN, ("a", "c"))
    assert "4 options were chosen where 3" in refusal(
        "multiple_choice", {"q.x": ["a", "b", "c", "d"]}
    )
    assert parse("multiple_choice", {"q.x": list("abcd")}, max_choices=None).value == tuple("abcd")


@pytest.mark.parametrize(
    ("ranks", "order"),
    [
        ({"b": "1", "a": "2", "c": "3"}, ("b", "a", "c")),
        ({"b": "1"}, ("b",)),
        ({"b": " 1 ", "a": ""}, ("b",)),
    ],
)
def test_a_ranking_may_be_partial(ranks: dict[str, str], order: tuple[str, ...]) -> None:
    form = {f"q.x.{code}": [rank] for code, rank in ranks.items()}
    assert parse("ranking", form) == Answer(GIVEN, order)


@pytest.mark.parametrize(
    ("ranks", "told"),
    [
        ({"a": "1", "b": "1"}, "Rank 1 was given twice"),
        ({"a": "1", "b": "3"}, "Rank 2 is missing"),
        ({"a": "2"}, "Rank 1 is missing"),
        ({"a": "4"}, "“4” is not a rank. Use whole numbers from 1 to 3"),
        ({"a": "0"}, "“0” is not a rank"),
        ({"a": "-1"}, "“-1” is not a rank"),
        ({"a": "1.5"}, "“1.5” is not a rank"),
        ({"a": "²"}, "“²” is not a rank"),
        ({"a": "9" * 5000}, "9…” is not a rank"),
        ({"z": "1"}, "“z” is not one of the answers offered"),
    ],
)
def test_gaps_doubles_and_foreign_ranks_are_refused(ranks: dict[str, str], told: str) -> None:
    assert told in refusal("ranking", {f"q.x.{code}": [rank] for code, rank in ranks.items()})


def test_points_left_blank_are_zero_and_the_sum_is_checked() -> None:
    shared = parse("allocation", {"q.x.a": ["30"], "q.x.b": ["70"], "q.x.c": [""]})
    assert shared == Answer(GIVEN, {"a": 30, "b": 70, "c": 0})
    told = refusal("allocation", {"q.x.a": ["30"], "q.x.b": ["60"]})
    assert "add up to 90 where 100" in told
    assert "add up to 0 where 100" in refusal("allocation", {"q.x.a": ["0"]})


@pytest.mark.parametrize("points", ["-5", "1.5", "1e2", "x", "9" * 5000])
def test_points_are_whole_and_not_negative(points: str) -> None:
    assert "not a number of points" in refusal("allocation", {"q.x.a": [points]})


@pytest.mark.parametrize(
    ("kind", "cell", "told"),
    [
        ("ranking", "a>b>a", "“a” is named twice"),
        ("ranking", "a>>b", "“” is not one of"),
        ("allocation", "a:50|a:50", "“a” is named twice"),
        ("allocation", "a:50|b", "“” is not a number of points"),
        ("allocation", "a=100", "“a=100” is not one of"),
    ],
)
def test_malformed_cells_are_refused(kind: str, cell: str, told: str) -> None:
    with pytest.raises(Refusal) as caught:
        QUESTION_TYPES[kind].read(asked(kind), {"": cell})
    assert told in str(caught.value)


NUMBERS = [
    ("12", 12.0), ("12,5", 12.5), ("12.5", 12.5), (" 12 ", 12.0), ("0,1", 0.1), ("-0", 0.0),
    ("1 234,5", 1234.5), ("1\u202f234\u202f567", 1234567.0), ("1\u00a0234", 1234.0), ("007", 7.0),
    ("−3", -3.0), ("+3", 3.0), ("١٢", 12.0),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "value"), NUMBERS)
def test_numbers_are_read_as_people_write_them(sent: str, value: float) -> None:
    answer = parse("number", {"q.x": [sent]})
    assert answer == Answer(GIVEN, value)
    assert type(answer.value) is float


@pytest.mark.parametrize(
    "sent", ["nan", "inf", "-inf", "1e3", "1,2,3", "1,234.5", "12 5", "1 23", "0x1", "9" * 400, "²"]
)
def test_what_is_no_number_is_refused(sent: str) -> None:
    assert "is not a number" in refusal("number", {"q.x": [sent]}, maximum=None)


def test_bounds_belong_to_the_interval() -> None:
    bounds = {"minimum": 0, "maximum": 0.5}
    assert parse("number", {"q.x": ["0,5"]}, **bounds).value == 0.5
    assert "at least 0." in refusal("number", {"q.x": ["-1"]}, **bounds)
    assert "at most 0.5." in refusal("number", {"q.x": ["0,51"]}, **bounds)


TEXTS = [
    ("  du bien  ", "du bien"),
    ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    ("a\x00b\x07c\td\x9f", "abc\td"),
    ("e\u0301te\u0301", "été"),
    ("l\ud800one", "lone"),
    ("👩\u200d🌾", "👩\u200d🌾"),
]


@pytest.mark.parametrize(("sent", "kept"), TEXTS)
def test_texts_are_cleaned(sent: str, kept: str) -> None:
    assert parse("text", {"q.x": [sent]}).value == kept


@pytest.mark.parametrize("blank", ["", "  ", "\r\n\t", "\u00a0\u2003", "\x00"])
def test_a_blank_text_is_skipped_even_with_the_box_ticked(blank: str) -> None:
    assert parse("text", {"q.x": [blank], "q.x.quotable": ["yes"]}) == SKIPPED


def test_a_text_at_its_limit_is_kept_and_one_character_more_refused() -> None:
    assert len(str(parse("text", {"q.x": ["é" * 2000 + " "]}).value)) == 2000
    assert "has 2001 characters where 2000" in refusal("text", {"q.x": ["é" * 2001]})
    assert "has 6 characters where 5" in refusal("text", {"q.x": ["sesame"]}, max_length=5)


@pytest.mark.parametrize(
    ("offered", "box", "quotable"),
    [(True, ["yes"], True), (True, [], False), (True, ["on"], False), (False, ["yes"], False)],
)
def test_a_text_is_quotable_only_if_the_box_was_offered_and_ticked(
    offered: bool, box: list[str], quotable: bool
) -> None:
    answer = parse("text", {"q.x": ["mots"], "q.x.quotable": box}, quotation=offered)
    assert answer.quotable is quotable


def test_consent_in_a_table_is_yes_or_no_and_nothing_else() -> None:
    text, a = QUESTION_TYPES["text"], asked("text")
    assert text.write(a, Answer(GIVEN, "mots")) == {"": "mots", "quotable": "no"}
    assert text.read(a, {"": "mots", "quotable": "YES"}).quotable
    with pytest.raises(Refusal, match="perhaps"):
        text.read(a, {"": "mots", "quotable": "perhaps"})


def test_someone_who_writes_a_dash_is_not_mistaken_for_not_asked() -> None:
    text, a = QUESTION_TYPES["text"], asked("text")
    assert text.write(a, Answer(GIVEN, "-"))[""] == "\\-"
    assert text.write(a, Answer(GIVEN, "not_shown"))[""] == "\\not_shown"
    assert text.write(a, Answer(GIVEN, "- une idée"))[""] == "- une idée"


LEVELS = [
    # level           reason    evidence        understood as
    ("3",             "Dit.",   "PV\n\n p. 4 ", Answer(GIVEN, 3, "Dit.", ("PV", "p. 4"))),
    ("3",             "Dit.",   "",             Answer(GIVEN, 3, "Dit.")),
    ("dont_know",     "",       "",             Answer(State.DONT_KNOW)),
    ("not_concerned", "Idée.",  "",             Answer(State.NOT_CONCERNED, reason="Idée.")),
    ("",              "",       " ",            SKIPPED),
    ("3",             "  ",     "PV",           "without a reason"),
    ("not_concerned", "",       "",             "not relevant without a reason"),
    ("",              "Dit.",   "",             "“Dit.” was written but no level"),
    ("",              "",       "PV",           "“PV” was written but no level"),
    ("3",             "a" * 99, "",             "has 99 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("level", "reason", "evidence", "understood"), LEVELS)
def test_a_level_wants_its_reason(
    level: str, reason: str, evidence: str, understood: Answer | str
) -> None:
    form = {"q.x": [level], "q.x.reason": [reason], "q.x.evidence": [evidence]}
    if isinstance(understood, Answer):
        assert parse("level", form, max_length=50) == understood
    else:
        assert understood in refusal("level", form, max_length=50)
