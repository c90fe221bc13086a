"""Alone or helped: whether answers differ by who wrote them down, within one group.

Ranks nobody; shows only what the Profile lets through.
"""

from __future__ import annotations

from corus.domain.profile import ModeEffect
from corus.domain.reading import Reading
from corus.exports.columns import Column, Record
from corus.exports.workbook.sheet import Sheet, sheet

COLUMNS = (
    Column("dimension_label", "Dimension", "Family of items the score is about.", width=38),
    Column("group_label", "Group", "Stakeholder group that was asked.", width=28),
    Column("difference", "Difference", "Score of those who answered alone, minus score of those "
           "who were helped, answered on paper or in an interview, in whole points.", "count", 12),
    Column("difference_low", "Difference, low", "Lower limit of its 95% interval.", "count", 12),
    Column("difference_high", "Difference, high", "Upper limit of its 95% interval.", "count", 12),
    Column("dimension", "Dimension code", "Permanent code of the dimension.", width=20),
)  # fmt: skip


def modes(reading: Reading, name: str) -> Sheet:
    """One line per group and dimension where both sides hold enough persons."""
    say, full = reading.words, reading.profile.thresholds.full
    return sheet(
        reading, "modes", name,
        title=say("Alone or helped"),
        scope=say("Groups in which at least {full} persons answered alone and {full} did not.",
                  full=full),
        units=say("Points of score out of 100; 95% interval of the difference."),
        columns=COLUMNS,
        printed=len(COLUMNS) - 1,
        records=(_record(reading, effect) for effect in reading.profile.mode_effects),
        notes=[say("People answer otherwise when somebody reads or writes for them: where the "
                   "interval leaves out 0, compare groups with care.")],
        empty="In no group did enough persons answer both ways.",
    )  # fmt: skip


def _record(reading: Reading, effect: ModeEffect) -> Record:
    return {
        "dimension_label": reading.dimension(effect.dimension),
        "group_label": reading.group(effect.group),
        "difference": int(effect.gap),
        "difference_low": int(effect.low),
        "difference_high": int(effect.high),
        "dimension": effect.dimension,
    }
