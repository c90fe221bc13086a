"""Relevance: which items a respondent's own answers make pointless, and what that sets aside.

Knows nothing of pages: the server settles a whole response at once. What expressions mean is
said in ``corus.questions.expression``; what may be authored in ``corus.questions.routing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from corus.domain.answer import NOT_SHOWN, Answer, Answers, State
from corus.domain.instrument import Instrument, Variant
from corus.errors import InputError
from corus.questions.base import QUESTION_TYPES, Asked
from corus.questions.common import once
from corus.questions.expression import Expression, RelevanceError, evaluate, parse
from corus.questions.routing import check_relevance

__all__ = [
    "Expression",
    "RelevanceError",
    "check_relevance",
    "evaluate",
    "parse",
    "settle",
    "value_of",
]

ANSWERED = frozenset({State.GIVEN, State.DONT_KNOW, State.NOT_CONCERNED})


def settle(
    instrument: Instrument, group: str, variant: Variant, answers: Answers
) -> tuple[Answers, tuple[str, ...]]:
    """Answers after routing, and the codes of those set aside, in instrument order.

    An item whose ``relevant`` does not hold becomes ``not_shown``, and counts as empty for the
    items that depend on it. An answer to such an item is set aside: its code is listed so that
    the respondent can be told. Codes absent from ``answers`` stay absent.

    Raises ``RelevanceError`` or ``InputError`` for instruments that ``check_relevance`` faults.
    """
    steps = _steps(instrument)
    if not steps:
        return answers, ()
    settled = dict(answers)
    for code, expression in steps:
        if code in settled and not _holds(expression, instrument, group, variant, settled):
            settled[code] = NOT_SHOWN
    aside = {c for c, _ in steps if settled.get(c) is NOT_SHOWN and answers[c].state in ANSWERED}
    return settled, tuple(i.code for i in instrument.items if i.code in aside) if aside else ()


def value_of(asked: Asked, answer: Answer | None) -> float | str:
    """What ``${code}`` stands for: a number, an option code, codes joined by spaces, or text."""
    if answer is None or answer.state in (State.SKIPPED, State.NOT_SHOWN):
        return ""
    value = answer.value
    if answer.state is not State.GIVEN:
        return answer.state.value
    if isinstance(value, int):
        on_scale = QUESTION_TYPES[asked.item.type].value_type == "number"
        if on_scale and asked.scale is not None:
            return float(asked.scale.points[value].value)
        return asked.item.options[value].code
    if isinstance(value, tuple):
        return " ".join(value)
    return value if isinstance(value, float | str) else ""


@once
def _steps(instrument: Instrument) -> tuple[tuple[str, Expression], ...]:
    """Items with a ``relevant``, each after those it refers to."""
    expressions = {i.code: parse(i.relevant) for i in instrument.items if i.relevant}
    graph = {code: sorted(found.names) for code, found in expressions.items()}
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        path = " → ".join(error.args[1])
        fact = f"Items depend on each other in a circle: {path}."
        raise InputError(fact, hint="Take one of these references out.", code="REL-004") from None
    return tuple((code, expressions[code]) for code in order if code in expressions)


def _holds(
    expression: Expression,
    instrument: Instrument,
    group: str,
    variant: Variant,
    answers: Mapping[str, Answer],
) -> bool:
    items = instrument.item_by_code
    asked = {
        name: Asked.of(instrument, items[name], group, variant)
        for name in expression.names
        if name in answers and name in items
    }
    return evaluate(expression, {n: value_of(a, answers[n]) for n, a in asked.items()})
