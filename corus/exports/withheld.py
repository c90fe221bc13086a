"""The text that stands where a figure is not published: never a blank, never a zero.

Knows nothing of files; the decision to withhold was taken before the Profile was frozen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from corus.domain.profile import DimensionCell, ItemCell, Share, Show
from corus.domain.reading import Reading
from corus.domain.shown import LEFT_OUT
from corus.exports.columns import Masked, Rounded, Value, Whole

NONE = "–"
"""Does not apply, or nothing to say; the legend of every sheet explains it."""

STATES: dict[Show, str] = {
    "full": "published",
    "banded": "in bands",
    "majority": "majority only",
    "masked": "masked",
    "single_item": "single item",
    "not_asked": "not asked",
    "unscored": "no score",
}
"""How a cell is published → the word for it, a key of the catalogue."""

STATE_MEANINGS: dict[Show, str] = {
    "full": "Enough persons answered: every figure is published.",
    "banded": (
        "Few persons answered, or others must be protected: shares are given as bands, counts and "
        "intervals are withheld, scores are rounded to the nearest 5."
    ),
    "majority": "Three or four organizations answered: only the majority is said in words.",
    "masked": "Too few persons answered, or the figure would reveal another masked one.",
    "single_item": "This group was asked one item of the dimension: read the item, not a score.",
    "not_asked": "This group was not asked: it cannot observe it.",
    "unscored": (
        "No score: nobody answered at least half of the items, or the easy-to-read scale was used."
    ),
}

MAJORITIES = {
    "favourable": "favourable majority",
    "mixed": "mixed majority",
    "unfavourable": "unfavourable majority",
    "none": "no majority",
}


WHOLE = "whole points"
WIDEST = "spread at most, interval at its widest"
"""What stands beside a rounded score: those of the persons would tell what a few answered."""
ROUNDINGS = (WHOLE, "one decimal")
REASONS = {
    "complementary": "to protect others",
    WHOLE: "rounded to whole points",
    "one decimal": "rounded to one decimal",
}
"""Reasons that the Profile gives as words; the others are texts such as ``n < 5`` or ``5–9``."""


def state(reading: Reading, cell: Cell) -> str:
    """How a cell is published; of a group that a view leaves out, why it is not."""
    return reading.words(LEFT_OUT if cell.reason == LEFT_OUT else STATES[cell.show])


class Cell(Protocol):
    """What every cell of a Profile has."""

    @property
    def show(self) -> Show:
        """How it is published."""

    @property
    def reason(self) -> str:
        """Why not more of it is."""


C = TypeVar("C", bound=Cell)


def asked(cells: Iterable[C]) -> tuple[list[C], int]:
    """The cells of groups that were asked, and how many were not."""
    found = list(cells)
    kept = [cell for cell in found if cell.show != "not_asked"]
    return kept, len(found) - len(kept)


def mask(reading: Reading, reason: str) -> Masked:
    """The text of a masked cell: ``n < 5``, or that it protects another cell or person."""
    if reason == LEFT_OUT:
        return Masked(reading.words("withheld"))
    if reason in REASONS:
        return Masked(reading.words("masked"))
    return Masked(reason or f"n < {reading.profile.thresholds.shown}")


def because(reading: Reading, cell: Cell) -> str:
    """Why a cell is withheld, coarsened or rounded, for its note; "" when another text says it."""
    if cell.reason == LEFT_OUT:
        return ""
    reason = REASONS.get(cell.reason)
    told = reading.words(reason) if reason else ""
    if cell.show != "masked":
        return told
    return reading.words(
        "masked: {reason}", reason=told or cell.reason or reading.words("too few persons")
    )


def rounded(cell: Cell) -> bool:
    """Whether a published score is rounded, to whole points or to one decimal."""
    return cell.show == "full" and cell.reason in ROUNDINGS


def count_of(reading: Reading, show: Show, reason: str, value: int | None) -> Value:
    """``n`` itself, or the range it lies in."""
    if value is not None:
        return value
    limits = reading.profile.thresholds
    if reason in REASONS:
        return figure(reading, show, reason, None)
    if show == "banded":
        return reason or f"{limits.shown}–{limits.full - 1}"
    if show == "majority":
        return reason or f"{limits.organizations}–{limits.shown - 1}"
    return figure(reading, show, reason, None)


def figure(reading: Reading, show: Show, reason: str, value: float | None) -> Value:
    """A figure, or the text that says why there is none."""
    if value is not None:
        return value
    if show == "masked":
        return mask(reading, reason)
    if show in ("banded", "majority"):
        return reading.words("withheld")
    return NONE


def share(reading: Reading, cell: ItemCell, part: Share | None) -> tuple[Value, Value, Value]:
    """Value, lower and upper limit of a share; a band stands for a value that is withheld."""
    part = part or Share()
    return (
        _band(reading, part) or figure(reading, cell.show, cell.reason, part.value),
        figure(reading, cell.show, cell.reason, part.low),
        figure(reading, cell.show, cell.reason, part.high),
    )


def band_or_figure(reading: Reading, show: Show, reason: str, part: Share | None) -> Value:
    """The value of a share, its band, or the text that says why there is neither."""
    part = part or Share()
    return _band(reading, part) or figure(reading, show, reason, part.value)


def _band(reading: Reading, part: Share) -> str:
    if part.value is not None or part.band is None:
        return ""
    low, high = reading.words.percent(0.25), reading.words.percent(0.75)
    return {"low": f"≤ {low}", "high": f"≥ {high}", "middle": f"{low} – {high}"}[part.band]


def score(reading: Reading, cell: DimensionCell) -> Value:
    """A score, rounded where it is published so, or why there is none."""
    if cell.score is not None:
        return Rounded(cell.score) if cell.show == "banded" else in_steps(cell, cell.score)
    if cell.show == "single_item":
        return reading.words("1 item")
    if cell.show == "unscored":
        return reading.words("no score")
    return figure(reading, cell.show, cell.reason, None)


def score_limit(reading: Reading, cell: DimensionCell, limit: float | None) -> Value:
    """One end of a score's interval, or why there is none."""
    if limit is None and cell.unanimous and cell.score is not None:
        return reading.words("unanimous")
    return in_steps(cell, figure(reading, cell.show, cell.reason, limit))


def in_steps(cell: DimensionCell, value: Value) -> Value:
    """``value`` without decimals where the score is published in whole points."""
    return Whole(value) if cell.reason == WHOLE and not isinstance(value, str) else value


def majority(reading: Reading, cell: ItemCell) -> str:
    """Which way the majority leans, in words; a dash where it is not said."""
    return reading.words(MAJORITIES[cell.majority]) if cell.majority else NONE
