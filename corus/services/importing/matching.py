"""Matching: which item a heading stands for, by its code or by its words, and how surely.

Knows nothing of files; what it finds is a proposal until a person has read it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from corus.domain.instrument import Instrument, Item
from corus.services.importing.mapping import parts_of
from corus.services.importing.spellings import fold, fold_code

SURE = 0.9
"""Least likeness at which words are proposed."""
APART = 0.02
"""Two items nearer than this to one heading are too alike to choose between."""
CONTAINED = 0.95
"""Likeness of a heading that holds every word of an item, and more."""


@dataclass(frozen=True)
class Match:
    """A proposal: ``target`` is ``item`` or ``item.part``; ``likeness`` is in [0, 1]."""

    target: str
    likeness: float
    how: str


class Matcher:
    """Finds items of one instrument by headings."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._codes = _unique((fold_code(i.code), i.code) for i in instrument.items)
        self._wordings = [(i, fold(t)) for i in instrument.items for t in _wordings(i)]

    def by_code(self, heading: str) -> Match | None:
        """The item whose code the heading is: ``T1``, ``T1[A]``, ``group/item``, ``item/option``.

        Case and underscores do not count: LimeSurvey's codes have none.
        """
        for name, part in _readings(heading):
            item = self._instrument.item_by_code.get(self._codes.get(fold_code(name), ""))
            if item is None:
                continue
            if not part:
                return Match(item.code, 1.0, "code")
            if found := _part(item, part):
                return Match(f"{item.code}.{found}", 1.0, "code")
        return None

    def by_words(self, heading: str) -> Match | None:
        """The item whose wording, in any language, the heading is nearest to.

        « Question/Option » is the column of one option.
        """
        question, _, part = heading.rpartition("/")
        around = self._nearest(question) if question else None
        found = _part(self._instrument.item_by_code[around.target], part) if around else ""
        if around and found:
            return replace(around, target=f"{around.target}.{found}")
        return self._nearest(heading)

    def _nearest(self, heading: str) -> Match | None:
        best: dict[str, float] = {}
        for item, wording in self._wordings:
            best[item.code] = max(_likeness(heading, wording), best.get(item.code, 0.0))
        ranked = sorted(best.items(), key=lambda pair: pair[1], reverse=True)
        if not ranked or ranked[0][1] < SURE:
            return None
        (code, first), *others = ranked
        second = others[0][1] if others else 0.0
        # Long sentences that differ by one word are very alike: equal words decide alone.
        if second == first or (first < 1 and first - second < APART):
            return None
        return Match(code, first, "words")


def _wordings(item: Item) -> Iterator[str]:
    yield from item.text.values()
    for wording in item.wording.values():
        yield from (wording.text or {}).values()
        if wording.easy:
            yield from wording.easy.text.values()


def _unique(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    found = list(pairs)
    counts = Counter(folded for folded, _ in found)
    return {folded: code for folded, code in found if counts[folded] == 1}


def _readings(heading: str) -> Iterator[tuple[str, str]]:
    """(item, part) that a heading made of codes may mean, the plainest first."""
    yield heading, ""
    if match := re.fullmatch(r"([^\[\]]+)\[([^\[\]]+)\]", heading):
        yield match[1], match[2]
        yield match[2], ""
    if match := re.match(r"(\w+)(?:\[(\w+)\])?\. ", heading):
        yield match[1], match[2] or ""
    if "/" in heading:
        *_, before, last = heading.split("/")
        yield last, ""
        yield before, last
    if "." in heading:
        before, _, last = heading.partition(".")
        yield before, last


def _part(item: Item, part: str) -> str:
    """The part of ``item`` that a text names: by code or, for options, by label."""
    names = {fold_code(name): name for name in parts_of(item)}
    labels = {fold(text): o.code for o in item.options for text in o.label.values()}
    found = names.get(fold_code(part)) or labels.get(fold(part), "")
    return found if found in parts_of(item) else ""


def _likeness(heading: str, wording: str) -> float:
    """Likeness in [0, 1] of a heading and a folded wording."""
    text = fold(heading)
    if text == wording:
        return 1.0
    have, want = Counter(text.split()), Counter(wording.split())
    shared = (have & want).total()
    if bracket := re.search(r"\[([^\[\]]+)\]\s*$", heading):
        # LimeSurvey: « Theme: question [sentence] ». The wording must hold the whole sentence and
        # nothing that is not in the heading, so that the same sentence under two themes is two.
        inner = Counter(fold(bracket[1]).split())
        held = (inner & want).total() / max(inner.total(), 1)
        return min(shared / max(want.total(), 1), held)
    dice = 2 * shared / max(have.total() + want.total(), 1)
    held = shared / max(want.total(), 1) if want.total() >= 4 else 0.0
    # Comparing letters is slow, so only what already shares most of its words is compared.
    letters = SequenceMatcher(None, text, wording).ratio() if dice > 0.6 else 0.0
    return max(dice, letters, CONTAINED * held)
