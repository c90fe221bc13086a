"""Text: what a person wrote in their own words, and whether it may be quoted.

Knows nothing of redaction: a text is raw here and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Cells, Form, Problem, Refusal, ValueType
from corus.questions.common import (
    NOT_SHOWN_WORD,
    RESERVED,
    limited,
    one_value,
    shorten,
    state_cells,
)

YES = "yes"
CONSENTS = {YES: True, "no": False, "": False}


class OpenText:
    """Tell us in your own words."""

    name = "text"
    required: frozenset[str] = frozenset()
    optional = frozenset({"max_length", "quotation"})
    value_type: ValueType = "text"

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """Nothing can be wrong beyond its fields."""
        return iter(())

    def parse(self, asked: Asked, form: Form) -> Answer:
        """The text sent, cleaned; blank is skipped. Raises ``Refusal`` when too long."""
        ticked = one_value(form, f"{asked.field}.quotable") == YES
        return self._given(asked, one_value(form, asked.field), ticked)

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """The text, and the ticked box when it may be quoted."""
        if not isinstance(answer.value, str):
            return {}
        box = {f"{asked.field}.quotable": [YES]} if answer.quotable else {}
        return {asked.field: [answer.value], **box}

    def read(self, asked: Asked, cells: Cells) -> Answer:
        """The text of a cell and its consent. Raises ``Refusal``."""
        cell = cells.get("", "")
        if cell.strip() == NOT_SHOWN_WORD:
            return NOT_SHOWN
        consent = cells.get("quotable", "").strip().lower()
        if consent not in CONSENTS:
            message = "“{sent}” does not say whether the text may be quoted. Write yes or no."
            raise Refusal("ANS-114", message, {"sent": shorten(consent)})
        return self._given(asked, _unescape(cell), CONSENTS[consent])

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """The text and, where the box is offered, ``yes`` or ``no``."""
        if not isinstance(answer.value, str):
            return state_cells(answer)
        consent = {"quotable": YES if answer.quotable else "no"} if asked.item.quotation else {}
        return {"": _escape(answer.value), **consent}

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """Nothing: texts have no labels."""
        return []

    def _given(self, asked: Asked, sent: str, consent: bool) -> Answer:
        text = limited(sent, asked.item.max_length)
        if not text:
            return SKIPPED
        return Answer(State.GIVEN, text, quotable=consent and asked.item.quotation)


def _escape(text: str) -> str:
    # Someone may write “-” or “not_shown”: a backslash tells their word from a state.
    return f"\\{text}" if text.lstrip("\\") in RESERVED else text


def _unescape(cell: str) -> str:
    escaped = cell.startswith("\\") and cell.lstrip("\\") in RESERVED
    return cell[1:] if escaped else cell


TEXT = OpenText()
