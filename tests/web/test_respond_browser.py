import re
import time

import pytest
from playwright.sync_api import expect

from corus.domain.answer import State
from corus.store.models import Response
from tests.web.respond_factories import EASY, card

pytestmark = pytest.mark.browser


def forward(page):
    page.get_by_role("button", name="Continuer").click()


def send(page):
    page.get_by_role("button", name="Envoyer mes réponses").click()


def fill_choices(page):
    card(page, "since").get_by_label("Plus longtemps").check()
    card(page, "early_days").get_by_role("textbox").fill("Calme.")
    card(page, "priority").get_by_label("L’accueil").check()
    card(page, "order").get_by_label("Le lieu").select_option("1")
    card(page, "budget").get_by_label("Les prix").fill("40")
    card(page, "budget").get_by_label("Le lieu").fill("60")


def fill_words(page):
    card(page, "visits").get_by_role("textbox").fill("12,5")
    card(page, "story").get_by_role("textbox").fill("Un jardin.")
    card(page, "story").get_by_role("checkbox").check()
    card(page, "governance").get_by_label("Amorcé").check()
    card(page, "governance").get_by_label("Pourquoi ce niveau").fill("Un vote par an.")
    card(page, "governance").get_by_label("Qu’est-ce qui le montre").fill("Statuts\nPV")


def assert_everything_arrived(found):
    assert found["mutual_help"].value == 3
    assert found["hidden_power"].state is State.DONT_KNOW
    assert found["since"].value == 1
    assert found["early_days"].value == "Calme."
    assert found["priority"].value == ("welcome",)
    assert found["order"].value == ("place",)
    assert found["budget"].value == {"price": 40, "welcome": 0, "place": 60}
    assert found["visits"].value == 12.5
    assert (found["story"].value, found["story"].quotable) == ("Un jardin.", True)
    assert (found["governance"].value, found["governance"].evidence) == (1, ("Statuts", "PV"))


# Journeys


