"""Inviting: a list of contacts into a wave, whole or not at all; taking an invitation back.

Knows no mail server; what it returns are numbers.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from corus.domain.wave import GroupPlan, WaveState
from corus.errors import Fault, InputError, NotFoundError, RefusedError
from corus.services import links
from corus.services.inviting import again
from corus.services.inviting.contacts import Contact, Contacts, address_of, read_contacts
from corus.services.inviting.stopping import MARKED, address_mark
from corus.services.publishing import version_of
from corus.services.waves import groups_of, plan_of
from corus.store import invitations, queries
from corus.store.invitations import Invitee
from corus.store.models import Wave

INVITING = (WaveState.DRAFT, WaveState.OPEN)
Revoked = Literal["left_out", "invited_again"]
"""What becomes of those on a list whose invitation was taken back."""
STILL = {
    "anonymous": "who had answered by it cannot answer twice",
    "confidential": "their new one leads to what they had answered or saved by it",
}
"""What becomes of answers that came by a link taken back."""


FEW = (
    "Few are invited in these groups, or groups of a site: no result tells of them, but whoever "
    "reads the answers themselves could recognise them: {cells}."
)


@dataclass(frozen=True)
class Added:
    """What became of a list of contacts."""

    file: str
    read: int
    added: Mapping[str, int]
    """By group."""
    already: int
    """Rows of people who were invited before."""
    revoked: int
    """Of these, whose invitation was taken back, and who are not invited again."""
    again: int
    """Of those added, whose earlier invitation was taken back: their new link takes its place."""
    declined: int
    """Of those added, who wanted no more messages in another wave: none is sent to them."""
    left_aside: tuple[str, ...]
    notes: tuple[str, ...]
    still: str = STILL["anonymous"]
    """What becomes of answers that came by a link taken back."""
    small: tuple[str, ...] = ()
    """Groups, and groups of a site, with so few people invited that this names them."""
    doubtful: int = 0
    """Of those added, who have the name and group of somebody taken back, at another address."""

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        new = sum(self.added.values())
        yield f"{self.file}: {self.read} read, {new} invited, {self.already} invited before."
        for group, n in self.added.items():
            yield f"  {group:<22} {n:>6}"
        if self.revoked:
            yield (
                f"{self.revoked} of those were revoked in this wave: they are NOT invited again "
                "(--again gives them a new link)."
            )
        if self.again:
            yield (
                f"{self.again} of them were revoked in this wave: their old link stays dead, and "
                f"{self.still}."
            )
        if self.doubtful:
            yield (
                f"{self.doubtful} of them bear the name of somebody revoked in the same group, at "
                "another address, and got a link of their own: if this is the same person, who "
                "may then answer twice, revoke it and give both addresses in one row."
            )
        if self.declined:
            yield (
                f"{self.declined} of them asked in another survey for no more messages: "
                "none is sent to them."
            )
        if self.left_aside:
            yield f"Columns not read: {', '.join(self.left_aside)}."
        if self.small:
            yield FEW.format(cells=", ".join(self.small))
        yield from self.notes


def read_list(session: Session, wave_code: str, path: str | Path) -> Contacts:
    """A list as this wave understands it, faults with it; stores nothing.

    Raises ``RefusedError`` (``INV-001``) when the wave is over.
    """
    wave = queries.wave_by_code(session, wave_code)
    check_inviting(wave)
    plan = plan_of(wave)
    return read_contacts(
        path, version_of(wave).instrument, groups_of(wave), plan.languages, plan.sites
    )


def import_contacts(
    session: Session, key: bytes, wave_code: str, path: str | Path, day: date, *,
    revoked: Revoked = "left_out", read: Contacts | None = None,
) -> Added:  # fmt: skip
    """Invite everybody on a list who is not invited yet; ``key`` is the store's.

    ``read`` is the list where it was read before: reading a large one takes seconds, during which
    nobody else could write.

    Those whose invitation was taken back get another, by a new link, if ``revoked`` says so.
    Raises ``InputError`` (``CTC-000``) with every fault of the list, ``RefusedError``
    (``INV-001``) when the wave is over. Nothing is stored unless everything is.
    """
    wave = queries.wave_by_code(session, wave_code)
    check_inviting(wave)
    invitations.lock(session, wave)
    plan = plan_of(wave)
    known = read is not None and {c.group for c in read.contacts} <= set(groups_of(wave))
    found = read if read and known else read_list(session, wave_code, path)
    people = invitations.people(session, wave.id)
    new, returning, faults = _sorted(people, found)
    if faults:
        raise InputError(
            f"{found.file}: {len(faults)} fault(s), nobody was invited.",
            hint="Mend them and import again.", code="CTC-000", faults=sorted(faults),
        )  # fmt: skip
    back = returning if revoked == "invited_again" else {}
    doubtful = again.namesakes(people, new)
    declined = _add(session, key, wave, new, back)
    count_invited(session, wave)
    groups = Counter(contact.group for contact in (*new, *back.values()))
    n = groups.total()
    queries.note(session, wave, day, "invited", added=n, **({"again": len(back)} if back else {}))
    return Added(
        found.file, len(found.contacts), {g: groups[g] for g in groups_of(wave) if groups[g]},
        len(found.contacts) - n, len(returning) - len(back), len(back), declined,
        found.left_aside, found.notes, STILL[plan.anonymity],
        few_cells(session, wave), doubtful,
    )  # fmt: skip


def few_invited(session: Session, wave: Wave) -> str:
    """The sentence about groups, and groups of a site, with few invited; "" without any."""
    cells = few_cells(session, wave)
    return FEW.format(cells=", ".join(cells)) if cells else ""


def few_cells(session: Session, wave: Wave) -> tuple[str, ...]:
    """``group``, or ``group@site``, to which so few are invited that this alone names them."""
    return tuple("@".join(filter(None, cell)) for cell in small_cells(session, wave))


def small_cells(session: Session, wave: Wave) -> list[tuple[str, str]]:
    """(group, site) to which so few are invited that this names them; "" is the whole group."""
    shown = plan_of(wave).thresholds.shown
    whole = {(g, ""): n for g, n in invitations.invited(session, wave.id).items() if n}
    cells = whole | invitations.per_cell(session, wave.id)
    return [cell for cell, n in sorted(cells.items()) if n < shown]


def check_inviting(wave: Wave) -> None:
    """Raises ``RefusedError`` (``INV-001``) unless people may still be invited to the wave."""
    if wave.state not in INVITING:
        raise RefusedError(
            f"Wave “{wave.code}” is {wave.state}: nobody is invited to it any more.",
            code="INV-001",
        )


def _sorted(
    invited: Sequence[Invitee], found: Contacts
) -> tuple[list[Contact], dict[bytes, Contact], list[Fault]]:
    """Contacts not invited yet; those revoked, by that invitation; every fault of the list."""
    people = {Contact(0, p.group, "", p.address, p.name, p.postal).person: p for p in invited}
    by_post = again.taken_back_by_post(invited)
    faults = list(found.faults)
    new: list[Contact] = []
    revoked: dict[bytes, Contact] = {}
    for contact in found.contacts:
        known = people.get(contact.person)
        if known is None and (same := by_post.get(again.letter_of(contact), b"")):
            revoked.setdefault(same, contact)
        elif known is None:
            new.append(contact)
        elif known.state == "revoked":
            revoked[bytes(known.id)] = contact
        elif known.group != contact.group:
            fact = f"This person is invited already, in the group “{known.group}”."
            hint = "A person is invited once in a wave, in one group: mend the group on the list."
            faults.append(Fault(found.file, contact.line, "CTC-017", fact, hint))
        elif contact.site not in ("", known.site):
            fact = f"This person is invited already, at {_at(known.site)}."
            hint = "The link that was given out keeps its site: mend the site on the list."
            faults.append(Fault(found.file, contact.line, "CTC-020", fact, hint))
    return new, revoked, faults


def _at(site: str) -> str:
    return f"the site “{site}”" if site else "no site"


def _add(
    session: Session, key: bytes, wave: Wave, new: Sequence[Contact], back: Mapping[bytes, Contact]
) -> int:
    stopped = invitations.declined(session, wave.organization_id, wave.id)
    known = {c.address for c in (*new, *back.values()) if c.address}
    declined = {one for one in known if {one, address_mark(key, one)} & stopped}
    places = again.free(session, key, wave.id, back)
    rows = [
        *(_row(key, wave.id, contact, declined) for contact in new),
        *(
            _row(key, wave.id, contact, declined) | place
            for contact, place in zip(back.values(), places, strict=True)
        ),
    ]
    # In no order: where a row lies must not say where its person stood in the list.
    random.SystemRandom().shuffle(rows)
    invitations.add(session, rows)
    return sum(row["state"] != "active" for row in rows)


def _row(key: bytes, wave_id: int, contact: Contact, declined: set[str]) -> dict[str, Any]:
    invitation_id = secrets.token_bytes(16)
    return {
        "id": invitation_id, "wave_id": wave_id, "group_code": contact.group,
        "who": links.who(key, links.token(key, invitation_id)), "language": contact.language,
        "address": contact.address, "name": contact.name, "postal": contact.postal,
        "state": "unsubscribed" if contact.address in declined else "active", "note": "",
        "site": contact.site,
    }  # fmt: skip


def count_invited(session: Session, wave: Wave) -> None:
    """Write into the wave's plan how many are invited, so that no page counts them."""
    plan, counted = plan_of(wave), invitations.invited(session, wave.id)
    groups = {
        group: plan.groups.get(group, GroupPlan()).model_copy(
            update={"invited": counted.get(group)}
        )
        for group in groups_of(wave)
    }
    wave.plan = plan.model_copy(update={"groups": groups}).model_dump_json()
    session.flush()


