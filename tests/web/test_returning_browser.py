"""Saving, coming back and withdrawing in a real browser: on a phone, with or without scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.respond_factories import FORM, KIOSK, PHONE

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}


def saved(page):
    """Answer one question of the first step, and save from there."""
    page.locator("[name='q.mutual_help'][value='4']").check()
    page.get_by_role("button", name="Enregistrer et finir plus tard").click()
    return page.locator(".code").inner_text()


def found(page):
    code = saved(page)
    page.goto("/r/fr")
    page.get_by_label("Votre code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Trouver mes réponses").click()
    page.wait_for_selector("dl")
    return code


def going_on(page):
    found(page)
    page.get_by_role("button", name="Continuer mes réponses").click()
    page.wait_for_selector("#answers")


def withdrawing(page):
    found(page)
    page.get_by_role("button", name="Retirer mes réponses").click()


def withdrawn(page):
    withdrawing(page)
    page.get_by_role("button", name="Effacer définitivement mes réponses").click()


def wrong(page):
    page.goto("/r/fr")
    page.get_by_label("Votre code").fill("AAAA-AAAA-AAAA")
    page.get_by_role("button", name="Trouver mes réponses").click()
    page.wait_for_selector(".alert")


PAGES = {
    "code": lambda page: page.goto("/r/fr"),
    "wrong code": wrong,
    "saved": saved,
    "answers": found,
    "going on": going_on,
    "withdrawing": withdrawing,
    "withdrawn": withdrawn,
}


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(visit, name, size):
    page = visit(FORM, size=size)
    PAGES[name](page)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["target"]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_saved_on_one_device_and_sent_from_another(visit, answers, script):
    code = saved(visit(FORM, script=script))
    page = visit("/r/fr", script=script)
    page.get_by_label("Votre code").fill(code)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Continuer mes réponses").click()
    expect(page.locator("[name='q.mutual_help'][value='4']")).to_be_checked()
    if script:
        for _ in range(2):
            page.get_by_role("button", name="Continuer").click()
    page.locator("[name='q.visits']").fill("3")
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.locator(".code")).to_have_text(code)
    [stored] = answers()
    assert (stored["mutual_help"].value, stored["visits"].value) == (3, 3)


def test_saving_asks_nothing_and_going_back_to_send_is_the_same_answer(visit, answers):
    page = visit(FORM)
    code = saved(page)
    page.go_back()
    page.locator("[name='q.mutual_help'][value='2']").check()
    for _ in range(2):
        page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.locator(".code")).to_have_text(code)
    assert [a["mutual_help"].value for a in answers()] == [1]


def test_a_change_made_without_a_network_leaves_when_it_is_back(visit, answers):
    page = visit(FORM)
    going_on(page)
    for _ in range(2):
        page.get_by_role("button", name="Continuer").click()
    page.locator("[name='q.visits']").fill("7")
    page.context.set_offline(True)
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.wait_for_selector(".waiting h1")
    expect(page.get_by_role("button", name="Remplir un autre questionnaire")).to_have_count(0)
    page.context.set_offline(False)
    page.wait_for_selector(".waiting .code")
    assert [a["visits"].value for a in answers()] == [7]


def test_saving_at_a_kiosk_shows_the_code_and_no_way_to_the_answers(visit):
    page = visit(KIOSK)
    page.locator("[name='q.mutual_help'][value='4']").check()
    page.get_by_role("button", name="Enregistrer et finir plus tard").click()
    expect(page.locator(".code")).to_be_visible()
    expect(page.get_by_role("link", name="Personne suivante")).to_be_visible()
    assert page.locator("a[href^='/r/'], form").count() == 0
