"""What proves what: the questionnaire's references to the law and to markers, with their dates.

Gives no legal advice: it prints what the instrument declares, and how sure it is of it.
"""

from __future__ import annotations

from corus.domain.instrument import Item, Reference
from corus.domain.reading import Reading
from corus.exports.columns import Column, Record
from corus.exports.withheld import NONE
from corus.exports.workbook.facts import day
from corus.exports.workbook.sheet import Sheet, sheet

COLUMNS = (
    Column("label", "Condition or marker", "What the perceptions may illustrate.", width=38),
    Column("kind", "Kind", "A legal condition or a marker of social innovation.", width=14),
    Column("items", "Items that illustrate it", "Items whose perceptions may be read beside it; "
           "they prove nothing.", width=44),
    Column("requires", "Only if also documented", "One of these must be documented too before the "
           "condition may be invoked.", width=26),
    Column("source", "Source", "Legal text or publication.", width=30),
    Column("read_on", "Read on", "Day on which the source was read.", width=15),
    Column("status", "Status", "Whether somebody checked the source.", width=13),
    Column("note", "Limit", "What perceptions cannot say about it.", width=34),
    Column("code", "Code", "Permanent code of the reference.", width=18),
)  # fmt: skip


def proofs(reading: Reading, name: str) -> Sheet:
    """One row per reference of the instrument."""
    say = reading.words
    return sheet(
        reading, "conditions", name,
        title=say("Conditions and markers that perceptions illustrate"),
        scope=say("Every legal condition and marker that the questionnaire refers to."),
        units=say("Text."),
        columns=COLUMNS,
        records=(_record(reading, *r) for r in reading.profile.instrument.references.items()),
        notes=[say("Perceptions illustrate; documents prove. Each source bears the day it was "
                   "read: check that it is still in force.")],
        empty="The questionnaire refers to no condition.",
    )  # fmt: skip


def _record(reading: Reading, code: str, reference: Reference) -> Record:
    say = reading.words
    return {
        "label": reading.say(reference.label),
        "kind": say("condition") if reference.kind == "condition" else say("marker"),
        "items": ", ".join(_named(reading, item) for item in _supporting(reading, code)) or NONE,
        "requires": ", ".join(_label(reading, c) for c in reference.requires_any) or NONE,
        "source": reference.source or NONE,
        "read_on": day(reading, reference.read_on),
        "status": say("verified") if reference.status == "verified" else say("to be verified"),
        "note": reading.say(reference.note) or NONE,
        "code": code,
    }


def _supporting(reading: Reading, code: str) -> list[Item]:
    """Items that name the reference themselves: a dimension sums up an aim, and lends none."""
    return [i for i in reading.profile.instrument.items if code in (*i.supports, *i.markers)]


def _label(reading: Reading, code: str) -> str:
    return reading.dimension(code) if code in reading.dimensions else reading.topic(code)


def _named(reading: Reading, item: Item) -> str:
    reverse = " ⇄" if item.direction == "reversed" else ""
    return reading.topic(item.code) + reverse
