"""Waves: creating, opening, closing, following; legal moves only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.analysis import coverage
from corus.domain.profile import Coverage
from corus.domain.wave import LEGAL_MOVES, WavePlan, WaveState
from corus.errors import ConflictError, InputError, RefusedError
from corus.services.publishing import load_version
from corus.store import queries
from corus.store.models import Organization, Wave

LONGEST_NAME = 200
"""What the database keeps of a name."""


@dataclass(frozen=True)
class WaveStatus:
    """What may be shown of a wave at any time: where it stands and who was reached."""

    code: str
    title: str
    organization: str
    state: WaveState
    instrument: str
    digest: str
    opened_on: date | None
    closed_on: date | None
    releases: int
    coverage: tuple[Coverage, ...]


def create_organization(
    session: Session, name: str, *, details: dict[str, str] | None = None
) -> Organization:
    """The organization called ``name``, created at first mention."""
    found = queries.organization_by_name(session, name)
    if found is None:
        if not name.strip():
            raise InputError("The organization has no name.", code="WAV-001")
        if len(name.strip()) > LONGEST_NAME:
            raise InputError(
                f"The organization's name has {len(name.strip())} characters.",
                hint=f"Use {LONGEST_NAME} at most.", code="WAV-008",
            )  # fmt: skip
        found = Organization(code=slug(name), name=name.strip(), details=details or {})
        session.add(found)
        session.flush()
    return found


def create_wave(
    session: Session, code: str, organization: Organization, instrument: str, plan: WavePlan
) -> Wave:
    """A draft wave on a published instrument; ``code`` names it in URLs for good."""
    published = queries.instrument_by_name(session, instrument)
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", code):
        raise InputError(
            f"“{code}” cannot name a wave.",
            hint="Use small letters, digits and hyphens, such as paniers-2026.",
            code="WAV-002",
        )
    if any(w.code == code for w in queries.waves(session)):
        raise ConflictError(f"A wave is already called “{code}”.", code="WAV-003")
    _check_plan(plan, load_version(published).instrument.groups)
    wave = Wave(
        code=code, organization_id=organization.id, digest=published.digest, state="draft",
        plan=plan.model_dump_json(),
    )  # fmt: skip
    session.add(wave)
    session.flush()
    return wave


def _check_plan(plan: WavePlan, groups: Mapping[str, object]) -> None:
    unknown = sorted(set(plan.groups) - set(groups))
    if unknown:
        raise InputError(
            f"The instrument has no group “{unknown[0]}”.",
            hint=f"Its groups are: {', '.join(groups)}.",
            code="WAV-004",
        )


def open_wave(session: Session, code: str, day: date) -> Wave:
    """Open a draft: from now on answers are taken and the instrument cannot change."""
    wave = _move(session, code, WaveState.OPEN)
    wave.opened_on = day
    queries.note(session, wave, day, "opened", digest=wave.digest)
    session.flush()
    return wave


def close_wave(session: Session, code: str, day: date) -> Wave:
    """Close: no further answer from respondents; results may now be released."""
    wave = _move(session, code, WaveState.CLOSED)
    wave.closed_on = day
    queries.note(
        session, wave, day, "closed", responses=sum(queries.strata(session, wave.id).values())
    )
    session.flush()
    return wave


def archive_wave(session: Session, code: str, day: date) -> Wave:
    """Archive a closed wave: nothing more is taken in or released."""
    wave = _move(session, code, WaveState.ARCHIVED)
    queries.note(session, wave, day, "archived")
    session.flush()
    return wave


def _move(session: Session, code: str, to: WaveState) -> Wave:
    wave = queries.wave_by_code(session, code)
    now = WaveState(wave.state)
    if to not in LEGAL_MOVES[now]:
        allowed = ", ".join(sorted(LEGAL_MOVES[now])) or "nothing: this is its last state"
        raise RefusedError(
            f"Wave “{code}” is {now} and cannot become {to}.",
            hint=f"From here it can become: {allowed}.",
            code="WAV-005",
        )
    wave.state = to.value
    return wave


def plan_of(wave: Wave) -> WavePlan:
    """What the wave declared when it was created."""
    return WavePlan.model_validate_json(wave.plan)


def groups_of(wave: Wave) -> tuple[str, ...]:
    """Groups surveyed in this wave, in the instrument's order."""
    chosen = plan_of(wave).groups
    groups = load_version(wave.published).instrument.groups
    return tuple(g for g in groups if not chosen or g in chosen)


def status(session: Session, wave: Wave) -> WaveStatus:
    """Where a wave stands. Coverage only: answers are seen through releases alone."""
    instrument = load_version(wave.published).instrument
    plan = plan_of(wave)
    last = queries.latest_release(session, wave.id)
    return WaveStatus(
        wave.code, plan.title, wave.organization.name, WaveState(wave.state), instrument.code,
        wave.digest, wave.opened_on, wave.closed_on, last.number if last else 0,
        coverage(queries.strata(session, wave.id), plan, instrument),
    )  # fmt: skip


def list_waves(session: Session) -> list[WaveStatus]:
    """The status of every wave, oldest first."""
    return [status(session, wave) for wave in queries.waves(session)]


def slug(name: str) -> str:
    """A code from a name: « Le Panier des Hauts » → ``le_panier_des_hauts``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:64]
    return code if code[:1].isalpha() else f"o_{code}"[:64]
