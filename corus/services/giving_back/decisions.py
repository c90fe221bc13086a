"""What an organization decided about what people said: written, changed, deleted by managers.

Every act is a line of the organization's log; the text itself is not repeated there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.domain.profile import Profile
from corus.errors import Fault, InputError, NotFoundError
from corus.services import releasing
from corus.services.accounts import audit
from corus.store import decisions as rows
from corus.store import queries
from corus.store.account_models import Decision
from corus.store.models import Wave

STATES = {"decided": "Decided", "done": "Done", "dropped": "Given up"}
LONGEST = 2000
LONGEST_OWNER = 200
BAD_DAY = date.min
"""Stands for a day that is none, until it is refused."""


@dataclass(frozen=True)
class Draft:
    """A decision as a form sends it, before anything is checked."""

    text: str
    owner: str
    group: str = ""
    """Group it answers; "" for all."""
    about: str = ""
    """Dimension or item; "" for none in particular."""
    due_on: date | None = None
    state: str = "decided"
    done_on: date | None = None
    outcome: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Draft:
        """What was typed; spaces around it do not count."""
        typed = {name: _plain(form.get(name, "")) for name in ("text", "owner", "outcome")}
        return cls(
            group=form.get("group", ""), about=form.get("about", ""),
            state=form.get("state", "") or "decided", due_on=_day(form.get("due_on", "")),
            done_on=_day(form.get("done_on", "")), **typed,
        )  # fmt: skip


def write(session: Session, code: str, draft: Draft, day: date, *, by: int) -> Decision:
    """Write a decision down. Raises ``InputError`` (``DEC-001``) with every fault of the form,
    ``NotFoundError`` (``REL-003``) before the first release."""
    wave = queries.wave_by_code(session, code)
    _check(draft, releasing.latest_profile(session, code))
    found = Decision(wave_id=wave.id, written_on=day)
    _put(found, draft, day)
    session.add(found)
    session.flush()
    audit.note(session, wave.organization_id, by, "decision_written", wave=code)
    return found


def change(
    session: Session, code: str, number: int, draft: Draft, day: date, *, by: int
) -> Decision:
    """Change a decision; raises as ``write``, and as ``find``."""
    wave, found = _found(session, code, number)
    _check(draft, releasing.latest_profile(session, code))
    _put(found, draft, day)
    session.flush()
    audit.note(session, wave.organization_id, by, "decision_changed", wave=code)
    return found


def delete(session: Session, code: str, number: int, *, by: int) -> None:
    """Delete a decision for good; raises as ``find``."""
    wave, found = _found(session, code, number)
    rows.drop(session, found)
    audit.note(session, wave.organization_id, by, "decision_deleted", wave=code)


def find(session: Session, code: str, number: int) -> Decision:
    """One decision of this wave. Raises ``NotFoundError`` (``DEC-002``)."""
    return _found(session, code, number)[1]


def _found(session: Session, code: str, number: int) -> tuple[Wave, Decision]:
    wave = queries.wave_by_code(session, code)
    found = rows.decision(session, wave.id, number)
    if found is None:
        raise NotFoundError(
            "There is no such decision any more.", hint="Somebody may have deleted it.",
            code="DEC-002",
        )  # fmt: skip
    return wave, found


def _put(found: Decision, draft: Draft, day: date) -> None:
    found.text, found.owner, found.group = draft.text, draft.owner, draft.group
    found.about, found.due_on, found.state = draft.about, draft.due_on, draft.state
    found.outcome = draft.outcome
    found.done_on = None if draft.state == "decided" else draft.done_on or day


def _check(draft: Draft, profile: Profile) -> None:
    faults = [
        Fault("", 0, "DEC-001", message, column=field) for field, message in _faults(draft, profile)
    ]
    if faults:
        raise InputError(
            "The decision is not written down yet: see the fields that are marked.",
            code="DEC-001", faults=faults,
        )  # fmt: skip


def _faults(draft: Draft, profile: Profile) -> Iterator[tuple[str, str]]:
    if not draft.text:
        yield "text", "Say what was decided."
    if not draft.owner:
        yield "owner", "Say who sees to it."
    for field, longest in (("text", LONGEST), ("outcome", LONGEST), ("owner", LONGEST_OWNER)):
        if len(getattr(draft, field)) > longest:
            yield field, "This is too long: say it more shortly."
    if draft.group not in ("", *profile.groups):
        yield "group", "Choose a group of this wave."
    if draft.about not in ("", *subjects(profile)):
        yield "about", "Choose a subject of this questionnaire."
    if draft.state not in STATES:
        yield "state", "Choose where it stands."
    for field in ("due_on", "done_on"):
        if getattr(draft, field) == BAD_DAY:
            yield field, "This is not a day. Write it like 2026-12-31."
    if draft.state in ("done", "dropped") and not draft.outcome:
        yield "outcome", "Say what became of it: people read this beside what was decided."


def subjects(profile: Profile) -> dict[str, str]:
    """What a decision may be about: every dimension, and every item → its dimension."""
    found = {}
    for dimension in profile.instrument.dimensions:
        found[dimension.code] = dimension.code
        found |= {i.code: dimension.code for c in dimension.criteria for i in c.items}
    return found


def _plain(text: str) -> str:
    # Browsers count an end of line as one sign and send two; one of the databases takes no NUL.
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        return BAD_DAY
