"""The tables beside perceptions: gaps, coverage, stated importance.

Knows no HTML: rows of text that a template lays out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from corus.charts import phrases
from corus.charts.coverage import told as coverage_told
from corus.charts.gaps import widest
from corus.charts.view import View
from corus.domain.part import MODES
from corus.domain.profile import ChoiceCell, Coverage, Gap
from corus.domain.together import Line, Together

NO_BREAK = "\u202f"


@dataclass(frozen=True)
class GapRow:
    """Two groups and what separates them."""

    topic: str
    kind: str
    href: str
    first: str
    second: str
    gap: str
    interval: str
    flagged: bool
    self_and_others: bool


@dataclass(frozen=True)
class CoverageRow:
    """Who was reached in one group."""

    group: str
    population: str
    invited: str
    received: str
    complete: str
    rate: str
    modes: str
    masked: bool


@dataclass(frozen=True)
class ChoiceTable:
    """One choice question: options in rows, groups in columns."""

    text: str
    importance: bool
    groups: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def gap_rows(view: View) -> list[GapRow]:
    """The gaps drawn, then every other flagged one."""
    drawn = widest(view.profile)
    others = [gap for gap in view.profile.gaps if gap.flagged and gap not in drawn]
    return [_gap_row(view, gap) for gap in [*drawn, *others]]


def _gap_row(view: View, gap: Gap) -> GapRow:
    first, second = phrases.gap_values(view, gap)
    return GapRow(
        phrases.gap_topic(view, gap),
        phrases.gap_unit(view, gap),
        f"#{gap.kind[0]}-{gap.code}",
        _end(view, gap.first, first, gap.first_n),
        _end(view, gap.second, second, gap.second_n),
        phrases.points(view, gap.gap),
        phrases.span(view, gap.low, gap.high),
        gap.flagged,
        view.compares_self_and_others(gap),
    )


def _end(view: View, group: str, value: str, n: int) -> str:
    told = view.words("n = {n}", n=view.words.number(n))
    return f"{view.group(group)} · {value} ({told})"


def coverage_rows(view: View) -> list[CoverageRow]:
    """One row per group, rates only where the population is known."""
    return [_coverage_row(view, row) for row in view.profile.coverage]


def _coverage_row(view: View, row: Coverage) -> CoverageRow:
    say = view.words
    rate = say.percent(row.rate) if row.rate is not None else say(_no_rate(row))
    return CoverageRow(
        view.group(row.group),
        _number(view, row.population) or say("unknown"),
        _number(view, row.invited) or say("not given"),
        _number(view, row.received) or phrases.received(view, row),
        _number(view, row.complete) or say("withheld"),
        rate,
        " · ".join(f"{say(MODES.get(m, m))} {_any(view, n)}" for m, n in row.by_mode.items()),
        phrases.is_masked(row),
    )


def _no_rate(row: Coverage) -> str:
    return "no rate" if row.population is None else "withheld"


@dataclass(frozen=True)
class ModeRow:
    """One group and dimension: those who wrote themselves against those who were helped."""

    place: str
    gap: str
    interval: str


def mode_rows(view: View) -> list[ModeRow]:
    """Mode effects, the widest first."""
    found = sorted(view.profile.mode_effects, key=lambda e: (-abs(e.gap), e.dimension, e.group))
    return [
        ModeRow(
            f"{view.dimension(one.dimension)} · {view.group(one.group)}",
            phrases.signed(view, one.gap),
            view.words(
                "{low} to {high}",
                low=phrases.signed(view, one.low), high=phrases.signed(view, one.high),
            ),
        )
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True)
class TogetherRow:
    """One dimension, all groups together: spread, and lines that are conventions."""

    dimension: str
    groups: str
    absent: str
    spread: str
    ends: str
    due_to_group: str
    equal: str
    head_count: str
    negotiated: str


def together_rows(view: View) -> list[TogetherRow]:
    """Dimensions on which two groups at least are published in full."""
    return [_together_row(view, one) for one in view.profile.together]


def _together_row(view: View, one: Together) -> TogetherRow:
    say, names = view.words, view.group
    lines = {line.convention: _line(view, line) for line in one.lines}
    return TogetherRow(
        view.dimension(one.dimension),
        say("{number} of {total}", number=len(one.groups), total=len(one.groups + one.absent)),
        ", ".join(map(names, one.absent)),
        phrases.points(view, one.spread),
        say("{lowest} → {highest}", lowest=", ".join(map(names, one.lowest)),
            highest=", ".join(map(names, one.highest))),
        _coefficient(view, one),
        lines["equal"],
        lines["head_count"],
        _negotiated(view, one, lines.get("negotiated")),
    )  # fmt: skip


def _negotiated(view: View, one: Together, line: str | None) -> str:
    """With the part of the agreed weight that stands behind it, where groups are missing."""
    if line is None or one.weight_present is None or not one.absent:
        return line or ""
    part = view.words.percent(one.weight_present)
    return f"{line} ({view.words('{part} of the weight', part=part)})"


def _line(view: View, line: Line) -> str:
    score = view.words.number(line.score, 1)
    if line.low is None or line.high is None:
        return score
    low, high = view.words.number(line.low, 1), view.words.number(line.high, 1)
    return f"{score} [{low}{NO_BREAK};{NO_BREAK}{high}]"


def _coefficient(view: View, one: Together) -> str:
    if one.icc1 is None or one.icc1_low is None or one.icc1_high is None:
        return view.words("not computed")
    value, low, high = (
        view.words.percent(max(0.0, x)) for x in (one.icc1, one.icc1_low, one.icc1_high)
    )
    return f"{value} [{low}{NO_BREAK};{NO_BREAK}{high}]"


def coverage_summary(view: View) -> str:
    """Coverage in one line per group, for those who do not see the figure."""
    rows = view.profile.coverage
    return ". ".join(f"{view.group(c.group)}: {coverage_told(view, c)}" for c in rows)


def choices(view: View) -> list[ChoiceTable]:
    """Choice questions, importance first."""
    cells: defaultdict[str, list[ChoiceCell]] = defaultdict(list)
    for cell in view.profile.choices:
        cells[cell.item].append(cell)
    order = sorted(cells, key=lambda code: view.item(code).purpose != "importance")
    return [_choice_table(view, code, cells[code]) for code in order]


def _choice_table(view: View, code: str, cells: list[ChoiceCell]) -> ChoiceTable:
    item = view.item(code)
    by_place = {(c.option, c.group): c for c in cells}
    groups = [g for g in view.profile.groups if any(c.group == g for c in cells)]
    rows = tuple(
        (
            view.say(option.label),
            tuple(_choice(view, by_place.get((option.code, group))) for group in groups),
        )
        for option in item.options
    )
    return ChoiceTable(
        view.say(item.text),
        item.purpose == "importance",
        tuple(_choice_head(view, group, cells) for group in groups),
        rows,
    )


def _choice_head(view: View, group: str, cells: list[ChoiceCell]) -> str:
    n = next((c.n for c in cells if c.group == group and c.n is not None), None)
    label = view.group(group)
    return f"{label} ({view.words('n = {n}', n=view.words.number(n))})" if n else label


def _choice(view: View, cell: ChoiceCell | None) -> str:
    if cell is None or cell.show == "not_asked":
        return phrases.NOT_ASKED
    if cell.show == "masked":
        return phrases.masked(view, cell.reason)
    return phrases.share(view, cell.share)


def _number(view: View, value: int | None) -> str:
    return "" if value is None else view.words.number(value)


def _any(view: View, value: int | str) -> str:
    return view.words(value) if isinstance(value, str) else view.words.number(value)
