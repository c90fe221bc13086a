"""The clerk's pages as text: the desk, a sheet to type, two typings to compare.

Reads nothing of what was sent and stores nothing; ``entering`` decides which page answers what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import orjson
from flask import request, url_for
from jinja2 import ChoiceLoader, Environment, StrictUndefined
from markupsafe import Markup

from corus.domain.answer import Answer, State
from corus.domain.base import say
from corus.errors import CorusError
from corus.language import Words, words
from corus.questions.base import QUESTION_TYPES, Asked, Refusal
from corus.questions.relevance import parse
from corus.services import covers, publishing, sheets, waves
from corus.services.comparing import Typing
from corus.services.entering import Comparison
from corus.services.responding import Questionnaire
from corus.services.sheets import Cover
from corus.store import queries
from corus.web import frame
from corus.web.cards import Card, Step, Values
from corus.web.entering_words import (
    KEPT,
    MARKS,
    MODES,
    NOT_DONE,
    NOT_STORED,
    SAID,
    STILL_HERE,
    VARIANTS,
)
from corus.web.pages import asset_url, jinja_loaders, language_name


@dataclass(frozen=True)
class Told:
    """What has just been done: ``waiting``, ``stored``, ``interview`` or ``void``."""

    what: str
    cover: Cover
    set_aside: Sequence[str] = ()
    code: str = ""
    page: Questionnaire | None = None


@dataclass(frozen=True)
class Line:
    """One question on which two typings differ, with what each of them says."""

    card: Card
    number: int
    first: str
    second: str
    pick: str
    unread: bool


@dataclass(frozen=True)
class Mark:
    """Something beside the answers that two typings say otherwise: site, mode or language."""

    field: str
    """Form field, also the card's id in the page."""
    sentence: str
    language: str
    first: str
    second: str
    pick: str
    choices: Sequence[tuple[str, str]]
    """(value, label) of all that it may be."""
    chosen: str
    error: str


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(jinja_loaders()), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=StrictUndefined,
    )  # fmt: skip
    environment.globals |= {
        "asset_url": asset_url, "language_name": language_name, "url_for": url_for,
        "MODES": MODES, "VARIANTS": VARIANTS,
    }  # fmt: skip
    return environment


def _render(name: str, language: str, wave: str, **more: object) -> str:
    template = _environment().get_template(f"entering/{name}.html")
    here = {"wave": wave, "language": language}
    mine = {
        "t": words(language), "language": language, "wave": wave, "here": here, "request": request,
        "elsewhere": {code: url_for("entering.desk", wave=wave, language=code)
                      for code in frame.LANGUAGES},
    }  # fmt: skip
    return template.render(**frame.around() | mine | more)


def desk(session, wave, language, cover=None, error=None, told=None) -> str:
    """What is left to do in a wave, and the form that opens the next sheet."""
    record = queries.wave_by_code(session, wave)
    instrument, plan = publishing.version_of(record).instrument, waves.plan_of(record)
    groups = waves.groups_of(record)
    t = words(language)
    return _render(
        "desk", language, wave,
        title=plan.title, organization=record.organization.name,
        takes=record.state in sheets.TAKES_PAPER,
        labels={code: say(instrument.groups[code].label, language) for code in groups},
        variants=[v for v in VARIANTS if any(instrument.offers(g, v) for g in groups)],
        spoken=plan.languages, sites={c: say(label, language) for c, label in plan.sites.items()},
        sheets=sheets.sheets(session, wave), report=sheets.report(session, wave),
        next=_next(cover, plan.languages[0], after=told), alert=_alert(t, error, NOT_DONE),
        lonely=getattr(error, "code", "") == "PAP-005", told=told,
        aside=_sentences(told, language) if told else [],
    )  # fmt: skip


def _next(cover: Cover | None, language: str, *, after: Told | None) -> Cover:
    """The cover proposed: the same again after an error, the next number after a success."""
    if cover is None:
        return Cover("1", "", "", language=language)
    if after is None or after.what not in ("waiting", "stored"):
        return cover
    number = re.sub(r"\d+$", lambda found: str(int(found[0]) + 1), cover.sheet)
    return Cover(
        number if number != cover.sheet else "", cover.clerk, cover.group, cover.variant,
        cover.language, cover.mode, site=cover.site,
    )  # fmt: skip


