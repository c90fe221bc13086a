import re

import pytest

from corus.domain.answer import State
from corus.errors import UnavailableError
from corus.services import responding
from corus.store.writer import Writer
from tests.web import respond_factories as make
from tests.web.respond_factories import FORM, count, send

# Sending


def test_sent_answers_are_stored_once_and_receipted(visitor, wave_store):
    response = send(
        visitor,
        q__mutual_help="4", q__hidden_power="dont_know", q__since="longer",
        q__early_days="Calme.", q__priority=["price", "place"], q__order__place="1",
        q__order__price="2", q__budget__price="60", q__budget__place="40", q__visits="12,5",
        q__story="Un jardin.", q__story__quotable="yes", q__governance="1",
        q__governance__reason="Un vote par an.", q__governance__evidence="Statuts\nPV",
    )  # fmt: skip
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", response.text)
    assert "10 questions sur 10" in response.text
    [answers] = make.stored(wave_store, make.every_type())
    assert answers["mutual_help"].value == 3
    assert answers["hidden_power"].state is State.DONT_KNOW
    assert answers["order"].value == ("place", "price")
    assert answers["story"].quotable
    assert answers["governance"].evidence == ("Statuts", "PV")


def test_one_answer_is_enough_since_no_question_is_compulsory(visitor, wave_store):
    assert send(visitor, q__visits="0").status_code == 200
    [answers] = make.stored(wave_store, make.every_type())
    others = [a for code, a in answers.items() if code != "visits"]
    assert all(a.state in (State.SKIPPED, State.NOT_SHOWN) for a in others)


def test_blank_form_comes_back_with_leave_to_decline(visitor, wave_store):
    response = send(visitor, q__mutual_help="")
    assert response.status_code == 422
    assert "aucune question" in response.text
    assert "fermez simplement cette page" in response.text
    assert count(wave_store) == 0


def test_quotation_consent_is_off_by_default(visitor, wave_store):
    assert '"yes" checked' not in visitor.get(FORM).text
    send(visitor, q__story="Un jardin.")
    [answers] = make.stored(wave_store, make.every_type())
    assert not answers["story"].quotable


def test_reload_of_the_receipt_gives_the_same_receipt_and_stores_nothing_more(visitor, wave_store):
    number = make.fresh_id(visitor, FORM)
    first = send(visitor, submission_id=number, q__mutual_help="4")
    again = send(visitor, submission_id=number, q__mutual_help="4")
    assert re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){2}", first.text)
    assert again.data == first.data
    assert count(wave_store) == 1


def test_other_answers_under_the_same_number_are_refused_with_what_to_do(visitor, wave_store):
    number = make.fresh_id(visitor, FORM)
    send(visitor, submission_id=number, q__mutual_help="4")
    other = send(visitor, submission_id=number, q__mutual_help="1")
    assert other.status_code == 409
    assert "premières réponses sont gardées" in other.text
    assert "<form" not in other.text
    [answers] = make.stored(wave_store, make.every_type())
    assert answers["mutual_help"].value == 3


def test_answers_made_pointless_by_others_are_listed_on_the_receipt(visitor, wave_store):
    response = send(visitor, q__since="under_1_year", q__early_days="Calme.")
    assert response.status_code == 200
    assert "Mis de côté" in response.text
    assert "Comment était-ce au début ?" in response.text
    [answers] = make.stored(wave_store, make.every_type())
    assert answers["early_days"].state is State.NOT_SHOWN


def test_refused_answers_come_back_with_everything_typed_and_links_to_each_fault(
    visitor, wave_store
):
    number = make.fresh_id(visitor, FORM)
    response = send(
        visitor,
        submission_id=number, q__mutual_help="4", q__priority=["price", "welcome", "place"],
        q__order__price="1", q__order__place="1", q__budget__price="60", q__visits="abc",
        q__story="</textarea><script>alert(1)</script>", q__story__quotable="yes",
        q__governance="2",
    )  # fmt: skip
    page = response.text
    assert response.status_code == 422
    assert count(wave_store) == 0
    assert make.submission_id(page) == number
    assert "5 réponses sont à revoir" in page
    for code in ("priority", "order", "budget", "visits", "governance"):
        assert f'<a href="#q.{code}">' in page
        assert f'id="q.{code}-error"' in page
    assert 'name="q.mutual_help" value="4" checked' in page
    assert page.count('name="q.priority"') == page.count('name="q.priority" value="') == 3
    assert len(re.findall(r'name="q.priority" value="\w+" checked', page)) == 3
    assert 'name="q.budget.price" value="60" aria-invalid="true"' in page
    assert re.search(r'name="q.visits" value="abc"[^>]* aria-invalid="true"', page)
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert 'value="yes" checked' in page
    assert response.headers["Cache-Control"] == "no-store"


