"""What groups perceive, for print: heat map, dot plots, bars and gaps with their figures."""

from __future__ import annotations

from collections.abc import Iterator

from corus.charts import palette, phrases, side_tables, tables
from corus.charts.gaps import widest
from corus.charts.heat_map import cell_anchor
from corus.charts.segments import segments
from corus.charts.view import View
from corus.documents.profile_blocks import (
    Block,
    Cell,
    GapRow,
    Gaps,
    Heat,
    HeatCell,
    HeatRow,
    Item,
    ItemRow,
    Items,
    Paragraph,
    ScoreRow,
    Scores,
    Section,
    Segment,
)
from corus.domain.profile import DimensionCell, Gap, ItemCell

COLUMNS = 9
"""Dimensions side by side on a page; further ones follow in another table."""


def heat(view: View) -> Section:
    """Groups by dimensions, numbers printed, on the fixed scale."""
    say = view.words
    intro = say(
        "Perception score by dimension, from 0 to 100 (people’s answers, mean by group). Each "
        "cell leads to its items, its number of answers and its interval. There is no overall "
        "mean: the views are read side by side."
    )
    codes = tuple(view.dimensions)
    starts = range(0, len(codes), COLUMNS)
    blocks = (_heat(view, codes[start : start + COLUMNS]) for start in starts)
    title = say("What each stakeholder group perceives")
    return Section(title, (Paragraph(intro, soft=True), *blocks), "profile")


def _heat(view: View, dimensions: tuple[str, ...]) -> Heat:
    say = view.words
    return Heat(
        say("Perception scores by group and dimension"),
        say("Group"),
        tuple((view.short(code), f"d-{code}") for code in dimensions),
        tuple(
            HeatRow(
                view.group(group),
                phrases.received(view, view.coverage.get(group)),
                tuple(_heat_cell(view, view.score(code, group)) for code in dimensions),
            )
            for group in view.profile.groups
        ),
    )


def _heat_cell(view: View, cell: DimensionCell) -> HeatCell:
    mark, to = phrases.score_mark(view, cell), cell_anchor(cell).removeprefix("#")
    if cell.show == "masked" or cell.score is None:
        return HeatCell(mark, to, masked=cell.show == "masked", divided=_divided(cell))
    fill = palette.heat_colour(cell.score)
    return HeatCell(mark, to, fill, palette.text_on(fill), divided=_divided(cell))


def _divided(cell: DimensionCell) -> bool:
    return cell.divided and cell.show != "masked"


def dimensions(view: View) -> Iterator[Section]:
    """A heading for all, then one section per dimension that has anything to show."""
    say = view.words
    found = [_dimension(view, code) for code in view.dimensions]
    found = [section for section in found if section.blocks]
    if found:
        intro = [
            Paragraph(say("Each dimension: scores by group, then items and their answers.")),
            Paragraph(
                say(
                    "A filled dot is a score with its 95% interval; a hollow one is rounded, "
                    "without interval; hatching stands for what is masked, and lies everywhere "
                    "alike."
                ),
                soft=True,
            ),
        ]
        if view.self_and_others:
            intro.append(Paragraph(phrases.self_and_others(view), soft=True))
        yield Section(say("Item by item"), tuple(intro), "items")
        yield from found


def _dimension(view: View, code: str) -> Section:
    blocks = tuple(_dimension_blocks(view, code))
    shown = any(isinstance(block, (Scores, Items)) for block in blocks)
    return Section(view.dimension(code), blocks if shown else (), f"d-{code}", level=2)


def _dimension_blocks(view: View, code: str) -> Iterator[Block]:
    dimension = view.dimensions[code]
    if dimension.internal:
        yield Paragraph(
            view.words(
                "Internal working of the organization: read apart from its utility to others."
            ),
            soft=True,
        )
    if dimension.description:
        yield Paragraph(view.say(dimension.description), soft=True)
    if not view.part:
        yield from _scores(view, code)
    if blocks := tables.items(view, code):
        yield Items(_item_heads(view), tuple(_item(view, block) for block in blocks))


def _scores(view: View, code: str) -> Iterator[Scores]:
    say = view.words
    cells = [view.score(code, group) for group in view.profile.groups]
    cells = [cell for cell in cells if cell.show != "not_asked"]
    heads = (say("Group"), say("Score (0–100)"), "n", say("95% interval"), say("Where it lies"))
    rows = tables.scores(view, code)
    if rows:
        drawn = zip(rows, cells, strict=True)
        yield Scores(heads, tuple(_score_row(view, row, cell) for row, cell in drawn))


