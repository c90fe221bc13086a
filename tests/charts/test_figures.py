"""Figures tell what the Profile shows, on scales that never move, and nothing it masks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest

from corus.charts import palette
from corus.charts.coverage import coverage
from corus.charts.diverging_bars import diverging_bars
from corus.charts.gaps import gaps, widest
from corus.charts.heat_map import heat_map
from corus.charts.segments import segments
from corus.charts.view import View
from corus.domain.profile import Coverage, DimensionCell, ItemCell, Profile
from tests.charts.factories_charts import (
    GAP_WITH_SELF,
    a_profile,
    a_share,
    an_open_wave,
    full,
    merged,
    speaking_of_self,
)

Drawing = Callable[[Profile, str], go.Figure]


def bars_of_needs(profile: Profile, language: str) -> go.Figure:
    return diverging_bars(profile, language, "needs")


FIGURES: list[Drawing] = [heat_map, bars_of_needs, gaps, coverage]


def as_json(figure: go.Figure) -> str:
    return json.dumps(json.loads(str(figure.to_json())), ensure_ascii=False)


def trace(figure: go.Figure, kind: str) -> list[Any]:
    return [t for t in figure.data if t.type == kind]


def hidden_but_filled(profile: Profile) -> Profile:
    """A profile whose masked and banded cells wrongly still carry numbers."""
    numbers = {"score": 73.9173, "low": 73.9173, "high": 73.9173, "sd": 7.39173}
    share = a_share(739173, 1000000)
    item_numbers = {"n": 739173, "counts": (739173,), "favourable": share, "unfavourable": share}
    dimensions = [
        DimensionCell.model_validate(c.model_dump() | numbers) if c.show == "masked" else c
        for c in profile.dimensions
    ]
    items = [
        ItemCell.model_validate(c.model_dump() | item_numbers) if c.show == "masked" else c
        for c in profile.items
    ]
    return a_profile(dimensions=dimensions, items=items)


@pytest.mark.parametrize("draw", FIGURES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_masked_cell_leaves_no_number_in_a_figure(draw: Drawing, language: str) -> None:
    text = as_json(draw(hidden_but_filled(a_profile()), language))
    assert "73.9" not in text
    assert "739173" not in text
    assert "0.739" not in text


@pytest.mark.parametrize("draw", FIGURES)
def test_every_figure_can_be_drawn_before_there_is_any_result(draw: Drawing) -> None:
    json.loads(as_json(draw(an_open_wave(), "fr")))


def test_masked_cells_are_hatched_and_say_why() -> None:
    figure = heat_map(a_profile(), "fr")
    hatched = next(b for b in trace(figure, "bar") if b.marker.pattern.shape)
    assert list(hatched.x) == [0, 1]
    texts = list(trace(figure, "scatter")[0].text)
    assert texts.count("n &lt; 5") == 2
    z = trace(figure, "heatmap")[0].z
    assert list(z[4]) == [None, None, None]


def test_the_heat_scale_is_fixed_whatever_the_data() -> None:
    low = DimensionCell(dimension="needs", group="employees", show="full", score=3, n=40)
    for profile in (a_profile(), a_profile(dimensions=(low,)), an_open_wave()):
        heat = trace(heat_map(profile, "fr"), "heatmap")[0]
        assert (heat.zmin, heat.zmid, heat.zmax) == (0, 50, 100)
        assert heat.colorscale[2] == (0.5, palette.HEAT_MIDDLE)


def test_the_heat_map_prints_each_kind_of_cell() -> None:
    texts = set(trace(heat_map(a_profile(), "fr"), "scatter")[0].text)
    assert {"51", "47 ◐", "≈\u202f65", "1 énoncé", "–", "n &lt; 5"} <= texts


def test_single_items_lead_to_the_item_and_scores_to_their_line() -> None:
    leads = set(trace(heat_map(a_profile(), "fr"), "scatter")[0].customdata)
    assert "#i-democracy_voice-clients" in leads
    assert "#d-needs-employees" in leads


def test_bars_are_centred_on_the_neutral_middle() -> None:
    view = View(a_profile(), "fr")
    drawn = segments(view, full("needs_relevance", "employees", 4, 6, 10, 15, 5))
    neutral = drawn[2]
    assert neutral.start == pytest.approx(-neutral.share / 2)
    assert drawn[0].start == pytest.approx(-(4 + 6) / 40 - 10 / 80)
    assert sum(s.share for s in drawn) == pytest.approx(1)


def test_a_reversed_item_has_agreement_on_the_unfavourable_side() -> None:
    view = View(a_profile(), "fr")
    drawn = segments(view, full("needs_take_up", "employees", 1, 2, 3, 4, 30))
    assert drawn[0].label == "Tout à fait d’accord"
    assert drawn[0].colour == palette.UNFAVOURABLE[0]
    assert drawn[0].share == pytest.approx(30 / 40)


def test_merged_scales_are_drawn_as_three_parts_only() -> None:
    view = View(a_profile(), "fr")
    own_counts = merged("needs_relevance", "beneficiaries").model_copy(
        update={"counts": (1, 1, 1, 1, 1)}
    )
    assert [s.label for s in segments(view, own_counts)] == [
        "Défavorables",
        "Mitigées",
        "Favorables",
    ]


def test_banded_cells_are_told_and_never_drawn() -> None:
    view = View(a_profile(), "fr")
    banded = [c for c in a_profile().items if c.show == "banded"]
    assert all(segments(view, cell) == [] for cell in banded)
    texts = as_json(bars_of_needs(a_profile(), "fr"))
    assert "favorables\u202f: 75\u202f% ou plus<br>défavorables\u202f: 25" in texts


def test_the_axis_of_bars_is_symmetric() -> None:
    low, high = bars_of_needs(a_profile(), "fr").layout.xaxis.range
    assert low == -high


def test_gaps_name_both_groups_and_keep_the_interval() -> None:
    figure = gaps(a_profile(), "fr")
    told = " ".join(str(text) for t in figure.data if t.text for text in t.text)
    assert "Bénéficiaires" in told
    assert "Salariées et<br>salariés" in told
    assert any(t.error_x.array for t in figure.data)


def test_a_gap_between_oneself_and_others_is_marked_on_its_row() -> None:
    aside = a_profile(instrument=speaking_of_self(), gaps=(GAP_WITH_SELF,))
    assert list(gaps(aside, "en").layout.yaxis.ticktext) == [
        "Relevance<br>favourable answers · self / others"
    ]


def test_flagged_gaps_come_first_then_the_widest() -> None:
    order = widest(a_profile())
    assert [g.flagged for g in order] == [True, False, False]
    assert order[1].gap > order[2].gap


def test_an_unknown_population_gets_no_bar_and_says_so() -> None:
    figure = coverage(a_profile(), "fr")
    bars = trace(figure, "bar")
    assert list(bars[0].y) == [0, 1, 2]
    assert list(bars[1].y) == [4]
    told = list(trace(figure, "scatter")[0].text)
    assert told[3] == "51 réponses · effectif inconnu, pas de taux"
    assert told[4] == "moins de 5 réponses"


def test_the_hatching_of_a_masked_group_has_the_same_length_whatever_its_number() -> None:
    few = Coverage(group="suppliers", population=400, received_text="n < 11")
    figure = coverage(a_profile(coverage=(few,)), "en")
    assert list(trace(figure, "bar")[1].x) == [0.15]


def test_no_figure_styles_its_text_with_markup_that_the_policy_refuses() -> None:
    for draw in FIGURES:
        text = as_json(draw(a_profile(), "fr"))
        assert "<b>" not in text
        assert "style=" not in text


@pytest.mark.parametrize("step", range(palette.HEAT_STEPS + 1))
def test_numbers_stay_readable_on_every_colour_of_the_heat_scale(step: int) -> None:
    colour = palette.heat_colour(step * 5)
    assert palette.contrast(palette.text_on(colour), colour) >= palette.READABLE
