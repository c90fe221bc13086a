"""Writing an instrument by keyboard alone; every page clean for axe at 360 and 1280 pixels."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from corus.app import create_app
from corus.config import Settings
from corus.services import waves
from corus.store.engine import open_store
from tests.web import respond_factories as make
from tests.web import workspace_factories as people

pytestmark = pytest.mark.browser

HOME = "/organizations/le_panier/instruments"
DRAFT = f"{HOME}/drafts/le_panier_notre_utilite"
PAGES = {
    "list": HOME, "one": f"{HOME}/social_utility", "draft": DRAFT, "part": f"{DRAFT}/parts/needs",
    "others": f"{DRAFT}/parts/-", "question": f"{DRAFT}/questions/needs_relevance",
    "new": f"{DRAFT}/parts/needs/new", "whole": f"{DRAFT}/whole", "publish": f"{DRAFT}/publish",
    "delete": f"{DRAFT}/delete", "preview": f"{HOME}/social_utility/preview/employees/fr",
    "easy": f"{HOME}/social_utility/preview/beneficiaries/fr/easy",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instruments")
    settings = Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"k" * 32)
    store = open_store(settings.database_url, settings.key("store"))
    with store.writing() as session:
        waves.create_organization(session, "Le Panier")
    store.engine.dispose()
    app = create_app(settings)
    client = people.signed_in(app)
    client.post(f"{HOME}/social_utility/copy", data={"title": "Notre utilité"})
    client.post(
        f"{DRAFT}/parts/needs/new",
        data={"revision": 1, "text.fr": "On m’écoute.", "kind": "rating", "scale": "agreement_5",
              "groups": "employees"},
    )  # fmt: skip
    with make.serving(app) as address:
        yield app, address
    app.extensions["corus"].store.engine.dispose()


@pytest.fixture
def visit(site, chrome):
    app, address = site
    opened, said = [], []

    def visited(width=1280, **options):
        page = people.open_page(
            chrome, app, address, viewport={"width": width, "height": 800}, **options
        )
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        opened.append(page)
        return page

    yield visited
    for page in opened:
        page.context.close()
    assert said == []


def test_every_page_is_clean_and_fits_a_phone_and_a_desk(visit) -> None:
    page = visit(360)
    for name, place in PAGES.items():
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(place)
        found = Axe().run(page).response["violations"]
        assert [(name, one["id"], one["nodes"][0]["html"]) for one in found] == []
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_draft_is_edited_by_keyboard_and_without_a_script(visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto(DRAFT)
    page.get_by_role("button", name="Monter : Ce qui change pour les personnes").press("Enter")
    first = page.locator("ol.rows li").nth(1)
    expect(first).to_contain_text("Ce qui change pour les personnes")
    page.goto(f"{DRAFT}/parts/needs")
    page.get_by_role("checkbox", name="La structure accueille chacun").press("Space")
    page.get_by_role("checkbox", name="La structure accueille chacun").press("Enter")
    expect(page.get_by_role("status")).to_have_text("C’est enregistré.")
    expect(page.get_by_role("checkbox", name="La structure accueille chacun")).not_to_be_checked()


def test_a_preview_goes_step_by_step_and_ends_where_nothing_can_be_sent(visit) -> None:
    page = visit(360)
    page.goto(PAGES["preview"])
    while page.get_by_role("button", name="Continuer").is_visible():
        page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("button", name="Envoyer mes réponses")).to_be_disabled()
    assert page.evaluate("localStorage.length") == 0
    page.get_by_text("Un autre groupe").click()
    page.get_by_role("link", name="Fournisseurs").click()
    expect(page.locator(".sub")).to_contain_text("Fournisseurs")
