"""How much of a cell may be shown, and the shares and choices that are shown.

The least that cells of a profile have in common; knows nothing of the profile they make up.
"""

from __future__ import annotations

from typing import Literal

from corus.domain.base import Frozen

Show = Literal["full", "banded", "majority", "masked", "single_item", "not_asked", "unscored"]
"""``full`` n ≥ 10 · ``banded`` 5–9 · ``majority`` organizations 3–4 · ``masked`` under the
threshold (or complementary) · ``single_item`` a dimension with one item for this group ·
``not_asked`` · ``unscored`` nobody reached half of the items, or easy scale only."""

Band = Literal["low", "middle", "high"]
"""``low`` ≤ 25 %, ``high`` ≥ 75 %, ``middle`` between."""

LEFT_OUT = "withheld so that nobody is recognisable"
"""Reason of the masked cells of a group that a view leaves out: beside what was told before, it
would single somebody out, or holds too few persons. The text does not tell which."""


class Share(Frozen):
    """A share in [0, 1]; ``low`` and ``high`` bound its 95 % Wilson interval when published."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    band: Band | None = None


class ChoiceCell(Frozen):
    """One option of a choice question for one group: share of persons who chose it."""

    item: str
    group: str
    option: str
    show: Show
    reason: str = ""
    n: int | None = None
    chosen: int | None = None
    share: Share | None = None
