"""Tally: the counts from which every figure of a wave follows; adding tallies is exact.

Holds counts only: what may be shown of them is decided elsewhere, and no answer can be read back
to a response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from corus.analysis.layout import SYMBOLS, Layout, Stratum
from corus.domain.instrument import Instrument
from corus.errors import InputError

Counts = NDArray[np.int64]
FORMAT = "corus-tally-1"


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
    """

    layout: Layout
    strata: tuple[Stratum, ...]
    responses: Counts
    marks: Counts
    scores: Counts
    unscored: Counts
    options: Counts

    @classmethod
    def zeros(cls, layout: Layout, strata: Sequence[Stratum]) -> Tally:
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
        )

    @classmethod
    def empty(cls, instrument: Instrument) -> Tally:
        """The tally of no response: adding it changes nothing."""
        return cls.zeros(Layout.of(instrument), ())

    @property
    def tables(self) -> tuple[Counts, ...]:
        """The count tables, in a fixed order; the first axis of each is the stratum."""
        return self.responses, self.marks, self.scores, self.unscored, self.options

    def of_group(self, group: str, *variants: str) -> Tally:
        """The part of one group (in these variants), added up into at most one stratum."""
        chosen = [
            index
            for index, stratum in enumerate(self.strata)
            if stratum.group == group and (not variants or stratum.variant in variants)
        ]
        name = (Stratum(group, "+".join(variants), "", "", ""),)
        return Tally(self.layout, name, *(_added(table, chosen) for table in self.tables))

    def counts_by_stratum(self) -> dict[Stratum, int]:
        """Number of responses by stratum."""
        return dict(zip(self.strata, self.responses.tolist(), strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    def to_bytes(self) -> bytes:
        """Compact JSON holding only what is not zero; equal tallies give equal bytes."""
        layout = self.layout
        return orjson.dumps(
            {
                "format": FORMAT,
                "items": layout.items,
                "dimensions": layout.dimensions,
                "options": layout.options,
                "most_items": layout.most_items,
                "highest": layout.highest,
                "strata": [list(stratum) for stratum in self.strata],
                "tables": [_sparse(table) for table in self.tables],
            }
        )

    @classmethod
    def from_bytes(cls, document: bytes) -> Tally:
        """Read ``to_bytes`` back. Raises ``InputError`` (``TAL-002``) on any other document."""
        data: dict[str, Any] = orjson.loads(document)
        if data.get("format") != FORMAT:
            raise InputError("These are not count tables of this version.", code="TAL-002")
        layout = Layout(
            tuple(data["items"]),
            tuple(data["dimensions"]),
            tuple((item, option) for item, option in data["options"]),
            data["most_items"],
            data["highest"],
        )
        tally = cls.zeros(layout, [Stratum(*stratum) for stratum in data["strata"]])
        for table, (places, values) in zip(tally.tables, data["tables"], strict=True):
            table.reshape(-1)[places] = values
        return tally


def merge(a: Tally, b: Tally) -> Tally:
    """The tally of both sets of responses together. Exact, associative and commutative.

    Raises ``InputError`` (``TAL-003``) when they count answers to different instruments.
    """
    if a.layout != b.layout:
        raise InputError("Counts of two different instruments cannot be added.", code="TAL-003")
    if a.strata == b.strata:
        sums = (x + y for x, y in zip(a.tables, b.tables, strict=True))
        return Tally(a.layout, a.strata, *sums)
    merged = Tally.zeros(a.layout, sorted({*a.strata, *b.strata}))
    place = {stratum: index for index, stratum in enumerate(merged.strata)}
    for part in (a, b):
        where = [place[stratum] for stratum in part.strata]
        for table, addition in zip(merged.tables, part.tables, strict=True):
            table[where] += addition
    return merged


def _added(table: Counts, chosen: list[int]) -> Counts:
    added: Counts = table[chosen].sum(axis=0, keepdims=True)
    return added


def _sparse(table: Counts) -> tuple[list[int], list[int]]:
    flat = table.reshape(-1)
    places = np.flatnonzero(flat)
    return places.tolist(), flat[places].tolist()
