"""What the pages of a release follow from, read at the cost of two short statements."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session


class Stamp(NamedTuple):
    """All that a page of a wave's last release follows from; the same stamp, the same page."""

    digest: str
    number: int
    size: int
    """Bytes of its profile: only words leave it, so that it shrinks whenever it changes."""
    compared: int
    """How many comparisons of the same persons were told."""
    earlier: tuple[tuple[str, int], ...]
    """Waves of the organization that closed before it, the last first, each with the number of
    its last release; those without a release are left out."""


# As text, once: it is asked for every page, and building it would cost more than running it.
_STAMP = text(
    "SELECT w.digest, r.number, length(r.profile), (SELECT count(*) FROM journal j"
    " WHERE j.wave_id = w.id AND j.action = 'compared')"
    " FROM waves w JOIN releases r ON r.wave_id = w.id"
    " WHERE w.code = :code ORDER BY r.number DESC LIMIT 1"
)
_EARLIER = text(
    "SELECT e.code, max(r.number) FROM waves w"
    " JOIN waves e ON e.organization_id = w.organization_id AND e.opened_on <= w.opened_on"
    " AND (e.closed_on < w.closed_on OR (e.closed_on = w.closed_on AND e.id < w.id))"
    " JOIN releases r ON r.wave_id = e.id WHERE w.code = :code"
    " GROUP BY e.id, e.code, e.closed_on ORDER BY e.closed_on DESC, e.id DESC"
)


def stamp(session: Session, code: str) -> Stamp | None:
    """The stamp of the last release of the wave called ``code``; None without one."""
    asked, connection = {"code": code}, session.connection()
    found = connection.execute(_STAMP, asked).first()
    if found is None:
        return None
    digest, number, size, compared = found
    earlier = tuple((wave, last) for wave, last in connection.execute(_EARLIER, asked))
    return Stamp(digest, number, size, compared, earlier)
