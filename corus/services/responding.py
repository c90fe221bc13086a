"""Responding: what a page needs, what a form says, and the receipt once it is durable."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from corus.domain.answer import NOT_SHOWN, Answer, State, encode
from corus.domain.instrument import InstrumentVersion, Section, Variant
from corus.domain.wave import Channel, Mode, WavePlan, WaveState
from corus.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from corus.questions.base import QUESTION_TYPES, Asked, Form, Refusal
from corus.questions.common import table_of
from corus.questions.relevance import settle
from corus.services import bursts
from corus.services.link_memory import memory
from corus.services.publishing import version_of
from corus.services.receipts import id_of_code, receipt_code
from corus.services.taking_up import stored, taken_up
from corus.services.waves import SurveyClosed, groups_of, plan_of
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import NewResponse, Outcome, Writer

FRESH_SECONDS = 1.0
"""How long a page may show a wave as it was; the writer checks its state again at each answer."""

NOTHING_SENT: tuple[str, ...] = ()
NO_TABLE: Mapping[str, Answer] = {}

SUBMISSION_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Questionnaire:
    """Everything the page of one group needs, resolved once and shared by its readers."""

    wave_id: int
    wave: str
    wave_state: WaveState
    organization: str
    plan: WavePlan
    version: InstrumentVersion
    group: str
    variant: Variant

    @property
    def wave_title(self) -> str:
        """The title the organization gave to this wave."""
        return self.plan.title

    def takes_answers(self) -> bool:
        """Whether the wave is open and its last day not over."""
        return self.wave_state is WaveState.OPEN and not self.plan.over(datetime.now(UTC))

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Every item asked of this group, in instrument order."""
        instrument = self.version.instrument
        return tuple(
            Asked.of(instrument, item, self.group, self.variant)
            for item in instrument.items
            if instrument.asks(item, self.group, self.variant)
        )

    @cached_property
    def _steps(self) -> tuple[tuple[Section, tuple[Asked, ...]], ...]:
        by_code = {a.item.code: a for a in self.asked}
        instrument = self.version.instrument
        steps = (
            (s, tuple(by_code[i.code] for i in instrument.section_items(s) if i.code in by_code))
            for s in instrument.form_order
        )
        return tuple(step for step in steps if step[1])

    def steps(self) -> tuple[tuple[Section, tuple[Asked, ...]], ...]:
        """Sections in form order with the items asked of this group; empty ones are left out."""
        return self._steps

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of the items a form of this group may answer."""
        return frozenset(a.item.code for a in self.asked)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The items' own form fields; some types send parts beside them."""
        return frozenset(a.field for a in self.asked)

    @cached_property
    def parsers(self) -> tuple[tuple[str, Asked, Callable[[Asked, Form], Answer]], ...]:
        """Code, item as asked, and how its type reads a form: found once, used for every form."""
        return tuple((a.item.code, a, QUESTION_TYPES[a.item.type].parse) for a in self.asked)

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Answer]]:
        """Field → what each code it may send stands for, of those that one look-up reads."""
        found = ((a.field, table_of(a)) for a in self.asked)
        return {field: table for field, table in found if table is not None}


@dataclass(frozen=True)
class Reading:
    """What a form says: answers after routing, what was refused, what was set aside."""

    answers: Mapping[str, Answer]
    refusals: Mapping[str, Refusal]
    set_aside: tuple[str, ...]

    @cached_property
    def answered(self) -> int:
        """How many questions are answered, opting out included."""
        silent = (State.SKIPPED, State.NOT_SHOWN)
        return len([1 for answer in self.answers.values() if answer.state not in silent])


@dataclass(frozen=True)
class Receipt:
    """Proof that an answer is stored; a retry gets the same one."""

    code: str
    given: int
    set_aside: tuple[str, ...]
    finished: bool = True
    """False when the answers were saved, to be taken up again."""


class AnswersRefused(InputError):  # noqa: N818 - named for what happened to the respondent
    """Answers that the published version does not allow; the page keeps what was typed."""

    code = "ANS-001"

    def __init__(self, refusals: Mapping[str, Refusal]) -> None:
        super().__init__(f"{len(refusals)} answer(s) cannot be stored as given.")
        self.refusals = dict(refusals)


class LinkMoved(InputError):  # noqa: N818 - named for what happened to the link
    """The wave of a personal link goes on in another: its form is to be looked through again."""

    code = "ANS-005"

    def __init__(self) -> None:
        super().__init__(
            "Some questions have changed since you opened this page.",
            hint="Look through your answers, then send them: nothing is sent yet.",
        )


