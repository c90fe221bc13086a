"""Words leave a release: what stays tells nothing of one to four persons, whoever leaves."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.profile.leaving import Words, unexampled, without
from corus.analysis.profile.open_answers import code_counts, quotations
from corus.domain.open_answers import EXPECTATIONS, VALENCES, Codebook, CodeDefinition
from corus.domain.profile import Profile
from corus.domain.wave import Thresholds
from tests.analysis.test_attack_texts import BOOK, CODES, EASY, PLACE, RULES, cell_of, wrote


def profile_of(answers) -> Profile:
    return Profile.model_construct(
        thresholds=Thresholds(), quotations=quotations(answers, [PLACE], RULES),
        codes=code_counts(answers, BOOK, [PLACE[1]], RULES), codebooks=(BOOK,),
    )  # fmt: skip


def words(text: str) -> Words:
    return Words(*PLACE, text)


def after(answers, *texts: str):
    found = without(profile_of(answers), map(words, texts), "withdrawn")
    return found, found.quotations[0]


def test_where_everybody_was_quoted_four_more_are_held_back():
    found, cell = after([wrote(i) for i in range(12)], "Texte 3")
    assert (cell.n, len(cell.quotations), cell.left_out["favourable"]) == (12, 7, 5)
    assert found.withdrawn == 1


def test_of_ten_quoted_five_stay_and_when_five_leave_those_five_do():
    answers = [wrote(i) for i in range(10)]
    assert len(after(answers, "Texte 3")[1].quotations) == 5
    found, cell = after(answers, *(f"Texte {i}" for i in range(5)))
    assert {q.text for q in cell.quotations} == {f"Texte {i}" for i in range(5, 10)}
    assert found.withdrawn == 5


def test_words_never_quoted_or_of_another_group_or_question_change_nothing():
    profile = profile_of([wrote(i) for i in range(10)])
    for gone in (words("Autre"), Words("story", "clients", "Texte 1"), Words("x", PLACE[1], "y")):
        assert without(profile, [gone], "withdrawn") is profile
    assert without(profile, [], "taken_back") is profile


def test_spaces_that_a_release_strips_are_no_other_words():
    assert after([wrote(i) for i in range(10)], " Texte 1\n")[0].withdrawn == 1


def test_an_example_of_the_codebook_goes_with_the_words_it_gives_and_the_code_stays():
    book = Codebook(item="story", version=1, codes=tuple(
        CodeDefinition(code=c, name=c, definition=c, example=e)
        for c, e in (("a", "le BRUIT,\nla nuit"), ("b", "les voisins"), ("c", ""))
    ))  # fmt: skip
    found = unexampled(book, [words("Trop de bruit : le bruit, la nuit.")])
    assert [c.example for c in found.codes] == ["", "les voisins", ""]
    assert unexampled(book, [Words("other", PLACE[1], "les voisins")]) == book


def person(asks: bool):
    """Somebody who wrote; where effects are asked, what is coded has a valence, elsewhere none."""
    codes = st.sets(st.sampled_from(CODES[:2]), max_size=2).map(tuple)
    if not asks:
        return st.builds(wrote, st.integers(0, 10**6), st.none(), st.one_of(st.none(), codes),
                         quotable=st.sampled_from([True, True, True, False]))  # fmt: skip
    return st.one_of(
        st.builds(wrote, st.integers(0, 10**6), st.none(), st.none(), quotable=st.booleans()),
        st.builds(
            wrote, st.integers(0, 10**6), st.sampled_from(VALENCES), codes,
            quotable=st.sampled_from([True, True, True, False]),
            expectation=st.sampled_from(EXPECTATIONS),
        ),
    )  # fmt: skip


answers_of_one_question = st.booleans().flatmap(
    lambda asks: st.lists(person(asks), min_size=10, max_size=24, unique_by=lambda a: a.text)
)


@given(answers_of_one_question, st.data())
@settings(EASY, max_examples=200)
def test_whoever_leaves_those_not_quoted_stay_nobody_or_five_and_more(answers, data):
    before = cell_of(answers)
    said = [q.text for q in before.quotations]
    gone = data.draw(st.lists(st.sampled_from(said), unique=True, max_size=3)) if said else []
    found, cell = after(answers, *gone)
    quoted = {q.text for q in cell.quotations}
    assert quoted <= set(said) - set(gone)
    assert found.withdrawn == len(gone)
    assert (cell.n, cell.valences, cell.expectations) == (
        before.n, before.valences, before.expectations
    )  # fmt: skip
    assert sum(cell.left_out.values()) == len(answers) - len(quoted)
    for everybody in (answers, [a for a in answers if a.codes is not None]):
        left = sum(a.text not in quoted for a in everybody)
        # Fewer than five who are coded are counted nowhere by code.
        assert left == 0 or left >= 5 or len(everybody) < 5
