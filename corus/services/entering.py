"""Paper typed in twice: by two persons, compared, settled where they differ, stored once.

What a word of the house means here:

- *Paper* is whatever was written on a numbered sheet, whoever held the pen: channel ``paper``,
  mode as the clerk says (``paper``, ``assisted_…``, ``interview``). It is typed twice.
- *An interview typed while the person speaks* has no sheet. It is typed once, on a device of the
  structure: channel ``kiosk``, mode ``interview``. It is not ``paper``, since nothing can be typed
  again from it, and not ``open``, since nobody came by a public link; ``kiosk`` counts with the
  channels where nobody can check that each person answered once, which is true of it too.

The key of a stored sheet follows from the wave and the sheet's number: whatever is clicked twice,
opened in two tabs or interrupted, a sheet is one response or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from corus.errors import ConflictError, InputError, NotFoundError, RefusedError
from corus.questions.base import Form
from corus.questions.relevance import settle
from corus.services import covers
from corus.services.comparing import Typing, differing, read_typing, same, settled_by
from corus.services.receipts import response_id
from corus.services.responding import AnswersRefused, Questionnaire, Reading, Way, new_row
from corus.services.sheets import TAKES_PAPER, Cover, cleaned
from corus.services.waves import check_site, plan_of
from corus.store import changes, paper, queries
from corus.store.changes import StoredResponse
from corus.store.models import PaperEntry
from corus.store.writer import NewResponse, Outcome, store_rows

FACE_TO_FACE = Way("kiosk", "interview")
"""An interview typed while the person speaks: once, and stored at once."""


@dataclass(frozen=True)
class Comparison:
    """Two typings of one sheet, and the questions and marks on which they differ."""

    cover: Cover
    first: Typing
    second: Typing
    clerks: tuple[str, str]
    codes: tuple[str, ...]
    other: Cover
    """The cover as the second typing has it."""

    @property
    def marks(self) -> tuple[str, ...]:
        """Of ``site``, ``mode`` and ``language``, those that each typing says otherwise."""
        return covers.unlike(self.cover, self.other)


@dataclass(frozen=True)
class Kept:
    """What became of a typing: it waits for the second, differs from the first, or is stored."""

    state: str
    """``waiting``, ``differs`` or ``stored``."""
    cover: Cover
    typed: Typing
    set_aside: tuple[str, ...] = ()
    """Questions answered on paper that other answers made pointless."""
    comparison: Comparison | None = None


def open_sheet(session: Session, key: bytes, wave: str, cover: Cover) -> Cover:
    """The sheet as it may be typed now: for the first time, or for the second.

    Site, mode and language stay as this clerk says: where the first said otherwise, that is
    decided with the answers.

    Raises ``ConflictError`` (``PAP-001`` stored already, ``PAP-002`` typed as another
    questionnaire, ``PAP-003`` typed twice and waiting for a decision, ``PAP-006`` withdrawn) and
    ``RefusedError`` (``PAP-005`` the same person would type it twice).
    """
    cover = cleaned(cover)
    record = queries.wave_by_code(session, wave)
    check_site(plan_of(record), cover.site)
    _require_taking(record.state)
    there = paper.typings(session, record.id, cover.sheet)
    if not there:
        _require_new(session, sheet_key(key, wave, cover.sheet))
        return replace(cover, typing=1)
    _require_same_paper(there[1], cover)
    if 2 in there:
        raise ConflictError("This sheet was typed twice: compare the typings.", code="PAP-003")
    _require_other_clerk(there[1], cover)
    return replace(cover, typing=2)


def type_sheet(
    session: Session, key: bytes, page: Questionnaire, cover: Cover, form: Form, day: date
) -> Kept:
    """Keep one typing of a sheet; store the sheet when it is the second and they agree.

    The same typing sent again gives the same result. Raises what ``read_typing`` raises, the
    errors of ``open_sheet``, and ``ConflictError`` (``PAP-004`` the first typing is gone,
    ``PAP-007`` typed twice meanwhile, ``PAP-009`` typed otherwise by the same person).
    """
    cover, typed = cleaned(cover), read_typing(page, form)
    _require_taking(paper.hold(session, page.wave_id))
    there = paper.typings(session, page.wave_id, cover.sheet)
    if not there:
        return _first(session, key, page, cover, typed, day)
    _require_same_paper(there[1], cover)
    mine = typed.document(page.version.instrument)
    if cover.typing == 1 and _same_person(there[1].clerk, cover.clerk):
        if not _typed_so(there[1], cover, mine):
            raise ConflictError("You typed this sheet already, otherwise.", code="PAP-009")
        if 2 not in there:
            return Kept("waiting", cover, typed, aside(page, typed))
    elif 2 not in there:
        # Two persons who opened one new sheet at once typed it independently: that is the aim.
        _require_other_clerk(there[1], cover)
        there[2] = _keep(session, page, cover, mine, 2, day)
    elif there[2].clerk != cover.clerk or not _typed_so(there[2], cover, mine):
        raise ConflictError("This sheet was typed twice meanwhile.", code="PAP-007")
    return _compared(session, key, page, there, day)


def _first(
    session: Session, key: bytes, page: Questionnaire, cover: Cover, typed: Typing, day: date
) -> Kept:
    stored = changes.find(session, sheet_key(key, page.wave, cover.sheet))
    if stored is not None and _says(page, stored, cover, typed):
        return Kept("stored", cover, typed, aside(page, typed))
    _require_new(session, sheet_key(key, page.wave, cover.sheet))
    if cover.typing != 1:
        raise ConflictError("The first typing of this sheet is gone.", code="PAP-004")
    _keep(session, page, cover, typed.document(page.version.instrument), 1, day)
    return Kept("waiting", cover, typed, aside(page, typed))


def _keep(
    session: Session, page: Questionnaire, cover: Cover, document: str, typing: int, day: date
) -> PaperEntry:
    entry = PaperEntry(
        wave_id=page.wave_id, sheet=cover.sheet, typing=typing, group=page.group,
        variant=page.variant, language=cover.language, mode=cover.mode, clerk=cover.clerk,
        document=document, typed_on=day, site=cover.site,
    )  # fmt: skip
    paper.keep(session, entry)
    return entry


def _compared(
    session: Session, key: bytes, page: Questionnaire, there: Mapping[int, PaperEntry], day: date
) -> Kept:
    found = _comparison(page, there)
    if found.codes or found.marks:
        return Kept("differs", found.cover, found.second, comparison=found)
    both = replace(found.first, illegible=found.first.illegible | found.second.illegible)
    return _finish(session, key, page, found, both, day)


def _comparison(page: Questionnaire, there: Mapping[int, PaperEntry]) -> Comparison:
    instrument = page.version.instrument
    first, second = (Typing.of(there[n].document, instrument) for n in (1, 2))
    clerks = (there[1].clerk, there[2].clerk)
    cover, other = (_cover(there[n], there[2].clerk) for n in (1, 2))
    return Comparison(cover, first, second, clerks, differing(page, first, second), other)


def comparison(session: Session, page: Questionnaire, sheet: str) -> Comparison:
    """The two typings of a sheet. Raises ``NotFoundError`` (``PAP-008``) when it has not two."""
    there = paper.typings(session, page.wave_id, sheet)
    if 2 not in there:
        raise NotFoundError("This sheet does not wait for a decision.", code="PAP-008")
    return _comparison(page, there)


def cover_of(session: Session, wave: str, sheet: str) -> Cover:
    """What the first typing said of a sheet. Raises ``NotFoundError`` (``PAP-008``)."""
    there = paper.typings(session, queries.wave_by_code(session, wave).id, sheet)
    if not there:
        raise NotFoundError("This sheet does not wait for a decision.", code="PAP-008")
    return _cover(there[1], there[1].clerk)


def decide(
    session: Session,
    key: bytes,
    page: Questionnaire,
    seen: Comparison,
    form: Form,
    day: date,
) -> Kept:
    """Store a sheet as a person decided where its typings, as ``seen``, differ.

    Sent again it gives the same result. Raises ``AnswersRefused`` naming what is undecided, and
    ``ConflictError`` (``PAP-001`` stored meanwhile otherwise, ``PAP-007`` typed anew meanwhile).
    """
    cover, decided, codes = _settled(page, seen, form)
    _require_taking(paper.hold(session, page.wave_id))
    there = paper.typings(session, page.wave_id, seen.cover.sheet)
    if 2 in there:
        now = _comparison(page, there)
        if not _as_seen(now, seen):
            raise ConflictError("This sheet was typed anew meanwhile.", code="PAP-007")
        return _finish(session, key, page, replace(now, cover=cover, codes=codes), decided, day)
    stored = changes.find(session, sheet_key(key, page.wave, seen.cover.sheet))
    if stored is None:
        raise ConflictError("The first typing of this sheet is gone.", code="PAP-004")
    if not _says(page, stored, cover, decided):
        raise ConflictError("This sheet is stored already.", code="PAP-001")
    return Kept("stored", cover, decided, aside(page, decided))


def _settled(
    page: Questionnaire, seen: Comparison, form: Form
) -> tuple[Cover, Typing, tuple[str, ...]]:
    """Cover and answers as decided; everything that is undecided is told at once."""
    cover, undecided = covers.decided(seen.cover, seen.other, form, covers.choices(page))
    try:
        decided, codes = settled_by(page, seen.first, seen.second, form)
    except AnswersRefused as error:
        raise AnswersRefused(undecided | error.refusals) from error
    if undecided:
        raise AnswersRefused(undecided)
    return cover, decided, codes


def _as_seen(now: Comparison, seen: Comparison) -> bool:
    """Whether both typings are still those that a person decided between."""
    marks = covers.unlike(now.cover, seen.cover) + covers.unlike(now.other, seen.other)
    return not marks and (now.first, now.second) == (seen.first, seen.second)


def _finish(
    session: Session, key: bytes, page: Questionnaire, found: Comparison, said: Typing, day: date
) -> Kept:
    """Store the answer, erase both typings, count: all in the caller's transaction."""
    outcome = store_rows(session, [_row(key, page, found.cover, said, day)], states=TAKES_PAPER)[0]
    if outcome is Outcome.WITHDRAWN:
        raise ConflictError("The answer of this sheet was withdrawn.", code="PAP-006")
    if outcome not in (Outcome.STORED, Outcome.REPEATED):
        raise ConflictError("This sheet is stored already.", code="PAP-001")
    paper.forget(session, page.wave_id, found.cover.sheet)
    paper.count(
        session, page.wave_id, stored=1, fields=len(page.asked), differed=len(found.codes),
        illegible=len(said.illegible), one_clerk=int(_same_person(*found.clerks)),
    )  # fmt: skip
    return Kept("stored", found.cover, said, aside(page, said))


