"""Where each item, dimension and option sits in the count tables of an instrument.

Knows the instrument only: no answers, no disclosure rule, no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corus.domain.answer import POINTS
from corus.domain.instrument import Dimension, Instrument, Item, Variant

SYMBOLS = POINTS + "gdcsn-"
"""Every mark a stored document may hold; its place here is the last axis of ``Tally.marks``."""
GIVEN, DONT_KNOW, NOT_CONCERNED, SKIPPED, NOT_SHOWN, NOT_ASKED = range(len(POINTS), len(SYMBOLS))

VARIANTS: tuple[Variant, ...] = ("standard", "easy")
"""Forms of the questionnaire, in the order in which they are read."""

CHOSEN_TYPES = ("multiple_choice", "ranking")
"""Types whose answers lie under ``rest``: options chosen, or the option placed first."""


class Stratum(NamedTuple):
    """Responses alike in everything that coverage and results are broken down by."""

    group: str
    variant: str
    mode: str
    channel: str
    completeness: str


@dataclass(frozen=True)
class Scored:
    """Items of one dimension that make a person's score: perceptions on scales of one length.

    ``positions`` index the instrument's items; ``points`` is the length of their scale (0 when
    the dimension holds no such item, as in a grid of markers).
    """

    dimension: str
    points: int
    positions: tuple[int, ...]
    items: tuple[Item, ...]

    @classmethod
    def of(cls, instrument: Instrument, dimension: Dimension) -> Scored:
        """The scored items of ``dimension``; the first perception sets the length."""
        place = {item.code: index for index, item in enumerate(instrument.items)}
        rated = [
            (item, len(instrument.scales[item.scale].points))
            for criterion in dimension.criteria
            for item in criterion.items
            if item.scale and item.purpose == "perception"
        ]
        points = rated[0][1] if rated else 0
        items = tuple(item for item, size in rated if size == points)
        return cls(dimension.code, points, tuple(place[i.code] for i in items), items)

    def asked(self, instrument: Instrument, group: str, variant: Variant) -> tuple[Item, ...]:
        """Scored items asked of ``group`` in this variant."""
        return tuple(item for item in self.items if instrument.asks(item, group, variant))

    def scores(self, instrument: Instrument, group: str, variant: Variant) -> bool:
        """Whether this questionnaire gives a score: all its items are on their own scale.

        A score over the few items that an easy-to-read form leaves on the standard scale would
        be another measure under the same name, so that such a form gives none.
        """
        asked = self.asked(instrument, group, variant)
        return bool(asked) and all(
            instrument.scale_code(item, group, variant) == item.scale for item in asked
        )


@dataclass(frozen=True)
class Layout:
    """Axes of the count tables of one instrument."""

    items: tuple[str, ...]
    dimensions: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    """(item, option) of every option that is counted from ``rest``."""
    most_items: int
    """Largest number of scored items in one dimension."""
    highest: int
    """Largest sum of point indexes one person can reach in one dimension."""

    @classmethod
    def of(cls, instrument: Instrument) -> Layout:
        """The axes of ``instrument``; the same instrument always gives the same."""
        scored = [Scored.of(instrument, d) for d in instrument.dimensions]
        return cls(
            items=tuple(item.code for item in instrument.items),
            dimensions=tuple(s.dimension for s in scored),
            options=tuple(
                (item.code, option.code)
                for item in instrument.items
                if item.type in CHOSEN_TYPES
                for option in item.options
            ),
            most_items=max((len(s.items) for s in scored), default=0),
            highest=max((len(s.items) * max(s.points - 1, 0) for s in scored), default=0),
        )
