"""How one item cell divides into coloured segments around the neutral middle.

Serves the Plotly figure and the drawing made on the server, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from corus.charts.palette import point_colours
from corus.charts.view import View
from corus.domain.profile import ItemCell
from corus.domain.scale import Scale


@dataclass(frozen=True)
class Segment:
    """One part of a bar: ``start`` and ``share`` are in [-1, 1] and [0, 1] of valid answers."""

    label: str
    share: float
    colour: str
    start: float


def segments(view: View, cell: ItemCell) -> list[Segment]:
    """Segments from unfavourable (left) to favourable (right), the neutral centred on zero.

    Empty when the disclosure rule withholds the distribution: nothing is drawn then.
    """
    if cell.show != "full" or not cell.n:
        return []
    scale = view.scale(cell)
    if cell.counts and not cell.merged and scale is not None:
        parts, middle = _by_point(view, cell, scale, cell.n), _middle(scale)
    else:
        parts, middle = _by_third(view, cell), (1, 2)
    left = sum(share for _, share, _ in parts[: middle[0]])
    neutral = sum(share for _, share, _ in parts[middle[0] : middle[1]])
    position = -left - neutral / 2
    drawn = []
    for label, share, colour in parts:
        drawn.append(Segment(label, share, colour, position))
        position += share
    return drawn


Part = tuple[str, float, str]
"""(label, share, colour)."""


def _by_point(view: View, cell: ItemCell, scale: Scale, n: int) -> list[Part]:
    low, middle, high = scale.thirds()
    labels = [view.say(point.label) for point in scale.points]
    shares = [count / n for count in cell.counts]
    if view.item(cell.item).direction == "reversed":
        labels.reverse()
        shares.reverse()
    return list(zip(labels, shares, point_colours(len(low), len(middle), len(high)), strict=True))


def _by_third(view: View, cell: ItemCell) -> list[Part]:
    """Merged scales have no common points: favourable, mixed and unfavourable only."""
    say = view.words
    thirds = (cell.unfavourable, cell.mixed, cell.favourable)
    names = (say("Unfavourable share"), say("Mixed share"), say("Favourable share"))
    shares = [part.value if part and part.value is not None else 0.0 for part in thirds]
    return list(zip(names, shares, point_colours(1, 1, 1), strict=True))


def _middle(scale: Scale) -> tuple[int, int]:
    """First and last index of the neutral segments, once ordered from unfavourable."""
    low, middle, _ = scale.thirds()
    return len(low), len(low) + len(middle)
