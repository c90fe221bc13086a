"""The clerk's pages as plain forms: what they show, keep, refuse, and never put in an address."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from corus.errors import UnavailableError
from corus.language import Words, catalogue
from corus.services import editing
from corus.store import queries
from corus.store.models import PaperCount, PaperEntry, Response, Stratum
from corus.web import entering_words
from tests.factories import DAY
from tests.web import entering_factories as paper
from tests.web import respond_factories as make
from tests.web.contract_factories import forget_pages
from tests.web.entering_factories import ANSWERS, COVER, DESK, SECOND


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with paper.house(tmp_path_factory.mktemp("house")) as app:
        yield app


@pytest.fixture
def app(house):
    with house.extensions["corus"].store.writing() as session:
        for table in (PaperEntry, PaperCount, Response):
            session.query(table).delete()
    return house


@pytest.fixture
def clerk(app):
    return paper.clerk(app)


def said(answer) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def stored(app):
    return make.stored(app.extensions["corus"].store, make.every_type())


def hidden(answer) -> dict[str, str]:
    """The hidden fields of a page, as its form would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
    return {name: html.unescape(value) for name, value in found}


def test_strangers_are_led_to_the_sign_in(app):
    client = app.test_client()
    assert client.get(DESK).headers["Location"].startswith("/sign-in")
    assert client.post(f"{DESK}/typed", data=COVER | ANSWERS).status_code == 303
    assert stored(app) == []


def test_a_sheet_typed_twice_alike_is_stored_and_the_next_number_proposed(app, clerk):
    opened = clerk.post(f"{DESK}/sheet", data=COVER)
    assert "première saisie" in said(opened)
    once = clerk.post(f"{DESK}/typed", data=hidden(opened) | ANSWERS)
    assert "a été saisie une fois" in said(once)
    assert 'name="sheet" value="43"' in once.text
    second = clerk.post(f"{DESK}/sheet", data=COVER | {"clerk": "Boris"})
    assert "deuxième saisie" in said(second)
    twice = clerk.post(f"{DESK}/typed", data=hidden(second) | ANSWERS)
    assert "est enregistrée" in said(twice)
    assert len(stored(app)) == 1


def test_the_second_typing_shows_nothing_of_the_first(clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS | {"q.story": "Secret de la première"})
    second = clerk.post(f"{DESK}/sheet", data=COVER | {"clerk": "Boris"})
    assert "Secret de la première" not in second.text
    assert " checked" not in second.text
    assert "Ana" not in said(second)


def test_a_mode_and_a_language_typed_otherwise_are_compared_and_decided(app, clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS | {"mode": "interview"})
    other = COVER | {"clerk": "Boris", "sheet_language": "en"}
    second = clerk.post(f"{DESK}/sheet", data=other)
    assert "Version courante · English · Feuille remplie par la personne seule" in said(second)
    compared = clerk.post(f"{DESK}/typed", data=hidden(second) | ANSWERS)
    assert "2 différences à trancher" in said(compared)
    assert "Entretien noté sur la feuille" in said(compared)
    asked = clerk.post(f"{DESK}/compare", data={"sheet": "42"})
    assert hidden(asked) == hidden(compared)
    undecided = clerk.post(f"{DESK}/decided", data=hidden(compared) | {"pick.cover.mode": "second"})
    assert undecided.status_code == 422
    assert 'href="#cover.language"' in undecided.text
    assert 'name="pick.cover.mode" value="second" checked' in undecided.text
    picks = {"pick.cover.mode": "first", "pick.cover.language": "other", "cover.language": "en"}
    for _ in range(2):
        decided = clerk.post(f"{DESK}/decided", data=hidden(compared) | picks)
        assert "est enregistrée" in said(decided)
    assert ways(app) == [("interview", "paper", "en")]