def _row(key: bytes, page: Questionnaire, cover: Cover, said: Typing, day: date) -> NewResponse:
    if not said.answered:
        raise InputError("No question was answered on this sheet.", code="PAP-012")
    answers, away = settle(page.version.instrument, page.group, page.variant, said.answers)
    row = new_row(
        page, cover.language, sheet_key(key, page.wave, cover.sheet), Reading(answers, {}, away),
        Way("paper", cover.mode, site=cover.site),
    )  # fmt: skip
    return replace(row, received_on=day)


def aside(page: Questionnaire, typed: Typing) -> tuple[str, ...]:
    """Questions answered on the sheet that its other answers made pointless."""
    return settle(page.version.instrument, page.group, page.variant, typed.answers)[1]


def sheet_key(key: bytes, wave: str, sheet: str) -> bytes:
    """Key of the response of a sheet: the same for ever, so that it is stored once."""
    return response_id(key, f"paper {wave} {sheet}")


def void(session: Session, key: bytes, wave: str, sheet: str) -> None:
    """Give up a sheet that is lost, blank or unreadable: its typings are erased, and counted.

    Its number may be typed again. Raises ``ConflictError`` (``PAP-001``) once it is stored, and
    ``NotFoundError`` (``PAP-013``) when nothing was typed of it.
    """
    record = queries.wave_by_code(session, wave)
    _require_taking(paper.hold(session, record.id))
    if paper.forget(session, record.id, sheet):
        paper.count(session, record.id, voided=1)
        return
    _require_new(session, sheet_key(key, wave, sheet))
    raise NotFoundError("Nothing was typed of this sheet.", code="PAP-013")


