"""Checks that every text is said in every declared language, and in no other.

Texts are found by their declared type, so that a new text in the domain is checked unasked.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from corus.authoring.places import Finding, Where, describe
from corus.domain.base import Text
from corus.domain.blanks import ORGANIZATION, unfilled
from corus.domain.instrument import Instrument


def text_has_every_language(instrument: Instrument) -> Iterator[Finding]:
    """INS-030: a blank counts as missing."""
    for where, text in _texts(instrument, Instrument, ()):
        missing = [lang for lang in instrument.languages if not text.get(lang, "").strip()]
        if missing:
            message = f"{_subject(instrument, where)} is missing in {' and '.join(missing)}."
            wanted = ", ".join(f'{language}: "…"' for language in missing)
            yield Finding(where, message, f"Add {wanted}.")


def text_has_no_other_language(instrument: Instrument) -> Iterator[Finding]:
    """INS-031."""
    for where, text in _texts(instrument, Instrument, ()):
        for language in text:
            if language not in instrument.languages:
                message = f'{_subject(instrument, where)} is in "{language}", not a language here.'
                hint = 'Add it to "languages:", or remove this text.'
                yield Finding((*where, language), message, hint)


def languages_are_declared_once(instrument: Instrument) -> Iterator[Finding]:
    """INS-032."""
    if not instrument.languages:
        hint = "Write languages: [fr, en]."
        yield Finding(("languages",), "the instrument declares no language.", hint)
    for i, language in enumerate(instrument.languages):
        if language in instrument.languages[:i]:
            message = f'language "{language}" is declared twice.'
            yield Finding(("languages", i), message, "Keep it once.")


def text_holds_no_unknown_blank(instrument: Instrument) -> Iterator[Finding]:
    """INS-033: respondents would read the braces."""
    for where, text in _texts(instrument, Instrument, ()):
        for language, sentence in text.items():
            if found := unfilled(sentence):
                place = (*where, language)
                said = _subject(instrument, place)
                yield Finding(place, f'{said} has "{found}", which nothing fills in.', _hint(found))


def _hint(found: str) -> str:
    if get_close_matches(found.lower(), [ORGANIZATION], cutoff=0.8):
        return f'Did you mean "{ORGANIZATION}"?'
    return f'Only "{ORGANIZATION}" is filled in; take other braces away.'


def _subject(instrument: Instrument, where: Where) -> str:
    holder, rest = describe(instrument, where)
    return f'"{rest}" of {holder}'


def _texts(value: Any, declared: Any, where: Where) -> Iterator[tuple[Where, Text]]:
    """Every text under ``value``; optional texts left out are no texts."""
    if declared == Text:
        yield where, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            inner = getattr(value, name)
            if inner or info.is_required():
                yield from _texts(inner, _present(info.annotation), (*where, name))
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from _texts(part, get_args(declared)[0], (*where, i))
    elif isinstance(value, dict) and get_origin(declared) is dict:
        for key, part in value.items():
            yield from _texts(part, get_args(declared)[1], (*where, key))


def _present(declared: Any) -> Any:
    """``declared`` without ``| None``."""
    parts = [part for part in get_args(declared) if part is not type(None)]
    return parts[0] if type(None) in get_args(declared) else declared
