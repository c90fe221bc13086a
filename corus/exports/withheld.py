"""The text that stands where a figure is not published: never a blank, never a zero.

Knows nothing of files; the decision to withhold was taken before the Profile was frozen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from corus.domain.profile import DimensionCell, ItemCell, Share, Show
from corus.exports.columns import Masked, Rounded, Value
from corus.exports.reading import Reading

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
        "Few persons answered: shares are given as bands, counts and intervals are withheld, "
        "scores are rounded to the nearest 5."
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


class Cell(Protocol):
    """What every cell of a Profile has."""

    @property
    def show(self) -> Show:
        """How it is published."""


C = TypeVar("C", bound=Cell)


def asked(cells: Iterable[C]) -> tuple[list[C], int]:
    """The cells of groups that were asked, and how many were not."""
    found = list(cells)
    kept = [cell for cell in found if cell.show != "not_asked"]
    return kept, len(found) - len(kept)


def mask(reading: Reading, reason: str) -> Masked:
    """The text of a masked cell: its reason, or the threshold."""
    return Masked(reading.words(reason) if reason else f"n < {reading.profile.thresholds.shown}")


def count_of(reading: Reading, show: Show, reason: str, value: int | None) -> Value:
    """``n`` itself, or the range it lies in."""
    if value is not None:
        return value
    limits = reading.profile.thresholds
    if show == "banded":
        return f"{limits.shown}–{limits.full - 1}"
    if show == "majority":
        return f"{limits.organizations}–{limits.shown - 1}"
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
        return Rounded(cell.score) if cell.show == "banded" else cell.score
    if cell.show == "single_item":
        return reading.words("1 item")
    if cell.show == "unscored":
        return reading.words("no score")
    return figure(reading, cell.show, cell.reason, None)


def score_limit(reading: Reading, cell: DimensionCell, limit: float | None) -> Value:
    """One end of a score's interval, or why there is none."""
    if limit is None and cell.unanimous and cell.score is not None:
        return reading.words("unanimous")
    return figure(reading, cell.show, cell.reason, limit)


def majority(reading: Reading, cell: ItemCell) -> str:
    """Which way the majority leans, in words; a dash where it is not said."""
    return reading.words(MAJORITIES[cell.majority]) if cell.majority else NONE