def _sentences(told: Told, language: str) -> list[str]:
    """Questions that were set aside, in words."""
    if told.page is None:
        return []
    name = told.page.organization
    asked = {a.item.code: a for a in told.page.asked}
    return [Card(asked[code], language, name).sentence for code in told.set_aside]


def _alert(
    t: Words, error: CorusError | None, busy: tuple[str, str] = NOT_STORED
) -> tuple[str, str] | None:
    if error is None:
        return None
    if error.status == 503:
        return t(busy[0]), t(busy[1])
    fact, cure = SAID.get(error.code, (error.message, ""))
    return t(fact), t(cure) if cure else ""


def _kept(t: Words, error: CorusError | None) -> tuple[str, str] | None:
    """The alert above what was typed: what is refused for good stays on the page to be read."""
    found = _alert(t, error)
    if found is None or error is None or error.status not in (403, 409, 410):
        return found
    if error.code in KEPT:
        return found[0], t(KEPT[error.code])
    return found[0], f"{found[1]} {t(STILL_HERE)}".strip()


def _foreign(t: Words, cards: Sequence[Card], refusals: Mapping[str, Refusal]) -> list[str]:
    """What was sent under no question of the page, in words."""
    shown = {card.item.code for card in cards}
    return [t(r.message, **r.parameters) for code, r in refusals.items() if code not in shown]


def typing(
    page: Questionnaire,
    language: str,
    cover: Cover,
    number: str,
    values: Values,
    refusals: Mapping[str, Refusal],
    error: CorusError | None = None,
) -> str:
    """One sheet to type, whole; a script shows it question by question."""
    steps = _steps(page, cover.language, values, refusals)
    cards = [card for step in steps for card in step.cards]
    t = words(language)
    return _render(
        "typing", language, page.wave, cover=cover, page=page, steps=steps, cards=cards,
        number=number, on_screen=cover.mode == "on_screen", unread=values.get("illegible", ()),
        whose=_whose(page, cover, language),
        numbers={card.field: n for n, card in enumerate(cards, 1)},
        faulty=[card for card in cards if card.refusal],
        foreign=_foreign(t, cards, refusals), lonely=getattr(error, "code", "") == "PAP-005",
        alert=None if refusals else _kept(t, error), data=_data(t, cards),
    )  # fmt: skip


def _steps(
    page: Questionnaire, language: str, values: Values, refusals: Mapping[str, Refusal]
) -> list[Step]:
    def card(asked: Asked) -> Card:
        code = asked.item.code
        return Card(asked, language, page.organization, values, refusals.get(code))

    return [
        Step(
            say(section.title, language).replace("{organization}", page.organization), "",
            tuple(card(asked) for asked in step),
        )
        for section, step in page.steps()
    ]  # fmt: skip


def comparing(
    page: Questionnaire,
    language: str,
    found: Comparison,
    values: Values,
    refusals: Mapping[str, Refusal],
    error: CorusError | None = None,
) -> str:
    """Only the questions on which two typings differ, with what each says."""
    steps = _steps(page, found.cover.language, values, refusals)
    cards = [card for step in steps for card in step.cards]
    numbered = {card.item.code: (n, card) for n, card in enumerate(cards, 1)}
    t = words(language)
    lines = [_line(t, *numbered[code], found, values) for code in found.codes]
    marks = [_mark(t, page, name, found, values, refusals) for name in found.marks]
    instrument = page.version.instrument
    return _render(
        "comparing", language, page.wave, found=found, cover=found.cover, page=page, lines=lines,
        marks=marks, whose=_whose(page, found.cover, language, but=found.marks), total=len(cards),
        first=found.first.document(instrument), second=found.second.document(instrument),
        alert=None if refusals else _alert(t, error),
        faulty=[m for m in marks if m.error] + [x.card for x in lines if x.card.refusal],
        foreign=_foreign(t, [line.card for line in lines], _of_answers(refusals)),
        data=_data(t, []),
    )  # fmt: skip


def _of_answers(refusals: Mapping[str, Refusal]) -> dict[str, Refusal]:
    return {code: found for code, found in refusals.items() if not code.startswith("cover.")}