def test_the_pages_name_the_site_and_another_site_is_a_difference_to_decide(app, clerk):
    store, desk = app.extensions["corus"].store, DESK.replace("panier", "shipped")
    with store.writing() as session:
        start = editing.declared(queries.wave_by_code(session, "shipped-2026"))
        sites = {"lille": {"fr": "Lille"}, "douai": {"fr": "Douai"}}
        editing.change_wave(session, "shipped-2026", start.model_copy(update={"sites": sites}), DAY)
    forget_pages(store)
    given = {"q.needs_relevance": "4"}
    for name, site in (("Ana", "lille"), ("Boris", "douai")):
        opened = clerk.post(f"{desk}/sheet", data=COVER | {"clerk": name, "site": site})
        assert f"Site\u202f: {site.capitalize()}" in said(opened)
        typed = clerk.post(f"{desk}/typed", data=hidden(opened) | given)
    assert "1 différence à trancher" in said(typed)
    assert "Lille" in said(typed)
    assert "Douai" in said(typed)
    picks = {"pick.cover.site": "other", "cover.site": "-"}
    assert clerk.post(f"{desk}/decided", data=hidden(typed)).status_code == 422
    done = clerk.post(f"{desk}/decided", data=hidden(typed) | picks)
    assert "est enregistrée" in said(done)
    with store.reading() as session:
        assert session.scalars(select(Stratum.site).join(Response)).all() == [""]


def ways(app):
    with app.extensions["corus"].store.reading() as session:
        rows = session.execute(
            select(Stratum.mode, Stratum.channel, Response.language).join(Response)
        )
        return [tuple(row) for row in rows]


