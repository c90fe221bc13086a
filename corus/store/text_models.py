"""Tables of open answers: texts as redacted, codebooks, codings.

The original stays in its response; whatever is here goes when the response goes.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from corus.store.models import CODE, Base


class RedactedText(Base):
    """What a person made of one open answer so that it may be read: the original stays in it.

    ``mark`` is a digest of the original: a text that is not the one reviewed counts as raw.
    """

    __tablename__ = "redacted_texts"
    response_id: Mapped[bytes] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[str] = mapped_column(CODE, primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    state: Mapped[str] = mapped_column(String(16))
    decision: Mapped[str] = mapped_column(String(16))
    reviewer: Mapped[str] = mapped_column(String(64))
    mark: Mapped[bytes] = mapped_column(LargeBinary(16))
    text: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        Index("ix_redacted_texts_wave_id", "wave_id"),
        CheckConstraint("state IN ('reviewed', 'publishable')", name="known_state"),
        CheckConstraint(
            "decision IN ('accept', 'edit', 'keep', 'withhold')", name="known_decision"
        ),
        CheckConstraint(
            "state <> 'publishable' OR decision <> 'withhold'", name="withheld_is_not_published"
        ),
        {"sqlite_with_rowid": False},
    )


class StoredCodebook(Base):
    """One version of the codes of an open question; versions never change."""

    __tablename__ = "codebooks"
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    item: Mapped[str] = mapped_column(CODE, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(Text)
    """``Codebook`` as JSON."""
    made_on: Mapped[date]
    __table_args__ = (CheckConstraint("version >= 1", name="numbered_from_one"),)


class StoredCoding(Base):
    """The codes that one coder gave to one redacted text, under one version of the codebook."""

    __tablename__ = "codings"
    response_id: Mapped[bytes] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[str] = mapped_column(CODE, primary_key=True)
    coder: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    version: Mapped[int]
    codes: Mapped[str] = mapped_column(Text)
    """Codes separated by ``|``; empty when none applies."""
    expectation: Mapped[str | None] = mapped_column(String(16))
    valence: Mapped[str | None] = mapped_column(String(16))
    mark: Mapped[bytes] = mapped_column(LargeBinary(16))
    __table_args__ = (
        Index("ix_codings_wave_id", "wave_id"),
        CheckConstraint("expectation IN ('expected', 'unexpected')", name="known_expectation"),
        CheckConstraint(
            "valence IN ('favourable', 'unfavourable', 'ambivalent')", name="known_valence"
        ),
        {"sqlite_with_rowid": False},
    )
