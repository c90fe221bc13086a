"""Rows that come after a wave was closed: what closing forgot of others is not stored of them.

A site or a language that few of a group have would be a name beside the group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from corus.domain.rare import UNDETERMINED, too_small
from corus.domain.wave import WaveState
from corus.services.importing.rows import PlannedRow
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.models import Wave

Cells = Counter[tuple[str, str]]


def is_over(wave: Wave) -> bool:
    """Whether closing has made this wave forget what is rare."""
    return wave.state != WaveState.OPEN and plan_of(wave).anonymity == "anonymous"


def as_kept(
    session: Session, wave: Wave, rows: Sequence[PlannedRow], there: Mapping[bytes, str]
) -> list[PlannedRow]:
    """The rows as they may be stored; ``there`` are the ids among them that already are."""
    if not is_over(wave):
        return list(rows)
    least = plan_of(wave).thresholds.shown
    sites, languages = _stored(session, wave)
    for row in rows:
        if row.id not in there:
            sites[row.group, row.site] += 1
            languages[row.group, row.language] += 1
    few = too_small(sites, least), too_small(languages, least)
    return [_kept(row, *few) for row in rows]


def _stored(session: Session, wave: Wave) -> tuple[Cells, Cells]:
    sites: Cells = Counter()
    languages: Cells = Counter()
    for place, language, n in queries.languages(session, wave.id):
        sites[place[0], place[-1]] += n
        languages[place[0], "" if language == UNDETERMINED else language] += n
    return sites, languages


def _kept(
    row: PlannedRow, sites: set[tuple[str, str]], languages: set[tuple[str, str]]
) -> PlannedRow:
    site = "" if (row.group, row.site) in sites else row.site
    language = UNDETERMINED if (row.group, row.language) in languages else row.language
    return replace(row, site=site, language=language)
