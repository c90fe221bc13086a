"""Multiple choice: several options of a list, stored as their codes in the order of the list.

Knows nothing of what the options mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Cells, Form, Problem, Refusal, ValueType
from corus.questions.common import (
    NOT_SHOWN_WORD,
    main_cell,
    not_offered,
    option_labels,
    option_problems,
    state_cells,
)

SEPARATOR = "|"


class MultipleChoice:
    """Which of these; ``max_choices`` of them at most."""

    name = "multiple_choice"
    required = frozenset({"options"})
    optional = frozenset({"max_choices"})
    value_type: ValueType = "options"

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """At least two distinct options, and no more choices than options."""
        return option_problems(item)

    def parse(self, asked: Asked, form: Form) -> Answer:
        """The answer a browser sent. Raises ``Refusal``."""
        return self._chosen(asked, form.get(asked.field, ()))

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """One value per option chosen."""
        return {asked.field: list(answer.value)} if isinstance(answer.value, tuple) else {}

    def read(self, asked: Asked, cells: Cells) -> Answer:
        """``a|b`` → both options. Raises ``Refusal``."""
        cell = main_cell(cells)
        if cell == NOT_SHOWN_WORD:
            return NOT_SHOWN
        return self._chosen(asked, [code.strip() for code in cell.split(SEPARATOR)])

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """``a|b``."""
        if isinstance(answer.value, tuple):
            return {"": SEPARATOR.join(answer.value)}
        return state_cells(answer)

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """The options, in the order shown; a cell may hold several, separated by ``|``."""
        return option_labels(asked.item, language)

    def _chosen(self, asked: Asked, sent: Sequence[str]) -> Answer:
        item = asked.item
        codes = [option.code for option in item.options]
        for code in sent:
            if code and code not in codes:
                raise not_offered(code)
        # In the order of the list: the order of clicking is no answer.
        chosen = tuple(code for code in codes if code in sent)
        if item.max_choices and len(chosen) > item.max_choices:
            message = "{n} options were chosen where {limit} at most are allowed. Remove some."
            raise Refusal("ANS-105", message, {"n": len(chosen), "limit": item.max_choices})
        return Answer(State.GIVEN, chosen) if chosen else SKIPPED


MULTIPLE_CHOICE = MultipleChoice()
