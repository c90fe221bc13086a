"""What may be shown of open answers: who is quoted, and who is counted instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.disclosure.rule import Rule
from corus.analysis.profile.open_answers import code_counts, quotations, settled
from corus.analysis.profile.recoded import third_codings, unsafe_voices
from corus.domain.open_answers import (
    UNCODED,
    VALENCES,
    Codebook,
    CodeDefinition,
    Coding,
    Only,
    OpenAnswer,
    Quotation,
    QuotationCell,
    Redaction,
)
from corus.domain.wave import Thresholds

PLACE = ("surprise", "employees")
RULES = {"employees": Rule(Thresholds())}
STRICT = {"employees": Rule(Thresholds(shown=11, full=11))}
BY_ORGANIZATION = {
    "employees": Rule(Thresholds(), unit="organization", one_per_organization=True)
}  # fmt: skip


def answer(number: int, valence: str | None = "favourable", **more: object) -> OpenAnswer:
    values: dict[str, object] = {
        "item": PLACE[0], "group": PLACE[1], "redaction": Redaction.PUBLISHABLE, "quotable": True,
        "text": f"Texte {number:02}", "codes": frozenset(), "valence": valence,
    }  # fmt: skip
    return OpenAnswer(**(values | more))  # type: ignore[arg-type]


def cell(
    answers: Sequence[OpenAnswer],
    rules: dict[str, Rule] = RULES,
    only: Only = Only(),  # noqa: B008
) -> QuotationCell:
    return quotations(answers, [PLACE], rules, only=only)[0]


def said(found: QuotationCell) -> list[str]:
    return [quotation.text for quotation in found.quotations]


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_under_five_nothing_is_said_and_nobody_can_tell_none_from_four(n: int) -> None:
    found = cell([answer(i) for i in range(n)])
    assert found == QuotationCell(item=PLACE[0], group=PLACE[1], show="masked", reason="n < 5")


@pytest.mark.parametrize("n", [5, 9])
def test_from_five_to_nine_nobody_is_quoted_and_valences_are_bands(n: int) -> None:
    found = cell([answer(i, "unfavourable") for i in range(n)])
    assert (found.show, found.reason, found.n) == ("banded", "5–9", None)
    assert (found.quotations, found.valences, found.left_out) == ((), {}, {})
    assert found.bands["unfavourable"] == "high"


def test_from_ten_persons_words_are_quoted() -> None:
    found = cell([answer(i) for i in reversed(range(10))])
    assert (found.show, found.n) == ("full", 10)
    assert said(found) == [f"Texte {i:02}" for i in range(10)]


def test_the_strict_threshold_holds_for_quotations_too() -> None:
    assert cell([answer(i) for i in range(10)], STRICT).reason == "n < 11"
    assert cell([answer(i) for i in range(11)], STRICT).show == "full"


def test_three_organizations_are_neither_quoted_nor_counted() -> None:
    assert cell([answer(i) for i in range(3)], BY_ORGANIZATION).show == "masked"


@pytest.mark.parametrize(
    "lacking",
    [{"quotable": False}, {"redaction": Redaction.REVIEWED}, {"redaction": Redaction.RAW}],
)
def test_without_consent_or_review_nobody_is_quoted_but_everybody_counts(
    lacking: dict[str, object],
) -> None:
    found = cell([*(answer(i) for i in range(9)), answer(9, "unfavourable", **lacking)])
    assert "Texte 09" not in said(found)
    assert found.left_out["unfavourable"] == found.valences["unfavourable"] == 1


def test_asking_for_good_news_leaves_the_number_of_bad_news() -> None:
    answers = [answer(i, "favourable" if i < 7 else "unfavourable") for i in range(12)]
    found = cell(answers, only=Only(valences=["favourable"]))
    assert len(found.quotations) == 7
    assert found.left_out == {"favourable": 0, "unfavourable": 5, "ambivalent": 0, UNCODED: 0}


anybody = st.builds(
    answer, st.integers(0, 99), st.sampled_from([*VALENCES, None]),
    quotable=st.booleans(), redaction=st.sampled_from(list(Redaction)),
    codes=st.sampled_from([None, frozenset(), frozenset({"work"}), frozenset({"work", "peace"})]),
    expectation=st.sampled_from([None, "expected", "unexpected"]),
)  # fmt: skip
wishes = st.builds(
    Only, valences=st.lists(st.sampled_from([*VALENCES, UNCODED]), max_size=2),
    codes=st.lists(st.sampled_from(["work", "peace"]), max_size=1),
    expectations=st.lists(st.sampled_from(["expected", "unexpected"]), max_size=1),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(anybody, max_size=25), wishes)
def test_whatever_is_asked_for_quoted_and_left_out_make_up_everybody(
    answers: list[OpenAnswer], only: Only
) -> None:
    found = cell(answers, only=only)
    if len(answers) < 10:
        assert (found.quotations, found.valences, found.left_out, found.n) == ((), {}, {}, None)
        return
    quoted = Counter(q.valence or UNCODED for q in found.quotations)
    written = Counter(a.valence or UNCODED for a in answers)
    assert found.valences == {v: written[v] for v in (*VALENCES, UNCODED)}
    assert {v: quoted[v] + left for v, left in found.left_out.items()} == found.valences
    fit = {a.text for a in answers if a.quotable and a.redaction is Redaction.PUBLISHABLE}
    assert set(said(found)) <= fit
    assert found.n == len(answers)


BOOK = Codebook(
    item="surprise", version=2,
    codes=tuple(CodeDefinition(code=c, name=c, definition=f"about {c}") for c in ("work", "peace")),
)  # fmt: skip


def counted(n: int, work: int) -> dict[str, tuple[str, int | None, int | None]]:
    coded = [answer(i, codes=frozenset({"work"} if i < work else ())) for i in range(n)]
    found = code_counts([*coded, answer(99, codes=None)], BOOK, ["employees"], RULES)
    return {c.option: (c.show, c.n, c.chosen) for c in found}


def test_persons_are_counted_by_code_from_ten_as_in_a_multiple_choice() -> None:
    assert counted(12, 3) == {"work": ("full", 12, 3), "peace": ("full", 12, 0)}
    assert counted(9, 3) == {"work": ("banded", None, None), "peace": ("banded", None, None)}
    assert counted(4, 3)["work"] == ("masked", None, None)


def coding(coder: str, *codes: str, version: int = 2) -> Coding:
    return Coding(coder, version, frozenset(codes))


VERSIONS = {
    1: Codebook(item="surprise", version=1, codes=BOOK.codes[:1]),
    2: BOOK,
    3: Codebook(
        item="surprise", version=3,
        codes=(BOOK.codes[0].model_copy(update={"name": "Work!"}), BOOK.codes[1]),
    ),
}  # fmt: skip


def test_what_coders_agree_on_is_settled_and_what_they_dispute_is_not() -> None:
    assert settled([coding("ana", "work"), coding("boris", "work")], VERSIONS, BOOK)
    disputed = [coding("ana", "work"), coding("boris")]
    assert settled(disputed, VERSIONS, BOOK) is None
    agreed = coding("agreed", "work", "peace")
    assert settled([*disputed, agreed], VERSIONS, BOOK) == agreed
    assert settled([], VERSIONS, BOOK) is None


def test_a_coding_made_before_a_code_existed_settles_nothing() -> None:
    assert settled([coding("ana", "work", version=1)], VERSIONS, BOOK) is None


def test_a_new_name_for_the_same_definition_keeps_what_was_coded() -> None:
    assert settled([coding("ana", "work")], VERSIONS, VERSIONS[3]) == coding("ana", "work")


def test_a_release_that_would_tell_what_one_who_left_had_written_is_found_unsafe() -> None:
    before = [cell([answer(i, "unfavourable" if i < 6 else "favourable") for i in range(20)])]
    after = [cell([answer(i, "unfavourable" if i < 6 else "favourable") for i in range(1, 20)])]
    assert unsafe_voices(before, before, Thresholds()) == []
    assert unsafe_voices(before, after, Thresholds()) == [
        "employees · surprise: fewer than 5 persons differ from the last release",
        "employees · surprise · expectations: fewer than 5 persons differ from the last release",
    ]


def test_coding_what_was_uncoded_at_the_last_release_isolates_nobody() -> None:
    before = [cell([answer(i, None) for i in range(12)])]
    valences = ["favourable"] * 8 + ["unfavourable"] * 3 + ["ambivalent"]
    after = [cell([answer(i, valence) for i, valence in enumerate(valences)])]
    assert before[0].valences["uncoded"] == 12
    assert unsafe_voices(before, after, Thresholds()) == []
    one = [*valences[:-1], "favourable"]
    recoded = [cell([answer(i, valence) for i, valence in enumerate(one)])]
    assert unsafe_voices(after, recoded, Thresholds()) != []


def test_a_third_way_of_coding_the_same_texts_is_told_from_the_two_before() -> None:
    """Nothing coded is no way, neither is one told before; who is not coded yet is not counted."""
    none, first, second, third = (
        [cell([answer(i, v) for i, v in enumerate([*given, *[None] * (30 - len(given))])])]
        for given in ([], ["favourable"] * 10, ["unfavourable"] * 10, ["favourable"] * 21)
    )
    place = ("employees", "surprise")
    assert third_codings([none, first, second], third)[place] == 2
    assert place not in third_codings([none, first], second)
    assert place not in third_codings([first, none, second], first)
    assert place not in third_codings([first, second], none)
    more = [cell([answer(i, "favourable" if i < 10 else None) for i in range(40)])]
    assert place not in third_codings([first, second], more)


def test_a_quotation_carries_its_codes_in_order() -> None:
    found = cell([answer(i, codes=frozenset({"work", "peace"})) for i in range(10)])
    assert found.quotations[0] == Quotation(
        text="Texte 00", codes=("peace", "work"), valence="favourable"
    )