def test_every_type_can_be_answered_on_one_page_without_javascript(visit, answers):
    page = visit(script=False)
    offered = ["Envoyer mes réponses", "Enregistrer et finir plus tard"]
    expect(page.get_by_role("button")).to_have_text(offered)
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    card(page, "hidden_power").get_by_label("Je ne sais pas").check()
    fill_choices(page)
    fill_words(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    [found] = answers()
    assert_everything_arrived(found)


def test_every_type_can_be_answered_step_by_step(visit, answers):
    page = visit()
    expect(page.get_by_text("étape 1 sur 3")).to_be_visible()
    expect(card(page, "since")).to_be_hidden()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    card(page, "hidden_power").get_by_label("Je ne sais pas").check()
    forward(page)
    expect(page.get_by_role("heading", name="Vos priorités")).to_be_focused()
    fill_choices(page)
    forward(page)
    assert page.get_by_role("progressbar").evaluate("bar => [bar.value, bar.max]") == [3, 3]
    expect(page).to_have_title(re.compile("^étape 3 sur 3"))
    fill_words(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    [found] = answers()
    assert_everything_arrived(found)


def tab_to(page, target):
    """Press Tab until ``target`` has the focus, at most thirty times."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("Tab never reached it")


def test_every_type_can_be_answered_and_sent_with_the_keyboard_alone(visit, answers):
    page = visit()
    press, write = page.keyboard.press, page.keyboard.type

    def reach(code, role, name=None, *, key=None):
        tab_to(page, card(page, code).get_by_role(role, **({"name": name} if name else {})).first)
        if key:
            press(key)

    reach("mutual_help", "radio", key="Space")
    for _ in range(3):
        press("ArrowDown")
    press("Tab")
    expect(card(page, "hidden_power").get_by_role("radio").first).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Continuer"))
    press("Enter")
    expect(page.get_by_role("heading", name="Vos priorités")).to_be_focused()
    reach("since", "radio", key="Space")
    press("ArrowDown")
    reach("early_days", "textbox")
    write("Calme.")
    reach("priority", "checkbox", "Les prix", key="Space")
    reach("order", "combobox", "Les prix", key="1")
    reach("budget", "textbox", "Les prix")
    write("100")
    tab_to(page, page.get_by_role("button", name="Continuer"))
    press("Enter")
    reach("visits", "textbox")
    write("3")
    reach("story", "textbox")
    write("Un jardin.")
    reach("story", "checkbox", key="Space")
    reach("governance", "radio", key="Space")
    press("ArrowDown")
    reach("governance", "textbox")
    write("Un vote par an.")
    tab_to(page, page.locator("#helper").get_by_role("radio", name="Non"))
    press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Envoyer"))
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    [found] = answers()
    assert (found["mutual_help"].value, found["since"].value) == (3, 1)
    assert found["early_days"].value == "Calme."
    assert found["priority"].value == ("price",)
    assert found["order"].value == ("price",)
    assert found["budget"].value == {"price": 100, "welcome": 0, "place": 0}
    assert found["visits"].value == 3
    assert (found["story"].value, found["story"].quotable) == ("Un jardin.", True)
    assert found["governance"].value == 1


def test_enter_in_a_field_moves_one_step_on_instead_of_sending(visit, answers):
    page = visit()
    forward(page)
    card(page, "budget").get_by_label("Les prix").fill("100")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Avec vos mots")).to_be_visible()
    assert answers() == []


def test_back_of_the_browser_goes_one_step_back_with_the_answers(visit):
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    forward(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Lien social")).to_be_focused()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()
    page.go_forward()
    page.get_by_role("button", name="Retour").click()
    expect(page.get_by_text("étape 1 sur 3")).to_be_visible()
    expect(page.get_by_role("button", name="Retour")).to_be_hidden()


def test_question_made_pointless_disappears_and_is_not_sent(visit, answers):
    page = visit()
    forward(page)
    card(page, "early_days").get_by_role("textbox").fill("Calme.")
    card(page, "since").get_by_label("Moins d’un an").check()
    expect(card(page, "early_days")).to_be_hidden()
    card(page, "since").get_by_label("Plus longtemps").check()
    expect(card(page, "early_days").get_by_role("textbox")).to_have_value("Calme.")
    card(page, "since").get_by_label("Moins d’un an").check()
    forward(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    expect(page.get_by_text("Mis de côté")).to_have_count(0)
    assert answers()[0]["early_days"].state is State.NOT_SHOWN


def test_tick_can_be_taken_back_and_the_way_back_waits_for_a_tick(visit, answers):
    for script in (True, False):
        page = visit(script=script)
        question = card(page, "mutual_help")
        back = question.get_by_label("Ne pas répondre")
        expect(back).to_be_hidden()
        height = question.bounding_box()["height"]
        question.get_by_label("Plutôt d’accord").check()
        expect(back).to_be_visible()
        assert question.bounding_box()["height"] == height
        back.check()
    card(page, "visits").get_by_role("textbox").fill("1")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert answers()[0]["mutual_help"].state is State.SKIPPED


def test_too_many_choices_are_said_at_once_and_stop_the_step(visit):
    page = visit()
    forward(page)
    question = card(page, "priority")
    for label in ("Les prix", "L’accueil"):
        question.get_by_label(label).check()
    expect(question.get_by_role("status")).to_have_text("2 sur 2 au plus")
    question.get_by_label("Le lieu").check()
    expect(question.get_by_role("status")).to_contain_text("gardez-en 2 au plus")
    forward(page)
    expect(question.get_by_label("Les prix")).to_be_focused()
    question.get_by_label("Les prix").uncheck()
    forward(page)
    expect(page.get_by_role("heading", name="Avec vos mots")).to_be_visible()


def test_shared_points_show_their_total_and_must_reach_it(visit):
    page = visit()
    forward(page)
    question = card(page, "budget")
    question.get_by_label("Les prix").fill("60")
    expect(question.get_by_role("status")).to_contain_text("60 sur 100")
    forward(page)
    expect(question.get_by_role("status")).to_contain_text("Il faut arriver à 100")
    question.get_by_label("Le lieu").fill("40")
    forward(page)
    expect(page.get_by_role("heading", name="Avec vos mots")).to_be_visible()


def test_refused_answers_are_shown_whole_with_the_summary_in_focus(visit, answers):
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    forward(page)
    forward(page)
    card(page, "visits").get_by_role("textbox").fill("abc")
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()
    page.get_by_role("alert").get_by_role("link").click()
    field = card(page, "visits").get_by_role("textbox")
    expect(field).to_be_in_viewport()
    assert field.get_attribute("aria-invalid") == "true"
    expect(field).to_have_accessible_description(re.compile("n’est pas un nombre"))
    field.fill("3")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert len(answers()) == 1


def test_double_click_sends_once_and_leaves_the_retry_possible(visit, respond_site, answers):
    _, _, received = respond_site
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    forward(page)
    forward(page)
    page.route("**/employees/fr?sent", lambda route: time.sleep(0.3) or route.continue_())
    page.get_by_role("button", name="Envoyer").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert len(received) == 1
    assert len(answers()) == 1
    page.unroute("**/employees/fr?sent")
    other = visit()
    forward(other)
    forward(other)
    card(other, "visits").get_by_role("textbox").fill("3")
    other.evaluate("document.forms[0].addEventListener('submit', e => e.preventDefault())")
    with other.expect_response(lambda reply: reply.request.method == "HEAD"):
        send(other)
    waiting = other.get_by_role("button", name="Envoi en cours…")
    expect(waiting).to_have_attribute("aria-disabled", "true")
    other.evaluate("() => new Promise(done => setTimeout(done, 200))")
    other.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    expect(other.get_by_role("button", name="Envoyer mes réponses")).to_be_enabled()


def test_easy_version_shows_one_question_at_a_time(visit, answers):
    page = visit(EASY)
    expect(page.locator("fieldset:visible")).to_have_count(1)
    page.get_by_role("radio", name="Un peu", exact=True).check()
    forward(page)
    expect(page.locator("fieldset:visible")).to_have_count(1)
    expect(page.locator("fieldset:visible legend")).to_be_focused()
    page.get_by_label("Moins d’un an").check()
    expect(page.get_by_text("étape 2 sur 8")).to_be_visible()
    for _ in range(6):
        forward(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert answers()[0]["mutual_help"].value == 1


def test_nothing_is_kept_in_the_browser(visit):
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    forward(page)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0, 0, "",
    ]  # fmt: skip


@pytest.mark.parametrize("script", [True, False])
def test_coming_back_from_the_receipt_and_sending_again_is_the_same_answer(
    chrome, respond_site, answers, script
):
    address, store, _ = respond_site
    with store.writing() as session:
        session.query(Response).delete()
    context = chrome.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{address}/s/panier-2026/employees/fr")
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    for _ in range(2 if script else 0):
        forward(page)
    send(page)
    receipt = page.locator(".receipt .code").inner_text()
    page.go_back()
    for _ in range(2 if script else 0):
        if page.get_by_role("button", name="Continuer").is_visible():
            forward(page)
    send(page)
    expect(page.locator(".receipt .code")).to_have_text(receipt)
    assert len(answers()) == 1
    context.close()
