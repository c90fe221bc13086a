"""A question put in other words is another question: its answers are not compared."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from corus.analysis.waves.same_question import dimension_refusal, refusal
from corus.authoring import load_instrument
from corus.domain.instrument import GroupWording, Option, Variant
from tests.analysis.factories_analysis import dimension, instrument, item, options, scale, text

FIRST = instrument(
    dimension("needs", item("a"), item("b", direction="reversed")),
    dimension("facts", item("c", None, type="text")),
    questions=(item("topics", None, type="multiple_choice", options=options("x", "y")),),
)


def second(**changed: object):
    """The second wave's instrument, with item ``a`` changed."""
    return instrument(dimension("needs", item("a").model_copy(update=changed), FIRST.items[1]))


def code(after, item_code: str = "a", group: str = "employees", **fields) -> str | None:
    found = refusal(FIRST, after, item_code, group, **fields)
    return found.code if found else None


def test_the_same_question_compares():
    assert refusal(FIRST, FIRST, "a", "employees") is None
    assert refusal(FIRST, FIRST, "topics", "employees") is None
    assert dimension_refusal(FIRST, FIRST, "needs", "employees") is None


def test_every_question_of_the_built_in_questionnaire_compares_with_itself_where_it_is_asked():
    shipped = load_instrument("surveys/social_utility.yaml")
    for group, one, variant in product(shipped.groups, shipped.items, get_args(Variant)):
        asked = shipped.offers(group, variant) and shipped.asks(one, group, variant)
        found = refusal(shipped, shipped, one.code, group, variant=variant)
        assert (found is None) == asked
        assert found is None or found.code == "CHG-001"


def test_changed_words_are_refused_with_the_reason():
    found = refusal(FIRST, second(text=text("other words")), "a", "employees")
    assert found.code == "CHG-004"
    assert str(found) == "“a” was worded otherwise: it is another question."


def test_a_mended_typing_mistake_compares_once_a_person_has_said_so():
    after = second(text=text("A"))
    assert code(after) == "CHG-004"
    assert code(after, settled={"a"}) is None


def test_spaces_are_no_words_and_a_further_language_changes_nothing():
    assert code(second(text={"en": " a ", "fr": "a aussi"})) is None


def test_sentences_without_a_common_language_are_not_known_to_be_the_same():
    assert code(second(text={"fr": "a"})) == "CHG-004"


def test_words_changed_for_one_group_are_refused_to_that_group_only():
    after = second(wording={"users": GroupWording(text=text("for users"))})
    assert code(after, group="users") == "CHG-004"
    assert code(after, group="employees") is None


@pytest.mark.parametrize(
    "changed",
    [{"scale": "seven"}, {"direction": "reversed"}, {"type": "level"}],
    ids=["scale", "direction", "type"],
)
def test_another_scale_direction_or_type_is_refused_whatever_was_settled(changed):
    assert code(second(**changed), settled={"a"}) == "CHG-003"


def test_a_scale_with_other_labels_is_another_scale():
    labels = [p.model_copy(update={"label": text(f"{p.value}!")}) for p in scale(5).points]
    after = FIRST.model_copy(
        update={
            "scales": {
                **FIRST.scales,
                "five": scale(5).model_copy(update={"points": tuple(labels)}),
            }
        }
    )
    assert code(after) == "CHG-003"


def test_options_added_to_a_choice_are_refused():
    assert code(asking(options("x", "y", "z")), "topics") == "CHG-003"
    assert code(asking(options("y", "x")), "topics") is None


def test_an_option_in_other_words_is_another_question():
    first, last = options("x", "y")
    after = asking((first, last.model_copy(update={"label": text("other")})))
    assert code(after, "topics") == "CHG-004"
    assert code(after, "topics", settled={"topics"}) is None


def asking(offered: tuple[Option, ...]):
    """The second wave's instrument, with these topics to choose from."""
    question = FIRST.questions[0].model_copy(update={"options": offered})
    return instrument(*FIRST.dimensions, questions=(question,))


def test_a_question_replaced_is_refused_with_the_name_of_the_other():
    after = instrument(dimension("needs", item("a2", replaces="a")))
    found = refusal(FIRST, after, "a", "employees")
    assert (found.code, found.parameters["by"]) == ("CHG-002", "a2")


def test_a_question_no_longer_asked_or_not_to_this_group_is_refused():
    assert code(second(asked_to=("users",))) == "CHG-001"
    assert code(second(asked_to=("users",)), group="users") is None
    assert code(instrument(dimension("needs", item("b")))) == "CHG-001"
    assert code(FIRST, group="nobody") == "CHG-001"
    assert code(FIRST, variant="easy") == "CHG-001"


def test_a_dimension_of_other_questions_is_refused():
    fewer = instrument(dimension("needs", item("a")))
    assert dimension_refusal(FIRST, fewer, "needs", "employees").code == "CHG-007"
    assert dimension_refusal(FIRST, fewer, "facts", "employees").code == "CHG-007"
    assert dimension_refusal(FIRST, FIRST, "needs", "nobody").code == "CHG-007"


def test_a_dimension_with_one_reworded_question_is_refused_for_that_question():
    found = dimension_refusal(FIRST, second(text=text("other")), "needs", "employees")
    assert (found.code, found.parameters["item"]) == ("CHG-004", "a")
    settled = dimension_refusal(
        FIRST, second(text=text("other")), "needs", "employees", settled={"a"}
    )
    assert settled is None
