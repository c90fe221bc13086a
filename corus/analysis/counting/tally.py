"""Tally: the counts from which every figure of a wave follows; adding tallies is exact.

Holds counts only: what may be shown of them is decided elsewhere, and no answer can be read back
to a response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corus.analysis.counting.layout import SYMBOLS, Layout, Scored, Stratum
from corus.analysis.counting.products import Counts, Products, asked_items, block_of
from corus.analysis.measures.reliability import Block
from corus.domain.instrument import Instrument
from corus.errors import InputError


@dataclass(frozen=True, eq=False)
class Tally:
    """Sufficient statistics of a set of responses to one instrument.

    Attributes:
        layout: what the axes mean.
        strata: sorted, without repetition; first axis of every table.
        responses: persons, shape [stratum].
        marks: persons by mark, shape [stratum, item, symbol]; symbols as in ``SYMBOLS``.
        scores: persons by what they answered in a dimension, shape
            [stratum, dimension, answered m, sum s]; ``s`` adds the point indexes (0-based,
            reversed items turned round). Only persons who answered at least half of the scored
            items they were asked and shown, and only on the items' own scale.
        unscored: persons who answered fewer than half, shape [stratum, dimension, answered m].
        options: persons who chose each option (ranking: placed it first), [stratum, option].
        products: sums of products of answers within a dimension; None where they were not
            counted (tables stored before Corus counted them): unknown, which is not zero.
    """

    layout: Layout
    strata: tuple[Stratum, ...]
    responses: Counts
    marks: Counts
    scores: Counts
    unscored: Counts
    options: Counts
    products: Products | None = None

    @classmethod
    def zeros(cls, layout: Layout, strata: Sequence[Stratum], *, products: bool = True) -> Tally:
        """All counts zero; ``strata`` must be sorted and distinct."""
        n, d, m = len(strata), len(layout.dimensions), layout.most_items + 1
        return cls(
            layout,
            tuple(strata),
            np.zeros(n, np.int64),
            np.zeros((n, len(layout.items), len(SYMBOLS)), np.int64),
            np.zeros((n, d, m, layout.highest + 1), np.int64),
            np.zeros((n, d, m), np.int64),
            np.zeros((n, len(layout.options)), np.int64),
            Products.zeros(layout, n) if products else None,
        )

    @classmethod
    def empty(cls, instrument: Instrument) -> Tally:
        """The tally of no response: adding it changes nothing."""
        return cls.zeros(Layout.of(instrument), ())

    @property
    def tables(self) -> dict[str, Counts]:
        """The count tables by name, in a fixed order; the first axis of each is the stratum.

        Tables that were not counted are absent.
        """
        kept = {
            "responses": self.responses, "marks": self.marks, "scores": self.scores,
            "unscored": self.unscored, "options": self.options,
        }  # fmt: skip
        return kept | (self.products._asdict() if self.products else {})

    def of_group(self, group: str, *variants: str) -> Tally:
        """The part of one group (in these variants), added up into at most one stratum."""
        chosen = [
            index
            for index, stratum in enumerate(self.strata)
            if stratum.group == group and (not variants or stratum.variant in variants)
        ]
        name = (Stratum(group, "+".join(variants), "", "", ""),)
        return _of_tables(
            self.layout, name, [_added(table, chosen) for table in self.tables.values()]
        )

    def block(self, instrument: Instrument, group: str, scored: Scored) -> Block | None:
        """Sums of products of one dimension of one group; None where they were not counted.

        Items: those the group is asked, in the order of ``scored.items``. Persons: those of the
        questionnaires that give a score, so not those of the short form.
        """
        if self.products is None:
            return None
        rows = [i for i, stratum in enumerate(self.strata) if stratum.group == group]
        index = self.layout.dimensions.index(scored.dimension)
        asked = asked_items(instrument, scored, group)
        places = [place for place, item in enumerate(scored.items) if item.code in asked]
        return block_of(self.products, rows, index, places)

    def counts_by_stratum(self) -> dict[Stratum, int]:
        """Number of responses by stratum."""
        return dict(zip(self.strata, self.responses.tolist(), strict=True))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Tally)
            and self.tables.keys() == other.tables.keys()
            and not differing(self, other)
        )

    __hash__ = None  # type: ignore[assignment]

    def to_bytes(self) -> bytes:
        """The stored form (``stored``); equal tallies give equal bytes."""
        from corus.analysis.counting.stored import write

        return write(self)

    @classmethod
    def from_bytes(cls, document: bytes) -> Tally:
        """Read ``to_bytes`` back. Raises ``InputError`` (``TAL-002``) on any other document."""
        from corus.analysis.counting.stored import read

        return read(document)


def merge(a: Tally, b: Tally) -> Tally:
    """The tally of both sets of responses together. Exact, associative and commutative.

    What one of them did not count, the sum does not know either. Raises ``InputError``
    (``TAL-003``) when they count answers to different instruments.
    """
    if a.layout != b.layout:
        raise InputError("Counts of two different instruments cannot be added.", code="TAL-003")
    both = a.tables.keys() & b.tables.keys()
    parts = [[table for name, table in t.tables.items() if name in both] for t in (a, b)]
    if a.strata == b.strata:
        return _of_tables(a.layout, a.strata, [x + y for x, y in zip(*parts, strict=True)])
    known = a.products is not None and b.products is not None
    merged = Tally.zeros(a.layout, sorted({*a.strata, *b.strata}), products=known)
    place = {stratum: index for index, stratum in enumerate(merged.strata)}
    for part, tables in zip((a, b), parts, strict=True):
        where = [place[stratum] for stratum in part.strata]
        for table, addition in zip(merged.tables.values(), tables, strict=True):
            table[where] += addition
    return merged


def differing(a: Tally, b: Tally) -> tuple[str, ...]:
    """Names of what differs between two tallies: ``layout``, ``strata``, or tables both hold."""
    if a.layout != b.layout:
        return ("layout",)
    if a.strata != b.strata:
        return ("strata",)
    theirs = b.tables
    return tuple(
        name
        for name, table in a.tables.items()
        if name in theirs and not np.array_equal(table, theirs[name])
    )


def _of_tables(layout: Layout, strata: tuple[Stratum, ...], tables: list[Counts]) -> Tally:
    """A tally from the values of ``Tally.tables``."""
    responses, marks, scores, unscored, options = tables[:5]
    products = Products(*tables[5:]) if tables[5:] else None
    return Tally(layout, strata, responses, marks, scores, unscored, options, products)


def _added(table: Counts, chosen: list[int]) -> Counts:
    added: Counts = table[chosen].sum(axis=0, keepdims=True)
    return added
