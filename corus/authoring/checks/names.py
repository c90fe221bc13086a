"""Checks of codes and of the names that must exist: items, groups, dimensions, references.

Each function yields what breaks one rule; knows nothing of files and lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corus.authoring.places import Finding, Where, did_you_mean, one_of, placed_items
from corus.domain.instrument import Instrument


def item_code_is_unique(instrument: Instrument) -> Iterator[Finding]:
    """INS-020: questions outside dimensions count as items."""
    placed = (((*where, "code"), item.code) for where, item in placed_items(instrument))
    yield from _twice(placed, "item", "answers are stored under it")


def dimension_code_is_unique(instrument: Instrument) -> Iterator[Finding]:
    """INS-021."""
    placed = ((("dimensions", i, "code"), d.code) for i, d in enumerate(instrument.dimensions))
    yield from _twice(placed, "dimension", "scores are named by it")


def criterion_code_is_unique(instrument: Instrument) -> Iterator[Finding]:
    """INS-022: in the whole instrument, since tables show criteria without their dimension."""
    placed = (
        (("dimensions", d, "criteria", c, "code"), criterion.code)
        for d, dimension in enumerate(instrument.dimensions)
        for c, criterion in enumerate(dimension.criteria)
    )
    yield from _twice(placed, "criterion", "tables name it")


def section_code_is_unique(instrument: Instrument) -> Iterator[Finding]:
    """INS-023."""
    placed = ((("sections", i, "code"), s.code) for i, s in enumerate(instrument.sections))
    yield from _twice(placed, "section", "the form names its steps by it")


def _twice(placed: Iterable[tuple[Where, str]], noun: str, why: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for where, code in placed:
        if code in seen:
            message = f'{noun} "{code}" exists twice, but {why}.'
            yield Finding(where, message, "Give this one another code.")
        seen.add(code)


def dimension_and_item_differ(instrument: Instrument) -> Iterator[Finding]:
    """INS-024: sections and references name both, so the two may not share a code."""
    dimensions = {dimension.code for dimension in instrument.dimensions}
    for where, item in placed_items(instrument):
        if item.code in dimensions:
            message = f'item "{item.code}" has the code of a dimension.'
            yield Finding((*where, "code"), message, "Give the item another code.")


def asked_group_exists(instrument: Instrument) -> Iterator[Finding]:
    """INS-025."""
    for where, item in placed_items(instrument):
        for i, group in enumerate(item.asked_to):
            if group not in instrument.groups:
                message = f'item "{item.code}" is asked to "{group}", which is not a group.'
                hint = f'Add it under "groups:" or use {one_of(group, instrument.groups)}.'
                yield Finding((*where, "asked_to", i), message, hint)


def worded_group_exists(instrument: Instrument) -> Iterator[Finding]:
    """INS-026."""
    for where, item in placed_items(instrument):
        for group in item.wording:
            if group not in instrument.groups:
                message = f'item "{item.code}" has a wording for "{group}", which is not a group.'
                hint = f'Add it under "groups:" or use {one_of(group, instrument.groups)}.'
                yield Finding((*where, "wording", group), message, hint)


def worded_group_is_asked(instrument: Instrument) -> Iterator[Finding]:
    """INS-027: such a wording would never be read by anybody."""
    for where, item in placed_items(instrument):
        for group in item.wording:
            if group in instrument.groups and not instrument.asks(item, group):
                message = f'item "{item.code}" has a wording for "{group}", who are not asked it.'
                hint = 'Add the group to "asked_to", or remove the wording.'
                yield Finding((*where, "wording", group), message, hint)


def group_is_asked_something(instrument: Instrument) -> Iterator[Finding]:
    """INS-028."""
    for group in instrument.groups if instrument.items else ():
        if not any(instrument.asks(item, group) for item in instrument.items):
            message = f'group "{group}" is asked nothing.'
            hint = 'Name it in "asked_to" of some item, or remove the group.'
            yield Finding(("groups", group), message, hint)


def something_is_asked(instrument: Instrument) -> Iterator[Finding]:
    """INS-029."""
    if not instrument.groups:
        hint = 'Add a group under "groups:".'
        yield Finding(("groups",), "the instrument has no group to ask.", hint)
    if not instrument.items:
        hint = 'Add items under "dimensions:" or "questions:".'
        yield Finding((), "the instrument has no item.", hint)


def item_does_not_replace_itself(instrument: Instrument) -> Iterator[Finding]:
    """INS-080."""
    for where, item in placed_items(instrument):
        if item.replaces == item.code:
            message = f'item "{item.code}" replaces itself.'
            hint = "Name the older code, or remove this line."
            yield Finding((*where, "replaces"), message, hint)


def dimension_has_one_anchor(instrument: Instrument) -> Iterator[Finding]:
    """INS-081: the anchor is what groups are compared on."""
    anchors: dict[str | int, str] = {}
    for where, item in placed_items(instrument):
        if not item.anchor or where[0] != "dimensions":
            continue
        if where[1] in anchors:
            dimension = instrument.dimension_of[item.code]
            message = f'dimension "{dimension}" has a second anchor: item "{item.code}".'
            hint = f'Keep one: item "{anchors[where[1]]}" is already the anchor.'
            yield Finding((*where, "anchor"), message, hint)
        anchors.setdefault(where[1], item.code)


def supported_condition_exists(instrument: Instrument) -> Iterator[Finding]:
    """INS-050: when the instrument declares references at all."""
    yield from _references(instrument, "supports", "condition")


def illuminated_marker_exists(instrument: Instrument) -> Iterator[Finding]:
    """INS-051: when the instrument declares references at all."""
    yield from _references(instrument, "markers", "marker")


def _references(instrument: Instrument, key: str, kind: str) -> Iterator[Finding]:
    known = {code for code, reference in instrument.references.items() if reference.kind == kind}
    for where, owner, code in _referring(instrument, key) if instrument.references else ():
        if code in known:
            continue
        other = instrument.references.get(code)
        fact = f"which is a {other.kind}, not a {kind}" if other else "which is not a reference"
        message = f'{owner} names "{code}" under "{key}", {fact}.'
        hint = f'Add it under "references:" with kind {kind}, or use {one_of(code, known)}.'
        yield Finding(where, message, hint)


def _referring(instrument: Instrument, key: str) -> Iterator[tuple[Where, str, str]]:
    """(place, who refers, code referred to) for every code under ``key``."""
    for d, dimension in enumerate(instrument.dimensions):
        for i, code in enumerate(getattr(dimension, key)):
            yield ("dimensions", d, key, i), f'dimension "{dimension.code}"', code
    for where, item in placed_items(instrument):
        for i, code in enumerate(getattr(item, key)):
            yield (*where, key, i), f'item "{item.code}"', code


def required_evidence_exists(instrument: Instrument) -> Iterator[Finding]:
    """INS-052: ``requires_any`` names items or dimensions of this instrument."""
    known = {d.code for d in instrument.dimensions} | set(instrument.item_by_code)
    for name, reference in instrument.references.items():
        for i, code in enumerate(reference.requires_any):
            if code not in known:
                message = f'reference "{name}" requires "{code}", which is no item or dimension.'
                where = ("references", name, "requires_any", i)
                yield Finding(where, message, did_you_mean(code, known))
