"""The dashboard says whether groups understand the items alike, and what that allows."""

from __future__ import annotations

from lxml import html

from corus.charts.assets import Assets
from corus.charts.page import render
from corus.domain.profile import Profile
from corus.domain.together import Invariance, LevelFit, Line, Together
from tests.charts.factories_charts import a_profile

GROUPS = ("employees", "board")
FITS = (
    LevelFit(level="configural", df=10, cfi=0.97, rmsea=0.07, p=0.0),
    LevelFit(level="metric", df=14, cfi=0.97, rmsea=0.06, p=0.0, p_lost=0.11),
    LevelFit(level="scalar", df=18, cfi=0.95, rmsea=0.07, p=0.0, p_lost=0.0),
)


def a_page_of(*found: Invariance) -> Profile:
    lines = (Line(convention="equal", score=60.0), Line(convention="head_count", score=61.0))
    together = Together(
        dimension="needs", groups=GROUPS, absent=(), spread=4.0, highest=("board",),
        lowest=("employees",), lines=lines,
    )  # fmt: skip
    return a_profile(together=(together,), invariance=found)


def document(profile: Profile, language: str) -> html.HtmlElement:
    return html.document_fromstring(render(profile, language, assets=Assets.at("/a/")))


def told(page: html.HtmlElement) -> list[str]:
    return [flat(one) for one in page.xpath("//section[@id='together']//ul/li")]


def rows(page: html.HtmlElement) -> list[list[str]]:
    table = page.xpath("//section[@id='together']//table")[-1]
    return [[flat(cell) for cell in row.xpath("th | td")] for row in table.xpath(".//tbody/tr")]


def flat(node: html.HtmlElement) -> str:
    return " ".join(node.text_content().split())


METRIC = Invariance(
    dimension="needs", reached="metric", groups=GROUPS, absent=("clients",), items=5, fits=FITS
)


def test_what_it_allows_is_told_in_words_before_any_figure() -> None:
    assert told(document(a_page_of(METRIC), "en")) == [
        "Needs and accessibility: items go together alike, levels differ: compare what goes "
        "together, not scores (Employees, Board; without Clients)"
    ]
    assert rows(document(a_page_of(METRIC), "en")) == [
        ["Needs and accessibility", "5", "0.97 → 0.97 → 0.95", "0.07 → 0.06 → 0.07",
         "0.11 → < 0.01"]
    ]  # fmt: skip


def test_it_is_said_in_french_with_french_numbers() -> None:
    page = document(a_page_of(METRIC), "fr")
    assert rows(page)[0][2] == "0,97 → 0,97 → 0,95"
    assert "les énoncés vont ensemble de la même façon, les niveaux diffèrent" in told(page)[0]


def test_no_two_parts_of_the_page_bear_the_same_name() -> None:
    page = document(a_page_of(METRIC), "fr")
    names = page.xpath("//*[@role='region']/@aria-label")
    titles = [flat(one) for one in page.xpath("//section[@aria-labelledby]/h2")]
    assert len({*names, *titles}) == len(names) + len(titles)


def test_the_limits_say_it_was_tested_only_where_it_was() -> None:
    nothing = Invariance(dimension="needs", reached="not_tested", absent=GROUPS)
    untested = render(a_page_of(nothing), "en", assets=Assets.at("/a/"))
    assert "this has not been tested" in untested
    assert "Do groups understand the items alike?" not in untested
    assert "this has not been tested" not in render(
        a_page_of(METRIC), "en", assets=Assets.at("/a/")
    )


def test_what_was_not_computed_says_so() -> None:
    failed = Invariance(dimension="needs", reached="not_computed", groups=GROUPS, items=5)
    page = document(a_page_of(failed), "en")
    assert "not computed: no solution was found" in told(page)[0]
    assert rows(page)[0][2:] == ["–", "–", "–"]
