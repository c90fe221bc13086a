"""A Profile as the dashboard reads it: cells found by their place.

Knows nothing of drawing; every number stays as the Profile gives it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from corus.domain.instrument import Item
from corus.domain.profile import DimensionCell, ItemCell
from corus.domain.reading import Reading


@dataclass(frozen=True)
class View(Reading):
    """One profile in one language, its cells by item, dimension and group."""

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

    def dimension_items(self, dimension: str) -> list[Item]:
        """Items of a dimension that some group of the wave was asked: the others have no row."""
        criteria = self.dimensions[dimension].criteria
        return [i for c in criteria for i in c.items if self.item_cells(i.code)]

    def item_cells(self, item: str) -> list[ItemCell]:
        """Cells of one item over the groups of the wave, in their order; not asked left out."""
        found = (cell for g in self.profile.groups for cell in self.cells.get((item, g), ()))
        return [cell for cell in found if cell.show != "not_asked"]

    @property
    def has_results(self) -> bool:
        """False while the wave is open: coverage is all there is."""
        return bool(self.profile.dimensions or self.profile.items)
