"""What the next wave answers to what a group said, in the words that the comparison allows.

A change is told where two releases compare and an interval allows it; nothing is said of why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.analysis.measures.stats import newcombe
from corus.analysis.waves.wave_change import READINGS
from corus.charts.view import View
from corus.domain.changes import GroupSince, Since
from corus.domain.profile import ItemCell, Profile
from corus.services import since as waves_since
from corus.store import decisions, queries
from corus.store.models import Wave

PLAIN = {
    # what the comparison says, and which way → how the page says it
    (READINGS["small"], True): "Your answers are a little more favourable than before.",
    (READINGS["small"], False): "Your answers are a little less favourable than before.",
    (READINGS["beyond"], True): "Your answers are clearly more favourable than before.",
    (READINGS["beyond"], False): "Your answers are clearly less favourable than before.",
}
ALIKE = "Your answers do not differ from before by more than chance can explain."
TOO_FEW = "Too few answers to say whether anything changed."
MORE = "That is more favourable than before."
LESS = "That is less favourable than before."
BY_CHANCE = "Chance can explain the difference."
ASKED_OTHERWISE = "The questions are no longer the same: the two cannot be set side by side."


@dataclass(frozen=True)
class Later:
    """The next wave: its title, and by dimension what may be said beside the first."""

    title: str
    released_on: date
    lines: dict[str, str]
    """Dimension → sentence, a key of the catalogues."""
    profile: Profile


def later(session: Session, wave: Wave, group: str) -> Later | None:
    """The first later wave that tells this group something; else the next one; None without any."""
    found: list[Later] = []
    for after in decisions.later_waves(session, wave):
        release = queries.latest_release(session, after.id)
        if release is not None:
            second = Profile.model_validate_json(bytes(release.profile))
            pair = waves_since.since(session, wave, second)
            found.append(_later(second, _of(pair, group)))
            if any(cell.value is not None for cell in _of(pair, group)):
                return found[-1]
    return found[0] if found else None


def _of(pair: Since | None, group: str) -> list[GroupSince]:
    return [cell for cell in pair.cells if cell.group == group] if pair else []


def _later(second: Profile, cells: list[GroupSince]) -> Later:
    lines = {cell.dimension: plain(cell) for cell in cells}
    return Later(second.wave_title, second.released_on, lines, second)


def plain(cell: GroupSince) -> str:
    """What a change says, without figures: the key of a sentence of the catalogues."""
    if cell.value is None:
        return ASKED_OTHERWISE
    if cell.told == READINGS["no_interval"]:
        return TOO_FEW
    return PLAIN.get((cell.told, cell.value > 0), ALIKE)


def item_change(first: ItemCell, second: ItemCell) -> str:
    """The same of the favourable answers to one sentence, from their Newcombe interval; different
    respondents, as nothing links the two waves."""
    before, after = _favourable(first), _favourable(second)
    if before is None or after is None:
        return TOO_FEW
    low, high = newcombe(*after, *before)
    return MORE if low > 0 else LESS if high < 0 else BY_CHANCE


def _favourable(cell: ItemCell) -> tuple[int, int] | None:
    """(favourable answers, answers) of a cell published in full, or None."""
    share = cell.favourable.value if cell.favourable else None
    if cell.show != "full" or share is None or not cell.n:
        return None
    return round(share * cell.n), cell.n


def lines(found: Later, view: View) -> list[tuple[str, str]]:
    """(dimension, sentence) in the language of ``view``, in the order of its instrument."""
    return [
        (view.dimension(code), view.words(found.lines[code]))
        for code in view.dimensions
        if code in found.lines
    ]
