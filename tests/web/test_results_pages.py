"""The enterprise's pages in a real browser: the door, the waves, coverage, the dashboard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from corus.app import create_app
from corus.charts.assets import fingerprinted
from corus.config import Settings
from corus.services import demo, publishing, releasing, responding
from corus.store import queries
from corus.store.engine import Store
from tests.factories import DAY, close_wave
from tests.web import workspace_factories as people

pytestmark = pytest.mark.browser
PAGES = (
    "/account",
    "/organizations/le_panier_des_hauts",
    "/waves/panier-essai/fr",
    "/waves/panier-2026/fr",
    "/waves/panier-2026/en",
)


def _release(store: Store) -> None:
    """The demonstration's wave, through the service that pages use, closed and released."""
    with store.writing() as session:
        demo.prepare(session, DAY)
        wave = queries.wave_by_code(session, demo.WAVE)
        instrument = publishing.load_version(wave.published).instrument
    for person in demo.respondents(instrument):
        page = responding.questionnaire(store, demo.WAVE, person.group, person.variant)
        responding.submit(store, page, "fr", person.submission_id, person.form)
    close_wave(store, demo.WAVE)
    with store.writing() as session:
        releasing.release(session, demo.WAVE, DAY)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Settings, FlaskClient]]:
    folder: Path = tmp_path_factory.mktemp("instance")
    settings = Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32)
    app = create_app(settings)
    _release(app.extensions["corus"].store)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", settings, app.test_client()
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["corus"].store.engine.dispose()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def _enter(browser: Browser, site: tuple[str, Settings, FlaskClient], width: int) -> Page:
    address, _, client = site
    size = {"width": width, "height": 800}
    page = people.open_page(browser, client.application, address, viewport=size)
    page.goto("/waves/panier-2026/fr")
    assert page.url.endswith("/waves/panier-2026/fr")
    return page


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways_or_stands_in_a_reader_s_way(
    browser: Browser, site: tuple[str, Settings, FlaskClient], width: int
) -> None:
    page = _enter(browser, site, width)
    for path in PAGES:
        page.goto(path)
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == [], path
    page.close()


def test_plotly_draws_the_released_profile_under_the_policy_of_the_server(
    browser: Browser, site: tuple[str, Settings, FlaskClient]
) -> None:
    page = _enter(browser, site, 1280)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=20_000)
    assert page.locator(".js-plotly-plot").count() >= 2
    page.close()


def test_without_script_the_first_screen_holds_sentences_and_the_table(
    browser: Browser, site: tuple[str, Settings, FlaskClient]
) -> None:
    context = people.open_context(
        browser, site[2].application, site[0], java_script_enabled=False,
        viewport={"width": 360, "height": 740},
    )  # fmt: skip
    page = context.new_page()
    page.goto("/waves/panier-2026/fr")
    assert page.get_by_role("heading", name="À lire d’abord").is_visible()
    assert page.locator("table.heat").is_visible()
    assert page.locator("table.heat").get_by_text("n < 5").count() >= 3
    context.close()


def test_plotly_is_kept_for_good_and_the_page_itself_is_light(
    site: tuple[str, Settings, FlaskClient],
) -> None:
    client = site[2]
    people.let_in(client, client.application)
    page = client.get("/waves/panier-2026/fr", headers={"Accept-Encoding": "gzip"})
    assert len(page.data) < 200_000
    assert page.headers["Content-Encoding"] == "gzip"
    for name in fingerprinted():
        answer = client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"]


def test_every_file_of_a_release_downloads_under_its_name_and_microdata_do_not(
    site: tuple[str, Settings, FlaskClient],
) -> None:
    client = site[2]
    people.let_in(client, client.application)
    for name in ("evidence.xlsx", "profile.json", "counts.csv", "dashboard.html"):
        answer = client.get(f"/waves/panier-2026/fr/{name}")
        assert answer.status_code == 200
        assert f"panier-2026-fr-{name}" in answer.headers["Content-Disposition"]
    assert client.get("/waves/panier-2026/fr/answers.csv").status_code == 404
    assert client.get("/waves/panier-essai/fr/evidence.xlsx").status_code == 404
