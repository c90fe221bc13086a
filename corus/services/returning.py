"""Coming back with the code of a receipt: reading, changing and taking back one answer.

Knows no person: whoever has the code is the respondent. The code itself is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from corus.domain.answer import Answer, decode
from corus.domain.instrument import Variant
from corus.domain.wave import Channel, Mode
from corus.errors import ConflictError, CorusError, NotFoundError, RefusedError
from corus.questions.base import QUESTION_TYPES, Form
from corus.services import links, responding
from corus.services.clearing import WITHDRAWN
from corus.services.receipts import id_of_code, read_code, receipt_code
from corus.services.responding import Questionnaire, Reading, Receipt, Way
from corus.services.texts import outliving
from corus.services.waves import plan_of
from corus.store import changes, queries
from corus.store.changes import StoredResponse
from corus.store.engine import Store
from corus.store.models import Wave
from corus.store.rows import NewResponse, Outcome


@dataclass(frozen=True)
class Kept:
    """One stored answer, as its respondent finds it again."""

    code: str
    id: bytes
    questionnaire: Questionnaire
    answers: Mapping[str, Answer]
    mode: Mode
    channel: Channel
    language: str
    received_on: date
    revision: int
    """The one that a change made from here replaces."""
    finished: bool
    """False for answers that were saved, and never sent."""
    site: str = ""

    @property
    def fields(self) -> dict[str, list[str]]:
        """The form fields that would send these answers."""
        found: dict[str, list[str]] = {}
        for asked in self.questionnaire.asked:
            if answer := self.answers.get(asked.item.code):
                found |= QUESTION_TYPES[asked.item.type].fill(asked, answer)
        return found


class Withdrawn(CorusError):  # noqa: N818 - named for what happened to the answer
    """The answer was erased at its respondent's request."""

    status = 410
    code = "RET-002"

    def __init__(self, day: date) -> None:
        super().__init__("This answer was withdrawn.")
        self.day = day


def find(store: Store, typed: str) -> Kept:
    """The answer that a code leads to, however it is typed.

    Raises ``NotFoundError`` (``RET-001``), the same whether there never was such a code or its
    answer was erased after its time; ``Withdrawn`` for one that was taken back.
    """
    code = read_code(typed)
    if code is None:
        raise _unknown()
    return _kept(store, code)


def of_number(store: Store, submission_id: str) -> Kept:
    """The answer stored under a submission id; raises as ``find`` does."""
    return _kept(store, receipt_code(store.key, submission_id))


def _unknown() -> NotFoundError:
    return NotFoundError("No answer is stored under this code.", code="RET-001")


def _kept(store: Store, code: str) -> Kept:
    key = id_of_code(store.key, code)
    with store.reading() as session:
        stored, gone = changes.find(session, key), changes.withdrawn_on(session, key)
    if stored is not None:
        return _read(store, code, stored)
    raise Withdrawn(gone) if gone else _unknown()


def _read(store: Store, code: str, stored: StoredResponse) -> Kept:
    place = stored.wave, stored.group, cast(Variant, stored.variant)
    page = responding.known_questionnaire(store, *place)
    if page.version.digest != stored.digest:
        page = responding.fresh_questionnaire(store, *place)
    return Kept(
        code, stored.id, page, decode(stored.document, page.version.instrument),
        cast(Mode, stored.mode), cast(Channel, stored.channel), stored.language,
        stored.received_on, stored.revision, stored.completeness == "complete", stored.site,
    )  # fmt: skip


