"""What every Plotly figure shares: fonts, quiet axes, hatching, wrapped labels.

Knows no profile: only how a figure of this house looks.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import Any

import plotly.graph_objects as go

from corus.charts import palette

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
QUIET: dict[str, Any] = {
    "showgrid": False,
    "zeroline": False,
    "showline": False,
    "ticks": "",
    "fixedrange": True,
}
"""An axis without lines, which no gesture can zoom: a chart must not trap a finger."""
SOFT: dict[str, Any] = {"size": 11, "color": palette.SOFT_INK}
"""Secondary text. Fonts are set as properties only: the page's policy refuses the style
attributes that Plotly would write for ``<b>`` and ``<span>``."""
BOLD: dict[str, Any] = {"weight": 700, "color": palette.INK}
HATCHING: dict[str, Any] = {
    "color": palette.MASKED,
    "line": {"color": palette.LINE, "width": 1},
    "pattern": {
        "shape": "/",
        "fgcolor": palette.HATCH,
        "bgcolor": palette.MASKED,
        "fillmode": "replace",
        "size": 6,
        "solidity": 0.25,
    },
}


def figure(traces: list[Any], *, height: int, **layout: Any) -> go.Figure:
    """A figure on white, without legend (the page carries one), of a fixed height."""
    return go.Figure(
        data=traces,
        layout=go.Layout(
            template=go.layout.Template(),
            height=height,
            autosize=True,
            showlegend=False,
            dragmode=False,
            barmode="overlay",
            paper_bgcolor=palette.CARD,
            plot_bgcolor=palette.CARD,
            font={"family": FONT, "size": 13, "color": palette.INK},
            hoverlabel={"bgcolor": palette.CARD, "font": {"color": palette.INK}, "align": "left"},
            **layout,
        ),
    )


def margin_for(labels: list[str], *, least: int = 90, most: int = 240, size: int = 13) -> int:
    """Pixels that the longest label needs beside the drawing, at ``size`` px."""
    return min(most, max([least, *(round(0.555 * size * len(x)) + 14 for x in labels)]))


def plain(text: str) -> str:
    """Text that Plotly shows letter for letter (it reads some HTML)."""
    return escape(text, quote=False)


def wrap(text: str, width: int) -> str:
    """Text broken into lines of at most ``width`` characters."""
    lines = textwrap.wrap(text, width, break_long_words=False) or [""]
    return "<br>".join(plain(line) for line in lines)


def note(text: str, **place: Any) -> dict[str, Any]:
    """A line of text beside the drawing, without arrow."""
    return {"text": text, "showarrow": False} | place
