"""Rows that come after a wave was closed: what closing forgot of others is not stored of them.

A site or a language that few of a group have would be a name beside the group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from corus.domain.rare import UNDETERMINED, spoken_at, too_small
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
    new = [row for row in rows if row.id not in there]
    sites.update((row.group, row.site) for row in new)
    few = too_small(sites, least)
    at = [row if (row.group, row.site) not in few else replace(row, site="") for row in rows]
    languages.update(_spoken(row) for row in at if row.id not in there)
    rare = too_small(languages, least)
    return [row if _spoken(row) not in rare else replace(row, language=UNDETERMINED) for row in at]


def _stored(session: Session, wave: Wave) -> tuple[Cells, Cells]:
    sites: Cells = Counter()
    languages: Cells = Counter()
    for (group, *_, site), language, n in queries.languages(session, wave.id):
        sites[group, site] += n
        languages[spoken_at(group, site, language)] += n
    return sites, languages


def _spoken(row: PlannedRow) -> tuple[str, str]:
    return spoken_at(row.group, row.site, row.language)
