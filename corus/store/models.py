"""Records as typed SQLAlchemy models; the rules that can live in the database live there.

A response holds answers and never a person: its key is a keyed hash of an id that only the
respondent's page knew, it carries a day and no time, and nothing refers to it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

CODE = String(64)


class Base(DeclarativeBase):
    """Every constraint has a predictable name, so that migrations can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Organization(Base):
    """The ESS enterprise evaluated (*structure*)."""

    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    details: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    waves: Mapped[list[Wave]] = relationship(back_populates="organization")


class PublishedInstrument(Base):
    """A frozen instrument: one immutable document named by its digest."""

    __tablename__ = "instruments"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(CODE, index=True)
    edition: Mapped[str] = mapped_column(String(64))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    number: Mapped[int]
    """Order of publication under this code: 1, 2, 3 …"""
    published_on: Mapped[date]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    """Whose it is, and who alone may use it; None for those of the instance, open to all."""
    __table_args__ = (
        UniqueConstraint("code", "number"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )


class Wave(Base):
    """One collection period for one organization with one instrument version (*vague*)."""

    __tablename__ = "waves"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    digest: Mapped[str] = mapped_column(ForeignKey("instruments.digest"))
    state: Mapped[str] = mapped_column(String(16), default="draft")
    plan: Mapped[str] = mapped_column(Text)
    """``WavePlan`` as JSON: dates, populations, thresholds, anonymity, privacy notice."""
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    organization: Mapped[Organization] = relationship(back_populates="waves")
    published: Mapped[PublishedInstrument] = relationship()
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'closed', 'archived')", name="known_state"),
        CheckConstraint("state = 'draft' OR opened_on IS NOT NULL", name="opened_has_a_day"),
        CheckConstraint(
            "state IN ('draft', 'open') OR closed_on IS NOT NULL", name="closed_has_a_day"
        ),
    )


class Stratum(Base):
    """For whom and by what way responses speak: what they share, written once per wave.

    A response refers to it by one small integer, which keeps rows short and lets the embedded
    database lay the answers of one stratum side by side.
    """

    __tablename__ = "strata"
    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    group: Mapped[str] = mapped_column("group_code", CODE)
    variant: Mapped[str] = mapped_column(String(16))
    mode: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(16))
    completeness: Mapped[str] = mapped_column(String(16))
    site: Mapped[str] = mapped_column(CODE, default="", server_default="")
    """Place of the organization it speaks of; "" where none was said."""
    __table_args__ = (
        UniqueConstraint(
            "wave_id",
            "group_code",
            "variant",
            "mode",
            "channel",
            "completeness",
            "site",
            name="uq_strata",
        ),
        CheckConstraint("variant IN ('standard', 'easy', 'express')", name="known_variant"),
        CheckConstraint(
            "mode IN ('self', 'assisted', 'assisted_relative', 'assisted_structure',"
            " 'assisted_other', 'paper', 'interview', 'unknown')",
            name="known_mode",
        ),
        CheckConstraint(
            "channel IN ('personal', 'open', 'kiosk', 'paper', 'import', 'unknown')",
            name="known_channel",
        ),
        CheckConstraint("completeness IN ('complete', 'partial')", name="known_completeness"),
    )


