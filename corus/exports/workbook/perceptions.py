"""Perceptions by dimension and group: the overview to look at, the long table to check.

Knows no answers and computes nothing: scores and intervals come from the Profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from corus.domain.profile import DimensionCell
from corus.domain.reading import Reading
from corus.exports.columns import Column, Record, Rounded, Value
from corus.exports.withheld import (
    NONE,
    STATES,
    WIDEST,
    asked,
    because,
    count_of,
    figure,
    in_steps,
    mask,
    rounded,
    score,
    score_limit,
)
from corus.exports.workbook.sheet import Bars, Sheet, sheet

COLUMNS = (
    Column("dimension_label", "Dimension", "Family of criteria.", width=28),
    Column("group_label", "Group", "Stakeholder group that answered.", width=24),
    Column("n", "n", "Persons with a score: they answered at least half of the items asked.",
           "count", 8),
    Column("score", "Score", "Mean of the persons’ scores, 0 (all unfavourable) to 100 (all "
           "favourable).", "score", 11),
    Column("low", "Low", "Lower limit of the 95% interval of the score.", "score", 10),
    Column("high", "High", "Upper limit of the 95% interval of the score.", "score", 10),
    Column("sd", "Spread", "Standard deviation of the persons’ scores; where the score is "
           "rounded, the largest that its items allow.", "score", 11),
    Column("state", "State", "How the row is published (see the dictionary).", width=16),
    Column("note", "Note", "Mask, single item to read instead, divided opinions.", width=34),
    Column("label", "Label in charts", "Group, score and n, as the charts print them.", width=32),
    Column("dimension", "Dimension code", "Permanent code of the dimension.", width=14),
    Column("group", "Group code", "Permanent code of the stakeholder group.", width=18),
    Column("down", "Score − low", "Distance from the score to its lower limit, for the charts.",
           "score", 11),
    Column("up", "High − score", "Distance from the score to its upper limit, for the charts.",
           "score", 11),
)  # fmt: skip

BESIDE = 5
"""Columns at the right that serve charts and programs, and are not printed."""
_HEAT = "Score of the dimension, 0–100, or why there is none."
TITLE_LENGTH = 60


def ordered(reading: Reading) -> list[DimensionCell]:
    """Cells of groups asked, by dimension in the instrument's order, then by group."""
    dimensions = {code: i for i, code in enumerate(reading.dimensions)}
    groups = {code: i for i, code in enumerate(reading.profile.groups)}
    return sorted(
        asked(reading.profile.dimensions)[0],
        key=lambda c: (dimensions[c.dimension], groups.get(c.group, len(groups))),
    )


def perceptions(reading: Reading, name: str) -> Sheet:
    """The long table: one row per dimension and group."""
    say = reading.words
    return sheet(
        reading, "perceptions", name,
        title=say("Perceived, by dimension and group"),
        scope=say("One row per dimension and group that was asked."),
        units=say("Scores 0–100 with one decimal; n in persons."),
        columns=COLUMNS,
        printed=len(COLUMNS) - BESIDE,
        records=(_record(reading, cell) for cell in ordered(reading)),
        not_asked=asked(reading.profile.dimensions)[1],
        notes=[legend(reading), *_widest(reading),
               say("Filter as you like; sorting would mix up the charts, which follow this "
                   "order.")],
    )  # fmt: skip


def _widest(reading: Reading) -> Iterator[str]:
    """What spread and interval are beside rounded scores, where there are any."""
    if any(rounded(cell) for cell in reading.profile.dimensions):
        yield reading.words(
            "Beside a score rounded to whole points or to one decimal, the spread is the largest "
            "and the interval the widest that the items allow: those of the persons would tell "
            "what a few of them answered."
        )


def legend(reading: Reading) -> str:
    """How to read what is not a figure."""
    return reading.words(
        "{mask} masked · – does not apply or nothing to say · ≈ rounded to 5 (few persons, or to "
        "protect others) · “withheld”: too few persons for this figure.",
        mask=mask(reading, ""),
    )


