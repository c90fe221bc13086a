"""Allocation: a total of points shared out among options, stored as points by option code.

A blank beside an option is 0; all blank is skipped. Knows nothing of what the options mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Cells, Form, Problem, Refusal, ValueType
from corus.questions.common import (
    NOT_SHOWN_WORD,
    main_cell,
    named_twice,
    not_offered,
    option_labels,
    option_problems,
    parts,
    shorten,
    state_cells,
)

SEPARATOR = "|"


class Allocation:
    """How ``total`` points are shared out."""

    name = "allocation"
    required = frozenset({"options", "total"})
    optional: frozenset[str] = frozenset()
    value_type: ValueType = None

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """At least two distinct options."""
        return option_problems(item)

    def parse(self, asked: Asked, form: Form) -> Answer:
        """Points beside each option. Raises ``Refusal`` with the sum found and the sum wanted."""
        return self._shared(asked, parts(asked, form))

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """Points beside each option, zeros included."""
        points = _points(answer)
        return {f"{asked.field}.{code}": [str(given)] for code, given in points.items()}

    def read(self, asked: Asked, cells: Cells) -> Answer:
        """``a:30|b:70``; options left out have 0. Raises ``Refusal``."""
        cell = main_cell(cells)
        if cell == NOT_SHOWN_WORD:
            return NOT_SHOWN
        written: dict[str, str] = {}
        offered = {option.code for option in asked.item.options}
        for pair in cell.split(SEPARATOR) if cell else ():
            code, _, points = (part.strip() for part in pair.partition(":"))
            if code not in offered:
                raise not_offered(code)
            if code in written:
                raise named_twice(code)
            written[code] = points
        return self._shared(asked, written)

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """``a:30|b:70``, in the order of the options."""
        points = _points(answer)
        if not points:
            return state_cells(answer)
        codes = (o.code for o in asked.item.options)
        return {"": SEPARATOR.join(f"{code}:{points.get(code, 0)}" for code in codes)}

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """The options; a cell holds ``option:points`` of each, separated by ``|``."""
        return option_labels(asked.item, language)

    def _shared(self, asked: Asked, written: Mapping[str, str]) -> Answer:
        if not written:
            return SKIPPED
        total = asked.item.total or 0
        points = {o.code: _whole(written.get(o.code, "0"), total) for o in asked.item.options}
        found = sum(points.values())
        if found != total:
            message = (
                "The points add up to {found} where {total} are to be shared out. "
                "Change them so that they add up to {total}."
            )
            raise Refusal("ANS-110", message, {"found": found, "total": total})
        return Answer(State.GIVEN, points)


def _whole(sent: str, total: int) -> int:
    if sent.isdecimal() and len(sent) < 10:
        return int(sent)
    message = "“{sent}” is not a number of points. Use whole numbers from 0 to {total}."
    raise Refusal("ANS-109", message, {"sent": shorten(sent), "total": total})


def _points(answer: Answer) -> dict[str, int]:
    return answer.value if isinstance(answer.value, dict) else {}


ALLOCATION = Allocation()
