"""What changed since an earlier wave of the same organization, as it may be told.

Made from published figures of both waves; a change that cannot be told says why.
"""

from __future__ import annotations

from datetime import date

from corus.domain.base import Frozen
from corus.domain.same_persons import SamePersons


class GroupSince(Frozen):
    """One group on one dimension, in points 0–100: both waves, or why they do not compare."""

    dimension: str
    group: str
    first: float | None = None
    first_n: int | None = None
    second: float | None = None
    second_n: int | None = None
    value: float | None = None
    """Second wave minus first; None where the waves do not compare."""
    low: float | None = None
    high: float | None = None
    """95 % Welch interval of ``value``; None with too few persons, or when nothing varies."""
    told: str = ""
    """What the change allows to say, or why there is none: an English sentence, the key of its
    translation."""
    names: dict[str, str] = {}
    """What that sentence names."""

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out no change."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


class Since(Frozen):
    """Two releases side by side: an earlier wave, and what changed from it to the profile's."""

    wave: str
    title: str
    release: int
    released_on: date
    cells: tuple[GroupSince, ...]
    same_persons: tuple[SamePersons, ...] = ()
    """Where the two waves were compared person by person, what was told of it."""

    @property
    def compared(self) -> tuple[GroupSince, ...]:
        """Cells that compare."""
        return tuple(cell for cell in self.cells if cell.value is not None)
