"""Sending a mailing: each message at most once, whatever stops us.

A message is taken, durably, just before its final dot, and settled just after the server's word.
What is found taken later is uncertain: a person decides (``uncertain``), never this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from corus.errors import UnavailableError
from corus.services import links
from corus.services.inviting import mailing as mailings
from corus.services.inviting.message import Occasion, Recipient, compose, message_id
from corus.services.inviting.pace import Pace
from corus.services.inviting.relay import (
    LostError,
    NoSuchAddressError,
    NotNowError,
    NotTakenError,
    NotThisMessageError,
    NotUsError,
)
from corus.services.inviting.stopping import stop_token
from corus.store import deliveries, invitations
from corus.store.deliveries import Due
from corus.store.engine import Store
from corus.store.turns import only_sender

BATCH = 200
PAUSES = (60, 300, 900)
"""Seconds before those whom the server turned away for the moment are tried again, in one run."""
RECONNECTIONS = (1, 5, 30)
"""Seconds before a lost line is opened again; after the last the run ends."""
MOST_ATTEMPTS = 12
"""So many refusals for the moment, over several runs, are one for good."""
UNWELCOME = 5
"""Refusals of ourselves in a row after which the run ends: it is no one address."""
SETTLING = (0.2, 1, 3)
"""Seconds between attempts to write down that a message went."""


class Fate(StrEnum):
    """What became of one message."""

    SENT = "sent"
    BOUNCED = "bounced"
    REFUSED = "refused"
    LATER = "waiting"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


class Server(Protocol):
    """What sending needs of a mail server; ``Relay`` is one."""

    @property
    def sender(self) -> str:
        """The address messages come from."""

    def offer(self, recipient: str, content: bytes) -> None:
        """Everything but the final dot."""

    def conclude(self) -> None:
        """The final dot."""

    def drop(self) -> None:
        """End the line; what has no final dot is thrown away."""


@dataclass
class Run:
    """One command's work on one mailing."""

    store: Store
    server: Server
    occasion: Occasion
    mailing_id: int
    wave_id: int
    pace: Pace
    told: Callable[[Fate], None] = lambda _fate: None
    pausing: Callable[[int, int], None] = lambda _put_off, _seconds: None
    """Called before a pause: how many messages were put off, and how long it lasts."""
    fates: Counter[Fate] = field(default_factory=Counter)
    unwelcome: int = 0

    def send(self, limit: int | None = None) -> Counter[Fate]:
        """Everything that waits, at most ``limit`` messages; what became of them.

        A message that need not go, because its link has answered, counts as sent, against
        ``limit`` as well: the number of those who have answered must not be the difference.

        Raises ``ConflictError`` (``MAI-001``) when somebody else is sending, ``UnavailableError``
        when the mail server cannot be reached or wants nothing from us: what waits still waits.
        """
        with only_sender(self.store):
            later = self._pass(self._waiting(limit))
            for pause in PAUSES:
                if not later:
                    break
                self.pausing(len(later), pause)
                self.pace.pause(pause)
                later = self._pass(self._waiting(only=frozenset(later)))
            self.fates[Fate.LATER] = len(later)
            with self.store.writing() as session:
                mailings.finish(session, self.mailing_id)
        return self.fates

    def _pass(self, due: Iterator[Due]) -> list[bytes]:
        later = []
        for one in due:
            fate = self._persist(one)
            if fate is Fate.LATER:
                later.append(one.invitation_id)
            else:
                self.fates[fate] += 1
            self.told(fate)
        return later

    def _waiting(
        self, limit: int | None = None, only: frozenset[bytes] | None = None
    ) -> Iterator[Due]:
        """Messages that still need to go. Whose link has answered is looked up for each batch."""
        after, left = b"", limit
        while batch := self._batch(after, left):
            due = [d for d in batch if only is None or d.invitation_id in only]
            done = self._settle_unsent([d.invitation_id for d in due])
            for one in due:
                if one.invitation_id not in done:
                    yield one
                else:
                    self.fates[Fate.SENT] += 1
                    self.told(Fate.SENT)
            after, left = batch[-1].invitation_id, None if left is None else left - len(batch)

    def _batch(self, after: bytes, left: int | None) -> list[Due]:
        with self.store.writing() as session:
            deliveries.drop_unwelcome(session, self.mailing_id)
            size = BATCH if left is None else min(BATCH, left)
            return deliveries.waiting(session, self.mailing_id, after, size)

    def _settle_unsent(self, ids: list[bytes]) -> set[bytes]:
        with self.store.writing() as session:
            done = mailings.answered(session, self.store.key, self.wave_id, ids)
            deliveries.settle_unsent(session, self.mailing_id, sorted(done))
        return done

    def _persist(self, due: Due) -> Fate:
        """One message, over several connections if the line is lost before it was taken."""
        for pause in (*RECONNECTIONS, None):
            self.pace.wait()
            try:
                return self._one(due)
            except LostError as error:
                if pause is None:
                    raise UnavailableError(
                        "The mail server does not answer, or keeps ending the connection.",
                        hint="What was not sent waits: run the command again later.",
                        code="MAI-006",
                    ) from error
                self.pace.pause(pause)
        raise AssertionError  # the loop returns or raises

    def _one(self, due: Due) -> Fate:
        content = compose(self.occasion, self._recipient(due), datetime.now(UTC))
        try:
            self.server.offer(due.address, content)
        except NotTakenError as refusal:
            return self._refused(due, refusal, "waiting")
        if not self._take(due):
            self.server.drop()
            return Fate.DROPPED
        try:
            self.server.conclude()
        except NotTakenError as refusal:
            return self._refused(due, refusal, "handing")
        except LostError:
            # Nobody can know whether the server took it (RFC 1047): it is not sent again.
            return Fate.UNCERTAIN
        self.unwelcome = 0
        self._settle(due, "sent")
        return Fate.SENT

    def _take(self, due: Due) -> bool:
        try:
            with self.store.writing() as session:
                return deliveries.take(session, self.mailing_id, due.invitation_id)
        except BaseException:
            # Not certainly written down: then the message must not go.
            self.server.drop()
            raise

    def _settle(self, due: Due, state: str) -> None:
        for pause in (*SETTLING, None):
            try:
                with self.store.writing() as session:
                    deliveries.settle(session, self.mailing_id, due.invitation_id, state)
                return
            except UnavailableError:
                if pause is None:
                    raise
                self.pace.pause(pause)

    def _refused(self, due: Due, refusal: NotTakenError, was: str) -> Fate:
        attempts, note = due.attempts + 1, str(refusal.reply)
        fate = _FATES.get(type(refusal), Fate.LATER)
        if fate is Fate.LATER and attempts >= MOST_ATTEMPTS:
            fate = Fate.REFUSED
        state = "waiting" if fate is Fate.LATER else "refused"
        with self.store.writing() as session:
            deliveries.settle(
                session, self.mailing_id, due.invitation_id, state,
                instead_of=was, note=note, attempts=attempts,
            )  # fmt: skip
            # Only those who have not answered are reminded: a mark would tell who they are.
            if fate is Fate.BOUNCED and self.occasion.kind == "invitation":
                invitations.set_state(
                    session, due.invitation_id, "bounced", instead_of="active", note=note
                )
        self._count_unwelcome(refusal)
        return fate

    def _count_unwelcome(self, refusal: NotTakenError) -> None:
        self.unwelcome = self.unwelcome + 1 if isinstance(refusal, NotUsError) else 0
        if self.unwelcome >= UNWELCOME:
            raise UnavailableError(
                f"The mail server refuses our messages: {refusal.reply}.",
                hint="Check [mail] in settings.toml, and with whoever runs the mail server. "
                "What was not sent waits.",
                code="MAI-007",
            )

    def _recipient(self, due: Due) -> Recipient:
        return recipient(self.store.key, due, self.mailing_id, self.server.sender)


_FATES = {NoSuchAddressError: Fate.BOUNCED, NotThisMessageError: Fate.REFUSED,
          NotNowError: Fate.LATER, NotUsError: Fate.LATER}  # fmt: skip


def recipient(key: bytes, due: Due, mailing_id: int, sender: str) -> Recipient:
    """The person of a waiting message, with the addresses made for them alone."""
    return Recipient(
        address=due.address,
        name=due.name,
        group=due.group,
        language=due.language,
        token=links.token(key, due.invitation_id),
        stop=stop_token(key, due.invitation_id),
        message_id=message_id(key, mailing_id, due.invitation_id, sender.rpartition("@")[2]),
    )
