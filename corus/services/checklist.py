"""What is to be settled before a wave opens: each point, how it was settled, or how to settle it.

The legal references are reminders to be verified, not advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corus.domain.wave import WavePlan
from corus.errors import Fault, InputError

NONE = "none"


@dataclass(frozen=True)
class Point:
    """One point of the opening checklist.

    ``settled`` is a day or words, None when the point is open; ``mend`` are the options of
    ``corus wave set`` that settle it.
    """

    name: str
    said: str
    settled: date | str | None
    mend: str

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.settled is not None


NOTICE = "Privacy notice: who is responsible, whom to write to, how long answers are kept"
EMPLOYEES = "Employees were told of the survey (code du travail, L. 1222-4: to be verified)"
CSE = "The employees’ committee (CSE) was told (code du travail, L. 2312-38: to be verified)"
MINORS = "Minors: none may answer, or what was done for them"
PROTECTED = "Adults under legal protection: none may answer, or what was done for them"
SEEN_BY = "Who may see the results"
NOT_SURVEYED = "employees are not surveyed"


def checklist(plan: WavePlan, groups: tuple[str, ...], day: date) -> tuple[Point, ...]:
    """Every point for a wave that surveys ``groups``, as it stands on ``day``."""
    return (_notice(plan), *_work(plan, "employees" in groups, day), *_people(plan))


def _notice(plan: WavePlan) -> Point:
    filled = plan.notice.controller and plan.notice.contact
    told = f"{plan.notice.controller} · {plan.notice.contact}" if filled else None
    return Point("notice", NOTICE, told, "--controller … --contact … --keep-months …")


def _work(plan: WavePlan, employees: bool, day: date) -> Iterator[Point]:
    known = plan.checklist
    informed: date | str | None = _past(known.employees_informed, day)
    committee = NONE if known.cse_informed == NONE else _past(known.cse_informed, day)
    if not employees:
        informed = committee = NOT_SURVEYED
    yield Point("employees_informed", EMPLOYEES, informed, "--employees-informed 2026-03-03")
    yield Point("cse_informed", CSE, committee, "--cse-informed 2026-03-03 (or none)")


def _past(day: object, today: date) -> date | None:
    """A day that has come: what is only planned is not done."""
    return day if isinstance(day, date) and day <= today else None


def _people(plan: WavePlan) -> Iterator[Point]:
    known = plan.checklist
    yield Point("minors", MINORS, known.minors or None, '--minors none (or "how")')
    yield Point(
        "protected_adults", PROTECTED, known.protected_adults or None,
        '--protected-adults none (or "how")',
    )  # fmt: skip
    yield Point(
        "results_seen_by", SEEN_BY, known.results_seen_by or None,
        '--results-seen-by "the board, then every group"',
    )  # fmt: skip


def not_settled(wave: str, missing: list[Point]) -> InputError:
    """The error that lists every open point with the command that settles it (``WAV-020``)."""
    code = "WAV-020"
    return InputError(
        f"Wave “{wave}” is not ready: {len(missing)} point(s) of its checklist are open.",
        hint='Settle them, or open it with --despite "reason", which the wave\'s page shows.',
        code=code,
        faults=[
            Fault("", 0, code, f"✗ {point.said}.", f"corus wave set {wave} {point.mend}")
            for point in missing
        ],
    )
