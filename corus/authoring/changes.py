"""One change between two versions of an instrument, and how a changed text is judged."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corus.domain.base import Text
from corus.domain.instrument import Variant

Kind = Literal[
    "added", "removed", "replaced", "type", "direction", "scale", "wording", "typo", "translation",
    "hint", "options", "descriptors", "limits", "asked_to", "relevant", "dimension", "group",
    "order", "mapping",
]  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One difference between two versions.

    Attributes:
        kind: what sort of change; one word of ``Kind``.
        code: item, scale, group or dimension concerned, or the instrument's own code.
        what: the change in plain words, without a full stop.
        breaks: True when answers before and after may no longer be compared.
        refusal: code of the rule that forbids it under the same item code, else "".
        language: the one language in which a text changed, else "".
        before: the text as it was, where one changed.
        after: the text as it is now.
        readers: (group, form) of those who read a sentence that changed, where it is an item's.
    """

    kind: Kind
    code: str
    what: str
    breaks: bool
    refusal: str = ""
    language: str = ""
    before: str = ""
    after: str = ""
    readers: tuple[tuple[str, Variant], ...] = ()


SAME_MEANING = "same code means same meaning; if the meaning changed use a new code with replaces:"


def changes_of_text(code: str, said: str, before: Text, after: Text) -> Iterator[Change]:
    """What changed between two translated texts; ``said`` names them."""
    for language in sorted(before.keys() | after.keys()):
        first, second = before.get(language, ""), after.get(language, "")
        if first != second:
            yield change_of_sentence(code, said, language, first, second)


def change_of_sentence(code: str, said: str, language: str, before: str, after: str) -> Change:
    """One text that changed in one language."""
    kind: Kind = "wording"
    what = f'{said}: wording changed in {language}: "{before}" → "{after}" ({SAME_MEANING})'
    if not before or not after:
        kind = "translation"
        what = f"{said}: translation {'added' if after else 'removed'} in {language}"
    elif _letters(before) == _letters(after):
        kind = "typo"
        what = f'{said}: spelling changed in {language}: "{before}" → "{after}"'
    breaks = kind == "wording"
    return Change(kind, code, what, breaks, language=language, before=before, after=after)


def _letters(sentence: str) -> str:
    """Letters and digits only, without accents or case: what is left means the same.

    Deliberately narrow: one letter may turn "with" into "without", so that a corrected letter
    is told as a changed wording and a person decides.
    """
    decomposed = unicodedata.normalize("NFKD", sentence.replace("œ", "oe").replace("æ", "ae"))
    words = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(words.casefold().split())