def revoke(
    session: Session, key: bytes, wave_code: str, address: str, day: date, *, link: str = ""
) -> None:
    """Take an invitation back: its link opens nothing, stores nothing, and no message goes to it.

    Found by the e-mail ``address``, or by the ``link`` or code that was printed on a letter.

    Who has the form open keeps what was typed, and is told that the link is no longer valid.

    Raises ``NotFoundError`` (``INV-002``) when this address is not invited, or not any more,
    ``RefusedError`` (``INV-006``) when the addresses of the wave are forgotten.
    """
    wave = queries.wave_by_code(session, wave_code)
    invitations.lock(session, wave)
    people = invitations.people(session, wave.id)
    found = _by_link(key, people, link) if link else _by_address(people, address)
    if found is None and not link:
        _require_addresses(wave, people)
    if found is None or found.state == "revoked":
        raise NotFoundError(
            f"This {'link' if link else 'address'} is not invited to this wave.",
            hint="Check how it is written.",
            code="INV-002",
        )  # fmt: skip
    note = invitations.DECLINED if found.state == invitations.DECLINED else ""
    invitations.set_state(session, found.id, "revoked", instead_of=found.state, note=note)
    if wave.state == WaveState.OPEN:
        again.use_up(session, key, wave.id, bytes(found.id))
    count_invited(session, wave)
    queries.note(session, wave, day, "revoked")


def _require_addresses(wave: Wave, people: Sequence[Invitee]) -> None:
    forgotten = not people or any((p.address or "").startswith(MARKED) for p in people)
    if wave.state not in INVITING and forgotten:
        raise RefusedError(
            f"Wave “{wave.code}” is {wave.state}: no address of anybody invited to it is kept.",
            hint="Its links store no answer any more, and no message goes out.", code="INV-006",
        )  # fmt: skip


def _by_address(people: Sequence[Invitee], address: str) -> Invitee | None:
    wanted = address_of(address)
    return next((p for p in people if wanted and p.address == wanted), None)


def _by_link(key: bytes, people: Sequence[Invitee], link: str) -> Invitee | None:
    code = "".join(c for c in link.lower().rpartition("/i/")[2].split("/")[0] if c.isalnum())
    return next((p for p in people if links.token(key, p.id) == code), None)
