"""Redacting: suggested masks go out to a person, decisions come back, fit texts are published.

The original never leaves its response but for the person who redacts it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from corus.analysis.profile.leaving import Words
from corus.domain.open_answers import Decision, Redaction
from corus.errors import InputError, RefusedError
from corus.exports.safe_text import csv_bytes
from corus.services.texts import masking, outliving
from corus.services.texts.filled import Filled, Line, alike, once
from corus.services.texts.reading import (
    Errand,
    OpenText,
    by_handle,
    closed_wave,
    instrument_of,
    note_reading,
    open_items,
    texts,
)
from corus.store import open_answers, queries
from corus.store.models import Wave
from corus.store.open_answers import Redacted

COLUMNS = ("id", "item", "group", "quotable", "text", "suggestion", "decision", "redacted")
CERTAIN = ("email", "iban", "number", "phone", "link")
"""Kinds that no redacted text may hold unless a person refused the masking altogether."""
LONGEST_NAME = 64
SUGGESTED, REVIEWED = "texts suggested", "texts reviewed"
PUBLISHED, TAKEN_BACK = "texts published", "text taken back"
"""Actions of the journal."""


@dataclass(frozen=True)
class Standing:
    """How many texts of one question have come how far."""

    item: str
    written: int
    raw: int
    reviewed: int
    publishable: int
    withheld: int
    consenting: int
    """Whose authors let them be quoted."""


def standings(session: Session, code: str) -> list[Standing]:
    """One line per open question, in the order of the questionnaire."""
    wave = closed_wave(session, code)
    found = texts(session, wave)
    items = open_items(instrument_of(wave))
    return [_standing(item, [t for t in found if t.item == item]) for item in items]


def _standing(item: str, found: list[OpenText]) -> Standing:
    come = Counter(text.redaction for text in found)
    return Standing(
        item, len(found), come[Redaction.RAW], come[Redaction.REVIEWED],
        come[Redaction.PUBLISHABLE], sum(map(_is_withheld, found)), sum(t.quotable for t in found),
    )  # fmt: skip


def _is_withheld(text: OpenText) -> bool:
    return text.redacted is not None and text.redacted.decision == Decision.WITHHOLD


def suggest(
    session: Session, secret: bytes, code: str, errand: Errand, *, everything: bool = False
) -> bytes:
    """A CSV with one text per row, its suggested masking, and cells to fill in.

    Raw texts only, unless ``everything``. Noted in the journal with the role and the purpose.
    """
    wave = closed_wave(session, code)
    found = by_handle(secret, texts(session, wave))
    chosen = {
        name: text for name, text in found.items()
        if everything or text.redaction is Redaction.RAW
    }  # fmt: skip
    note_reading(session, wave, errand, SUGGESTED, len(chosen))
    return csv_bytes(COLUMNS, (_row(name, text, wave) for name, text in chosen.items()))


def _row(name: str, text: OpenText, wave: Wave) -> list[str]:
    made = text.redacted
    consent = "yes" if text.quotable else "no"
    decided = [made.decision, made.text if made.decision == Decision.EDIT else ""] if made else []
    suggestion = suggested(text, wave)
    return [name, text.item, text.group, consent, text.original, suggestion, *(decided or ["", ""])]


def suggested(text: OpenText, wave: Wave) -> str:
    """The text as the program would mask it, in its own language."""
    spans = masking.find(text.original, (wave.organization.name,))
    return masking.mask(text.original, spans, text.language)


def review(
    session: Session, secret: bytes, code: str, path: Path, reviewer: str, day: date
) -> Counter[str]:
    """Store what a person decided in a file made by ``suggest``; decisions by kind.

    Rows without a decision are left for later. All or nothing: ``InputError`` (``TXT-004``)
    lists every fault. Words that are redacted otherwise now, or withheld, leave every release.
    """
    wave = closed_wave(session, code)
    check_name(reviewer)
    known = by_handle(secret, texts(session, wave))
    filled = Filled.open(path, ("id", "decision", "redacted"))
    seen: dict[str, int] = {}
    rows = [
        row for line in filled.rows()
        if line.cell("decision") and (row := _decided(line, known, seen, wave, reviewer))
    ]  # fmt: skip
    filled.end()
    outliving.take_out(session, wave.id, _replaced(session, wave, known, rows), "taken_back")
    open_answers.keep_redacted(session, wave.id, rows)
    counts = Counter(row.decision for row in rows)
    queries.note(session, wave, day, REVIEWED, reviewer=reviewer, **counts)
    return counts


def _replaced(
    session: Session, wave: Wave, known: dict[str, OpenText], rows: list[Redacted]
) -> list[Words]:
    """Words as they were redacted, of texts that are no longer to be read so."""
    made, groups = open_answers.redacted(session, wave.id), {t.key: t.group for t in known.values()}
    pairs = ((made[row.key], row) for row in rows if row.key in made)
    return [
        Words(old.key[1], groups[old.key], old.text)
        for old, row in pairs
        if old.text != row.text or row.decision == Decision.WITHHOLD
    ]


def check_name(name: str) -> None:
    """Raises ``InputError`` (``TXT-006``) unless somebody is named, briefly."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InputError(
            "Nobody is named who decided." if not name.strip() else "This name is too long.",
            hint=f"Give initials or a role with --by, {LONGEST_NAME} characters at most.",
            code="TXT-006",
        )


