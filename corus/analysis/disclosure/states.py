"""In how many states a group was told: two at most, whatever the number of releases.

Figures of many releases can be added and subtracted: of three, a batch that came twice and one
person more are safe in every pair, and yet R₃ − 2·R₂ + R₁ is that person. Of two states there is
nothing to add but the two: a combination a·S₁ + b·S₂ weighs those who left with a, those who came
with b, those who stayed with a + b. So it is about a few persons only where a state has few, or
where few came and few left: that is what ``ledger`` refuses. Groups share nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.crossing import same_of_group

State = TypeVar("State")
MOST = 2
"""States in which a group may be told."""


def third_states(earlier: Sequence[Tally], new: Tally) -> dict[str, int]:
    """Groups that ``new`` would tell in a third state: where in ``earlier`` the second began.

    ``earlier`` are the counts of earlier releases, oldest first. A state is all that is counted of
    a group: by form, mode, channel, completeness and site, item by item and item with item. Nobody
    at all is no state, and neither is an earlier one again. Tables that one of two tallies did not
    count are not compared.
    """
    found = {
        group: third_state(
            [t if _holds(t, group) else None for t in earlier],
            new,
            lambda a, b, group=group: same_of_group(a, b, group),  # type: ignore[misc]
            known=lambda tally: len(tally.tables),
        )
        for group in sorted({stratum.group for stratum in new.strata})
        if _holds(new, group)
    }
    return {group: place for group, place in found.items() if place is not None}


def third_state(
    earlier: Sequence[State | None],
    new: State,
    same: Callable[[State, State], bool],
    known: Callable[[State], int] = lambda _: 0,
) -> int | None:
    """Where in ``earlier`` the second state began if ``new`` is a third one, or None.

    None in ``earlier`` is where nothing was told. ``known`` says how much a state counts: what
    counts more is told apart first, since what counts less is like several of them.
    """
    told = [(place, one) for place, one in enumerate(earlier) if one is not None]
    states: list[State] = []
    for _, one in sorted(told, key=lambda entry: -known(entry[1])):
        if not any(same(one, state) for state in states):
            states.append(one)
    if len(states) < MOST or any(same(new, state) for state in states):
        return None
    began: dict[int, int] = {}
    for place, one in told:
        began.setdefault(next(i for i, s in enumerate(states) if same(one, s)), place)
    return sorted(began.values())[MOST - 1]


def _holds(tally: Tally, group: str) -> bool:
    return any(n for stratum, n in tally.counts_by_stratum().items() if stratum.group == group)