def questionnaire(store: Store, wave: str, group: str, variant: Variant) -> Questionnaire:
    """The questionnaire of one group in one wave.

    Raises ``NotFoundError`` for an unknown wave, group or variant and ``RefusedError`` when the
    wave does not take answers (``WAV-010`` not yet, ``WAV-011`` no longer).
    """
    found = known_questionnaire(store, wave, group, variant)
    if not found.takes_answers():
        raise not_taking(found)
    return found


def not_taking(questionnaire: Questionnaire, *, kept: bool = False) -> RefusedError:
    """Why this wave takes no answer now; ``kept`` when answers saved before stay stored."""
    if questionnaire.wave_state is WaveState.DRAFT:
        return RefusedError("This survey is not open yet.", code="WAV-010")
    closed = questionnaire.wave_state is not WaveState.OPEN
    return SurveyClosed(questionnaire.plan, closed=closed, kept=kept)


def known_questionnaire(store: Store, wave: str, group: str, variant: Variant) -> Questionnaire:
    """The same whatever the state of the wave: a retry after its closing still gets its receipt.

    As it was last known when the database does not answer; ``UnavailableError`` when it never was.
    """
    key = _key(wave, group, variant)
    now = time.monotonic()
    kept = store.cache.get(key)
    if isinstance(kept, tuple):
        if now - kept[0] < FRESH_SECONDS:
            return kept[1]  # type: ignore[no-any-return]
        # One looks again; those who come meanwhile are not made to do the same work.
        store.cache[key] = (now, kept[1])
    try:
        found = _read(store, wave, group, variant)
    except UnavailableError:
        if not isinstance(kept, tuple):
            raise
        # The page keeps what was typed, which no error page could; the writer has the last word.
        found = kept[1]
    except NotFoundError:
        store.cache.pop(key, None)
        raise
    if isinstance(kept, tuple) and kept[1] == found:
        # Equal to what is known: keep the one whose pages are already rendered.
        found = kept[1]
    store.cache[key] = (now, found)
    return found


def fresh_questionnaire(store: Store, wave: str, group: str, variant: Variant) -> Questionnaire:
    """The same as the database has it now, whatever was known a second ago."""
    store.cache.pop(_key(wave, group, variant), None)
    return known_questionnaire(store, wave, group, variant)


def _key(wave: str, group: str, variant: Variant) -> tuple[str, ...]:
    return "questionnaire", wave, group, variant


def _read(store: Store, code: str, group: str, variant: Variant) -> Questionnaire:
    with store.reading() as session:
        wave = queries.wave_by_code(session, code)
        version = version_of(wave)
        known = group in groups_of(wave)
        if not known or not version.instrument.offers(group, variant):
            raise NotFoundError("This survey has no such page.", code="NOT-003")
        return Questionnaire(
            wave.id, wave.code, WaveState(wave.state), wave.organization.name, plan_of(wave),
            version, group, variant,
        )  # fmt: skip


def read_form(questionnaire: Questionnaire, form: Form) -> Reading:
    """Check a form against the published version; nothing is stored.

    A field for an item that this group is not asked is refused, as a forged option is.
    """
    answers: dict[str, Answer] = {}
    refusals: dict[str, Refusal] = _foreign(questionnaire, form)
    tables = questionnaire.tables
    for code, asked, parse in questionnaire.parsers:
        sent = form.get(asked.field, NOTHING_SENT)
        if len(sent) == 1 and (known := tables.get(asked.field, NO_TABLE).get(sent[0])):
            answers[code] = known
            continue
        try:
            answers[code] = parse(asked, form)
        except Refusal as refusal:
            refusals[code] = refusal
            answers[code] = NOT_SHOWN
    instrument = questionnaire.version.instrument
    settled, set_aside = settle(instrument, questionnaire.group, questionnaire.variant, answers)
    return Reading(settled, refusals, tuple(set_aside))


def _foreign(questionnaire: Questionnaire, form: Form) -> dict[str, Refusal]:
    beside = form.keys() - questionnaire.fields
    names = (name.split(".")[1] for name in beside if name.startswith("q.") and any(form[name]))
    return {
        name: Refusal("ANS-002", "This question is not asked here: “{name}”.", {"name": name[:40]})
        for name in names
        if name not in questionnaire.codes
    }


