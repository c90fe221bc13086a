"""A device in a hall: each person finds an empty form, and leaves nothing to the next."""

import re

import pytest
from playwright.sync_api import expect

from tests.web import respond_factories as make
from tests.web.respond_factories import FORM, KIOSK, card

pytestmark = pytest.mark.browser
START = "/k/panier-2026/employees/fr"


def answer_and_send(page):
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    for _ in range(2):
        page.get_by_role("button", name="Continuer").click()
    card(page, "visits").get_by_role("textbox").fill("12")
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.locator(".receipt .code")).to_have_text(make.CODE)


def expect_an_empty_form(page):
    expect(page.get_by_role("button", name="Continuer")).to_be_visible()
    assert page.locator("#answers input:checked").count() == 1  # nobody helped
    assert page.locator("#answers input[type=text]").evaluate_all(
        "fields => fields.map(f => f.value).join('')"
    ) == ""  # fmt: skip


def test_next_person_finds_an_empty_form_with_another_number(visit, answers):
    page = visit(KIOSK)
    first = page.locator("[name=submission_id]").input_value()
    answer_and_send(page)
    expect(page.get_by_text("Notez ce code ou prenez-le en photo")).to_be_visible()
    page.get_by_role("link", name="Personne suivante").click()
    page.wait_for_url(START)
    expect_an_empty_form(page)
    assert page.locator("[name=submission_id]").input_value() != first
    assert len(answers()) == 1


def test_going_back_never_shows_what_the_person_before_answered(visit, answers):
    page = visit(KIOSK)
    answer_and_send(page)
    page.get_by_role("link", name="Personne suivante").click()
    page.wait_for_url(START)
    for _ in range(3):
        page.go_back(wait_until="commit")
        if page.url.endswith(START):
            expect_an_empty_form(page)
        assert page.locator(".code").count() == 0
    assert len(answers()) == 1


def test_receipt_is_erased_after_a_minute_unless_more_time_is_asked_for(visit):
    page = visit(KIOSK, clock=True)
    answer_and_send(page)
    expect(page.get_by_text("s’effacera dans 60 secondes")).to_be_visible()
    page.clock.run_for(50_000)
    expect(page.get_by_text("s’effacera dans 10 secondes")).to_be_visible()
    page.get_by_role("button", name="J’ai besoin de plus de temps").click()
    page.clock.run_for(30_000)
    expect(page.locator(".receipt .code")).to_be_visible()
    page.clock.run_for(31_000)
    page.wait_for_url(START)
    expect_an_empty_form(page)


def test_answers_left_behind_are_erased_after_a_question_without_reply(visit, answers):
    page = visit(KIOSK, clock=True)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    page.clock.run_for(181_000)
    dialog = page.get_by_role("dialog", name="Êtes-vous encore là")
    expect(dialog.get_by_role("button", name="Oui, je continue")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()
    page.clock.run_for(181_000)
    expect(dialog).to_be_visible()
    with page.expect_navigation():
        page.clock.run_for(31_000)
    expect_an_empty_form(page)
    assert answers() == []


def test_form_begun_without_any_answer_starts_over_without_asking(visit):
    page = visit(KIOSK, clock=True)
    page.get_by_role("button", name="Continuer").click()
    with page.expect_navigation():
        page.clock.run_for(181_000)
    expect(page.get_by_text("étape 1 sur 3")).to_be_visible()


def test_nothing_is_kept_for_later_on_a_kiosk(visit):
    page = visit(KIOSK)
    expect(page.get_by_role("button", name="Garder mes réponses")).to_have_count(0)
    expect(visit(FORM).get_by_role("button", name="Garder mes réponses")).to_have_count(1)


def test_pages_of_a_kiosk_are_stored_by_no_browser(visitor):
    assert visitor.get(KIOSK).headers["Cache-Control"] == "no-store"
    assert visitor.get(FORM).headers["Cache-Control"] == "private, no-cache"
    assert make.send(visitor, KIOSK, q__visits="1").headers["Cache-Control"] == "no-store"


def test_language_of_the_device_is_not_taken_for_that_of_the_person(visitor):
    asked = {"Accept-Language": "en"}
    assert visitor.get("/k/panier-2026/employees", headers=asked).location == START
    assert visitor.get("/s/panier-2026/employees", headers=asked).location.endswith("/en")


def test_without_javascript_the_receipt_leads_back_by_itself(visitor):
    page = make.send(visitor, "/k/panier-2026/employees/en", q__visits="1").text
    assert '<noscript><meta http-equiv="refresh" content="60;url=fr"></noscript>' in page
    assert 'href="fr">Next person</a>' in page
    assert make.stored_ways(visitor) == [("kiosk", "self")]


def test_no_page_before_the_receipt_leads_out_of_a_kiosk(visitor):
    for url in (KIOSK, f"{KIOSK}/notice"):
        page = visitor.get(url).text
        assert "3 place de Fontenoy" in page
        leads = re.findall(r'<a [^>]*href="([^"]*)"', page)
        assert not [address for address in leads if address.startswith(("http", "/r"))]
    receipt = make.send(visitor, KIOSK, q__visits="1").text
    assert not re.findall(r'<a [^>]*href="(?:http|/r)[^"]*"', receipt)
    assert "https://www.cnil.fr" in visitor.get(f"{FORM}/notice").text


def test_reading_the_notice_costs_nothing_of_what_was_answered(visit):
    page = visit(KIOSK)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    page.get_by_text("Ce que deviennent vos réponses").click()
    expect(page.get_by_text("3 place de Fontenoy")).to_be_visible()
    page.get_by_text("Ce que deviennent vos réponses").click()
    expect(page.get_by_text("3 place de Fontenoy")).to_be_hidden()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Ce que deviennent vos réponses")).to_be_hidden()


def test_words_of_next_person_stand_in_the_middle_of_their_button_at_any_width(visit):
    for size in ({"width": 1280, "height": 800}, make.PHONE):
        page = visit(KIOSK, size=size)
        answer_and_send(page)
        above, below = page.locator("#next-person").evaluate("""button => {
          const words = document.createRange();
          words.selectNodeContents(button);
          const [all, own] = [button.getBoundingClientRect(), words.getBoundingClientRect()];
          return [own.top - all.top, all.bottom - own.bottom];
        }""")
        assert abs(above - below) < 3
