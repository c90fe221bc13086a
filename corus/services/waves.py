"""Waves: creating, opening, closing, archiving; legal moves only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from corus.domain.wave import LEGAL_MOVES, WavePlan, WaveState
from corus.errors import ConflictError, InputError, RefusedError
from corus.language import unsaid
from corus.services.checklist import checklist, not_settled
from corus.services.publishing import load_version, usable, version_of
from corus.store import queries
from corus.store.models import Organization, Wave


class SurveyClosed(RefusedError):  # noqa: N818 - named for what the respondent finds
    """No more answers are taken: it was closed, or its last day is over (``WAV-011``)."""

    code = "WAV-011"

    def __init__(self, plan: WavePlan, *, closed: bool, kept: bool = False) -> None:
        super().__init__("This survey is closed.")
        self.kept = kept
        """Whether answers saved before are kept, as a partial answer."""
        self.last_day = plan.closes_on if plan.over(datetime.now(UTC)) else None
        self.goes_on = plan.succeeded_by if closed else ""
        """Code of the wave in which the survey goes on, or ""."""


LONGEST_NAME = 200
"""What the database keeps of a name."""


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
    published = usable(session, instrument, organization.id)
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", code):
        raise InputError(
            f"“{code}” cannot name a wave.",
            hint="Use small letters, digits and hyphens, such as paniers-2026.",
            code="WAV-002",
        )
    if any(w.code == code for w in queries.waves(session)):
        raise ConflictError(f"A wave is already called “{code}”.", code="WAV-003")
    check_plan(plan, load_version(published).instrument.groups)
    wave = Wave(
        code=code, organization_id=organization.id, digest=published.digest, state="draft",
        plan=plan.model_dump_json(),
    )  # fmt: skip
    session.add(wave)
    session.flush()
    return wave


def check_plan(plan: WavePlan, groups: Mapping[str, object]) -> None:
    """Raises ``InputError`` for a group the instrument lacks, a language the pages do not speak
    (``WAV-038``), a title that is not one line (``WAV-047``), days in the wrong order, or weights
    that are not those of the groups surveyed (``POO-002``)."""
    _check_title(plan.title)
    unknown = sorted(set(plan.groups) - set(groups))
    if unknown:
        raise InputError(
            f"The instrument has no group “{unknown[0]}”.",
            hint=f"Its groups are: {', '.join(groups)}.",
            code="WAV-004",
        )
    for language in plan.languages:
        _check_spoken(language)
    for site, label in plan.sites.items():
        _check_site(site, label)
    _check_weights(plan, tuple(plan.groups) or tuple(groups))
    if plan.opens_on and plan.closes_on and plan.closes_on < plan.opens_on:
        raise InputError(
            f"The wave would close on {plan.closes_on}, before it opens on {plan.opens_on}.",
            hint="Give a later closing day.", code="WAV-009",
        )  # fmt: skip


def _check_weights(plan: WavePlan, groups: tuple[str, ...]) -> None:
    weighted = plan.negotiated.groups if plan.negotiated else {}
    differing = sorted(weighted.keys() ^ set(groups)) if weighted else []
    if differing:
        raise InputError(
            f"The negotiated weights and the groups of the wave differ by: {', '.join(differing)}.",
            hint="Give `--weights` a file with one row for each group of the wave, or none.",
            code="POO-002",
        )


def _check_title(title: str) -> None:
    marks = {unicodedata.category(character) for character in title}
    if not title.strip() or marks & {"Cc", "Zl", "Zp"}:
        raise InputError(
            "The title is empty, or has more than one line.",
            hint="Give one line, as respondents are to read it.", code="WAV-047",
        )  # fmt: skip


def _check_site(code: str, label: Mapping[str, str]) -> None:
    longest = max(map(len, label.values()), default=0)
    if not 0 < longest <= LONGEST_NAME or not all(label.values()):
        raise InputError(
            f"The site “{code}” has no name, or one of more than {LONGEST_NAME} characters.",
            hint="Name it as people do.", code="WAV-051",
        )  # fmt: skip


def _check_spoken(language: str) -> None:
    if missing := unsaid(language):
        raise InputError(
            f"Respondents' pages do not speak “{language}”: {len(missing)} sentence(s) are "
            f"missing, such as “{missing[0]}”.",
            hint=f"Add them to corus/translations/{language}/respond.po, or do not offer it.",
            code="WAV-038",
        )


def open_wave(session: Session, code: str, day: date, *, despite: str = "") -> Wave:
    """Open a draft: answers are taken from now on.

    Raises ``InputError`` (``WAV-020``) with every open point of the checklist, unless
    ``despite`` gives the reason for opening all the same: the journal and the wave's page keep it.
    Raises ``RefusedError`` (``WAV-046``) once the last day for answering has passed.
    """
    wave = _may_become(session, code, WaveState.OPEN)
    plan = plan_of(wave)
    refuse_late(code, plan, day)
    missing = [p for p in checklist(plan, groups_of(wave), day) if not p.done]
    if missing and not despite.strip():
        raise not_settled(code, missing)
    wave.state, wave.opened_on = WaveState.OPEN.value, day
    detail: dict[str, object] = {"digest": wave.digest}
    if missing:
        detail |= {"open_points": [p.name for p in missing], "despite": despite.strip()}
    if plan.opens_on and day < plan.opens_on:
        detail["before"] = plan.opens_on.isoformat()
    queries.note(session, wave, day, "opened", **detail)
    session.flush()
    return wave


def refuse_late(code: str, plan: WavePlan, day: date) -> None:
    """Raises ``RefusedError`` (``WAV-046``) where nobody could answer on ``day`` any more."""
    if plan.closes_on and plan.closes_on < day:
        raise RefusedError(
            f"The last day to answer wave “{code}”, {plan.closes_on}, has passed.",
            hint=f"Give a later one: `corus wave set {code} --closes-on …`.", code="WAV-046",
        )  # fmt: skip


def close_wave(session: Session, code: str, day: date) -> Wave:
    """Close: no further answer from respondents; results may now be released."""
    wave = _move(session, code, WaveState.CLOSED)
    wave.closed_on = day
    queries.note(
        session, wave, day, "closed", responses=sum(queries.strata(session, wave.id).values())
    )
    session.flush()
    return wave


def due(session: Session, now: datetime | None = None) -> list[str]:
    """Codes of the open waves whose last day for answering has passed."""
    now = now or datetime.now(UTC)
    found = (wave for wave in queries.waves(session) if wave.state == WaveState.OPEN)
    return [wave.code for wave in found if plan_of(wave).over(now)]


def archive_wave(session: Session, code: str, day: date) -> Wave:
    """Archive a closed wave: nothing more is taken in or released."""
    wave = _move(session, code, WaveState.ARCHIVED)
    queries.note(session, wave, day, "archived")
    session.flush()
    return wave


def _move(session: Session, code: str, to: WaveState) -> Wave:
    wave = _may_become(session, code, to)
    wave.state = to.value
    return wave


def _may_become(session: Session, code: str, to: WaveState) -> Wave:
    """The wave, if this move is legal; ``RefusedError`` (``WAV-005``) otherwise."""
    wave = queries.wave_by_code(session, code)
    now = WaveState(wave.state)
    if to not in LEGAL_MOVES[now]:
        allowed = ", ".join(sorted(LEGAL_MOVES[now])) or "nothing: this is its last state"
        raise RefusedError(
            f"Wave “{code}” is {now} and cannot become {to}.",
            hint=f"From here it can become: {allowed}.",
            code="WAV-005",
        )
    return wave


def plan_of(wave: Wave) -> WavePlan:
    """What the wave declared when it was created."""
    return WavePlan.model_validate_json(wave.plan)


def groups_of(wave: Wave) -> tuple[str, ...]:
    """Groups surveyed in this wave, in the instrument's order."""
    chosen = plan_of(wave).groups
    groups = version_of(wave).instrument.groups
    return tuple(g for g in groups if not chosen or g in chosen)


def check_site(plan: WavePlan, site: str) -> None:
    """Raises ``InputError`` (``WAV-052``) for a site the wave does not have; "" is none."""
    if site and site not in plan.sites:
        known = ", ".join(plan.sites)
        raise InputError(
            f"This wave has no site “{site[:40]}”.",
            hint=f"Its sites: {known}." if known else "Declare it: `corus wave set … --sites`.",
            code="WAV-052",
        )  # fmt: skip


def slug(name: str) -> str:
    """A code from a name: « Le Panier des Hauts » → ``le_panier_des_hauts``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:64]
    return code if code[:1].isalpha() else f"o_{code}"[:64]
