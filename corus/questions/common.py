"""What several question types share: one value per field, option lists, clean text.

Nothing here knows which types there are.
"""

from __future__ import annotations

import re
import unicodedata
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from corus.domain.answer import POINTS, SKIPPED, Answer, State
from corus.domain.base import say
from corus.domain.instrument import Item
from corus.questions.base import QUESTION_TYPES, Asked, Form, Problem, Refusal

K = TypeVar("K")
V = TypeVar("V")

NOT_SHOWN_WORD = State.NOT_SHOWN.value
NOT_ASKED_WORD = "-"
RESERVED = frozenset({*(state.value for state in State), NOT_ASKED_WORD})
"""Words that mean a state in a table, and so cannot be option codes."""

SHOWN = 40
"""Characters of a refused value that are repeated to its author."""
DEFAULT_LENGTH = 2000
MAX_OPTIONS = len(POINTS)

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def once(compute: Callable[[K], V]) -> Callable[[K], V]:
    """Compute once per object, by identity, and forget with it.

    Definitions are frozen but hold dicts, so they cannot be keys of ``functools.cache``; and
    hashing a whole scale for each answer would cost more than parsing it. The value must not
    refer to the object, or neither would ever be forgotten.
    """
    found: dict[int, V] = {}

    def get(key: K) -> V:
        try:
            return found[id(key)]
        except KeyError:
            value = found[id(key)] = compute(key)
            weakref.finalize(key, found.pop, id(key), None).atexit = False
            return value

    return get


def shorten(sent: str) -> str:
    """What was sent, in at most 40 characters."""
    return sent if len(sent) <= SHOWN else sent[: SHOWN - 1] + "…"


def one_value(form: Form, field: str) -> str:
    """The single value under ``field``, "" when absent; two values are refused."""
    sent = form.get(field)
    if not sent:
        return ""
    if len(sent) > 1:
        raise several(sent)
    return sent[0]


def several(sent: Sequence[str]) -> Refusal:
    """Refusal of two values where one is asked for."""
    message = "Several answers were sent where one is asked for: “{sent}”. Choose one."
    return Refusal("ANS-101", message, {"sent": shorten(" / ".join(sent))})


def not_offered(sent: str) -> Refusal:
    """Refusal of a value that is no option of the question."""
    message = "“{sent}” is not one of the answers offered. Choose one of them."
    return Refusal("ANS-102", message, {"sent": shorten(sent)})


def named_twice(sent: str) -> Refusal:
    """Refusal of a cell that names one option two times."""
    message = "“{sent}” is named twice. Name each option once."
    return Refusal("ANS-103", message, {"sent": shorten(sent)})


def clean(text: str) -> str:
    """``text`` as it is stored: NFC, ``\\n`` line ends, no control character, no outer space.

    Signs that show nothing, such as zero-width spaces, make no text by themselves: "" then.
    What neither JSON, CSV nor a workbook could carry (controls, lone surrogates) is removed.
    """
    text = unicodedata.normalize("NFC", _UNWRITABLE.sub("", _BREAKS.sub("\n", text))).strip()
    return "" if all(map(_invisible, text)) else text


def _invisible(sign: str) -> bool:
    # Joiners belong to words and to emoji, but make none by themselves.
    return sign.isspace() or unicodedata.category(sign) == "Cf"


def limited(text: str, limit: int | None) -> str:
    """``text`` cleaned; refused when longer than ``limit`` (2000) characters."""
    text = clean(text)
    limit = limit or DEFAULT_LENGTH
    if len(text) > limit:
        message = (
            "The text beginning “{sent}” has {found} characters where {limit} at most are kept. "
            "Shorten it."
        )
        parameters = {"sent": shorten(text), "found": len(text), "limit": limit}
        raise Refusal("ANS-104", message, parameters)
    return text


