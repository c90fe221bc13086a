"""Messages that may or may not have reached the mail server: listed and settled, never guessed.

They are named by their Message-ID, which the server's log knows and which names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from corus.errors import Fault, InputError
from corus.services.inviting.mailing import finish
from corus.services.inviting.message import message_id
from corus.store import deliveries, queries
from corus.store.engine import Store
from corus.store.turns import only_sender

Verdict = Literal["sent", "waiting"]
"""``sent``: the server has it. ``waiting``: it does not, and the message goes again."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """One message that was being handed over when its sender stopped."""

    name: str
    """Its Message-ID up to the @."""
    kind: str
    number: int
    mailing_id: int
    invitation_id: bytes


def uncertain(session: Session, key: bytes, wave_code: str) -> list[Uncertain]:
    """Messages of a wave whose fate is unknown, by name.

    While a sender is at work, the message it is handing over just now is among them.
    """
    return sorted(_found(session, key, wave_code), key=lambda found: found.name)


def _found(session: Session, key: bytes, wave_code: str) -> Iterator[Uncertain]:
    wave = queries.wave_by_code(session, wave_code)
    for mailing in deliveries.mailings(session, wave.id):
        for invitation_id in deliveries.handing(session, mailing.id):
            name = _bare(message_id(key, mailing.id, invitation_id, ""))
            yield Uncertain(name, mailing.kind, mailing.number, mailing.id, invitation_id)


def _bare(name: str) -> str:
    return name.strip().strip("<>").partition("@")[0].lower()


def settle(store: Store, wave_code: str, names: Iterable[str], verdict: Verdict) -> int:
    """Decide for these Message-IDs; how many were decided.

    Raises ``InputError`` (``MAI-008``) with every name that is not uncertain, ``ConflictError``
    (``MAI-001``) while messages are being sent: what looks uncertain may be on its way.
    """
    wanted = {_bare(name) for name in names}
    with only_sender(store), store.writing() as session:
        found = {u.name: u for u in _found(session, store.key, wave_code)}
        _check(wanted, found.keys())
        chosen = [found[name] for name in wanted]
        for one in chosen:
            deliveries.settle(session, one.mailing_id, one.invitation_id, verdict)
        for mailing_id in {one.mailing_id for one in chosen}:
            finish(session, mailing_id)
    return len(chosen)


def _check(wanted: set[str], known: Iterable[str]) -> None:
    strange = sorted(wanted - set(known))
    if strange:
        raise InputError(
            f"{len(strange)} of these messages are not uncertain: nothing was changed.",
            hint="`corus invite uncertain WAVE` lists those that are.", code="MAI-008",
            faults=[Fault("", 0, "MAI-008", f"“{name[:80]}” is not uncertain.")
                    for name in strange],
        )  # fmt: skip
