"""All groups together: spread, variance due to the group, lines pooled by convention; reliability.

Ranks no group and gives no global score: a pooled line is a convention and says which.
"""

from __future__ import annotations

from corus.domain.reading import Reading
from corus.domain.together import Adding, Line, Together
from corus.exports.columns import Column, Record, Value
from corus.exports.withheld import NONE
from corus.exports.workbook.alike import COLUMNS, alike, note
from corus.exports.workbook.sheet import Sheet, sheet

LOW, HIGH = "Lower limit of its 95% interval.", "Upper limit of its 95% interval."

BETWEEN = (
    Column("dimension_label", "Dimension", "Family of items the scores are about.", width=38),
    Column("present", "Groups", "Groups published in full, of those that were asked.", width=10),
    Column("absent", "Groups missing", "Asked, but not published in full: they are in no figure of "
           "this row, and nothing stands in for them.", width=26),
    Column("spread", "Range", "Highest minus lowest score, in points.", "score", 9),
    Column("highest", "Highest", "Group or groups with the highest score.", width=22),
    Column("lowest", "Lowest", "Group or groups with the lowest score.", width=22),
    Column("icc1", "ICC(1)", "Share of the differences between persons that is due to their group; "
           "0 or below: groups differ no more than chance would have them.", "fine", 8),
    Column("icc1_low", "ICC(1), low", LOW, "fine", 9),
    Column("icc1_high", "ICC(1), high", HIGH, "fine", 9),
    Column("icc2", "ICC(2)", "Reliability of the groups’ means, at most 1.", "fine", 8),
    Column("equal", "Equal groups", "Mean in which each group counts the same (convention).",
           "score", 9),
    Column("equal_low", "Equal groups, low", LOW, "score", 9),
    Column("equal_high", "Equal groups, high", HIGH, "score", 9),
    Column("head_count", "Head count", "Mean in which each person counts the same (convention): "
           "follows who was easiest to reach.", "score", 9),
    Column("head_count_low", "Head count, low", LOW, "score", 9),
    Column("head_count_high", "Head count, high", HIGH, "score", 9),
    Column("negotiated", "Negotiated weights", "Mean by the weights agreed on before the wave "
           "opened (convention); empty without.", "score", 11),
    Column("negotiated_low", "Negotiated weights, low", LOW, "score", 11),
    Column("negotiated_high", "Negotiated weights, high", HIGH, "score", 11),
    Column("weight_present", "Weight present", "Part of the negotiated weight that the groups "
           "published in full hold.", "share", 9),
    Column("dimension", "Dimension code", "Permanent code of the dimension.", width=20),
)  # fmt: skip

ALLOWS = {
    "may_add": "items may be added",
    "warn": "with care",
    "items_only": "read the items one by one",
    "not_tested": "not tested: fewer than 50 persons, or a rounded score",
}
"""What reliability allows, in words; keys of the catalogue."""

ADDING = (
    Column("dimension_label", "Dimension", "Family of items the score adds up.", width=38),
    Column("group_label", "Group", "Stakeholder group that answered.", width=28),
    Column("allows", "Reading", "Under 0.60 read the items; to 0.70 the score with care; then the "
           "score (convention).", width=24),
    Column("n", "n", "Persons with a score.", "count", 8),
    Column("alpha", "α", "Cronbach’s alpha, pairwise, to two decimals.", "fine", 8),
    Column("alpha_low", "α, low", "Lower limit of its 95% Feldt interval.", "fine", 8),
    Column("alpha_high", "α, high", "Upper limit of its 95% Feldt interval.", "fine", 8),
    Column("omega", "ω", "McDonald’s omega, one factor, to two decimals.", "fine", 8),
    *COLUMNS,
    Column("dimension", "Dimension code", "Permanent code of the dimension.", width=20),
    Column("group", "Group code", "Permanent code of the stakeholder group.", width=16),
)  # fmt: skip


def between(reading: Reading, name: str) -> Sheet:
    """One row per dimension that two groups at least have a full score on."""
    say = reading.words
    return sheet(
        reading, "between", name,
        title=say("All groups together, dimension by dimension"),
        scope=say("Dimensions on which at least two groups are published in full."),
        units=say("Points out of 100; ICC between −1 and 1; 95% intervals."),
        columns=BETWEEN,
        printed=len(BETWEEN) - 1,
        records=(_between(reading, one) for one in reading.profile.together),
        notes=[
            reading.conventions,
            reading.same_order
            or say("Whether groups see the same strong points cannot be computed here."),
        ],
        empty="No dimension has two groups published in full.",
    )  # fmt: skip


def _between(reading: Reading, one: Together) -> Record:
    say = reading.words
    asked = len(one.groups) + len(one.absent)
    lines = {line.convention: line for line in one.lines}
    return {
        "dimension_label": reading.dimension(one.dimension),
        "present": say("{number} of {total}", number=len(one.groups), total=asked),
        "absent": ", ".join(map(reading.group, one.absent)) or NONE,
        "spread": one.spread,
        "highest": ", ".join(map(reading.group, one.highest)),
        "lowest": ", ".join(map(reading.group, one.lowest)),
        "icc1": _or_none(one.icc1),
        "icc1_low": _or_none(one.icc1_low),
        "icc1_high": _or_none(one.icc1_high),
        "icc2": _or_none(one.icc2),
        **_line("equal", lines["equal"]),
        **_line("head_count", lines["head_count"]),
        **_line("negotiated", lines.get("negotiated")),
        "weight_present": _or_none(one.weight_present),
        "dimension": one.dimension,
    }


def _line(name: str, line: Line | None) -> dict[str, Value]:
    values = (line.score, line.low, line.high) if line else (None,) * 3
    ends = map(_or_none, values)
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))


def adding(reading: Reading, name: str) -> Sheet:
    """One row per group and dimension with a full score."""
    say = reading.words
    return sheet(
        reading, "adding", name,
        title=say("May the items of a dimension be added up?"),
        scope=say("Groups with a full score; reliability is computed from 50 persons on."),
        units=say("Coefficients of at most 1; 95% Feldt interval."),
        columns=ADDING,
        printed=len(ADDING) - 2,
        records=(_adding(reading, one) for one in reading.profile.adding),
        notes=[note(reading)],
        empty="No group has a full score.",
    )  # fmt: skip


def _adding(reading: Reading, one: Adding) -> Record:
    return {
        "dimension_label": reading.dimension(one.dimension),
        "group_label": reading.group(one.group),
        "allows": reading.words(ALLOWS[one.allows]),
        "n": _or_none(one.n),
        "alpha": _or_none(one.alpha),
        "alpha_low": _or_none(one.low),
        "alpha_high": _or_none(one.high),
        "omega": _or_none(one.omega),
        **alike(reading, one.dimension, one.group),
        "dimension": one.dimension,
        "group": one.group,
    }


def _or_none(value: float | None) -> Value:
    return NONE if value is None else value
