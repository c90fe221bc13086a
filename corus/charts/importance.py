"""What matters beside what is perceived: one panel per group, each dimension a numbered dot.

Weighs nothing and ranks nothing: both axes stand side by side, with their intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from corus.charts import palette, phrases
from corus.charts.drawing import BOLD, QUIET, SOFT, figure, note, plain, wrap
from corus.charts.view import View
from corus.domain.importance import Beside, Importance
from corus.domain.profile import Profile

PANEL, BETWEEN, TOP, BOTTOM = 300, 96, 52, 44
"""Pixels: a panel, the space between two rows of them, above the first, below the last."""
COLUMNS = 2
GUTTER = 0.12
"""Between two panels side by side, as a part of the width."""


@dataclass(frozen=True)
class ImportanceRow:
    """One dimension: who named it, how it is perceived, where that lies."""

    number: str
    dimension: str
    href: str
    named: str
    named_interval: str
    score: str
    score_interval: str
    place: str


@dataclass(frozen=True)
class ImportanceTable:
    """One group and one question; ``masked`` stands for rows that may not be shown."""

    group: str
    question: str
    n: str
    lines: str
    rows: tuple[ImportanceRow, ...]
    left_out: str
    masked: str


def drawn(profile: Profile) -> list[Importance]:
    """The panels: groups in which at least one dimension has both."""
    return [one for one in profile.importance if one.placed]


def importance(profile: Profile, language: str) -> go.Figure:
    """x: persons in 100 who named the dimension; y: its score; dotted lines where stated."""
    view = View(profile, language)
    panels = drawn(profile)
    rows = max(1, -(-len(panels) // COLUMNS))
    inner = PANEL * rows + BETWEEN * (rows - 1)
    traces: list[Any] = []
    layout: dict[str, Any] = {}
    shapes: list[dict[str, Any]] = []
    titles: list[dict[str, Any]] = []
    for index, one in enumerate(panels):
        axis = "" if index == 0 else str(index + 1)
        layout |= _axes(view, axis, *_domains(index, inner))
        shapes += _lines(one, axis)
        titles += [_title(view, one, axis)]
        traces += [_crosses(one, axis), _dots(view, one, axis)]
    return figure(
        traces,
        height=TOP + inner + BOTTOM,
        margin={"l": 56, "r": 16, "t": TOP, "b": BOTTOM},
        shapes=shapes,
        annotations=titles,
        **layout,
    )


def _domains(index: int, inner: int) -> tuple[list[float], list[float]]:
    row, column = divmod(index, COLUMNS)
    width = (1 - GUTTER) / COLUMNS
    left = column * (width + GUTTER)
    top = 1 - row * (PANEL + BETWEEN) / inner
    return [left, left + width], [max(0.0, top - PANEL / inner), top]


def _axes(view: View, axis: str, x: list[float], y: list[float]) -> dict[str, Any]:
    say = view.words
    shared = QUIET | {
        "tickvals": [0, 25, 50, 75, 100],
        "tickfont": SOFT,
        "range": [-4, 104],
        "showline": True,
        "mirror": True,
        "linecolor": palette.LINE,
    }
    titles = say("Named as important, in %"), say("Perception score, 0 to 100")
    across, up = ({"title": {"text": plain(t), "font": SOFT, "standoff": 6}} for t in titles)
    return {
        f"xaxis{axis}": shared | across | {"domain": x, "anchor": f"y{axis}"},
        f"yaxis{axis}": shared | up | {"domain": y, "anchor": f"x{axis}"},
    }


def _title(view: View, one: Importance, axis: str) -> dict[str, Any]:
    place = {"xref": f"x{axis} domain", "yref": f"y{axis} domain", "x": 0, "y": 1}
    return note(
        wrap(view.group(one.group), 38), **place, xanchor="left", yanchor="bottom", yshift=6,
        font=BOLD,
    )  # fmt: skip


def _lines(one: Importance, axis: str) -> list[dict[str, Any]]:
    line = {"color": palette.SOFT_INK, "width": 1, "dash": "dot"}
    named = one.named_line or 0.0
    common = {"type": "line", "layer": "below", "line": line}
    return [
        common | {"xref": f"x{axis}", "yref": f"y{axis} domain", "x0": named, "x1": named,
                  "y0": 0, "y1": 1},
        common | {"xref": f"x{axis} domain", "yref": f"y{axis}", "x0": 0, "x1": 1,
                  "y0": one.score_line, "y1": one.score_line},
    ]  # fmt: skip


def _crosses(one: Importance, axis: str) -> go.Scatter:
    """Both intervals of every dot, as thin lines."""
    x: list[float | None] = []
    y: list[float | None] = []
    for dot in one.placed:
        x += [dot.low, dot.high, None]
        y += [dot.score, dot.score, None]
        if dot.score_low is not None and dot.score_high is not None:
            x += [dot.named, dot.named, None]
            y += [dot.score_low, dot.score_high, None]
    return go.Scatter(
        x=x, y=y, mode="lines", hoverinfo="skip", xaxis=f"x{axis}", yaxis=f"y{axis}",
        line={"color": palette.HATCH, "width": 1.5},
    )  # fmt: skip


def _dots(view: View, one: Importance, axis: str) -> go.Scatter:
    """Filled where the place is clear, hollow where an interval includes a line."""
    fill = [palette.ACCENT if dot.decided else palette.CARD for dot in one.placed]
    return go.Scatter(
        x=[dot.named for dot in one.placed],
        y=[dot.score for dot in one.placed],
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
        mode="markers+text",
        text=[number(view, dot) for dot in one.placed],
        textfont={
            "size": 11,
            "weight": 700,
            "color": [palette.CARD if dot.decided else palette.ACCENT for dot in one.placed],
        },
        marker={"size": 19, "color": fill, "line": {"color": palette.ACCENT, "width": 1.5}},
        hovertext=[plain(_told(view, dot)) for dot in one.placed],
        hoverinfo="text",
        customdata=[f"#d-{dot.dimension}-{one.group}" for dot in one.placed],
        cliponaxis=False,
    )


def number(view: View, dot: Beside) -> str:
    """The place of a dimension in the instrument, which stands for its name in the figure."""
    return str(list(view.dimensions).index(dot.dimension) + 1)


def key(view: View) -> tuple[tuple[str, str], ...]:
    """What the numbers of the figure stand for."""
    return tuple((str(n), view.short(code)) for n, code in enumerate(view.dimensions, 1))


def _told(view: View, dot: Beside) -> str:
    say = view.words
    return say(
        "{dimension}: named by {named}; score {score}. {place}.",
        dimension=view.short(dot.dimension), named=say.percent(dot.named / 100),
        score=say.number(dot.score, 1), place=say(dot.sentence),
    )  # fmt: skip


def tables(view: View) -> list[ImportanceTable]:
    """One table per question and group, masked ones said."""
    return [_table(view, one) for one in view.profile.importance]


def _table(view: View, one: Importance) -> ImportanceTable:
    say = view.words
    persons = one.placed[0].n if one.placed else None
    return ImportanceTable(
        view.group(one.group),
        view.wording(one.item, one.group),
        say("n = {n}", n=say.number(persons)) if persons else "",
        _where(view, one),
        tuple(_row(view, one, dot) for dot in one.placed),
        say("; ").join(map(view.short, one.left_out)),
        _masked(view, one),
    )


def _masked(view: View, one: Importance) -> str:
    if one.show == "full":
        return "" if one.placed else view.words("no dimension has both a share and a score")
    if one.show == "masked":
        return phrases.masked(view, one.reason)
    return view.words("bands only: too few answers to place anything")


def _where(view: View, one: Importance) -> str:
    if one.named_line is None or not one.placed:
        return ""
    return view.words(
        "Lines at {score} for scores, the middle of the scale, and at {named} for importance, "
        "what each topic would get if none stood out.",
        score=view.words.number(one.score_line),
        named=view.words.percent(one.named_line / 100),
    )


def _row(view: View, one: Importance, dot: Beside) -> ImportanceRow:
    say = view.words
    low, high = say.percent(dot.low / 100), say.percent(dot.high / 100)
    cell = view.score(dot.dimension, one.group)
    return ImportanceRow(
        number(view, dot),
        view.short(dot.dimension),
        f"#d-{dot.dimension}-{one.group}",
        say.percent(dot.named / 100),
        say("{low} to {high}", low=low, high=high),
        phrases.score_mark(view, cell),
        phrases.span(view, dot.score_low, dot.score_high) or say("unanimous"),
        say(dot.sentence),
    )
