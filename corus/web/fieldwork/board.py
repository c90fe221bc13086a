"""The board: where a wave stands and who was reached, fresh every minute; never answers."""

from __future__ import annotations

import re
from datetime import date

from flask import Response, current_app

from corus.domain.part import VALUES
from corus.domain.profile import Coverage
from corus.domain.roles import Permission
from corus.domain.wave import WaveState
from corus.services import arriving, following
from corus.services.arriving import Arrivals
from corus.store import queries
from corus.web import frame
from corus.web.access import needs
from corus.web.fieldwork.base import about, blueprint
from corus.web.fieldwork.curve import Curve

KEPT = 256
"""Waves whose arrivals are remembered, so that a minute's look does not count all answers."""


@blueprint.get("")
@needs(Permission.FOLLOW)
def board(wave: str) -> Response:
    """Who was reached, what to look at, and the ways to reach others."""
    return frame.page("fieldwork/board.html", **_values(wave))


@blueprint.get("/now")
@needs(Permission.FOLLOW)
def now(wave: str) -> Response:
    """The part of the board that moves, for the page to put in its place."""
    return frame.page("fieldwork/now.html", **_values(wave))


def _values(wave: str) -> dict[str, object]:
    day = frame.today()
    with frame.store().reading() as session:
        record = queries.wave_by_code(session, wave)
        status = following.status(session, record)
        found = _arrivals(session, record, day)
        is_open = record.state == WaveState.OPEN
        share = arriving.open_share(session, record, day) if not is_open else None
        there = about(record)
    return {
        "wave": status, "about": there, "labels": there.labels, "arrivals": found,
        "open_share": found.open_share if found else share,
        "reached_in": {line.group: _reached(line) for line in status.coverage}, "words": VALUES,
        "curve": Curve.of(found.evenings) if found and len(found.evenings) > 1 else None,
        "settings_there": "setting_up.wave" in current_app.view_functions,
    }  # fmt: skip


def _reached(line: Coverage) -> int:
    """The number that is told of a group, for the length of a bar; 0 where none is."""
    found = re.fullmatch(r"≥ (\d+)", line.received_text)
    return int(found[1]) if found else line.received or 0


def _arrivals(session, record, day: date) -> Arrivals | None:
    """Counted once a day: it holds full days only."""
    cache = frame.store().cache
    kept: dict[object, Arrivals | None] = cache.setdefault("arrivals", {})  # type: ignore[assignment]
    key = record.id, record.state, record.plan, day
    if key not in kept:
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = arriving.arrivals(session, record, day)
    return kept[key]
