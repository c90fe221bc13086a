"""Open answers: how far a text has been redacted, how it was coded, what of it may be shown.

Knows neither who wrote nor where texts are stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from corus.domain.base import Code, Frozen
from corus.domain.shown import Band, Show


class Redaction(StrEnum):
    """How far a text has come: as written, read by a person, or fit to be quoted."""

    RAW = "raw"
    REVIEWED = "reviewed"
    PUBLISHABLE = "publishable"


class Decision(StrEnum):
    """What a person decided on the suggested masking of one text."""

    ACCEPT = "accept"
    EDIT = "edit"
    KEEP = "keep"
    """The suggestion is refused: nothing in the text makes anybody recognisable."""
    WITHHOLD = "withhold"
    """Coded and counted like the others, quoted never."""


Expectation = Literal["expected", "unexpected"]
Valence = Literal["favourable", "unfavourable", "ambivalent"]
EXPECTATIONS: tuple[Expectation, ...] = ("expected", "unexpected")
VALENCES: tuple[Valence, ...] = ("favourable", "unfavourable", "ambivalent")
UNCODED = "uncoded"
"""Stands for the valence of a text that nobody has coded, or that coders coded differently."""


class CodeDefinition(Frozen):
    """One code of a codebook: when a text gets it."""

    code: Code
    name: str
    definition: str
    example: str = ""


class Codebook(Frozen):
    """The codes of one open question; whatever changes in it makes another version."""

    item: Code
    version: int
    codes: tuple[CodeDefinition, ...]

    def definition(self, code: str) -> str | None:
        """What ``code`` means in this version, None when it is not there."""
        return next((c.definition for c in self.codes if c.code == code), None)


def speaks_of(version: Codebook | None, code: str, current: Codebook) -> bool:
    """Whether a coding made with ``version`` says something of ``code`` as it is defined now.

    A code that was not there yet, or meant something else, was neither given nor refused.
    """
    meant = version.definition(code) if version else None
    return meant is not None and meant == current.definition(code)


@dataclass(frozen=True)
class Coding:
    """What one coder found in one text; ``codes`` may be empty: none of them applies."""

    coder: str
    version: int
    codes: frozenset[str]
    expectation: Expectation | None = None
    valence: Valence | None = None


@dataclass(frozen=True)
class OpenAnswer:
    """What one person wrote to one open question, as analysis may see it."""

    item: str
    group: str
    redaction: Redaction = Redaction.RAW
    quotable: bool = False
    """Whether the person consents to be quoted."""
    text: str = ""
    """Redacted; empty while raw."""
    language: str = ""
    codes: frozenset[str] | None = None
    """Settled codes; None while uncoded or disputed."""
    expectation: Expectation | None = None
    valence: Valence | None = None


@dataclass(frozen=True)
class Only:
    """What a reader asks to see; an empty part asks for everything."""

    valences: Sequence[str] = ()
    expectations: Sequence[str] = ()
    codes: Sequence[str] = ()

    def admits(self, answer: OpenAnswer) -> bool:
        """Whether this answer is among what is asked for."""
        return (
            (not self.valences or (answer.valence or UNCODED) in self.valences)
            and (not self.expectations or answer.expectation in self.expectations)
            and (not self.codes or bool(set(self.codes) & (answer.codes or frozenset())))
        )


class Quotation(Frozen):
    """A redacted text that its author lets us quote."""

    text: str
    language: str = ""
    codes: tuple[str, ...] = ()
    expectation: Expectation | None = None
    valence: Valence | None = None


class QuotationCell(Frozen):
    """What one group wrote to one open question: quotations, and the count of the others.

    ``valences`` and ``left_out`` count persons by valence (``uncoded`` among them), and are empty
    where the disclosure rule withholds them; ``bands`` stand in their place from 5 to 9 persons.
    """

    item: str
    group: str
    show: Show
    reason: str = ""
    n: int | None = None
    """Persons of the group who answered."""
    quotations: tuple[Quotation, ...] = ()
    valences: dict[str, int] = {}
    left_out: dict[str, int] = {}
    """Of these, persons whose words are not among ``quotations``, whatever the reason."""
    expectations: dict[str, int] = {}
    """Persons by expectation; those who are uncoded are in ``valences`` alone."""
    bands: dict[str, Band] = {}
    """Share of each valence among those who answered."""

    @property
    def is_coded(self) -> bool:
        """Whether the valence of at least one text is settled, as far as may be told."""
        return bool(self.bands) or any(self.valences.get(valence) for valence in VALENCES)
