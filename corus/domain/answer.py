"""Answers and the one JSON document in which a response stores them.

Five states stay five from form to export. In the stored document every item of the instrument
has one character in ``marks`` (instrument order), so that a million responses decode as one
array of bytes; whatever a character cannot say (a text, a list, a number) is under ``rest``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from corus.domain.instrument import Instrument

Value = int | float | str | tuple[str, ...] | dict[str, int] | None
"""Point or option *index* (rating, level, single choice), number, text, option codes in order
(multiple choice, ranking), or points by option code (allocation)."""


class State(StrEnum):
    """What happened to one question for one respondent."""

    GIVEN = "given"
    DONT_KNOW = "dont_know"
    NOT_CONCERNED = "not_concerned"
    SKIPPED = "skipped"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class Answer:
    """One answer. ``value`` is None unless the state is ``given``.

    ``reason`` and ``evidence`` belong to levels; ``quotable`` is the consent to quote a text.
    """

    state: State
    value: Value = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    quotable: bool = False


SKIPPED = Answer(State.SKIPPED)
NOT_SHOWN = Answer(State.NOT_SHOWN)

Answers = Mapping[str, Answer]
"""Item code → answer, for the items asked of the respondent's group."""

POINTS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Mark of the point or option with this index; at most 36 options."""
GIVEN_MARK = "g"
NOT_ASKED_MARK = "-"
STATE_MARKS = {
    State.GIVEN: GIVEN_MARK,
    State.DONT_KNOW: "d",
    State.NOT_CONCERNED: "c",
    State.SKIPPED: "s",
    State.NOT_SHOWN: "n",
}
MARK_STATES = {mark: state for state, mark in STATE_MARKS.items()}


def encode(answers: Answers, instrument: Instrument) -> bytes:
    """The stored document: ``{"marks": "54d-…", "rest": {"code": {...}}}``, canonical.

    Items absent from ``answers`` are "not asked" (``-``): a group that is not asked an item
    has no answer to it, which differs from every state.
    """
    marks = []
    rest: dict[str, Any] = {}
    for item in instrument.items:
        answer = answers.get(item.code)
        if answer is None:
            marks.append(NOT_ASKED_MARK)
            continue
        value = answer.value
        if answer.state is not State.GIVEN:
            marks.append(STATE_MARKS[answer.state])
        elif type(value) is int:
            marks.append(POINTS[value])
        else:
            marks.append(GIVEN_MARK)
            rest[item.code] = {"value": value}
        if answer.reason or answer.evidence or answer.quotable:
            rest[item.code] = rest.get(item.code, {}) | _beside(answer)
    document: dict[str, Any] = {"marks": "".join(marks)}
    if rest:
        document["rest"] = rest
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def decode(document: bytes | str, instrument: Instrument) -> dict[str, Answer]:
    """The answers of a stored document, by item code; items not asked are absent."""
    data = orjson.loads(document)
    rest = data.get("rest", {})
    marks = zip(instrument.items, data["marks"], strict=True)
    return {i.code: _answer(m, rest.get(i.code, {})) for i, m in marks if m != NOT_ASKED_MARK}


def _beside(answer: Answer) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if answer.reason:
        extra["reason"] = answer.reason
    if answer.evidence:
        extra["evidence"] = list(answer.evidence)
    if answer.quotable:
        extra["quotable"] = True
    return extra


def _answer(mark: str, extra: Mapping[str, Any]) -> Answer:
    state = MARK_STATES.get(mark, State.GIVEN)
    value = extra.get("value") if mark in MARK_STATES else POINTS.index(mark)
    return Answer(
        state,
        tuple(value) if isinstance(value, list) else value,
        extra.get("reason", ""),
        tuple(extra.get("evidence", ())),
        extra.get("quotable", False),
    )
