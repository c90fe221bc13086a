"""Edits of a draft: what is off is not asked, what is always asked stays, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.authoring import load_instrument
from corus.domain.instrument import Instrument, InstrumentVersion
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services.instruments import editing, questions
from corus.services.instruments.bounds import MAX_ITEMS
from corus.services.instruments.document import OTHERS, Draft
from corus.services.instruments.faults import built
from corus.services.instruments.library import survey
from corus.services.instruments.questions import Wording
from tests.factories import instrument
from tests.services.instruments.draft_factories import CODE, copied, question

SHIPPED = load_instrument(survey("social_utility"))


def asked(draft: Draft) -> Instrument:
    """The instrument of a draft that has no fault."""
    found, faults = built(draft)
    assert faults == []
    assert found is not None
    return found


def codes(draft: Draft) -> list[str]:
    return [item.code for item in asked(draft).items]


@pytest.mark.parametrize("name", ["social_utility", "innovation_markers"])
def test_a_copy_of_a_shipped_instrument_asks_the_same_questions_of_the_same_people(
    name: str,
) -> None:
    old = load_instrument(survey(name))
    new = asked(copied(old))
    assert (new.items, new.scales, new.groups) == (old.items, old.scales, old.groups)
    assert new.form_order == old.form_order
    assert new.code == CODE
    assert name in new.changelog[0]


def test_a_draft_is_read_back_as_it_was_written() -> None:
    draft = editing.switch(copied(), "needs", ["needs_met"])
    assert Draft.load(draft.dump()) == draft


def test_a_question_that_is_off_is_not_asked_and_comes_back_with_its_words() -> None:
    off = editing.switch(copied(), "needs", ["needs_met"])
    assert "needs_missed" not in codes(off)
    assert codes(editing.switch(off, "needs", ["needs_met", "needs_missed"])) == codes(copied())


def test_a_dimension_without_questions_leaves_the_form_and_its_sections() -> None:
    new = asked(editing.switch(copied(), "needs", []))
    assert [d.code for d in new.dimensions] == ["democracy"]
    assert "needs" not in [code for s in new.sections for code in s.shows]


def test_a_condition_of_the_law_goes_with_the_last_question_that_could_support_it() -> None:
    draft = copied(SHIPPED)
    needed = SHIPPED.references["ess_law_art2_4"].requires_any
    for dimension in ("needs", "agency", "bonds"):
        draft = editing.switch(draft, dimension, [])
    left = asked(draft).references["ess_law_art2_4"].requires_any
    assert left == tuple(code for code in needed if code not in ("needs", "agency", "bonds"))
    for dimension in ("democracy", "ecology"):
        on = [i["code"] for i in draft.part(dimension) if i["code"] not in needed]
        draft = editing.switch(draft, dimension, on)
    new = asked(draft)
    assert "ess_law_art2_4" not in new.references
    assert all("ess_law_art2_4" not in item.supports for item in new.items)


def test_effects_that_nobody_had_planned_are_always_asked_of_everybody() -> None:
    draft = copied()
    with pytest.raises(RefusedError, match="always asked"):
        editing.switch(draft, OTHERS, ["priority"])
    said = question(text={"fr": "Une surprise ?", "en": "A surprise?"}, groups=("employees",))
    with pytest.raises(RefusedError, match="always asked"):
        questions.change(draft, "surprise", said, instrument())
    everybody = question(
        text=said.text, wording={"employees": Wording(easy_omits=True)}, kind="text"
    )
    with pytest.raises(RefusedError, match="always asked"):
        questions.change(draft, "surprise", everybody, instrument())


@given(
    st.lists(
        st.sampled_from(["needs_met", "needs_missed", "democracy_met", "priority"]), max_size=12
    ),
    st.randoms(),
)
@settings(max_examples=30, deadline=None)
def test_moving_and_switching_never_loses_a_question(moves: list[str], draw) -> None:
    draft = copied()
    for code in moves:
        draft = editing.move(draft, code, draw.choice([-1, 1]))
        draft = editing.move_section(draft, draw.choice(["needs", "democracy"]), 1)
        part = draft.item(code)[0]
        on = [i["code"] for i in draft.part(part) if i["code"] != code or draw.random() < 0.5]
        draft = editing.switch(draft, part, on)
    everything = editing.switch(draft, "needs", ["needs_met", "needs_missed"])
    everything = editing.switch(everything, OTHERS, ["priority", "surprise"])
    everything = editing.switch(everything, "democracy", ["democracy_met", "democracy_missed"])
    assert sorted(codes(everything)) == sorted(codes(copied()))


def test_up_and_down_are_each_other_s_way_back_and_stop_at_the_ends() -> None:
    draft = copied()
    down = editing.move(draft, "needs_met", 1)
    assert [i["code"] for i in down.part("needs")] == ["needs_missed", "needs_met"]
    assert editing.move(down, "needs_met", -1) == draft
    assert editing.move(draft, "needs_met", -1) == draft
    assert editing.move_section(draft, "needs", -1) == draft
    with pytest.raises(NotFoundError):
        editing.move(draft, "nowhere", 1)


def test_a_group_may_read_other_words_and_other_groups_may_be_left_out() -> None:
    old = instrument()
    changed = questions.change(
        copied(), "needs_met",
        question(
            text={"fr": "Énoncé needs_met.", "en": "Statement needs_met."},
            groups=("employees",),
            wording={
                "employees": Wording(text={"fr": "Nous aidons.", "en": "We help."}),
                "neighbours": Wording(text={"fr": "On aide ici.", "en": "They help here."}),
            },
        ),
        old,
    )  # fmt: skip
    item = asked(changed).item_by_code["needs_met"]
    assert item.asked_to == ("employees",)
    assert asked(changed).words(item, "employees")["fr"] == "Nous aidons."
    assert "neighbours" not in item.wording
    again = questions.change(changed, "needs_met", question(text=item.text), old)
    words = asked(again).words(asked(again).item_by_code["needs_met"], "neighbours")
    assert words["fr"] == "On aide ici."


def test_how_a_published_question_is_answered_stays_whatever_a_form_says() -> None:
    changed = questions.change(copied(), "needs_missed", question(kind="text"), instrument())
    item = asked(changed).item_by_code["needs_missed"]
    assert (item.type, item.scale, item.direction) == ("rating", "agreement_5", "reversed")


def test_easy_words_take_the_easy_scale_and_lose_the_proof_reading_when_they_change() -> None:
    draft = copied(SHIPPED)
    draft = editing.switch(draft, "needs", [i["code"] for i in draft.part("needs")])
    new = draft.changed()
    new.instrument["easy_to_read"] = {"proofread_by": {"fr": "Un groupe", "en": "A group"}}
    item = SHIPPED.item_by_code["needs_unmet"]
    said = question(
        text=item.text, groups=(*item.asked_to, "beneficiaries"),
        wording={"beneficiaries": Wording(easy={"fr": "J’ai besoin d’eux.", "en": "I need it."})},
    )  # fmt: skip
    changed = questions.change(new, "needs_unmet", said, SHIPPED)
    found = asked(changed).item_by_code["needs_unmet"].wording["beneficiaries"].easy
    assert found is not None
    assert found.scale == "easy_3"
    assert asked(changed).easy_to_read.proofread_by == {}


def test_an_own_question_takes_its_code_from_its_first_words_and_never_another_s() -> None:
    draft, first = questions.add(copied(), "needs", question())
    draft, second = questions.add(draft, "needs", question())
    draft, third = questions.add(draft, OTHERS, question(kind="text", scale=""))
    assert (first, second, third) == ("own_on_mecoute", "own_on_mecoute_2", "own_on_mecoute_3")
    new = asked(draft)
    assert [new.dimension_of.get(code) for code in (first, second, third)] == [
        "needs", "needs", None,
    ]  # fmt: skip
    shown = [item.code for s in new.form_order for item in new.section_items(s)]
    assert sorted(shown) == sorted(new.item_by_code)


def test_answers_to_choose_from_keep_their_codes_when_they_are_worded_otherwise() -> None:
    options = (("", {"fr": "Oui", "en": "Yes"}), ("", {"fr": "Non", "en": "No"}), ("", {"fr": " "}))
    draft, code = questions.add(copied(), "needs", question(kind="single_choice", options=options))
    before = asked(draft).item_by_code[code].options
    reworded = tuple((o.code, o.label | {"fr": f"{o.label['fr']} !"}) for o in before)
    forged = (*reworded, ("dont_know", {"fr": "Peut-être", "en": "Maybe"}))
    changed = questions.change(
        draft, code, question(kind="single_choice", options=forged), instrument()
    )
    after = asked(changed).item_by_code[code].options
    assert [o.code for o in after[:2]] == [o.code for o in before] == ["answer_oui", "answer_non"]
    assert after[2].code == "answer_peut_etre"
    assert after[0].label["fr"] == "Oui\u202f!"


def test_french_spaces_are_set_and_hidden_signs_go() -> None:
    text = {"fr": "Et vous ?\u200b « Oui » :\x00 100 %", "en": "And you ?"}
    _, item = questions.add(copied(), "needs", question(text=text))[0].item("own_et_vous_oui_100")
    assert item["text"] == {
        "fr": "Et vous\u202f? «\u202fOui\u202f»\u202f: 100\u202f%", "en": "And you ?",
    }  # fmt: skip


def test_everything_wrong_with_a_form_is_said_at_once_each_at_its_field() -> None:
    with pytest.raises(InputError) as caught:
        questions.add(
            copied(), "needs",
            question(text={"fr": " "}, hint={"fr": "x" * 501}, groups=("nobody",), scale="none"),
        )  # fmt: skip
    assert {f.column for f in caught.value.faults} == {"text", "hint", "groups", "scale"}
    with pytest.raises(InputError) as caught:
        editing.describe(
            copied(), title={"fr": "", "en": ""}, notice={"fr": "x" * 3001}, languages=(),
            minutes={"employees": 0},
        )  # fmt: skip
    assert {f.column for f in caught.value.faults} == {
        "title", "notice", "languages", "minutes.employees",
    }  # fmt: skip


def test_no_more_questions_than_people_could_answer() -> None:
    draft = copied()
    for _ in range(MAX_ITEMS - 6):
        draft = questions.add(draft, "needs", question())[0]
    with pytest.raises(InputError, match="150 questions"):
        questions.add(draft, "needs", question())


def test_a_language_that_is_taken_off_keeps_its_words_in_the_draft() -> None:
    draft, code = questions.add(copied(), "needs", question(text={"fr": "Seul en français"}))
    french = editing.describe(
        draft, title={"fr": "Notre utilité", "en": "Ours"}, notice={}, languages=("fr",),
        minutes={"employees": 7},
    )  # fmt: skip
    new = asked(french)
    assert new.languages == ("fr",)
    assert new.groups["employees"].minutes == 7
    changed = questions.change(
        french, "needs_met", question(text={"fr": "Dit autrement."}), instrument()
    )
    item = changed.item("needs_met")[1]
    assert item["text"] == {"fr": "Dit autrement.", "en": "Statement needs_met."}
    frozen = InstrumentVersion.freeze(asked(changed)).document.decode()
    assert "Statement" not in frozen
    assert code in frozen
