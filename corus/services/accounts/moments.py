"""Moments as the workspace keeps them: UTC, to the second, as text that sorts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """``2026-03-03T10:00:00Z``."""
    return moment.astimezone(UTC).strftime(FORM)


def read(text: str) -> datetime:
    """The moment that ``written`` wrote."""
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)


def after(moment: datetime, **span: float) -> str:
    """A moment later (``hours=1``), as text."""
    return written(moment + timedelta(**span))
