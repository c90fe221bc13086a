"""Checks of scales: their points, what they merge with, and who uses them."""

from __future__ import annotations

from collections.abc import Iterator

from corus.authoring.places import Finding, one_of, placed_items
from corus.domain.answer import POINTS
from corus.domain.instrument import Instrument


def used_scale_is_defined(instrument: Instrument) -> Iterator[Finding]:
    """INS-012: the scale of an item, and the one its easy-to-read draft brings."""
    for where, item in placed_items(instrument):
        used = [((*where, "scale"), item.scale)]
        for group, wording in item.wording.items():
            if wording.easy:
                used.append(((*where, "wording", group, "easy", "scale"), wording.easy.scale))
        for place, code in used:
            if code is not None and code not in instrument.scales:
                message = f'item "{item.code}" uses scale "{code}", which is not defined.'
                hint = f'Add it under "scales:" or use {one_of(code, instrument.scales)}.'
                yield Finding(place, message, hint)


def scale_has_two_points(instrument: Instrument) -> Iterator[Finding]:
    """INS-060."""
    for code, scale in instrument.scales.items():
        if len(scale.points) < 2:
            message = f'scale "{code}" has {len(scale.points) or "no"} point.'
            hint = "Write at least two points, from least to most."
            yield Finding(("scales", code, "points"), message, hint)


def scale_has_few_enough_points(instrument: Instrument) -> Iterator[Finding]:
    """INS-062: a stored answer is one character, of which there are 36."""
    for code, scale in instrument.scales.items():
        if len(scale.points) > len(POINTS):
            message = f'scale "{code}" has {len(scale.points)} points; {len(POINTS)} at most.'
            hint = 'Ask for a number (type "number") instead.'
            yield Finding(("scales", code, "points"), message, hint)


def point_values_differ(instrument: Instrument) -> Iterator[Finding]:
    """INS-061."""
    for code, scale in instrument.scales.items():
        seen: set[int] = set()
        for i, point in enumerate(scale.points):
            if point.value in seen:
                message = f'scale "{code}" has two points with value {point.value}.'
                hint = "Give each point its own value."
                yield Finding(("scales", code, "points", i, "value"), message, hint)
            seen.add(point.value)


def merged_scale_is_defined(instrument: Instrument) -> Iterator[Finding]:
    """INS-063."""
    for code, scale in instrument.scales.items():
        other = scale.merges_with
        if other is not None and other not in instrument.scales:
            message = f'scale "{code}" merges with "{other}", which is not defined.'
            known = [name for name in instrument.scales if name != code]
            hint = f'Add it under "scales:" or use {one_of(other, known)}.'
            yield Finding(("scales", code, "merges_with"), message, hint)


def scale_merges_with_another(instrument: Instrument) -> Iterator[Finding]:
    """INS-064."""
    for code, scale in instrument.scales.items():
        if scale.merges_with == code:
            message = f'scale "{code}" merges with itself.'
            hint = "Name the standard scale, or remove this line."
            yield Finding(("scales", code, "merges_with"), message, hint)
