"""Heat map: what each group perceives of each dimension, numbers printed, scale fixed.

Gives no colour to a masked cell: it has no value here, only hatching and its reason.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from corus.charts import palette
from corus.charts.drawing import HATCHING, QUIET, SOFT, figure, margin_for, note, plain, wrap
from corus.charts.phrases import DIVIDED, received, score_mark, score_sentence
from corus.charts.view import View
from corus.domain.profile import DimensionCell, Profile

ROW = 40
HEAD = 60
GAP = 0.035
"""White line between two rows, as a part of a row."""
WIDTH = 700
"""Pixels of the columns together, about: it sets the white line between two columns."""

Place = tuple[int, int, DimensionCell]
"""(column, row, cell)."""


def heat_map(profile: Profile, language: str) -> go.Figure:
    """Groups in rows, dimensions in columns; 0–100 with its middle at 50, whatever the data."""
    view = View(profile, language)
    places = [
        (x, y, view.score(dimension, group))
        for y, group in enumerate(profile.groups)
        for x, dimension in enumerate(view.dimensions)
    ]
    traces = [
        _colours(view, places),
        _boxes(places, len(view.dimensions), masked=True),
        _boxes(places, len(view.dimensions), masked=False),
        _texts(view, places),
    ]
    columns, rows = len(view.dimensions), len(profile.groups)
    return figure(
        traces,
        height=HEAD + ROW * rows + 10,
        margin={"l": _left(view), "r": 10, "t": HEAD, "b": 10},
        annotations=[
            label for y, group in enumerate(profile.groups) for label in _row(view, y, group)
        ],
        hoverdistance=60,
        xaxis=QUIET
        | {
            "side": "top",
            "range": [-0.5, columns - 0.5],
            "tickvals": list(range(columns)),
            "ticktext": [wrap(view.short(d), WIDTH // (8 * columns)) for d in view.dimensions],
            "tickangle": 0,
            "tickfont": {"size": 12},
        },
        yaxis=QUIET | {"range": [rows - 0.5, -0.5], "showticklabels": False},
    )


def _colours(view: View, places: list[Place]) -> go.Heatmap:
    z: list[list[float | None]] = [
        [None] * len(view.dimensions) for _ in range(len(view.profile.groups))
    ]
    for x, y, cell in places:
        z[y][x] = cell.score if cell.show in ("full", "banded") else None
    return go.Heatmap(
        z=z,
        zmin=0,
        zmid=50,
        zmax=100,
        colorscale=[[score / 100, colour] for score, colour in palette.HEAT_STOPS],
        showscale=False,
        xgap=3,
        ygap=3,
        hoverinfo="skip",
    )


def _boxes(places: list[Place], columns: int, *, masked: bool) -> go.Bar:
    """Hatched boxes for masked cells, plain ones for cells without a score."""
    chosen = [
        (x, y)
        for x, y, c in places
        if (c.show == "masked") is masked and (masked or c.score is None)
    ]
    plain_box = {"color": palette.CARD, "line": {"color": palette.LINE, "width": 1}}
    return go.Bar(
        x=[x for x, _ in chosen],
        base=[y - 0.5 + GAP for _, y in chosen],
        y=[1 - 2 * GAP for _ in chosen],
        width=1 - 3 * columns / WIDTH,
        marker=HATCHING if masked else plain_box,
        hoverinfo="skip",
    )


def _texts(view: View, places: list[Place]) -> go.Scatter:
    """What is printed in each cell; it also carries the sentence to show and the place to go."""
    return go.Scatter(
        x=[x for x, _, _ in places],
        y=[y for _, y, _ in places],
        mode="text",
        text=[_printed(view, cell) for _, _, cell in places],
        textfont={
            "color": [_ink(cell) for _, _, cell in places],
            "size": [12 if _bare(cell) else 14 for _, _, cell in places],
            "weight": [400 if _bare(cell) else 700 for _, _, cell in places],
        },
        hovertext=[plain(score_sentence(view, cell)) for _, _, cell in places],
        hoverinfo="text",
        customdata=[cell_anchor(cell) for _, _, cell in places],
    )


def _bare(cell: DimensionCell) -> bool:
    return cell.score is None or cell.show == "masked"


def _printed(view: View, cell: DimensionCell) -> str:
    mark = plain(score_mark(view, cell))
    return f"{mark} {DIVIDED}" if cell.divided and not _bare(cell) else mark


def _ink(cell: DimensionCell) -> str:
    if cell.show == "masked":
        return palette.INK
    return palette.SOFT_INK if cell.score is None else _readable(cell.score)


def _readable(score: float) -> str:
    return palette.text_on(palette.heat_colour(score))


def _row(view: View, y: int, group: str) -> list[dict[str, Any]]:
    """A group's name and, under it, how many answered."""
    place = {"x": 0, "xref": "paper", "xanchor": "right", "y": y, "xshift": -8, "align": "right"}
    answered = received(view, view.coverage.get(group))
    return [
        note(plain(view.group(group)), **place, yshift=8),
        note(plain(answered), **place, yshift=-8, font=SOFT),
    ]


def _left(view: View) -> int:
    return margin_for([view.group(group) for group in view.profile.groups], least=130)


def cell_anchor(cell: DimensionCell) -> str:
    """Where the number leads: its score line, or the single item it stands for."""
    if cell.show == "not_asked":
        return ""
    if cell.show == "single_item" and cell.item:
        return f"#i-{cell.item}-{cell.group}"
    return f"#d-{cell.dimension}-{cell.group}"
