"""A submission without a network is kept on the device and arrives later, once."""

import json

import pytest
from playwright.sync_api import expect

from corus.services import waves
from tests.factories import DAY
from tests.web import respond_factories as make
from tests.web.respond_factories import FORM, KIOSK, card

pytestmark = pytest.mark.browser
KEPT = "Vos réponses sont gardées sur cet appareil"


def kept(page):
    """What the device holds: every entry of its memory that is ours."""
    return json.loads(
        page.evaluate(
            "JSON.stringify(Object.keys(localStorage).filter(n => n.startsWith('corus'))"
            ".map(n => JSON.parse(localStorage[n])))"
        )
    )


def answer_to_the_end(page, days="12"):
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    for _ in range(2):
        page.get_by_role("button", name="Continuer").click()
    card(page, "visits").get_by_role("textbox").fill(days)


def send(page):
    page.get_by_role("button", name="Envoyer mes réponses").click()


def sent_without_network(visit, path=FORM, **how):
    page = visit(path, **how)
    answer_to_the_end(page)
    page.context.set_offline(True)
    send(page)
    return page


def test_answers_sent_without_a_network_are_kept_and_leave_when_it_returns(visit, answers):
    page = sent_without_network(visit)
    expect(page.get_by_role("heading", name=KEPT)).to_be_focused()
    expect(page.get_by_text("Elles ne sont pas encore envoyées")).to_be_visible()
    expect(card(page, "visits")).to_be_hidden()
    assert len(kept(page)) == 1
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("toujours pas de réseau")).to_be_visible()
    assert answers() == []
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Merci")).to_be_focused()
    expect(page.locator(".waiting .code")).to_have_text(make.CODE)
    [found] = answers()
    assert (found["mutual_help"].value, found["visits"].value) == (3, 12)
    assert kept(page) == []


def test_page_closed_and_opened_again_sends_what_waited_once(visit, answers):
    page = sent_without_network(visit)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    context = page.context
    page.close()
    context.set_offline(False)
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(FORM, wait_until="commit")
    for tab in tabs:
        expect(tab.locator(".waiting .code, #answers:visible").first).to_be_visible()
    tabs[0].wait_for_function("Object.keys(localStorage).length === 0")
    assert len(answers()) == 1


def test_any_page_of_the_survey_sends_what_waits(visit, answers):
    page = sent_without_network(visit)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/s/panier-2026/beneficiaries/fr/notice")
    expect(page.locator(".waiting .code")).to_have_text(make.CODE)
    assert len(answers()) == 1


def test_network_lost_after_the_server_stored_doubles_nothing(visit, answers):
    page = sent_without_network(visit)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    # The answer arrives, its receipt does not.
    page.route("**/*sent", lambda route: (route.fetch(), route.abort()))
    page.context.set_offline(False)
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("toujours pas de réseau")).to_be_visible()
    assert len(answers()) == 1
    assert len(kept(page)) == 1
    page.unroute("**/*sent")
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.locator(".waiting .code")).to_have_text(make.CODE)
    assert len(answers()) == 1


def test_page_of_somebody_else_is_no_receipt(visit, answers):
    page = sent_without_network(visit)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    page.route("**/*sent", lambda route: route.fulfill(body="<h1>Wifi gratuit</h1>"))
    page.context.set_offline(False)
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("toujours pas de réseau")).to_be_visible()
    assert len(kept(page)) == 1
    assert answers() == []


def test_answers_that_arrive_after_the_closing_are_told_and_kept_until_seen(visit, respond_site):
    _, store, _ = respond_site
    make.wave(store, make.every_type(), "short-2026")
    page = sent_without_network(visit, "/s/short-2026/employees/fr")
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    with store.writing() as session:
        waves.close_wave(session, "short-2026", DAY)
    store.cache.clear()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="n’ont pas pu être enregistrées")).to_be_visible()
    expect(page.get_by_text("Cette enquête est terminée")).to_be_visible()
    assert len(kept(page)) == 1
    page.goto(FORM)
    expect(page.get_by_role("heading", name="n’ont pas pu être enregistrées")).to_be_visible()
    page.get_by_role("button", name="Les effacer de cet appareil").click()
    page.get_by_role("button", name="Appuyez encore").click()
    expect(page.locator(".waiting")).to_have_count(0)
    assert kept(page) == []
    expect(card(page, "mutual_help")).to_be_visible()


