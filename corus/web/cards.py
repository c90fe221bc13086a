"""What the form shows of one question and of one step; widgets read this and nothing else.

Knows no request, no template and no other page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corus.domain.base import Text, say
from corus.domain.instrument import Item
from corus.language import Words, words
from corus.questions.base import Asked, Refusal
from corus.questions.common import DEFAULT_LENGTH

Values = Mapping[str, Sequence[str]]
"""Form fields as the person left them: field name → every value."""


@dataclass(frozen=True)
class Card:
    """One question as a page shows it: what its widget may read, and nothing else."""

    asked: Asked
    language: str
    organization: str
    values: Values = field(default_factory=dict)
    refusal: Refusal | None = None

    @property
    def t(self) -> Words:
        """Interface words in the page's language."""
        return words(self.language)

    @property
    def item(self) -> Item:
        """The authored item."""
        return self.asked.item

    @property
    def field(self) -> str:
        """Form field, also the card's id in the page."""
        return self.asked.field

    @property
    def easy(self) -> bool:
        """Whether this is the easy-to-read questionnaire."""
        return self.asked.variant == "easy"

    @property
    def sentence(self) -> str:
        """The question, in the words of the group."""
        return self.say(self.asked.words)

    @property
    def opt_outs(self) -> list[tuple[str, str]]:
        """(code, label) of the answers beside the scale."""
        scale = self.asked.scale
        return [(code, self.say(text)) for code, text in scale.opt_outs.items()] if scale else []

    @property
    def error(self) -> str:
        """Why this answer was refused, or ""."""
        if self.refusal is None:
            return ""
        return self.t(self.refusal.message, **self.refusal.parameters)

    @property
    def longest(self) -> int:
        """Characters a text may have."""
        return self.item.max_length or DEFAULT_LENGTH

    def figure(self, value: float) -> str:
        """A bound as this language writes numbers."""
        return self.t.number(value, 0 if value.is_integer() else 1)

    def say(self, text: Text) -> str:
        """Authored text in the page's language, naming the organization."""
        return say(text, self.language).replace("{organization}", self.organization)

    def value(self, part: str = "") -> str:
        """What stands in the field (or in one part of it)."""
        return next(iter(self.values.get(self._name(part), ())), "")

    def has(self, value: str, part: str = "") -> bool:
        """Whether ``value`` is among those of the field."""
        return value in self.values.get(self._name(part), ())

    def _name(self, part: str) -> str:
        return f"{self.field}.{part}" if part else self.field


@dataclass(frozen=True)
class Step:
    """One part of the form: its heading and its questions."""

    title: str
    intro: str
    cards: tuple[Card, ...]
