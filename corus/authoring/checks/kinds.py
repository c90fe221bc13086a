"""Checks of each item against its question type: fields it needs, fields it cannot have.

What a type demands beyond that is said by the type itself, and relevance by its own module.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corus.authoring.places import Finding, Where, did_you_mean, placed_items
from corus.domain.instrument import Instrument, Item
from corus.questions import QUESTION_TYPES
from corus.questions.base import COMMON, Problem
from corus.questions.relevance import check_relevance


def type_is_known(instrument: Instrument) -> Iterator[Finding]:
    """INS-070."""
    for where, item in placed_items(instrument):
        if item.type not in QUESTION_TYPES:
            message = f'item "{item.code}" has type "{item.type}", which does not exist.'
            yield Finding((*where, "type"), message, did_you_mean(item.type, QUESTION_TYPES))


def required_fields_are_there(instrument: Instrument) -> Iterator[Finding]:
    """INS-071."""
    for where, item in placed_items(instrument):
        kind = QUESTION_TYPES.get(item.type)
        for name in sorted(kind.required) if kind else ():
            if getattr(item, name) in (None, ()):
                message = f'item "{item.code}" of type "{item.type}" needs "{name}".'
                yield Finding((*where, name), message, f'Add "{name}:" or change the type.')


def fields_belong_to_the_type(instrument: Instrument) -> Iterator[Finding]:
    """INS-072: ``direction`` without a scale is told by INS-073 in better words."""
    for where, item in placed_items(instrument):
        kind = QUESTION_TYPES.get(item.type)
        if kind is None:
            continue
        taken = COMMON | kind.required | kind.optional
        for name in sorted(item.model_fields_set - taken):
            if name == "direction" and _reversed_in_vain(item):
                continue
            message = f'item "{item.code}" of type "{item.type}" does not take "{name}".'
            yield Finding((*where, name), message, "Remove it, or change the type.")


def reversed_item_has_scale(instrument: Instrument) -> Iterator[Finding]:
    """INS-073."""
    for where, item in placed_items(instrument):
        if _reversed_in_vain(item):
            message = f'item "{item.code}" is reversed but has no scale to reverse.'
            yield Finding((*where, "direction"), message, 'Add "scale:", or remove "direction".')


def _reversed_in_vain(item: Item) -> bool:
    """Reversed without a scale, where the lack of a scale is not already told (INS-071)."""
    kind = QUESTION_TYPES.get(item.type)
    needs_scale = kind is not None and "scale" in kind.required
    return item.direction == "reversed" and item.scale is None and not needs_scale


def easy_scale_replaces_a_scale(instrument: Instrument) -> Iterator[Finding]:
    """INS-075."""
    for where, item in placed_items(instrument):
        for group, wording in item.wording.items():
            if wording.easy and wording.easy.scale and item.scale is None:
                message = f'item "{item.code}" has no scale that "{wording.easy.scale}" replaces.'
                hint = 'Add "scale:" to the item, or remove this one.'
                yield Finding((*where, "wording", group, "easy", "scale"), message, hint)


def problems_of_types(instrument: Instrument, unsound: Collection[Where]) -> Iterator[Finding]:
    """What each type says of its items; those with a more basic fault are left alone."""
    for where, item in placed_items(instrument):
        if where not in unsound and item.type in QUESTION_TYPES:
            for problem in QUESTION_TYPES[item.type].check(item, instrument):
                yield _finding(where, item.code, problem)


def problems_of_relevance(instrument: Instrument) -> Iterator[Finding]:
    """What the relevance expressions get wrong; asks for known types and scales."""
    places = {item.code: where for where, item in reversed(list(placed_items(instrument)))}
    for code, problem in check_relevance(instrument):
        yield _finding(places[code], code, problem)


def _finding(where: Where, code: str, problem: Problem) -> Finding:
    place = (*where, problem.field) if problem.field else where
    fact = problem.message[:1].lower() + problem.message[1:]
    return Finding(place, f'item "{code}": {fact}', problem.hint, problem.code)
