"""A Profile as one language reads it: labels, wordings, and cells found by their place.

Knows nothing of drawing; every number stays as the Profile gives it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from corus.domain.base import Text, say
from corus.domain.instrument import Criterion, Dimension, Item, Variant
from corus.domain.profile import Coverage, DimensionCell, ItemCell, Profile
from corus.domain.scale import Scale
from corus.language import Words, words


@dataclass(frozen=True)
class View:
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
    def _criteria(self) -> dict[str, Criterion]:
        criteria = (c for d in self.profile.instrument.dimensions for c in d.criteria)
        return {item.code: c for c in criteria for item in c.items}

    def topic(self, item: str) -> str:
        """What an item is about: its criterion, or its own sentence outside the framework."""
        criterion = self._criteria.get(item)
        return self.say(criterion.label if criterion else self.item(item).text)

    def wording(self, item: str, group: str, variant: Variant = "standard") -> str:
        """The sentence as put to ``group``."""
        return self.say(self.profile.instrument.words(self.item(item), group, variant))

    def wordings(self, cell: ItemCell) -> list[str]:
        """Every sentence behind a cell: two when the easy-to-read form was merged into it."""
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

    def scale(self, cell: ItemCell) -> Scale | None:
        """The scale of a cell."""
        return self.profile.instrument.scales.get(cell.scale or self.item(cell.item).scale or "")

    @cached_property
    def cells(self) -> dict[tuple[str, str], tuple[ItemCell, ...]]:
        """(item, group) → its cells; several when two scales were answered."""
        found: defaultdict[tuple[str, str], list[ItemCell]] = defaultdict(list)
        for cell in self.profile.items:
            found[cell.item, cell.group].append(cell)
        return {place: tuple(cells) for place, cells in found.items()}

    @cached_property
    def _scores(self) -> dict[tuple[str, str], DimensionCell]:
        return {(c.dimension, c.group): c for c in self.profile.dimensions}

    def score(self, dimension: str, group: str) -> DimensionCell:
        """The cell of a dimension for a group; absent means not asked."""
        missing = DimensionCell(dimension=dimension, group=group, show="not_asked")
        return self._scores.get((dimension, group), missing)

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """Coverage by group."""
        return {c.group: c for c in self.profile.coverage}

    def dimension_items(self, dimension: str) -> list[Item]:
        """Items of a dimension that the profile has cells for."""
        asked = {cell.item for cell in self.profile.items}
        criteria = self.dimensions[dimension].criteria
        return [i for c in criteria for i in c.items if i.code in asked]

    def item_cells(self, item: str) -> list[ItemCell]:
        """Cells of one item over the groups of the wave, in their order; not asked left out."""
        found = (cell for g in self.profile.groups for cell in self.cells.get((item, g), ()))
        return [cell for cell in found if cell.show != "not_asked"]

    @property
    def has_results(self) -> bool:
        """False while the wave is open: coverage is all there is."""
        return bool(self.profile.dimensions or self.profile.items)