def _record(reading: Reading, cell: DimensionCell) -> Record:
    return {
        "dimension": cell.dimension,
        "dimension_label": reading.dimension(cell.dimension),
        "group": cell.group,
        "group_label": reading.group(cell.group),
        "n": count_of(reading, cell.show, cell.reason, cell.n),
        "score": score(reading, cell),
        "low": score_limit(reading, cell, cell.low),
        "high": score_limit(reading, cell, cell.high),
        "sd": in_steps(cell, figure(reading, cell.show, cell.reason, cell.sd)),
        "state": reading.words(STATES[cell.show]),
        "note": _note(reading, cell),
        "label": _label(reading, cell),
        **_margins(reading, cell),
    }


def _note(reading: Reading, cell: DimensionCell) -> str:
    say = reading.words
    parts = [
        because(reading, cell),
        say(WIDEST) if rounded(cell) else "",
        say("read the item “{item}”", item=reading.topic(cell.item)) if cell.item else "",
        say("◐ divided opinions") if cell.divided else "",
        say("unanimous") if cell.unanimous else "",
    ]  # fmt: skip
    return " · ".join(filter(None, parts)) or NONE


def _told(reading: Reading, cell: DimensionCell) -> str:
    """The score in a few characters, as a label prints it."""
    found = score(reading, cell)
    if isinstance(found, str):
        return found
    number = reading.words.number(found)
    return f"≈\u202f{number}" if isinstance(found, Rounded) else number


def _label(reading: Reading, cell: DimensionCell) -> str:
    parts = [reading.group(cell.group), _told(reading, cell)]
    if cell.score is not None and cell.n is not None:
        parts.append(f"n = {cell.n}")
    return " · ".join(parts)


def overview(reading: Reading, name: str) -> Sheet:
    """Group × dimension at a glance, and one chart per dimension below."""
    say = reading.words
    used = [code for code in reading.dimensions if any(
        c.dimension == code for c in reading.profile.dimensions)]  # fmt: skip
    columns = [
        Column("group", "Group", "Stakeholder group that answered.", width=27),
        *(Column(code, reading.short(code), _HEAT, "heat", 13.5) for code in used),
    ]
    return sheet(
        reading, "overview", name,
        title=say("What each group perceives"),
        scope=say("Groups of the wave in rows, dimensions in columns; charts below."),
        units=say("Scores 0–100; colour from brown (0) by pale (50) to teal (100)."),
        columns=columns,
        records=_matrix(reading, used),
        notes=[legend(reading)],
        charts=_charts(reading),
    )  # fmt: skip


def _matrix(reading: Reading, used: Sequence[str]) -> Iterator[Record]:
    found = {(c.group, c.dimension): c for c in reading.profile.dimensions}
    for group in reading.profile.groups:
        row: dict[str, Value] = {"group": reading.group(group)}
        for code in used:
            cell = found.get((group, code))
            row[code] = score(reading, cell) if cell else NONE
        yield row


def _charts(reading: Reading) -> Iterator[Bars]:
    """One chart for each dimension that has a score to draw."""
    rows = enumerate(ordered(reading))
    for code, block in groupby(rows, key=lambda pair: pair[1].dimension):
        placed = list(block)
        cells = [cell for _, cell in placed]
        if any(cell.score is not None for cell in cells):
            yield Bars(
                title=_short(reading.dimension(code)),
                table="perceptions",
                first=placed[0][0],
                last=placed[-1][0],
                label_column="label",
                value_column="score",
                margin_columns=("down", "up"),
                alternative=_alternative(reading, code, cells),
            )


def _margins(reading: Reading, cell: DimensionCell) -> dict[str, Value]:
    if cell.score is None or cell.low is None or cell.high is None:
        withheld = score_limit(reading, cell, None)
        return {"down": withheld, "up": withheld}
    return {"down": max(0.0, cell.score - cell.low), "up": max(0.0, cell.high - cell.score)}


def _alternative(reading: Reading, code: str, cells: Sequence[DimensionCell]) -> str:
    say = reading.words
    told = [
        say("{label}, from {low} to {high}", label=_label(reading, c), low=say.number(c.low),
            high=say.number(c.high))
        if c.low is not None and c.high is not None else _label(reading, c)
        for c in cells
    ]  # fmt: skip
    return say(
        "Bar chart of scores from 0 to 100 for “{dimension}”: {groups}.",
        dimension=_short(reading.dimension(code)), groups="; ".join(told),
    )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"
