"""The tables of perceptions, row by row: scores and items, with the exact wording and every n.

Knows no HTML: rows of text that a template lays out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corus.charts import palette, phrases
from corus.charts.heat_map import cell_anchor
from corus.charts.segments import segments
from corus.charts.view import View
from corus.domain.profile import DimensionCell, ItemCell

BAR = 240
"""Width of a drawn bar, in its own units; the middle stands for neutral."""
SPAN = 160
"""Width of the line from 0 to 100 on which a score is drawn."""


@dataclass(frozen=True)
class HeatCell:
    """One case of the heat table: its text, its colour class, where it leads."""

    mark: str
    style: str
    href: str
    told: str
    divided: bool


@dataclass(frozen=True)
class HeatRow:
    """One group of the heat table."""

    group: str
    received: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Drawn:
    """A score as a dot on a line of ``SPAN`` units; hollow where it is rounded to 5."""

    at: str
    low: str | None
    high: str | None
    exact: bool


@dataclass(frozen=True)
class ScoreRow:
    """The score of one group on one dimension, with what bounds it."""

    anchor: str
    group: str
    mark: str
    style: str
    n: str
    interval: str
    divided: bool
    drawn: Drawn | None


@dataclass(frozen=True)
class Rect:
    """One coloured part of a drawn bar."""

    x: str
    width: str
    colour: str


@dataclass(frozen=True)
class ItemRow:
    """One item as one group answered it."""

    anchor: str
    group: str
    wordings: tuple[str, ...]
    note: str
    masked: str
    told: str
    n: str
    bar: tuple[Rect, ...]
    favourable: str
    favourable_interval: str
    mixed: str
    unfavourable: str
    dont_know: str
    not_concerned: str
    skipped: str
    counts: str
    divided: bool


@dataclass(frozen=True)
class ItemBlock:
    """One item: the sentence, how it reads, and a row per group."""

    code: str
    text: str
    criterion: str
    reversed: bool
    points: str
    rows: tuple[ItemRow, ...]


def heat(view: View) -> list[HeatRow]:
    """One row per group, one case per dimension of the instrument."""
    return [
        HeatRow(
            view.group(group),
            phrases.received(view, view.coverage.get(group)),
            tuple(_heat_cell(view, view.score(d, group)) for d in view.dimensions),
        )
        for group in view.profile.groups
    ]


def _heat_cell(view: View, cell: DimensionCell) -> HeatCell:
    return HeatCell(
        phrases.score_mark(view, cell),
        _style(cell),
        cell_anchor(cell),
        phrases.score_sentence(view, cell),
        cell.divided,
    )


def _style(cell: DimensionCell) -> str:
    if cell.show == "masked":
        return "masked"
    if cell.score is None:
        return "bare"
    return f"score h{palette.heat_step(cell.score)}"


def scores(view: View, dimension: str) -> list[ScoreRow]:
    """Groups asked about a dimension, with n and interval."""
    cells = (view.score(dimension, group) for group in view.profile.groups)
    return [
        ScoreRow(
            f"d-{dimension}-{cell.group}",
            view.group(cell.group),
            phrases.score_mark(view, cell),
            _style(cell),
            phrases.number_of(view, cell),
            _precision(view, cell),
            cell.divided,
            _drawn(cell),
        )
        for cell in cells
        if cell.show != "not_asked"
    ]


def _drawn(cell: DimensionCell) -> Drawn | None:
    if cell.show not in ("full", "banded") or cell.score is None:
        return None
    full = cell.show == "full" and cell.low is not None and cell.high is not None
    low, high = (_place(cell.low), _place(cell.high)) if full else (None, None)
    return Drawn(_place(cell.score) or "", low, high, cell.show == "full")


def _place(score: float | None) -> str | None:
    return None if score is None else f"{SPAN * score / 100:.1f}"


def _precision(view: View, cell: DimensionCell) -> str:
    """Interval of a score, and how it was rounded to protect other answers."""
    if cell.show != "full":
        return ""
    told = (phrases.score_range(view, cell), phrases.rounding(view, cell))
    return " · ".join(filter(None, told))


def items(view: View, dimension: str) -> list[ItemBlock]:
    """Items of a dimension with their cells, in the instrument's order."""
    return [_block(view, item.code) for item in view.dimension_items(dimension)]


def _block(view: View, code: str) -> ItemBlock:
    item = view.item(code)
    cells = view.item_cells(code)
    scale = view.scale(cells[0]) if cells else None
    ends = [view.say(scale.points[i].label) for i in (0, -1)] if scale else []
    points = view.words("from “{first}” to “{last}”", first=ends[0], last=ends[1]) if ends else ""
    return ItemBlock(
        code,
        view.say(item.text),
        view.topic(code),
        item.direction == "reversed",
        points,
        tuple(_item_rows(view, cells)),
    )


def _item_rows(view: View, cells: list[ItemCell]) -> Iterator[ItemRow]:
    seen: set[str] = set()
    for cell in cells:
        anchor = f"i-{cell.item}-{cell.group}"
        yield _item_row(view, cell, "" if anchor in seen else anchor)
        seen.add(anchor)


def _item_row(view: View, cell: ItemCell, anchor: str) -> ItemRow:
    say = view.words
    own = tuple(w for w in view.wordings(cell) if w != view.say(view.item(cell.item).text))
    masked = cell.show == "masked"
    return ItemRow(
        anchor=anchor,
        group=view.group(cell.group),
        wordings=own,
        note=_note(view, cell),
        masked=phrases.masked(view, cell.reason) if masked else "",
        told=phrases.cell_told(view, cell) if cell.show == "majority" else "",
        n=phrases.number_of(view, cell),
        bar=_bar(view, cell),
        favourable=phrases.share(view, cell.favourable),
        favourable_interval=phrases.share_interval(view, cell.favourable),
        mixed=phrases.share(view, cell.mixed),
        unfavourable=phrases.share(view, cell.unfavourable),
        dont_know=_rate(view, cell.dont_know_share),
        not_concerned=_rate(view, cell.not_concerned_share),
        skipped=_rate(view, cell.skipped_share),
        counts="" if cell.merged else " · ".join(say.number(c) for c in cell.counts),
        divided=cell.divided,
    )


def _note(view: View, cell: ItemCell) -> str:
    say = view.words
    aside = cell.item in view.self_and_others and view.speaks_of_self(cell)
    parts = (
        say("easy-to-read answers merged: favourable, mixed, unfavourable only")
        if cell.merged
        else "",
        say("easy to read") if view.is_easy(cell) else "",
        say("self / others") if aside else "",
    )
    return " · ".join(filter(None, parts))


def _bar(view: View, cell: ItemCell) -> tuple[Rect, ...]:
    half = BAR / 2
    return tuple(
        Rect(f"{half + half * s.start:.1f}", f"{half * s.share:.1f}", s.colour)
        for s in segments(view, cell)
        if s.share > 0
    )


def _rate(view: View, value: float | None) -> str:
    return view.words("withheld") if value is None else view.words.percent(value)
