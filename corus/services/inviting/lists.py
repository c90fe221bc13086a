"""What may be taken out of invitations: numbers for anybody, links and letters to send.

Knows nothing of answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corus.documents.letters import Letter
from corus.documents.printer import lacking
from corus.domain.base import say
from corus.errors import InputError
from corus.exports.safe_text import csv_bytes
from corus.services import links, printing
from corus.services.inviting.invite import check_inviting
from corus.services.inviting.mailing import in_steps
from corus.services.inviting.message import MINUTES
from corus.services.publishing import version_of
from corus.services.waves import groups_of, plan_of
from corus.store import deliveries, invitations, queries
from corus.store.invitations import Invitee

STATES = ("active", "unsubscribed", "bounced", "revoked")
HEADINGS = ("group", "name", "email", "postal_address", "language", "link")


@dataclass(frozen=True)
class GroupLine:
    """Invitations of one group, by what became of them."""

    group: str
    invited: int
    by_mail: int
    by_letter_only: int
    unsubscribed: int
    bounced: int
    revoked: int


@dataclass(frozen=True)
class MailingLine:
    """Messages of one mailing by state; of a reminder, only what is left to do, in steps."""

    kind: str
    number: int
    prepared_on: str
    messages: Mapping[str, int | str]


def numbers(session: Session, wave_code: str) -> list[GroupLine]:
    """Invitations of a wave, group by group."""
    wave = queries.wave_by_code(session, wave_code)
    found = invitations.counts(session, wave.id)
    return [_line(group, found) for group in groups_of(wave)]


def _line(group: str, found: dict[tuple[str, str, bool], int]) -> GroupLine:
    by_state: Counter[str] = Counter()
    mail = letter = 0
    for (of, state, by_mail), n in found.items():
        if of == group:
            by_state[state] += n
            mail += n if by_mail and state == "active" else 0
            letter += n if not by_mail and state == "active" else 0
    invited = sum(by_state.values()) - by_state["revoked"]
    return GroupLine(
        group, invited, mail, letter, by_state["unsubscribed"], by_state["bounced"],
        by_state["revoked"],
    )  # fmt: skip


def mailings(session: Session, wave_code: str) -> list[MailingLine]:
    """Mailings of a wave. How many reminders went would tell how many have answered."""
    wave = queries.wave_by_code(session, wave_code)
    found = []
    for mailing in deliveries.mailings(session, wave.id):
        counts = deliveries.counts(session, mailing.id) or dict(mailing.counts)
        told: Mapping[str, int | str] = counts
        if mailing.kind == "reminder":
            told = {state: in_steps(counts.get(state, 0)) for state in ("handing", "refused")}
        found.append(
            MailingLine(mailing.kind, mailing.number, mailing.prepared_on.isoformat(), told)
        )
    return found


def links_csv(
    session: Session, key: bytes, wave_code: str, public_url: str, *, group: str | None = None
) -> tuple[bytes, int]:
    """Personal links of everybody active, as CSV, and how many: confidential to who sends them."""
    address = base(public_url)
    rows = [
        (p.group, p.name, p.address or "", p.postal, p.language,
         f"{address}/i/{links.token(key, bytes(p.id))}")
        for p in _active(session, wave_code, group)
    ]  # fmt: skip
    return csv_bytes(HEADINGS, rows), len(rows)


def letters_pdf(
    session: Session, key: bytes, wave_code: str, public_url: str, *, group: str | None = None,
    without_mail: bool = False,
) -> tuple[bytes, int]:  # fmt: skip
    """A letter for everybody active who has a postal address, as one PDF, and how many.

    ``without_mail``: only for those who have no e-mail address. Raises ``InputError``
    (``INV-003``) when there is nobody to write to.
    """
    address = base(public_url)
    people = _by_post(session, wave_code, group, without_mail=without_mail)
    if not people:
        raise InputError(
            "Nobody is to be written to by letter.",
            hint="Import contacts with a postal address.", code="INV-003",
        )  # fmt: skip
    letters = list(_letters(session, key, wave_code, people, address))
    return printing.letters_of(session, wave_code, letters, address), len(letters)


def lacking_in_letters(
    session: Session, wave_code: str, *, group: str | None = None, without_mail: bool = False
) -> str:
    """Letters of the same names and addresses for which a box is printed; "" for none."""
    people = _by_post(session, wave_code, group, without_mail=without_mail)
    return lacking(*(text for p in people for text in (p.name, p.postal)))


def _by_post(
    session: Session, wave_code: str, group: str | None, *, without_mail: bool
) -> list[Invitee]:
    people = _active(session, wave_code, group)
    return [p for p in people if p.postal and not (without_mail and p.address)]


def _active(session: Session, wave_code: str, group: str | None) -> list[Invitee]:
    wave = queries.wave_by_code(session, wave_code)
    check_inviting(wave)
    if group is not None and group not in groups_of(wave):
        raise InputError(
            f"There is no group “{group}” in this wave.",
            hint=f"Use one of: {', '.join(groups_of(wave))}.", code="INV-004",
        )  # fmt: skip
    people = invitations.people(session, wave.id, group=group)
    active = [p for p in people if p.state in ("active", "bounced")]
    return sorted(active, key=lambda p: (p.group, p.name.casefold(), p.address or ""))


def _letters(
    session: Session, key: bytes, wave_code: str, people: list[Invitee], address: str
) -> Iterator[Letter]:
    wave = queries.wave_by_code(session, wave_code)
    groups = version_of(wave).instrument.groups
    offered = plan_of(wave).languages
    for person in people:
        token = links.token(key, bytes(person.id))
        language = person.language if person.language in offered else offered[0]
        yield Letter(
            person.name, person.postal, f"{address}/i/{token}", token.upper(),
            say(groups[person.group].label, language), language,
            groups[person.group].minutes or MINUTES,
        )  # fmt: skip


def base(public_url: str) -> str:
    """Scheme and host of personal links; ``InputError`` (``INV-005``) when nobody said."""
    if not public_url:
        raise InputError(
            "The public address of this instance is not known, and links are made from it.",
            hint="Say it once: `corus init --public-url https://enquete.example.org`.",
            code="INV-005",
        )  # fmt: skip
    return public_url.rstrip("/")
