import ast
import re
from importlib.resources import files

import pytest
from flask import url_for

from corus.domain.answer import State
from corus.language import Words, catalogue
from corus.web import pages
from tests.factories import text
from tests.web import respond_factories as make
from tests.web.contract_factories import invite
from tests.web.respond_factories import FORM, send

# Words


@pytest.mark.parametrize(
    ("wave", "said", "unsaid"),
    [
        ("panier-2026", "rien ne relie vos réponses à votre nom", "un code remplace votre nom"),
        ("secret-2026", "un code remplace votre nom", "rien ne relie vos réponses"),
    ],
)
def test_promise_follows_the_mode_of_the_wave(visitor, wave_store, wave, said, unsaid):
    link = invite(wave_store, wave)
    for page in ("", "/notice"):
        text = visitor.get(link + page).text
        assert said in text
        assert unsaid not in text


def test_notice_says_everything_the_law_asks_for(visitor):
    page = visitor.get(f"{FORM}/notice").text
    for said in (
        "Le Panier des Hauts, 12 rue des Hauts", "donnees@panier.example", "Pour quoi faire",
        "RGPD, article 6.1.f", "Qui les reçoit", "24\u202fmois", "Vos droits",
        "dpo@panier.example", "CNIL", "aucun cookie", "moins de 5 personnes",
    ):  # fmt: skip
        assert said.replace("\u202f", " ") in page.replace("\u202f", " "), said


def test_notice_of_a_confidential_wave_offers_access_and_erasure(visitor, wave_store):
    link = invite(wave_store, "secret-2026").replace("/fr", "/en")
    page = visitor.get(f"{link}/notice").text
    assert "see, correct or erase your answers" in page
    assert "nobody can find them again" not in page


def test_easy_version_is_linked_only_where_it_exists_and_never_called_falc(visitor):
    page = visitor.get("/s/panier-2026/beneficiaries/fr").text
    assert 'href="fr/easy"' in page
    assert "Version simple (brouillon)" in page
    assert "/easy" not in visitor.get(FORM).text
    easy = visitor.get("/s/panier-2026/beneficiaries/fr/easy").text
    assert "On s’aide ici." in easy
    assert "hidden_power" not in easy
    # Three points and two answers beside the scale, each with its sign.
    assert len(re.findall('<svg class="symbol[ "]', easy)) == 5
    assert "FALC" not in page + easy


def test_easy_answers_are_read_on_the_easy_scale(visitor, wave_store):
    easy = "/s/panier-2026/beneficiaries/fr/easy"
    assert send(visitor, easy, q__mutual_help="5").status_code == 422
    assert send(visitor, easy, q__mutual_help="3").status_code == 200
    [answers] = make.stored(wave_store, make.every_type())
    assert answers["mutual_help"].value == 2
    assert "hidden_power" not in answers


def test_other_pages_find_the_address_of_a_file_by_its_name(visitor):
    with visitor.application.test_request_context():
        assert url_for("respond.asset", name="respond.css") == pages.asset_url("respond.css")


def test_every_sentence_a_respondent_reads_is_in_french(visitor, monkeypatch):
    missing = set()
    say = Words.__call__

    def listening(self, sentence, **parameters):
        if self.language == "fr" and sentence not in catalogue("fr"):
            missing.add(sentence)
        return say(self, sentence, **parameters)

    monkeypatch.setattr(Words, "__call__", listening)
    monkeypatch.setattr("corus.web.respond.kept", pages.PageCache())
    for url in (FORM, "/s/panier-2026/beneficiaries/fr/easy", "/s/secret-2026/employees/fr"):
        visitor.get(url)
        visitor.get(f"{url}/notice")
    for url in ("/s/no/no/fr", "/s/draft-2026/employees/fr", "/s/closed-2026/employees/fr"):
        visitor.get(url)
    number = make.submission_id(send(visitor, q__visits="abc", q__nothing="1").text)
    for visits in ("1", "1", "2"):
        send(visitor, submission_id=number, q__visits=visits)
    send(visitor, q__since="under_1_year", q__early_days="x")
    send(visitor)
    visitor.post(FORM, data={"submission_id": "?"})
    assert missing == set()


def test_authored_text_cannot_break_out_of_the_page(wave_store):
    nasty = "</script><script>alert(1)</script>"
    instrument = make.every_type()
    first, *others = instrument.questions
    changed = first.model_copy(update={"text": text(nasty), "relevant": None})
    late = others[2].model_copy(update={"relevant": "${since} = '</script>'"})
    version = instrument.model_copy(
        update={"code": "nasty", "questions": (changed, *others[:2], late, *others[3:])}
    )
    make.wave(wave_store, version, "nasty-2026")
    page = make.application(wave_store).test_client().get("/s/nasty-2026/employees/fr").text
    assert "&lt;/script&gt;" in page
    assert r"\u003c/script>" in page
    assert "alert(1)</script>" not in page


def test_radio_question_offers_a_way_back_to_no_answer(visitor, wave_store):
    page = visitor.get(FORM).text
    assert page.count('<label class="row none">') == 4
    assert send(visitor, q__mutual_help="", q__since="", q__visits="1").status_code == 200
    [answers] = make.stored(wave_store, make.every_type())
    assert answers["mutual_help"].state is State.SKIPPED


SPOKEN = ("refusals", "replies", "returning", "unsubscribe", "typed_link", "changing")


@pytest.mark.parametrize("module", SPOKEN)
def test_every_refusal_a_respondent_may_meet_is_in_french(module):
    tree = ast.parse((files("corus.web") / f"{module}.py").read_text(encoding="utf-8"))
    told = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)} - _docstrings(tree)
    sentences = {s for s in told if isinstance(s, str) and " " in s and s[0].isupper()}
    assert sentences - catalogue("fr").keys() == set()


def _docstrings(tree):
    """Texts that stand alone: what is said of the code, not to a person."""
    return {
        n.value.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
    }
