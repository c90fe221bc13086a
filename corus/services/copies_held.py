"""What a copy holds of a wave, and whether the end of the wave ends the copy too.

A manifest names the waves that took answers. Who was invited before is found in the copy itself,
so that copies made by older versions are judged like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from corus.services.archive import DAMAGE, Backup
from corus.services.inviting.stopping import MARKED

_NAMING = ("name", "postal", "language", "site")
"""Columns of invitations that closing an anonymous wave leaves empty."""
Row = dict[str, Any]


def must_go(backup: Backup, code: str, *, erased: str) -> bool:
    """Whether a copy tells of a wave what the closing of every wave erases.

    It does when the wave took answers then, or was closed half-way, before its journal said
    ``erased``. A copy that cannot be understood is taken to tell it.
    """
    if code in backup.manifest.open_waves:
        return True
    try:
        return any(
            row["state"] == "open" or (row["state"] != "draft" and not _noted(backup, row, erased))
            for row in _wave(backup, code)
        )
    except DAMAGE:
        return True


def names_somebody(backup: Backup, code: str) -> bool:
    """Whether a copy holds name, address, language or site of somebody invited to a wave.

    Drafts hold them too. A copy that cannot be understood is taken to hold them.
    """
    try:
        return any(
            one["wave_id"] == row["id"] and _is_named(one)
            for row in _wave(backup, code)
            for one in _rows(backup, "invitations")
        )
    except DAMAGE:
        return True


def _wave(backup: Backup, code: str) -> list[Row]:
    """The row of a wave; none when the copy was made before there was one."""
    return [row for row in _rows(backup, "waves") if row["code"] == code]


def _noted(backup: Backup, wave: Row, action: str) -> bool:
    lines = _rows(backup, "journal")
    return any(line["wave_id"] == wave["id"] and line["action"] == action for line in lines)


def _is_named(invitation: Row) -> bool:
    address = invitation["address"] or MARKED
    return not address.startswith(MARKED) or any(invitation.get(name) for name in _NAMING)


def _rows(backup: Backup, table: str) -> Iterator[Row]:
    """Rows of a table; none where the revision of the copy has no such table."""
    if any(one.name == table for one in backup.manifest.tables):
        yield from map(orjson.loads, backup.lines(table))
