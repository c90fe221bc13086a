"""The pages that a receipt code opens, as text: stored answers in words, and taking them back.

Knows no request; every answer is worded by what its question type offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from corus.domain.answer import Answer, State
from corus.domain.base import say
from corus.domain.wave import WaveState
from corus.language import Words, languages, words
from corus.questions.base import QUESTION_TYPES, Asked
from corus.services.returning import Kept
from corus.web import pages
from corus.web.cards import Card, Values


@dataclass(frozen=True)
class Said:
    """One answer as its respondent reads it."""

    lines: tuple[str, ...]
    given: bool = True
    """False for the states in which nothing was said."""
    notes: tuple[tuple[str, str], ...] = ()
    """(label or "", text) of what goes with it: reason, evidence, consent."""


@dataclass(frozen=True)
class Part:
    """One part of the questionnaire with its answers."""

    title: str
    lines: tuple[tuple[Card, Said], ...]


@dataclass(frozen=True)
class Onward:
    """A survey that goes on in another wave, and the address of its empty form, if it is open."""

    address: str = ""


def code_page(language: str, *, wrong: bool = False, typed: str = "") -> str:
    """Asks for a code; again, with what was typed, when it led to nothing."""
    others = [other for other in languages() if other != language]
    return pages.small_page("returning", language, others=others, wrong=wrong, typed=typed)


def answers_page(kept: Kept, language: str) -> str:
    """What is stored, and what may be done with it now."""
    page = kept.questionnaire
    told = told_in(kept, language)
    # The closing of an anonymous wave gives all its answers the same day.
    dated = page.plan.anonymity != "anonymous" or page.wave_state is WaveState.OPEN
    return _render(
        "answers", kept, told,
        steps=_parts(kept, told), open=page.takes_answers(), dated=dated,
        onward=_onward(kept, told),
    )  # fmt: skip


def _onward(kept: Kept, language: str) -> Onward | None:
    """Where a closed survey goes on, for those who may wonder whether to answer there.

    Whoever had sent by an open address has answered; whoever had only saved may begin anew. A
    personal link has answered once and for all, and its person is told so.
    """
    page = kept.questionnaire
    if page.takes_answers() or not page.plan.succeeded_by:
        return None
    if kept.channel == "personal":
        return Onward()
    if kept.finished or kept.channel != "open":
        return None
    place = f"{page.group}@{kept.site}" if kept.site else page.group
    return Onward(f"/s/{page.plan.succeeded_by}/{place}/{language}")


def withdraw_page(kept: Kept, language: str) -> str:
    """What will be lost, and a last way back."""
    silent = (State.SKIPPED, State.NOT_SHOWN)
    given = sum(answer.state not in silent for answer in kept.answers.values())
    taking = kept.questionnaire.takes_answers()
    return _render("withdraw", kept, told_in(kept, language), given=given, open=taking)


def withdrawn_page(language: str, day: date, *, now: bool = False) -> str:
    """The day on which the answers went; when it was not ``now``, closing may have blurred it."""
    return pages.small_page("withdrawn", language, day=day, now=now)


def busy_page(language: str, sent: Values) -> str:
    """No code is looked up for a moment; the page keeps what was sent."""
    return pages.small_page("busy", language, sent=sent)


def told_in(kept: Kept, language: str) -> str:
    """The language of the page, if the survey speaks it; else that of the answers."""
    return language if language in kept.questionnaire.plan.languages else kept.language


def _render(name: str, kept: Kept, language: str, **more: object) -> str:
    page = kept.questionnaire
    door = pages.door_of(kept.channel)
    return pages.render(
        name,
        page,
        language,
        at=pages.open_door(page, kept.site),
        door=door,
        site=kept.site,
        kept=kept,
        **more,
    )


def _parts(kept: Kept, language: str) -> list[Part]:
    page = kept.questionnaire
    return [
        Part(
            say(section.title, language).replace("{organization}", page.organization),
            tuple(_lines(kept, asked_here, language)),
        )
        for section, asked_here in page.steps()
    ]


def _lines(kept: Kept, asked_here: tuple[Asked, ...], language: str) -> list[tuple[Card, Said]]:
    name = kept.questionnaire.organization
    return [
        (Card(asked, language, name), said(asked, kept.answers[asked.item.code], language))
        for asked in asked_here
        if asked.item.code in kept.answers
    ]


def said(asked: Asked, answer: Answer, language: str) -> Said:
    """One answer in words: labels for codes, numbers as the language writes them."""
    t = words(language)
    if answer.state is State.SKIPPED:
        return Said((t("Not answered"),), given=False)
    if answer.state is State.NOT_SHOWN:
        return Said((t("Not asked, given your other answers"),), given=False)
    return Said(_values(asked, answer, t), notes=_notes(answer, t))


def _values(asked: Asked, answer: Answer, t: Words) -> tuple[str, ...]:
    kind = QUESTION_TYPES[asked.item.type]
    labels = dict(kind.codebook(asked, t.language))
    fields: Mapping[str, list[str]] = kind.fill(asked, answer)
    if isinstance(answer.value, dict):
        shares = answer.value.items()
        return tuple(t("{label}: {n}", label=labels[code], n=t.number(n)) for code, n in shares)
    if isinstance(answer.value, tuple):
        # A type that sends each option in a field of its own gives them an order.
        ordered = asked.field not in fields
        chosen = [labels[code] for code in answer.value]
        return tuple(f"{n}. {label}" if ordered else label for n, label in enumerate(chosen, 1))
    if isinstance(answer.value, float):
        return (t.number(answer.value, 0 if answer.value.is_integer() else 2),)
    if isinstance(answer.value, str):
        return tuple(answer.value.split("\n"))
    return tuple(labels.get(code, code) for code in fields[asked.field])


def _notes(answer: Answer, t: Words) -> tuple[tuple[str, str], ...]:
    found = [(t("Why this level?"), answer.reason)] if answer.reason else []
    found += [(t("What shows it:"), line) for line in answer.evidence]
    if answer.quotable:
        found.append(("", t("You agreed that these words may be quoted, without your name.")))
    return tuple(found)
