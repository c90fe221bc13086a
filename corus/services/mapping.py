"""Stored answers from one version of an instrument to the next: the same answers, in its order.

Knows no database; whether comparison breaks is decided before.
"""

from __future__ import annotations

from collections.abc import Mapping

from corus.domain.answer import Answer, State, decode, encode
from corus.domain.instrument import Instrument, Item


def layout(instrument: Instrument) -> list[tuple[str, list[str]]]:
    """All that a stored document depends on: a corrected sentence leaves it as it is."""
    return [(item.code, [o.code for o in item.options]) for item in instrument.items]


def map_document(document: str, old: Instrument, new: Instrument) -> str:
    """The same answers as the new version orders them; items it lacks are left out."""
    answers = decode(document, old)
    kept = {
        code: _answer(answer, old.item_by_code[code], new.item_by_code[code])
        for code, answer in answers.items()
        if code in new.item_by_code
    }
    return encode(kept, new).decode()


def _answer(answer: Answer, before: Item, after: Item) -> Answer:
    """A chosen option is stored by its place in the list, which may have changed."""
    if answer.state is not State.GIVEN or not isinstance(answer.value, int) or not before.options:
        return answer
    places: Mapping[str, int] = {option.code: n for n, option in enumerate(after.options)}
    chosen = before.options[answer.value].code
    return Answer(answer.state, places[chosen], answer.reason, answer.evidence, answer.quotable)


def same_but_for_news(stored: str, sent: str, instrument: Instrument) -> bool:
    """Whether ``sent`` adds nothing to ``stored`` but silence on items that came afterwards.

    So it is when a form is sent again after its wave was mapped: what was stored says "not asked"
    of the new items, the form sent again leaves them blank.
    """
    before, now = decode(stored, instrument), decode(sent, instrument)
    silent = (State.SKIPPED, State.NOT_SHOWN)
    return before.keys() <= now.keys() and all(
        before[code] == answer if code in before else answer.state in silent
        for code, answer in now.items()
    )
