"""Synthetic respondents: seeded answers drawn from the known truth, as a browser sends them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from corus.domain.answer import Answer, State
from corus.domain.instrument import Instrument, Variant
from corus.questions.base import QUESTION_TYPES, Asked
from corus.questions.relevance import settle
from corus.services.demo.truth import DIVIDED, GROUPS, PRIORITIES, TRUTH
from corus.services.demo.words import WORDS

SEED = 2026
DONT_KNOW = {"funders": 0.12, "public_authorities": 0.12, "clients": 0.10, "neighbours": 0.14}
SILENT = 0.02
NOT_CONCERNED = 0.02
HELPED = 0.08
"""How much kinder answers are when somebody holds the pen."""


@dataclass(frozen=True)
class Respondent:
    """One form ready to send, and the id that makes sending it twice harmless."""

    submission_id: str
    group: str
    variant: Variant
    form: dict[str, list[str]]
    helper: str = "none"
    """Who helped, as the form sends it."""


def respondents(instrument: Instrument, seed: int = SEED) -> Iterator[Respondent]:
    """Every synthetic respondent of the demonstration, the same at every run of one seed."""
    for group, size in GROUPS.items():
        for number in range(size.answers):
            variant: Variant = "easy" if number < size.easy else "standard"
            draw = random.Random(f"{seed} {group} {number}")  # noqa: S311 - a synthetic sample
            name = hashlib.sha256(f"demo {seed} {group} {number}".encode()).hexdigest()[:32]
            helper = _helper(group, variant, number)
            form = _form(instrument, group, variant, draw, HELPED if helper != "none" else 0.0)
            yield Respondent(name, group, variant, form, helper)


def _helper(group: str, variant: Variant, number: int) -> str:
    """Some of those whom the structure serves are helped, half of them by the structure."""
    if group != "beneficiaries" or variant != "standard" or number % 3:
        return "none"
    return "structure" if number % 2 else "relative"


def _form(
    instrument: Instrument, group: str, variant: Variant, draw: random.Random, helped: float
) -> dict[str, list[str]]:
    asked = [
        Asked.of(instrument, item, group, variant)
        for item in instrument.items
        if instrument.asks(item, group, variant)
    ]
    leaning = draw.gauss(0, 0.06) + helped
    # A person sees a dimension as a whole: its items go together.
    leanings = {d.code: leaning + draw.gauss(0, 0.15) for d in instrument.dimensions}
    answers = {a.item.code: _answer(a, instrument, leanings, draw) for a in asked}
    settled, _ = settle(instrument, group, variant, answers)
    form: dict[str, list[str]] = {}
    for one in asked:
        form |= QUESTION_TYPES[one.item.type].fill(one, settled[one.item.code])
    return form


def _answer(
    asked: Asked, instrument: Instrument, leanings: dict[str, float], draw: random.Random
) -> Answer:
    item = asked.item
    if item.purpose == "perception" and asked.scale:
        dimension = instrument.dimension_of[item.code]
        return _perception(asked, dimension, leanings[dimension], draw)
    if item.purpose == "importance":
        return Answer(State.GIVEN, _three(draw))
    if item.purpose == "relation":
        return Answer(State.GIVEN, draw.choices((0, 1, 2), (1, 3, 4))[0])
    chance, sentences = WORDS.get(item.purpose, (0.0, ()))
    if draw.random() >= chance:
        return Answer(State.SKIPPED)
    consent = item.quotation and draw.random() < 0.4
    return Answer(State.GIVEN, draw.choice(sentences), quotable=consent)


def _perception(asked: Asked, dimension: str, leaning: float, draw: random.Random) -> Answer:
    luck = draw.random()
    if luck < SILENT:
        return Answer(State.SKIPPED)
    if luck < SILENT + NOT_CONCERNED:
        return Answer(State.NOT_CONCERNED)
    if luck < SILENT + NOT_CONCERNED + DONT_KNOW.get(asked.group, 0.04):
        return Answer(State.DONT_KNOW)
    truth = TRUTH[dimension][asked.group] / 100 + leaning
    if (dimension, asked.group) in DIVIDED:
        # Two camps with the same mean as the truth: 0.35 above it or 0.35 below.
        truth += 0.35 if draw.random() < 0.5 else -0.35
    points = len(asked.scale.points) if asked.scale else 0
    chance = min(0.98, max(0.02, truth))
    point = sum(draw.random() < chance for _ in range(points - 1))
    return Answer(State.GIVEN, points - 1 - point if asked.item.direction == "reversed" else point)


def _three(draw: random.Random) -> tuple[str, ...]:
    left = dict(PRIORITIES)
    chosen = []
    for _ in range(draw.choice((2, 3, 3))):
        code = draw.choices(list(left), list(left.values()))[0]
        chosen.append(code)
        del left[code]
    return tuple(code for code in PRIORITIES if code in chosen)
