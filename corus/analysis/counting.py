"""From stored documents to a Tally, at about two million responses a second.

Reads marks as one array of bytes; knows neither the database nor what may be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from corus.analysis.decoding import Codes, Document, read_codes, read_rest
from corus.analysis.layout import (
    CHOSEN_TYPES,
    GIVEN,
    NOT_SHOWN,
    SYMBOLS,
    Layout,
    Scored,
    Stratum,
    scored_dimensions,
)
from corus.analysis.tally import Tally
from corus.domain.instrument import Instrument, Variant

CHUNK = 16_384
"""Responses counted at once: their marks stay in the processor's cache."""

Where = NDArray[np.int64]
"""Index of the stratum of each response."""


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
    scored = scored_dimensions(instrument)
    for start in range(0, len(batch.documents), CHUNK):
        chunk = slice(start, start + CHUNK)
        documents = batch.documents[chunk]
        codes = read_codes(documents, len(layout.items))
        tally.responses[:] += np.bincount(where[chunk], minlength=len(strata))
        _count_marks(tally, codes, where[chunk])
        _count_scores(tally, codes, where[chunk], scored)
        _count_options(tally, codes, where[chunk], documents, instrument)
    _forget_other_scales(tally, scored, instrument)
    return tally


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
    n_strata, symbols = len(tally.strata), len(SYMBOLS)
    base = where * symbols
    for item, marks in enumerate(codes):
        counted = np.bincount(base + marks, minlength=n_strata * symbols)
        tally.marks[:, item] += counted.reshape(n_strata, symbols)


def _count_scores(tally: Tally, codes: Codes, where: Where, scored: Sequence[Scored]) -> None:
    n_strata, _, sizes, sums = tally.scores.shape
    for index, dimension in enumerate(scored):
        answered, total, shown = _person_sums(codes, dimension)
        at_least_half = 2 * answered >= np.maximum(shown, 1)
        row = where * sizes + answered
        counted = np.bincount(
            row[at_least_half] * sums + total[at_least_half], minlength=n_strata * sizes * sums
        )
        tally.scores[:, index] += counted.reshape(n_strata, sizes, sums)
        counted = np.bincount(row[~at_least_half], minlength=n_strata * sizes)
        tally.unscored[:, index] += counted.reshape(n_strata, sizes)


Sums = NDArray[np.uint16]


def _person_sums(codes: Codes, scored: Scored) -> tuple[Sums, Sums, Sums]:
    """Per person: items answered, sum of point indexes turned favourable, items shown."""
    n = codes.shape[1]
    answered, total, shown = (np.zeros(n, np.uint16) for _ in range(3))
    for position, item in zip(scored.positions, scored.items, strict=True):
        marks = codes[position]
        valid = marks < scored.points
        value = (scored.points - 1 - marks) if item.direction == "reversed" else marks
        answered += valid
        shown += marks < NOT_SHOWN
        # Multiplying by the mask is several times faster than np.where on bytes.
        total += value * valid
    return answered, total, shown


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


def _forget_other_scales(tally: Tally, scored: Sequence[Scored], instrument: Instrument) -> None:
    """No scores where a questionnaire asks a dimension on another scale, in part, or not at all."""
    for row, stratum in enumerate(tally.strata):
        variant = cast(Variant, stratum.variant)
        for index, dimension in enumerate(scored):
            if dimension.scores(instrument, stratum.group, variant):
                continue
            if variant == "express":
                # Their answers are counted item by item beside the others', as are those of
                # persons who answered fewer than half.
                tally.unscored[row, index] += tally.scores[row, index].sum(axis=1)
            else:
                tally.unscored[row, index] = 0
            tally.scores[row, index] = 0
