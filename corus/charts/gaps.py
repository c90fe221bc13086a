"""Gap dumbbells: where two groups look differently at the same thing, with the interval.

Ranks nobody: each row names both groups and says how sure the difference is.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from corus.charts import palette
from corus.charts.drawing import BOLD, QUIET, SOFT, figure, note, plain, wrap
from corus.charts.phrases import gap_topic, gap_unit, gap_values, interval, points
from corus.charts.view import View
from corus.domain.profile import Gap, Profile

SHOWN = 12
ROW = 58


def widest(profile: Profile) -> list[Gap]:
    """Flagged gaps, widest first, then the widest others, at most ``SHOWN`` in all."""
    order = sorted(
        profile.gaps, key=lambda g: (not g.flagged, -g.gap, g.kind, g.code, g.first, g.second)
    )
    return order[:SHOWN]


def gaps(profile: Profile, language: str) -> go.Figure:
    """Both groups' values on 0–100 at left; the difference and its 95 % interval at right."""
    view = View(profile, language)
    rows = widest(profile)
    return figure(
        [*_dumbbells(view, rows), *_intervals(view, rows)],
        height=78 + ROW * len(rows),
        margin={"l": 10, "r": 10, "t": 44, "b": 34},
        shapes=[_zero()],
        annotations=_heads(view),
        xaxis=QUIET
        | {
            "domain": [0, 0.68],
            "range": [-32, 132],
            "tickvals": [0, 25, 50, 75, 100],
            "tickfont": SOFT,
        },
        xaxis2=QUIET
        | {
            "domain": [0.72, 1],
            "range": [-25, 100],
            "tickvals": [0, 25, 50, 75],
            "tickfont": SOFT,
        },
        yaxis=QUIET
        | {
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": [_row_label(view, gap) for gap in rows],
            "automargin": True,
        },
    )


def _row_label(view: View, gap: Gap) -> str:
    return f"{wrap(gap_topic(view, gap), 28)}<br>{plain(gap_unit(view, gap))}"


def _heads(view: View) -> list[dict[str, Any]]:
    say = view.words
    place = {"y": 1, "xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 8}
    told = say("What each group says, 0 to 100: ● the higher, ◆ the lower")
    return [
        note(told, **place, x=0.34, xanchor="center", font=SOFT),
        note(
            wrap(say("Gap in points, 95% interval"), 20),
            **place,
            x=0.86,
            xanchor="center",
            font=SOFT,
        ),
    ]


def _zero() -> dict[str, Any]:
    line = {"color": palette.HATCH, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "x2", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper",
            "layer": "below", "line": line}  # fmt: skip


def _dumbbells(view: View, rows: list[Gap]) -> list[go.Scatter]:
    link_x: list[float | None] = []
    link_y: list[float | None] = []
    for y, gap in enumerate(rows):
        link_x += [gap.second_value, gap.first_value, None]
        link_y += [y, y, None]
    link = go.Scatter(
        x=link_x, y=link_y, mode="lines", hoverinfo="skip",
        line={"color": palette.DONT_KNOW, "width": 3},
    )  # fmt: skip
    return [link, _ends(view, rows, lower=True), _ends(view, rows, lower=False)]


def _ends(view: View, rows: list[Gap], *, lower: bool) -> go.Scatter:
    """The dots of one side, each with its group's name and value beside it."""
    names = [view.group(gap.second if lower else gap.first) for gap in rows]
    values = [gap_values(view, gap)[1 if lower else 0] for gap in rows]
    pairs = zip(names, values, strict=True)
    return go.Scatter(
        x=[gap.second_value if lower else gap.first_value for gap in rows],
        y=list(range(len(rows))),
        mode="markers+text",
        marker={"size": 13, "color": palette.SOFT_INK if lower else palette.ACCENT,
                "symbol": "diamond" if lower else "circle"},
        text=[f"{wrap(name, 20)}<br>{value}" for name, value in pairs],
        textposition="middle left" if lower else "middle right",
        textfont={"size": 11},
        cliponaxis=False,
        hoverinfo="none",
        customdata=[lead(gap, gap.second if lower else gap.first) for gap in rows],
    )  # fmt: skip


def lead(gap: Gap, group: str = "") -> str:
    """Where a value of a gap leads: the line of its group, or the whole topic."""
    return "-".join(filter(None, [f"#{gap.kind[0]}-{gap.code}", group]))


def _intervals(view: View, rows: list[Gap]) -> list[go.Scatter]:
    return [
        go.Scatter(
            xaxis="x2",
            x=[gap.gap for gap in rows],
            y=list(range(len(rows))),
            mode="markers+text",
            text=[points(view, gap.gap) for gap in rows],
            textposition="top center",
            textfont=BOLD | {"size": 13},
            marker={"size": 9, "color": palette.INK},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [gap.high - gap.gap for gap in rows],
                "arrayminus": [gap.gap - gap.low for gap in rows],
                "color": palette.INK,
                "thickness": 1.5,
                "width": 4,
            },
            hovertext=[plain(interval(view, gap.low, gap.high)) for gap in rows],
            hoverinfo="text",
            customdata=[lead(gap) for gap in rows],
            cliponaxis=False,
        )
    ]