def test_two_typings_that_differ_show_only_what_differs(app, clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    compared = clerk.post(f"{DESK}/typed", data=SECOND | ANSWERS | {"q.mutual_help": "5"})
    text = said(compared)
    assert "1 différence à trancher" in text
    assert "Plutôt d’accord" in text
    assert compared.text.count('data-type="pick"') == 1
    assert "Un jardin" not in text
    for again in (
        clerk.post(f"{DESK}/compare", data={"sheet": "42"}),
        clerk.post(f"{DESK}/sheet", data=COVER | {"clerk": "Chloé"}),
    ):
        assert hidden(again) == hidden(compared)
    undecided = clerk.post(f"{DESK}/decided", data=hidden(compared))
    assert undecided.status_code == 422
    assert "Choisissez la première saisie" in said(undecided)
    for _ in range(2):
        decided = clerk.post(
            f"{DESK}/decided", data=hidden(compared) | {"pick.mutual_help": "second"}
        )
        assert "est enregistrée" in said(decided)
    [answers] = stored(app)
    assert answers["mutual_help"].value == 4
    assert "10,0" in said(clerk.get(DESK))


def test_what_cannot_be_stored_comes_back_with_all_that_was_typed(app, clerk):
    sent = COVER | ANSWERS | {"q.visits": "beaucoup", "illegible": "since"}
    refused = clerk.post(f"{DESK}/typed", data=sent)
    assert refused.status_code == 422
    assert "Une réponse est à revoir" in said(refused) or "illisible ou contradictoire" in said(
        refused
    )
    assert 'value="beaucoup"' in refused.text
    assert "Un jardin." in refused.text
    assert 'value="since" checked' in refused.text
    blank = clerk.post(f"{DESK}/typed", data=COVER)
    assert blank.status_code == 422
    assert "Une feuille vierge n’est pas enregistrée" in said(blank)


def test_the_same_clerk_is_warned_and_may_go_on_knowingly(app, clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    warned = clerk.post(f"{DESK}/sheet", data=COVER)
    assert warned.status_code == 403
    assert "revient à quelqu’un d’autre" in said(warned)
    assert 'name="alone"' in warned.text
    alone = clerk.post(f"{DESK}/sheet", data=COVER | {"alone": "yes"})
    clerk.post(f"{DESK}/typed", data=hidden(alone) | ANSWERS)
    assert len(stored(app)) == 1
    assert "Feuilles saisies deux fois par la même personne\u202f: 1" in said(clerk.get(DESK))


def test_answers_set_aside_are_told_to_the_clerk(clerk):
    sent = COVER | {"q.since": "under_1_year", "q.early_days": "Calme."}
    told = said(clerk.post(f"{DESK}/typed", data=sent))
    assert "sans objet" in told
    assert "Comment était-ce au début" in told


def test_an_interview_is_stored_at_once_with_a_code_and_told_as_such(app, clerk):
    opened = clerk.post(f"{DESK}/sheet", data=COVER | {"mode": "on_screen", "sheet": ""})
    assert 'name="illegible"' not in opened.text
    sent = hidden(opened) | ANSWERS
    codes = {
        re.search(r'class="code">([^<]+)<', clerk.post(f"{DESK}/spoken", data=sent).text)[1]
        for _ in range(2)
    }
    assert len(codes) == 1
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", codes.pop())
    with app.extensions["corus"].store.reading() as session:
        from sqlalchemy import text

        ways = session.execute(
            text("SELECT mode, channel FROM strata s JOIN responses r ON r.stratum_id = s.id")
        ).all()
    assert [tuple(way) for way in ways] == [("interview", "kiosk")]


def test_a_refused_interview_keeps_its_number_and_its_answers(clerk):
    opened = clerk.post(f"{DESK}/sheet", data=COVER | {"mode": "on_screen"})
    refused = clerk.post(f"{DESK}/spoken", data=hidden(opened) | ANSWERS | {"q.visits": "beaucoup"})
    assert refused.status_code == 422
    assert hidden(refused)["submission_id"] == hidden(opened)["submission_id"]


def test_setting_a_sheet_aside_says_what_is_lost_and_erases_it(app, clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    assert "effacé pour de bon" in said(clerk.get(DESK))
    done = clerk.post(f"{DESK}/void", data={"sheet": "42"})
    assert "est écartée" in said(done)
    again = clerk.post(f"{DESK}/void", data={"sheet": "42"})
    assert again.status_code == 404
    assert "Rien n’a été saisi" in said(again)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"sheet": ""}, 422, "Le numéro de la feuille manque"),
        ({"clerk": ""}, 422, "Indiquez qui saisit"),
        ({"mode": "self"}, 422, "Indiquez comment"),
        ({"variant": "easy"}, 404, "Ce groupe n’a pas cette version"),
        ({"sheet_language": "de"}, 422, "pas de questionnaire dans cette langue"),
        ({"site": "nowhere"}, 422, "Cette vague n’a pas ce site."),
    ],
)
def test_a_cover_that_is_wrong_is_told_on_the_desk(clerk, change, status, words):
    refused = clerk.post(f"{DESK}/sheet", data=COVER | change)
    assert refused.status_code == status
    assert words in said(refused)


def test_late_paper_is_taken_after_closing_and_nothing_after_archiving(clerk):
    late = DESK.replace("panier", "closed")
    assert clerk.post(f"{late}/sheet", data=COVER).status_code == 200
    assert clerk.post(f"{late}/typed", data=COVER | ANSWERS).status_code == 200
    assert clerk.post(f"{late}/sheet", data=COVER | {"mode": "on_screen"}).status_code == 200
    spoken = clerk.post(
        f"{late}/spoken", data=COVER | ANSWERS | {"submission_id": "a" * 32, "mode": "on_screen"}
    )
    assert spoken.status_code == 403
    assert "pas les entretiens" in said(spoken)
    gone = DESK.replace("panier", "archived")
    assert "ne prend pas de papier" in said(clerk.get(gone))
    assert clerk.post(f"{gone}/typed", data=COVER | ANSWERS).status_code == 403


