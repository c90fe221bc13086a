"""How the answers behind a result arrived: by open link, written down by the structure.

Worked out from published coverage alone, so that it tells no more than coverage does: where a
breakdown is withheld, or nobody said who wrote the answers, the share is given as bounds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from corus.domain.profile import Coverage, Profile
from corus.domain.wave import BY_STRUCTURE

DOUBTFUL = ("unknown",)
"""Parts that may have come any way: imported answers of which nobody said who wrote them."""
OPEN_LINK = ("open", "kiosk")
"""Channels by which anybody may answer, and answer again."""


@dataclass(frozen=True)
class Bounds:
    """A share of the answers shown, in [0, 1]: between ``low`` and ``high``, both possible."""

    low: float
    high: float


def by_open_link(profile: Profile) -> Bounds | None:
    """Share of answers that came by an open link or a kiosk; None when no answer is shown."""
    return _share(profile, "by_channel", OPEN_LINK)


def by_structure(profile: Profile) -> Bounds | None:
    """Share of answers that somebody of the structure wrote down (paper, interview, help)."""
    return _share(profile, "by_mode", BY_STRUCTURE)


def _share(profile: Profile, family: str, names: Collection[str]) -> Bounds | None:
    shown = [line for line in profile.coverage if line.received is not None]
    total = sum(line.received or 0 for line in shown)
    if not total:
        return None
    bounds = [_count(line, getattr(line, family), names) for line in shown]
    return Bounds(sum(low for low, _ in bounds) / total, sum(high for _, high in bounds) / total)


def _count(
    line: Coverage, parts: Mapping[str, int | str], names: Collection[str]
) -> tuple[int, int]:
    """Fewest and most answers of one group that came this way, for all that is published."""
    known = {name: n for name, n in parts.items() if isinstance(n, int)}
    counted = sum(n for name, n in known.items() if name in names)
    doubtful = sum(n for name, n in known.items() if name in DOUBTFUL)
    hidden = set(parts) - set(known)
    rest = (line.received or 0) - sum(known.values())
    if not parts:
        return 0, rest
    mine = hidden & set(names)
    others = hidden - mine - set(DOUBTFUL)
    # Each hidden part holds somebody.
    low = rest if mine and mine == hidden else len(mine)
    high = rest - len(others) if hidden - others else 0
    return counted + low, counted + doubtful + high
