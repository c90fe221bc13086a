"""Answers as a pandas frame: one row per response, five states kept apart, no order that tells.

Takes rows and an instrument; knows no database, no file format and nothing of who may have it.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from corus.domain.answer import GIVEN_MARK, MARK_STATES, NOT_ASKED_MARK, POINTS, decode
from corus.domain.base import Text
from corus.domain.instrument import Instrument
from corus.exports.answers import StoredAnswers
from corus.exports.microdata.variables import (
    NO_SITES,
    NOT_ASKED_STATE,
    STATES,
    Role,
    Variable,
    codes,
    scales_of,
    variables,
)
from corus.questions import QUESTION_TYPES
from corus.questions.base import Asked

Column = Any
"""A pandas array or series as long as there are responses."""


def answers_frame(
    rows: Iterable[StoredAnswers],
    instrument: Instrument,
    *,
    organization: str = "",
    sites: Mapping[str, Text] = NO_SITES,
    shuffle: random.Random | None = None,
) -> pd.DataFrame:
    """One row per response, columns as ``variables``, in an order drawn at random.

    ``services.load_wave`` documents the columns. Every value column is nullable and has an
    ``<item>__state`` beside it that says why a value is missing.
    """
    drawn = list(rows)
    (shuffle or secrets.SystemRandom()).shuffle(drawn)
    sheet = _Sheet.read(drawn, instrument)
    about = variables(instrument, organization, sites)
    columns = {v.name: _FILL[v.role](sheet, v) for v in about}
    return pd.DataFrame(columns)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Stored documents taken apart: marks as bytes [response, item], the rest as it is."""

    rows: list[StoredAnswers]
    instrument: Instrument
    marks: NDArray[np.uint8]
    rest: list[dict[str, Any]]
    place: dict[str, int]

    @classmethod
    def read(cls, rows: list[StoredAnswers], instrument: Instrument) -> _Sheet:
        documents = [orjson.loads(row.document) for row in rows]
        joined = "".join(document["marks"] for document in documents).encode("ascii")
        marks = np.frombuffer(joined, np.uint8).reshape(len(rows), len(instrument.items))
        rest = [document.get("rest", {}) for document in documents]
        place = {item.code: index for index, item in enumerate(instrument.items)}
        return cls(rows, instrument, marks, rest, place)

    def of(self, variable: Variable) -> NDArray[np.uint8]:
        """Marks of the variable's item."""
        return self.marks[:, self.place[_code(variable)]]

    def given(self, variable: Variable) -> list[dict[str, Any] | None]:
        """What lies under ``rest`` for each response whose value is there, else None."""
        code, there = _code(variable), self.of(variable) == ord(GIVEN_MARK)
        return [r[code] if t else None for r, t in zip(self.rest, there.tolist(), strict=True)]

    def beside(self, variable: Variable, part: str) -> list[Any]:
        """What was written beside each answer of the item, None where nothing was."""
        code = _code(variable)
        return [rest.get(code, {}).get(part) for rest in self.rest]


def _code(variable: Variable) -> str:
    if variable.item is None:
        raise ValueError(f"column {variable.name!r} belongs to no item")
    return variable.item.code


def _number_drawn(sheet: _Sheet, _: Variable) -> Column:
    return np.arange(1, len(sheet.rows) + 1, dtype=np.int32)


def _fact(sheet: _Sheet, variable: Variable) -> Column:
    found = [str(getattr(row, variable.name)) for row in sheet.rows]
    # An answer in a language that the instrument no longer lists keeps its language.
    known = dict.fromkeys((*codes(variable), *sorted(set(found))))
    return pd.Categorical(found, categories=list(known))


def _day(sheet: _Sheet, _: Variable) -> Column:
    return np.array([row.received_on for row in sheet.rows], "datetime64[ms]")


_STATE_OF = np.full(256, STATES.index("given"), np.int64)
for _mark, _state in MARK_STATES.items():
    _STATE_OF[ord(_mark)] = STATES.index(_state.value)
_STATE_OF[ord(NOT_ASKED_MARK)] = STATES.index(NOT_ASKED_STATE)
_INDEX_OF = np.full(256, -1, np.int64)
for _index, _mark in enumerate(POINTS):
    _INDEX_OF[ord(_mark)] = _index


