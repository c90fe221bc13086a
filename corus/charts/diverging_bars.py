"""Diverging bars: for each item of a dimension, how every group's answers divide.

Groups stand side by side under the sentence they answered. Cells under the full threshold are
told in words: nothing is drawn that the Profile withholds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from corus.charts import palette
from corus.charts.drawing import BOLD, HATCHING, QUIET, SOFT, figure, margin_for, note, plain, wrap
from corus.charts.phrases import DIVIDED, REVERSED, cell_told
from corus.charts.segments import segments
from corus.charts.view import View
from corus.domain.profile import ItemCell, Profile

ROW = 33
"""Room for two short lines beside a bar."""
SENTENCE = 84
"""Characters on one line of a heading: more would be cut in the narrowest window drawn for."""
PRINTED_FROM = 0.07
"""Narrower segments carry no number: it would not fit."""


@dataclass(frozen=True)
class Row:
    """One line of the figure, ``y`` rows from the top: a sentence, or a group's cell."""

    y: float
    item: str
    cell: ItemCell | None = None


def diverging_bars(profile: Profile, language: str, dimension: str) -> go.Figure:
    """One dimension: its items as headings, one bar per group, opt-outs in a column at right."""
    view = View(profile, language)
    rows = _rows(view, dimension)
    cells = [(row.y, row.cell) for row in rows if row.cell is not None]
    traces = [*_bars(view, cells), _told(view, cells), _masked(cells), *_opt_outs(view, cells)]
    size = rows[-1].y + 1 if rows else 1
    labels = [_row_label(view, cell) for _, cell in cells]
    left = margin_for(labels)
    beside = [line for _, cell in cells for line in opt_outs(view, cell)]
    return figure(
        traces,
        height=round(50 + ROW * size),
        margin={"l": left, "r": margin_for(beside, least=10, size=11), "t": 10, "b": 30},
        annotations=[_heading(view, row, left) for row in rows if row.cell is None],
        shapes=[_centre()],
        xaxis=QUIET
        | {
            "domain": [0, 0.86],
            "range": [-1.05, 1.05],
            "tickvals": [-1, -0.5, 0, 0.5, 1],
            "ticktext": [view.words.percent(abs(v)) for v in (-1, -0.5, 0, 0.5, 1)],
            "tickfont": SOFT,
        },
        xaxis2=QUIET | {"domain": [0.88, 1], "range": [0, 1], "showticklabels": False},
        yaxis=QUIET
        | {
            "range": [size, -0.6],
            "tickvals": [y for y, _ in cells],
            "ticktext": labels,
        },
    )


def _rows(view: View, dimension: str) -> list[Row]:
    rows: list[Row] = []
    y = 0.0
    for item in view.dimension_items(dimension):
        rows.append(Row(y, item.code))
        for cell in view.item_cells(item.code):
            y += 1
            rows.append(Row(y, item.code, cell))
        y += 1.4
    return rows


def _row_label(view: View, cell: ItemCell) -> str:
    n = view.words("n = {n}", n=view.words.number(cell.n)) if cell.n is not None else ""
    easy = view.words("easy to read") if view.is_easy(cell) else ""
    divided = DIVIDED if cell.divided else ""
    told = (view.group(cell.group), divided, easy, n)
    return plain(" · ".join(part for part in told if part).replace(f" · {DIVIDED}", f" {DIVIDED}"))


def _heading(view: View, row: Row, left: int) -> dict[str, Any]:
    item = view.item(row.item)
    mark = f"  {REVERSED}" if item.direction == "reversed" else ""
    text = wrap(view.say(item.text), SENTENCE) + mark
    place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": -left, "align": "left",
             "yanchor": "bottom", "yshift": -9}  # fmt: skip
    return note(text, **place, y=row.y, font=BOLD)


def _centre() -> dict[str, Any]:
    line = {"color": palette.HATCH, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper",
            "layer": "below", "line": line}  # fmt: skip


def _bars(view: View, cells: list[tuple[float, ItemCell]]) -> list[go.Bar]:
    """One trace per colour: a hundred traces would be slow to draw."""
    drawn: defaultdict[str, list[tuple[float, Any, ItemCell]]] = defaultdict(list)
    for y, cell in cells:
        for segment in segments(view, cell):
            if segment.share > 0:
                drawn[segment.colour].append((y, segment, cell))
    say = view.words
    return [
        go.Bar(
            orientation="h",
            y=[y for y, _, _ in parts],
            base=[s.start for _, s, _ in parts],
            x=[s.share for _, s, _ in parts],
            width=0.7,
            marker={"color": colour, "line": {"color": palette.CARD, "width": 1}},
            text=[
                say.number(100 * s.share) if s.share >= PRINTED_FROM else "" for _, s, _ in parts
            ],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": palette.text_on(colour), "size": 12},
            hovertext=[f"{plain(s.label)} · {say.percent(s.share)}" for _, s, _ in parts],
            hoverinfo="text",
            customdata=[_lead(cell) for _, _, cell in parts],
        )
        for colour, parts in drawn.items()
    ]


def _printed(view: View, share: float) -> str:
    return view.words.number(100 * share) if share >= PRINTED_FROM else ""


def _lead(cell: ItemCell) -> str:
    return f"#i-{cell.item}-{cell.group}"


def _told(view: View, cells: list[tuple[float, ItemCell]]) -> go.Scatter:
    told = [(y, cell_told(view, cell)) for y, cell in cells]
    told = [(y, text) for y, text in told if text]
    return go.Scatter(
        x=[0] * len(told),
        y=[y for y, _ in told],
        mode="text",
        # One line per side: both on one would be cut where the window is narrow.
        text=[plain(text).replace(" · ", "<br>") for _, text in told],
        textfont={"size": 11, "color": palette.INK},
        hoverinfo="skip",
    )


def _masked(cells: list[tuple[float, ItemCell]]) -> go.Bar:
    hidden = [y for y, cell in cells if cell.show == "masked"]
    return go.Bar(
        orientation="h",
        y=hidden,
        base=[-0.5] * len(hidden),
        x=[1] * len(hidden),
        width=0.7,
        marker=HATCHING,
        hoverinfo="skip",
    )


def _opt_outs(view: View, cells: list[tuple[float, ItemCell]]) -> list[Any]:
    """Don't know as a grey bar apart from the opinions, with both rates in words.

    Words follow their bar into the margin at right, which has room for the longest.
    """
    known = [(y, cell) for y, cell in cells if cell.dont_know_share is not None]
    bar = go.Bar(
        orientation="h",
        xaxis="x2",
        y=[y for y, _ in known],
        x=[cell.dont_know_share for _, cell in known],
        width=0.5,
        marker={"color": palette.DONT_KNOW},
        hoverinfo="skip",
    )
    words = go.Scatter(
        xaxis="x2",
        x=[(cell.dont_know_share or 0) + 0.04 for _, cell in known],
        y=[y for y, _ in known],
        mode="text",
        textposition="middle right",
        text=["<br>".join(opt_outs(view, cell)) for _, cell in known],
        textfont=SOFT,
        cliponaxis=False,
        hoverinfo="skip",
    )
    return [bar, words]


def opt_outs(view: View, cell: ItemCell) -> list[str]:
    """``6 % don't know``, ``2 % not concerned``, in lines; not concerned is left out at zero."""
    say = view.words
    if cell.dont_know_share is None:
        return []
    told = [say("{share} don’t know", share=say.percent(cell.dont_know_share))]
    if cell.not_concerned_share:
        told.append(say("{share} not concerned", share=say.percent(cell.not_concerned_share)))
    return told
