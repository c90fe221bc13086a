import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from corus.domain.answer import State
from corus.store.engine import open_store
from corus.store.models import Response
from tests.web import respond_factories as make

pytestmark = pytest.mark.browser
FORM = "/s/panier-2026/employees/fr"
EASY = "/s/panier-2026/beneficiaries/fr/easy"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'corus.sqlite'}", b"k" * 32)
    make.wave(store, make.every_type())
    app = make.application(store)
    app.extensions["received"] = received = []

    @app.before_request
    def _note():
        from flask import request

        if request.method == "POST":
            received.append(request.path)

    with make.serving(app) as address:
        yield address, store, received
    store.engine.dispose()


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(site, browser):
    """Opens pages of the site; at the end nothing was complained of, kept or fetched elsewhere."""
    address, store, received = site
    with store.writing() as session:
        session.query(Response).delete()
    received.clear()
    contexts, said, elsewhere = [], [], []

    def opened(path=FORM, *, script=True, size=PHONE):
        context = browser.new_context(
            viewport=size, java_script_enabled=script, base_url=address, locale="fr-FR"
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: said.append(m.text) if "status of 4" not in m.text else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("request", lambda r: r.url.startswith((address, "data:")) or elsewhere.append(r.url))
        page.goto(path)
        return page

    yield opened
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert (said, elsewhere, cookies) == ([], [], [])


@pytest.fixture
def answers(site):
    return lambda: make.stored(site[1], make.every_type())


def card(page, code):
    return page.locator(f"[id='q.{code}']")


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
    expect(page.get_by_role("button")).to_have_count(1)
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


def test_form_can_be_filled_and_sent_with_the_keyboard_alone(visit, answers):
    page = visit()
    press = page.keyboard.press
    tab_to(page, card(page, "mutual_help").get_by_role("radio").first)
    press("Space")
    for _ in range(3):
        press("ArrowDown")
    press("Tab")
    expect(card(page, "hidden_power").get_by_role("radio").first).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Continuer"))
    press("Enter")
    expect(page.get_by_role("heading", name="Vos priorités")).to_be_focused()
    tab_to(page, card(page, "priority").get_by_label("Les prix"))
    press("Space")
    tab_to(page, card(page, "order").get_by_label("Les prix"))
    press("1")
    tab_to(page, card(page, "budget").get_by_label("Les prix"))
    page.keyboard.type("100")
    tab_to(page, page.get_by_role("button", name="Continuer"))
    press("Enter")
    tab_to(page, card(page, "visits").get_by_role("textbox"))
    page.keyboard.type("3")
    tab_to(page, page.get_by_role("button", name="Envoyer"))
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    [found] = answers()
    assert found["mutual_help"].value == 3
    assert found["priority"].value == ("price",)
    assert found["order"].value == ("price",)
    assert found["budget"].value == {"price": 100, "welcome": 0, "place": 0}
    assert found["visits"].value == 3


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


def test_double_click_sends_once_and_leaves_the_retry_possible(visit, site, answers):
    _, _, received = site
    page = visit()
    card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    forward(page)
    forward(page)
    page.route("**/employees/fr", lambda route: time.sleep(0.3) or route.continue_())
    page.get_by_role("button", name="Envoyer").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert len(received) == 1
    assert len(answers()) == 1
    page.unroute("**/employees/fr")
    other = visit()
    forward(other)
    forward(other)
    card(other, "visits").get_by_role("textbox").fill("3")
    other.evaluate("document.forms[0].addEventListener('submit', e => e.preventDefault())")
    send(other)
    waiting = other.get_by_role("button", name="Envoi en cours…")
    expect(waiting).to_have_attribute("aria-disabled", "true")
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
    expect(page.get_by_text("étape 2 sur 7")).to_be_visible()
    for _ in range(5):
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


# For everybody


def faulty(page):
    page.locator("[name='q.visits']").evaluate("field => field.value = 'abc'")
    page.evaluate("document.forms[0].submit()")
    page.wait_for_selector("#alert")


def receipt(page):
    page.locator("[name='q.visits']").evaluate("field => field.value = '3'")
    page.evaluate("document.forms[0].submit()")
    page.wait_for_selector(".code")


PAGES = {
    "form": (FORM, None),
    "easy": (EASY, None),
    "notice": (f"{FORM}/notice", None),
    "refused": (FORM, faulty),
    "receipt": (FORM, receipt),
    "unknown": ("/s/no/no/fr", None),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong(visit, name):
    path, act = PAGES[name]
    page = visit(path)
    if act:
        act(page)
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["target"]) for v in found] == []


def test_axe_finds_nothing_wrong_on_the_whole_form_without_steps(visit):
    page = visit(size={"width": 1280, "height": 800})
    page.evaluate("document.querySelectorAll('.later').forEach(e => e.classList.remove('later'))")
    page.get_by_label("Plutôt d’accord").first.check()
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize(("name", "width"), [("form", 360), *((name, 320) for name in PAGES)])
def test_no_page_scrolls_sideways_on_a_small_phone(visit, name, width):
    path, act = PAGES[name]
    page = visit(path, size={"width": width, "height": 640})
    if act:
        act(page)
    page.evaluate("document.querySelectorAll('.later').forEach(e => e.classList.remove('later'))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_touch_target_is_at_least_44_pixels_high(visit):
    page = visit(script=False)
    for target in page.locator("label.row, select, textarea, .figure, button, nav a, .links a").all():
        assert target.bounding_box()["height"] >= 44, target.inner_text()


def test_every_question_type_has_its_sentence_as_name_for_screen_readers(visit):
    page = visit(script=False)
    for role, name in (
        ("radiogroup", "Le Panier des Hauts fait progresser l’entraide."),
        ("radiogroup", "Depuis quand ?"),
        ("group", "Qu’est-ce qui compte le plus ?"),
        ("group", "Dans quel ordre ?"),
        ("group", "Où mettre les moyens ?"),
        ("textbox", "Combien de jours par mois venez-vous ?"),
        ("textbox", "Racontez un changement important."),
        ("group", "Qui vote, sur quoi ?"),
    ):
        expect(page.get_by_role(role, name=name, exact=True)).to_have_count(1)
    order = page.get_by_role("group", name="Dans quel ordre ?")
    expect(order.get_by_role("combobox", name="Le lieu")).to_have_count(1)
    expect(order).to_have_accessible_description(re.compile("1 vient en premier"))
    story = page.get_by_role("textbox", name="Racontez un changement important.")
    expect(story).to_have_accessible_description(re.compile("N’écrivez ni nom"))
    governance = page.get_by_role("group", name="Qui vote, sur quoi ?")
    expect(governance.get_by_role("radio", name="Amorcé Quelques avis.")).to_have_count(1)
    expect(governance.get_by_role("textbox", name="Pourquoi ce niveau")).to_have_count(1)


def test_focus_is_always_visible(visit):
    page = visit()
    for selector in ("nav a", "[name='q.mutual_help']", "#moves .primary"):
        page.locator(selector).first.focus()
        page.keyboard.press("Shift")
        style = "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
        assert page.locator(selector).first.evaluate(style) == ["solid", "3px"]


def test_printing_shows_every_step_and_no_button(visit):
    page = visit()
    page.emulate_media(media="print")
    expect(card(page, "governance")).to_be_visible()
    expect(page.get_by_role("button", name="Continuer")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()


def test_notice_prints_on_one_page(visit):
    page = visit(f"{FORM}/notice")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
