"""What a device does for one person: keeps a draft where asked to, reads questions aloud."""

import pytest
from playwright.sync_api import expect

from tests.web import respond_factories as make
from tests.web.respond_factories import EASY, FORM, card

pytestmark = pytest.mark.browser
DAY = 86_400

VOICES = """
window.spoken = []; window.going = null;
const voice = (lang, local) => ({lang, localService: local, name: lang});
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => VOICES, addEventListener: () => {},
  speak: u => { spoken.push([u.text, u.voice.lang]); going = u; }, cancel: () => { going = null; },
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def voices(*known):
    made = ", ".join(f"voice('{lang}', {str(local).lower()})" for lang, local in known)
    return VOICES.replace("VOICES", f"[{made}]")


def keep(page):
    page.get_by_role("button", name="Garder mes réponses sur cet appareil").click()


def memory(page):
    return page.evaluate("Object.keys(localStorage)")


# Drafts


def test_nothing_is_kept_unless_asked_for(visit):
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    page.get_by_role("button", name="Continuer").click()
    assert memory(page) == []


def test_draft_is_found_again_goes_on_and_is_erased_by_sending(visit, answers):
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    keep(page)
    expect(page.get_by_text("14 jours au plus")).to_be_visible()
    page.get_by_role("button", name="Continuer").click()
    card(page, "priority").get_by_label("Le lieu").check()
    card(page, "order").get_by_label("Les prix").select_option("1")
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(FORM)
    expect(page.get_by_text("Voici les réponses que vous aviez gardées")).to_be_visible()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()
    for _ in range(2):
        page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.locator(".receipt .code")).to_have_text(make.CODE)
    assert memory(page) == []
    [found] = answers()
    assert (found["mutual_help"].value, found["priority"].value) == (3, ("place",))
    assert found["order"].value == ("price",)


def number(page):
    return page.locator("[name=submission_id]").input_value()


def test_draft_found_again_is_sent_under_its_own_number_and_counts_once(visit, answers):
    page = visit()
    first = number(page)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    keep(page)
    again = page.context.new_page()
    again.goto(FORM)
    assert number(again) == first
    for tab in (again, page):
        for _ in range(2):
            tab.get_by_role("button", name="Continuer").click()
        tab.get_by_role("button", name="Envoyer mes réponses").click()
        expect(tab.locator(".receipt .code")).to_have_text(make.CODE)
    assert len(answers()) == 1


def test_draft_is_found_again_in_another_language_and_version(visit):
    page = visit()
    first = number(page)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    keep(page)
    for path in (FORM.replace("/fr", "/en"), make.EXPRESS):
        page.goto(path)
        assert number(page) == first
    assert len(memory(page)) == 1


def test_tab_opened_before_does_not_write_over_the_draft_of_another(visit):
    page = visit()
    other = page.context.new_page()
    other.goto(FORM)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    keep(page)
    card(other, "mutual_help").get_by_label("Plutôt pas d’accord").check()
    page.reload()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()


def test_erasing_somebody_elses_draft_gives_back_a_number_of_ones_own(visit):
    page = visit()
    first = number(page)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    keep(page)
    page.reload()
    page.get_by_role("button", name="Les effacer de cet appareil").click()
    assert number(page) != first


def test_draft_is_erased_with_what_the_page_shows_of_it(visit):
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    keep(page)
    page.reload()
    page.get_by_role("button", name="Les effacer de cet appareil").click()
    expect(page.get_by_text("Elles sont effacées")).to_be_visible()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).not_to_be_checked()
    assert memory(page) == []


@pytest.mark.parametrize(("days", "left"), [(14, 1), (15, 0)])
def test_draft_lasts_fourteen_days(visit, days, left):
    page = visit(clock=True)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    keep(page)
    page.clock.set_system_time(page.evaluate("Date.now() / 1000") + days * DAY)
    page.reload()
    page.evaluate("0")
    assert len(memory(page)) == left


def test_draft_holds_days_and_no_times(visit):
    page = visit()
    keep(page)
    day = page.evaluate("JSON.parse(localStorage[Object.keys(localStorage)[0]]).day")
    assert day == page.evaluate("Math.floor(Date.now() / 86400000)")


def test_confidential_wave_keeps_no_draft_on_the_device(visitor):
    assert '"drafts":true' in visitor.get(FORM).text
    assert '"drafts":false' in visitor.get("/s/secret-2026/employees/fr").text


# Reading aloud


@pytest.mark.parametrize("path", [FORM, EASY])
def test_question_is_read_with_its_answers_by_a_voice_of_the_device(visit, path):
    page = visit(path, before=voices(("en-GB", True), ("fr-FR", True)))
    listen = card(page, "mutual_help").get_by_role("button", name="Écouter")
    listen.click()
    said = page.evaluate("spoken")
    assert {lang for _, lang in said} == {"fr-FR"}
    texts = [text for text, _ in said]
    assert texts[0] == card(page, "mutual_help").locator("legend").inner_text()
    assert texts[-1] == "Cela ne me concerne pas"  # not the hidden way back to no answer
    stop = card(page, "mutual_help").get_by_role("button", name="Arrêter")
    stop.click()
    expect(listen).to_be_visible()
    assert page.evaluate("going") is None


def test_reading_stops_at_the_next_step(visit):
    page = visit(before=voices(("fr-FR", True)))
    card(page, "mutual_help").get_by_role("button", name="Écouter").click()
    page.get_by_role("button", name="Continuer").click()
    assert page.evaluate("going") is None


@pytest.mark.parametrize("known", [[], [("en-GB", True)], [("fr-FR", False)]])
def test_no_button_without_a_voice_of_the_language_on_the_device(visit, known):
    page = visit(before=voices(*known))
    expect(page.get_by_role("button", name="Écouter")).to_have_count(0)
