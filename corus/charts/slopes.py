"""Slopes: each group's scores in an earlier wave and in this one, a panel per group.

Draws only what compares. A thick line is a change that its interval tells from none; whoever
answered may be other persons, which the page says beside the figure.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from corus.charts import palette
from corus.charts.drawing import BOLD, QUIET, SOFT, figure, note, plain, wrap
from corus.charts.phrases import points, signed
from corus.charts.view import View
from corus.domain.changes import GroupSince, Since
from corus.domain.profile import Profile

PANEL, BETWEEN, TOP, BOTTOM = 250, 78, 66, 16
"""Pixels: a panel, the space between two rows of them, above the first, below the last."""
COLUMNS = 2
APART = 7.2
"""Points of the axis that two labels keep between them, which is one line of text."""
ENDS = (-0.3, 2.7)
"""The earlier wave stands at 0, this one at 1; the rest is room for labels."""


def anchor(cell: GroupSince) -> str:
    """Where a line leads: its row in the table."""
    return f"w-{cell.dimension}-{cell.group}"


def panels(since: Since | None) -> dict[str, list[GroupSince]]:
    """Group → what compares of it."""
    found: dict[str, list[GroupSince]] = {}
    for cell in since.compared if since else ():
        found.setdefault(cell.group, []).append(cell)
    return found


def slopes(profile: Profile, language: str) -> go.Figure:
    """Both waves side by side on 0–100; at right the dimension, its score and the change."""
    view, since = View(profile, language), profile.since
    by_group = panels(since)
    rows = max(1, -(-len(by_group) // COLUMNS))
    inner = PANEL * rows + BETWEEN * (rows - 1)
    traces: list[Any] = []
    layout: dict[str, Any] = {}
    titles: list[dict[str, Any]] = []
    for index, (group, cells) in enumerate(by_group.items()):
        axis = _names(index + 1)[-1]
        layout |= _axes(view, axis, *_domains(index, inner))
        titles.append(_title(view, group, axis))
        traces += [_lines(cells, axis, sure) for sure in (False, True)]
        traces += [_before(view, cells, axis), _after(view, cells, axis)]
    return figure(
        traces,
        height=TOP + inner + BOTTOM,
        margin={"l": 10, "r": 10, "t": TOP, "b": BOTTOM},
        annotations=titles,
        shapes=[_wave(axis, x) for axis in _names(len(by_group)) for x in (0, 1)],
        hoverdistance=30,
        **layout,
    )


def _names(panels: int) -> list[str]:
    return ["" if index == 0 else str(index + 1) for index in range(panels)]


def _wave(axis: str, x: int) -> dict[str, Any]:
    """One wave: the scale from 0 to 100."""
    line = {"color": palette.LINE, "width": 1}
    return {"type": "line", "xref": f"x{axis}", "yref": f"y{axis}", "x0": x, "x1": x, "y0": 0,
            "y1": 100, "layer": "below", "line": line}  # fmt: skip


def _domains(index: int, inner: int) -> tuple[list[float], list[float]]:
    row, column = divmod(index, COLUMNS)
    width = 0.48
    left = column * (1 - width)
    top = 1 - row * (PANEL + BETWEEN) / inner
    return [left, left + width], [max(0.0, top - PANEL / inner), top]


def _axes(view: View, axis: str, x: list[float], y: list[float]) -> dict[str, Any]:
    since = view.profile.since
    names = [since.title if since else "", view.profile.wave_title]
    across = {
        "range": list(ENDS), "tickvals": [0, 1], "ticktext": [wrap(n, 16) for n in names],
        "tickfont": SOFT, "side": "top", "domain": x, "anchor": f"y{axis}",
    }  # fmt: skip
    up = {"range": [-4, 104], "showticklabels": False, "domain": y, "anchor": f"x{axis}"}
    return {f"xaxis{axis}": QUIET | across, f"yaxis{axis}": QUIET | up}


def _title(view: View, group: str, axis: str) -> dict[str, Any]:
    place = {"xref": f"x{axis} domain", "yref": f"y{axis} domain", "x": 0, "y": 1}
    return note(
        wrap(view.group(group), 44), **place, xanchor="left", yanchor="bottom", yshift=34,
        font=BOLD,
    )  # fmt: skip


def _lines(cells: list[GroupSince], axis: str, sure: bool) -> go.Scatter:
    """Changes that the interval tells from none, or the others: one trace each."""
    x: list[float | None] = []
    y: list[float | None] = []
    for cell in cells:
        if cell.sure is sure:
            x += [0, 1, None]
            y += [cell.first, cell.second, None]
    line = {"color": palette.ACCENT if sure else palette.DONT_KNOW, "width": 3 if sure else 1.5}
    marker = {"size": 8, "color": palette.ACCENT if sure else palette.SOFT_INK}
    return go.Scatter(
        x=x, y=y, mode="lines+markers", line=line, marker=marker, hoverinfo="skip",
        xaxis=f"x{axis}", yaxis=f"y{axis}",
    )  # fmt: skip


def _before(view: View, cells: list[GroupSince], axis: str) -> go.Scatter:
    values = [cell.first or 0.0 for cell in cells]
    return _labels(view, cells, axis, values, -0.06, "middle left",
                   [points(view, value) for value in values])  # fmt: skip


def _after(view: View, cells: list[GroupSince], axis: str) -> go.Scatter:
    texts = [
        f"{points(view, cell.second or 0)} ({signed(view, cell.value or 0)})  "
        f"{view.short(cell.dimension)}"
        for cell in cells
    ]
    values = [cell.second or 0.0 for cell in cells]
    return _labels(view, cells, axis, values, 1.06, "middle right", texts)


def _labels(
    view: View, cells: list[GroupSince], axis: str, values: list[float], x: float, side: str,
    texts: list[str],
) -> go.Scatter:  # fmt: skip
    return go.Scatter(
        x=[x] * len(cells),
        y=spread(values),
        mode="text",
        text=[plain(text) for text in texts],
        textposition=side,
        textfont={
            "size": 12,
            "color": [palette.INK if cell.sure else palette.SOFT_INK for cell in cells],
            "weight": [700 if cell.sure else 400 for cell in cells],
        },
        cliponaxis=False,
        hovertext=[plain(sentence(view, cell)) for cell in cells],
        hoverinfo="text",
        customdata=[f"#{anchor(cell)}" for cell in cells],
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
    )


def sentence(view: View, cell: GroupSince) -> str:
    """One change told in full: where, from what to what, its interval, what it allows to say."""
    place = f"{view.dimension(cell.dimension)} · {view.group(cell.group)}"
    told = view.words(cell.told, **cell.names)
    if cell.first is None or cell.second is None or cell.value is None:
        return f"{place} · {told}"
    from_to = f"{points(view, cell.first)} → {points(view, cell.second)}"
    parts = [place, f"{from_to} ({signed(view, cell.value)})", told]
    return " · ".join(parts)


def spread(values: list[float], apart: float = APART) -> list[float]:
    """Places for labels as near their values as may be, in the same order, none on another.

    They stay within 0–100 as long as there is room for all of them.
    """
    order = sorted(range(len(values)), key=lambda place: (values[place], place))
    clusters: list[list[int]] = [[place] for place in order]
    index = 0
    while index + 1 < len(clusters):
        low, high = (_places(values, clusters[i], apart) for i in (index, index + 1))
        if high[0] - low[-1] < apart - 1e-9:
            clusters[index : index + 2] = [clusters[index] + clusters[index + 1]]
            index = max(0, index - 1)
        else:
            index += 1
    found = [0.0] * len(values)
    for cluster in clusters:
        for place, y in zip(cluster, _places(values, cluster, apart), strict=True):
            found[place] = y
    return found


def _places(values: list[float], cluster: list[int], apart: float) -> list[float]:
    """A run of labels ``apart`` from one another, centred on its values and inside 0–100."""
    half = apart * (len(cluster) - 1) / 2
    middle = sum(values[place] for place in cluster) / len(cluster)
    middle = max(half, min(100 - half, middle)) if half <= 50 else 50.0
    return [middle - half + apart * step for step in range(len(cluster))]
