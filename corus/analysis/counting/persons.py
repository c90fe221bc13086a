"""Answers person by person: what was chosen, and the score in each dimension.

For figures that no count table holds, such as weighted means; knows no file and no disclosure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corus.analysis.counting.decoding import Codes, Document, read_codes
from corus.analysis.counting.layout import Layout, Stratum, scored_dimensions
from corus.analysis.counting.products import Answered, places
from corus.domain.instrument import Instrument

UNKNOWN = "unknown"
"""Category of whoever chose no option: opted out, skipped it, or was not asked."""


@dataclass(frozen=True, eq=False)
class Persons:
    """Persons of whom at least one dimension may be scored, one row each.

    Attributes:
        choices: the option chosen of each question asked for, or ``UNKNOWN``.
        strata: what each answer is broken down by.
        scores: 0–100 after reversal by person and dimension, NaN where there is none.
    """

    choices: pd.DataFrame
    strata: tuple[Stratum, ...]
    scores: NDArray[np.float64]

    @property
    def n(self) -> int:
        """Persons."""
        return len(self.strata)


def persons(
    batches: Iterable[tuple[Stratum, Sequence[Document]]],
    instrument: Instrument,
    questions: Sequence[str],
) -> Persons:
    """The persons of ``batches`` whose questionnaire gives a score in some dimension.

    ``questions`` are codes of single choices. Mean of answered items, reversed ones turned round,
    if at least half of those shown were answered: the rule of ``counting.documents``, and the
    same scores. Raises ``InputError`` (``TAL-001``) for a document that is not one.
    """
    chosen: list[pd.DataFrame] = []
    strata: list[Stratum] = []
    scores = [np.empty((0, len(Layout.of(instrument).dimensions)))]
    for stratum, documents in batches:
        gives = [
            s.scores(instrument, stratum.group, stratum.variant)  # type: ignore[arg-type]
            for s in scored_dimensions(instrument)
        ]
        if any(gives) and documents:
            codes = read_codes(documents, len(instrument.items))
            chosen.append(_choices(codes, instrument, questions))
            strata += [stratum] * len(documents)
            scores.append(np.where(gives, _scores(codes, instrument), np.nan))
    empty = pd.DataFrame(columns=list(questions), dtype=object)
    frame = pd.concat(chosen, ignore_index=True) if chosen else empty
    return Persons(frame, tuple(strata), np.concatenate(scores))


def _choices(codes: Codes, instrument: Instrument, questions: Sequence[str]) -> pd.DataFrame:
    place = {item.code: index for index, item in enumerate(instrument.items)}
    columns = {}
    for question in questions:
        options = [option.code for option in instrument.item_by_code[question].options]
        index = np.minimum(codes[place[question]], len(options)).astype(np.intp)
        columns[question] = np.array([*options, UNKNOWN], object)[index]
    return pd.DataFrame(columns, index=range(codes.shape[1]))


def _scores(codes: Codes, instrument: Instrument) -> NDArray[np.float64]:
    """Shape [person, dimension]; NaN for who answered fewer than half of what they were shown."""
    answered = Answered.of(codes, places(instrument))
    m = answered.valid.sum(axis=1).astype(np.float64)
    total = answered.value.sum(axis=1).astype(np.float64)
    shown = answered.seen.sum(axis=1)
    width = np.array([max(s.points - 1, 1) for s in scored_dimensions(instrument)], np.float64)
    enough = (m > 0) & (2 * m >= shown)
    found = 100 * total / np.where(enough, m, 1) / width[:, np.newaxis]
    return np.asarray(np.where(enough, found, np.nan).T)
