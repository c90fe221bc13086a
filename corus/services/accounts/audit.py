"""The log of the workspace: who gave roles, took files, changed accounts; for people to read.

What was done to a wave is in its journal, by day. Nothing here is about respondents, and nobody's
typing of answers or sheets is timed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from corus.language import Words
from corus.services.accounts import moments
from corus.services.accounts.naming import Called, called
from corus.store import accounts
from corus.store.account_models import AuditEntry
from corus.store.models import Organization

SHOWN = 500
"""Lines that a page of the log holds."""
MOMENT = "{day}, {hour}:{minute} UTC"

SAID = {
    "account_added": "{email} was given an account",
    "made_admin": "{email} was made administrator of the instance",
    "account_ended": "the account of {email} was closed",
    "account_opened": "the account of {email} was opened again",
    "address_changed": "{email} changed its e-mail address",
    "signed_in": "{email} signed in",
    "refused": "somebody tried a wrong password for {email}, again and again",
    "password_set": "{email} chose a password",
    "reset_asked": "a link to choose a new password was made for {email}",
    "second_factor_on": "{email} added a code from a telephone to signing in",
    "second_factor_off": "the code from a telephone was taken off the account of {email}",
    "role_given": "{email} was given a role: {role}",
    "role_withdrawn": "a role was withdrawn from {email}: {role}",
    "token_made": "{email} made a key for a program: {name}",
    "token_dropped": "{email} took back a key for a program: {name}",
    "organization_created": "the organization {name} was set up",
    "organization_changed": "what is said of the organization {name} was changed",
    "file_taken": "{email} took {file} of wave {wave}",
    "microdata_taken": "{email} took single answers of wave {wave}, for: {purpose}",
    "view_asked": "{email} asked for a part of wave {wave}: {part}",
    "wave_created": "wave {wave} was created",
    "wave_opened": "wave {wave} was opened",
    "wave_closed": "wave {wave} was closed",
    "wave_released": "results of wave {wave} were published",
    "wave_archived": "wave {wave} was put away",
    "wave_changed": "wave {wave} was changed: {what}",
    "people_invited": "people were invited to wave {wave}: {n}",
    "invitations_sent": "messages of wave {wave} were sent",
    "reminded": "a reminder was sent for wave {wave}",
    "draft_deleted": "the draft of instrument {code} was deleted",
    "published": "instrument {code} was published",
    "decision_written": "a decision on wave {wave} was written down",
    "decision_changed": "a decision on wave {wave} was changed",
    "decision_deleted": "a decision on wave {wave} was deleted",
    "page_shared": "the page given back to {group} of wave {wave} was opened by its link",
    "page_withdrawn": "the page given back to {group} of wave {wave} was closed again",
}
"""Action → what it says, a key of the catalogues."""


@dataclass(frozen=True)
class Line:
    """One line of the log; ``day`` alone where the time was not kept."""

    at: str
    who: str
    organization: str
    said: str
    names: dict[str, object]
    called: Called

    def sentence(self, t: Words) -> str:
        """What was done, in the language of ``t``; what it was done to by its title."""
        told = t(self.said, **self.called.in_words(self.names, t))
        # An address at the beginning stays as it is written.
        return told if self.said.startswith("{") else told[:1].upper() + told[1:]

    def when(self, t: Words) -> str:
        """The day, and the minute where it was kept, as the language of ``t`` writes them."""
        day, hour, minute = self.at[:10], self.at[11:13], self.at[14:16]
        told = t.date(date.fromisoformat(day))
        return t(MOMENT, day=told, hour=hour, minute=minute) if minute else told


def note(
    session: Session, organization_id: int | None, account_id: int | None, action: str,
    *, at: datetime | None = None, **detail: object,
) -> None:  # fmt: skip
    """Write one line; ``detail`` fills the sentence of ``SAID[action]``. Never answers."""
    SAID[action].format(**detail)
    session.add(
        AuditEntry(
            done_at=moments.written(at or moments.now()), account_id=account_id,
            organization_id=organization_id, action=action, detail=detail,
        )
    )  # fmt: skip


def of_organization(session: Session, organization: Organization, page: int = 1) -> list[Line]:
    """The log of one organization, newest first; its older lines on pages 2, 3 …"""
    return _lines(session, accounts.audit(session, [organization.id], SHOWN, page))


def of_instance(session: Session, page: int = 1) -> list[Line]:
    """The log of the whole instance, newest first; its older lines on pages 2, 3 …"""
    return _lines(session, accounts.audit(session, None, SHOWN, page))


def _lines(session: Session, rows: list[accounts.AuditRow]) -> list[Line]:
    known = called(session, (row.detail for row in rows))
    return [
        Line(
            row.done_at, row.who, row.organization, SAID.get(row.action, row.action),
            dict(row.detail), known,
        )
        for row in rows
    ]  # fmt: skip
