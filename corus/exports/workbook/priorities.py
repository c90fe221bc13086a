"""Choice questions: what matters most to people, and whatever else they chose.

Stated importance is read beside perceptions and weights nothing.
"""

from __future__ import annotations

from corus.domain.profile import ChoiceCell
from corus.domain.reading import Reading
from corus.exports.columns import Column, Record, Value
from corus.exports.withheld import asked, band_or_figure, count_of, figure, state
from corus.exports.workbook.perceptions import legend
from corus.exports.workbook.sheet import Sheet, sheet

STATE = Column("state", "State", "How the row is published (see the dictionary).", width=16)
GROUP = Column("group_label", "Group", "Stakeholder group that answered.", width=26)
ITEM = Column("item", "Item", "Permanent code of the item.", width=24)
PURPOSE = Column("purpose", "Purpose", "What the item is for in the questionnaire.", width=20)
PRIORITIES = (
    Column("wording", "Exact wording", "The question as put to this group.", width=42),
    PURPOSE,
    GROUP,
    Column("option_label", "Option", "The option offered.", width=34),
    Column("n", "n", "Persons who answered the question.", "count", 8),
    Column("chosen", "Chosen by", "Persons who chose the option.", "count", 10),
    Column("share", "Share", "Chosen by / n.", "share", 12),
    Column("low", "Low", "Lower limit of the 95% Wilson interval of the share.", "share", 10),
    Column("high", "High", "Upper limit of the 95% Wilson interval of the share.", "share", 10),
    STATE,
    ITEM,
    Column("option", "Option code", "Permanent code of the option.", width=18),
)  # fmt: skip


def priorities(reading: Reading, name: str) -> Sheet:
    """Choice questions, importance first: who chose what."""
    say = reading.words
    cells, not_asked = asked(reading.profile.choices)
    order = sorted(cells, key=lambda c: reading.item(c.item).purpose != "importance")
    return sheet(
        reading, "priorities", name,
        title=say("Priorities and other choices"),
        scope=say("One row per option and group; what matters most comes first."),
        units=say("Persons; shares of those who answered the question, with 95% Wilson intervals."),
        columns=PRIORITIES,
        printed=len(PRIORITIES) - 2,
        records=(_choice(reading, cell) for cell in order),
        not_asked=not_asked,
        notes=[say("Priorities are read beside perceptions; they are never used as weights."),
               legend(reading)],
        empty="No choice question was asked.",
    )  # fmt: skip


def _choice(reading: Reading, cell: ChoiceCell) -> Record:
    figures: dict[str, Value] = {
        "n": count_of(reading, cell.show, cell.reason, cell.n),
        "chosen": figure(reading, cell.show, cell.reason, cell.chosen),
        **shares(reading, cell),
    }
    labels = {o.code: o.label for o in reading.item(cell.item).options}
    return {
        "wording": reading.wording(cell.item, cell.group),
        "purpose": purpose(reading, cell.item),
        "group_label": reading.group(cell.group),
        "option_label": reading.say(labels.get(cell.option, {})) or cell.option,
        "state": state(reading, cell),
        "item": cell.item,
        "option": cell.option,
        **figures,
    }


def shares(reading: Reading, cell: ChoiceCell) -> dict[str, Value]:
    """The share of an option and its limits, or the band or text that stands for them."""
    low, high = (cell.share.low, cell.share.high) if cell.share else (None, None)
    return {
        "share": band_or_figure(reading, cell.show, cell.reason, cell.share),
        "low": figure(reading, cell.show, cell.reason, low),
        "high": figure(reading, cell.show, cell.reason, high),
    }


def purpose(reading: Reading, item: str) -> str:
    """What the question is for, in words."""
    return reading.words(reading.item(item).purpose.replace("_", " "))
