import gzip
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from corus.authoring import load_instrument
from corus.domain.answer import State
from corus.errors import UnavailableError
from corus.language import Words, catalogue
from corus.services import responding, waves
from corus.store.engine import open_store
from corus.store.models import Organization, Response
from corus.web import pages
from corus.web.assets import asset
from tests.factories import DAY, plan, text
from tests.web import respond_factories as make

FORM = "/s/panier-2026/employees/fr"
SHIPPED = Path("surveys/social_utility.yaml")


@pytest.fixture(scope="module")
def module_store(tmp_path_factory):
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'corus.sqlite'}", b"k" * 32)
    make.wave(opened, make.every_type())
    make.wave(opened, make.every_type(), "secret-2026", anonymity="confidential")
    make.wave(opened, load_instrument(SHIPPED), "shipped-2026")
    with opened.writing() as session:
        owner = session.scalar(select(Organization))
        waves.create_wave(session, "draft-2026", owner, "every_type", plan(groups={}))
    make.wave(opened, make.every_type(), "closed-2026")
    with opened.writing() as session:
        waves.close_wave(session, "closed-2026", DAY)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def store(module_store):
    with module_store.writing() as session:
        session.query(Response).delete()
    return module_store


@pytest.fixture
def client(store):
    return make.application(store).test_client()


def count(store):
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Response))


def send(client, url=FORM, **fields):
    data = {name.replace("__", "."): value for name, value in fields.items()}
    data.setdefault("submission_id", make.fresh_id(client, url))
    return client.post(url, data=data)


# Reading the form


def test_form_asks_every_item_of_the_group_as_a_fieldset_with_its_sentence(client):
    page = client.get(FORM).text
    for item in make.every_type().items:
        words = item.text["fr"].replace("{organization}", "Le Panier des Hauts")
        assert f'<legend id="q.{item.code}-words">{words}</legend>' in page
    assert page.count("<fieldset") == page.count("<legend") == len(make.every_type().items)


def test_items_not_asked_of_a_group_are_not_in_its_form(client):
    assert "governance" not in client.get("/s/panier-2026/beneficiaries/fr").text


def test_length_is_told_as_the_number_of_questions_and_the_minutes_of_the_group(client):
    page = client.get(FORM).text
    assert "10 questions" in page
    assert "10 minutes au plus" in page
    assert "7 minutes at most" in client.get("/s/panier-2026/beneficiaries/en").text


def test_reading_writes_nothing_and_every_visit_has_its_own_number(client, store):
    numbers = {make.fresh_id(client, FORM) for _ in range(20)}
    assert len(numbers) == 20
    assert count(store) == 0


