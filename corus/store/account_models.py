"""Tables of the workspace: accounts, roles, one-time links, tokens, the log, drafts, decisions,
pages given back.

People who work with the software are named here; respondents are nowhere in these tables, and no
table of answers refers to one of them.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from corus.store.models import CODE, Base

DIGEST = LargeBinary(32)
MOMENT = String(20)
"""``2026-03-03T10:00:00Z``: sorts as it reads, and is the same on both databases."""


class Account(Base):
    """A person who signs in: a name, an address, a password nobody can read back."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """In small letters."""
    name: Mapped[str] = mapped_column(String(200), default="")
    password: Mapped[str] = mapped_column(String(200), default="")
    """Argon2 hash; "" until the person has chosen one."""
    language: Mapped[str] = mapped_column(String(16), default="fr")
    is_admin: Mapped[bool] = mapped_column(default=False)
    """Looks after the instance; sees no results by that."""
    stamp: Mapped[int] = mapped_column(default=1)
    """Sessions carry it: raised, it ends them all."""
    totp: Mapped[int] = mapped_column(default=0)
    """Number of the second-factor secret, which follows from the instance's; none is asked for
    where it is 0, or below, which keeps the number of the last one."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """Last time step whose code was used: no code is taken twice."""
    proven: Mapped[bool] = mapped_column(default=False)
    """Whether the address is known to be its owner's: a link sent there was used, or who looks
    after the instance made the account."""
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    """The organization that made it, and may have chosen its password; None for the instance."""
    created_on: Mapped[date]
    ended_on: Mapped[date | None]
    """The day from which it can no longer sign in; None while it can."""


class Membership(Base):
    """One role of a person in an organization."""

    __tablename__ = "memberships"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    given_on: Mapped[date]
    until: Mapped[date | None]
    """Last day; None while nobody withdraws it."""
    __table_args__ = (
        Index("ix_memberships_organization_id", "organization_id"),
        CheckConstraint(
            "role IN ('manager', 'facilitator', 'researcher', 'accreditor')", name="known_role"
        ),
        CheckConstraint("role <> 'accreditor' OR until IS NOT NULL", name="accreditor_ends"),
    )


class Ticket(Base):
    """A link that works once: to accept an invitation, or to choose a new password."""

    __tablename__ = "tickets"
    token: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    """SHA-256 of what stands in the link."""
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    proves: Mapped[bool] = mapped_column(default=False)
    """Whether only the owner of the address can have it: it was sent there."""
    expires_at: Mapped[str] = mapped_column(MOMENT)
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'reset')", name="known_purpose"),)


class Token(Base):
    """A key for programs: one account, one role in one organization."""

    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    created_on: Mapped[date]
    until: Mapped[date]
    used_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(
            "role IN ('manager', 'facilitator', 'researcher', 'accreditor')", name="known_role"
        ),
    )


class Attempt(Base):
    """Failures of one kind in a row, so that guessing takes too long; under a keyed hash."""

    __tablename__ = "attempts"
    about: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[str] = mapped_column(MOMENT)


class AuditEntry(Base):
    """What somebody did with accounts, roles and files, in words people can read."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    done_at: Mapped[str] = mapped_column(MOMENT)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """Who did it; None for a command on the server."""
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    action: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    __table_args__ = (Index("ix_audit_organization_id", "organization_id", "id"),)


class InstrumentDraft(Base):
    """An instrument that an organization is still writing."""

    __tablename__ = "instrument_drafts"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(CODE)
    title: Mapped[str] = mapped_column(String(200), default="")
    base_digest: Mapped[str] = mapped_column(String(64), default="")
    """The version it was cloned from, or ""."""
    document: Mapped[str] = mapped_column(Text)
    """The authored document as JSON."""
    revision: Mapped[int] = mapped_column(default=1)
    changed_on: Mapped[date]
    __table_args__ = (UniqueConstraint("organization_id", "code"),)


class Decision(Base):
    """What an organization decided after it read what people said: who does what by when."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), index=True)
    group: Mapped[str] = mapped_column("group_code", CODE, default="")
    """Group it answers; "" for all."""
    about: Mapped[str] = mapped_column(CODE, default="")
    """Dimension or item it is about; "" for none in particular."""
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16), default="decided")
    done_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
    """What became of it, in words."""
    written_on: Mapped[date]
    __table_args__ = (
        CheckConstraint("state IN ('decided', 'done', 'dropped')", name="known_state"),
    )


class SharedPage(Base):
    """A page given back to one group, by a link that anybody may open until it is withdrawn."""

    __tablename__ = "shared_pages"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    group: Mapped[str] = mapped_column("group_code", CODE, primary_key=True)
    token: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    """SHA-256 of what stands in the link, which follows from the instance's secret."""
    opened_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
