"""Whether a new release may stand beside views and mode effects of earlier ones.

What it refuses, and of which groups it tells no mode effects; the rule of views itself is
``view_ledger`` and ``viewed_parts``.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from corus.analysis import Tally
from corus.analysis.disclosure.views import Refusal, undoes_bands
from corus.services.release_parts import Filter, Shown, figures, hands_possible, sides
from corus.services.view_ledger import (
    Journal,
    Told,
    as_view,
    atoms_of,
    by_group,
    layers_of,
    refusal_of,
    released,
)
from corus.services.viewed_parts import left_alone, told_before
from corus.services.weighing.beside import weighted_groups
from corus.store import queries
from corus.store.models import Wave


def beside_views(
    session: Session, wave: Wave, new: Tally, silent: frozenset[str] = frozenset()
) -> Refusal | None:
    """Why a release of these counts would not stand beside the views already shown, or None.

    Each group of it, and each form of its questionnaire, is taken as one more view; what is too
    small to be shown at all, the release masks itself. Of groups that are ``silent`` it tells no
    mode effects. Earlier mode effects are views of their two sides.
    """
    if not queries.releases(session, wave.id):
        return None
    before, views = released(session, wave), Journal().shown(session, wave)
    earlier = list(by_group(views, before.tallies))
    number = max(before.tallies) + 1
    told = replace(before, tallies={**before.tallies, number: new}, numbers={})
    for group in sorted({one.filter.group[0] for one in (*earlier, *before.sides)}):
        refusal = _alone(number, group, earlier, told)
        if refusal:
            return refusal
    if not earlier:
        return None
    hands = hands_possible(new, before.instrument, before.thresholds)
    parts = tuple(figures(number, new, frozenset(h for h in hands if h[0] not in silent)))
    told = replace(told, figures=(*before.figures, *parts))
    found = (refusal_of(part, earlier, told, release=True) for part in parts)
    return next((refusal for refusal in found if refusal and refusal.beside), None)


def _alone(number: int, group: str, earlier: list[Shown], told: Told) -> Refusal | None:
    """Whether a few persons follow from the whole group beside what was told of its parts."""
    shown, whole = [*earlier, *told.sides], Shown(number, Filter(group=(group,)))
    for release in sorted({one.release for one in shown}):
        if left_alone(release, group, shown, told, [number]) is not None:
            return Refusal(whole.name, (Shown(release, whole.filter).name,))
    return _beside_sides(whole, told)


def _beside_sides(whole: Shown, told: Told) -> Refusal | None:
    """By numbers of persons: mode effects tell scores, not answers to an item."""
    layers, there = layers_of(told, "")
    atoms = {number: atoms_of(layers, str(number)) for number in told.tallies}
    before = [Shown(number, whole.filter) for number in told.tallies if number < whole.release]
    before += [one for one in told.sides if one.filter.group == whole.filter.group]
    old = [as_view(one, atoms) for one in before]
    return undoes_bands(as_view(whole, atoms), old, there, told.thresholds.shown)


def silent_on_modes(session: Session, wave: Wave, new: Tally) -> frozenset[str]:
    """Groups of which a release of these counts tells no mode effects.

    Their two sides are parts like views: see ``viewed_parts``. So are the categories of a group
    weighted to known margins, whenever it was: those who were helped may be one of them.
    """
    if not queries.releases(session, wave.id):
        return frozenset()
    before = released(session, wave)
    number = max(before.tallies) + 1
    told = replace(before, tallies={**before.tallies, number: new})
    hands = hands_possible(new, told.instrument, told.thresholds)
    views = list(by_group(Journal().shown(session, wave), before.tallies))
    shown = [*views, *before.sides, *sides(number, new, hands)]
    weighted = weighted_groups(session, wave)
    return frozenset(
        group for group in {group for group, _ in hands}
        if (group in weighted and not all(told.same(one, number, group) for one in told.tallies))
        or told_before(number, group, shown, told) is not None
        or left_alone(number, group, shown, told, before.tallies) is not None
    )  # fmt: skip
