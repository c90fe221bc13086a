"""Clients that send answers at once, and remember what they were told."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field

from tests.server.site_factories import RECEIPT, Site, eventually, fresh

CLIENTS = 8
LONGEST = 3000
"""Answers that one client sends at most."""


@dataclass
class Crowd:
    """Clients that send answers until told to stop, and remember what they were told."""

    site: Site
    told: dict[str, str] = field(default_factory=dict)
    """Submission id → story, of each answer that was acknowledged."""
    left: dict[str, str] = field(default_factory=dict)
    """The same of those that nobody acknowledged."""
    wrong: list[str] = field(default_factory=list)
    """What no client should ever be told."""
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Crowd:
        self._threads = [threading.Thread(target=self._client, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _client(self, place: int) -> None:
        for turn in range(LONGEST):
            if self._over.is_set():
                return
            number, story = fresh(), f"Client {place}, tour {turn}."
            if self.acknowledged(number, story):
                self.told[number] = story
            else:
                self.left[number] = story
                time.sleep(0.1)

    def acknowledged(self, number: str, story: str) -> bool:
        """Send one answer; whether the server said that it is stored."""
        try:
            reply = self.site.send(number, q__story=story)
        except (OSError, http.client.HTTPException):
            return False
        if reply.status not in (200, 503):
            self.wrong.append(f"{reply.status}: {reply.text[:200]}")
        return reply.status == 200 and RECEIPT.search(reply.body) is not None

    def goes_on(self) -> None:
        """Wait until twice as many answers as there are clients are acknowledged from now on."""
        known = len(self.told)
        eventually(lambda: len(self.told) > known + 2 * CLIENTS)

    def check(self) -> None:
        """Acknowledged is stored, with its content; the rest is stored once by a retry."""
        assert self.wrong == []
        assert not self.told.keys() & self.left.keys()
        self._all_there(self.told)
        for number, story in self.left.items():
            eventually(lambda n=number, s=story: self.acknowledged(n, s))
        both = self.told | self.left
        self._all_there(both)
        assert self.site.count() == len(both)

    def _all_there(self, wanted: dict[str, str]) -> None:
        stored = self.site.stored()
        found = {self.site.stored_id(number): story for number, story in wanted.items()}
        assert found.items() <= {i: answers["story"].value for i, answers in stored.items()}.items()