def _decided(
    line: Line, known: dict[str, OpenText], seen: dict[str, int], wave: Wave, reviewer: str
) -> Redacted | None:
    name, decision = line.cell("id"), line.cell("decision").lower()
    text = known.get(name)
    if text is None:
        line.fault("TXT-010", f"No text of this wave is called “{name}”.",
                   "Its author may have withdrawn it: take the row out.", "id")  # fmt: skip
        return None
    if decision not in list(Decision):
        line.fault("TXT-011", f"“{decision[:20]}” is no decision.",
                   f"Use one of: {', '.join(Decision)}.", "decision")  # fmt: skip
        return None
    if not once(line, seen, name) or not _is_unchanged(line, text, wave):
        return None
    said = _said(line, Decision(decision), text, wave)
    state = Redaction.REVIEWED.value
    if not said:
        return None
    return Redacted(text.key, state, decision, reviewer.strip(), text.mark, said)


def _is_unchanged(line: Line, text: OpenText, wave: Wave) -> bool:
    """Whether the person saw the text that is stored, and the masking that is suggested."""
    if line.has("text") and not alike(line.cell("text"), text.original):
        line.fault("TXT-012", "This is not the text that is stored.",
                   "Leave it as it is: write yours under “redacted”.", "text")  # fmt: skip
        return False
    accepts = line.cell("decision").lower() in (Decision.ACCEPT, Decision.WITHHOLD)
    if (
        accepts
        and line.has("suggestion")
        and not alike(line.cell("suggestion"), suggested(text, wave))
    ):
        line.fault("TXT-013", "This is not what was suggested.",
                   "Decide “edit” and write yours under “redacted”.", "suggestion")  # fmt: skip
        return False
    return True


def _said(line: Line, decision: Decision, text: OpenText, wave: Wave) -> str:
    """The redacted text that follows from the decision, "" with a fault."""
    own = line.cell("redacted")
    if decision in (Decision.KEEP, Decision.ACCEPT) and own:
        line.fault("TXT-015", "A text is written, and the decision does not use it.",
                   "Decide “edit”, or empty this cell.", "redacted")  # fmt: skip
        return ""
    if decision is Decision.KEEP:
        return text.original
    if decision is Decision.EDIT and not own:
        line.fault("TXT-014", "The decision is “edit”, and nothing is written.",
                   "Write the text as others may read it.", "redacted")  # fmt: skip
        return ""
    return _checked(line, own) if own else suggested(text, wave)


def _checked(line: Line, own: str) -> str:
    left = {span.kind for span in masking.find(own)} & set(CERTAIN)
    if left:
        kind = masking.MASKS[min(left)].strip("[]")
        line.fault("TXT-016", f"This still holds what looks like: {kind}.", "Mask it.", "redacted")
        return ""
    return own


@dataclass(frozen=True)
class Published:
    """What publishing did, and why other texts stay where they are."""

    published: int
    already: int
    withheld: int
    without_consent: int
    raw: int


def publish(session: Session, code: str, day: date) -> Published:
    """Make publishable every reviewed text whose author consents, unless it is withheld.

    What a release then quotes is decided by ``analysis.open_answers.quotations``.
    """
    wave = closed_wave(session, code)
    found = texts(session, wave)
    reasons = Counter(map(_why_not, found))
    fit = [text.key for text in found if _why_not(text) == ""]
    open_answers.set_state(session, fit, Redaction.PUBLISHABLE.value)
    if fit:
        queries.note(session, wave, day, PUBLISHED, texts=len(fit))
    return Published(
        len(fit), reasons["already"], reasons["withheld"], reasons["without consent"],
        reasons["raw"],
    )  # fmt: skip


def _why_not(text: OpenText) -> str:
    """Why a text is not to be made publishable now; "" when it is."""
    if text.redaction is Redaction.RAW:
        return "raw"
    if text.redaction is Redaction.PUBLISHABLE:
        return "already"
    if _is_withheld(text):
        return "withheld"
    return "" if text.quotable else "without consent"


def unpublish(session: Session, secret: bytes, code: str, name: str, day: date) -> None:
    """Take one text back from those that may be quoted; it leaves the releases made before."""
    wave = closed_wave(session, code)
    text = by_handle(secret, texts(session, wave)).get(name)
    if text is None or text.redacted is None or text.redaction is not Redaction.PUBLISHABLE:
        raise RefusedError(
            f"No publishable text is called “{name}”.",
            hint="`corus texts suggest --all` lists every text with its id.", code="TXT-017",
        )  # fmt: skip
    open_answers.set_state(session, [text.key], Redaction.REVIEWED.value)
    words = [Words(text.item, text.group, text.redacted.text)]
    outliving.take_out(session, wave.id, words, "taken_back")
    queries.note(session, wave, day, TAKEN_BACK)