def test_answers_to_mend_are_shown_again_and_counted_once(visit, answers):
    page = visit()
    answer_to_the_end(page, "abc")
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Les revoir").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert kept(page) == []
    card(page, "visits").get_by_role("textbox").fill("3")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert [a["visits"].value for a in answers()] == [3]


def test_answers_kept_can_be_erased_and_another_form_be_filled(visit, answers):
    page = sent_without_network(visit)
    page.get_by_role("button", name="Remplir un autre questionnaire").click()
    expect(page.get_by_text("Des réponses attendent")).to_be_visible()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).not_to_be_checked()
    answer_to_the_end(page, "7")
    send(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_focused()
    assert len({entry["id"] for entry in kept(page)}) == 2
    page.context.set_offline(False)
    expect(page.locator(".waiting .code")).to_have_count(2)
    assert sorted(a["visits"].value for a in answers()) == [7, 12]


def test_device_that_refuses_to_keep_says_so_and_leaves_the_form(visit, answers):
    page = visit()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    answer_to_the_end(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("ne permet pas de les garder")
    expect(card(page, "visits").get_by_role("textbox")).to_have_value("12")
    page.context.set_offline(False)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert len(answers()) == 1


def test_saving_for_later_without_a_network_says_so_and_leaves_the_form(visit, answers):
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    page.context.set_offline(True)
    save = page.get_by_role("button", name="Enregistrer et finir plus tard")
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("Vos réponses ne sont pas enregistrées")
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()
    page.context.set_offline(False)
    save.click()
    expect(page.locator(".receipt .code")).to_have_text(make.CODE)
    assert len(answers()) == 1
    assert kept(page) == []


def test_kiosk_without_network_keeps_each_person_and_shows_counts_only(visit, answers):
    page = visit(KIOSK)
    page.context.set_offline(True)
    for days in ("12", "7"):
        answer_to_the_end(page, days)
        send(page)
        expect(page.get_by_role("heading", name=KEPT)).to_be_focused()
        expect(page.get_by_text("nous ne pouvons pas donner de reçu")).to_be_visible()
        page.get_by_role("button", name="Personne suivante").click()
        expect(card(page, "mutual_help")).to_be_visible()
        assert page.locator("input:checked").count() == 1  # nobody helped
    expect(page.get_by_text("Les réponses de 2 questionnaires attendent")).to_be_visible()
    expect(page.get_by_role("button", name="effacer")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator(".waiting")).to_have_count(0)
    assert sorted(a["visits"].value for a in answers()) == [7, 12]
    assert kept(page) == []
    expect(page.locator(".code")).to_have_count(0)


def test_kiosk_whose_network_comes_back_while_it_is_left_says_so(visit, answers):
    page = visit(KIOSK)
    page.context.set_offline(True)
    answer_to_the_end(page, "12")
    send(page)
    expect(page.get_by_text("nous ne pouvons pas donner de reçu")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Vos réponses sont enregistrées")).to_be_visible()
    expect(page.get_by_text("nous ne pouvons pas donner de reçu")).to_have_count(0)
    expect(page.get_by_role("button", name="Personne suivante")).to_be_visible()
    assert len(answers()) == 1


def test_without_javascript_the_form_is_sent_as_ever(visit, answers):
    page = visit(script=False)
    card(page, "visits").get_by_role("textbox").fill("1")
    send(page)
    expect(page.locator(".receipt .code")).to_have_text(make.CODE)
    assert len(answers()) == 1
