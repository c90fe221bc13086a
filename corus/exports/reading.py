"""A Profile as one language reads it: labels, wordings, and words for what is withheld.

Decides no disclosure: it says what the Profile holds and gives a text for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from corus.domain.base import Text, say
from corus.domain.instrument import Criterion, Dimension, Item
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
        """An authored text, with the organization's name in it."""
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
        """Label of a dimension."""
        return self.say(self.dimensions[code].label)

    def dimension_short(self, code: str) -> str:
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

    def wording(self, item: str, group: str) -> str:
        """The sentence as put to ``group`` in the standard questionnaire."""
        return self.say(self.profile.instrument.words(self.item(item), group))

    def wordings(self, cell: ItemCell) -> str:
        """Every sentence behind a cell: two when easy-to-read answers were merged into it."""
        instrument, item = self.profile.instrument, self.item(cell.item)
        easy = self.say(instrument.words(item, cell.group, "easy"))
        standard = self.wording(cell.item, cell.group)
        if cell.merged:
            return "\n".join(dict.fromkeys((standard, easy)))
        own = instrument.scale_code(item, cell.group)
        return easy if cell.scale and cell.scale != own else standard

    def scale(self, cell: ItemCell) -> Scale | None:
        """The scale a cell's answers were given on."""
        code = self.scale_code(cell)
        return self.profile.instrument.scales.get(code) if code else None

    def scale_code(self, cell: ItemCell) -> str:
        """Code of that scale, "" for items without one."""
        own = self.profile.instrument.scale_code(self.item(cell.item), cell.group)
        return cell.scale or own or ""
