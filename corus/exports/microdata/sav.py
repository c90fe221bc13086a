"""``answers.sav``: for SPSS, PSPP, R and Stata, with value labels and user-missing codes.

Knows nothing of who may have it; what the format cannot carry is told, never dropped in silence.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corus.domain.base import Text, say
from corus.exports.microdata.base import Format, Microdata, Written, need
from corus.exports.microdata.coding import (
    HIGHEST_MISSING,
    LOWEST_MISSING,
    MISSING,
    NAME_BYTES,
    OTHER_SCALE,
    Coded,
    plan,
)
from corus.exports.microdata.frame import answers_frame
from corus.exports.microdata.variables import SEPARATOR, STATES
from corus.language import words

LABEL_BYTES, VALUE_LABEL_BYTES, TEXT_BYTES = 255, 120, 32_767


def write(data: Microdata) -> Written:
    """Every variable as a number with labels, a text or a day; labels in one language."""
    library = need("pyreadstat", data.language)
    coded = plan(data.version.instrument, data.organization, data.sites)
    frame = answers_frame(
        data.rows, data.version.instrument, organization=data.organization, sites=data.sites
    )
    losses = _Losses(data.language)
    numbers = pd.DataFrame({c.name: _column(c, frame, losses) for c in coded})
    shown = {c.name: _label(c.variable.label, data.language, LABEL_BYTES, losses) for c in coded}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sav"
        library.write_sav(
            numbers, str(path),
            file_label=f"Corus {data.wave}"[:64],
            note=[words(data.language)("CONFIDENTIAL"), data.version.digest],
            column_labels=shown,
            variable_value_labels={c.name: _labels(c, data.language, losses) for c in coded
                                   if c.values or c.missing},
            missing_ranges={c.name: [{"lo": LOWEST_MISSING, "hi": HIGHEST_MISSING}]
                            for c in coded if c.missing},
            variable_measure={c.name: c.measure for c in coded},
            row_compress=True,
        )  # fmt: skip
        content = path.read_bytes()
    about = {"missing": _meanings(data.language)}
    columns = tuple(c.name for c in coded)
    return Written(content, columns, len(numbers), about, losses.told(coded, data))


def _column(coded: Coded, frame: pd.DataFrame, losses: _Losses) -> Any:
    variable, found = coded.variable, frame[coded.variable.name]
    if coded.type == "text":
        return [losses.cut(text, TEXT_BYTES, coded.name) for text in found.fillna("").tolist()]
    if coded.type == "day":
        return [day.date() for day in found]
    if variable.role == "state":
        return np.array([MISSING.get(s, 0) for s in STATES], np.float64)[found.cat.codes]
    values = _numbers(found)
    if not coded.missing or variable.item is None:
        return values
    states = frame[f"{variable.item.code}{SEPARATOR}state"].cat.codes.to_numpy()
    why = np.array([MISSING.get(state, OTHER_SCALE) for state in STATES], np.float64)[states]
    return np.where(np.isnan(values), why, values)


def _numbers(found: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Values as numbers; not a number where there is none."""
    if not isinstance(found.dtype, pd.CategoricalDtype):
        return found.to_numpy(np.float64, na_value=np.nan)
    codes = found.cat.codes.to_numpy().astype(np.float64)
    return np.where(codes < 0, np.nan, codes + 1)


def _labels(coded: Coded, language: str, losses: _Losses) -> dict[float, str]:
    found = (*coded.values, *coded.missing)
    return {float(n): _label(text, language, VALUE_LABEL_BYTES, losses) for n, text in found}


def _label(text: Text, language: str, limit: int, losses: _Losses) -> str:
    return losses.cut(say(text, language), limit, "")


def _meanings(language: str) -> str:
    return words(language)(
        "-1 don’t know, -2 not concerned, -3 skipped, -4 not shown, -5 group not asked, "
        "-6 answered on another scale."
    )


class _Losses:
    """Counts what does not fit while a file is written, and tells it in sentences."""

    def __init__(self, language: str) -> None:
        self._say = words(language)
        self._labels = 0
        self._texts: dict[str, int] = {}

    def cut(self, text: str, limit: int, column: str) -> str:
        """``text`` in at most ``limit`` bytes, ending with … where it was cut."""
        stored = text.encode()
        if len(stored) <= limit:
            return text
        if column:
            self._texts[column] = self._texts.get(column, 0) + 1
        else:
            self._labels += 1
        return stored[: limit - 3].decode(errors="ignore") + "…"

    def told(self, coded: Sequence[Coded], data: Microdata) -> tuple[str, ...]:
        """One sentence per kind of loss that occurred or always occurs."""
        renamed = {c.variable.name: c.name for c in coded if c.name != c.variable.name}
        return tuple(
            filter(None, [*self._always(data), self._names(renamed), self._cut_labels(),
                          *self._cut_texts()])
        )  # fmt: skip

    def _always(self, data: Microdata) -> list[str]:
        return [
            self._say("Labels are in one language ({language}); codebook.ddi.xml has all of them.",
                      language=data.language),
            self._say("Codes of groups and options became numbers from 1 in the order of the "
                      "questionnaire."),
            self._say("A question with several options takes one variable per option."),
        ]  # fmt: skip

    def _names(self, renamed: Mapping[str, str]) -> str:
        pairs = ", ".join(f"{old} → {new}" for old, new in renamed.items())
        return pairs and self._say(
            "Names longer than {limit} bytes or reserved were changed: {pairs}.",
            limit=NAME_BYTES, pairs=pairs,
        )  # fmt: skip

    def _cut_labels(self) -> str:
        return "" if not self._labels else self._say(
            "{n} labels were cut to {limit} bytes (columns) or {values} (values).",
            n=self._labels, limit=LABEL_BYTES, values=VALUE_LABEL_BYTES,
        )  # fmt: skip

    def _cut_texts(self) -> list[str]:
        sentence = "{n} texts of {column} were cut to {limit} bytes."
        return [
            self._say(sentence, n=n, column=column, limit=TEXT_BYTES)
            for column, n in self._texts.items()
        ]


SAV = Format("answers.sav", "For SPSS, PSPP, R and Stata, with labels and missing codes.", write)
