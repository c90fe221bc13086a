"""What people say matters to them, beside what they perceive; one never weighs the other.

Made of published cells alone: it tells no more than they do.
"""

from __future__ import annotations

from typing import Literal

from corus.domain.base import Frozen
from corus.domain.shown import Show

Quadrant = Literal["discuss_first", "keep", "watch", "beyond_priorities"]
QUADRANTS: dict[Quadrant, str] = {
    "discuss_first": "Important and less favourable: to discuss first",
    "keep": "Important and favourable: to keep",
    "watch": "Less often named and less favourable: to keep an eye on",
    "beyond_priorities": "Less often named and favourable: an asset beside the priorities",
}
"""Martilla and James (1977) without their orders ("concentrate here", "possible overkill"): a
perception does not say where to spend."""
UNDECIDED = "Too close to the lines to say"


class Beside(Frozen):
    """One dimension: how many persons in 100 named it, how it is perceived, where that lies.

    ``low`` … ``high`` is the 95 % Wilson interval of ``named``, ``score_low`` … ``score_high``
    the 95 % t interval of ``score``, None when unanimous.
    """

    dimension: str
    n: int
    named: float
    low: float
    high: float
    score_n: int
    score: float
    score_low: float | None = None
    score_high: float | None = None
    quadrant: Quadrant
    decided: bool
    """False when an interval includes a line: it is then ``UNDECIDED`` where it lies."""

    @property
    def sentence(self) -> str:
        """Where it lies, in words: a key of the catalogue."""
        return QUADRANTS[self.quadrant] if self.decided else UNDECIDED


class Importance(Frozen):
    """One question on what matters, in one group, beside the group's scores."""

    item: str
    group: str
    show: Show
    """``full`` where the choices are published in full; nothing is placed otherwise."""
    reason: str = ""
    named_line: float | None = None
    """What each topic would get if none stood out: the mean over all of the options."""
    score_line: float = 50.0
    """The middle of the scale of scores."""
    placed: tuple[Beside, ...] = ()
    left_out: tuple[str, ...] = ()
    """Dimensions named in the question on which the group has no score published in full."""
