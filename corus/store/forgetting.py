"""What of a wave is forgotten once it takes no more answers, because beside the rest it is a name.

Says which columns are written anew, and how; whoever rewrites the tables does it. Knows tables,
never why a wave ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table, func, select

from corus.domain.rare import UNDETERMINED, spoken_at, too_small
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
    """Anonymous waves only: how many answers of a group a site, or a language, holds to be kept."""
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
    """Take away what ``nobody`` has laid ready."""
    _MARKS.drop(connection, checkfirst=True)


def languages(connection: Connection, wave: Ended, merged: Mapping[int, int]) -> str:
    """The language of each answer, where enough of its group and site answered in it.

    ``merged`` are the strata whose site is forgotten with this.
    """
    strata = strata_of(connection, wave)
    places = {n: (group, "" if n in merged else site) for n, (group, *_, site) in strata.items()}
    responses = table_of("responses")
    counts: Counter[tuple[str, str]] = Counter()
    for number, place in places.items():
        asked = select(responses.c.language, func.count()).where(responses.c.stratum_id == number)
        for language, n in connection.execute(asked.group_by(responses.c.language)):
            counts[spoken_at(*place, language)] += n
    rare = too_small(counts, wave.least)
    cases = " ".join(
        f"WHEN stratum_id = {number} AND language IN ({_quoted(gone)}) THEN '{UNDETERMINED}'"
        for number, place in places.items()
        if (gone := [language for of, language in rare if of == spoken_at(*place, "")[0]])
    )
    return f"CASE {cases} ELSE language END" if cases else "language"


def _quoted(languages: Iterable[str]) -> str:
    # From an address that was typed, though only the wave's own are taken.
    return ", ".join(f"'{one}'" for one in languages if re.fullmatch("[A-Za-z0-9-]+", one))


def merged_sites(connection: Connection, wave: Ended) -> dict[int, int]:
    """Strata of sites too small to be kept, and the one without a site that takes their answers."""
    counts: Counter[tuple[str, str]] = Counter()
    strata = strata_of(connection, wave)
    for number, (*_, site) in strata.items():
        asked = select(func.count()).where(Response.stratum_id == number)
        counts[strata[number][0], site] += connection.scalar(asked) or 0
    gone = too_small(counts, wave.least)
    return {
        number: _without_site(connection, wave, place)
        for number, place in strata.items()
        if (place[0], place[-1]) in gone
    }


def _without_site(connection: Connection, wave: Ended, place: tuple[str, ...]) -> int:
    strata, named = table_of("strata"), dict(zip(_NAMES, (*place[:-1], ""), strict=True))
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