def _cover(entry: PaperEntry, clerk: str) -> Cover:
    return Cover(
        entry.sheet, clerk, entry.group, entry.variant, entry.language, entry.mode,  # type: ignore[arg-type]
        site=entry.site,
    )  # fmt: skip


def _typed_so(entry: PaperEntry, cover: Cover, document: str) -> bool:
    """Whether a typing that is kept says this of the sheet and of its answers."""
    return entry.document == document and not covers.unlike(_cover(entry, cover.clerk), cover)


def _says(page: Questionnaire, stored: StoredResponse, cover: Cover, typed: Typing) -> bool:
    """Whether what is stored is what was typed, once routing has set answers aside."""
    if not covers.stored_as(stored, cover):
        return False
    instrument = page.version.instrument
    settled, _ = settle(instrument, page.group, page.variant, typed.answers)
    there = Typing.of(stored.document, instrument).answers
    return settled.keys() == there.keys() and all(same(settled[c], there[c]) for c in settled)


def _same_person(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _require_taking(state: str) -> None:
    if state not in TAKES_PAPER:
        raise RefusedError("This wave takes no paper in its present state.", code="PAP-030")


def _require_new(session: Session, response: bytes) -> None:
    if paper.answer(session, response) is not None:
        raise ConflictError("This sheet is stored already.", code="PAP-001")
    if paper.taken_back(session, response):
        raise ConflictError("The answer of this sheet was withdrawn.", code="PAP-006")


def _require_same_paper(first: PaperEntry, cover: Cover) -> None:
    if (first.group, first.variant) != (cover.group, cover.variant):
        raise ConflictError("This sheet was first typed as another questionnaire.", code="PAP-002")


def _require_other_clerk(first: PaperEntry, cover: Cover) -> None:
    if _same_person(first.clerk, cover.clerk) and not cover.alone:
        raise RefusedError("The second typing is for somebody else.", code="PAP-005")
