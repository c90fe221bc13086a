"""Ways of answering, and what they forbid to conclude: by whose hand, by which door.

Reads the published coverage and mode effects only; knows no answers and no words.
"""

from __future__ import annotations

from collections.abc import Iterator

from corus.domain.arrival import DOUBTFUL, OPEN_LINK, Bounds, by_structure
from corus.domain.caution import Caution
from corus.domain.profile import Coverage, Profile


def may_be_open(line: Coverage) -> bool:
    """Whether some answers of a shown group came, or may have come, by an open address."""
    if line.by_channel:
        return any(channel in OPEN_LINK for channel in line.by_channel)
    return line.open_link is not False


def how_they_answered(profile: Profile) -> Iterator[Caution]:
    """Answers written by the structure; modes seen, not seen or not testable; groups that differ
    in nothing but their mode."""
    shown = [line for line in profile.coverage if line.received is not None]
    for line in shown:
        yield from _hand(profile, line)
    yield from _several("hand_unknown", (g for g in shown if _unknown(profile, g)))
    yield from _effects(profile, shown)
    yield from _apart(shown)


def _several(code: str, lines: Iterator[Coverage]) -> Iterator[Caution]:
    if names := tuple(line.group for line in lines):
        yield Caution(code=code, groups=names)


def _bounds(profile: Profile, line: Coverage) -> Bounds:
    """Share of one group's answers that somebody of the structure wrote down."""
    alone = profile.model_copy(update={"coverage": (line,)})
    return by_structure(alone) or Bounds(0, 0)


def _hand(profile: Profile, line: Coverage) -> Iterator[Caution]:
    share = _bounds(profile, line)
    if share.low > 0:
        known = share.low == share.high
        yield Caution(
            code="by_structure" if known else "by_structure_between",
            groups=(line.group,),
            shares={"share": share.low} if known else {"low": share.low, "high": share.high},
        )


def _unknown(profile: Profile, line: Coverage) -> bool:
    share = _bounds(profile, line)
    return share.low == 0 < share.high


def _effects(profile: Profile, shown: list[Coverage]) -> Iterator[Caution]:
    for line in shown:
        seen = tuple(
            effect.dimension
            for effect in profile.mode_effects
            if effect.group == line.group and not effect.low <= 0 <= effect.high
        )
        if seen:
            yield Caution(code="mode_seen", groups=(line.group,), dimensions=seen)
    tested = {effect.group for effect in profile.mode_effects}
    seen_in = {
        effect.group for effect in profile.mode_effects if not effect.low <= 0 <= effect.high
    }
    yield from _several("mode_not_seen", (g for g in shown if g.group in tested - seen_in))
    yield from _several(
        "mode_not_tested", (g for g in shown if g.group not in tested and _others(g))
    )


def _others(line: Coverage) -> bool:
    """Whether some of the group are known not to have answered alone."""
    return any(mode not in ("self", *DOUBTFUL) for mode in line.by_mode)


def _apart(shown: list[Coverage]) -> Iterator[Caution]:
    """Groups answering all alone beside groups where nobody did: group and mode are one."""
    alone = tuple(line.group for line in shown if set(line.by_mode) == {"self"})
    never = tuple(
        line.group for line in shown if line.by_mode and not {"self", *DOUBTFUL} & set(line.by_mode)
    )
    if alone and never:
        yield Caution(code="mode_confounded", groups=alone, others=never)
