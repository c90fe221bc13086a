"""Which sentences the page of a group has room for, and how many it leaves out.

Knows only cells that the profile shows, and no words.
"""

from __future__ import annotations

from dataclasses import dataclass

from corus.charts.first_read import NOTABLE
from corus.domain.profile import ItemCell, Share

TOLD = 3
"""Sentences in each list."""
ORDER = {"high": 0.875, "middle": 0.5, "low": 0.125}
"""Where a band stands among shares: for the order alone, never shown."""
MAJORITIES = {"favourable": ORDER["high"], "unfavourable": ORDER["low"]}
"""Where a majority stands among favourable shares, likewise."""


@dataclass(frozen=True)
class More:
    """Sentences without room on the page: all of them, and those of each kind."""

    all: int = 0
    best: int = 0
    """With a notable favourable side."""
    least: int = 0
    """With a notable unfavourable side."""
    divided: int = 0


@dataclass(frozen=True)
class Picked:
    """The lists of a page, none of which holds a sentence of another."""

    best: list[ItemCell]
    least: list[ItemCell]
    divided: list[ItemCell]
    more: More


def picked(cells: list[ItemCell]) -> Picked:
    """The lists for these cells, one per sentence; of those alike, the one that is asked first."""
    # The worst first: what many find bad is told as such, however many find it good.
    least, rest = _apart(
        sorted(cells, key=lambda c: (-_against(c), _for(c)))[: _size(cells)], cells
    )
    best, rest = _apart(sorted(rest, key=lambda c: (-_for(c), _against(c)))[:TOLD], rest)
    opposed = sorted((cell for cell in rest if cell.divided), key=_evenness)
    divided, rest = _apart(opposed[:TOLD], rest)
    more = More(
        len(rest), sum(map(is_for, rest)), sum(map(is_against, rest)),
        sum(cell.divided for cell in rest),
    )  # fmt: skip
    return Picked(best, least, divided, more)


def _size(cells: list[ItemCell]) -> int:
    """How many stand for what goes least well: half of a few, and whatever more find bad."""
    worse = sum(_against(cell) > _for(cell) for cell in cells)
    return min(TOLD, max(len(cells) // 2, worse))


def _apart(told: list[ItemCell], cells: list[ItemCell]) -> tuple[list[ItemCell], list[ItemCell]]:
    return told, [cell for cell in cells if cell not in told]


def is_for(cell: ItemCell) -> bool:
    """Whether its favourable side is shown to be notable."""
    return (weight(cell.favourable) or 0) >= NOTABLE or cell.majority == "favourable"


def is_against(cell: ItemCell) -> bool:
    """Whether its unfavourable side is shown to be notable."""
    return (weight(cell.unfavourable) or 0) >= NOTABLE or cell.majority == "unfavourable"


def weight(share: Share | None) -> float | None:
    """The share, or where its band stands among shares; None where neither is shown."""
    if share is None:
        return None
    return share.value if share.value is not None else ORDER.get(share.band or "")


def _for(cell: ItemCell) -> float:
    share = weight(cell.favourable)
    return MAJORITIES.get(cell.majority or "", 0.5) if share is None else share


def _against(cell: ItemCell) -> float:
    """Where the unfavourable side is withheld, what the favourable one leaves."""
    share = weight(cell.unfavourable)
    return 1 - _for(cell) if share is None else share


def _evenness(cell: ItemCell) -> float:
    """The two camps nearest in size and largest first."""
    return -min(weight(cell.favourable) or 0.0, weight(cell.unfavourable) or 0.0)
