"""In a real browser, under the policy the pages are served with: figures, masks, access."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corus.charts import palette
from corus.charts.assets import POLICY, Assets, fingerprinted
from corus.charts.page import render
from tests.charts.factories_charts import a_profile, since_last_year

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser
FILES = {
    **{f"/assets/{name}": content for name, content in fingerprinted().items()},
    **{
        f"/{language}": render(a_profile(), language, assets=Assets.at("/assets/")).encode()
        for language in ("fr", "en")
    },
    "/since": render(
        a_profile(since=since_last_year()), "fr", assets=Assets.at("/assets/")
    ).encode(),
    "/long": render(
        a_profile(
            organization="Association" + "intercommunale" * 12, wave_title="Vague" + "annuelle" * 20
        ),
        "fr",
        assets=Assets.at("/assets/"),
    ).encode(),
}
KINDS = {"css": "text/css", "js": "text/javascript"}


class Pages(BaseHTTPRequestHandler):
    """The page and its assets, with the headers of the real server."""

    asked: list[str] = []  # noqa: RUF012 - what browsers asked of this test's server

    def do_GET(self) -> None:
        self.asked.append(self.path)
        content = FILES.get(self.path)
        self.send_response(200 if content else 404)
        kind = KINDS.get(self.path.rpartition(".")[2], "text/html")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *arguments: Any) -> None:
        pass


@dataclass(frozen=True)
class Site:
    address: str
    browser: Any

    def open(self, path: str, *, width: int = 1280, **context: Any) -> Any:
        page = self.browser.new_page(viewport={"width": width, "height": 900}, **context)
        page.goto(path if "://" in path else self.address + path)
        return page


@pytest.fixture(scope="module")
def site(chromium: str) -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Site(f"http://127.0.0.1:{server.server_port}", browser)
        browser.close()
    server.shutdown()
    server.server_close()
    thread.join()


def draw_all(page: Any) -> None:
    """Scroll every figure into view until it is drawn."""
    for place in ("heat", "gaps", "needs-scores", "needs", "democracy", "work", "coverage"):
        # Again and again: another figure that is drawn meanwhile moves this one out of sight.
        page.wait_for_function(
            """place => {
                document.getElementById(`data-${place}`).parentElement.scrollIntoView();
                return document.querySelector(`#plot-${place}.ready`);
            }""",
            arg=place, polling=200,
        )  # fmt: skip


def sideways(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_figure_is_drawn_under_the_strict_policy(site: Site, language: str) -> None:
    page = site.open(f"/{language}")
    draw_all(page)
    assert page.locator(".plot .main-svg").count() >= 6
    assert page.locator("figure details[open]").count() == 0
    assert sideways(page) <= 0
    page.close()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_phone_keeps_the_tables_and_never_fetches_the_drawing_library(
    site: Site, language: str
) -> None:
    Pages.asked.clear()
    page = site.open(f"/{language}", width=360)
    page.wait_for_load_state("networkidle")
    assert sideways(page) <= 0
    assert page.locator("table.heat").is_visible()
    assert page.locator(".main-svg").count() == 0
    assert not [path for path in Pages.asked if "plotly" in path]
    page.close()


CUT = """(place) => {
  const plot = document.querySelector("#plot-" + place);
  const edge = plot.getBoundingClientRect().right;
  const texts = [...plot.querySelectorAll(".plot text")];
  return texts.filter((t) => t.getBoundingClientRect().right > edge).map((t) => t.textContent);
}"""
LOW = """() => [...document.querySelectorAll("#first a")]
  .filter((a) => [...a.getClientRects()].some((box) => box.height < 24))
  .map((a) => a.textContent)"""
CENTRE = """([column, row]) => {
  const plot = document.querySelector("#plot-heat");
  const { xaxis, yaxis } = plot._fullLayout;
  const box = plot.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.d2p(column), box.top + yaxis._offset + yaxis.d2p(row)];
}"""
READ = """async (data) => {
  const image = new Image();
  image.src = "data:image/png;base64," + data;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const paper = canvas.getContext("2d");
  paper.drawImage(image, 0, 0);
  return Array.from(paper.getImageData(0, 0, canvas.width, canvas.height).data);
}"""


def pixels(page: Any, column: float, row: float) -> list[tuple[int, ...]]:
    """Colours in a 40 × 12 patch of the drawn heat map."""
    x, y = page.evaluate(CENTRE, [column, row])
    shot = page.screenshot(clip={"x": x - 20, "y": y - 6, "width": 40, "height": 12})
    found = page.evaluate(READ, base64.b64encode(shot).decode())
    return [tuple(found[i : i + 3]) for i in range(0, len(found), 4)]


def test_a_masked_cell_takes_no_colour_and_stays_hatched(site: Site) -> None:
    page = site.open("/fr")
    page.wait_for_selector("#plot-heat.ready")
    page.locator("#plot-heat").scroll_into_view_if_needed()
    masked = pixels(page, 0.25, 4)
    assert all(max(colour) - min(colour) <= 24 for colour in masked)
    assert len({sum(colour) // 30 for colour in masked}) > 1
    coloured = pixels(page, 0.25, 1)
    assert all(max(colour) - min(colour) > 40 for colour in coloured)
    page.close()


def saved(page: Any, place: str) -> bytes:
    """The image that the button of a figure gives."""
    with page.expect_download() as download:
        page.locator(f"figure:has(#plot-{place}) .save").click()
    assert download.value.suggested_filename == f"{place}.png"
    return Path(download.value.path()).read_bytes()


def test_a_figure_is_saved_with_its_key_and_masked_cells_stay_masked(site: Site) -> None:
    page = site.open("/fr")
    page.wait_for_selector("#plot-heat.ready")
    image = base64.b64encode(saved(page, "heat")).decode()
    assert image.startswith("iVBOR")
    width, height, rows, below = page.evaluate(ROWS_OF_IMAGE, image)
    assert (width, height) >= (1800, 600)
    for masked, colours in rows:
        spread = max(max(colour) - min(colour) for colour in colours)
        assert (spread <= 24) is masked, colours[:4]
    assert {colour for _, colour in palette.HEAT_STOPS} <= set(below)
    page.close()


ROWS_OF_IMAGE = """async (data) => {
  const image = new Image();
  image.src = "data:image/png;base64," + data;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const paper = canvas.getContext("2d");
  paper.drawImage(image, 0, 0);
  const { xaxis, yaxis } = document.querySelector("#plot-heat")._fullLayout;
  const left = 2 * xaxis._offset, right = image.width - 2 * 10;
  const column = (right - left) / 3;
  const title = 72, height = 2 * yaxis._length;
  const top = 2 * (yaxis._offset + title), row = height / 5;
  const patch = (x, y) => {
    const found = paper.getImageData(left + (x + 0.2) * column, top + (y + 0.3) * row, 12, 12).data;
    return Array.from({ length: 144 }, (_, i) => Array.from(found.slice(4 * i, 4 * i + 3)));
  };
  // Suppliers are masked on both dimensions; beneficiaries have a score on the first.
  const read = [[true, patch(0, 4)], [true, patch(1, 4)], [false, patch(0, 1)]];
  const key = paper.getImageData(0, top + height, image.width, image.height - top - height).data;
  const hex = (n) => n.toString(16).padStart(2, "0");
  const colours = new Set();
  for (let i = 0; i < key.length; i += 4) {
    colours.add("#" + [...key.slice(i, i + 3)].map(hex).join(""));
  }
  return [image.width, image.height, read, [...colours]];
}"""


@pytest.mark.parametrize("name", ["needs", "needs_relevance", "w-needs-employees"])
def test_a_link_by_code_arrives_where_it_says_even_in_a_folded_table(site: Site, name: str) -> None:
    page = site.open(f"/since#{name}")
    page.wait_for_function(
        """name => {
            const box = document.getElementById(name).getBoundingClientRect();
            return box.top > -60 && box.top < innerHeight;
        }""",
        arg=name,
    )
    page.close()


def test_slopes_are_drawn_and_read_without_a_fault(site: Site) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = site.open("/since#since", bypass_csp=True)
    page.wait_for_selector("#plot-since.ready")
    assert page.locator("#plot-since .trace").count() > 0
    found = axe.Axe().run(page).response["violations"]
    assert [v["id"] for v in found] == []
    page.close()


def test_without_script_every_table_is_open(site: Site) -> None:
    page = site.open("/fr", java_script_enabled=False)
    assert page.locator("figure details:not([open])").count() == 0
    assert page.locator("table.heat").is_visible()
    assert page.locator(".plot:visible").count() == 0
    page.close()


def test_a_number_of_the_heat_table_leads_to_its_line_even_when_tables_are_folded(
    site: Site,
) -> None:
    page = site.open("/fr#i-needs_take_up-employees")
    page.wait_for_selector("#plot-needs.ready")
    assert page.locator("#i-needs_take_up-employees").is_visible()
    page.close()


def test_the_file_that_stands_alone_draws_from_disk(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "dashboard.html"
    file.write_text(render(a_profile(), "fr", assets=Assets.inlined()), encoding="utf-8")
    page = site.open(file.as_uri())
    page.wait_for_selector("#plot-heat.ready")
    page.close()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_serious_stands_in_the_way_of_a_reader(
    site: Site, language: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = site.open(f"/{language}", width=width, bypass_csp=True)
    if width > 700:
        draw_all(page)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = axe.Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in serious] == []
    page.close()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [720, 1000, 1280])
def test_no_text_of_a_figure_is_cut_at_its_edge(site: Site, language: str, width: int) -> None:
    page = site.open(f"/{language}", width=width)
    draw_all(page)
    for place in ("needs-scores", "needs", "democracy", "work", "gaps"):
        assert page.evaluate(CUT, place) == []
    page.close()


def test_no_table_is_wider_than_a_printed_a4_page(site: Site) -> None:
    page = site.open("/fr", width=718, java_script_enabled=False)  # 190 mm at 96 dots an inch
    page.emulate_media(media="print")
    assert sideways(page) <= 0
    page.close()


EDGES = """() => [...document.querySelectorAll(".scroll")].map((box) => {
  const edge = () => parseFloat(getComputedStyle(box).getPropertyValue("--edge"));
  const wide = box.scrollWidth - box.clientWidth > 1;
  const before = edge();
  box.scrollLeft = box.scrollWidth;
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done([wide, before > 0, edge() > 0])
  )));
}).reduce((all, one) => all.then((found) => one.then((o) => [...found, o])), Promise.resolve([]))
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_table_that_goes_on_beyond_the_edge_fades_there_until_its_end(
    site: Site, width: int
) -> None:
    page = site.open("/fr", width=width)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.wait_for_timeout(200)
    found = page.evaluate(EDGES)
    assert all(fades is wide and not at_the_end for wide, fades, at_the_end in found)
    assert any(wide for wide, _, _ in found) or width > 360
    page.close()


def test_links_of_what_is_read_first_are_high_enough_for_a_finger(site: Site) -> None:
    page = site.open("/fr", width=360)
    assert page.evaluate(LOW) == []
    page.close()


def test_text_at_twice_its_size_needs_no_sideways_scrolling(site: Site) -> None:
    page = site.open("/fr", width=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(page) <= 0
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_names_without_a_space_in_them_widen_no_page(site: Site, width: int) -> None:
    page = site.open("/long", width=width)
    assert "Associationintercommunale" in page.inner_text("h1")
    assert sideways(page) <= 0
    page.close()
