"""Dot plot of one dimension: the score of each group with its 95 % interval, on 0–100.

A masked score has no dot and no place on the scale: hatching across it, and its reason.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from corus.charts import palette
from corus.charts.drawing import HATCHING, QUIET, SOFT, figure, margin_for, plain
from corus.charts.heat_map import cell_anchor
from corus.charts.phrases import DIVIDED, score_mark, score_range, score_sentence
from corus.charts.view import View
from corus.domain.profile import DimensionCell, Profile

ROW = 34
ENDS = (-2, 142)
"""The axis; what lies beyond 100 is room for words."""
WORDS = 104

Row = tuple[int, DimensionCell]


def cells_of(view: View, dimension: str) -> list[DimensionCell]:
    """The cells of the groups that were asked, in the order of the profile."""
    found = (view.score(dimension, group) for group in view.profile.groups)
    return [cell for cell in found if cell.show != "not_asked"]


def drawn(view: View, dimension: str) -> bool:
    """Whether the figure would hold a dot."""
    return any(_has_dot(cell) for cell in cells_of(view, dimension))


def score_dots(profile: Profile, language: str, dimension: str) -> go.Figure:
    """One row per group asked: dot, interval, and both in words; hollow where rounded to 5."""
    view = View(profile, language)
    rows = list(enumerate(cells_of(view, dimension)))
    labels = [_label(view, cell) for _, cell in rows]
    return figure(
        [_hatched(rows), _intervals(rows), _dots(view, rows), _words(view, rows)],
        height=44 + ROW * max(1, len(rows)),
        margin={"l": margin_for(labels, most=300), "r": 10, "t": 8, "b": 30},
        shapes=[_line(x) for x in (0, 50, 100)],
        hoverdistance=40,
        xaxis=QUIET | {"range": list(ENDS), "tickvals": [0, 25, 50, 75, 100], "tickfont": SOFT},
        yaxis=QUIET
        | {
            "range": [max(1, len(rows)) - 0.5, -0.5],
            "tickvals": [y for y, _ in rows],
            "ticktext": [plain(label) for label in labels],
        },
    )


def _has_dot(cell: DimensionCell) -> bool:
    return cell.show in ("full", "banded") and cell.score is not None


def _label(view: View, cell: DimensionCell) -> str:
    n = view.words("n = {n}", n=view.words.number(cell.n)) if cell.n is not None else ""
    return " · ".join(filter(None, [view.group(cell.group), "" if cell.show == "masked" else n]))


def _line(x: int) -> dict[str, Any]:
    line = {"color": palette.LINE, "width": 1, "dash": "dot" if x == 50 else "solid"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper",
            "layer": "below", "line": line}  # fmt: skip


def _hatched(rows: list[Row]) -> go.Bar:
    hidden = [y for y, cell in rows if cell.show == "masked"]
    return go.Bar(
        orientation="h", y=hidden, base=[0] * len(hidden), x=[100] * len(hidden), width=0.6,
        marker=HATCHING, hoverinfo="skip",
    )  # fmt: skip


def _intervals(rows: list[Row]) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for place, cell in rows:
        if cell.show == "full" and cell.low is not None and cell.high is not None:
            x += [cell.low, cell.high, None]
            y += [place, place, None]
    return go.Scatter(
        x=x, y=y, mode="lines", hoverinfo="skip", line={"color": palette.INK, "width": 2}
    )


def _dots(view: View, rows: list[Row]) -> go.Scatter:
    """Filled where the score is exact or rounded finely, hollow where it is rounded to 5."""
    dots = [(y, cell) for y, cell in rows if _has_dot(cell)]
    return go.Scatter(
        x=[cell.score for _, cell in dots],
        y=[y for y, _ in dots],
        mode="markers",
        marker={
            "size": 12,
            "color": palette.ACCENT,
            "symbol": ["circle" if cell.show == "full" else "circle-open" for _, cell in dots],
            "line": {"width": 2, "color": palette.ACCENT},
        },
        hovertext=[plain(score_sentence(view, cell)) for _, cell in dots],
        hoverinfo="text",
        customdata=[cell_anchor(cell) for _, cell in dots],
    )


def _words(view: View, rows: list[Row]) -> go.Scatter:
    """The score and its interval at right of every row; it also leads to the line of the table."""
    return go.Scatter(
        x=[WORDS] * len(rows),
        y=[y for y, _ in rows],
        mode="text",
        text=[plain(_told(view, cell)) for _, cell in rows],
        textposition="middle right",
        textfont={"size": 12, "color": palette.INK},
        cliponaxis=False,
        hovertext=[plain(score_sentence(view, cell)) for _, cell in rows],
        hoverinfo="text",
        customdata=[cell_anchor(cell) for _, cell in rows],
    )


def _told(view: View, cell: DimensionCell) -> str:
    """``62 (56 to 69) ◐``, ``≈ 65``, ``n < 5``, ``1 item``."""
    sure = score_range(view, cell) if cell.show == "full" else ""
    mark = score_mark(view, cell) + (f" ({sure})" if sure else "")
    return f"{mark} {DIVIDED}" if cell.divided and _has_dot(cell) else mark