@dataclass(frozen=True, slots=True)
class Way:
    """By what way an answer comes, and whether its respondent has finished."""

    channel: Channel = "open"
    mode: Mode = "self"
    finished: bool = True
    """False when it is saved to be taken up again: a partial answer until it is sent."""
    once: bytes | None = None
    """Keyed hash of the personal link, which answers once."""
    pseudonym: bytes | None = None
    site: str = ""


BY_OPEN_LINK = Way()


def submit(
    store: Store,
    questionnaire: Questionnaire,
    language: str,
    submission_id: str,
    form: Form,
    way: Way = BY_OPEN_LINK,
) -> Receipt:
    """Store one submission and return its receipt once the commit is durable.

    Raises ``AnswersRefused``, ``ConflictError`` (``CON-001`` same id, other content; ``CON-002``
    the personal link has answered; ``CON-003`` the answer was withdrawn), ``RefusedError`` (the
    wave closed meanwhile), ``UnavailableError`` (nothing stored, or unknown: a retry settles it).
    """
    if not SUBMISSION_ID.fullmatch(submission_id):
        raise InputError(
            "This page has lost its number.", hint="Open the link again.", code="ANS-003"
        )
    reading = read_form(questionnaire, form)
    taking = questionnaire.takes_answers()
    if taking:
        require_answers(reading)
    elif reading.refusals or not reading.answered:
        # Only a retry can be taken, and what was stored was never refused. Nobody is asked to mend
        # answers to a closed survey, nor are they stored in part if it opened a moment ago.
        raise not_taking(questionnaire)
    code = receipt_code(store.key, submission_id)
    row = new_row(questionnaire, language, id_of_code(store.key, code), reading, way)
    if not taking and stored(store, row) is None:
        raise not_taking(questionnaire)
    outcome, saved = writer(store).submit(row), None
    if outcome in (Outcome.REPEATED, Outcome.CONFLICT):
        saved = stored(store, row)
        outcome = taken_up(store, questionnaire, row, saved, outcome)
    place = questionnaire.wave, questionnaire.group, questionnaire.variant
    if outcome is Outcome.REFUSED:
        store.cache.pop(_key(*place), None)
        raise not_taking(questionnaire, kept=saved is not None)
    if outcome is Outcome.MOVED:
        raise LinkMoved
    if outcome is Outcome.OUTDATED:
        # The wave went over to another version a moment ago: the form is read again by that one.
        now = fresh_questionnaire(store, *place)
        return submit(store, now, language, submission_id, form, way)
    if row.once is not None:
        memory(store).answered(row.once)
    if outcome in _CONFLICTS:
        told, number = _CONFLICTS[outcome]
        raise ConflictError(told, code=number)
    if outcome is Outcome.STORED and way.channel == "open":
        bursts.seen(store, row.wave_id, row.group, questionnaire.plan.burst)
    # What was sent once stays sent, whatever is saved from its page afterwards.
    finished = way.finished or (saved is not None and saved.completeness == "complete")
    return Receipt(code, reading.answered, reading.set_aside, finished)


_CONFLICTS = {
    Outcome.CONFLICT: ("Other answers were already sent from this page.", "CON-001"),
    Outcome.USED: ("This personal link has already been used to answer.", "CON-002"),
    Outcome.WITHDRAWN: ("This answer was withdrawn: it is not stored again.", "CON-003"),
}


def require_answers(reading: Reading) -> None:
    """Raises ``AnswersRefused``, and ``InputError`` (``ANS-004``) when nothing is answered."""
    if reading.refusals:
        raise AnswersRefused(reading.refusals)
    if not reading.answered:
        raise InputError(
            "No question was answered, so nothing was stored.",
            hint="Answer at least one question.", code="ANS-004",
        )  # fmt: skip


def new_row(
    questionnaire: Questionnaire, language: str, stored_id: bytes, reading: Reading, way: Way
) -> NewResponse:
    """The row under which these answers are stored."""
    document = encode(reading.answers, questionnaire.version.instrument)
    return NewResponse(
        id=stored_id,
        wave_id=questionnaire.wave_id,
        group=questionnaire.group,
        variant=questionnaire.variant,
        language=language,
        mode=way.mode,
        channel=way.channel,
        completeness="complete" if way.finished else "partial",
        received_on=datetime.now(UTC).date(),
        document=document.decode(),
        once=way.once,
        pseudonym=way.pseudonym,
        digest=questionnaire.version.digest,
        site=way.site,
    )


def writer(store: Store) -> Writer:
    """The one writer of this process for this store."""
    found = store.cache.get("writer")
    if not isinstance(found, Writer):
        found = store.cache.setdefault("writer", Writer(store))
    return found  # type: ignore[return-value]