def parts(asked: Asked, form: Form) -> dict[str, str]:
    """Option code → what was written beside it, in the order of the options; blanks left out.

    A part that names no option is refused.
    """
    prefix = f"{asked.field}."
    codes = [option.code for option in asked.item.options]
    for name in form:
        if name.startswith(prefix) and name.removeprefix(prefix) not in codes:
            raise not_offered(name.removeprefix(prefix))
    written = ((code, one_value(form, prefix + code).strip()) for code in codes)
    return {code: value for code, value in written if value}


def main_cell(cells: Mapping[str, str]) -> str:
    """The item's own cell, "" when absent."""
    return cells.get("", "").strip()


def state_cells(answer: Answer) -> dict[str, str]:
    """The cell of an answer that is not given: a state in words, empty for skipped."""
    return {"": "" if answer.state is State.SKIPPED else answer.state.value}


def option_labels(item: Item, language: str) -> list[tuple[str, str]]:
    """(code, label) of every option."""
    return [(option.code, say(option.label, language)) for option in item.options]


def option_problems(item: Item) -> Iterator[Problem]:
    """Faults in a list of options, whatever the type."""
    codes = [option.code for option in item.options]
    if len(codes) < 2:
        yield Problem(
            "QST-001", "There must be at least two options to choose from.",
            "Add options, or ask for a text or a number.", "options",
        )  # fmt: skip
    for code in dict.fromkeys(c for c in codes if codes.count(c) > 1):
        yield Problem(
            "QST-002", f"Option “{code}” is written {codes.count(code)} times.",
            "Give each option its own code.", "options",
        )  # fmt: skip
    for code in sorted(RESERVED.intersection(codes)):
        yield Problem(
            "QST-003", f"“{code}” is the name of a state and cannot be an option.",
            "Use another code, such as “unsure” or “none_of_these”.", "options",
        )  # fmt: skip
    if item.max_choices is not None and item.max_choices > len(codes):
        yield Problem(
            "QST-004", f"max_choices is {item.max_choices} but there are {len(codes)} options.",
            f"Use a number up to {len(codes)}, or leave it out.", "max_choices",
        )  # fmt: skip


class OneOf:
    """A question answered by one of its codes: parsing is one look-up in a shared table."""

    one_look = False
    """Whether its one field says all there is to say, so that ``table_of`` may stand for it."""

    def answers(self, asked: Asked) -> Mapping[str, Answer]:
        """Code, as sent or written → answer; "" → skipped."""
        raise NotImplementedError

    def code(self, asked: Asked, index: int) -> str:
        """The code of the point or option with this index."""
        raise NotImplementedError

    def parse(self, asked: Asked, form: Form) -> Answer:
        """The answer a browser sent. Raises ``Refusal``."""
        sent = form.get(asked.field)
        if not sent:
            return SKIPPED
        if len(sent) > 1:
            raise several(sent)
        answer = self.answers(asked).get(sent[0])
        if answer is None:
            raise not_offered(sent[0])
        return answer

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """The form field that would send ``answer``."""
        code = self._code_of(asked, answer)
        return {asked.field: [code]} if code else {}

    def read(self, asked: Asked, cells: Mapping[str, str]) -> Answer:
        """The answer a table holds. Raises ``Refusal``."""
        cell = main_cell(cells)
        if cell == NOT_SHOWN_WORD:
            return Answer(State.NOT_SHOWN)
        answer = self.answers(asked).get(cell)
        if answer is None:
            raise not_offered(cell)
        return answer

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """The cell that holds ``answer``."""
        if answer.state is State.NOT_SHOWN:
            return state_cells(answer)
        return {"": self._code_of(asked, answer)}

    def _code_of(self, asked: Asked, answer: Answer) -> str:
        if isinstance(answer.value, int):
            return self.code(asked, answer.value)
        opted_out = answer.state in (State.DONT_KNOW, State.NOT_CONCERNED)
        return answer.state.value if opted_out else ""


def table_of(asked: Asked) -> Mapping[str, Answer] | None:
    """Every code its one field may send → answer; None where it takes more than one look."""
    kind = QUESTION_TYPES[asked.item.type]
    if isinstance(kind, OneOf) and kind.one_look:
        return kind.answers(asked)
    return None
