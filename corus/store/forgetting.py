"""What of a wave is forgotten once it takes no more answers, because beside the rest it is a name.

Says which columns are written anew, and how; whoever rewrites the tables does it. Knows tables,
never why a wave ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table, func, select

from corus.domain.rare import too_small
from corus.store.hiding import WAYS, Hiding
from corus.store.invitations import DECLINED
from corus.store.models import Base, Response

_NAMES = ("group_code", "variant", "mode", "channel", "completeness", "site")
"""What names a stratum of a wave."""
_MARKS = Table(
    "kept_marks", MetaData(), Column("id", LargeBinary(16), primary_key=True),
    Column("mark", String(40)), prefixes=["TEMPORARY"],
)  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """A wave that takes no more answers."""

    id: int
    day: date
    """The day of its closing, which all its answers take on."""
    anonymous: bool
    least: int = 0
    """Anonymous waves only: how many answers a site, a way or a language holds to be kept."""
    marks: Mapping[bytes, str] = field(default_factory=dict)
    """Anonymous waves only: what stands for the address of each invitation from now on."""


@dataclass(frozen=True)
class Copy:
    """What of a table is written anew: columns by another expression, rows that stay away."""

    changes: Mapping[str, str] = field(default_factory=dict)
    gone: str = "1 = 0"


def nobody(connection: Connection, wave: Ended, of_wave: str) -> Copy:
    """Invitations that name nobody any more: who was asked alone in a group or a language would be
    known by the one answer of it. How many were asked, and that an address wants no more messages,
    stays. ``forget_marks`` ends it.
    """
    _MARKS.create(connection)
    if wave.marks:
        connection.execute(
            _MARKS.insert(), [{"id": one, "mark": mark} for one, mark in sorted(wave.marks.items())]
        )
    mark = f"(SELECT mark FROM {_MARKS.name} m WHERE m.id = invitations.id)"  # noqa: S608
    forgotten = dict.fromkeys(("site", "language", "name", "postal"), "''")
    return Copy(
        {name: only(of_wave, nothing, name) for name, nothing in forgotten.items()}
        | {
            "address": only(of_wave, mark, "address"),
            # What a mail server said of an address may hold it.
            "note": only(f"{of_wave} AND note <> '{DECLINED}'", "''", "note"),
        }
    )


def forget_marks(connection: Connection) -> None:
    """Take away what ``nobody`` and ``ways`` have laid ready."""
    for table in (_MARKS, WAYS):
        table.drop(connection, checkfirst=True)


def ways(connection: Connection, wave: Ended, merged: Mapping[int, int]) -> set[int]:
    """Lay ready what becomes of answers whose mode, channel or language few share.

    ``merged`` are the strata whose site is forgotten with this. Strata left without an answer are
    told, so that they go: they would say what was forgotten. ``forget_marks`` ends it.
    """
    strata = strata_of(connection, wave)
    places = {n: (*place[:-1], "" if n in merged else place[-1]) for n, place in strata.items()}
    found = Hiding(connection, places)
    found.hide(wave.least)
    rows: list[dict[str, Any]] = [
        {"id": one, "stratum_id": _stratum(connection, wave, kind[:-1]), "language": kind.language}
        for one, kind in sorted(found.moved.items())
    ]
    WAYS.create(connection)
    if rows:
        connection.execute(WAYS.insert(), rows)
    kept = {merged.get(n, n) for n in found.left} | {row["stratum_id"] for row in rows}
    return strata_of(connection, wave).keys() - kept


def kept_way(column: str) -> str:
    """SQL of a column of the answers as ``ways`` has laid it ready."""
    ready = f"(SELECT w.{column} FROM {WAYS.name} w WHERE w.id = responses.id)"  # noqa: S608
    return f"COALESCE({ready}, {column})"


def merged_sites(connection: Connection, wave: Ended) -> dict[int, int]:
    """Strata of sites too small to be kept, and the one without a site that takes their answers."""
    counts: Counter[tuple[str, str]] = Counter()
    strata = strata_of(connection, wave)
    for number, (*_, site) in strata.items():
        asked = select(func.count()).where(Response.stratum_id == number)
        counts[strata[number][0], site] += connection.scalar(asked) or 0
    gone = too_small(counts, wave.least)
    return {
        number: _stratum(connection, wave, (*place[:-1], ""))
        for number, place in strata.items()
        if (place[0], place[-1]) in gone
    }


def _stratum(connection: Connection, wave: Ended, place: Sequence[str]) -> int:
    """The stratum of this name, written down if there is none."""
    strata, named = table_of("strata"), dict(zip(_NAMES, place, strict=True))
    same = [strata.c[name] == value for name, value in named.items()]
    found = connection.scalar(select(strata.c.id).where(strata.c.wave_id == wave.id, *same))
    if found is not None:
        return cast(int, found)
    adding = strata.insert().values(wave_id=wave.id, **named)
    return cast(int, connection.execute(adding.returning(strata.c.id)).scalar_one())


def strata_of(connection: Connection, wave: Ended) -> dict[int, tuple[str, ...]]:
    """Number of each stratum of this wave, and what names it."""
    strata = table_of("strata")
    asked = select(strata.c.id, *(strata.c[name] for name in _NAMES))
    rows = connection.execute(asked.where(strata.c.wave_id == wave.id))
    return {number: tuple(place) for number, *place in rows}


def only(condition: str, value: str, otherwise: str) -> str:
    """SQL of a column that is ``value`` in some rows and what it was in the others."""
    return f"CASE WHEN {condition} THEN {value} ELSE {otherwise} END"


def table_of(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]
