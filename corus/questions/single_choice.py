"""Single choice: one option of a list, stored as the option's index.

Knows nothing of what the options mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corus.domain.answer import SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Problem, ValueType
from corus.questions.common import MAX_OPTIONS, OneOf, once, option_labels, option_problems


@once
def _answers(item: Item) -> dict[str, Answer]:
    found = {o.code: Answer(State.GIVEN, i) for i, o in enumerate(item.options)}
    return {**found, "": SKIPPED}


class SingleChoice(OneOf):
    """Which one of these."""

    name = "single_choice"
    one_look = True
    required = frozenset({"options"})
    optional: frozenset[str] = frozenset()
    value_type: ValueType = "option"

    def answers(self, asked: Asked) -> Mapping[str, Answer]:
        """Option code → answer; one shared table per item."""
        return _answers(asked.item)

    def code(self, asked: Asked, index: int) -> str:
        """The option's code."""
        return asked.item.options[index].code

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """From 2 to 36 distinct options."""
        yield from option_problems(item)
        if len(item.options) > MAX_OPTIONS:
            yield Problem(
                "QST-006", f"There are {len(item.options)} options; {MAX_OPTIONS} at most fit.",
                "Merge some, or ask in two steps.", "options",
            )  # fmt: skip

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """The options, in the order shown."""
        return option_labels(asked.item, language)


SINGLE_CHOICE = SingleChoice()
