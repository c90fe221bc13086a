"""Instrument: framework + scales + items + routing, as authored; published versions are frozen.

One flat ``Item`` serves every question type: which fields a type takes is the business of
``corus.questions``, so that a new type adds a file and not a class here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import orjson
from pydantic import Field, field_serializer, field_validator

from corus.domain.base import Code, Frozen, Language, Text
from corus.domain.scale import Scale

Variant = Literal["standard", "easy", "express"]
Purpose = Literal[
    "perception", "importance", "change", "contribution", "unexpected_effect",
    "improvement", "omission", "relation", "marker", "other",
]  # fmt: skip
Provenance = Literal["source", "background", "proposal"]


class Option(Frozen):
    """One option of a choice, ranking or allocation question."""

    code: Code
    label: Text


class EasyWording(Frozen):
    """Easy-to-read draft of an item for one group; ``scale`` replaces the item's own."""

    text: Text
    scale: Code | None = None
    speaks_of_self: bool = False
    """True when the draft says “I” where the item speaks of “the people”: answers are then read
    beside other groups by criterion only, and flagged."""


class GroupWording(Frozen):
    """How one group is asked: another sentence, an easy-to-read draft, or both."""

    text: Text | None = None
    easy: EasyWording | None = None
    easy_omits: bool = False
    """True when the easy-to-read questionnaire of this group leaves the item out."""


class Item(Frozen):
    """One question as put to a respondent."""

    code: Code
    type: str = "rating"
    text: Text
    hint: Text | None = None
    purpose: Purpose = "perception"
    scale: Code | None = None
    direction: Literal["as_asked", "reversed"] = "as_asked"
    """``reversed``: agreement is unfavourable. Stored and shown as asked."""
    options: tuple[Option, ...] = ()
    max_choices: int | None = Field(default=None, ge=1)
    total: int | None = Field(default=None, ge=1)
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = Field(default=None, ge=1, le=10_000)
    descriptors: tuple[Text, ...] = ()
    """For ``level``: one sentence per scale point, in the scale's order."""
    evidence_hint: Text | None = None
    quotation: bool = False
    """True on open questions that offer the quotation-consent box (off by default)."""
    asked_to: tuple[Code, ...] = ()
    """Groups asked; empty means every group of the instrument."""
    wording: dict[Code, GroupWording] = {}
    relevant: str | None = None
    anchor: bool = False
    express: bool = False
    """Asked in the short form too; anchors always are."""
    easy_core: bool = False
    supports: tuple[Code, ...] = ()
    markers: tuple[Code, ...] = ()
    illuminated_by: tuple[Code, ...] = ()
    """For markers: perception items shown beside, never converted into a level."""
    provenance: Provenance = "proposal"
    replaces: Code | None = None


class Criterion(Frozen):
    """One observable quality and the items that ask about it."""

    code: Code
    label: Text
    items: tuple[Item, ...]


class Dimension(Frozen):
    """A family of criteria (*registre*)."""

    code: Code
    label: Text
    short: Text = {}
    description: Text = {}
    origin: Text = {}
    internal: bool = False
    """Internal functioning (Gadrey): shown apart from utility towards others."""
    supports: tuple[Code, ...] = ()
    markers: tuple[Code, ...] = ()
    provenance: Provenance = "source"
    criteria: tuple[Criterion, ...]


class Group(Frozen):
    """People in one relation to the organization (*partie prenante*)."""

    label: Text
    unit: Literal["person", "organization"] = "person"
    minutes: int = Field(default=10, ge=1, le=60)
    """Length announced to this group, in minutes."""


class Section(Frozen):
    """One step of the form: dimensions and questions by code, in the order shown."""

    code: Code
    title: Text
    intro: Text = {}
    shows: tuple[Code, ...]


class Reference(Frozen):
    """Something outside that items illuminate: a legal condition or a marker. Dated data."""

    kind: Literal["condition", "marker"]
    label: Text
    source: str = ""
    read_on: date | None = None
    status: Literal["verified", "to_verify"] = "to_verify"
    requires_any: tuple[Code, ...] = ()
    """Items or dimensions of which one must also be documented before this may be invoked."""
    note: Text = {}


class Agreement(Frozen):
    """Who took part in agreeing on the criteria, by college."""

    college: Text
    people: int | None = Field(default=None, ge=0)


class Convention(Frozen):
    """Convention record: who agreed on the criteria, when, and who dissented."""

    status: Literal["shipped", "co_constructed"] = "shipped"
    agreed_on: date | None = None
    by: tuple[Agreement, ...] = ()
    agreed: Text = {}
    dissent: tuple[Text, ...] = ()


class EasyToRead(Frozen):
    """Proof-reading of the easy-to-read drafts; unproofed drafts may not be called FALC."""

    proofread_by: Text = {}
    proofread_on: date | None = None


