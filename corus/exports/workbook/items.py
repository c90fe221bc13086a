"""Items in their exact wording: shares with intervals on one sheet, counts on the next.

Knows nothing beyond the records that ``counts.csv`` is made of too.
"""

from __future__ import annotations

from corus.domain.reading import Reading
from corus.exports.columns import Column
from corus.exports.item_cells import COLUMNS, count_columns, item_records
from corus.exports.withheld import asked
from corus.exports.workbook.gaps import self_and_others
from corus.exports.workbook.perceptions import legend
from corus.exports.workbook.sheet import Sheet, sheet

SHARES = (
    "wording", "group_label", "n",
    "favourable", "favourable_low", "favourable_high", "mixed", "mixed_low", "mixed_high",
    "unfavourable", "unfavourable_low", "unfavourable_high", "net",
    "dont_know_share", "not_concerned_share", "skipped_share", "note",
    "dimension_label", "criterion", "direction", "state", "item", "group",
)  # fmt: skip
BESIDE_SHARES = 6
"""Columns at the right that trace a row and are not printed."""
BEFORE_COUNTS = ("wording", "group_label", "options", "n", "asked")
AFTER_COUNTS = (
    "dont_know", "not_concerned", "skipped", "n_on_scale", "median", "mean",
    "consensus", "agreement", "deviation", "majority",
    "unit", "direction", "state", "item", "group", "scale",
)  # fmt: skip
BESIDE_COUNTS = 6


def items(reading: Reading, name: str) -> Sheet:
    """Favourable, mixed, unfavourable shares with their intervals."""
    say = reading.words
    cells, not_asked = asked(reading.profile.items)
    notes = [
        legend(reading), say("⇄ Agreeing is unfavourable: shares are reversed, counts are not.")
    ]  # fmt: skip
    if reading.self_and_others:
        notes.append(self_and_others(reading))
    return sheet(
        reading, "items", name,
        title=say("Items: what each group answered"),
        scope=say("One row per item, group asked and scale, in the order of the questionnaire."),
        units=say("Shares of valid answers; low and high: 95% Wilson interval."),
        columns=[COLUMNS[code] for code in SHARES],
        printed=len(SHARES) - BESIDE_SHARES,
        records=item_records(reading, cells),
        not_asked=not_asked,
        notes=notes,
    )  # fmt: skip


def distributions(reading: Reading, name: str) -> Sheet:
    """How many persons chose each option, in the order of the scale as asked."""
    say = reading.words
    cells, not_asked = asked(reading.profile.items)
    columns: list[Column] = [COLUMNS[code] for code in BEFORE_COUNTS]
    columns += count_columns(reading)
    columns += [COLUMNS[code] for code in AFTER_COUNTS]
    return sheet(
        reading, "counts", name,
        title=say("Counts: how many chose each option"),
        scope=say("The same rows as the sheet of items, as asked, never reversed."),
        units=say("Persons (organizations where the unit says so); median and mean in the values "
                  "of the scale."),
        columns=columns,
        printed=len(columns) - BESIDE_COUNTS,
        records=item_records(reading, cells),
        not_asked=not_asked,
        notes=[legend(reading), say("Asked = n + don’t know + not concerned + skipped.")],
    )  # fmt: skip