def test_mended_form_is_taken_under_its_first_number(visitor, wave_store):
    number = make.submission_id(send(visitor, q__visits="abc").text)
    assert send(visitor, submission_id=number, q__visits="12").status_code == 200
    assert count(wave_store) == 1


@pytest.mark.parametrize(("item", "value"), [("mutual_help", "9"), ("since", "forged")])
def test_forged_options_are_refused_in_the_respondents_language(visitor, wave_store, item, value):
    response = send(visitor, **{f"q__{item}": value})
    assert response.status_code == 422
    assert "ne fait pas partie des réponses proposées" in response.text
    assert f'id="q.{item}" data-type' in response.text
    assert 'aria-invalid="true"' in response.text
    assert count(wave_store) == 0


def test_item_not_asked_of_the_group_is_refused_and_the_rest_kept(visitor, wave_store):
    url = "/s/panier-2026/beneficiaries/fr"
    response = send(visitor, url, q__mutual_help="4", q__governance="1")
    assert response.status_code == 422
    assert "governance" in response.text
    assert 'name="q.mutual_help" value="4" checked' in response.text
    assert count(wave_store) == 0


@pytest.mark.parametrize("field", ["token", "q", "q.Story", "q.a.b.c", "name"])
def test_fields_this_page_does_not_have_are_refused(visitor, wave_store, field):
    number = make.fresh_id(visitor, FORM)
    response = visitor.post(FORM, data={"submission_id": number, field: "x"})
    assert response.status_code == 400
    assert count(wave_store) == 0


@pytest.mark.parametrize("number", ["", "1", "g" * 32, "A" * 32, "a" * 33, "é" * 32])
def test_malformed_submission_number_is_refused_with_a_way_to_a_fresh_page(visitor, number):
    response = visitor.post(FORM, data={"submission_id": number, "q.mutual_help": "4"})
    assert response.status_code == 400
    assert f'<a href="{FORM}">' in response.text


def test_two_submission_numbers_are_refused(visitor):
    response = visitor.post(FORM, data={"submission_id": ["a" * 32, "b" * 32]})
    assert response.status_code == 400


def test_body_without_a_length_is_refused_rather_than_cut_short(visitor, wave_store):
    response = visitor.post(
        FORM,
        data={"submission_id": "a" * 32},
        environ_overrides={"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert response.status_code == 411
    assert "Rien n’a été enregistré" in response.text
    assert count(wave_store) == 0


def test_body_too_large_is_refused_with_what_to_do(visitor, wave_store):
    response = send(visitor, q__story="x" * 250_000)
    assert response.status_code == 413
    assert "trop longues" in response.text
    assert count(wave_store) == 0


def test_unreachable_database_keeps_the_page_and_its_number(visitor, wave_store, monkeypatch):
    number = make.fresh_id(visitor, FORM)
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "submit", _raise(UnavailableError("busy", code="UNA-001")))
        response = send(visitor, submission_id=number, q__story="Un jardin.")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert make.submission_id(response.text) == number
    assert "Un jardin.</textarea>" in response.text
    assert "Elles ne peuvent pas compter deux fois" in response.text
    assert send(visitor, submission_id=number, q__story="Un jardin.").status_code == 200
    assert count(wave_store) == 1


def test_unreachable_database_says_so_to_whoever_opens_the_form(visitor, monkeypatch):
    monkeypatch.setattr(responding, "questionnaire", _raise(UnavailableError("gone")))
    response = visitor.get(FORM)
    assert response.status_code == 503
    assert "gone" not in response.text


def _raise(error):
    def fail(*_args, **_kwargs):
        raise error

    return fail


@pytest.mark.parametrize(
    ("wave", "status", "said"),
    [("draft-2026", 403, "pas encore ouverte"), ("closed-2026", 410, "est terminée")],
)
def test_wave_that_takes_no_answers_says_so(visitor, wave, status, said):
    response = visitor.get(f"/s/{wave}/employees/fr")
    assert response.status_code == status
    assert said in response.text


def test_answers_to_a_closed_wave_are_not_stored_and_the_page_says_so(visitor, wave_store):
    url = "/s/closed-2026/employees/fr"
    response = visitor.post(url, data={"submission_id": "a" * 32, "q.mutual_help": "4"})
    assert response.status_code == 410
    assert "n’ont pas été enregistrées" in response.text
    assert count(wave_store) == 0
