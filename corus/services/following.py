"""Where a wave stands: its state and days, who was reached, what to look at; never answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from corus.analysis import coverage
from corus.domain.profile import Coverage
from corus.domain.wave import Anonymity, WavePlan, WaveState, keep_until
from corus.services.checklist import Point, checklist
from corus.services.populations import Contradiction, contradictions
from corus.services.publishing import version_of
from corus.services.purging import PURGED
from corus.services.waves import groups_of, plan_of
from corus.store import life, queries, rewriting
from corus.store.models import Wave


@dataclass(frozen=True)
class WaveStatus:
    """What may be shown of a wave at any time: where it stands and who was reached."""

    code: str
    title: str
    organization: str
    state: WaveState
    anonymity: Anonymity
    instrument: str
    digest: str
    opens_on: date | None
    closes_on: date | None
    opened_on: date | None
    closed_on: date | None
    over: bool
    """Open, but its last day for answering has passed: answers are refused."""
    kept_months: int
    kept_until: date | None
    """None while it is not closed."""
    purged: bool
    """Its answers were erased at the end of that time."""
    releases: int
    coverage: tuple[Coverage, ...]
    open_links: dict[str, bool]
    """Group → whether its open link takes answers."""
    bursts: tuple[life.BurstRow, ...]
    contradictions: tuple[Contradiction, ...]
    checklist: tuple[Point, ...]
    despite: str
    """Why it was opened with open points, or ""."""
    repeats: tuple[str, ...]
    """Why imports of answers that were stored before under other ids were taken all the same."""
    succeeds: str
    succeeded_by: str


def status(session: Session, wave: Wave, now: datetime | None = None) -> WaveStatus:
    """Where a wave stands. Coverage only: answers are seen through releases alone."""
    plan, now = plan_of(wave), now or datetime.now(UTC)
    months = plan.notice.retention_months
    groups = groups_of(wave)
    strata = queries.strata(session, wave.id)
    last = queries.latest_release(session, wave.id)
    reached = _coverage(session, wave, plan, strata)
    state = WaveState(wave.state)
    return WaveStatus(
        code=wave.code,
        title=plan.title,
        organization=wave.organization.name,
        state=state,
        anonymity=plan.anonymity,
        instrument=wave.published.code,
        digest=wave.digest,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        opened_on=wave.opened_on,
        closed_on=wave.closed_on,
        over=state is WaveState.OPEN and plan.over(now),
        kept_months=months,
        kept_until=keep_until(wave.closed_on, months) if wave.closed_on else None,
        purged=rewriting.is_noted(session, wave.id, PURGED),
        releases=last.number if last else 0,
        coverage=reached,
        open_links={g: g not in plan.groups or plan.groups[g].open_link for g in groups},
        bursts=tuple(life.bursts(session, wave.id)),
        contradictions=tuple(contradictions(reached, strata, plan)),
        checklist=checklist(plan, groups, _day_of_checklist(wave, now)),
        despite=reason_given(session, wave),
        repeats=repeats_taken(session, wave),
        succeeds=plan.succeeds,
        succeeded_by=plan.succeeded_by,
    )


def _day_of_checklist(wave: Wave, now: datetime) -> date:
    return max(now.date(), wave.opened_on or now.date())


def _coverage(
    session: Session, wave: Wave, plan: WavePlan, strata: dict[queries.Place, int]
) -> tuple[Coverage, ...]:
    """Coverage with the number of invitations that the plan keeps, else counted."""
    found = coverage(strata, plan, version_of(wave).instrument)
    uncounted = (line.group for line in found if line.invited is None)
    invited = life.invited(session, wave.id, uncounted)
    return tuple(
        line.model_copy(update={"invited": invited.get(line.group, line.invited)}) for line in found
    )


def reason_given(session: Session, wave: Wave) -> str:
    """Why the wave was opened with open points of its checklist, or ""."""
    opened = life.journal(session, wave.id, "opened")
    return str(opened[-1].get("despite", "")) if opened else ""


def repeats_taken(session: Session, wave: Wave) -> tuple[str, ...]:
    """Why answers stored before under other ids were taken as those of other persons.

    How many is for the journal alone: beside received numbers, which are told in steps, it would
    tell more.
    """
    lines = life.journal(session, wave.id, "imported")
    return tuple(str(line["why"]) for line in lines if "why" in line)


def list_waves(session: Session, organization: str | None = None) -> list[WaveStatus]:
    """The status of every wave, oldest first; of one organization, where its code is given."""
    found = queries.waves(session)
    return [
        status(session, wave) for wave in found
        if organization is None or wave.organization.code == organization
    ]  # fmt: skip