def change(
    store: Store,
    kept: Kept,
    language: str,
    form: Form,
    base: int,
    *,
    mode: Mode | None = None,
    finished: bool = True,
) -> Receipt:
    """Put what ``form`` says in the place of revision ``base``, durably; a retry does no harm.

    Group, site, form and channel stay; ``mode`` is for answers that were only saved. What was
    sent once stays sent. Raises as ``submit`` does, ``ConflictError`` (``CON-004``) when the
    answer was changed meanwhile from another page, and ``Withdrawn``.
    """
    page = kept.questionnaire
    reading = responding.read_form(page, form)
    if page.takes_answers():
        responding.require_answers(reading)
    way = Way(kept.channel, kept.mode if kept.finished else mode or kept.mode,
              finished or kept.finished, site=kept.site)  # fmt: skip
    row = responding.new_row(page, language, kept.id, reading, way)
    outcome = _changed(store, page, row, base)
    if outcome is Outcome.OUTDATED:
        again = _kept(store, kept.code)
        return change(store, again, language, form, base, mode=mode, finished=finished)
    return _receipt(store, kept, reading, outcome, finished=way.finished)


def _changed(store: Store, page: Questionnaire, row: NewResponse, base: int) -> Outcome:
    if not page.takes_answers():
        # Too late, unless it is the retry of what was taken in time.
        with store.reading() as session:
            return Outcome.REPEATED if changes.made(session, row, base) else Outcome.REFUSED
    with store.writing() as session:
        return changes.change(session, row, base)


def _receipt(
    store: Store, kept: Kept, reading: Reading, outcome: Outcome, *, finished: bool
) -> Receipt:
    if outcome in (Outcome.STORED, Outcome.REPEATED):
        return Receipt(kept.code, reading.answered, reading.set_aside, finished)
    if outcome is Outcome.CONFLICT:
        raise ConflictError("This answer was changed meanwhile from another page.", code="CON-004")
    now = _kept(store, kept.code).questionnaire
    raise responding.not_taking(
        responding.fresh_questionnaire(store, now.wave, now.group, now.variant)
    )


def code_of(session: Session, key: bytes, code: str, address: str, day: date) -> str:
    """The receipt code of one invited person's answer, for a request made by name.

    Raises ``RefusedError`` (``RET-004``) in an anonymous wave, where no link leads to an answer,
    and ``NotFoundError`` (``RET-005``) for somebody not invited, or whose answer is not there.
    After a new series the invitation is looked for there: the answer stays where it was given.
    """
    wave = queries.wave_by_code(session, code)
    if plan_of(wave).anonymity == "anonymous":
        raise RefusedError(
            f"Wave “{code}” is anonymous: nothing leads from a person to an answer.",
            hint="Whoever has the code of the receipt can read and withdraw it.", code="RET-004",
        )  # fmt: skip
    asked, found = _invited_last(session, key, wave, address.strip().lower())
    if not asked or changes.find(session, id_of_code(key, found)) is None:
        raise NotFoundError(
            f"No answer came by a personal link sent to {address} in wave “{code}”.",
            code="RET-005",
        )
    queries.note(session, wave, day, "code given")
    return found


def _invited_last(session: Session, key: bytes, wave: Wave, address: str) -> tuple[bool, str]:
    """Whether this address was invited, here or where the wave goes on; the code of its answer."""
    asked = changes.invitation(session, wave.id, address)
    onward = plan_of(wave).succeeded_by
    if asked is None and onward:
        return _invited_last(session, key, queries.wave_by_code(session, onward), address)
    first = links.first_sent(session, key, wave.id, asked) if asked else b""
    return bool(asked), receipt_code(key, links.submission_id(key, links.token(key, first)))


def withdraw(session: Session, kept: Kept, day: date) -> date:
    """Erase an answer at once and for good; the day it went, which may be an earlier one.

    Its words leave every stored release; counts of releases stay. The journal keeps the day, and
    nothing that tells whose answer it was. Once committed, ``clearing`` clears what the database
    keeps of rows that are gone.
    """
    words = outliving.words_of(session, kept.id)
    if changes.withdraw(session, kept.id, day):
        wave = queries.wave_by_code(session, kept.questionnaire.wave)
        outliving.take_out(session, wave.id, words, "withdrawn")
        queries.note(session, wave, day, WITHDRAWN)
        return day
    return changes.withdrawn_on(session, kept.id) or day