def _state_column(sheet: _Sheet, variable: Variable) -> Column:
    return _categories(_STATE_OF[sheet.of(variable)], STATES)


def _categories(places: Any, names: Sequence[str]) -> Column:
    """Places in ``names`` as a categorical; -1 is missing."""
    return pd.Categorical.from_codes(places, categories=pd.Index(list(names)))


def _point(sheet: _Sheet, variable: Variable) -> Column:
    values = np.array([value for value, _ in variable.values], np.int64)
    index = _INDEX_OF[sheet.of(variable)]
    there = (index >= 0) & _on_scale(sheet, variable)
    found = values[np.where(there, index, 0)]
    return pd.arrays.IntegerArray(found.astype(_smallest(values)), ~there)


def _on_scale(sheet: _Sheet, variable: Variable) -> NDArray[np.bool_]:
    """Responses that were asked the item on the variable's scale."""
    places = scales_of(sheet.instrument, sheet.instrument.item_by_code[_code(variable)])
    if len(places) == 1:
        return np.ones(len(sheet.rows), np.bool_)
    here = places[variable.scale]
    return np.array([(row.group, row.variant) in here for row in sheet.rows], np.bool_)


def _smallest(values: NDArray[np.int64]) -> type[np.signedinteger[Any]]:
    within = np.iinfo(np.int8)
    fits = not values.size or (values.min() >= within.min and values.max() <= within.max)
    return np.int8 if fits else np.int64


def _option(sheet: _Sheet, variable: Variable) -> Column:
    return _categories(_INDEX_OF[sheet.of(variable)], codes(variable))


def _from_rest(dtype: str, read: Callable[[Any, str], Any]) -> Callable[[_Sheet, Variable], Column]:
    """A column read out of what lies under ``rest``: ``read(value, option)``."""

    def fill(sheet: _Sheet, variable: Variable) -> Column:
        found = [
            pd.NA if one is None else read(one["value"], variable.option)
            for one in sheet.given(variable)
        ]
        return pd.Series(found, dtype=dtype).array

    return fill


def _rank(order: list[str], option: str) -> int:
    return order.index(option) + 1 if option in order else 0


def _part(name: str) -> Callable[[_Sheet, Variable], Column]:
    def fill(sheet: _Sheet, variable: Variable) -> Column:
        found = sheet.beside(variable, name)
        texts = ["\n".join(t) if isinstance(t, list) else t or pd.NA for t in found]
        return pd.array(texts, dtype="string")

    return fill


def _quotable(sheet: _Sheet, variable: Variable) -> Column:
    written = sheet.of(variable) == ord(GIVEN_MARK)
    yes = np.array([bool(found) for found in sheet.beside(variable, "quotable")], np.bool_)
    return pd.arrays.BooleanArray(yes, ~written)


def _cell(sheet: _Sheet, variable: Variable) -> Column:
    """Our own code of the answer, for question types this module does not know."""
    return pd.array([_written(sheet, row, variable) for row in sheet.rows], dtype="string")


def _written(sheet: _Sheet, row: StoredAnswers, variable: Variable) -> Any:
    item = sheet.instrument.item_by_code[_code(variable)]
    answer = decode(row.document, sheet.instrument).get(item.code)
    if answer is None or answer.value is None:
        return pd.NA
    asked = Asked.of(sheet.instrument, item, row.group, "standard")
    return QUESTION_TYPES.find(item.type).write(asked, answer)[""]


_FILL: dict[Role, Callable[[_Sheet, Variable], Column]] = {
    "number_drawn": _number_drawn,
    "fact": _fact,
    "day": _day,
    "state": _state_column,
    "point": _point,
    "option": _option,
    "chosen": _from_rest("Int8", lambda chosen, option: int(option in chosen)),
    "rank": _from_rest("Int8", _rank),
    "allocated": _from_rest("Int64", lambda points, option: points.get(option, 0)),
    "number": _from_rest("Float64", lambda value, _: value),
    "text": _from_rest("string", lambda value, _: value),
    "cell": _cell,
    "reason": _part("reason"),
    "evidence": _part("evidence"),
    "quotable": _quotable,
}
