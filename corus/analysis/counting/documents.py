"""From stored documents to a Tally, at about two million responses a second.

Reads marks as one array of bytes; knows neither the database nor what may be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.decoding import Codes, Document, read_codes, read_rest
from corus.analysis.counting.layout import (
    CHOSEN_TYPES,
    GIVEN,
    SYMBOLS,
    Layout,
    Stratum,
)
from corus.analysis.counting.patterns import Cells, Ways, add_by_way
from corus.analysis.counting.products import (
    Answered,
    Counts,
    Places,
    Where,
    add_products,
    asked_of,
    places,
)
from corus.analysis.counting.tally import Tally
from corus.domain.instrument import Instrument

CHUNK = 16_384
"""Responses counted at once: their marks stay in the processor's cache."""


@dataclass(frozen=True)
class Batch:
    """Responses to count: ``documents[i]`` belongs to ``strata[stratum_of[i]]``."""

    strata: Sequence[Stratum]
    stratum_of: NDArray[np.integer]
    documents: Sequence[Document]

    def __post_init__(self) -> None:
        if len(self.stratum_of) != len(self.documents):
            raise ValueError("stratum_of and documents must be of one length")


def count(batch: Batch, instrument: Instrument) -> Tally:
    """The tally of a batch; the order of its responses changes nothing.

    Raises ``InputError`` (``TAL-001``) when a document does not fit the instrument.
    """
    layout = Layout.of(instrument)
    strata, where = _canonical(batch)
    tally = Tally.zeros(layout, strata)
    asked, gives = asked_of(strata, instrument)
    people = People.of(tally, where, instrument)
    for start in range(0, len(batch.documents), CHUNK):
        chunk = slice(start, start + CHUNK)
        documents = batch.documents[chunk]
        codes = read_codes(documents, len(layout.items))
        people.add(codes, chunk, asked)
        _count_options(tally, codes, where[chunk], documents, instrument)
    people.settle(asked)
    _forget_other_scales(tally, gives)
    return tally


def count_codes(
    codes: Codes, strata: Sequence[Stratum], where: Where, instrument: Instrument
) -> Tally:
    """The tally of mark codes of shape [item, person], of ``strata`` sorted and distinct.

    Options chosen are not in the marks: their table stays empty.
    """
    tally = Tally.zeros(Layout.of(instrument), strata)
    asked, gives = asked_of(strata, instrument)
    people = People.of(tally, where, instrument)
    for start in range(0, codes.shape[1], CHUNK):
        chunk = slice(start, start + CHUNK)
        people.add(codes[:, chunk], chunk, asked)
    people.settle(asked)
    _forget_other_scales(tally, gives)
    return tally


@dataclass(frozen=True, eq=False)
class People:
    """The persons of a batch on their way into a tally: one by one, or by way of answering."""

    tally: Tally
    where: Where
    scored: Places
    ways: Ways | None

    @classmethod
    def of(cls, tally: Tally, where: Where, instrument: Instrument) -> People:
        """Those whose strata are ``where``."""
        scored = places(instrument)
        return cls(tally, where, scored, Ways.worth(scored, len(where), len(tally.strata)))

    def add(self, codes: Codes, chunk: slice, asked: NDArray[np.bool_]) -> None:
        """Count the marks of ``chunk``, and its scores and products now or when all are there."""
        where = self.where[chunk]
        self.tally.responses[:] += np.bincount(where, minlength=len(self.tally.strata))
        _count_marks(self.tally, codes, where)
        answered = Answered.of(codes, self.scored)
        if self.ways:
            self.ways.note(answered, chunk)
            return
        _count_scores(self.tally, answered, where)
        if self.tally.products is not None:
            add_products(self.tally.products, answered, where, asked, self.scored.highest)

    def settle(self, asked: NDArray[np.bool_]) -> None:
        """Count the scores and products of those kept by way of answering."""
        if self.ways is None:
            return
        tally, (n_strata, _, sizes, sums) = self.tally, self.tally.scores.shape
        n_cells = sizes * (sums + 1)
        cells = Cells.of(_cell(self.ways.each(), sums)[0])
        counted = np.empty((*tally.scores.shape[:2], n_cells), np.int64)
        for index, persons in enumerate(self.ways.persons(self.where, n_strata)):
            counted[:, index] = cells.count(persons, n_cells)
            if tally.products is not None:
                of_it = tally.products.of_dimension(index)
                add_by_way(of_it, persons, self.ways, asked[:, index])
        _put_scores(tally, counted)


