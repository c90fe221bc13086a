"""Where each item, dimension and option sits in the count tables of an instrument.

Knows the instrument only: no answers, no disclosure rule, no database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, update_wrapper
from typing import NamedTuple, TypeVar, TypeVarTuple

from corus.domain.answer import POINTS
from corus.domain.instrument import Dimension, Instrument, Item, Variant

SYMBOLS = POINTS + "gdcsn-"
"""Every mark a stored document may hold; its place here is the last axis of ``Tally.marks``."""
GIVEN, DONT_KNOW, NOT_CONCERNED, SKIPPED, NOT_SHOWN, NOT_ASKED = range(len(POINTS), len(SYMBOLS))

VARIANTS: tuple[Variant, ...] = ("standard", "easy", "express")
"""Variants of the questionnaire, in the order in which they are read."""

FORMS: tuple[tuple[Variant, ...], ...] = (("standard", "express"), ("easy",))
"""Variants that put an item in the same words and on the same scale, side by side."""

CHOSEN_TYPES = ("multiple_choice", "ranking")
"""Types whose answers lie under ``rest``: options chosen, or the option placed first."""


class Stratum(NamedTuple):
    """Responses alike in everything that coverage and results are broken down by."""

    group: str
    variant: str
    mode: str
    channel: str
    completeness: str
    site: str = ""


T = TypeVar("T")
Rest = TypeVarTuple("Rest")


@dataclass(frozen=True, eq=False)
class _Same:
    """An instrument known by identity: comparing two whole ones would cost more than it saves.

    Held here, it lives as long as what is kept under it.
    """

    instrument: Instrument

    def __hash__(self) -> int:
        return id(self.instrument)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.instrument is self.instrument


def derived(derive: Callable[[Instrument, *Rest], T]) -> Callable[[Instrument, *Rest], T]:
    """Keeps what ``derive`` works out from an instrument, frozen as it is: worked out once."""

    @lru_cache(maxsize=4096)
    def kept(same: _Same, *rest: *Rest) -> T:
        return derive(same.instrument, *rest)

    def looked_up(instrument: Instrument, *rest: *Rest) -> T:
        return kept(_Same(instrument), *rest)

    return update_wrapper(looked_up, derive)


class Form(NamedTuple):
    """How one group meets one item on a scale, in both forms of its questionnaire."""

    own: str
    """Code of the scale of the standard questionnaire."""
    easy: str
    """Code of the scale of the easy-to-read one."""
    merges: bool
    """Whether answers on both are told as one."""


@derived
def forms(instrument: Instrument, group: str) -> tuple[Form | None, ...]:
    """How ``group`` meets each item; None where it is not asked, or the item has no scale."""
    return tuple(_form(instrument, item, group) for item in instrument.items)


def _form(instrument: Instrument, item: Item, group: str) -> Form | None:
    asked = any(instrument.asks(item, group, variant) for variant in VARIANTS)
    if item.scale is None or not asked:
        return None
    own, easy = (instrument.scale_code(item, group, v[0]) or item.scale for v in FORMS)
    return Form(own, easy, own == easy or instrument.scales[easy].merges_with == own)


@derived
def scored_dimensions(instrument: Instrument) -> tuple[Scored, ...]:
    """What makes a person's score in each dimension, in the instrument's order."""
    return tuple(Scored.of(instrument, dimension) for dimension in instrument.dimensions)


@dataclass(frozen=True, eq=False)
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
        return _scored_items(instrument, self, group, variant)

    def scores(self, instrument: Instrument, group: str, variant: Variant) -> bool:
        """Whether this questionnaire gives a score: all its items are on their own scale.

        A score over the few items that an easy-to-read form leaves on the standard scale, or that
        the short form asks, would be another measure under the same name: there is none.
        """
        return _gives_score(instrument, self, group, variant)


@derived
def _scored_items(
    instrument: Instrument, scored: Scored, group: str, variant: Variant
) -> tuple[Item, ...]:
    return tuple(item for item in scored.items if instrument.asks(item, group, variant))


@derived
def _gives_score(instrument: Instrument, scored: Scored, group: str, variant: Variant) -> bool:
    asked = _scored_items(instrument, scored, group, variant)
    if variant == "express" and asked != _scored_items(instrument, scored, group, "standard"):
        return False
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
        return _layout(instrument)


@derived
def _layout(instrument: Instrument) -> Layout:
    scored = scored_dimensions(instrument)
    return Layout(
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
