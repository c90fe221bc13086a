"""A new series: another wave goes on from this one with a version that breaks comparison.

The two never share an answer; whoever was invited is invited once, and to the new series.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.domain.wave import WavePlan, WaveState
from corus.errors import InputError, RefusedError
from corus.services import waves
from corus.services.editing import check_fits
from corus.services.following import reason_given
from corus.services.publishing import load_version, usable
from corus.store import life, queries
from corus.store.models import Wave


@dataclass(frozen=True)
class Succession:
    """The wave that goes on, and how many personal links now lead to it."""

    wave: Wave
    invitations: int


def new_series(
    session: Session, code: str, instrument: str, new_code: str, day: date
) -> Succession:
    """Open ``new_code`` with the same plan on ``instrument``; personal links go there.

    The old wave stays open until it is closed, and its page then leads to the new one. Links
    that have answered stay used: all of them move, because those left behind would tell who
    answered. Raises ``RefusedError`` when the wave is not open (``WAV-043``), has a successor
    (``WAV-044``) or is past its last day (``WAV-046``), ``InputError`` when the new version lacks
    a group or a language.
    """
    life.hold(session, code)
    old = queries.wave_by_code(session, code)
    plan = waves.plan_of(old)
    _may_be_succeeded(old, plan)
    waves.refuse_late(code, plan, day)
    published = usable(session, instrument, old.organization_id)
    if published.digest == old.digest:
        raise InputError(
            "The wave is on this very version: there is nothing to go on with.",
            hint="Publish the new version first: `corus publish surveys/…yaml`.", code="WAV-045",
        )  # fmt: skip
    written_out = plan.model_copy(update={"succeeds": code})
    check_fits(written_out, load_version(published).instrument)
    waves.create_wave(session, new_code, old.organization, published.digest, written_out)
    new = waves.open_wave(
        session, new_code, day, despite=reason_given(session, old) or f"goes on from {code}"
    )
    old.plan = plan.model_copy(update={"succeeded_by": new_code}).model_dump_json()
    moved = life.move_invitations(session, old.id, new.id)
    queries.note(session, old, day, "succeeded", by=new_code, invitations=moved)
    queries.note(session, new, day, "succeeds", old=code, invitations=moved)
    session.flush()
    return Succession(new, moved)


def _may_be_succeeded(wave: Wave, plan: WavePlan) -> None:
    if wave.state != WaveState.OPEN:
        raise RefusedError(
            f"Wave “{wave.code}” is {wave.state}: a new series goes on from an open wave.",
            hint="Create a wave: `corus wave create`.", code="WAV-043",
        )  # fmt: skip
    if plan.succeeded_by:
        raise RefusedError(
            f"Wave “{wave.code}” has a successor: “{plan.succeeded_by}”.",
            hint=f"Go on from that one: `corus wave update {plan.succeeded_by} …`.",
            code="WAV-044",
        )