def test_forged_and_unforeseen_forms_are_refused_in_words(app, clerk):
    for data in (
        COVER | ANSWERS | {"q.mutual_help": "9"}, COVER | ANSWERS | {"q.unheard_of": "1"},
        COVER | ANSWERS | {"group": "martians"}, COVER | ANSWERS | {"variant": "easy"},
        COVER | ANSWERS | {"mode": "self"}, COVER | ANSWERS | {"sheet": "<b>"},
    ):  # fmt: skip
        refused = clerk.post(f"{DESK}/typed", data=data)
        assert refused.status_code in (404, 422)
    forged = clerk.post(f"{DESK}/decided", data=SECOND | {"first": "{}", "second": "[1]"})
    assert forged.status_code == 422
    assert clerk.get(DESK.replace("/fr", "/xx")).status_code == 404
    assert clerk.get("/waves/none/paper/fr").status_code == 404
    assert stored(app) == []


@pytest.mark.parametrize(("field", "cure"), [
    ("site", ""), ("second_site", "Choisissez-en un"), ("mode", "remplie"),
    ("second_mode", "remplie"), ("sheet_language", ""), ("second_language", "autre langue"),
    ("first", "ne peuvent pas être comparées"), ("second", "ne peuvent pas être comparées"),
    ("sheet", "numéro"),
])  # fmt: skip
def test_a_decision_whose_cover_or_typings_were_forged_is_refused_in_words(clerk, field, cure):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    compared = clerk.post(f"{DESK}/typed", data=SECOND | ANSWERS | {"q.mutual_help": "5"})
    picks = {"pick.mutual_help": "second"}
    for forged in ("evil<b>", "\0"):
        told = clerk.post(f"{DESK}/decided", data=hidden(compared) | picks | {field: forged})
        assert told.status_code == 422
        assert cure.lower() in said(told).lower()
    done = clerk.post(f"{DESK}/decided", data=hidden(compared) | picks)
    assert "est enregistrée" in said(done)


def test_pages_are_kept_by_no_browser_and_say_nothing_of_a_sheet_in_an_address(app, clerk):
    page = clerk.post(f"{DESK}/sheet", data=COVER)
    assert page.headers["Cache-Control"] == "no-store"
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("entering.")]
    assert {a for rule in rules for a in rule.arguments} == {"wave", "language"}


def test_the_page_of_the_wave_leads_to_the_paper(clerk):
    assert DESK in clerk.get("/waves/panier-2026/fieldwork").text


