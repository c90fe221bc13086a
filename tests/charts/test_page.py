"""The page is whole without script, strict under its policy, and shows nothing masked."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from lxml import html

from corus.charts import assets
from corus.charts.assets import Assets, fingerprinted
from corus.charts.page import render
from corus.domain.profile import Profile
from tests.charts.computed_profiles import of_few_groups, with_nothing_shown
from tests.charts.factories_charts import (
    GAP_WITH_SELF,
    a_profile,
    an_instrument,
    an_open_wave,
    full,
    score,
    speaking_of_self,
)

LINKED = Assets.at("/assets/")
DIMENSIONS = {"needs", "democracy", "work"}
CHARTS = {"heat", "gaps", "coverage", *DIMENSIONS, *(f"{code}-scores" for code in DIMENSIONS)}


def page(profile: Profile | None = None, language: str = "fr", **links: Any) -> str:
    return render(profile or a_profile(), language, assets=LINKED, **links)


@cache
def tree(language: str = "fr") -> html.HtmlElement:
    return html.document_fromstring(page(language=language))


@cache
def alone() -> str:
    return render(a_profile(), "fr", assets=Assets.inlined())


def texts(found: list[html.HtmlElement]) -> list[str]:
    return [" ".join(node.text_content().split()) for node in found]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_is_well_formed_with_unique_ids_and_says_its_language(language: str) -> None:
    document = tree(language)
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert document.get("lang") == language
    assert len(document.xpath("//h1")) == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_internal_link_arrives_somewhere(language: str) -> None:
    document = tree(language)
    ids = set(document.xpath("//@id"))
    targets = {href[1:] for href in document.xpath("//a/@href") if href.startswith("#")}
    assert targets - ids == set()


def test_every_chart_has_a_text_alternative_its_data_and_a_table() -> None:
    figures = [f for f in tree().iter("figure") if f.xpath(".//*[@role='img']")]
    assert {f.xpath("string(.//@id)") for f in figures} == {f"plot-{name}" for name in CHARTS}
    for figure in figures:
        assert figure.xpath("string(.//*[@role='img']/@aria-label)")
        assert figure.xpath(".//table//th[@scope]")
        json.loads(figure.xpath("string(.//script[@type='application/json'])"))


def test_no_markup_carries_inline_style_or_script() -> None:
    document = tree()
    assert not document.xpath("//@style")
    assert not [a for a in document.xpath("//@*") if a.attrname.startswith("on")]
    scripts = document.xpath("//script[not(@type)]")
    assert [s.text for s in scripts] == [None]
    assert not document.xpath("//style")


def test_sentences_come_before_the_heat_table() -> None:
    sections = tree().xpath("//section/@id")
    assert sections.index("first") < sections.index("profile") < sections.index("items")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fr", "147 réponses montrées · Trop peu de réponses : Fournisseurs · "
               "Des perceptions, pas des preuves"),
        ("en", "147 answers shown · Too few answers: Suppliers · Perceptions, not proof"),
    ],
)  # fmt: skip
def test_what_is_read_first_begins_with_n_masked_groups_and_one_caution(
    language: str, line: str
) -> None:
    [first] = tree(language).xpath("//section[@id='first']//p[@class='basis']")
    assert " ".join(first.text_content().replace("\u202f", " ").split()) == line


def test_every_number_is_one_click_from_its_method() -> None:
    heads = tree().xpath("//table[@class='items' or @class='scores']//thead//a/@href")
    ids = set(tree().xpath("//section[@id='method']//li/@id"))
    assert {href.removeprefix("#") for href in heads} <= ids
    said = {name: tree().get_element_by_id(f"method-{name}").text_content()
            for name in ("share", "score", "interval", "masked")}  # fmt: skip
    assert "pourcentages" in said["share"]
    assert said["score"].startswith("Score")
    assert "95" in said["interval"]
    assert "Moins de 5" in said["masked"]


def test_dimensions_and_items_are_addressed_by_their_code_alone() -> None:
    for code in ("needs", "needs_relevance", "democracy", "work_meaning"):
        assert tree().get_element_by_id(code) is not None


def test_a_dimension_called_like_a_section_leaves_the_section_its_name() -> None:
    document = an_instrument().model_dump(mode="json")
    document["dimensions"][2]["code"] = "coverage"
    named = an_instrument().model_validate(document)
    found = html.document_fromstring(page(a_profile(instrument=named, dimensions=(), items=(
        full("work_meaning", "employees", 0, 1, 3, 12, 18),), gaps=())))  # fmt: skip
    assert len(found.xpath("//*[@id='coverage']")) == 1
    assert found.xpath("//section[@id='coverage']")


def test_the_heat_table_prints_numbers_bands_single_items_and_masks() -> None:
    rows = tree().xpath("//table[@class='heat']/tbody/tr")
    cells = [texts(row.findall("td")) for row in rows]
    assert cells[0] == ["51", "62", "18 ◐"]
    assert cells[2] == ["≈ 65", "≈ 80", "1 énoncé"]
    assert cells[4] == ["n < 5", "n < 5", "–"]
    assert rows[4].findall("td")[0].get("class") == "masked"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("whole points", "arrondi au point\u202f: intervalle au plus large"),
        ("one decimal", "arrondi au dixième\u202f: intervalle au plus large"),
    ],
)
def test_the_interval_of_a_rounded_score_is_said_to_be_the_widest(reason: str, said: str) -> None:
    cell = score("needs", "employees", 61, 34, reason=reason)
    document = html.fromstring(page(a_profile(dimensions=(cell,))))
    [row] = document.xpath("//table[@class='scores']/tbody/tr")
    assert said in row.text_content()
    [told] = document.xpath("//table[@class='heat']//a[contains(@href, 'd-needs-employees')]")
    assert said in told.get("aria-label")


def test_an_item_row_gives_wording_n_shares_and_interval() -> None:
    row = tree().get_element_by_id("i-needs_take_up-employees")
    assert texts(row.xpath("./*"))[1:] == [
        "34", "3 · 8 · 9 · 10 · 4", "32 %19 à 49 %", "26 %", "41 %", "10 %", "3 %", "3 %",
    ]  # fmt: skip
    assert row.xpath(".//*[local-name()='rect']")


def test_every_row_of_items_spans_as_many_columns() -> None:
    for table in tree().xpath("//table[@class='items']"):
        spans = {
            sum(int(cell.get("colspan", 1)) for cell in row.xpath("./th | ./td"))
            for row in table.iter("tr")
        }
        assert spans == {9}


def test_a_comparison_of_oneself_with_others_is_marked_in_both_tables_and_explained() -> None:
    aside = a_profile(instrument=speaking_of_self(), gaps=(GAP_WITH_SELF,))
    document = html.document_fromstring(page(aside))
    gaps = document.get_element_by_id("gaps").text_content()
    assert "réponses favorables · soi / autrui" in gaps
    assert "parlent d’elles-mêmes (version simplifiée)" in gaps
    row = document.get_element_by_id("i-needs_relevance-beneficiaries")
    assert "soi / autrui" in row.text_content()
    other = document.get_element_by_id("i-needs_relevance-employees")
    assert "soi / autrui" not in other.text_content()
    assert "autrui" not in page(a_profile(gaps=(GAP_WITH_SELF,)))


def test_both_wordings_of_a_merged_cell_are_shown_and_the_merging_is_told() -> None:
    row = tree().get_element_by_id("i-needs_relevance-beneficiaries")
    told = row.text_content()
    assert "Le Panier des Hauts m’aide pour des choses importantes." in told
    assert "version simplifiée réunie" in told


def test_a_masked_row_has_one_cell_that_says_why() -> None:
    row = tree().get_element_by_id("i-democracy_voice-suppliers")
    assert texts(row.findall("td")) == ["n < 5"]


def test_a_banded_row_gives_bands_and_no_count() -> None:
    row = tree().get_element_by_id("i-needs_relevance-board")
    assert texts(row.findall("td"))[:4] == [
        "5–9",
        "tranches seulement",
        "75 % ou plus",
        "25 % ou moins",
    ]


def test_thresholds_digest_version_and_release_are_printed() -> None:
    method = tree().get_element_by_id("method").text_content()
    for told in ("Moins de 5", "9f2c9f2c", "Corus 0.1.0", "3 mars 2026", "non co-construits"):
        assert told in method


def test_the_organization_is_named_in_its_items() -> None:
    assert "Les activités de Le Panier des Hauts" in page()
    assert "{organization}" not in page()


def test_what_an_author_writes_cannot_become_markup() -> None:
    nasty = "</script><img src=x onerror=alert(1)>"
    text = page(a_profile(organization=nasty))
    assert "<img" not in text
    blocks = html.document_fromstring(text).xpath("//script[@type='application/json']")
    assert len(blocks) == len(CHARTS)


def test_languages_and_downloads_are_the_links_given() -> None:
    links = [("English", "/waves/w/en")], [("Excel", "/waves/w/fr/evidence.xlsx")]
    document = html.document_fromstring(page(languages=links[0], downloads=links[1]))
    hrefs = document.xpath("//a/@href")
    assert "/waves/w/en" in hrefs
    assert "/waves/w/fr/evidence.xlsx" in hrefs


def test_an_open_wave_shows_coverage_without_empty_charts() -> None:
    document = html.document_fromstring(page(an_open_wave()))
    assert document.xpath("//section/@id") == ["first", "coverage", "method"]
    assert not document.xpath("//nav//a[@href='#profile']")


@pytest.mark.parametrize("source", [of_few_groups, with_nothing_shown])
def test_a_wave_of_few_groups_shows_no_heading_without_anything_below(
    source: Callable[[], Profile],
) -> None:
    document = html.document_fromstring(page(source()))
    items = document.xpath("//table[@class='items']/tbody")
    assert items
    assert all(body.xpath("./tr[not(@class='item')]") for body in items)
    assert all(card.xpath(".//table") for card in document.xpath("//article"))
    ids = set(document.xpath("//@id"))
    targets = {href[1:] for href in document.xpath("//a/@href") if href.startswith("#")}
    assert targets - ids == set()


def test_a_score_on_a_scale_without_middle_is_still_drawn() -> None:
    four = an_instrument()
    points = four.scales["agreement_5"].points[:4]
    scales = {**four.scales, "agreement_5": four.scales["agreement_5"].model_copy(
        update={"points": points})}  # fmt: skip
    cell = full("work_meaning", "employees", 1, 2, 3, 28)
    text = page(a_profile(instrument=four.model_copy(update={"scales": scales}), items=(cell,)))
    assert "1 · 2 · 3 · 28" in text


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert page() == page()


def test_addresses_of_assets_change_with_their_content() -> None:
    names = list(fingerprinted())
    assert [re.sub(r"\.[0-9a-f]{12}\.", ".", name) for name in names] == [
        "dashboard.css", "dashboard.js", "plotly.js",
    ]  # fmt: skip
    assert assets.fingerprint("a.css", b"1") != assets.fingerprint("a.css", b"2")
    assert all(name in page() for name in names)


def test_the_style_sheet_keeps_masked_cells_from_taking_colour() -> None:
    assert "heatmaplayer image{image-rendering:pixelated}" in assets.css().decode()


def test_the_file_that_stands_alone_asks_for_nothing() -> None:
    document = html.document_fromstring(alone())
    assert not document.xpath("//@src | //link | //iframe | //img | //object")
    hrefs = document.xpath("//@href")
    assert all(href.startswith("#") for href in hrefs)
    assert "@import" not in assets.css().decode()
    assert "url(" not in assets.css().decode()


def test_the_file_that_stands_alone_allows_exactly_its_own_script_and_style() -> None:
    policy = html.document_fromstring(alone()).xpath("string(//meta[@http-equiv]/@content)")
    scripts = re.findall(r"<script>(.*?)</script>", alone(), re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", alone(), re.DOTALL)
    assert (len(scripts), len(styles)) == (2, 1)
    for text in (*scripts, *styles):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


def test_figures_with_marks_carry_their_key_for_the_image() -> None:
    [heat] = tree().xpath("//*[@id='plot-heat']")
    marks = dict(json.loads(heat.get("data-key")))
    assert set(marks) == {"◐", "≈", "▨", "–"}
    assert marks["◐"] == "avis partagés"
    assert len(heat.get("data-ramp").split()) == 5


def test_the_framework_is_named_by_its_title() -> None:
    said = " ".join(texts(tree().xpath("//*[@id='method']//dl")))
    assert "Utilité sociale perçue, édition 2.0" in said
    assert "little_utility" not in said
