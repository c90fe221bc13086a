"""Who was reached: one line per group, with modes and channels.

Computes no rate: the Profile gives one only where the population is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from corus.domain.profile import Coverage
from corus.domain.reading import Reading
from corus.exports.columns import Column, Masked, Record, Value
from corus.exports.withheld import NONE
from corus.exports.workbook.sheet import Sheet, sheet

COLUMNS = (
    Column("group_label", "Group", "Stakeholder group that was asked.", width=28),
    Column("unit", "Unit", "Who answers in this group: persons or organizations.", width=13),
    Column("population", "Population", "How many there are, as the organization declared.",
           "count", 12),
    Column("invited", "Invited", "How many were invited by name.", "count", 11),
    Column("received", "Received", "Answers received.", "count", 16),
    Column("complete", "Complete", "Answers sent at the end of the form.", "count", 12),
    Column("partial", "Partial", "Answers with part of the questions only.", "count", 12),
    Column("rate", "Rate", "Received / population; not computed where it is unknown.",
           "share", 14),
)  # fmt: skip
MODES = {
    "self": "Alone", "assisted": "With help", "assisted_relative": "Help from someone close",
    "assisted_structure": "Help from the structure", "assisted_other": "Help from someone else",
    "paper": "On paper", "interview": "Interview", "unknown": "Mode unknown",
}  # fmt: skip
CHANNELS = {
    "personal": "Personal link", "open": "Open link", "kiosk": "Kiosk", "import": "Import",
    "unknown": "Way unknown",
}  # fmt: skip
_MODE = "Answers by who wrote them."
_CHANNEL = "Answers by the way they arrived."


def coverage(reading: Reading, name: str) -> Sheet:
    """Population, invited, received, by mode and channel."""
    say = reading.words
    found = reading.profile.coverage
    return sheet(
        reading, "coverage", name,
        title=say("Who was reached"),
        scope=say("Every group of the wave."),
        units=say("Answers; the rate is a share of the population."),
        columns=columns(reading),
        records=(_record(reading, c) for c in found),
        notes=[say("An open link has no denominator: where the population is unknown, no rate is "
                   "computed."), *filter(None, [reading.arrival])],
    )  # fmt: skip


def columns(reading: Reading) -> tuple[Column, ...]:
    """The columns every wave has, then the modes and channels that were used in this one."""
    modes = {mode for c in reading.profile.coverage for mode in c.by_mode}
    channels = {channel for c in reading.profile.coverage for channel in c.by_channel}
    return (
        *COLUMNS,
        *(Column(f"mode_{m}", h, _MODE, "count", 11) for m, h in MODES.items() if m in modes),
        *_channels(channels),
    )


def _channels(used: set[str]) -> Iterator[Column]:
    for channel, heading in {**CHANNELS, "paper": "Paper channel"}.items():
        if channel in used:
            yield Column(f"channel_{channel}", heading, _CHANNEL, "count", 11)


def _record(reading: Reading, cell: Coverage) -> Record:
    say = reading.words
    hidden = cell.received is None
    withheld = Masked(say("withheld"))
    told = Masked(say(cell.received_text)) if cell.received_text else withheld
    found: dict[str, Value] = {
        "group_label": reading.group(cell.group),
        "unit": say(reading.profile.instrument.groups[cell.group].unit),
        "population": _known(reading, cell.population),
        "invited": _known(reading, cell.invited),
        "received": told if cell.received is None else cell.received,
        "complete": _counted(cell.complete, withheld, hidden=hidden),
        "partial": _counted(cell.partial, withheld, hidden=hidden),
        "rate": say("not computed") if cell.rate is None else cell.rate,
    }
    for prefix, by in (("mode", cell.by_mode), ("channel", cell.by_channel)):
        for column in columns(reading):
            if column.name.startswith(f"{prefix}_"):
                value = by.get(column.name.removeprefix(f"{prefix}_"))
                found[column.name] = _part(reading, value, withheld, hidden=hidden)
    return found


def _known(reading: Reading, value: int | None) -> Value:
    return reading.words("unknown") if value is None else value


def _counted(value: int | None, withheld: Masked, *, hidden: bool) -> Value:
    if value is None:
        return withheld if hidden else NONE
    return value


def _part(reading: Reading, value: int | str | None, withheld: Masked, *, hidden: bool) -> Value:
    if isinstance(value, str):
        return Masked(reading.words(value))
    return _counted(value, withheld, hidden=hidden)
