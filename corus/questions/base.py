"""The contract that every question type keeps, and the registry where stored text finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from corus.domain.answer import Answer
from corus.domain.base import Text
from corus.domain.instrument import Instrument, Item, Variant
from corus.domain.scale import Scale
from corus.registry import Registry

Form = Mapping[str, Sequence[str]]
"""What a browser sent: field name → every value under it (fields may be absent)."""

Cells = Mapping[str, str]
"""What a table holds for one item: column suffix ("" for the item's own column, "reason",
"evidence", "quotable") → text of the cell."""

ValueType = Literal["number", "option", "options", "text"] | None
"""What ``${code}`` means in a relevance expression; None: may not be referred to."""


@dataclass(frozen=True)
class Asked:
    """One item as one group meets it: its words, its scale, its variant."""

    item: Item
    group: str
    variant: Variant
    words: Text
    scale: Scale | None

    @classmethod
    def of(cls, instrument: Instrument, item: Item, group: str, variant: Variant) -> Asked:
        """Resolve wording and scale for ``group``."""
        scale = instrument.scale_of(item, group, variant)
        return cls(item, group, variant, instrument.words(item, group, variant), scale)

    @cached_property
    def field(self) -> str:
        """Name of the form field; parts of it are ``field.part``."""
        return f"q.{self.item.code}"


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - a refused answer is not a fault of the program
    """An answer that cannot be stored as given.

    Not frozen: ``contextlib`` writes the traceback of what passes through it.

    ``message`` is an English sentence with ``{name}`` parameters, a key of the catalogue, so
    that the web says it in the respondent's language and the importer in its report.
    """

    code: str
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.message.format(**self.parameters)} [{self.code}]"


@dataclass(frozen=True)
class Problem:
    """A fault in how an item is authored: the field at fault, the fact, the cure."""

    code: str
    message: str
    hint: str = ""
    field: str = ""


class QuestionType(Protocol):
    """One way of asking. ``name`` is what instruments write under ``type``."""

    name: str
    required: frozenset[str]
    """Fields of ``Item`` this type cannot do without."""
    optional: frozenset[str]
    """Further fields it takes, beyond those every item has (see ``COMMON``)."""
    value_type: ValueType

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """What is wrong with an authored item, beyond missing and foreign fields."""
        ...

    def parse(self, asked: Asked, form: Form) -> Answer:
        """The answer a browser sent; absent or empty is ``skipped``. Raises ``Refusal``."""
        ...

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """The form fields that would send ``answer``: the inverse of ``parse``."""
        ...

    def read(self, asked: Asked, cells: Cells) -> Answer:
        """The answer a table holds, in our own codes. Raises ``Refusal``."""
        ...

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """The cells that hold ``answer``: the inverse of ``read``."""
        ...

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """(code, label) of every value its column may hold, opt-outs included."""
        ...


COMMON = frozenset(
    {
        "code", "type", "text", "hint", "purpose", "asked_to", "wording", "relevant", "anchor",
        "supports", "markers", "provenance", "replaces", "illuminated_by", "easy_core", "express",
    }
)  # fmt: skip
"""Fields of ``Item`` that every question type takes."""

QUESTION_TYPES: Registry[QuestionType] = Registry("question type")