def _score_row(view: View, row: tables.ScoreRow, cell: DimensionCell) -> ScoreRow:
    place = cell.score if cell.show in ("full", "banded") else None
    exact = cell.show == "full" and not cell.unanimous
    return ScoreRow(
        row.anchor, row.group, row.mark, row.n, row.interval, phrases.score_sentence(view, cell),
        at=place, low=cell.low if exact else None, high=cell.high if exact else None,
        rounded=cell.show == "banded", masked=cell.show == "masked", divided=_divided(cell),
    )  # fmt: skip


def _item_heads(view: View) -> tuple[str, ...]:
    say = view.words
    return (
        say("Group"), "n", say("Answers"), say("Favourable share"), say("Mixed share"),
        say("Unfavourable share"), say("Don’t know"), say("Not concerned"), say("Skipped"),
    )  # fmt: skip


def _item(view: View, block: tables.ItemBlock) -> Item:
    about = " · ".join(filter(None, (block.criterion, block.points)))
    drawn = zip(block.rows, view.item_cells(block.code), strict=True)
    rows = tuple(_item_row(view, row, cell) for row, cell in drawn)
    return Item(f"i-{block.code}", block.text, about, block.reversed, rows)


def _item_row(view: View, row: tables.ItemRow, cell: ItemCell) -> ItemRow:
    quoted = (view.words("“{label}”", label=wording) for wording in row.wordings)
    notes = (*quoted, *filter(None, [row.note]))
    if row.masked or row.told:
        n = "" if row.masked else row.n
        told = row.masked or row.told
        return ItemRow(row.anchor, row.group, notes, row.divided, told, bool(row.masked), n)
    return ItemRow(
        row.anchor, row.group, notes, row.divided, n=row.n,
        bar=tuple(Segment(s.start, s.share, s.colour) for s in segments(view, cell) if s.share),
        under_bar=row.counts if row.bar else view.words("bands only"),
        cells=(
            Cell(row.favourable, row.favourable_interval), Cell(row.mixed), Cell(row.unfavourable),
            Cell(row.dont_know), Cell(row.not_concerned), Cell(row.skipped),
        ),
        dont_know=cell.dont_know_share,
    )  # fmt: skip


def gaps(view: View) -> Section:
    """Pairs of groups that look differently at the same thing."""
    say, full = view.words, view.profile.thresholds.full
    found = widest(view.profile)
    found += [gap for gap in view.profile.gaps if gap.flagged and gap not in found]
    if not found:
        text = say(
            "No gap can be shown: it takes two groups of at least {full} answers on the same item.",
            full=full,
        )
        return Section(say("Where groups look differently"), (Paragraph(text),), "gaps")
    return Section(say("Where groups look differently"), tuple(_gap_blocks(view, found)), "gaps")


def _gap_blocks(view: View, found: list[Gap]) -> Iterator[Block]:
    say = view.words
    yield Paragraph(
        say(
            "A gap is not an error: two groups may rightly see different things. In the table, ▲ "
            "marks a gap of 25 points or more on a shared item."
        ),
        soft=True,
    )
    heads = (say("Topic"), say("Higher"), say("Lower"), say("Where they lie"),
             say("Gap in points"), say("95% interval"))  # fmt: skip
    rows = zip(side_tables.gap_rows(view), found, strict=True)
    yield Gaps(heads, tuple(_gap_row(view, row, gap) for row, gap in rows))
    if any(map(view.compares_self_and_others, found)):
        yield Paragraph(phrases.self_and_others(view), soft=True)


def _gap_row(view: View, row: side_tables.GapRow, gap: Gap) -> GapRow:
    first, second = phrases.gap_values(view, gap)
    return GapRow(
        row.topic, row.kind, row.href.removeprefix("#"), row.flagged,
        _gap_end(view, gap.first, first, gap.first_n),
        _gap_end(view, gap.second, second, gap.second_n),
        row.gap, row.interval, high=gap.first_value, low=gap.second_value,
    )  # fmt: skip


def _gap_end(view: View, group: str, value: str, n: int) -> Cell:
    told = view.words("n = {n}", n=view.words.number(n))
    return Cell(view.group(group), f"{value} ({told})")
