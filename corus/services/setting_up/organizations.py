"""An organization: founded by somebody who becomes its manager, and described.

A name belongs to one organization: founding never leads into one that is there already.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corus.domain.roles import Role
from corus.domain.wave import WaveState
from corus.errors import ConflictError, Fault, InputError, RefusedError
from corus.services.accounts import audit, members, people
from corus.services.inviting.contacts import one_line
from corus.services.setting_up.registration import registration
from corus.services.waves import LONGEST_NAME, slug
from corus.store import accounts
from corus.store.account_models import AuditEntry
from corus.store.models import Organization

FORMS = (
    "Association",
    "Association reconnue d’utilité publique",
    "SCIC (société coopérative d’intérêt collectif)",
    "SCOP (société coopérative de production)",
    "CAE (coopérative d’activité et d’emploi)",
    "Autre coopérative",
    "Mutuelle",
    "Société d’assurance mutuelle",
    "Fondation",
    "Fonds de dotation",
    "Société commerciale de l’ESS",
    "Autre forme",
)
"""Legal forms of the law of 31 July 2014, art. 1, as French law names them, and two more."""
YOUNG = "moins de trois ans"
OF_RIGHT = "agrément ESUS de plein droit"
"""How the file of an agrément ESUS says it: both shorten what is to be proved."""
LONGEST = 200
MOST = 3
"""Organizations that one account may found, unless it looks after the instance."""
WORDS = ("legal_form", "territory", "activity")
KNOWN = {*WORDS, "siren", "siret", "rna", "age", "esus"}
"""What is said of an organization here; the rest of its details was said elsewhere, and stays."""


@dataclass(frozen=True)
class Described:
    """What is said of an organization, as typed."""

    name: str
    legal_form: str = ""
    number: str = ""
    """SIREN, SIRET or RNA."""
    territory: str = ""
    activity: str = ""
    young: bool = False
    """Less than three years old."""
    of_right: bool = False
    """Agrément ESUS *de plein droit*."""


def found(session: Session, number: int, said: Described, day: date) -> Organization:
    """A new organization, whose manager the account ``number`` becomes.

    Raises ``InputError`` (``SET-001``) with every fault at its field, a name that is taken among
    them, and ``RefusedError`` (``SET-003``) for an account that founded three before.
    """
    account = people.by_number(session, number)
    _check_bound(session, number, free=account.is_admin)
    name, details = _checked(session, said, None)
    made = Organization(code=_code(session, name), name=name, details=details)
    _add(session, made)
    members.give(session, account, made, Role.MANAGER, day, by=number)
    audit.note(session, made.id, number, "organization_created", name=name)
    return made


def describe(session: Session, place: Organization, said: Described, by: int) -> None:
    """Say something else of an organization.

    Raises ``InputError`` (``SET-001``) as founding does, and for another name while people answer:
    it stands in the questions.
    """
    name, details = _checked(session, said, place)
    others = {key: text for key, text in place.details.items() if key not in KNOWN}
    if (name, details | others) == (place.name, place.details):
        return
    place.name, place.details = name, details | others
    _add(session, place)
    audit.note(session, place.id, by, "organization_changed", name=name)


def described(place: Organization) -> Described:
    """What is said of it now, to start from."""
    known = place.details
    number = next((known[key] for key in ("siret", "siren", "rna") if key in known), "")
    return Described(
        place.name, known.get("legal_form", ""), number, known.get("territory", ""),
        known.get("activity", ""), "age" in known, "esus" in known,
    )  # fmt: skip


def _add(session: Session, place: Organization) -> None:
    session.add(place)
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody else took the name between the look and the leap.
        raise ConflictError(
            "An organization here has this name already.", hint="Send it again.", code="SET-002"
        ) from error


def _check_bound(session: Session, number: int, *, free: bool) -> None:
    founded = select(func.count()).select_from(AuditEntry).where(
        AuditEntry.account_id == number, AuditEntry.action == "organization_created"
    )  # fmt: skip
    if not free and (session.scalar(founded) or 0) >= MOST:
        raise RefusedError(
            "You have set up as many organizations as one account may.",
            hint="Ask who looks after this site.", code="SET-003",
        )  # fmt: skip


def _checked(
    session: Session, said: Described, place: Organization | None
) -> tuple[str, dict[str, str]]:
    name, faults = one_line(said.name), []
    if not name:
        faults.append(_fault("name", "Give the organization’s name.", "As people know it."))
    elif len(name) > LONGEST_NAME:
        faults.append(_fault("name", "This name is too long.", "Use 200 characters at most."))
    elif wrong := _taken(session, name, place):
        faults.append(_fault("name", *wrong))
    words = {key: one_line(str(getattr(said, key))) for key in WORDS}
    if not words["legal_form"]:
        faults.append(_fault("legal_form", "Choose the legal form.", "“Autre forme” is one too."))
    for key, text in words.items():
        if len(text) > LONGEST:
            faults.append(_fault(key, "This is too long.", "Use 200 characters at most."))
    number = registration(said.number)
    if said.number.strip() and number is None:
        faults.append(
            _fault(
                "number", "This is no SIREN, SIRET or RNA number.",
                "A SIREN has 9 digits, a SIRET 14, an RNA number W and 9 signs. "
                "One wrong digit is enough: compare it with your papers.",
            )
        )  # fmt: skip
    if faults:
        raise InputError("Some answers need another look.", code="SET-001", faults=faults)
    if number is not None:
        words[number.kind] = number.written
    words |= {"age": YOUNG if said.young else "", "esus": OF_RIGHT if said.of_right else ""}
    return name, {key: text for key, text in words.items() if text}


def _fault(column: str, message: str, hint: str) -> Fault:
    return Fault("", 0, "SET-001", message, hint, column)


def _taken(session: Session, name: str, place: Organization | None) -> tuple[str, str] | None:
    """Why an organization may not be called so, and what to do; None where it may."""
    if place is not None and name == place.name:
        return None
    if place is not None and any(wave.state == WaveState.OPEN for wave in place.waves):
        return (
            "The name stands in the questions that people answer now.",
            "Change it once the wave is closed.",
        )
    others = [one for one in accounts.organizations(session) if one is not place]
    # By its code as well: commands on the server find an organization by either.
    if any(likeness(name) in (likeness(one.name), likeness(one.code)) for one in others):
        return (
            "An organization here has this name already.",
            "If it is yours, ask one of its managers for a role; else add your town to the name.",
        )
    return None


def likeness(name: str) -> str:
    """What two names that people take for the same have in common: letters and digits."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum()) or name


def _code(session: Session, name: str) -> str:
    known = {one for place in accounts.organizations(session) for one in (place.code, place.name)}
    return free_code(slug(name), known, "_")


def free_code(wanted: str, known: set[str], mark: str) -> str:
    """``wanted``, else with the first number that makes it one of its own: ``wanted_2``."""
    if wanted not in known:
        return wanted
    ends = (f"{mark}{n}" for n in range(2, len(known) + 3))
    return next(c for end in ends if (c := wanted[: 64 - len(end)] + end) not in known)
