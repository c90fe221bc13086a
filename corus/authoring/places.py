"""Where something stands in an instrument, and how to say it; knows no rule and no file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from corus.domain.instrument import Instrument, Item

Where = tuple[str | int, ...]
"""Path to a value: ``("scales", "agreement_5", "points", 0, "label")``."""

NOUNS = {
    "dimensions": "dimension",
    "criteria": "criterion",
    "items": "item",
    "questions": "item",
    "sections": "section",
    "options": "option",
    "points": "point",
    "scales": "scale",
    "groups": "group",
    "references": "reference",
}
"""Key of a collection → what one member of it is called."""
PARTS = frozenset({"options", "points"})
"""Members that mean nothing without what holds them."""
MANY = 12
"""Longer lists of names help nobody: only the nearest ones are given."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong in an instrument, before its line is known.

    ``code`` is empty for the checks of this package: their table gives it.
    """

    where: Where
    message: str
    hint: str = ""
    code: str = ""


def placed_items(instrument: Instrument) -> Iterator[tuple[Where, Item]]:
    """Every item with its place, in instrument order."""
    for d, dimension in enumerate(instrument.dimensions):
        for c, criterion in enumerate(dimension.criteria):
            for i, item in enumerate(criterion.items):
                yield ("dimensions", d, "criteria", c, "items", i), item
    for q, item in enumerate(instrument.questions):
        yield ("questions", q), item


def describe(whole: Any, where: Where) -> tuple[str, str]:
    """(what holds the value, the keys from there): ``('item "trust_2"', "wording.board.text")``.

    ``whole`` is an ``Instrument`` or the plain values of one.
    """
    names: list[str] = []
    rest: list[str] = []
    value, collection = whole, ""
    for step in where:
        value = _step(value, step)
        rest.append(str(step + 1 if isinstance(step, int) else step))
        if collection:
            name = f"{NOUNS[collection]} {_code(value, step)}"
            names = [*(names[-1:] if collection in PARTS else []), name]
            rest = []
        collection = step if isinstance(step, str) and step in NOUNS and not rest[:-1] else ""
    return " of ".join(reversed(names)) or "the instrument", ".".join(rest)


def _step(value: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list | tuple) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else getattr(value, step, None)


def _code(value: Any, step: str | int) -> str:
    """Name of one member: its key or its code between quotes, else its rank from 1."""
    code = step if isinstance(step, str) else _step(value, "code")
    return f'"{code}"' if isinstance(code, str) else str(int(step) + 1)


def one_of(name: str, known: Collection[str]) -> str:
    """``one of: a, b``: the names there are, the nearest to ``name`` first when they are many."""
    if not known:
        return "one that is defined (there is none yet)"
    names = sorted(known)
    if len(names) > MANY:
        names = get_close_matches(name, names, MANY, cutoff=0.0)
    return f"one of: {', '.join(names)}{', …' if len(known) > MANY else ''}"


def did_you_mean(name: str, known: Collection[str]) -> str:
    """``Did you mean "scale"?``, or the names there are."""
    near = get_close_matches(name, known, 1)
    return f'Did you mean "{near[0]}"?' if near else f"Use {one_of(name, known)}."
