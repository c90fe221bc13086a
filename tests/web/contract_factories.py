"""One questionnaire served over HTTP, and what respondents do with it, step by step."""

from __future__ import annotations

import http.client
import re
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from corus.domain.answer import decode
from corus.services import links, waves
from corus.store.engine import Store
from corus.store.models import Invitation, Response, Stratum, UsedLink, Wave, Withdrawal
from tests.factories import DAY
from tests.web import respond_factories as make

KIND = "application/x-www-form-urlencoded"
RECEIPT = re.compile(r'class="code"[^>]*>([A-Z2-7-]{14})<')
HIDDEN = re.compile(r'<input type="hidden" name="(submission_id|base)" value="(\w+)">')


@dataclass(frozen=True)
class Reply:
    """What one step was answered."""

    status: int
    text: str

    @property
    def receipt(self) -> str:
        """The code shown, or ""."""
        found = RECEIPT.search(self.text)
        return found[1] if found else ""


def invite(store: Store, wave: str, group: str = "employees") -> str:
    """The personal link of somebody invited to this wave."""
    key = secrets.token_bytes(16)
    token = links.token(store.key, key)
    with store.writing() as session:
        wave_id = session.scalar(select(Wave.id).where(Wave.code == wave))
        session.add(
            Invitation(
                id=key, wave_id=wave_id, group=group, language="fr",
                who=links.who(store.key, token), address=f"{token}@panier.example",
            )
        )  # fmt: skip
    return f"/i/{token}/fr"


def forget_pages(store: Store) -> None:
    """As if a second had passed: the state of every survey is asked for again."""
    for key in [key for key in store.cache if isinstance(key, tuple)]:
        store.cache.pop(key)


@dataclass
class Desk:
    """Respondents at their pages; a page is known by a letter."""

    store: Store
    address: str
    paths: dict[str, str] = field(default_factory=dict)
    """Word → address of a form."""
    pages: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def do(self, verb: str, *words: Any) -> list[Reply]:
        """One step of a row; what it was answered, eight times for a double click."""
        found: list[Reply] = getattr(self, verb)(*words)
        return found

    def open(self, page: str, where: str = "form") -> list[Reply]:
        """Open a form and keep its page under this letter."""
        path = self.paths[where]
        reply = self._get(path)
        self.pages[page] = dict(HIDDEN.findall(reply.text)) | {"path": path}
        return [reply]

    def as_page(self, page: str, other: str, where: str) -> list[Reply]:
        """A page elsewhere that claims the number of another."""
        self.pages[page] = self.pages[other] | {"path": self.paths[where]}
        return []

    def send(self, page: str, answer: str | None, **more: str) -> list[Reply]:
        """Send the form of this page."""
        if page not in self.pages:
            self.open(page)
        hidden = dict(self.pages[page])
        reply = self._post(hidden.pop("path"), hidden | _answers(answer) | more)
        if reply.receipt:
            self.codes[page] = reply.receipt
        return [reply]

    def save(self, page: str, answer: str) -> list[Reply]:
        """The other button of the form."""
        return self.send(page, answer, save="1")

    def lose(self, page: str, answer: str) -> list[Reply]:
        """Send, and be gone before the answer comes."""
        self.open(page)
        hidden = dict(self.pages[page])
        path, before = hidden.pop("path"), len(self.stored())
        body = urlencode(hidden | _answers(answer)).encode()
        host = urlsplit(self.address)
        with socket.create_connection((host.hostname, host.port), timeout=10) as line:
            head = f"POST {path} HTTP/1.1\r\nHost: corus\r\nContent-Type: {KIND}\r\n"
            line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        for _ in range(100):
            if len(self.stored()) > before:
                return []
            time.sleep(0.05)
        raise AssertionError("the answer never arrived")

    def click(self, page: str, answer: str) -> list[Reply]:
        """Eight clicks at the same moment."""
        if page not in self.pages:
            self.open(page)
        return self._at_once(lambda: self.send(page, answer))

    def edit(self, page: str, answer: str, base: str = "1", **more: str) -> list[Reply]:
        """Change the answer of this page's receipt, from the form as it stood at ``base``."""
        fields = {"code": self.codes[page], "base": base, "submission_id": "0" * 32}
        return [self._post("/r/fr/change", fields | _answers(answer) | more)]

    def edit_click(self, page: str, answer: str) -> list[Reply]:
        """Eight clicks on one change."""
        return self._at_once(lambda: self.edit(page, answer))

    def resave(self, page: str, answer: str, base: str = "1") -> list[Reply]:
        """The same, saved and not sent."""
        return self.edit(page, answer, base, save="1")

    def read(self, page: str) -> list[Reply]:
        """Type the code."""
        return [self._post("/r/fr", {"code": self.codes[page]})]

    def withdraw(self, page: str) -> list[Reply]:
        """Take the answer back, for good."""
        return [self._post("/r/fr/withdraw", {"code": self.codes[page], "sure": "1"})]

    def close(self, wave: str = "panier-2026") -> list[Reply]:
        """The survey closes, and every page has heard of it."""
        with self.store.writing() as session:
            waves.close_wave(session, wave, DAY)
        forget_pages(self.store)
        return []

    def stored(self) -> list[str]:
        """``complete 4``, ``partial 2``: every answer there is, and what it says."""
        said = make.every_type()
        with self.store.reading() as session:
            rows = session.execute(
                select(Stratum.completeness, Response.document)
                .join(Stratum, Stratum.id == Response.stratum_id)
            ).all()  # fmt: skip
        found = [(how, decode(document, said)["mutual_help"].value) for how, document in rows]
        return sorted(f"{how} {value + 1}" for how, value in found)

    def marks(self) -> tuple[int, int]:
        """How many links are used, and how many answers were taken back."""
        with self.store.reading() as session:
            return tuple(  # type: ignore[return-value]
                len(session.scalars(select(table)).all()) for table in (UsedLink, Withdrawal)
            )

    def _at_once(self, act: Any) -> list[Reply]:
        start, replies = threading.Barrier(8), []

        def run() -> None:
            start.wait(30)
            replies.extend(act())

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return replies

    def _get(self, path: str) -> Reply:
        return self._ask("GET", path, None)

    def _post(self, path: str, fields: dict[str, str]) -> Reply:
        return self._ask("POST", path, urlencode(fields).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Reply:
        host = urlsplit(self.address)
        line = http.client.HTTPConnection(host.hostname or "", host.port, timeout=30)
        line.request(method, path, body, {"Content-Type": KIND} if body else {})
        answer = line.getresponse()
        reply = Reply(answer.status, answer.read().decode())
        line.close()
        return reply


def _answers(answer: str | None) -> dict[str, str]:
    return {"q.mutual_help": answer} if answer else {}
