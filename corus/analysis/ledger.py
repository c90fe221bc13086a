"""Whether a later release may stand beside an earlier one without isolating anybody.

Compares two tallies of one wave; it changes neither and publishes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corus.analysis.disclosure import breakdown
from corus.analysis.layout import GIVEN, NOT_ASKED, NOT_SHOWN
from corus.analysis.tally import Counts, Tally
from corus.domain.wave import Thresholds
from corus.errors import InputError


class _Change(NamedTuple):
    """One published family of counts, before and after; ``base`` is its number of persons."""

    place: str
    base_before: int
    base_after: int
    persons: int
    """At least this many persons differ."""


def unsafe_changes(previous: Tally, new: Tally, thresholds: Thresholds) -> list[str]:
    """One sentence per cell in which fewer than ``thresholds.shown`` persons differ.

    Subtracting two releases must isolate nobody: every base and every histogram (answers of an
    item, persons' scores of a dimension, options, breakdowns of coverage) is unchanged or
    differs by at least that many persons — also when n stays and an answer was replaced. Cells
    masked in both releases are unchanged text. An empty list means that the release is safe.

    Raises ``InputError`` (``TAL-003``) when the tallies count different instruments.
    """
    if previous.layout != new.layout:
        raise InputError("These counts belong to two different instruments.", code="TAL-003")
    groups = sorted({s.group for s in (*previous.strata, *new.strata)})
    found: list[str] = []
    for group in groups:
        masked_under = _masked_under(previous, new, group, thresholds)
        found += [
            f"{change.place}: fewer than {thresholds.shown} persons differ from the last release"
            for change in _changes(previous, new, group)
            if 0 < change.persons < thresholds.shown
            and max(change.base_before, change.base_after) >= masked_under
        ]
        found += _unsafe_breakdowns(previous, new, group, thresholds)
    return list(dict.fromkeys(found))


def _masked_under(previous: Tally, new: Tally, group: str, thresholds: Thresholds) -> int:
    """Bases under this are masked, whatever the unit of the group."""
    channels = {s.channel for s in (*previous.strata, *new.strata) if s.group == group}
    if channels == {"personal"}:
        return min(thresholds.organizations, thresholds.shown)
    return thresholds.shown


def _changes(previous: Tally, new: Tally, group: str) -> Iterator[_Change]:
    whole = previous.of_group(group), new.of_group(group)
    yield _change(group, *(t.responses for t in whole))
    by_variant = {
        variant: (previous.of_group(group, variant), new.of_group(group, variant))
        for variant in ("standard", "easy")
    }
    for index, item in enumerate(previous.layout.items):
        place = f"{group} · {item}"
        marks = [[t.marks[0, index] for t in pair] for pair in by_variant.values()]
        before, after = (np.concatenate(side) for side in zip(*marks, strict=True))
        yield from _item_changes(place, before, after)
        for old, late in marks:  # either form's part follows when the other is published too
            yield from _item_changes(place, old, late)
        yield _option_change(place, item, *whole)
    for index, dimension in enumerate(previous.layout.dimensions):
        yield _change(f"{group} · {dimension}", *(t.scores[0, index].ravel() for t in whole))


def _item_changes(place: str, before: Counts, after: Counts) -> Iterator[_Change]:
    """Valid answers, and everybody asked: both bases are published in full cells."""
    symbols = np.arange(len(before)) % (NOT_ASKED + 1)
    valid, asked = symbols <= GIVEN, symbols < NOT_SHOWN
    yield _change(place, before[valid], after[valid])
    base = int(before[valid].sum()), int(after[valid].sum())
    yield _change(place, before[asked], after[asked])._replace(
        base_before=base[0], base_after=base[1]
    )


def _option_change(place: str, item: str, before: Tally, after: Tally) -> _Change:
    """Options chosen by at least as many persons as the most changed of them."""
    index = before.layout.items.index(item)
    own = [i for i, (code, _) in enumerate(before.layout.options) if code == item]
    change = np.abs(after.options[0, own] - before.options[0, own])
    bases = [int(t.marks[0, index, GIVEN]) for t in (before, after)]
    largest = int(change.max(initial=0))
    persons = max(largest, abs(bases[1] - bases[0])) if largest else 0
    return _Change(f"{place} (options)", bases[0], bases[1], persons)


def _change(place: str, before: NDArray[np.int64], after: NDArray[np.int64]) -> _Change:
    """Two histograms of the same persons differ by at least as many as came or as went."""
    difference = after - before
    came, went = int(difference.clip(0).sum()), int((-difference).clip(0).sum())
    return _Change(place, int(before.sum()), int(after.sum()), max(came, went))


def _unsafe_breakdowns(
    previous: Tally, new: Tally, group: str, thresholds: Thresholds
) -> Iterator[str]:
    for axis in ("completeness", "mode", "channel"):
        before, after = (
            breakdown(_margin(tally, group, axis), thresholds) for tally in (previous, new)
        )
        for name in sorted({*before, *after}):
            old, late = before.get(name, 0), after.get(name, 0)
            if (
                isinstance(old, int)
                and isinstance(late, int)
                and 0 < abs(late - old) < thresholds.shown
            ):
                yield (
                    f"{group} · {axis} {name}: fewer than {thresholds.shown} persons differ "
                    "from the last release"
                )


def _margin(tally: Tally, group: str, axis: str) -> dict[str, int]:
    margin: dict[str, int] = {}
    for stratum, n in tally.counts_by_stratum().items():
        if stratum.group == group:
            name = str(getattr(stratum, axis))
            margin[name] = margin.get(name, 0) + n
    return margin
