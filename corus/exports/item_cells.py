"""One record per item, group and scale: what the CSV and the worksheets of items both show.

Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corus.domain.profile import ItemCell
from corus.domain.reading import Reading
from corus.exports.columns import Column, Masked, Record, Value
from corus.exports.withheld import (
    NONE,
    because,
    count_of,
    figure,
    majority,
    share,
    state,
)

SHARES = ("favourable", "mixed", "unfavourable")

_LOW = "Lower limit of the 95% Wilson interval of that share."
_HIGH = "Upper limit of the 95% Wilson interval of that share."

COLUMNS = {
    column.name: column
    for column in (
        Column("dimension", "Dimension code", "Permanent code of the dimension.", width=14),
        Column("dimension_label", "Dimension", "Family of criteria the item belongs to.", width=46),
        Column("criterion", "Criterion", "The observable quality the item asks about.", width=34),
        Column("item", "Item", "Permanent code of the item.", width=20),
        Column("purpose", "Purpose", "What the item is for in the questionnaire.", width=14),
        Column("wording", "Exact wording", "The sentence as it was put to this group; both "
               "sentences where easy-to-read answers are merged.", width=42),
        Column("group", "Group code", "Permanent code of the stakeholder group.", width=16),
        Column("group_label", "Group", "Stakeholder group that answered.", width=20),
        Column("unit", "Unit", "Who answers in this group: persons or organizations.", width=13),
        Column("scale", "Scale", "Code of the scale the answers were given on.", width=14),
        Column("options", "Options in order", "The options of the scale as offered, from least "
               "to most.", width=40),
        Column("direction", "Direction", "Whether agreeing is favourable or unfavourable; answers "
               "are stored and counted as asked.", width=32),
        Column("state", "State", "How the row is published (see the dictionary).", width=16),
        Column("show", "State code", "Code of the state.", width=12),
        Column("n", "n", "Valid answers: persons who chose a point of the scale.", "count", 8),
        Column("asked", "Asked", "Valid answers + don’t know + not concerned + skipped.",
               "count", 9),
        Column("dont_know", "Don’t know", "Persons who answered “I don’t know”.", "count", 9),
        Column("not_concerned", "Not concerned", "Persons who answered that it does not concern "
               "them.", "count", 11),
        Column("skipped", "Skipped", "Persons who saw the item and left it empty.", "count", 9),
        Column("dont_know_share", "Don’t know, share", "Don’t know / (asked − not concerned).",
               "share", 11),
        Column("not_concerned_share", "Not concerned, share", "Not concerned / asked.",
               "share", 11),
        Column("skipped_share", "Skipped, share", "Skipped / asked.", "share", 10),
        Column("favourable", "Favourable", "Favourable answers / valid answers, after the item’s "
               "direction.", "share", 12),
        Column("favourable_low", "Favourable, low", _LOW, "share", 12),
        Column("favourable_high", "Favourable, high", _HIGH, "share", 12),
        Column("mixed", "Mixed", "Middle answers / valid answers.", "share", 11.5),
        Column("mixed_low", "Mixed, low", _LOW, "share", 9.5),
        Column("mixed_high", "Mixed, high", _HIGH, "share", 9.5),
        Column("unfavourable", "Unfavourable", "Unfavourable answers / valid answers, after the "
               "item’s direction.", "share", 13.5),
        Column("unfavourable_low", "Unfavourable, low", _LOW, "share", 13.5),
        Column("unfavourable_high", "Unfavourable, high", _HIGH, "share", 13.5),
        Column("n_on_scale", "n on this scale", "Persons behind median, mean, consensus, "
               "agreement and deviation: fewer than n where easy-to-read answers are merged.",
               "count", 9),
        Column("median", "Median", "Median of the scale’s values as asked.", "number", 9),
        Column("mean", "Mean", "Mean of the scale’s values as asked.", "number", 8),
        Column("net", "Net", "Favourable minus unfavourable share, from −1 to 1.", "fine", 8),
        Column("consensus", "Consensus", "Cns: 1 when all gave one answer, 0 when half of them are "
               "at each end. Compare on scales of one length only.", "fine", 11),
        Column("agreement", "Agreement", "A (van der Eijk): from −1 to 1; below 0 there are two "
               "camps.", "fine", 11),
        Column("deviation", "Deviation", "AD: mean distance from the mean, in points of the scale.",
               "number", 10),
        Column("majority", "Majority", "Which way more than half of the answers lean, in words, "
               "where no figure may be shown.", width=16),
        Column("note", "Note", "Mask, divided opinions, merged scales, direction.", width=26),
    )
}  # fmt: skip
"""Every column an item may have, by name, except the counts per option (``count_columns``)."""


def count_columns(reading: Reading) -> list[Column]:
    """``count_1`` … ``count_K``: persons per option, K the longest scale among the cells."""
    sizes = [len(s.points) for c in reading.profile.items if (s := reading.scale(c))]
    about = "Persons who chose this option, in the order of the scale as asked."
    return [
        Column(f"count_{i}", reading.words("Option {number}", number=i), about, "count", 9.5)
        for i in range(1, max(sizes, default=0) + 1)
    ]


def item_records(reading: Reading, items: Iterable[ItemCell]) -> Iterator[Record]:
    """One record per cell, in the order given, with every column above."""
    size = len(count_columns(reading))
    for cell in items:
        yield {**_place(reading, cell), **_figures(reading, cell), **_counts(reading, cell, size)}


def _place(reading: Reading, cell: ItemCell) -> dict[str, Value]:
    instrument, item = reading.profile.instrument, reading.item(cell.item)
    dimension = instrument.dimension_of.get(cell.item, "")
    criterion = reading.criteria.get(cell.item)
    reverse = item.direction == "reversed"
    return {
        "dimension": dimension or NONE,
        "dimension_label": reading.dimension(dimension) if dimension else NONE,
        "criterion": reading.say(criterion.label) if criterion else NONE,
        "item": cell.item,
        "purpose": reading.words(item.purpose.replace("_", " ")),
        "wording": "\n".join(reading.wordings(cell)),
        "group": cell.group,
        "group_label": reading.group(cell.group),
        "unit": reading.words(instrument.groups[cell.group].unit),
        "scale": reading.scale_code(cell) or NONE,
        "options": options(reading, cell),
        "direction": reading.words(
            "⇄ agreeing is unfavourable" if reverse else "agreeing is favourable"
        ),
        "state": state(reading, cell),
        "show": cell.show,
        "majority": majority(reading, cell),
        "note": note(reading, cell),
    }


def _figures(reading: Reading, cell: ItemCell) -> dict[str, Value]:
    found: dict[str, Value] = {"n": count_of(reading, cell.show, cell.reason, cell.n)}
    for name in ("asked", "dont_know", "not_concerned", "skipped", "dont_know_share",
                 "not_concerned_share", "skipped_share", "n_on_scale", "median", "mean", "net",
                 "consensus", "agreement", "deviation"):  # fmt: skip
        found[name] = figure(reading, cell.show, cell.reason, getattr(cell, name))
    for name in SHARES:
        parts = share(reading, cell, getattr(cell, name))
        found |= dict(zip((name, f"{name}_low", f"{name}_high"), parts, strict=True))
    return found


def _counts(reading: Reading, cell: ItemCell, size: int) -> dict[str, Value]:
    scale = reading.scale(cell)
    points = len(scale.points) if scale else 0
    empty = figure(reading, cell.show, cell.reason, None)
    return {
        f"count_{i + 1}": (
            cell.counts[i] if i < len(cell.counts)
            # A masked row says so in every cell; a short scale has no further option.
            else empty if i < points or isinstance(empty, Masked)
            else NONE
        )
        for i in range(size)
    }  # fmt: skip


def options(reading: Reading, cell: ItemCell) -> str:
    """``1 Strongly disagree · 2 …`` as offered to this group."""
    scale = reading.scale(cell)
    if scale is None:
        return NONE
    return " · ".join(f"{p.value} {reading.say(p.label)}" for p in scale.points)


def note(reading: Reading, cell: ItemCell) -> str:
    """What must be read beside the figures of a cell; a dash when there is nothing."""
    say = reading.words
    parts = [
        because(reading, cell),
        majority(reading, cell) if cell.show == "majority" else "",
        say("⇄ agreeing is unfavourable")
        if reading.item(cell.item).direction == "reversed" else "",
        say("◐ divided opinions") if cell.divided else "",
        say("easy-to-read and standard answers merged") if cell.merged else "",
        say("self / others")
        if cell.item in reading.self_and_others and reading.speaks_of_self(cell) else "",
    ]  # fmt: skip
    return " · ".join(filter(None, parts)) or NONE