class Response(Base):
    """One submission: one document, one row, no person.

    ``id`` is a keyed hash of the submission id (or of the imported row's own id): random to
    whoever has no key, so neither row order nor key tells who came when. SQLite keeps the table
    ``WITHOUT ROWID``, because a rowid would number the answers in the order they came.
    """

    __tablename__ = "responses"
    stratum_id: Mapped[int] = mapped_column(ForeignKey("strata.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    language: Mapped[str] = mapped_column(String(16))
    received_on: Mapped[date]
    document: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    """1, then one more each time the respondent changes the answer."""
    pseudonym: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Confidential waves only: the same person from one wave to the next."""
    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("length(id) = 16", name="id_is_a_hash"),
        CheckConstraint("revision >= 1", name="revised_from_one"),
        {"sqlite_with_rowid": False},
    )


class Withdrawal(Base):
    """Where an answer was, before the respondent took it back: its key, and nothing else."""

    __tablename__ = "withdrawals"
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), index=True)
    withdrawn_on: Mapped[date]
    __table_args__ = ({"sqlite_with_rowid": False},)


class Untallied(Base):
    """Responses that came after the wave's tally was stored and are not in it yet.

    Filled only for waves that have a tally; emptied when the tally takes them in.
    """

    __tablename__ = "untallied"
    stratum_id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    __table_args__ = (
        ForeignKeyConstraint(
            ["stratum_id", "response_id"],
            ["responses.stratum_id", "responses.id"],
            name="fk_untallied_response",
            ondelete="CASCADE",
        ),
        {"sqlite_with_rowid": False},
    )


class StoredTally(Base):
    """Count tables of one wave, kept up to date with its answers."""

    __tablename__ = "tallies"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)


class Release(Base):
    """A numbered, frozen publication of a closed wave; the only source of results.

    Only quoted words may leave it, when their author withdraws them or who redacts takes them out.
    """

    __tablename__ = "releases"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    released_on: Mapped[date]
    profile: Mapped[bytes] = mapped_column(LargeBinary)
    """The ``Profile`` as JSON: already masked."""
    counts: Mapped[bytes] = mapped_column(LargeBinary)
    """The tally it came from: never shown, compared with the next release's."""
    __table_args__ = (CheckConstraint("number >= 1", name="numbered_from_one"),)


class JournalEntry(Base):
    """What was done to a wave, by day: openings, imports, releases, microdata exports."""

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    done_on: Mapped[date]
    action: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


class Invitation(Base):
    """Who was asked to answer a wave; nothing here or elsewhere says whether they did.

    The personal link is not stored: it follows from ``id`` and the instance's secret, and ``who``
    is a keyed hash of it. What marks a link as used (``UsedLink``) is a hash under another key.
    """

    __tablename__ = "invitations"
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    group: Mapped[str] = mapped_column("group_code", CODE)
    who: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    language: Mapped[str] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(320))
    """E-mail address, in small letters; None for those reached by letter only."""
    name: Mapped[str] = mapped_column(String(200), default="")
    postal: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="active")
    note: Mapped[str] = mapped_column(String(200), default="")
    """What the mail server said of an address that bounced."""
    site: Mapped[str] = mapped_column(CODE, default="", server_default="")
    __table_args__ = (
        UniqueConstraint("wave_id", "address"),
        Index("ix_invitations_wave_id_group_code", "wave_id", "group_code"),
        CheckConstraint("length(id) = 16", name="id_is_random"),
        CheckConstraint(
            "state IN ('active', 'unsubscribed', 'bounced', 'revoked')", name="known_state"
        ),
        {"sqlite_with_rowid": False},
    )


class UsedLink(Base):
    """Personal links that have answered, as hashes that no invitation holds; gone at closing."""

    __tablename__ = "used_links"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    once: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Mailing(Base):
    """One message sent to many: the invitation of a wave, or one of its reminders."""

    __tablename__ = "mailings"
    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    """1 for the invitation, then 1, 2, 3 … for reminders."""
    prepared_on: Mapped[date]
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Deliveries by state once their rows are gone."""
    __table_args__ = (
        UniqueConstraint("wave_id", "kind", "number"),
        CheckConstraint("kind IN ('invitation', 'reminder')", name="known_kind"),
    )


class Delivery(Base):
    """One message to one address; gone at closing, when only counts remain.

    ``handing`` is written before the mail server takes the message over: whatever stops us then,
    nobody is written to twice.
    """

    __tablename__ = "deliveries"
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    invitation_id: Mapped[bytes] = mapped_column(
        ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (
        Index("ix_deliveries_mailing_id_state", "mailing_id", "state"),
        CheckConstraint(
            "state IN ('waiting', 'handing', 'sent', 'refused', 'dropped')", name="known_state"
        ),
        {"sqlite_with_rowid": False},
    )


class PaperEntry(Base):
    """A paper questionnaire typed in once; the second typing is compared with it.

    ``sheet`` is the number printed on the paper. Both typings are erased when the answer they
    agree on is stored.
    """

    __tablename__ = "paper_entries"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(String(32), primary_key=True)
    typing: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    group: Mapped[str] = mapped_column("group_code", CODE)
    variant: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    mode: Mapped[str] = mapped_column(String(32))
    clerk: Mapped[str] = mapped_column(String(64))
    """Who typed, so that the second typing is somebody else's."""
    document: Mapped[str] = mapped_column(Text)
    typed_on: Mapped[date]
    site: Mapped[str] = mapped_column(CODE, default="", server_default="")
    __table_args__ = (CheckConstraint("typing IN (1, 2)", name="typed_once_or_twice"),)


class PaperCount(Base):
    """What became of the paper of one wave, in counts that outlive the typings."""

    __tablename__ = "paper_counts"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    stored: Mapped[int] = mapped_column(default=0)
    """Sheets whose two typings agree, or were made to."""
    fields: Mapped[int] = mapped_column(default=0)
    """Questions typed twice on those sheets."""
    differed: Mapped[int] = mapped_column(default=0)
    """Of these, questions on which the two typings differed."""
    illegible: Mapped[int] = mapped_column(default=0)
    """Questions left blank because nobody could read the sheet."""
    one_clerk: Mapped[int] = mapped_column(default=0)
    """Sheets typed twice by the same person."""
    voided: Mapped[int] = mapped_column(default=0)
    """Sheets given up: lost, blank or unreadable."""


class Burst(Base):
    """Days on which many answers came quickly by one open address; counts, never addresses."""

    __tablename__ = "bursts"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    group: Mapped[str] = mapped_column("group_code", CODE, primary_key=True)
    seen_on: Mapped[date] = mapped_column(primary_key=True)
    answers: Mapped[int]
    """Largest number of answers in ten minutes that one server process saw."""
