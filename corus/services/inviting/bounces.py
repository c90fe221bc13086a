"""Messages that came back: delivery status notifications (RFC 3464) from files, .eml or mbox.

Reads what failed for good and marks its invitation; returns numbers and names nobody.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from sqlalchemy.orm import Session

from corus.errors import InputError
from corus.services.inviting.contacts import address_of
from corus.services.inviting.message import message_id
from corus.services.inviting.relay import nameless
from corus.store import deliveries, invitations, queries

_NAME = re.compile(r"^message-id:\s*<?([0-9a-f]{32})@", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Failure:
    """What one notification says of one recipient."""

    address: str | None
    name: str
    """Of the message that came back, up to the @; "" when the notification does not say."""
    note: str


@dataclass(frozen=True)
class Bounced:
    """What became of the notifications read."""

    read: int
    marked: int
    known: int
    """Failures of invitations that were not active any more."""
    strange: int
    """Failures of messages or addresses that are none of this wave's."""
    other: int
    """Mails that report no failure for good: delays, replies, anything else."""

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        yield f"{self.read} message(s) read, {self.marked} address(es) marked as bounced."
        for n, what in (
            (self.known, "known already"), (self.strange, "not of this wave"),
            (self.other, "without a permanent failure"),
        ):  # fmt: skip
            if n:
                yield f"  {n} {what}"


def record_bounces(session: Session, key: bytes, wave_code: str, paths: Iterable[Path]) -> Bounced:
    """Mark invitations whose messages failed for good; a bounced address is not written to again.

    Raises ``InputError`` for a file that cannot be read (``MAI-009``) and when none of them holds
    a notification (``MAI-012``); nothing is stored then.
    """
    wave = queries.wave_by_code(session, wave_code)
    people = invitations.people(session, wave.id)
    by_address = {p.address: bytes(p.id) for p in people if p.address}
    by_name = _names(session, key, wave.id, list(by_address.values()))
    found: Counter[str] = Counter()
    for path in paths:
        for message in _messages(path):
            found["read"] += 1
            found["notices"] += is_notification(message)
            failures = list(failures_of(message))
            found["other"] += not failures
            for failure in failures:
                found[_mark(session, failure, by_address, by_name)] += 1
    if not found["notices"]:
        raise InputError(
            f"{found['read']} message(s) read, and none is a delivery notification.",
            hint="Save as .eml what the mail server sent back (“Undelivered Mail Returned”).",
            code="MAI-012",
        )  # fmt: skip
    return Bounced(*(found[name] for name in ("read", "marked", "known", "strange", "other")))


def _names(session: Session, key: bytes, wave_id: int, ids: list[bytes]) -> dict[str, bytes]:
    return {
        message_id(key, mailing.id, i, "").strip("<@>"): i
        for mailing in deliveries.mailings(session, wave_id)
        for i in ids
    }


def _mark(
    session: Session, failure: Failure, by_address: Mapping[str, bytes],
    by_name: Mapping[str, bytes],
) -> str:  # fmt: skip
    # By the message first: the address in a notification may be one it was forwarded to.
    invitation_id = by_name.get(failure.name)
    if invitation_id is None and not failure.name and failure.address:
        invitation_id = by_address.get(failure.address)
    if invitation_id is None:
        return "strange"
    marked = invitations.set_state(
        session, invitation_id, "bounced", instead_of="active", note=failure.note
    )
    return "marked" if marked else "known"


def _messages(path: Path) -> Iterator[Message]:
    """The messages of a file: one, or as many as an mbox holds."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}).", hint="Check its name.", code="MAI-009"
        ) from error
    if content.startswith(b"From "):
        box = mailbox.mbox(path, create=False)
        try:
            yield from box
        finally:
            box.close()
    else:
        yield email.message_from_bytes(content, policy=email.policy.compat32)


def is_notification(message: Message) -> bool:
    """Whether a mail tells what became of another: a failure, a delay, a delivery."""
    return any("Action" in fields for fields in _reports(message))


def failures_of(message: Message) -> Iterator[Failure]:
    """Recipients whom a notification reports as failed for good; none for any other mail."""
    name = _original(message)
    for fields in _reports(message):
        if _for_good(fields):
            yield Failure(_address(fields), name, _note(fields))


def _reports(message: Message) -> Iterator[Message]:
    """The blocks of fields in a notification: of the message, then of each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (f for f in part.get_payload() if isinstance(f, Message))


def _for_good(fields: Message) -> bool:
    action, status = str(fields.get("Action", "")), str(fields.get("Status", ""))
    return action.strip().lower() == "failed" and status.strip().startswith("5")


def _address(fields: Message) -> str | None:
    for field in ("Original-Recipient", "Final-Recipient"):
        found = address_of(str(fields.get(field, "")).rpartition(";")[2])
        if found:
            return found
    return None


def _note(fields: Message) -> str:
    said = str(fields.get("Diagnostic-Code", "")).partition(";")[2]
    return nameless(f"{fields.get('Status', '')} {said}")


def _original(message: Message) -> str:
    """The name of the message that came back, from the copy of its headers."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            found = _NAME.search(part.as_string())
            if found:
                return found[1].lower()
    return ""
