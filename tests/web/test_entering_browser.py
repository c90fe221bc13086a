"""Double entry at the keyboard alone, counted in keys; pages clean at 1280 and 360 pixels."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from sqlalchemy import select

from corus.domain.answer import State
from corus.domain.instrument import InstrumentVersion
from corus.services import publishing
from corus.store import queries
from corus.store.models import PaperCount, PaperEntry, Response, Stratum
from tests.web import entering_factories as paper
from tests.web import respond_factories as make
from tests.web import workspace_factories as people
from tests.web.entering_factories import DESK, Keyboard

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
SHIPPED = DESK.replace("panier", "shipped")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with paper.house(tmp_path_factory.mktemp("house")) as app, make.serving(app) as address:
        yield app, address


@pytest.fixture(scope="module")
def chrome(chromium):
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(site, chrome):
    app, address = site
    with app.extensions["corus"].store.writing() as session:
        for table in (PaperEntry, PaperCount, Response):
            session.query(table).delete()
    pages, said = [], []

    def opened(size=DESKTOP):
        page = paper.enter(chrome, app, address, size)
        page.on("console", lambda m: said.append(m.text) if "status of 4" not in m.text else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.context.close()
    assert said == []


def desk(page, clerk, address=DESK):
    """From the desk to a sheet by keys: the number proposed is taken, the clerk named."""
    page.goto(address)
    expect(page.get_by_label("Numéro de la feuille")).to_be_focused()
    key = Keyboard(page)
    key("Tab")
    key.write(clerk)
    key("Enter")
    expect(page.locator("form.keys")).to_be_visible()
    return key


def type_sheet(key, *, agreement="4"):
    """Every question type once; returns the keys that each question took."""
    took = {}

    def question(code, *acts):
        expect(make.card(key.page, code)).to_be_visible()
        before = key.pressed
        for act in acts:
            key.write(act[1:]) if act.startswith("=") else key(act)
        took[code] = key.since(before)

    question("mutual_help", agreement)
    question("hidden_power", "n")
    question("since", "2")
    question("early_days", "=Calme.", "Control+Enter")
    question("priority", "1", "3", "Enter")
    question("order", "3", "1", "Enter")
    question("budget", "=40", "Enter", "Enter", "=60", "Enter")
    question("visits", "=12,5", "Enter")
    question("story", "=Un jardin.", "Control+Enter", "1")
    question("governance", "2", "=Un vote.", "Control+Enter", "=Statuts", "Control+Enter")
    expect(key.page.get_by_role("button", name="Garder cette saisie")).to_be_focused()
    return took


def stored(site):
    return make.stored(site[0].extensions["corus"].store, make.every_type())


def test_a_mode_typed_otherwise_is_decided_by_keys_like_an_answer(site, visit):
    page = visit()
    key = desk(page, "Ana")
    type_sheet(key)
    key("Enter")
    expect(page.get_by_text("a été saisie une fois")).to_be_visible()
    page.goto(DESK)
    page.get_by_label("Comment elle a été remplie").select_option("interview")
    page.get_by_label("Qui saisit").fill("Boris")
    page.get_by_role("button", name="Commencer").click()
    key = Keyboard(page)
    type_sheet(key)
    key("Enter")
    expect(page.get_by_role("heading", name="1 différence à trancher")).to_be_visible()
    expect(page.get_by_text("Entretien noté sur la feuille").first).to_be_visible()
    key("3", "2")
    expect(page.get_by_role("button", name="Enregistrer cette feuille")).to_be_focused()
    key("Enter")
    expect(page.get_by_role("heading", name="est enregistrée")).to_be_visible()
    with site[0].extensions["corus"].store.reading() as session:
        assert session.scalars(select(Stratum.mode).join(Response)).all() == ["assisted_relative"]


def test_a_sheet_is_typed_twice_compared_decided_and_stored_by_keys_alone(site, visit):
    page = visit()
    key = desk(page, "Ana")
    took = type_sheet(key)
    key("Enter")
    expect(page.get_by_text("a été saisie une fois")).to_be_visible()
    expect(page.get_by_label("Numéro de la feuille")).to_have_value("2")
    assert stored(site) == []

    key = desk(page, "Boris")
    type_sheet(key, agreement="5")
    key("Enter")
    expect(page.get_by_role("heading", name="1 différence à trancher")).to_be_visible()
    expect(page.locator("fieldset.question")).to_have_count(1)
    key("3", "2")
    expect(page.get_by_role("button", name="Enregistrer cette feuille")).to_be_focused()
    key("Enter")
    expect(page.get_by_role("heading", name="est enregistrée")).to_be_visible()

    [found] = stored(site)
    assert found["mutual_help"].value == 1
    assert found["hidden_power"].state is State.DONT_KNOW
    assert found["early_days"].value == "Calme."
    assert found["priority"].value == ("price", "place")
    assert found["order"].value == ("place", "price")
    assert found["budget"].value == {"price": 40, "welcome": 0, "place": 60}
    assert found["visits"].value == 12.5
    assert (found["story"].value, found["story"].quotable) == ("Un jardin.", True)
    assert (found["governance"].value, found["governance"].reason) == (1, "Un vote.")
    print("\nkeys per question:", took)
    assert {took[code] for code in ("mutual_help", "hidden_power", "since")} == {1}
    assert (took["priority"], took["order"]) == (3, 3)
    # Beyond the letters themselves, a text takes one key, and one more when it may be quoted.
    assert (took["early_days"], took["story"]) == (len("Calme.") + 1, len("Un jardin.") + 2)


def test_the_shipped_questionnaire_takes_one_key_per_rating_and_six_around(site, visit):
    page = visit()
    key = desk(page, "Ana", SHIPPED)
    with site[0].extensions["corus"].store.reading() as session:
        record = queries.wave_by_code(session, "shipped-2026")
        version: InstrumentVersion = publishing.load_version(record.published)
    instrument, group = version.instrument, next(iter(version.instrument.groups))
    asked = [
        item
        for section in instrument.form_order
        for item in instrument.section_items(section)
        if instrument.asks(item, group)
    ]
    ratings = 0
    for item in asked:
        if not make.card(page, item.code).is_visible():
            continue
        ratings += item.type == "rating"
        key(*{"rating": ["4"], "single_choice": ["2"], "multiple_choice": ["1", "Enter"]}.get(
            item.type, ["Control+Enter"] if item.type == "text" else ["Enter"]
        ))  # fmt: skip
    expect(page.get_by_role("button", name="Garder cette saisie")).to_be_focused()
    key("Enter")
    expect(page.get_by_text("a été saisie une fois")).to_be_visible()
    print(f"\n{len(asked)} questions, {ratings} ratings: {key.pressed} keys for the sheet")
    several = sum(item.type == "multiple_choice" for item in asked)
    # Tab, three letters and Enter before; Enter after.
    assert key.pressed <= len(asked) + several + 6


def test_keys_go_back_clear_and_mark_what_cannot_be_read(site, visit):
    page = visit()
    key = desk(page, "Ana")
    key("4", "x")
    expect(make.card(page, "since")).to_be_visible()
    key("ArrowUp")
    expect(make.card(page, "hidden_power").get_by_label("Illisible")).to_be_checked()
    key("5", "Backspace")
    expect(make.card(page, "hidden_power").get_by_label("Illisible")).not_to_be_checked()
    expect(make.card(page, "hidden_power").get_by_label("Tout à fait")).to_be_checked()
    key("Space")
    key("ArrowUp")
    expect(make.card(page, "hidden_power").get_by_label("Tout à fait")).not_to_be_checked()
    key("ArrowUp")
    expect(make.card(page, "mutual_help").get_by_label("Plutôt d’accord")).to_be_checked()
    key("Enter")
    expect(make.card(page, "hidden_power")).to_be_visible()
    key("Digit0")
    expect(make.card(page, "since")).to_be_visible()


def test_a_key_held_down_answers_one_question(visit):
    page = visit()
    key = desk(page, "Ana")
    page.keyboard.down("4")
    page.keyboard.down("4")
    page.keyboard.down("4")
    page.keyboard.up("4")
    expect(make.card(page, "hidden_power")).to_be_visible()
    assert key.page.locator("input[type=radio]:checked").count() == 1


def test_a_question_made_pointless_is_passed_over_and_shown_so(visit):
    page = visit()
    key = desk(page, "Ana")
    key("4", "4", "1")
    expect(make.card(page, "priority")).to_be_visible()
    expect(page.get_by_text("sans objet d’après une autre réponse")).to_be_visible()
    key("ArrowUp")
    expect(make.card(page, "since")).to_be_visible()


def test_a_refused_sheet_comes_back_at_its_fault(visit):
    page = visit()
    key = desk(page, "Ana")
    key("4", "n", "2", "Control+Enter", "Enter", "Enter", "Enter", "Enter", "Enter")
    key.write("beaucoup")
    key("Enter", "Control+Enter", "Enter", "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(make.card(page, "visits").get_by_role("textbox")).to_be_focused()
    expect(make.card(page, "visits").get_by_role("textbox")).to_have_value("beaucoup")


def test_an_interview_is_typed_once_and_gives_its_code(site, visit):
    page = visit()
    page.goto(DESK)
    page.get_by_label("Qui saisit").fill("Ana")
    page.get_by_label("Comment elle a été remplie").select_option("on_screen")
    page.get_by_role("button", name="Commencer").press("Enter")
    expect(page.locator("form.keys")).to_be_visible()
    key = Keyboard(page)
    key("4", "c", "2")
    while not page.get_by_role("button", name="Enregistrer cet entretien").is_visible():
        key("Control+Enter" if page.locator("textarea:focus").count() else "Enter")
    key("Enter")
    expect(page.locator(".code")).to_be_visible()
    assert len(stored(site)) == 1


def test_without_javascript_the_sheet_is_one_plain_form(site, chrome):
    app, address = site
    context = people.open_context(chrome, app, address, java_script_enabled=False)
    page = context.new_page()
    page.goto(DESK)
    page.get_by_label("Numéro de la feuille").fill("700")
    page.get_by_label("Qui saisit").fill("Ana")
    page.get_by_role("button", name="Commencer").click()
    make.card(page, "mutual_help").get_by_label("Plutôt d’accord").check()
    page.get_by_role("button", name="Garder cette saisie").click()
    expect(page.get_by_text("a été saisie une fois")).to_be_visible()
    context.close()


def clean(page):
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["target"]) for v in found] == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", [DESKTOP, make.PHONE], ids=["1280", "360"])
def test_axe_finds_nothing_wrong_and_no_page_scrolls_sideways(visit, size):
    page = visit(size)
    key = desk(page, "Ana")
    clean(page)
    key("4", "n", "2")
    clean(page)
    key("ArrowUp", "ArrowUp", "ArrowUp")
    type_sheet(key)
    clean(page)
    key("Enter")
    expect(page.get_by_text("a été saisie une fois")).to_be_visible()
    clean(page)
    key = desk(page, "Boris")
    type_sheet(key, agreement="5")
    key("Enter")
    expect(page.locator(".sides").first).to_be_visible()
    clean(page)
    key("3")
    clean(page)
