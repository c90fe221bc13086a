import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.respond_factories import EASY, EXPRESS, FORM, KIOSK, PHONE, card

pytestmark = pytest.mark.browser
VOICE = """
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => [{lang: "fr-FR", localService: true}], cancel: () => {},
  addEventListener: () => {},
}});
window.SpeechSynthesisUtterance = function () {};
"""
"""A device that can read aloud: headless browsers have no voice."""


def faulty(page):
    page.locator("[name='q.visits']").evaluate("field => field.value = 'abc'")
    page.evaluate("document.forms[0].submit()")
    page.wait_for_selector("#alert")


def receipt(page):
    page.locator("[name='q.visits']").evaluate("field => field.value = '3'")
    page.evaluate("document.forms[0].submit()")
    page.wait_for_selector(".code")


def without_network(page):
    page.locator("[name='q.visits']").evaluate("field => field.value = '3'")
    page.context.set_offline(True)
    page.locator(".later").evaluate_all("parts => parts.forEach(p => p.classList.remove('later'))")
    for _ in range(2):
        page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.wait_for_selector(".waiting h1")


def left_alone(page):
    page.evaluate("document.querySelector('dialog').showModal()")


def draft(page):
    page.get_by_role("button", name="Garder mes réponses").click()
    page.reload()
    page.wait_for_selector(".found")


PAGES = {
    "form": (FORM, None),
    "easy": (EASY, None),
    "express": (EXPRESS, None),
    "kiosk": (KIOSK, None),
    "kiosk receipt": (KIOSK, receipt),
    "kiosk left alone": (KIOSK, left_alone),
    "kiosk without network": (KIOSK, without_network),
    "without network": (FORM, without_network),
    "draft": (FORM, draft),
    "notice": (f"{FORM}/notice", None),
    "refused": (FORM, faulty),
    "receipt": (FORM, receipt),
    "unknown": ("/s/no/no/fr", None),
}


WIDE = {"width": 1280, "height": 800}


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong(visit, name, size):
    path, act = PAGES[name]
    page = visit(path, size=size, before=VOICE)
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
    for target in page.locator(
        "label.row, select, textarea, .figure, button, nav a, .links a"
    ).all():
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


NAMES = {
    "mutual_help": """
        - radiogroup "Le Panier des Hauts fait progresser l’entraide.":
          - button "Écouter"
          - radio "Pas du tout d’accord"
          - radio "Plutôt pas d’accord"
          - radio "Ni d’accord ni pas d’accord"
          - radio "Plutôt d’accord"
          - radio "Tout à fait d’accord"
          - radio "Je ne sais pas"
          - radio "Cela ne me concerne pas"
        """,
    "since": """
        - radiogroup "Depuis quand ?":
          - button "Écouter"
          - radio "Moins d’un an"
          - radio "Plus longtemps"
        """,
    "priority": """
        - group "Qu’est-ce qui compte le plus ?":
          - button "Écouter"
          - status
          - checkbox "Les prix"
          - checkbox "L’accueil"
          - checkbox "Le lieu"
        """,
    "order": """
        - group "Dans quel ordre ?":
          - button "Écouter"
          - combobox "Les prix"
          - combobox "L’accueil"
          - combobox "Le lieu"
        """,
    "budget": """
        - group "Où mettre les moyens ?":
          - button "Écouter"
          - status
          - textbox "Les prix"
          - textbox "L’accueil"
          - textbox "Le lieu"
        """,
    "visits": """
        - group "Combien de jours par mois venez-vous ?":
          - button "Écouter"
          - textbox "Combien de jours par mois venez-vous ?"
        """,
    "story": """
        - group "Racontez un changement important.":
          - button "Écouter"
          - textbox "Racontez un changement important."
          - checkbox "J’accepte que ces mots soient cités, sans mon nom."
        """,
    "governance": """
        - group "Qui vote, sur quoi ?":
          - button "Écouter"
          - radio "Absent Personne ne vote."
          - radio "Amorcé Quelques avis."
          - radio "Structuré Tous votent."
          - radio "Je ne sais pas"
          - textbox /Pourquoi ce niveau/
          - textbox /Qu’est-ce qui le montre/
        """,
}
"""What a screen reader says of each question type: the question, then each of its controls."""


@pytest.mark.parametrize("code", NAMES)
def test_every_control_of_every_type_has_its_own_words_as_name(visit, code):
    page = visit(before=VOICE)
    page.evaluate("document.querySelectorAll('.later').forEach(e => e.classList.remove('later'))")
    expect(card(page, code)).to_match_aria_snapshot(NAMES[code].replace("\u202f", " "))


def test_help_is_asked_by_its_name_with_nobody_as_answer(visit):
    page = visit(script=False)
    asked = page.get_by_role("radiogroup", name="Quelqu’un vous a-t-il aidé·e")
    expect(asked.get_by_role("radio")).to_have_count(4)
    expect(asked.get_by_role("radio", name="Non")).to_be_checked()
    expect(asked).to_have_accessible_description(re.compile("une aide change les réponses"))


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
