"""Beside perceptions, for print: choices, all groups together, importance, open answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corus.charts import importance as beside
from corus.charts import phrases, side_tables, voices
from corus.charts.alike import AlikeRow, alike_rows
from corus.charts.view import View
from corus.documents.profile_blocks import (
    Block,
    Bullets,
    Cell,
    Paragraph,
    Quotes,
    Section,
    Table,
    Told,
)
from corus.domain.leaving import words_gone


def choices(view: View) -> Iterator[Section]:
    """Choice questions: options in rows, groups in columns."""
    say = view.words
    for one in side_tables.choices(view):
        told = (
            "Share of people who chose each topic. Stated importance is read beside perceptions "
            "and never weights them."
            if one.importance
            else "Share of people who chose each answer."
        )
        # Groups in rows: a page has room for more of them than it has for columns.
        heads = (say("Group"), *(label for label, _ in one.rows))
        columns = [cells for _, cells in one.rows]
        rows = tuple(
            (Cell(group), *(_cell(cells[at]) for cells in columns))
            for at, group in enumerate(one.groups)
        )
        yield Section(one.text, (Paragraph(say(told), soft=True), Table(heads, rows)), level=2)


def together(view: View) -> Iterator[Section]:
    """All groups on one line by convention, and whether they understand items alike."""
    say, rows = view.words, side_tables.together_rows(view)
    if not rows:
        return
    negotiated = bool(view.profile.negotiated and view.profile.negotiated.groups)
    heads = (
        say("Dimension"), say("Groups"), say("Equal groups"), say("Head count"),
        *([say("Negotiated weights")] if negotiated else []),
        say("Spread in points"), say("Lowest and highest"), say("Due to the group"),
    )  # fmt: skip
    lines = tuple(_together(view, row, negotiated=negotiated) for row in rows)
    blocks: list[Block] = [
        Paragraph(view.conventions, soft=True),
        Table(heads, lines, words=(len(heads) - 2,)),
    ]
    if view.same_order:
        blocks.append(Paragraph(view.same_order, soft=True))
    yield Section(say("All groups together"), tuple(blocks), "together")
    if alike := alike_rows(view):
        yield _alike(view, alike)


def _together(view: View, row: side_tables.TogetherRow, *, negotiated: bool) -> tuple[Cell, ...]:
    absent = view.words("without {groups}", groups=row.absent) if row.absent else ""
    return (
        Cell(row.dimension, absent), Cell(row.groups), Cell(row.equal), Cell(row.head_count),
        *([Cell(row.negotiated)] if negotiated else []),
        Cell(row.spread), Cell(row.ends), Cell(row.due_to_group),
    )  # fmt: skip


def _alike(view: View, rows: Sequence[AlikeRow]) -> Section:
    say = view.words
    intro = say(
        "Three levels, each asking more: one factor in all groups, the same loadings, the same "
        "levels. It takes 200 persons in each group who answered every item. One factor holds "
        "from a CFI of 0.90 on; each level may lose 0.01 (conventions, applied before rounding)."
    )
    heads = (say("Dimension"), say("Items compared"), "CFI", "RMSEA", say("p of what is lost"))
    cells = tuple(
        (Cell(row.dimension), Cell(row.items), Cell(row.cfi), Cell(row.rmsea), Cell(row.lost))
        for row in rows
    )
    said = Bullets(tuple(Told(_alike_told(view, r), r.dimension + say(": ")) for r in rows))
    title = say("Do groups understand the items alike?")
    return Section(title, (Paragraph(intro, soft=True), said, Table(heads, cells)), level=2)


def _alike_told(view: View, row: AlikeRow) -> str:
    say = view.words
    absent = f"{say('; ')}{say('without {groups}', groups=row.absent)}" if row.absent else ""
    return f"{row.told} ({row.groups}{absent})"


def importance(view: View) -> Iterator[Section]:
    """What matters to each group beside its scores, one table per group."""
    say, found = view.words, beside.tables(view)
    if not found:
        return
    intro = say(
        "How many people of a group named a topic as important, and the group’s score on it. One "
        "is never multiplied by the other, and what people perceive does not say where to spend."
    )
    title = say("What matters, beside what is perceived")
    yield Section(title, (Paragraph(intro, soft=True),), "importance")
    for table in found:
        heading = f"{table.group} ({table.n})" if table.n else table.group
        yield Section(heading, tuple(_importance(view, table)), level=2, outlined=False)


def _importance(view: View, table: beside.ImportanceTable) -> Iterator[Block]:
    say = view.words
    if table.masked:
        yield Paragraph(table.masked)
        return
    heads = (say("Dimension"), say("Named as important"), say("Score (0–100)"))
    rows = (
        (Cell(r.dimension, r.place), Cell(r.named, r.named_interval),
         Cell(r.score, r.score_interval))
        for r in table.rows
    )  # fmt: skip
    yield Table(heads, tuple(rows))
    if table.lines:
        left = say("Without a full score: {dimensions}.", dimensions=table.left_out)
        yield Paragraph(f"{table.lines} {left if table.left_out else ''}".strip(), soft=True)


def effects(view: View) -> Iterator[Section]:
    """Unplanned effects and open questions: counts by group, then the words that may be read."""
    say = view.words
    intro = say(
        "Number of people who wrote something, by group. Words are shown nowhere before a person "
        "has read them and removed what could identify someone; unfavourable effects always stay "
        "in the count."
    )
    blocks: list[Block] = [Paragraph(intro, soft=True)]
    blocks += [Paragraph(" ".join(gone))] if (gone := list(words_gone(view))) else []
    rows = voices.text_rows(view)
    if not rows:
        blocks.append(Paragraph(say("No open question was asked.")))
    title = say("Unplanned effects and open questions")
    yield Section(title, tuple(blocks), "effects")
    for row in rows:
        yield Section(row.text, tuple(_effect(view, row)), level=2)


def _effect(view: View, row: voices.TextRow) -> Iterator[Block]:
    say = view.words
    counts = tuple((Cell(group), _cell(count)) for group, count in row.counts)
    yield Table((say("Group"), say("People who wrote")), counts)
    if row.effects:
        yield Paragraph(
            say("Number of people by what they describe, as those who read their words coded it."),
            soft=True,
        )
        yield _grid(row.effects)
    elif row.unexpected:
        yield Paragraph(
            say(
                "How many describe good effects and how many bad ones is not known: nobody has "
                "coded these answers yet, or too few people wrote for it to be told."
            )
        )
    if row.codes:
        yield Paragraph(
            say(
                "Share of people who speak of each theme, among those whose words are coded. A "
                "person may speak of several."
            ),
            soft=True,
        )
        yield _grid(row.codes)
    yield from (_quotes(view, one) for one in row.quoted)


def _grid(table: voices.Table) -> Table:
    rows = ((Cell(label), *map(_cell, cells)) for label, cells in table.rows)
    return Table(table.heads, tuple(rows))


def _quotes(view: View, one: voices.Quoted) -> Quotes:
    say = view.words
    quotations = tuple((say("“{label}”", label=text), coding) for text, coding in one.quotations)
    if one.left_out:
        left = say("Not quoted here: {total} ({left_out}).", total=one.total, left_out=one.left_out)
    else:
        left = say("Not quoted here: {total}.", total=one.total)
    return Quotes(one.group, quotations, left)


def _cell(text: str) -> Cell:
    return Cell(text, masked=text.startswith(phrases.FEWER))
