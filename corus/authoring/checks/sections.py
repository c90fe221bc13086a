"""Checks that the form shows every item, once, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from corus.authoring.places import Finding, Where, did_you_mean, placed_items
from corus.domain.instrument import Instrument


def shown_code_exists(instrument: Instrument) -> Iterator[Finding]:
    """INS-040."""
    known = {d.code for d in instrument.dimensions} | set(instrument.item_by_code)
    for s, section in enumerate(instrument.sections):
        for i, code in enumerate(section.shows):
            if code not in known:
                message = f'section "{section.code}" shows "{code}", which is no item or dimension.'
                yield Finding(("sections", s, "shows", i), message, did_you_mean(code, known))


def item_is_shown(instrument: Instrument) -> Iterator[Finding]:
    """INS-041: once sections are written, they are the whole form."""
    shown = {code for _, _, code in _shown(instrument)}
    for where, item in placed_items(instrument) if instrument.sections else ():
        if item.code not in shown:
            message = f'item "{item.code}" is shown in no section.'
            hint = 'Add its code, or its dimension, to "shows" of a section.'
            yield Finding((*where, "code"), message, hint)


def item_is_shown_once(instrument: Instrument) -> Iterator[Finding]:
    """INS-042: a dimension shows all of its items."""
    seen: dict[str, str] = {}
    for where, section, code in _shown(instrument):
        if code in seen:
            message = f'section "{section}" shows item "{code}" again.'
            hint = f'It is already in section "{seen[code]}": remove it from one of the two.'
            yield Finding(where, message, hint)
        seen.setdefault(code, section)


def dimension_has_items(instrument: Instrument) -> Iterator[Finding]:
    """INS-043."""
    for d, dimension in enumerate(instrument.dimensions):
        if not any(criterion.items for criterion in dimension.criteria):
            message = f'dimension "{dimension.code}" has no item.'
            hint = "Add a criterion with an item, or remove the dimension."
            yield Finding(("dimensions", d, "code"), message, hint)


def _shown(instrument: Instrument) -> Iterator[tuple[Where, str, str]]:
    """(place in ``shows``, section, item) in the order shown; unknown codes are left out."""
    members: dict[str, list[str]] = {code: [code] for code in instrument.item_by_code}
    for dimension in instrument.dimensions:
        items = [item.code for criterion in dimension.criteria for item in criterion.items]
        members.setdefault(dimension.code, []).extend(items)
    for s, section in enumerate(instrument.sections):
        for i, code in enumerate(section.shows):
            for item in dict.fromkeys(members.get(code, ())):
                yield ("sections", s, "shows", i), section.code, item
