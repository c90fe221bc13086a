"""Coverage bars: who answered, of how many, group by group.

Computes no rate: an unknown population is said to be unknown.
"""

from __future__ import annotations

import plotly.graph_objects as go

from corus.charts import palette
from corus.charts.drawing import HATCHING, QUIET, SOFT, figure, plain
from corus.charts.phrases import is_masked, received
from corus.charts.view import View
from corus.domain.profile import Coverage, Profile

ROW = 34


def coverage(profile: Profile, language: str) -> go.Figure:
    """One bar per group: answers received as a part of its known population."""
    view = View(profile, language)
    rows = list(enumerate(profile.coverage))
    known = [(y, c) for y, c in rows if c.rate is not None]
    hidden = [y for y, c in rows if is_masked(c)]
    return figure(
        [_bars(known), _hatched(hidden), _words(view, rows)],
        height=50 + ROW * len(rows),
        margin={"l": 10, "r": 10, "t": 6, "b": 34},
        xaxis=QUIET
        | {
            "range": [0, 1.75],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "ticktext": [view.words.percent(v) for v in (0, 0.25, 0.5, 0.75, 1)],
            "tickfont": SOFT,
        },
        yaxis=QUIET
        | {
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": [y for y, _ in rows],
            "ticktext": [plain(view.group(c.group)) for _, c in rows],
            "automargin": True,
        },
    )


def _bars(known: list[tuple[int, Coverage]]) -> go.Bar:
    return go.Bar(
        orientation="h",
        y=[y for y, _ in known],
        x=[min(c.rate or 0, 1) for _, c in known],
        width=0.45,
        marker={"color": palette.ACCENT},
        hoverinfo="skip",
    )


def _hatched(hidden: list[int]) -> go.Bar:
    """The same width for all, so that it says nothing of the number."""
    return go.Bar(
        orientation="h",
        y=hidden,
        x=[0.15] * len(hidden),
        width=0.45,
        marker=HATCHING,
        hoverinfo="skip",
    )


def _words(view: View, rows: list[tuple[int, Coverage]]) -> go.Scatter:
    return go.Scatter(
        x=[_end(c) + 0.02 for _, c in rows],
        y=[y for y, _ in rows],
        mode="text",
        textposition="middle right",
        text=[plain(told(view, c)) for _, c in rows],
        textfont=SOFT,
        hoverinfo="skip",
    )


def _end(row: Coverage) -> float:
    if is_masked(row):
        return 0.15
    return min(row.rate or 0, 1)


def told(view: View, row: Coverage) -> str:
    """``34 answers of 41 · 83%``, ``46 answers · population unknown, no rate``."""
    say = view.words
    if row.received is None:
        return received(view, row)
    if row.rate is None:
        return f"{received(view, row)} · {say('population unknown, no rate')}"
    return f"{received(view, row)} · {say.percent(row.rate)}"
