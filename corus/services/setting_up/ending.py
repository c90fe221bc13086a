"""What ends or follows a wave: closing, publishing, putting away; with who did it in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.domain.wave import WaveState
from corus.services import closing, releasing, waves
from corus.services.accounts import audit
from corus.store import life, queries
from corus.store.engine import Store


@dataclass(frozen=True)
class Ahead:
    """What a move would meet; looking changes nothing."""

    title: str
    state: WaveState
    under_way: bool
    """Its closing was stopped half-way: doing it again ends it."""
    waiting: int
    """Paper sheets that wait for their second typing."""
    anonymous: bool
    shown: int
    """Persons below which nothing is shown."""
    releases: int


def ahead(session: Session, code: str) -> Ahead:
    """What closing, publishing or putting away this wave would meet."""
    wave = queries.wave_by_code(session, code)
    plan, last = waves.plan_of(wave), queries.latest_release(session, wave.id)
    state = WaveState(wave.state)
    return Ahead(
        title=plan.title,
        state=state,
        under_way=state is WaveState.CLOSED and closing.is_under_way(session, wave),
        waiting=life.waiting_sheets(session, wave.id),
        anonymous=plan.anonymity == "anonymous",
        shown=plan.thresholds.shown,
        releases=last.number if last else 0,
    )


def close(
    store: Store, code: str, day: date, keeping: closing.Keeping, by: int, *, drop_paper: bool
) -> closing.Closed:
    """``closing.close_wave``, with who did it in the log."""
    closed = closing.close_wave(store, code, day, keeping, drop_paper=drop_paper)
    with store.writing() as session:
        _note(session, code, by, "wave_closed")
    return closed


def publish(session: Session, code: str, day: date, by: int) -> int:
    """``releasing.release``, with who did it in the log; the number of the release."""
    number = releasing.release(session, code, day).release
    _note(session, code, by, "wave_released")
    return number


def put_away(session: Session, code: str, day: date, by: int) -> None:
    """Archive a closed wave, once nothing in it tells who answered."""
    wave = queries.wave_by_code(session, code)
    if wave.state == WaveState.CLOSED:
        closing.require_sealed(session, wave)
    waves.archive_wave(session, code, day)
    _note(session, code, by, "wave_archived")


def _note(session: Session, code: str, by: int, action: str) -> None:
    wave = queries.wave_by_code(session, code)
    audit.note(session, wave.organization_id, by, action, wave=code)
