"""A wave from nothing: its draft, the groups it asks, what is settled before it opens.

Every step goes through ``editing`` and ``waves``, which hold the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corus.domain.wave import Anonymity, GroupPlan, PrivacyNotice, WavePlan
from corus.errors import ConflictError, Fault, InputError
from corus.services import editing, waves
from corus.services.accounts import audit
from corus.services.instruments import library
from corus.services.publishing import version_of
from corus.services.setting_up.organizations import free_code
from corus.store import queries
from corus.store.models import Organization, Wave

LONGEST_TITLE = 200
SHORT = 40
"""Signs of an organization's name in the code of its waves: people type addresses."""


@dataclass(frozen=True)
class Wanted:
    """What is known of a wave at first."""

    title: str
    instrument: str
    """Code or digest of one that the organization may choose."""
    languages: tuple[str, ...]
    contact: str
    """Whom respondents may write to, until somebody says otherwise."""
    opens_on: date | None = None
    closes_on: date | None = None
    anonymity: Anonymity = "anonymous"


def prepare(session: Session, place: Organization, wanted: Wanted, day: date, by: int) -> Wave:
    """A draft wave; its instrument is published first where it is only shipped.

    Raises ``InputError`` (``SET-004``) for a title of more than 200 characters, ``RefusedError``
    (``WAV-046``) for a last day that has passed, and what ``waves.create_wave`` raises.
    """
    check_title(wanted.title)
    offer = library.published(session, wanted.instrument, place.id, day)
    plan = WavePlan(
        title=wanted.title, languages=wanted.languages, anonymity=wanted.anonymity,
        opens_on=wanted.opens_on, closes_on=wanted.closes_on,
        notice=PrivacyNotice(controller=place.name, contact=wanted.contact),
    )  # fmt: skip
    editing.check_fits(plan, offer.instrument)
    code = code_of(session, place, (wanted.opens_on or day).year)
    waves.refuse_late(code, plan, day)
    try:
        made = waves.create_wave(session, code, place, offer.digest, plan)
    except IntegrityError as error:
        raise ConflictError(
            "Another wave was being made at the same moment.", hint="Send it again.",
            code="SET-006",
        ) from error  # fmt: skip
    audit.note(session, place.id, by, "wave_created", wave=code)
    return made


def check_title(title: str) -> None:
    """Raises ``InputError`` (``SET-004``) for a title that no screen could hold."""
    if len(title) > LONGEST_TITLE:
        raise InputError(
            "This title is too long.", hint="Use 200 characters at most.", code="SET-004"
        )


def code_of(session: Session, place: Organization, year: int) -> str:
    """A free code for a wave: the organization's, and the year: ``panier-des-hauts-2026``."""
    whole = place.code.replace("_", "-")
    short = whole if len(whole) <= SHORT else whole[:SHORT].rpartition("-")[0] or whole[:SHORT]
    known = {wave.code for wave in queries.waves(session)}
    return free_code(f"{short.strip('-')}-{year}", known, "-")


def ask(
    session: Session, code: str, groups: Mapping[str, GroupPlan], day: date, by: int
) -> editing.Changes:
    """Whom the wave asks; in the instrument's order, whatever the order given.

    Raises ``InputError`` (``SET-005``) for nobody, and what ``editing.change_wave`` raises.
    """
    if not groups:
        raise InputError(
            "Nobody would be asked.", code="SET-005",
            faults=[Fault("", 0, "SET-005", "Tick one group at least.", column="groups")],
        )  # fmt: skip
    wave = queries.wave_by_code(session, code)
    order = version_of(wave).instrument.groups
    chosen = {g: groups[g] for g in order if g in groups}
    plan = waves.plan_of(wave).model_copy(update={"groups": chosen})
    return change(session, code, plan, day, by)


def change(session: Session, code: str, to: WavePlan, day: date, by: int) -> editing.Changes:
    """``editing.change_wave``, with who did it in the log of the organization."""
    check_title(to.title)
    changes = editing.change_wave(session, code, to, day)
    if what := ", ".join(_really(changes)):
        wave = queries.wave_by_code(session, code)
        audit.note(session, wave.organization_id, by, "wave_changed", wave=code, what=what)
    return changes


def _really(changes: editing.Changes) -> list[str]:
    """What changed for those who read the log: a group that joins or leaves is one change of the
    groups, and an empty field that stays empty is none."""
    changed = [
        "groups" if name.startswith("groups.") and _moves(changes, name) else name
        for name, values in changes.items() if set(map(_empty, values)) != {True}
    ]  # fmt: skip
    return list(dict.fromkeys(changed))


def _moves(changes: editing.Changes, name: str) -> bool:
    """Whether the group of this field joins the wave or leaves it."""
    return None in changes.get(f"{name.rpartition('.')[0]}.open_link", ("", ""))


def _empty(value: object) -> bool:
    return value is None or value in ("", [], {})


def open_it(session: Session, code: str, day: date, by: int, *, despite: str = "") -> Wave:
    """``waves.open_wave``, with who did it in the log of the organization."""
    wave = waves.open_wave(session, code, day, despite=despite)
    audit.note(session, wave.organization_id, by, "wave_opened", wave=code)
    return wave
