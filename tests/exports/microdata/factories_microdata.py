"""A wave with every question type, a second scale and each state, ready to be written."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from corus.domain.answer import Answer, State, encode
from corus.domain.instrument import Instrument, InstrumentVersion
from corus.exports.microdata.base import Microdata
from tests.exports.factories_exports import QUESTIONS, make_instrument


def text(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


OPTIONS = [
    {"code": code, "label": text(f"Choix {code}", f"Choice {code}")} for code in ("a", "b", "c")
]
MORE: list[dict[str, Any]] = [
    {"code": "by", "type": "single_choice", "text": text("Lequel ?", "Which?"),
     "options": OPTIONS, "purpose": "other"},
    {"code": "order", "type": "ranking", "text": text("Dans quel ordre ?", "In what order?"),
     "options": OPTIONS, "purpose": "other"},
    {"code": "shares", "type": "allocation", "text": text("Cent points", "A hundred points"),
     "options": OPTIONS, "total": 100, "purpose": "other"},
    {"code": "hours", "type": "number", "text": text("Heures ?", "Hours?"), "minimum": 0,
     "purpose": "other"},
    {"code": "balance", "type": "number", "text": text("Solde ?", "Balance?"),
     "purpose": "other"},
    {"code": "reached", "type": "level", "scale": "agreement_5", "purpose": "marker",
     "text": text("Quel niveau ?", "Which level?")},
]  # fmt: skip


def every_type(**changes: Any) -> Instrument:
    return make_instrument(questions=[*QUESTIONS, *MORE], **changes)


@dataclass(frozen=True)
class Row:
    document: str
    group: str = "employees"
    variant: str = "standard"
    language: str = "fr"
    mode: str = "self"
    channel: str = "personal"
    completeness: str = "complete"
    received_on: date = date(2026, 3, 9)


GIVEN: dict[str, Answer] = {
    "needs_relevance": Answer(State.GIVEN, 3),
    "needs_take_up": Answer(State.DONT_KNOW),
    "democracy_voice": Answer(State.NOT_CONCERNED),
    "democracy_power": Answer(State.NOT_SHOWN),
    "priorities": Answer(State.GIVEN, ("needs", "ecology")),
    "open_change": Answer(State.GIVEN, "=1+1, « oui »\nà voir"),
    "open_unexpected": Answer(State.GIVEN, "Rien", quotable=True),
    "by": Answer(State.GIVEN, 1),
    "order": Answer(State.GIVEN, ("c", "a")),
    "shares": Answer(State.GIVEN, {"a": 30, "b": 70, "c": 0}),
    "hours": Answer(State.GIVEN, 2.5),
    "balance": Answer(State.GIVEN, -1.0),
    "reached": Answer(State.GIVEN, 4, reason="Parce que", evidence=("p. 3", "p. 4")),
}


def row(
    instrument: Instrument, given: dict[str, Answer], group: str = "employees", **facts: Any
) -> Row:
    """One response; what is asked and not given was skipped."""
    variant = facts.get("variant", "standard")
    skipped = {
        i.code: Answer(State.SKIPPED)
        for i in instrument.items
        if instrument.asks(i, group, variant)
    }
    return Row(encode({**skipped, **given}, instrument).decode(), group, **facts)


def some_rows(instrument: Instrument, n: int = 60, seed: int = 3) -> list[Row]:
    """Responses of three groups, one of them on the easy scale, with every state."""
    draw = random.Random(seed)
    rows = [row(instrument, GIVEN)]
    for number in range(n):
        group = ("employees", "board", "beneficiaries")[number % 3]
        variant = "easy" if group == "beneficiaries" else "standard"
        given = {}
        for item in instrument.items:
            if item.scale and item.type == "rating" and instrument.asks(item, group):
                scale = instrument.scale_of(item, group, variant)
                value = draw.randrange(len(scale.points) + 3)
                given[item.code] = _answer(value, len(scale.points))
        rows.append(row(instrument, given, group, variant=variant))
    return rows


def _answer(value: int, points: int) -> Answer:
    if value < points:
        return Answer(State.GIVEN, value)
    return Answer((State.DONT_KNOW, State.SKIPPED, State.NOT_SHOWN)[value - points])


def microdata(rows: list[Row] | None = None, **changes: Any) -> Microdata:
    version = InstrumentVersion.freeze(every_type())
    found = some_rows(version.instrument) if rows is None else rows
    return replace(Microdata(found, version, "panier-2026", "Le Panier des Hauts", "fr"), **changes)
