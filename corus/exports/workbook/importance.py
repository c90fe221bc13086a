"""What people say matters to them, beside what they perceive: one row per group and dimension.

Weighs nothing: the share who named a dimension and its score stand in two columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from corus.domain.importance import Beside, Importance
from corus.domain.reading import Reading
from corus.exports.columns import Column, Record, Value
from corus.exports.withheld import NONE, STATES, mask, score, score_limit
from corus.exports.workbook.sheet import Sheet, sheet

IMPORTANCE = (
    Column("group_label", "Group", "Stakeholder group that answered.", width=28),
    Column("dimension_label", "Dimension", "Family of items the scores are about.", width=38),
    Column("named", "Named by", "Persons who named it as important / n.", "share", 11),
    Column("low", "Low", "Lower limit of the 95% Wilson interval of the share.", "share", 10),
    Column("high", "High", "Upper limit of the 95% Wilson interval of the share.", "share", 10),
    Column("n", "n", "Persons who answered the question.", "count", 8),
    Column("score", "Score", "Perception score of the group, 0 to 100.", "score", 9),
    Column("score_low", "Score, low", "Lower limit of its 95% interval.", "score", 9),
    Column("score_high", "Score, high", "Upper limit of its 95% interval.", "score", 9),
    Column("score_n", "n, score", "Persons with a score.", "count", 9),
    Column("place", "Where it lies", "On which side of the two lines; “too close to say” where an "
           "interval includes a line.", width=42),
    Column("named_line", "Line, named", "What each topic would get if none stood out.",
           "share", 11),
    Column("score_line", "Line, score", "The middle of the scale of scores.", "score", 10),
    Column("state", "State", "How the row is published (see the dictionary).", width=16),
    Column("item", "Item", "Permanent code of the item.", width=20),
    Column("dimension", "Dimension code", "Permanent code of the dimension.", width=20),
    Column("group", "Group code", "Permanent code of the stakeholder group.", width=16),
)  # fmt: skip


def importance(reading: Reading, name: str) -> Sheet:
    """One row per group and dimension that both were told of; a masked group has one."""
    say = reading.words
    return sheet(
        reading, "importance", name,
        title=say("What matters, beside what is perceived"),
        scope=say("Groups asked what matters most; dimensions with a share and a full score."),
        units=say("Shares of persons; scores out of 100; 95% intervals."),
        columns=IMPORTANCE,
        printed=len(IMPORTANCE) - 3,
        records=(row for one in reading.profile.importance for row in _rows(reading, one)),
        notes=[say("Importance is as people stated it. It weighs no score, and a perception does "
                   "not say where to spend.")],
        empty="No group was asked what matters most.",
    )  # fmt: skip


def _rows(reading: Reading, one: Importance) -> Iterator[Record]:
    for dot in one.placed:
        yield {**_place(reading, one), **_row(reading, one, dot)}
    if one.show != "full":
        yield {**_place(reading, one), **_empty(reading, one)}
    for dimension in one.left_out:
        yield {**_place(reading, one), **_without_score(reading, dimension)}


def _place(reading: Reading, one: Importance) -> dict[str, Value]:
    figures: dict[str, Value] = dict.fromkeys((column.name for column in IMPORTANCE), NONE)
    return figures | {
        "group_label": reading.group(one.group), "state": reading.words(STATES[one.show]),
        "item": one.item, "group": one.group,
    }  # fmt: skip


def _row(reading: Reading, one: Importance, dot: Beside) -> Record:
    places = {(c.dimension, c.group): c for c in reading.profile.dimensions}
    cell = places[dot.dimension, one.group]
    return {
        "dimension_label": reading.dimension(dot.dimension),
        "named": dot.named / 100, "low": dot.low / 100, "high": dot.high / 100, "n": dot.n,
        "score": score(reading, cell),
        "score_low": score_limit(reading, cell, dot.score_low),
        "score_high": score_limit(reading, cell, dot.score_high),
        "score_n": dot.score_n,
        "place": reading.words(dot.sentence),
        "named_line": NONE if one.named_line is None else one.named_line / 100,
        "score_line": one.score_line,
        "dimension": dot.dimension,
    }  # fmt: skip


def _empty(reading: Reading, one: Importance) -> Record:
    """A group whose choices are masked or in bands: nothing is placed."""
    masked = one.show == "masked"
    return {"named": mask(reading, one.reason) if masked else reading.words("withheld")}


def _without_score(reading: Reading, dimension: str) -> Record:
    return {
        "dimension_label": reading.dimension(dimension), "dimension": dimension,
        "place": reading.words("no score published in full"),
    }  # fmt: skip