def _canonical(batch: Batch) -> tuple[list[Stratum], Where]:
    """Strata that occur, sorted, and the place of each response among them."""
    given = [Stratum(*stratum) for stratum in batch.strata]
    stratum_of = np.asarray(batch.stratum_of, np.int64)
    occurs = np.bincount(stratum_of, minlength=len(given)) > 0
    strata = sorted({s for s, used in zip(given, occurs, strict=True) if used})
    place = {stratum: index for index, stratum in enumerate(strata)}
    moved = np.array([place.get(stratum, 0) for stratum in given], np.int64)
    return strata, moved[stratum_of]


def _count_marks(tally: Tally, codes: Codes, where: Where) -> None:
    if not len(where):
        return
    # Those counted at once mostly lie side by side: no table for strata that none of them is in.
    first, last = int(where.min()), int(where.max()) + 1
    table, here = tally.marks[first:last], where - first
    symbols = len(SYMBOLS)
    # Two items in one go: what costs is each answer, as long as there are more than cells.
    paired = len(codes) // 2 * 2 if len(where) > len(table) * symbols**2 else 0
    base = here * symbols**2
    for item in range(0, paired, 2):
        both = codes[item] * np.uint16(symbols) + codes[item + 1]
        counted = np.bincount(base + both, minlength=len(table) * symbols**2)
        pairs = counted.reshape(-1, symbols, symbols)
        table[:, item] += pairs.sum(axis=2)
        table[:, item + 1] += pairs.sum(axis=1)
    base = here * symbols
    for item in range(paired, len(codes)):
        counted = np.bincount(base + codes[item], minlength=len(table) * symbols)
        table[:, item] += counted.reshape(-1, symbols)


def _count_scores(tally: Tally, answered: Answered, where: Where) -> None:
    n_strata, n_dimensions, sizes, sums = tally.scores.shape
    cell = _cell(answered, sums)
    n_cells = sizes * (sums + 1)
    cell += np.arange(n_dimensions)[:, np.newaxis] * n_cells
    if n_strata > 1:
        cell += where * (n_dimensions * n_cells)
    counted = np.bincount(cell.ravel(), minlength=n_strata * n_dimensions * n_cells)
    _put_scores(tally, counted.reshape(n_strata, n_dimensions, n_cells))


def _cell(answered: Answered, sums: int) -> NDArray[np.intp]:
    """Place of each person in a table of items answered m × sum s, by dimension.

    Those who answered fewer than half of what they were shown are in a last column of their own.
    """
    m = answered.valid.sum(axis=1, dtype=np.uint8)
    total = answered.value.sum(axis=1, dtype=np.uint16)
    shown = answered.seen.sum(axis=1, dtype=np.uint8)
    at_least_half = 2 * m >= np.maximum(shown, 1)
    column = np.where(at_least_half, total, np.uint16(sums))
    return np.asarray(m.astype(np.intp) * (sums + 1) + column)


def _put_scores(tally: Tally, counted: Counts) -> None:
    """Add persons by cell, shape [stratum, dimension, cell], to both tables of scores."""
    n_strata, n_dimensions, sizes, sums = tally.scores.shape
    table = counted.reshape(n_strata, n_dimensions, sizes, sums + 1)
    tally.scores[:] += table[..., :-1]
    tally.unscored[:] += table[..., -1]


def _count_options(
    tally: Tally,
    codes: Codes,
    where: Where,
    documents: Sequence[Document],
    instrument: Instrument,
) -> None:
    """Options chosen; only documents in which such an item was answered are parsed."""
    chosen = [(i, item) for i, item in enumerate(instrument.items) if item.type in CHOSEN_TYPES]
    if not chosen:
        return
    place = {option: index for index, option in enumerate(tally.layout.options)}
    several = {item.code: item.type == "multiple_choice" for _, item in chosen}
    rows = np.flatnonzero((codes[[i for i, _ in chosen]] == GIVEN).any(axis=0)).tolist()
    width = len(place)
    found: list[int] = []
    for row, base in zip(rows, (where[rows] * width).tolist(), strict=True):
        rest = read_rest(documents[row])
        for code, all_of_them in several.items():
            value = rest[code]["value"] if code in rest else ()
            found += [base + place[code, o] for o in (value if all_of_them else value[:1])]
    counted = np.bincount(np.array(found, np.int64), minlength=tally.options.size)
    tally.options[:] += counted.reshape(tally.options.shape)


def _forget_other_scales(tally: Tally, gives: NDArray[np.bool_]) -> None:
    """No scores where a questionnaire asks a dimension on another scale, in part, or not at all."""
    short = np.array([stratum.variant == "express" for stratum in tally.strata], np.bool_)
    without = ~gives
    # Their answers are counted item by item beside the others', as are those of persons who
    # answered fewer than half.
    of_short = without & short[:, np.newaxis]
    tally.unscored[of_short] += tally.scores[of_short].sum(axis=-1)
    tally.unscored[without & ~of_short] = 0
    tally.scores[without] = 0
    for table in tally.products or ():
        table[without] = 0
