"""Importing answers collected elsewhere: all of a file or nothing, and a report either way.

Knows files and the store; what an answer may be is the business of the question types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from corus.domain.instrument import InstrumentVersion
from corus.domain.wave import WavePlan, WaveState
from corus.errors import Fault, InputError, RefusedError
from corus.services.importing.late import as_kept, is_over
from corus.services.importing.mapping import Mapping, read_mapping
from corus.services.importing.own import is_own, read_own
from corus.services.importing.repeats import Repeats, find_repeats
from corus.services.importing.report import ImportRefused, ImportReport
from corus.services.importing.rows import ImportPlan, PlannedRow, plan_import
from corus.services.importing.suggest import certain_mapping, suggest_mapping, write_mapping
from corus.services.importing.tables import Table, read_table
from corus.services.publishing import version_of
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Wave
from corus.store.writer import NewResponse, Outcome, store_rows

__all__ = [
    "ImportPlan",
    "ImportRefused",
    "ImportReport",
    "Mapping",
    "Table",
    "certain_mapping",
    "draft_mapping",
    "import_answers",
    "plan_file",
    "plan_import",
    "read_mapping",
    "read_table",
    "suggest_mapping",
]

TAKES_FILES = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
"""A closed wave still takes late paper; its figures follow at the next release."""
IMPORTED = "imported"
SHORTEST, LONGEST = 10, 300
"""Characters of a reason."""


def import_answers(
    session: Session,
    store: Store,
    wave_code: str,
    path: str | Path,
    mapping_path: str | Path | None = None,
    *,
    received_on: date,
    batch: str | None = None,
    repeats: str | None = None,
) -> ImportReport:
    """Store every answer of a file in a wave, or none.

    Rows already there with the same answers and site are counted and left alone. Of those that
    come once an anonymous wave is closed, rare sites and languages are not stored. ``received_on``
    is the day of rows without one. ``batch`` names this collection among several whose rows count
    from 1, in place of the mapping's own. A file that holds answers stored before under other ids
    is refused, unless ``repeats`` says how it is known that they are other persons': the journal
    keeps that reason, and whoever follows the wave reads it. Raises ``ImportRefused``, whose
    ``report`` lists every refused row and column; the transaction must then be rolled back, as
    ``Store.writing`` does.
    """
    reason = None if repeats is None else _reason(repeats)
    wave = queries.wave_by_code(session, wave_code)
    if wave.state not in TAKES_FILES:
        raise RefusedError(
            f"Wave “{wave_code}” is {wave.state} and takes no answers.",
            hint=f"Open it first: `corus wave open {wave_code}`.", code="IMP-008",
        )  # fmt: skip
    version, declared = version_of(wave), plan_of(wave)
    plan = plan_file(
        path, mapping_path, version, declared, store.key, received_on, wave=wave_code, batch=batch
    )
    if plan.faults:
        raise ImportRefused(_report(plan))
    report, repeated = _store(session, wave, plan, version, reason)
    queries.note(
        session, wave, received_on, IMPORTED,
        read=report.rows_read, stored=report.stored, already_there=report.already_there,
        **_told(repeated, reason),
    )  # fmt: skip
    return report


def _reason(repeats: str) -> str:
    said = " ".join(repeats.split())
    if not SHORTEST <= len(said) <= LONGEST:
        raise InputError(
            f"The reason is {len(said)} characters long.",
            hint=f"Say in {SHORTEST} to {LONGEST} how you know that they are other persons.",
            code="IMP-043",
        )
    return said


def _told(repeated: Repeats, reason: str | None) -> dict[str, object]:
    """What the journal keeps of repeats: how many were stored, and why so many."""
    if not repeated.number:
        return {}
    # Beside the few that pass by themselves a reason would say nothing.
    found: dict[str, object] = {"repeats": repeated.number}
    return found | ({"why": reason} if reason and repeated.too_many else {})


def plan_file(
    path: str | Path,
    mapping_path: str | Path | None,
    version: InstrumentVersion,
    plan: WavePlan,
    key: bytes,
    received_on: date,
    *,
    wave: str,
    batch: str | None = None,
) -> ImportPlan:
    """What importing a file would store or refuse; nothing is stored."""
    table = read_table(path)
    if mapping_path is not None:
        mapping = read_mapping(mapping_path)
    elif is_own(table):
        table, mapping = read_own(table, version.instrument)
    else:
        mapping = certain_mapping(table, version.instrument)
    if batch is not None:
        mapping = mapping.named(batch)
    return plan_import(table, mapping, version, plan, key, received_on, wave=wave)


def draft_mapping(session: Session, wave_code: str, path: str | Path) -> str:
    """A mapping file for ``path``, as YAML for a person to complete."""
    wave = queries.wave_by_code(session, wave_code)
    table = read_table(path)
    mapping, notes = suggest_mapping(table, version_of(wave).instrument)
    return write_mapping(mapping, notes, table.file)


def _store(
    session: Session, wave: Wave, plan: ImportPlan, version: InstrumentVersion, reason: str | None
) -> tuple[ImportReport, Repeats]:
    queries.hold_imports(session, wave)
    there = queries.sites_of(session, [row.id for row in plan.rows])
    repeated = find_repeats(session, wave.id, version.instrument, plan.rows, there)
    rows = as_kept(session, wave, plan.rows, there)
    outcomes = store_rows(session, [_response(wave, row) for row in rows], states=TAKES_FILES)
    became = list(zip(plan.rows, outcomes, strict=True))
    faults = [
        _conflict(plan.file, row.line)
        for row, outcome in became
        if outcome not in (Outcome.STORED, Outcome.REPEATED)
    ]
    same = [row for row, outcome in became if outcome is Outcome.REPEATED]
    faults += _moved(plan.file, same, there, forgotten=is_over(wave))
    if repeated.too_many and reason is None:
        faults.append(repeated.fault(plan.file))
    if faults:
        raise ImportRefused(_report(plan, faults=tuple(sorted(faults))))
    stored = outcomes.count(Outcome.STORED)
    less = {
        part: sum(
            getattr(kept, part) != getattr(row, part)
            for kept, row, outcome in zip(rows, plan.rows, outcomes, strict=True)
            if outcome is Outcome.STORED
        )
        for part in ("site", "language")
    }
    found = _report(plan, stored=stored, already_there=len(outcomes) - stored)
    warnings = (*found.warnings, *repeated.warnings())
    return replace(found, forgotten=less, warnings=warnings), repeated


def _conflict(file: str, line: int) -> Fault:
    message = "A row known by the same id was imported before with other answers."
    hint = (
        "Take the corrected row out: what is stored stays. If this is another collection whose "
        "rows count from 1 as well, name it: --batch NAME, or “batch:” in its mapping."
    )
    return Fault(file, line, "IMP-040", message, hint)


def _moved(
    file: str, repeated: list[PlannedRow], sites: dict[bytes, str], *, forgotten: bool
) -> Iterator[Fault]:
    """A fault for each row whose answers are stored, at another site; closing forgets some."""
    for row in repeated:
        kept = sites.get(row.id, row.site)
        if kept != row.site and (kept or not forgotten):
            message = "A row known by the same id was imported before with " + (
                f"the site “{kept}”." if kept else "no site."
            )
            hint = "What is stored keeps its site: mend the site in this row, or take it out."
            yield Fault(file, row.line, "IMP-041", message, hint, "site")


def _response(wave: Wave, row: PlannedRow) -> NewResponse:
    return NewResponse(
        id=row.id,
        wave_id=wave.id,
        digest=wave.digest,
        group=row.group,
        variant=row.variant,
        language=row.language,
        mode=row.mode,
        channel=row.channel,
        completeness=row.completeness,
        received_on=row.received_on,
        document=row.document.decode(),
        site=row.site,
    )


def _report(
    plan: ImportPlan, *, stored: int = 0, already_there: int = 0, faults: tuple[Fault, ...] = ()
) -> ImportReport:
    return ImportReport(
        file=plan.file,
        rows_read=plan.rows_read,
        stored=stored,
        already_there=already_there,
        partial=sum(row.completeness == "partial" for row in plan.rows),
        dropped_columns=plan.dropped_columns,
        faults=plan.faults + faults,
        warnings=plan.warnings,
    )
