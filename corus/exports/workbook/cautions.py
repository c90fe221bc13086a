"""What a reader may not conclude: one sentence per row, made from the published figures.

Knows only what the Profile says of itself.
"""

from __future__ import annotations

from corus.domain.reading import Reading
from corus.exports.columns import Column
from corus.exports.withheld import NONE
from corus.exports.workbook.sheet import Sheet, sheet

COLUMNS = (
    Column("sentence", "What may not be concluded", "A limit of these results, in words.",
           width=110),
    Column("groups", "Groups concerned", "Stakeholder groups the sentence is about.", width=40),
    Column("code", "Code", "Permanent code of the caution.", width=20),
)  # fmt: skip


def cautions(reading: Reading, name: str) -> Sheet:
    """Who is missing first, then rates, ways of answering, comparisons, and what these are."""
    say = reading.words
    return sheet(
        reading, "cautions", name,
        title=say("What may not be concluded from these results"),
        scope=say("Generated from the published figures: nothing here was written by hand."),
        units=say("Sentences."),
        columns=COLUMNS,
        printed=len(COLUMNS) - 1,
        records=(
            {
                "sentence": reading.caution(one),
                "groups": ", ".join(map(reading.group, one.groups)) or NONE,
                "code": one.code,
            }
            for one in reading.profile.cautions
        ),
    )  # fmt: skip
