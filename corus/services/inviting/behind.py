"""Sending a mailing while pages go on being served: begun by a page, told from the database.

The thread ends with its process. What it leaves waits, and is sent by beginning again: nobody gets
a message twice (``sending``).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date
from threading import Thread

from corus.config import Settings
from corus.errors import CorusError, InputError, UnavailableError
from corus.services.inviting import dispatch, mailing
from corus.services.inviting.mailing import Kind
from corus.store.engine import Store

LOG = logging.getLogger(__name__)
UNFORESEEN = "Sending stopped for a reason that nobody foresaw."
CURE = "What was not sent waits. Tell whoever looks after the server: its log says more."


@dataclass
class Sending:
    """One mailing on its way from this process."""

    thread: Thread | None = field(default=None, repr=False)
    error: CorusError | None = None
    """Why it stopped, if it stopped before its end."""

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self.thread is not None and self.thread.is_alive()


def begin(store: Store, settings: Settings, wave_code: str, kind: Kind, day: date) -> Sending:
    """Prepare the mailing, so that every refusal is told at once, and send it in a thread.

    Raises what ``mailing.prepare`` and ``dispatch.occasion`` raise, and ``InputError``
    (``MAI-021``) when there is nobody to write to. One that this process is
    sending already goes on as it is.
    """
    now = last(store, wave_code, kind)
    if now.running:
        return now
    with store.writing() as session:
        dispatch.occasion(session, wave_code, kind, settings)
        if not mailing.reach(session, wave_code, kind).to_send:
            raise InputError("There is nobody to write to.", code="MAI-021")
        mailing.prepare(session, wave_code, kind, day)
    sending = Sending()
    sending.thread = Thread(
        target=_send, args=(sending, store, settings, wave_code, kind, day), daemon=True,
        name=f"sending {wave_code}",
    )  # fmt: skip
    store.cache[_place(wave_code, kind)] = sending
    sending.thread.start()
    return sending


def last(store: Store, wave_code: str, kind: Kind) -> Sending:
    """The last mailing of this kind that this process began; an empty one when there was none."""
    found = store.cache.get(_place(wave_code, kind))
    return found if isinstance(found, Sending) else Sending()


def _place(wave_code: str, kind: Kind) -> tuple[str, str, str]:
    return "sending", wave_code, kind


def _send(
    sending: Sending, store: Store, settings: Settings, wave_code: str, kind: Kind, day: date
) -> None:
    try:
        dispatch.send(store, settings, wave_code, kind, day)
    except CorusError as error:
        sending.error = error
    except Exception as error:
        LOG.exception("sending stopped")
        sending.error = UnavailableError(UNFORESEEN, hint=CURE, code="MAI-020")
        sending.error.__cause__ = error