def test_a_third_typing_stays_on_the_page_when_two_are_there_already(app, clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    clerk.post(f"{DESK}/typed", data=SECOND | ANSWERS | {"q.mutual_help": "1"})
    third = clerk.post(
        f"{DESK}/typed", data=SECOND | ANSWERS | {"clerk": "Chloé", "q.story": "Un verger."}
    )
    assert third.status_code == 409
    assert "a été saisie deux fois entre-temps" in said(third)
    assert "Un verger." in third.text


def test_a_second_typing_whose_first_is_gone_is_kept_as_the_first(app, clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    clerk.post(f"{DESK}/void", data={"sheet": "42"})
    gone = clerk.post(f"{DESK}/typed", data=SECOND | ANSWERS)
    assert gone.status_code == 409
    assert "gardez-le comme première saisie" in said(gone)
    assert "Un jardin." in gone.text
    once = clerk.post(f"{DESK}/typed", data=hidden(gone) | ANSWERS)
    assert "a été saisie une fois" in said(once)


def test_another_typing_by_the_same_person_stays_on_the_page(clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    other = clerk.post(f"{DESK}/typed", data=COVER | ANSWERS | {"q.story": "Un verger."})
    assert other.status_code == 409
    assert "Votre première saisie est gardée" in said(other)
    assert "Un verger." in other.text


def test_the_same_person_may_tick_the_box_on_the_page_where_everything_is_typed(app, clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    warned = clerk.post(f"{DESK}/typed", data=COVER | ANSWERS | {"typing": "2"})
    assert "Un jardin." in warned.text
    assert 'name="alone"' in warned.text
    clerk.post(f"{DESK}/typed", data=hidden(warned) | ANSWERS | {"alone": "yes"})
    assert len(stored(app)) == 1


def test_comparing_a_sheet_that_is_not_there_names_that_sheet(clerk):
    refused = clerk.post(f"{DESK}/compare", data={"sheet": "78"})
    assert refused.status_code == 404
    assert "Feuille n° 78" in said(refused).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("address", ["typed", "spoken"])
def test_a_question_that_is_not_on_the_sheet_is_named_in_the_alert(clerk, address):
    number = {"submission_id": "b" * 32}
    forged = COVER | number | ANSWERS | {"q.unheard_of": "1"}
    refused = clerk.post(f"{DESK}/{address}", data=forged)
    assert refused.status_code == 422
    alert = refused.text.split('id="alert"')[1].split("</div>")[0]
    assert "unheard_of" in alert
    assert "Un jardin." in refused.text


def test_an_interview_that_lost_its_number_gets_a_new_one_and_keeps_its_answers(app, clerk):
    lost = clerk.post(f"{DESK}/spoken", data=COVER | ANSWERS | {"submission_id": "?"})
    assert lost.status_code == 422
    assert "a perdu son numéro" in said(lost)
    assert "Un jardin." in lost.text
    clerk.post(f"{DESK}/spoken", data=hidden(lost) | ANSWERS)
    assert len(stored(app)) == 1


def test_a_busy_database_is_told_on_the_desk_where_a_sheet_was_to_be_set_aside(clerk, monkeypatch):
    def busy(*_):
        raise UnavailableError("busy", code="UNA-001")

    monkeypatch.setattr("corus.services.entering.void", busy)
    told = clerk.post(f"{DESK}/void", data={"sheet": "42"})
    assert told.status_code == 503
    assert "Rien n’a été modifié" in said(told)
    assert "Attendez une minute" in said(told)


def test_one_question_that_differed_is_counted_in_the_singular_on_the_desk(clerk):
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS)
    compared = clerk.post(f"{DESK}/typed", data=SECOND | ANSWERS | {"q.mutual_help": "1"})
    clerk.post(f"{DESK}/decided", data=hidden(compared) | {"pick.mutual_help": "first"})
    assert re.search(r"1 question sur \d+ a été saisie différemment", said(clerk.get(DESK)))


def test_a_clerk_may_type_an_answer_in_any_direction_of_writing(clerk):
    opened = clerk.post(f"{DESK}/sheet", data=COVER)
    fields = re.findall(r"<textarea[^>]*>", opened.text)
    assert fields
    assert all('dir="auto"' in field for field in fields)


def test_every_sentence_a_clerk_reads_is_in_french(clerk, monkeypatch):
    missing = set()
    say = Words.__call__

    def listening(self, sentence, **parameters):
        if self.language == "fr" and sentence not in catalogue("fr"):
            missing.add(sentence)
        return say(self, sentence, **parameters)

    monkeypatch.setattr(Words, "__call__", listening)
    clerk.get(DESK)
    opened = clerk.post(f"{DESK}/sheet", data=COVER)
    clerk.post(f"{DESK}/typed", data=hidden(opened) | ANSWERS)
    compared = clerk.post(f"{DESK}/typed", data=SECOND | ANSWERS | {"q.mutual_help": "1"})
    clerk.post(f"{DESK}/decided", data=hidden(compared) | {"pick.mutual_help": "first"})
    clerk.post(f"{DESK}/typed", data=COVER | ANSWERS | {"q.visits": "x"})
    clerk.post(f"{DESK}/sheet", data=COVER)
    pairs = (*entering_words.SAID.values(), entering_words.NOT_STORED, entering_words.NOT_DONE)
    told = [sentence for pair in pairs for sentence in pair if sentence]
    told += [entering_words.STILL_HERE, *entering_words.KEPT.values()]
    assert missing | {sentence for sentence in told if sentence not in catalogue("fr")} == set()


def test_an_address_that_asks_for_another_language_leads_to_the_page_in_it(clerk):
    answer = clerk.get("/waves/panier-2026/paper/fr?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/waves/panier-2026/paper/en")
    assert clerk.get("/waves/panier-2026/paper/fr?lang=fr").status_code == 200
    assert clerk.get("/waves/panier-2026/paper/fr?lang=xx").status_code == 200
