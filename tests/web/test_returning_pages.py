"""Coming back with a code: what the pages say, without JavaScript, and what they never tell."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from corus.errors import UnavailableError
from corus.language import Words, catalogue
from corus.services import waves
from corus.services.inviting import invite as invitations
from corus.store import queries
from corus.store.models import Invitation, JournalEntry, Response, UsedLink, Wave, Withdrawal
from corus.web.guesses import PER_MINUTE, Guesses
from tests.factories import DAY
from tests.web import respond_factories as make
from tests.web.contract_factories import HIDDEN, RECEIPT, forget_pages, invite
from tests.web.respond_factories import FORM, send

FULL = {
    "q__mutual_help": "4", "q__hidden_power": "dont_know", "q__since": "longer",
    "q__early_days": "Calme.", "q__priority": ["price", "place"], "q__order__place": "1",
    "q__order__price": "2", "q__budget__price": "60", "q__budget__place": "40",
    "q__visits": "12,5", "q__story": "Un jardin.\nPartagé.", "q__story__quotable": "yes",
    "q__governance": "1", "q__governance__reason": "Un vote par an.",
    "q__governance__evidence": "Statuts\nPV",
}  # fmt: skip


@pytest.fixture
def clean(wave_store):
    """No mark of an earlier test, and every survey as it was at first."""
    with wave_store.writing() as session:
        for table in (Withdrawal, UsedLink):
            session.execute(delete(table))
    return wave_store


def code_of(page):
    return RECEIPT.search(page)[1]


def plain(page):
    """What is read of a page: no tags, ordinary spaces."""
    text = re.sub(r"<[^>]+>", " ", page)
    return re.sub(r"[\s\u202f\u00a0]+", " ", text)


def sent(visitor, **fields):
    """Send a form; its code."""
    return code_of(send(visitor, **(fields or {"q__mutual_help": "4"})).text)


def test_receipt_says_what_its_code_opens_and_that_we_have_no_copy(visitor):
    page = plain(send(visitor, q__mutual_help="4").text)
    for said in ("lire vos réponses, les modifier jusqu’à la fin de l’enquête, ou les retirer",
                 "pas même Le Panier des Hauts", "la page /r de ce site"):  # fmt: skip
        assert said in page


def test_saving_shows_the_code_and_what_becomes_of_the_answers(visitor, clean):
    response = send(visitor, q__mutual_help="4", save="1")
    page = plain(response.text)
    assert response.headers["Cache-Control"] == "no-store"
    for said in ("Elles ne sont pas encore envoyées", "depuis n’importe quel appareil",
                 "compte comme une réponse partielle, sauf si vous la retirez"):  # fmt: skip
        assert said in page
    assert 'action="/r/fr/change"' in response.text
    assert make.count(clean) == 1


def test_saving_tells_what_is_to_mend_as_sending_does(visitor, clean):
    response = send(visitor, q__visits="abc", save="1")
    assert response.status_code == 422
    assert 'value="abc"' in response.text
    assert make.count(clean) == 0


def test_every_kind_of_answer_is_read_in_words(visitor):
    page = visitor.post("/r/fr", data={"code": sent(visitor, **FULL)})
    assert page.status_code == 200
    text = plain(page.text)
    for said in (
        "Le Panier des Hauts fait progresser l’entraide. Plutôt d’accord", "Je ne sais pas",
        "Plus longtemps", "Calme.", "Qu’est-ce qui compte le plus ? Les prix Le lieu",
        "1. Le lieu 2. Les prix", "Les prix : 60", "Le lieu : 40", "12,50", "Un jardin. Partagé.",
        "Vous avez accepté que ces mots soient cités", "Amorcé",
        "Pourquoi ce niveau ? Un vote par an.", "Ce qui le montre : Statuts",
    ):  # fmt: skip
        assert said in text, said
    lines = [part.split(">")[0] for part in page.text.split("<dd")[1:]]
    assert lines
    assert all('dir="auto"' in line for line in lines)


def test_unanswered_and_unasked_are_told_apart(visitor):
    code = sent(visitor, q__since="under_1_year", q__visits="1")
    text = plain(visitor.post("/r/fr", data={"code": code}).text)
    assert "Comment était-ce au début ? Question non posée, vu vos autres réponses" in text
    assert "Racontez un changement important. Sans réponse" in text


def test_answers_are_read_and_changed_in_the_other_language(visitor):
    code = sent(visitor, **FULL)
    assert "Rather agree" in plain(visitor.post("/r/en", data={"code": code}).text)
    form = visitor.post("/r/en/change", data={"code": code}).text
    assert 'lang="en"' in form
    assert 'name="q.mutual_help" value="4" checked' in form


def test_the_form_comes_back_filled_in_whole_and_sending_it_changes_nothing(visitor, clean):
    code = sent(visitor, **FULL)
    before = make.stored(clean, make.every_type())
    form = visitor.post("/r/fr/change", data={"code": code.lower().replace("-", " ")})
    assert form.headers["Cache-Control"] == "no-store"
    assert 'name="save"' not in form.text, "what was sent cannot become unsent"
    assert make.stored(clean, make.every_type()) == before
    hidden = dict(HIDDEN.findall(form.text)) | {"code": code}
    data = {k.replace("__", "."): v for k, v in FULL.items()} | hidden
    again = visitor.post("/r/fr/change?sent", data=data | {"q.visits": "3"})
    assert again.status_code == 200
    assert "Vos modifications sont enregistrées" in again.text
    assert code_of(again.text) == code
    [answers] = make.stored(clean, make.every_type())
    assert answers["visits"].value == 3
    assert answers | {"visits": None} == before[0] | {"visits": None}


def test_overtaken_page_keeps_what_was_typed_and_may_be_sent_knowingly(visitor, clean):
    code = sent(visitor)
    form = visitor.post("/r/fr/change", data={"code": code}).text
    hidden = dict(HIDDEN.findall(form)) | {"code": code}
    for value, status in (("2", 200), ("5", 409)):
        response = visitor.post("/r/fr/change", data=hidden | {"q.mutual_help": value})
        assert response.status_code == status
    assert "Ces réponses ont été modifiées entre-temps" in response.text
    assert 'name="q.mutual_help" value="5" checked' in response.text
    again = dict(HIDDEN.findall(response.text)) | {"code": code, "q.mutual_help": "5"}
    assert visitor.post("/r/fr/change", data=again).status_code == 200
    assert make.stored(clean, make.every_type())[0]["mutual_help"].value == 4


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"q.visits": "abc"}, 422, "est à revoir"),
        ({}, 422, "Plus aucune question n’a de réponse"),
        ({"q.forged": "1", "q.visits": "1"}, 422, "n’est pas posée ici"),
        ({"token": "x"}, 400, "ne viennent pas de la page"),
        ({"base": "x", "q.visits": "1"}, 400, "ne viennent pas de la page"),
        ({"helper": "x", "q.visits": "1"}, 400, "ne viennent pas de la page"),
    ],
)
def test_a_change_is_checked_as_an_answer_is(visitor, clean, fields, status, said):
    code = sent(visitor)
    data = {"code": code, "base": "1", "submission_id": "0" * 32} | fields
    response = visitor.post("/r/fr/change", data=data)
    assert response.status_code == status
    assert said in plain(response.text)
    assert make.stored(clean, make.every_type())[0]["mutual_help"].value == 3


def test_who_helped_is_still_asked_when_saved_answers_are_sent(visitor, clean):
    code = code_of(send(visitor, q__mutual_help="4", save="1").text)
    form = visitor.post("/r/fr/change", data={"code": code}).text
    assert 'name="helper" value="none" checked' in form
    data = dict(HIDDEN.findall(form)) | {"code": code, "q.mutual_help": "4", "helper": "relative"}
    assert visitor.post("/r/fr/change", data=data).status_code == 200
    assert 'name="helper"' not in visitor.post("/r/fr/change", data={"code": code}).text
    with clean.reading() as session:
        [place] = queries.strata(session, queries.wave_by_code(session, "panier-2026").id)
    assert tuple(place[2:]) == ("assisted_relative", "open", "complete", "")


def test_withdrawing_says_first_what_is_lost_then_erases_at_once(visitor, clean):
    code = sent(visitor, **FULL)
    asked = visitor.post("/r/fr/withdraw", data={"code": code})
    assert "10 questions seront effacées" in plain(asked.text)
    assert make.count(clean) == 1
    done = visitor.post("/r/fr/withdraw", data={"code": code, "sure": "1"})
    assert done.status_code == 200
    assert "Elles ont été effacées le" in done.text
    assert make.count(clean) == 0
    for address in ("/r/fr", "/r/fr/change", "/r/fr/withdraw"):
        again = visitor.post(address, data={"code": code, "sure": "1"})
        assert again.status_code == 410
        assert "Ces réponses sont retirées" in again.text


def test_a_database_that_does_not_answer_keeps_the_code_on_the_page(visitor, clean, monkeypatch):
    code = sent(visitor, q__story="Un jardin.")

    def gone(*_args):
        raise UnavailableError("The database is busy.", code="UNA-001")

    monkeypatch.setattr("corus.services.returning.withdraw", gone)
    told = visitor.post("/r/fr/withdraw", data={"code": code, "sure": "1"})
    assert told.status_code == 503
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', told.text))
    assert hidden == {"code": code, "sure": "1"}
    assert "Réessayer" in told.text
    monkeypatch.undo()
    assert "effacées" in visitor.post("/r/fr/withdraw", data=hidden).text


def test_after_closing_answers_are_read_and_withdrawn_and_no_longer_changed(visitor, clean):
    code = code_of(send(visitor, q__mutual_help="4", save="1").text)
    old = visitor.post("/r/fr/change", data={"code": code}).text
    with clean.writing() as session:
        waves.close_wave(session, "panier-2026", DAY)
    forget_pages(clean)
    try:
        page = visitor.post("/r/fr", data={"code": code})
        assert "elles ne peuvent plus être modifiées" in plain(page.text)
        assert "/r/fr/change" not in page.text
        assert visitor.post("/r/fr/change", data={"code": code}).text == page.text
        data = dict(HIDDEN.findall(old)) | {"code": code, "q.mutual_help": "2"}
        late = visitor.post("/r/fr/change", data=data)
        assert late.status_code == 410
        assert "Ce qui était enregistré avant est gardé" in late.text
        assert visitor.get(f"{FORM}/notice").status_code == 200
        done = visitor.post("/r/fr/withdraw", data={"code": code, "sure": "1"})
        assert done.status_code == 200
    finally:
        with clean.writing() as session:
            session.query(JournalEntry).filter_by(action="closed").delete()
            session.query(Wave).filter_by(code="panier-2026").update({"state": "open"})
        forget_pages(clean)


def test_every_wrong_code_gets_the_same_page(visitor, clean):
    sent(visitor)
    pages = [visitor.post("/r/fr", data={"code": code}) for code in ("AAAA-AAAA-AAAA", "abc", "")]
    assert {page.status_code for page in pages} == {404}
    said = {re.sub(r' value="[^"]*"', "", page.text) for page in pages}
    assert len(said) == 1
    assert "Aucune réponse ne correspond à ce code" in said.pop()


def test_wrong_codes_are_slowed_down_for_everybody_and_nobody_is_noted(visitor, clean):
    clock = [0.0]
    visitor.application.extensions["corus.guesses"] = Guesses(clock=lambda: clock[0])
    for _ in range(PER_MINUTE):
        assert visitor.post("/r/fr", data={"code": "AAAA-AAAA-AAAA"}).status_code == 404
    typed = {
        "code": "AAAA-AAAA-AAAA",
        "base": "1",
        "submission_id": "0" * 32,
        "q.story": "Un jardin.",
    }
    refused = visitor.post("/r/fr/change", data=typed)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "Attendez une minute" in refused.text
    assert 'name="q.story" value="Un jardin."' in refused.text
    clock[0] = 2.0
    assert visitor.post("/r/fr/change", data=typed).status_code == 404
    assert vars(visitor.application.extensions["corus.guesses"]).keys() == {
        "_size", "_clock", "_left", "_seen", "_lock"
    }  # fmt: skip


def test_right_codes_are_never_counted(visitor, clean):
    code = sent(visitor)
    visitor.application.extensions["corus.guesses"] = Guesses(clock=lambda: 0.0)
    for _ in range(PER_MINUTE + 5):
        assert visitor.post("/r/fr", data={"code": code}).status_code == 200


def test_the_code_is_in_no_address_and_no_log_line(visitor, clean, caplog):
    with caplog.at_level(logging.DEBUG):
        code = sent(visitor)
        pages = [visitor.post(f"/r/fr{page}", data={"code": code})
                 for page in ("", "/change", "/withdraw")]  # fmt: skip
    assert code not in caplog.text
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        addresses = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
        assert addresses
        assert not any(code in address for address in addresses)


def test_addresses_that_only_a_code_opens_lead_to_the_page_that_asks_for_it(visitor):
    for address in ("/r", "/r/", "/r/fr/change", "/r/fr/withdraw"):
        assert visitor.get(address, headers={"Accept-Language": "fr"}).location == "/r/fr"
    assert visitor.get("/r/xx").status_code == 404


def test_in_an_anonymous_wave_a_link_never_leads_to_its_answer(visitor, clean):
    link = invite(clean, "panier-2026")
    number = make.fresh_id(visitor, link)
    assert make.fresh_id(visitor, link) != number
    first = visitor.post(link, data={"submission_id": number, "q.story": "Secret.", "save": "1"})
    assert first.status_code == 200
    for page in (visitor.get(link), visitor.post(link, data={"submission_id": "0" * 32,
                                                             "q.story": "Autre."})):  # fmt: skip
        assert page.status_code == 409
        assert "Secret." not in page.text
        assert code_of(first.text) not in page.text
    forged = {"submission_id": "0" * 32, "base": "1", "q.story": "Autre."}
    assert visitor.post(link, data=forged).status_code == 400


def test_in_a_confidential_wave_a_link_goes_on_with_what_was_saved_by_it(visitor, clean):
    link = invite(clean, "secret-2026")
    number = make.fresh_id(visitor, link)
    assert make.fresh_id(visitor, link) == number
    visitor.post(link, data={"submission_id": number, "q.story": "Début.", "save": "1"})
    page = visitor.get(link)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Début.</textarea>" in page.text
    assert 'name="save"' in page.text
    hidden = dict(HIDDEN.findall(page.text))
    assert "code" not in hidden
    sent_ = visitor.post(link, data=hidden | {"q.story": "Début et fin."})
    assert "Vos réponses sont enregistrées" in sent_.text
    [answers] = make.stored(clean, make.every_type())
    assert answers["story"].value == "Début et fin."
    assert "Début et fin.</textarea>" in visitor.get(link).text
    assert visitor.get(link.replace("/fr", "/en")).status_code == 200
    other = invite(clean, "secret-2026")
    assert "Début" not in visitor.get(other).text


def test_a_link_of_a_confidential_wave_leads_to_the_form_its_answer_came_by(visitor, clean):
    link = invite(clean, "secret-2026", "beneficiaries")
    easy = f"{link}/easy"
    number = make.fresh_id(visitor, easy)
    visitor.post(easy, data={"submission_id": number, "q.mutual_help": "3", "save": "1"})
    assert visitor.get(link).location.endswith(easy)
    assert visitor.get(easy).status_code == 200


@pytest.mark.parametrize("wave", ["panier-2026", "secret-2026"])
def test_notice_says_the_rights_as_they_are(visitor, clean, wave):
    page = plain(visitor.get(invite(clean, wave) + "/notice").text)
    assert "les modifier jusqu’à la fin de l’enquête et les retirer à tout moment" in page
    anonymous = wave == "panier-2026"
    assert ("sans le code, personne ne peut les retrouver" in page) is anonymous
    assert ("Votre lien personnel, si vous en avez un, montre aussi" in page) is not anonymous
    assert ("voir quelle réponse est la vôtre" in page) is anonymous


def test_no_page_says_any_more_that_answers_cannot_be_changed():
    for source in Path("corus").rglob("*"):
        if source.suffix in (".py", ".html", ".po"):
            assert "cannot be changed once they are sent" not in source.read_text(), source


def test_every_sentence_is_in_french(visitor, clean, monkeypatch):
    missing = set()
    say = Words.__call__

    def listening(self, sentence, **parameters):
        if self.language == "fr" and sentence not in catalogue("fr"):
            missing.add(sentence)
        return say(self, sentence, **parameters)

    monkeypatch.setattr(Words, "__call__", listening)
    for told in (
        test_saving_shows_the_code_and_what_becomes_of_the_answers,
        test_overtaken_page_keeps_what_was_typed_and_may_be_sent_knowingly,
        test_after_closing_answers_are_read_and_withdrawn_and_no_longer_changed,
        test_wrong_codes_are_slowed_down_for_everybody_and_nobody_is_noted,
        test_in_a_confidential_wave_a_link_goes_on_with_what_was_saved_by_it,
    ):
        with clean.writing() as session:
            session.execute(delete(Response))
        told(visitor, clean)
    test_every_kind_of_answer_is_read_in_words(visitor)
    test_unanswered_and_unasked_are_told_apart(visitor)
    code = sent(visitor)
    visitor.post("/r/fr/withdraw", data={"code": code})
    visitor.post("/r/fr/change", data={"code": code, "base": "9", "submission_id": "0" * 32,
                                       "q.visits": "1"})  # fmt: skip
    visitor.post("/r/fr/withdraw", data={"code": code, "sure": "1"})
    visitor.post("/r/fr", data={"code": code})
    visitor.get("/r/fr")
    assert missing == set()


def revoke(store):
    """Every invitation is taken back."""
    with store.writing() as session:
        session.execute(update(Invitation).values(state="revoked"))


@pytest.mark.parametrize("answered", [True, False])
def test_a_revoked_link_changes_nothing(visitor, clean, answered):
    link = invite(clean, "secret-2026")
    number = make.fresh_id(visitor, link)
    if answered:
        visitor.post(link, data={"submission_id": number, "q.story": "Avant."})
    revoke(clean)
    late = visitor.post(link, data={"submission_id": number, "base": "1", "q.story": "Après."})
    assert late.status_code == 410
    assert "n’est plus valable" in late.text
    stored = [row["story"].value for row in make.stored(clean, make.every_type())]
    assert stored == ["Avant."] * answered


@pytest.mark.parametrize("wave", ["panier-2026", "secret-2026"])
def test_a_link_taken_back_while_its_form_is_open_stores_nothing(visitor, clean, wave):
    link = invite(clean, wave)
    number = make.fresh_id(visitor, link)
    with clean.writing() as session:
        token = link.split("/")[2]
        invitations.revoke(session, clean.key, wave, f"{token}@panier.example", DAY)
    late = visitor.post(link, data={"submission_id": number, "q.story": "Trop tard."})
    assert late.status_code == 410
    assert "n’est plus valable" in late.text
    assert make.stored(clean, make.every_type()) == []


def test_only_a_personal_link_of_a_confidential_wave_is_told_of_a_code(visitor, clean):
    link, coded = invite(clean, "secret-2026"), "un code remplace votre nom"
    shown = {url: [visitor.get(url).text, visitor.get(f"{url}/notice").text, send(
        visitor, url, q__story="Un jardin.").text] for url in (
        link, "/s/secret-2026/employees/fr", "/k/secret-2026/employees/fr")}  # fmt: skip
    for url, (form, notice, receipt) in shown.items():
        personal = url == link
        assert (coded in form) is personal
        assert (coded in notice) is personal
        assert ("Un code qui remplace votre nom est gardé" in notice) is personal
        assert ("nous n’en gardons pas de copie" in receipt) is not personal
    for url, (_, _, receipt) in shown.items():
        answers = visitor.post("/r/fr", data={"code": code_of(receipt)}).text
        notice = re.search(r'href="([^"]*/notice[^"]*)"', answers)[1]
        read = visitor.get(notice).text
        assert (coded in read) is (url == link)
        english = re.search(r'href="([^"]*)" lang="en"', read)[1]
        read = visitor.get(english if english.startswith("/") else notice.replace("/fr", "/en"))
        assert ("a code takes the place of your name" in read.text) is (url == link)


def test_the_notice_of_a_personal_link_says_what_is_kept_of_its_invitation(visitor, clean):
    apart = "rien ne dit quelle réponse est venue par quel lien"
    for wave in ("panier-2026", "secret-2026"):
        page = plain(visitor.get(invite(clean, wave) + "/notice").text)
        assert "Votre invitation est gardée avec votre nom et l’adresse" in page
        assert "Le système sait quels liens personnels ont servi" in page
        assert (apart in page) is (wave == "panier-2026")
    assert "invitation" not in visitor.get(f"{FORM}/notice").text


def test_wrong_codes_shut_out_nobody_who_has_a_good_one(visitor, clean):
    code = sent(visitor)
    visitor.application.extensions["corus.guesses"] = Guesses(clock=lambda: 0.0)
    for _ in range(PER_MINUTE):
        assert visitor.post("/r/fr", data={"code": "AAAA-AAAA-AAAA"}).status_code == 404
    assert visitor.post("/r/fr", data={"code": "AAAA-AAAA-AAAA"}).status_code == 429
    assert visitor.post("/r/fr", data={"code": code}).status_code == 200


def test_a_link_that_has_answered_leads_to_the_page_of_codes(visitor, clean):
    link = invite(clean, "panier-2026")
    send(visitor, link, q__story="Début.", save="1")
    page = visitor.get(link)
    assert page.status_code == 409
    assert 'href="/r/fr">Retrouver mes réponses</a>' in page.text
    assert "envoyées ou enregistrées par ce lien" in page.text


@pytest.mark.parametrize(
    ("fields", "status"), [({"q.visits": "abc"}, 422), ({}, 422), ({"q.visits": "3"}, 409)]
)
def test_answers_that_are_not_those_stored_are_not_said_to_be(visitor, clean, fields, status):
    code = sent(visitor)
    told = "Voici les réponses que vous avez envoyées"
    form = visitor.post("/r/fr/change", data={"code": code}).text
    assert told in plain(form)
    if status == 409:
        data = {"code": code, "base": "1", "submission_id": "0" * 32, "q.visits": "7"}
        visitor.post("/r/fr/change", data=data)
    hidden = dict(HIDDEN.findall(form)) | {"code": code}
    response = visitor.post("/r/fr/change", data=hidden | fields)
    assert response.status_code == status
    assert told not in plain(response.text)


def test_a_change_that_empties_the_form_is_led_to_withdrawing(visitor, clean):
    code = sent(visitor)
    form = visitor.post("/r/fr/change", data={"code": code}).text
    page = visitor.post("/r/fr/change", data=dict(HIDDEN.findall(form)) | {"code": code})
    assert "« Retirer mes réponses »" in plain(page.text)
    assert "fermez simplement cette page" not in plain(page.text)


@pytest.mark.parametrize("by_code", [True, False])
def test_a_first_sending_retried_is_no_change(visitor, clean, by_code):
    link = invite(clean, "secret-2026")
    code = code_of(send(visitor, link, q__story="Début.", save="1").text)
    where, known = ("/r/fr/change", {"code": code}) if by_code else (link, {})
    form = (visitor.post(where, data=known) if by_code else visitor.get(link)).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    for _ in range(2):
        page = visitor.post(where, data=hidden | {"q.story": "Début et fin."})
        assert "<h1>Merci. Vos réponses sont enregistrées" in page.text
    form = (visitor.post(where, data=known) if by_code else visitor.get(link)).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    page = visitor.post(where, data=hidden | {"q.story": "Fin."})
    assert "<h1>Vos modifications sont enregistrées" in page.text
