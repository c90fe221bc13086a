"""The page's tables, row by row: every figure has one, with the exact wording and every n.

Knows no HTML: rows of text that a template lays out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from corus.charts import palette, phrases
from corus.charts.coverage import told as coverage_told
from corus.charts.gaps import widest
from corus.charts.heat_map import cell_anchor
from corus.charts.segments import segments
from corus.charts.view import View
from corus.domain.profile import ChoiceCell, Coverage, DimensionCell, Gap, ItemCell

BAR = 240
"""Width of a drawn bar, in its own units; the middle stands for neutral."""

MODES = {
    "self": "on their own",
    "assisted": "with help",
    "paper": "on paper",
    "interview": "in an interview",
    "unknown": "mode unknown",
}
"""How answers were given, as coverage says it."""


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
class ScoreRow:
    """The score of one group on one dimension, with what bounds it."""

    anchor: str
    group: str
    mark: str
    style: str
    n: str
    interval: str
    divided: bool


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


@dataclass(frozen=True)
class GapRow:
    """Two groups and what separates them."""

    topic: str
    kind: str
    href: str
    first: str
    second: str
    gap: str
    interval: str
    flagged: bool


@dataclass(frozen=True)
class CoverageRow:
    """Who was reached in one group."""

    group: str
    population: str
    invited: str
    received: str
    complete: str
    rate: str
    modes: str
    masked: bool


@dataclass(frozen=True)
class ChoiceTable:
    """One choice question: options in rows, groups in columns."""

    text: str
    importance: bool
    groups: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class TextRow:
    """One open question: how many answered, by group."""

    text: str
    unexpected: bool
    counts: tuple[tuple[str, str], ...]


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
        )
        for cell in cells
        if cell.show != "not_asked"
    ]


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
        counts="" if cell.merged else " · ".join(say.number(c) for c in cell.counts),
        divided=cell.divided,
    )


def _note(view: View, cell: ItemCell) -> str:
    if cell.merged:
        return view.words("easy-to-read answers merged: favourable, mixed, unfavourable only")
    return view.words("easy to read") if view.is_easy(cell) else ""


def _bar(view: View, cell: ItemCell) -> tuple[Rect, ...]:
    half = BAR / 2
    return tuple(
        Rect(f"{half + half * s.start:.1f}", f"{half * s.share:.1f}", s.colour)
        for s in segments(view, cell)
        if s.share > 0
    )


def gap_rows(view: View) -> list[GapRow]:
    """The gaps drawn, then every other flagged one."""
    drawn = widest(view.profile)
    others = [gap for gap in view.profile.gaps if gap.flagged and gap not in drawn]
    return [_gap_row(view, gap) for gap in [*drawn, *others]]


def _gap_row(view: View, gap: Gap) -> GapRow:
    first, second = phrases.gap_values(view, gap)
    kind = "favourable answers" if gap.kind == "item" else "score"
    return GapRow(
        phrases.gap_topic(view, gap),
        view.words(kind),
        f"#{gap.kind[0]}-{gap.code}",
        _end(view, gap.first, first, gap.first_n),
        _end(view, gap.second, second, gap.second_n),
        phrases.points(view, gap.gap),
        phrases.span(view, gap.low, gap.high),
        gap.flagged,
    )


def _end(view: View, group: str, value: str, n: int) -> str:
    told = view.words("n = {n}", n=view.words.number(n))
    return f"{view.group(group)} · {value} ({told})"


def coverage_rows(view: View) -> list[CoverageRow]:
    """One row per group, rates only where the population is known."""
    return [_coverage_row(view, row) for row in view.profile.coverage]


def _coverage_row(view: View, row: Coverage) -> CoverageRow:
    say = view.words
    rate = say.percent(row.rate) if row.rate is not None else say(_no_rate(row))
    return CoverageRow(
        view.group(row.group),
        _number(view, row.population) or say("unknown"),
        _number(view, row.invited) or say("not given"),
        _number(view, row.received) or phrases.received(view, row),
        _number(view, row.complete) or say("withheld"),
        rate,
        " · ".join(f"{say(MODES.get(m, m))} {_any(view, n)}" for m, n in row.by_mode.items()),
        phrases.is_masked(row),
    )


def _no_rate(row: Coverage) -> str:
    return "no rate" if row.population is None else "withheld"


def coverage_summary(view: View) -> str:
    """Coverage in one line per group, for those who do not see the figure."""
    rows = view.profile.coverage
    return ". ".join(f"{view.group(c.group)}: {coverage_told(view, c)}" for c in rows)


def choices(view: View) -> list[ChoiceTable]:
    """Choice questions, importance first."""
    cells: defaultdict[str, list[ChoiceCell]] = defaultdict(list)
    for cell in view.profile.choices:
        cells[cell.item].append(cell)
    order = sorted(cells, key=lambda code: view.item(code).purpose != "importance")
    return [_choice_table(view, code, cells[code]) for code in order]


def _choice_table(view: View, code: str, cells: list[ChoiceCell]) -> ChoiceTable:
    item = view.item(code)
    by_place = {(c.option, c.group): c for c in cells}
    groups = [g for g in view.profile.groups if any(c.group == g for c in cells)]
    rows = tuple(
        (
            view.say(option.label),
            tuple(_choice(view, by_place.get((option.code, group))) for group in groups),
        )
        for option in item.options
    )
    return ChoiceTable(
        view.say(item.text),
        item.purpose == "importance",
        tuple(_choice_head(view, group, cells) for group in groups),
        rows,
    )


def _choice_head(view: View, group: str, cells: list[ChoiceCell]) -> str:
    n = next((c.n for c in cells if c.group == group and c.n is not None), None)
    label = view.group(group)
    return f"{label} ({view.words('n = {n}', n=view.words.number(n))})" if n else label


def _choice(view: View, cell: ChoiceCell | None) -> str:
    if cell is None or cell.show == "not_asked":
        return phrases.NOT_ASKED
    if cell.show == "masked":
        return phrases.masked(view, cell.reason)
    return phrases.share(view, cell.share)


def text_rows(view: View) -> list[TextRow]:
    """Open questions with the number of persons who wrote something, by group."""
    by_item: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for cell in view.profile.texts:
        if cell.show == "not_asked":
            continue
        count = phrases.masked(view, cell.reason) if cell.n is None else _number(view, cell.n)
        by_item[cell.item].append((view.group(cell.group), count))
    rows = [
        TextRow(
            view.say(view.item(code).text),
            view.item(code).purpose == "unexpected_effect",
            tuple(counts),
        )
        for code, counts in by_item.items()
    ]
    return sorted(rows, key=lambda row: not row.unexpected)


def _number(view: View, value: int | None) -> str:
    return "" if value is None else view.words.number(value)


def _rate(view: View, value: float | None) -> str:
    return view.words("withheld") if value is None else view.words.percent(value)


def _any(view: View, value: int | str) -> str:
    return view.words(value) if isinstance(value, str) else view.words.number(value)
