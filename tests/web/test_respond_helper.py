"""Who held the pen is asked last and stored as the mode of the answer."""

import pytest

from tests.web import respond_factories as make
from tests.web.respond_factories import EXPRESS, FORM, count, send


@pytest.mark.parametrize(
    ("helper", "mode"),
    [
        (None, "self"), ("", "self"), ("none", "self"), ("relative", "assisted_relative"),
        ("structure", "assisted_structure"), ("other", "assisted_other"),
    ],
)  # fmt: skip
def test_help_is_stored_as_the_mode(visitor, helper, mode):
    fields = {} if helper is None else {"helper": helper}
    assert send(visitor, q__visits="1", **fields).status_code == 200
    assert make.stored_ways(visitor) == [("open", mode)]


@pytest.mark.parametrize("forged", ["interview", "assisted_structure", ["none", "other"]])
def test_forged_helper_is_refused(visitor, wave_store, forged):
    assert send(visitor, q__visits="1", helper=forged).status_code == 400
    assert count(wave_store) == 0


def test_refused_page_keeps_who_helped(visitor):
    assert 'value="none" checked' in visitor.get(FORM).text
    page = send(visitor, q__visits="abc", helper="relative").text
    assert 'value="relative" checked' in page
    assert 'value="none" checked' not in page


def test_retry_that_names_another_helper_is_the_same_answer(visitor, wave_store):
    number = make.fresh_id(visitor, FORM)
    first = send(visitor, submission_id=number, q__visits="1", helper="relative")
    again = send(visitor, submission_id=number, q__visits="1", helper="none")
    assert again.data == first.data
    assert make.stored_ways(visitor) == [("open", "assisted_relative")]


def test_short_version_asks_anchors_and_marked_items_and_announces_five_minutes(visitor):
    page = visitor.get(EXPRESS).text
    assert "5 minutes au plus" in page
    assert "q.story" in page
    assert "q.visits" not in page
    assert 'href="fr/express">Version courte' in visitor.get(FORM).text
    assert 'href="../fr">Version courante' in page
    assert send(visitor, EXPRESS, q__story="Un jardin.").status_code == 200


def test_shipped_questionnaire_has_a_short_version_of_ten_questions_at_most(visitor):
    for group in ("employees", "neighbours", "clients", "funders"):
        page = visitor.get(f"/s/shipped-2026/{group}/fr/express").text
        asked = page.count("<fieldset") - 1
        assert 4 <= asked <= 10, (group, asked)
        assert "q.unexpected_effect" in page
        assert "q.improvement" in page
