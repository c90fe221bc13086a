"""Rows on whether groups understand the items of a dimension alike.

Knows no HTML and decides nothing: it says what the Profile holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from corus.charts.view import View
from corus.domain.together import ALIKE, Invariance


@dataclass(frozen=True)
class AlikeRow:
    """One dimension that was tested: the groups, what it allows, the fit of each level."""

    dimension: str
    groups: str
    absent: str
    told: str
    items: str
    cfi: str
    rmsea: str
    lost: str


def alike_rows(view: View) -> list[AlikeRow]:
    """Dimensions on which groups were compared."""
    return [_row(view, one) for one in view.profile.invariance if one.groups]


def _row(view: View, one: Invariance) -> AlikeRow:
    say = view.words
    return AlikeRow(
        view.dimension(one.dimension),
        ", ".join(map(view.group, one.groups)),
        ", ".join(map(view.group, one.absent)),
        say(ALIKE[one.reached]),
        say.number(one.items or 0),
        _one_by_one([say.number(fit.cfi, 2) for fit in one.fits]),
        _one_by_one([say.number(fit.rmsea, 2) for fit in one.fits]),
        _one_by_one([_p(view, fit.p_lost) for fit in one.fits[1:]]),
    )


def _one_by_one(figures: list[str]) -> str:
    return " → ".join(figures) or "–"


def _p(view: View, p: float | None) -> str:
    if p is None:
        return "–"
    least = view.words.number(0.01, 2)
    return f"<\u202f{least}" if p < 0.005 else view.words.number(p, 2)