def _whose(page: Questionnaire, cover: Cover, language: str, but: Sequence[str] = ()) -> str:
    """What a sheet is, in words: group, version, and the marks that are not ``but`` in doubt."""
    t = words(language)
    said = [say(page.version.instrument.groups[page.group].label, language)]
    said.append(t(VARIANTS[cover.variant]))
    for name in ("site", "language", "mode"):
        if name in but or (name == "site" and not page.plan.sites):
            continue
        value = _mark_said(t, page, name, getattr(cover, name))
        said.append(t("Site: {site}", site=value) if name == "site" else value)
    return " · ".join(said)


def _mark_said(t: Words, page: Questionnaire, name: str, value: str) -> str:
    if name == "site":
        return say(page.plan.sites[value], t.language) if value else t("not said")
    return language_name(value) if name == "language" else t(MODES[value])


def _mark(
    t: Words,
    page: Questionnaire,
    name: str,
    found: Comparison,
    values: Values,
    refusals: Mapping[str, Refusal],
) -> Mark:
    field = f"cover.{name}"
    refusal = refusals.get(field)
    return Mark(
        field, t(MARKS[name]), t.language,
        *(_mark_said(t, page, name, getattr(c, name)) for c in (found.cover, found.other)),
        pick="".join(values.get(f"pick.{field}", ())), chosen="".join(values.get(field, ())),
        choices=[
            (value or covers.UNSAID, _mark_said(t, page, name, value))
            for value in covers.choices(page)[name]
        ],
        error=t(refusal.message, **refusal.parameters) if refusal else "",
    )  # fmt: skip


def _line(t: Words, number: int, card: Card, found: Comparison, values: Values) -> Line:
    code = card.item.code
    return Line(
        card, number, _told(t, card, found.first), _told(t, card, found.second),
        next(iter(values.get(f"pick.{code}", ())), ""), code in values.get("illegible", ()),
    )  # fmt: skip


def _told(t: Words, card: Card, typing: Typing) -> str:
    if card.item.code in typing.illegible:
        return t("Illegible or contradictory")
    return answer_said(t, card, typing.answers[card.item.code])


def answer_said(t: Words, card: Card, answer: Answer) -> str:
    """One answer in words, as the clerk would read it on the sheet."""
    if answer.state is State.SKIPPED:
        return t("No answer")
    if answer.state is not State.GIVEN:
        labels = dict(card.opt_outs)
        return labels.get(answer.state.value, answer.state.value)
    value, more = answer.value, [answer.reason, *answer.evidence]
    labels = dict(QUESTION_TYPES[card.item.type].codebook(card.asked, card.language))
    if isinstance(value, tuple):
        ranked = card.item.type == "ranking"
        said = [labels[code] for code in value]
        more = [f"{n}. {label}" for n, label in enumerate(said, 1)] if ranked else said
        return " · ".join(more)
    if isinstance(value, dict):
        return " · ".join(f"{labels[code]} : {n}" for code, n in value.items())
    if isinstance(value, str):
        consent = t("These words may be quoted, without my name.") if answer.quotable else ""
        return "\n".join(filter(None, (value, consent)))
    if isinstance(value, int):
        return "\n".join(filter(None, (list(labels.values())[value], *more)))
    return t.number(value, 0 if float(value).is_integer() else 2)


def _data(t: Words, cards: Sequence[Card]) -> Markup:
    """What the script needs, as JSON that is safe inside a page."""
    found = {
        "conditions": {
            c.item.code: parse(c.item.relevant).to_json() for c in cards if c.item.relevant
        },
        "words": {
            "blank": t("No answer"), "pointless": t("made pointless by another answer"),
            "illegible": t("Illegible or contradictory"), "store": t("Everything is typed"),
            "choose": t("one key"), "toggle": t("keys, then Enter"),
            "write": t("write, then Ctrl+Enter"), "figure": t("write, then Enter"),
            "rank": t("keys in order of rank, then Enter"),
            "answered": t("{n} answered", n="{n}"), "blanks": t("{n} blank", n="{n}"),
            "unread": t("{n} illegible", n="{n}"), "undecided": t("{n} undecided", n="{n}"),
            "where": t("Question {n} of {total}", n="{n}", total="{total}"),
            "storing": t("Storing…"),
        },
    }  # fmt: skip
    return Markup(orjson.dumps(found).replace(b"<", b"\\u003c").decode())  # noqa: S704
