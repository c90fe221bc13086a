"""Number: a quantity within bounds, written as French or English speakers write it.

Stored as a float. Knows nothing of what is counted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Cells, Form, Problem, Refusal, ValueType
from corus.questions.common import NOT_SHOWN_WORD, main_cell, one_value, shorten, state_cells

_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_WRITTEN = re.compile(r"([+-]?)(\d+|\d{1,3}(?: \d{3})+)(?:[.,](\d+))?")
"""Digits, thousands set apart by spaces, decimals after a comma or a point. An English thousands
comma cannot be told from a French decimal one: 1,234 is read as 1.234."""


class Number:
    """How many, how much."""

    name = "number"
    required: frozenset[str] = frozenset()
    optional = frozenset({"minimum", "maximum"})
    value_type: ValueType = "number"

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """Bounds leave room for an answer."""
        low, high = item.minimum, item.maximum
        if low is not None and high is not None and low > high:
            yield Problem(
                "QST-007", f"minimum {plain(low)} is above maximum {plain(high)}.",
                "Exchange them, or leave one out.", "minimum",
            )  # fmt: skip

    def parse(self, asked: Asked, form: Form) -> Answer:
        """The answer a browser sent. Raises ``Refusal``."""
        return self._given(asked, one_value(form, asked.field))

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """The number in digits."""
        return {asked.field: [_digits(answer)]} if answer.state is State.GIVEN else {}

    def read(self, asked: Asked, cells: Cells) -> Answer:
        """The number a cell holds. Raises ``Refusal``."""
        cell = main_cell(cells)
        return NOT_SHOWN if cell == NOT_SHOWN_WORD else self._given(asked, cell)

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """The number in digits, with a decimal point."""
        return {"": _digits(answer)} if answer.state is State.GIVEN else state_cells(answer)

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """Nothing: its values have no labels."""
        return []

    def _given(self, asked: Asked, sent: str) -> Answer:
        sent = _SPACES.sub(" ", sent).strip()
        if not sent:
            return SKIPPED
        value = _float(sent)
        low, high = asked.item.minimum, asked.item.maximum
        if low is not None and value < low:
            message = "{sent} is too small. Give a number of at least {minimum}."
            raise Refusal("ANS-112", message, {"sent": shorten(sent), "minimum": plain(low)})
        if high is not None and value > high:
            message = "{sent} is too large. Give a number of at most {maximum}."
            raise Refusal("ANS-113", message, {"sent": shorten(sent), "maximum": plain(high)})
        return Answer(State.GIVEN, value)


def plain(value: float) -> str:
    """Digits without an exponent, such that reading them gives ``value`` back: 3, 0.5."""
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"


def _float(sent: str) -> float:
    match = _WRITTEN.fullmatch(sent.replace("\u2212", "-"))
    if match:
        sign, whole, decimals = match.groups(default="0")
        value = float(f"{sign.strip('0')}{whole.replace(' ', '')}.{decimals}")
        if math.isfinite(value):
            return value + 0.0  # so that -0 is 0
    message = "“{sent}” is not a number. Write it in digits, such as 12 or 12.5."
    raise Refusal("ANS-111", message, {"sent": shorten(sent)})


def _digits(answer: Answer) -> str:
    return plain(float(answer.value)) if isinstance(answer.value, int | float) else ""


NUMBER = Number()
