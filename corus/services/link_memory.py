"""What one process remembers of personal links; in a rush, of every link there is.

When thousands are invited, many open their form within the same minutes, and looking each link up
costs as much as serving its page. In a rush the links that were used are therefore read all at
once, every two seconds or so. Between two readings a page may show the form of a link that has just
answered elsewhere; storing its answers looks again, and refuses them.
"""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

from corus.errors import UnavailableError
from corus.store import invitations
from corus.store.engine import Store

RUSH = 20
"""Links opened within a second, by one process, that make a rush."""
FRESH_SECONDS = 2.0
"""Shortest time between two readings of the list of used links."""
SHARE = 20
"""A reading is followed by at least so many times its own length without one."""
TOO_LONG = 0.1
"""Seconds after which reading at once saves nothing: links are then looked up one by one."""
QUIET_SECONDS = 60.0
"""How long it is then not tried again."""
ALL_SECONDS = 600.0
"""Time between two readings of all links; those made meanwhile are looked up one by one."""
MOST = 100_000
"""Links that one process remembers."""


class Opening(NamedTuple):
    """Whose questionnaire a link opens, in an open and anonymous wave.

    None of it changes but when the wave goes on in another: the page then looks again
    (``Door.up_to_date``), and storing refuses what would go to the wave before.
    """

    wave: str
    group: str
    language: str
    site: str = ""


class LinkMemory:
    """Links of open, anonymous waves by the hash under which their invitation is found."""

    def __init__(self) -> None:
        self.openings: dict[bytes, Opening] = {}
        self._used: set[bytes] = set()
        self._fresh_until = self._all_until = self._quiet_until = self._since = 0.0
        self._opened = 0
        self._open_waves: tuple[tuple[int, int], ...] = ()
        self._turn = threading.Lock()

    def unused(self, store: Store, who: bytes, once: bytes) -> Opening | None:
        """What a link opens that had not answered a moment ago; None when not known."""
        self._opened += 1
        if time.monotonic() > self._fresh_until and not self._read(store):
            return None
        return None if once in self._used else self.openings.get(who)

    def remember(self, who: bytes, opening: Opening) -> None:
        """A link that was looked up, until its answers come."""
        if len(self.openings) >= MOST:
            # All at once: those forgotten are looked up again.
            self.openings = {}
        self.openings[who] = opening

    def answered(self, once: bytes) -> None:
        """This process stored the answer of a link: it need not wait to know."""
        self._used.add(once)

    def _read(self, store: Store) -> bool:
        """Read the links if there is a rush; whether they were."""
        if not self._rush() or not self._turn.acquire(blocking=False):
            return False
        try:
            self._read_openings(store)
            return self._read_used(store)
        except UnavailableError:
            return False
        finally:
            self._turn.release()

    def _rush(self) -> bool:
        now = time.monotonic()
        if self._opened >= RUSH * max(1, now - self._since):
            return now > self._quiet_until
        if now - self._since > 1:
            self._since, self._opened = now, 1
        return False

    def _read_openings(self, store: Store) -> None:
        with store.reading() as session:
            # Links move when a wave goes on in another: then all are read again.
            waves = invitations.open_waves(session)
            if waves == self._open_waves and time.monotonic() < self._all_until:
                return
            found = invitations.openings(session, MOST)
        self._open_waves = waves
        shared = {place: Opening(*place) for place in {row[1:] for row in found}}
        self.openings = {row[0]: shared[row[1:]] for row in found}
        self._all_until = time.monotonic() + ALL_SECONDS

    def _read_used(self, store: Store) -> bool:
        start = time.monotonic()
        with store.reading() as session:
            self._used = set(invitations.used(session))
        now = time.monotonic()
        took = now - start
        if took > TOO_LONG:
            self._quiet_until = now + QUIET_SECONDS
            return False
        self._since, self._opened = now, 0
        self._fresh_until = now + max(FRESH_SECONDS, SHARE * took)
        return True


def memory(store: Store) -> LinkMemory:
    """The one memory of this process for this store."""
    found = store.cache.get("links")
    if not isinstance(found, LinkMemory):
        found = store.cache.setdefault("links", LinkMemory())
    return found  # type: ignore[return-value]
