"""Faults of a draft stand beside the field that they concern, in words people know."""

from __future__ import annotations

import pytest

from corus.authoring import load_instrument
from corus.errors import InputError
from corus.language import catalogue
from corus.services.instruments import editing, questions
from corus.services.instruments.bounds import BRACES
from corus.services.instruments.document import OTHERS, Draft
from corus.services.instruments.faults import CURES, UNFORESEEN, built
from corus.services.instruments.library import survey
from corus.services.instruments.questions import Wording
from tests.factories import instrument
from tests.services.instruments.draft_factories import copied, question

SHIPPED = load_instrument(survey("social_utility"))
FRENCH = {"fr": "Seulement en français."}
CASES = {
    # what somebody does: (code of the fault, item, field)
    "text": ("INS-030", "own_seulement_en_francais", "text"),
    "wording": ("INS-030", "needs_met", "wording.employees.text"),
    "options": ("QST-001", "own_on_mecoute", "options"),
    "choices": ("QST-004", "own_on_mecoute", "max_choices"),
    "group": ("INS-028", "", "groups.employees"),
    "title": ("INS-030", "", "title"),
    "blank": ("INS-033", "needs_met", "wording.employees.text"),
}


def faulty(what: str) -> Draft:
    draft = copied()
    yes = ("", {"fr": "Oui", "en": "Yes"})
    if what == "text":
        return questions.add(draft, "needs", question(text=FRENCH))[0]
    if what == "wording":
        said = question(wording={"employees": Wording(text=FRENCH)})
        return questions.change(draft, "needs_met", said, instrument())
    if what == "options":
        return questions.add(draft, "needs", question(kind="single_choice", options=(yes,)))[0]
    if what == "choices":
        no = ("", {"fr": "Non", "en": "No"})
        said = question(kind="multiple_choice", options=(yes, no), max_choices=5)
        return questions.add(draft, "needs", said)[0]
    if what == "blank":
        # Stored before such texts were refused.
        new = draft.changed()
        held = new.item("needs_met")
        assert held
        text = {"fr": "Et {organisation} ?", "en": "And {foo}?"}
        held[1]["wording"] = {"employees": {"text": text}}
        return new
    if what == "group":
        new = draft.changed()
        for _, item in new.items():
            item["asked_to"] = ["neighbours"]
        return new
    return editing.describe(draft, title=FRENCH, notice={}, languages=("fr", "en"), minutes={})


@pytest.mark.parametrize("what", CASES)
def test_each_fault_is_told_where_it_is(what: str) -> None:
    found, faults = built(faulty(what))
    assert found is None
    assert [(f.code, f.item, f.field) for f in faults] == [CASES[what]]
    assert (faults[0].fact, faults[0].cure) == CURES[faults[0].code]


def test_a_question_shown_after_one_that_is_off_is_at_fault_until_it_is_shown_to_all() -> None:
    draft = copied(SHIPPED)
    on = [i["code"] for i in draft.part(OTHERS) if i["code"] != "relation_length"]
    off = editing.switch(draft, OTHERS, on)
    (fault,) = built(off)[1]
    assert (fault.code, fault.part, fault.item, fault.field) == (
        "REL-002", "needs", "needs_take_up", "relevant",
    )  # fmt: skip
    item = SHIPPED.item_by_code["needs_take_up"]
    said = question(text=item.text, groups=item.asked_to, for_all=True)
    assert built(questions.change(off, "needs_take_up", said, SHIPPED))[1] == []


def test_a_question_moved_before_the_one_it_depends_on_is_at_fault() -> None:
    moved = copied(SHIPPED)
    for _ in range(3):
        moved = editing.move_section(moved, "relation", 1)
    assert {f.code for f in built(moved)[1]} <= {"REL-003", "REL-006"}
    assert built(moved)[1] != []


@pytest.mark.parametrize(
    "said", ["{organisation}", "{foo}", "{organization", "}", "{{organization}}"]
)
@pytest.mark.parametrize("field", ["text", "hint", "wording.employees", "easy.employees"])
def test_what_nothing_fills_in_is_told_at_its_field_and_not_kept(said: str, field: str) -> None:
    text = {"fr": f"Je compte pour {said}.", "en": "I count."}
    part, _, group = field.partition(".")
    worded = {"employees": Wording(**{"text" if part == "wording" else "easy": text})}
    typed = question(wording=worded) if group else question(**{field: text})
    with pytest.raises(InputError) as caught:
        questions.change(copied(), "needs_met", typed, instrument())
    assert [(f.column, f.message, f.hint) for f in caught.value.faults] == [(field, *BRACES)]


def test_the_name_of_the_organization_is_filled_in_and_no_fault() -> None:
    long = {"fr": f"{'Je vois bien que ' * 4}{{organization}} me respecte.", "en": "I see."}
    draft, _ = questions.add(copied(), "needs", question(text=long))
    assert built(draft)[1] == []


def test_what_is_off_has_no_faults() -> None:
    draft = faulty("text")
    on = [i["code"] for i in draft.part("needs") if not i["code"].startswith("own_")]
    assert built(editing.switch(draft, "needs", on))[1] == []


def test_every_fact_and_cure_is_said_in_french() -> None:
    sentences = {s for pair in (*CURES.values(), UNFORESEEN) for s in pair}
    assert sentences <= catalogue("fr").keys()