def test_gzipped_form_is_the_plain_form_with_another_number(client):
    plain = client.get(FORM, headers={"Accept-Encoding": "identity"})
    zipped = client.get(FORM, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    unpacked = gzip.decompress(zipped.data).decode()
    assert unpacked == plain.text.replace(
        make.submission_id(plain.text), make.submission_id(unpacked)
    )


def test_browser_that_refuses_gzip_gets_plain_text(client):
    response = client.get(FORM, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"


def test_form_is_rendered_once_until_the_wave_changes(store):
    cache = pages.FormCache()
    found = responding.questionnaire(store, "panier-2026", "employees", "standard")
    first = cache.form(found, "fr")
    assert cache.form(found, "fr") is first
    assert cache.form(found, "en") is not first
    store.cache.clear()
    changed = responding.questionnaire(store, "panier-2026", "employees", "standard")
    assert cache.form(changed, "fr") is not first


def test_form_cache_forgets_what_was_asked_for_longest_ago(store):
    cache = pages.FormCache(limit=2)
    found = responding.questionnaire(store, "panier-2026", "employees", "standard")
    first = cache.form(found, "fr")
    cache.form(found, "en")
    assert cache.form(found, "fr") is first
    cache.form(found, "de")
    assert cache.form(found, "fr") is first
    assert len(cache) == 2


@pytest.mark.parametrize(
    ("asks", "gets"), [("en-GB,en;q=0.9", "en"), ("fr-CA", "fr"), ("ja", "fr"), ("", "fr")]
)
def test_address_without_language_leads_to_the_preferred_one(client, asks, gets):
    response = client.get("/s/panier-2026/employees", headers={"Accept-Language": asks})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/s/panier-2026/employees/{gets}"
    assert response.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize(
    "url",
    [
        "/s/nowhere/employees/fr", "/s/panier-2026/nobody/fr", "/s/panier-2026/employees/de",
        "/s/panier-2026/employees/fr/easy", "/s/panier-2026/nobody", "/s/-/0/nothing.css",
        "/s/-/0/respond.html",
    ],
)  # fmt: skip
def test_unknown_addresses_get_a_page_that_says_so(client, url):
    response = client.get(url, headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.text
    assert "Traceback" not in response.text


# Headers, cookies, weight


@pytest.mark.parametrize("url", [FORM, f"{FORM}/notice", "/s/no/no/fr", "/s/panier-2026/employees"])
def test_every_page_is_locked_down_and_sets_no_cookie(client, url):
    headers = client.get(url).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Permissions-Policy" in headers
    assert "Set-Cookie" not in headers


def test_pages_hold_no_inline_style_and_no_inline_script(client):
    for url in (FORM, f"{FORM}/notice", "/s/panier-2026/beneficiaries/fr/easy"):
        page = client.get(url).text
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)
        inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", page)
        assert all('type="application/json"' in attributes for attributes in inline)


def test_page_and_assets_of_every_group_weigh_under_25_kilobytes(client):
    gzipped = {"Accept-Encoding": "gzip"}
    for group in load_instrument(SHIPPED).groups:
        for language in ("fr", "en"):
            page = client.get(f"/s/shipped-2026/{group}/{language}", headers=gzipped)
            unpacked = gzip.decompress(page.data).decode()
            linked = re.findall(r'(?:src|href)="(/s/-/[^"]+)"', unpacked)
            parts = [page, *(client.get(url, headers=gzipped) for url in linked)]
            wire = sum(len(part.data) + len(str(part.headers)) for part in parts)
            assert linked
            assert wire < 25_000, (group, language, wire)


def test_assets_are_kept_for_ever_at_an_address_made_of_their_content(client):
    url = pages.asset_url("respond.css")
    first = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in first.headers["Cache-Control"]
    assert gzip.decompress(first.data) == asset("respond.css").plain
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_asset_at_an_old_address_is_served_but_not_kept(client):
    response = client.get("/s/-/0000/respond.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


def test_old_browsers_can_read_the_scripts():
    for name in ("respond.js", "relevance.js"):
        code = asset(name).plain.decode()
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", code, flags=re.DOTALL)
        assert not re.search(r"\?\.|\?\?|=>|`|\b(const|let|async|await)\b", code), name


# Sending


def test_sent_answers_are_stored_once_and_receipted(client, store):
    response = send(
        client,
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
    [answers] = make.stored(store, make.every_type())
    assert answers["mutual_help"].value == 3
    assert answers["hidden_power"].state is State.DONT_KNOW
    assert answers["order"].value == ("place", "price")
    assert answers["story"].quotable
    assert answers["governance"].evidence == ("Statuts", "PV")


def test_one_answer_is_enough_since_no_question_is_compulsory(client, store):
    assert send(client, q__visits="0").status_code == 200
    [answers] = make.stored(store, make.every_type())
    others = [a for code, a in answers.items() if code != "visits"]
    assert all(a.state in (State.SKIPPED, State.NOT_SHOWN) for a in others)


def test_blank_form_comes_back_with_leave_to_decline(client, store):
    response = send(client, q__mutual_help="")
    assert response.status_code == 422
    assert "aucune question" in response.text
    assert "fermez simplement cette page" in response.text
    assert count(store) == 0


def test_quotation_consent_is_off_by_default(client, store):
    assert '"yes" checked' not in client.get(FORM).text
    send(client, q__story="Un jardin.")
    [answers] = make.stored(store, make.every_type())
    assert not answers["story"].quotable


def test_reload_of_the_receipt_gives_the_same_receipt_and_stores_nothing_more(client, store):
    number = make.fresh_id(client, FORM)
    first = send(client, submission_id=number, q__mutual_help="4")
    again = send(client, submission_id=number, q__mutual_help="4")
    code = re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){2}", first.text)[0]
    assert code in again.text
    assert "ne comptent qu’une fois" in again.text
    assert count(store) == 1


def test_other_answers_under_the_same_number_are_refused_with_what_to_do(client, store):
    number = make.fresh_id(client, FORM)
    send(client, submission_id=number, q__mutual_help="4")
    other = send(client, submission_id=number, q__mutual_help="1")
    assert other.status_code == 409
    assert "premières réponses sont gardées" in other.text
    assert "<form" not in other.text
    [answers] = make.stored(store, make.every_type())
    assert answers["mutual_help"].value == 3


def test_answers_made_pointless_by_others_are_listed_on_the_receipt(client, store):
    response = send(client, q__since="under_1_year", q__early_days="Calme.")
    assert response.status_code == 200
    assert "Mis de côté" in response.text
    assert "Comment était-ce au début ?" in response.text
    [answers] = make.stored(store, make.every_type())
    assert answers["early_days"].state is State.NOT_SHOWN


def test_refused_answers_come_back_with_everything_typed_and_links_to_each_fault(client, store):
    number = make.fresh_id(client, FORM)
    response = send(
        client,
        submission_id=number, q__mutual_help="4", q__priority=["price", "welcome", "place"],
        q__order__price="1", q__order__place="1", q__budget__price="60", q__visits="abc",
        q__story="</textarea><script>alert(1)</script>", q__story__quotable="yes",
        q__governance="2",
    )  # fmt: skip
    page = response.text
    assert response.status_code == 422
    assert count(store) == 0
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


def test_mended_form_is_taken_under_its_first_number(client, store):
    number = make.submission_id(send(client, q__visits="abc").text)
    assert send(client, submission_id=number, q__visits="12").status_code == 200
    assert count(store) == 1


@pytest.mark.parametrize(("item", "value"), [("mutual_help", "9"), ("since", "forged")])
def test_forged_options_are_refused_in_the_respondents_language(client, store, item, value):
    response = send(client, **{f"q__{item}": value})
    assert response.status_code == 422
    assert "ne fait pas partie des réponses proposées" in response.text
    assert f'id="q.{item}" data-type' in response.text
    assert 'aria-invalid="true"' in response.text
    assert count(store) == 0


def test_item_not_asked_of_the_group_is_refused_and_the_rest_kept(client, store):
    url = "/s/panier-2026/beneficiaries/fr"
    response = send(client, url, q__mutual_help="4", q__governance="1")
    assert response.status_code == 422
    assert "governance" in response.text
    assert 'name="q.mutual_help" value="4" checked' in response.text
    assert count(store) == 0


@pytest.mark.parametrize("field", ["token", "q", "q.Story", "q.a.b.c", "name"])
def test_fields_this_page_does_not_have_are_refused(client, store, field):
    number = make.fresh_id(client, FORM)
    response = client.post(FORM, data={"submission_id": number, field: "x"})
    assert response.status_code == 400
    assert count(store) == 0


@pytest.mark.parametrize("number", ["", "1", "g" * 32, "A" * 32, "a" * 33, "é" * 32])
def test_malformed_submission_number_is_refused_with_a_way_to_a_fresh_page(client, number):
    response = client.post(FORM, data={"submission_id": number, "q.mutual_help": "4"})
    assert response.status_code == 400
    assert f'<a href="{FORM}">' in response.text


def test_two_submission_numbers_are_refused(client):
    response = client.post(FORM, data={"submission_id": ["a" * 32, "b" * 32]})
    assert response.status_code == 400


def test_body_without_a_length_is_refused_rather_than_cut_short(client, store):
    response = client.post(
        FORM,
        data={"submission_id": "a" * 32},
        environ_overrides={"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert response.status_code == 411
    assert "Rien n’a été enregistré" in response.text
    assert count(store) == 0


def test_body_too_large_is_refused_with_what_to_do(client, store):
    response = send(client, q__story="x" * 250_000)
    assert response.status_code == 413
    assert "trop longues" in response.text
    assert count(store) == 0


def test_unreachable_database_keeps_the_page_and_its_number(client, store, monkeypatch):
    number = make.fresh_id(client, FORM)
    with monkeypatch.context() as broken:
        broken.setattr(responding, "submit", _raise(UnavailableError("busy", code="UNA-001")))
        response = send(client, submission_id=number, q__story="Un jardin.")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert make.submission_id(response.text) == number
    assert "Un jardin.</textarea>" in response.text
    assert "Elles ne peuvent pas compter deux fois" in response.text
    assert send(client, submission_id=number, q__story="Un jardin.").status_code == 200
    assert count(store) == 1


def test_unreachable_database_says_so_to_whoever_opens_the_form(client, monkeypatch):
    monkeypatch.setattr(responding, "questionnaire", _raise(UnavailableError("gone")))
    response = client.get(FORM)
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
def test_wave_that_takes_no_answers_says_so(client, wave, status, said):
    response = client.get(f"/s/{wave}/employees/fr")
    assert response.status_code == status
    assert said in response.text


def test_answers_to_a_closed_wave_are_not_stored_and_the_page_says_so(client, store):
    url = "/s/closed-2026/employees/fr"
    response = client.post(url, data={"submission_id": "a" * 32, "q.mutual_help": "4"})
    assert response.status_code == 410
    assert "n’ont pas été enregistrées" in response.text
    assert count(store) == 0


# Words


@pytest.mark.parametrize(
    ("wave", "said", "unsaid"),
    [
        ("panier-2026", "rien ne relie vos réponses à votre nom", "un code remplace votre nom"),
        ("secret-2026", "un code remplace votre nom", "rien ne relie vos réponses"),
    ],
)
def test_promise_follows_the_mode_of_the_wave(client, wave, said, unsaid):
    for page in ("", "/notice"):
        text = client.get(f"/s/{wave}/employees/fr{page}").text
        assert said in text
        assert unsaid not in text


def test_notice_says_everything_the_law_asks_for(client):
    page = client.get(f"{FORM}/notice").text
    for said in (
        "Le Panier des Hauts, 12 rue des Hauts", "donnees@panier.example", "Pour quoi faire",
        "RGPD, article 6.1.f", "Qui les reçoit", "24\u202fmois", "Vos droits",
        "dpo@panier.example", "CNIL", "aucun cookie", "moins de 5 personnes",
    ):  # fmt: skip
        assert said.replace("\u202f", " ") in page.replace("\u202f", " "), said


def test_notice_of_a_confidential_wave_offers_access_and_erasure(client):
    page = client.get("/s/secret-2026/employees/en/notice").text
    assert "see, correct or erase your answers" in page
    assert "nobody can find them again" not in page


def test_easy_version_is_linked_only_where_it_exists_and_never_called_falc(client):
    page = client.get("/s/panier-2026/beneficiaries/fr").text
    assert 'href="/s/panier-2026/beneficiaries/fr/easy"' in page
    assert "Version simple (brouillon)" in page
    assert "/easy" not in client.get(FORM).text
    easy = client.get("/s/panier-2026/beneficiaries/fr/easy").text
    assert "On s’aide ici." in easy
    assert "hidden_power" not in easy
    assert easy.count('<svg class="symbol"') == 3
    assert "FALC" not in page + easy


def test_easy_answers_are_stored_as_easy(client, store):
    assert (
        send(client, "/s/panier-2026/beneficiaries/fr/easy", q__mutual_help="3").status_code == 200
    )
    with store.reading() as session:
        [row] = session.scalars(select(Response))
        assert (row.stratum.variant, row.stratum.group) == ("easy", "beneficiaries")


def test_every_sentence_a_respondent_reads_is_in_french(client, monkeypatch):
    missing = set()
    say = Words.__call__

    def listening(self, sentence, **parameters):
        if self.language == "fr" and sentence not in catalogue("fr"):
            missing.add(sentence)
        return say(self, sentence, **parameters)

    monkeypatch.setattr(Words, "__call__", listening)
    monkeypatch.setattr("corus.web.respond.forms", pages.FormCache())
    for url in (FORM, "/s/panier-2026/beneficiaries/fr/easy", "/s/secret-2026/employees/fr"):
        client.get(url)
        client.get(f"{url}/notice")
    for url in ("/s/no/no/fr", "/s/draft-2026/employees/fr", "/s/closed-2026/employees/fr"):
        client.get(url)
    number = make.submission_id(send(client, q__visits="abc", q__nothing="1").text)
    for visits in ("1", "1", "2"):
        send(client, submission_id=number, q__visits=visits)
    send(client, q__since="under_1_year", q__early_days="x")
    send(client)
    client.post(FORM, data={"submission_id": "?"})
    assert missing == set()


def test_authored_text_cannot_break_out_of_the_page(store):
    nasty = "</script><script>alert(1)</script>"
    instrument = make.every_type()
    first, *others = instrument.questions
    changed = first.model_copy(update={"text": text(nasty), "relevant": None})
    late = others[2].model_copy(update={"relevant": "${since} = '</script>'"})
    version = instrument.model_copy(
        update={"code": "nasty", "questions": (changed, *others[:2], late, *others[3:])}
    )
    make.wave(store, version, "nasty-2026")
    page = make.application(store).test_client().get("/s/nasty-2026/employees/fr").text
    assert "&lt;/script&gt;" in page
    assert r"\u003c/script>" in page
    assert "alert(1)</script>" not in page


def test_radio_question_offers_a_way_back_to_no_answer(client, store):
    page = client.get(FORM).text
    assert page.count('<label class="row none">') == 4
    assert send(client, q__mutual_help="", q__since="", q__visits="1").status_code == 200
    [answers] = make.stored(store, make.every_type())
    assert answers["mutual_help"].state is State.SKIPPED