class Instrument(Frozen):
    """A questionnaire or grid, whole: what it asks, of whom, on which scales, in what order."""

    code: Code
    edition: str
    languages: tuple[Language, ...]
    title: Text
    notice: Text = {}
    """What this instrument is inspired by, and what it does not claim to be."""
    convention: Convention = Convention()
    easy_to_read: EasyToRead = EasyToRead()
    references: dict[Code, Reference] = {}
    scales: dict[Code, Scale]
    groups: dict[Code, Group]
    dimensions: tuple[Dimension, ...] = ()
    questions: tuple[Item, ...] = ()
    """Items outside dimensions: priority, open questions, minimal profile."""
    sections: tuple[Section, ...] = ()
    changelog: tuple[str, ...] = ()

    @field_serializer("groups")
    def _groups_in_order(self, groups: dict[str, Group]) -> list[dict[str, Any]]:
        # A list, because canonical JSON sorts keys and the order of groups is authored.
        return [{"code": code, **group.model_dump(mode="json")} for code, group in groups.items()]

    @field_validator("groups", mode="before")
    @classmethod
    def _groups_from_list(cls, groups: Any) -> Any:
        if isinstance(groups, list) and all(isinstance(g, dict) and "code" in g for g in groups):
            return {g["code"]: {k: v for k, v in g.items() if k != "code"} for g in groups}
        return groups

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item in *instrument order*: dimensions, criteria, then questions.

        Stored answers are indexed by this order, which a published version never changes.
        """
        nested = (i for d in self.dimensions for c in d.criteria for i in c.items)
        return (*nested, *self.questions)

    @cached_property
    def item_by_code(self) -> dict[str, Item]:
        """Items by their code."""
        return {item.code: item for item in self.items}

    @cached_property
    def dimension_of(self) -> dict[str, str]:
        """Item code → dimension code, for items that belong to a dimension."""
        return {i.code: d.code for d in self.dimensions for c in d.criteria for i in c.items}

    @cached_property
    def form_order(self) -> tuple[Section, ...]:
        """The authored sections, or one per dimension followed by one for the questions."""
        if self.sections:
            return self.sections
        built = [Section(code=d.code, title=d.label, shows=(d.code,)) for d in self.dimensions]
        if self.questions:
            codes = tuple(q.code for q in self.questions)
            built.append(Section(code="questions", title=self.title, shows=codes))
        return tuple(built)

    def section_items(self, section: Section) -> Iterator[Item]:
        """Items of one section, in the order shown."""
        by_dimension = {d.code: [i for c in d.criteria for i in c.items] for d in self.dimensions}
        for code in section.shows:
            yield from by_dimension.get(code) or (self.item_by_code[code],)

    def asks(self, item: Item, group: str, variant: Variant = "standard") -> bool:
        """Whether ``group`` is asked ``item`` in this variant of the questionnaire."""
        if item.asked_to and group not in item.asked_to:
            return False
        if variant == "express" and not (item.anchor or item.express):
            return False
        wording = item.wording.get(group)
        return not (variant == "easy" and wording is not None and wording.easy_omits)

    def offers(self, group: str, variant: Variant) -> bool:
        """Whether this group may answer in this variant."""
        if variant == "easy":
            return self.has_easy(group)
        if variant == "express":
            return any(i.express and self.asks(i, group) for i in self.items)
        return True

    def has_easy(self, group: str) -> bool:
        """Whether an easy-to-read draft exists for this group."""
        return any(w.easy for i in self.items for g, w in i.wording.items() if g == group)

    def words(self, item: Item, group: str, variant: Variant = "standard") -> Text:
        """The sentence put to ``group``: its easy draft, its own wording, or the item's text."""
        wording = item.wording.get(group)
        if wording is None:
            return item.text
        if variant == "easy" and wording.easy is not None:
            return wording.easy.text
        return wording.text or item.text

    def scale_of(self, item: Item, group: str, variant: Variant = "standard") -> Scale | None:
        """The scale on which ``group`` answers, or None for items without one."""
        code = self.scale_code(item, group, variant)
        return self.scales[code] if code else None

    def scale_code(self, item: Item, group: str, variant: Variant = "standard") -> str | None:
        """Code of the scale on which ``group`` answers, or None."""
        wording = item.wording.get(group)
        if variant == "easy" and wording is not None and wording.easy and wording.easy.scale:
            return wording.easy.scale
        return item.scale


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8. The same value always gives these bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True)
class InstrumentVersion:
    """A published, frozen instrument; ``digest`` is the SHA-256 of ``document``."""

    digest: str
    document: bytes
    instrument: Instrument

    @classmethod
    def freeze(cls, instrument: Instrument) -> InstrumentVersion:
        """Publish: canonical JSON with every default written out, named by its digest."""
        document = canonical(instrument.model_dump(mode="json", exclude_none=True))
        return cls(hashlib.sha256(document).hexdigest(), document, instrument)

    @classmethod
    def load(cls, document: bytes) -> InstrumentVersion:
        """Read a frozen document back; its digest is recomputed from the bytes."""
        instrument = Instrument.model_validate_json(document)
        return cls(hashlib.sha256(document).hexdigest(), document, instrument)
