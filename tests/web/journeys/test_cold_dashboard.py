"""A first visit: what is readable before any script, what is fetched, and how often.

Printed, not judged: how long after the navigation the heat map stands drawn. Whether a masked
cell's pixels stay masked under the drawing is in ``tests/charts/test_browser.py``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from corus.app import create_app
from corus.cli.bench.material import WAVE
from corus.cli.bench.profile import fill
from corus.config import Settings
from corus.services import demo, releasing
from tests.factories import DAY, close_wave
from tests.web import respond_factories as make
from tests.web import workspace_factories as people

pytestmark = pytest.mark.browser
LIGHT = 60_000
"""Bytes of a respondent's first visit, everything together, as they travel."""


@dataclass
class Site:
    """A published wave, and what browsers asked of its server."""

    app: Flask
    address: str
    size: int
    asked: list[str] = field(default_factory=list)

    def open(self, browser: Browser, **options: object) -> Page:
        """A browser that was never here, signed in as somebody who only reads."""
        reader = people.account(self.app, ["accreditor"])
        size = {"width": 1280, "height": 900}
        return people.open_page(browser, self.app, self.address, reader, viewport=size, **options)


@pytest.fixture(scope="module", params=[5_000, pytest.param(100_000, marks=pytest.mark.deep)])
def published(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """So many answers, stored directly, closed and released."""
    folder: Path = tmp_path_factory.mktemp("cold")
    url = f"sqlite:///{folder / 'corus.sqlite'}"
    fill(url, request.param)
    app = create_app(Settings(folder, url, b"c" * 32))
    store = app.extensions["corus"].store
    close_wave(store, WAVE)
    with store.writing() as session:
        releasing.release(session, WAVE, DAY)
    site = Site(app, "", request.param)
    behind = app.wsgi_app

    def noting(environ, start):  # type: ignore[no-untyped-def]
        site.asked.append(environ["PATH_INFO"])
        return behind(environ, start)

    app.wsgi_app = noting  # type: ignore[method-assign]
    with make.serving(app) as site.address:
        yield site
    store.engine.dispose()


def test_sentences_table_and_heat_map_are_there_before_any_script(
    published: Site, chrome: Browser
) -> None:
    page = published.open(chrome, java_script_enabled=False)
    page.goto(f"/waves/{WAVE}/fr")
    assert page.locator("#first li:visible").count() >= 3
    expect(page.locator("table.heat")).to_be_visible()
    scores = page.locator("table.heat td").all_inner_texts()
    assert sum(text.strip()[:2].isdigit() for text in scores) >= 50
    assert page.locator("#items table").count() >= 8
    page.context.close()


def test_the_heat_map_is_drawn_and_what_draws_it_is_fetched_once_for_good(
    published: Site, chrome: Browser
) -> None:
    page = published.open(chrome)
    kept: dict[str, str] = {}
    page.on("response", lambda r: kept.update({r.url: r.headers.get("cache-control", "")}))
    start = time.perf_counter()
    page.goto(f"/waves/{WAVE}/fr", wait_until="commit")
    page.wait_for_selector("table.heat", state="attached")
    readable = time.perf_counter() - start
    page.wait_for_selector("#plot-heat.ready .main-svg")
    drawn = time.perf_counter() - start
    print(f"\n{published.size:,} answers, cold: in the page {readable:.2f} s, drawn {drawn:.2f} s")
    page.goto(f"/waves/{WAVE}/en")
    page.wait_for_selector("#plot-heat.ready .main-svg")
    assert len([path for path in published.asked if "plotly" in path]) == 1
    assets = {url: said for url, said in kept.items() if "/assets/" in url}
    assert len(assets) == 3
    assert all("immutable" in said for said in assets.values())
    page.context.close()


@pytest.mark.parametrize("path", ["employees/fr", "employees/en", "beneficiaries/fr/easy"])
def test_a_respondent_s_first_visit_is_light(address: str, chrome: Browser, path: str) -> None:
    context = chrome.new_context(base_url=address, viewport=make.PHONE)
    page = context.new_page()
    sizes: dict[str, int] = {}

    def came(request) -> None:  # type: ignore[no-untyped-def]
        said = request.sizes()
        sizes[request.url] = said["responseBodySize"] + said["responseHeadersSize"]

    page.on("requestfinished", came)
    page.goto(f"/s/{demo.TRIAL}/{path}", wait_until="networkidle")
    print(f"\n{path}: {sum(sizes.values()):,} bytes in {len(sizes)} files")
    assert 5_000 < sum(sizes.values()) <= LIGHT
    context.close()
