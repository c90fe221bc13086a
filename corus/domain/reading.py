"""A Profile as one language reads it: labels, wordings and scales found by their code.

Knows nothing of drawing or files, and decides no disclosure: values stay as the Profile has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from corus.domain.base import Text, say
from corus.domain.instrument import Criterion, Dimension, Item, Variant
from corus.domain.profile import Coverage, ItemCell, Profile
from corus.domain.scale import Scale
from corus.language import Words, words


@dataclass(frozen=True)
class Reading:
    """One profile in one language."""

    profile: Profile
    language: str

    @cached_property
    def words(self) -> Words:
        """Interface words of this language."""
        return words(self.language)

    def say(self, text: Text) -> str:
        """An authored text in this language, with the organization's name in it."""
        return say(text, self.language).replace("{organization}", self.profile.organization)

    def group(self, code: str) -> str:
        """Label of a stakeholder group."""
        return self.say(self.profile.instrument.groups[code].label)

    def item(self, code: str) -> Item:
        """The authored item."""
        return self.profile.instrument.item_by_code[code]

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """Dimensions by code, in the instrument's order."""
        return {d.code: d for d in self.profile.instrument.dimensions}

    def dimension(self, code: str) -> str:
        """Full label of a dimension."""
        return self.say(self.dimensions[code].label)

    def short(self, code: str) -> str:
        """Short label of a dimension, for the head of a column."""
        return self.say(self.dimensions[code].short or self.dimensions[code].label)

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Item code → its criterion, for items inside the framework."""
        nested = (c for d in self.profile.instrument.dimensions for c in d.criteria)
        return {item.code: c for c in nested for item in c.items}

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """Coverage by group."""
        return {c.group: c for c in self.profile.coverage}

    def topic(self, item: str) -> str:
        """What an item is about: its criterion, or its own sentence outside the framework."""
        criterion = self.criteria.get(item)
        return self.say(criterion.label if criterion else self.item(item).text)

    def wording(self, item: str, group: str, variant: Variant = "standard") -> str:
        """The sentence as put to ``group``."""
        return self.say(self.profile.instrument.words(self.item(item), group, variant))

    def wordings(self, cell: ItemCell) -> list[str]:
        """Every sentence behind a cell: two when easy-to-read answers were merged into it."""
        standard = self.wording(cell.item, cell.group)
        easy = self.wording(cell.item, cell.group, "easy")
        if cell.merged:
            return list(dict.fromkeys((standard, easy)))
        return [easy if self.is_easy(cell) else standard]

    def is_easy(self, cell: ItemCell) -> bool:
        """Whether a cell holds answers given on the easy-to-read scale alone."""
        instrument, item = self.profile.instrument, self.item(cell.item)
        easy = instrument.scale_code(item, cell.group, "easy")
        own = instrument.scale_code(item, cell.group)
        return not cell.merged and cell.scale == easy and easy != own

    def scale_code(self, cell: ItemCell) -> str:
        """Code of the scale a cell's answers were given on, "" for items without one."""
        own = self.profile.instrument.scale_code(self.item(cell.item), cell.group)
        return cell.scale or own or ""

    def scale(self, cell: ItemCell) -> Scale | None:
        """The scale a cell's answers were given on."""
        return self.profile.instrument.scales.get(self.scale_code(cell))
