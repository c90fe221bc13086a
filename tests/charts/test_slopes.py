"""What changed since the last wave: slopes for what compares, a reason for what does not."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from corus.charts.assets import Assets
from corus.charts.page import render
from corus.charts.slopes import APART, slopes, spread
from tests.charts.factories_charts import a_profile, since_last_year

PROFILE = a_profile(since=since_last_year())


def page(language: str = "fr") -> html.HtmlElement:
    return html.document_fromstring(render(PROFILE, language, assets=Assets.at("/assets/")))


def test_only_what_compares_is_drawn_group_by_group() -> None:
    figure = slopes(PROFILE, "fr")
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["Salariées et salariés", "Bénéficiaires"]
    ends = {(x, y) for trace in figure.data if "lines" in trace.mode for x, y in _pairs(trace)}
    assert ends == {(0, 60.3), (1, 51.3), (0, 60.4), (1, 62.4), (0, 58.9), (1, 68.9)}


def _pairs(trace):
    return [(x, y) for x, y in zip(trace.x, trace.y, strict=True) if x is not None]


def test_a_thick_line_is_a_change_that_its_interval_tells_from_none() -> None:
    lines = [t for t in slopes(PROFILE, "fr").data if "lines" in t.mode and t.xaxis == "x"]
    thin, thick = sorted(lines, key=lambda trace: trace.line.width)
    assert [y for _, y in _pairs(thick)] == [60.3, 51.3]
    assert [y for _, y in _pairs(thin)] == [60.4, 62.4]


def test_labels_say_the_score_the_change_and_the_dimension_and_lead_to_the_row() -> None:
    labels = [t for t in slopes(PROFILE, "fr").data if t.mode == "text" and t.x[0] > 1]
    assert labels[0].text[0] == "51 (−9)  Besoins et accessibilité"
    assert labels[0].customdata[0] == "#w-needs-employees"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_change_has_a_row_with_both_n_its_interval_and_what_may_be_said(
    language: str,
) -> None:
    document = page(language)
    rows = document.xpath("//section[@id='since']//tbody/tr")
    assert [row.get("id") for row in rows] == [
        "w-needs-employees", "w-democracy-employees", "w-needs-beneficiaries",
        "w-democracy-beneficiaries",
    ]  # fmt: skip
    first = [" ".join(cell.text_content().split()) for cell in rows[0].xpath("./*")]
    assert first[2:6] == (
        ["60 (n = 40)", "51 (n = 34)", "−9", "−15 à −3"]
        if language == "fr"
        else ["60 (n = 40)", "51 (n = 34)", "−9", "−15 to −3"]
    )
    assert "−6" in first[6]
    assert "21" in first[6]


def test_another_wording_is_told_with_the_topic_and_not_the_code_of_the_item() -> None:
    [row] = page().xpath("//tr[@id='w-democracy-beneficiaries']")
    assert "Écoute" in row.text_content()
    assert "democracy_voice" not in row.text_content()


def test_that_other_persons_may_have_answered_is_said_before_the_figure() -> None:
    [section] = page().xpath("//section[@id='since']")
    said = section.text_content()
    assert said.index("D’autres personnes ont pu répondre") < said.index("Voir le tableau")


def test_without_an_earlier_wave_there_is_no_section_and_no_way_to_it() -> None:
    document = html.document_fromstring(render(a_profile(), "fr", assets=Assets.at("/a/")))
    assert not document.xpath("//*[@id='since']")
    assert not document.xpath("//a[@href='#since']")


def test_the_figure_without_anything_to_compare_can_still_be_drawn() -> None:
    json.loads(str(slopes(a_profile(), "fr").to_json()))


@given(st.lists(st.floats(0, 100), max_size=12))
def test_labels_never_cover_one_another_and_keep_their_order(values: list[float]) -> None:
    places = spread(values)
    order = sorted(range(len(values)), key=lambda place: (values[place], place))
    steps = [places[b] - places[a] for a, b in pairwise(order)]
    assert all(step >= APART - 1e-6 for step in steps)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_labels_stay_within_the_scale_as_long_as_there_is_room(values: list[float]) -> None:
    assert all(-1e-9 <= place <= 100 + 1e-9 for place in spread(values))
