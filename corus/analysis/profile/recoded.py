"""Whether counts of what people wrote may stand beside those of earlier releases.

As ``disclosure.ledger`` and ``disclosure.states``, for what a tally does not hold: valences,
expectations and codes, as they were told.
"""

from __future__ import annotations

from collections.abc import Sequence

from corus.analysis.disclosure.states import third_state
from corus.domain.open_answers import UNCODED, QuotationCell
from corus.domain.profile import ChoiceCell
from corus.domain.wave import Thresholds

Histogram = dict[str, int]
"""Persons by kind."""


def unsafe_voices(
    previous: Sequence[QuotationCell | ChoiceCell],
    new: Sequence[QuotationCell | ChoiceCell],
    thresholds: Thresholds,
) -> list[str]:
    """One sentence per cell in which 1 to ``thresholds.shown`` − 1 persons came or left a count.

    As ``ledger.unsafe_changes``, for what that module cannot see: subtracting two releases must
    not tell the valence or the codes of the few persons who came, left or were coded otherwise
    between them. Twelve who were uncoded and are coded now moved together: that isolates nobody.
    """
    before, after = _histograms(previous), _histograms(new)
    differ = f"fewer than {thresholds.shown} persons differ from the last release"
    return [
        f"{' · '.join(place)}: {differ}"
        for place in before
        if place in after and _few_moved(before[place], after[place], thresholds.shown)
    ]


def third_codings(
    earlier: Sequence[Sequence[QuotationCell | ChoiceCell]],
    new: Sequence[QuotationCell | ChoiceCell],
) -> dict[tuple[str, ...], int]:
    """Cells whose counts of codes would be told in a third state, as ``states.third_states``.

    Gives (group, question, …) and where in ``earlier`` (oldest first) the second state began. How
    many are not coded is left out: it follows from how many wrote. So nothing coded is no state,
    and words that left a release, whose counts stay, make none.
    """
    told = [_coded(cells) for cells in earlier]
    found = {
        place: third_state([one.get(place) for one in told], counts, lambda a, b: a == b)
        for place, counts in _coded(new).items()
    }
    return {place: at for place, at in found.items() if at is not None}


def _coded(cells: Sequence[QuotationCell | ChoiceCell]) -> dict[tuple[str, ...], Histogram]:
    """Persons by kind where anybody's text is coded."""
    found = {
        place: {kind: n for kind, n in counts.items() if n and kind != UNCODED}
        for place, counts in _histograms(cells).items()
    }
    return {place: counts for place, counts in found.items() if counts}


def _few_moved(before: Histogram, after: Histogram, shown: int) -> bool:
    steps = [after.get(kind, 0) - before.get(kind, 0) for kind in before | after]
    came, left = sum(s for s in steps if s > 0), -sum(s for s in steps if s < 0)
    return any(0 < persons < shown for persons in (came, left))


def _histograms(cells: Sequence[QuotationCell | ChoiceCell]) -> dict[tuple[str, ...], Histogram]:
    """Persons by kind, for each question of each group and each way of counting it."""
    found: dict[tuple[str, ...], Histogram] = {}
    for cell in cells:
        place = cell.group, cell.item
        if isinstance(cell, QuotationCell):
            if cell.valences:
                found[place] = dict(cell.valences)
            if cell.n is not None and cell.expectations:
                silent = cell.n - sum(cell.expectations.values())
                found[*place, "expectations"] = {**cell.expectations, UNCODED: silent}
        elif cell.chosen is not None and cell.n is not None:
            found[*place, cell.option] = {"chosen": cell.chosen, "not": cell.n - cell.chosen}
    return found
