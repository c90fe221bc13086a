"""Waves with invitations, a mail server, and the command line as a process that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from corus.cli.local import free_port, wait_for
from corus.config import Mail, Settings
from corus.services.inviting import invite
from corus.store.engine import Store
from tests.factories import DAY, open_wave

WAVE = "panier-2026"
SENDER = "Le Panier des Hauts <enquete@panier.example>"
PUBLIC = "https://enquete.panier.example"


@dataclass
class PostOffice:
    """A running mail server and what it took."""

    port: int
    log: Path

    @property
    def mail(self) -> Mail:
        return Mail("127.0.0.1", self.port, smtp_security="none", mail_from=SENDER,
                    mail_rate_per_minute=100_000)  # fmt: skip

    def taken(self) -> list[dict[str, object]]:
        """What it took, in order; a line half written does not count yet."""
        if not self.log.exists():
            return []
        whole = [line for line in self.log.read_text().splitlines(keepends=True) if "\n" in line]
        return [json.loads(line) for line in whole]

    def count(self) -> int:
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def to(self) -> list[str]:
        return [str(line["to"][0]) for line in self.taken()]  # type: ignore[index]

    def messages(self) -> dict[str, EmailMessage]:
        """Address → message, as a mail program reads it."""
        return {
            str(line["to"][0]): parsed(str(line["content"]).encode("latin-1"))  # type: ignore[index]
            for line in self.taken()
        }


def parsed(content: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    found = BytesParser(policy=default).parsebytes(content)
    assert isinstance(found, EmailMessage)
    return found


@contextmanager
def post_office(folder: Path) -> Iterator[PostOffice]:
    """A mail server in a process of its own."""
    port, log = free_port(), folder / "taken.jsonl"
    script = Path(__file__).with_name("post_office.py")
    process = subprocess.Popen([sys.executable, str(script), str(port), str(log)])
    try:
        wait_for(port, process)
        yield PostOffice(port, log)
    finally:
        process.kill()
        process.wait()


def settings_of(store: Store, folder: Path, office: PostOffice) -> Settings:
    """The settings of an instance whose mail goes to this office."""
    url = store.engine.url.render_as_string(hide_password=False)
    return Settings(folder, url, b"k" * 32, public_url=PUBLIC, mail=office.mail)


def table(path: Path, rows: list[str], head: str = "groupe;courriel;nom;langue") -> Path:
    """A list of contacts as people export it."""
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def invited_wave(store: Store, path: Path, addresses: list[str], group: str = "employees") -> int:
    """An open wave with these people invited."""
    wave_id = open_wave(store)
    invite_to(store, path, addresses, group)
    return wave_id


def invite_to(
    store: Store, path: Path, addresses: list[str], group: str = "employees"
) -> invite.Added:
    """Invite these people to the wave."""
    with store.writing() as session:
        return invite.import_contacts(
            session, store.key, WAVE, table(path, [f"{group};{a};;" for a in addresses]), DAY
        )


def environment(settings: Settings) -> Mapping[str, str]:
    """The same settings, for a command in a process of its own."""
    mail = settings.mail
    assert mail is not None
    bare = {k: v for k, v in os.environ.items() if not k.startswith("CORUS_")}
    return bare | {
        "CORUS_INSTANCE": str(settings.instance), "CORUS_DATABASE_URL": settings.database_url,
        "CORUS_PUBLIC_URL": PUBLIC, "CORUS_SMTP_HOST": mail.smtp_host,
        "CORUS_SMTP_PORT": str(mail.smtp_port), "CORUS_SMTP_SECURITY": mail.smtp_security,
        "CORUS_MAIL_FROM": mail.mail_from, "CORUS_MAIL_RATE_PER_MINUTE": "100000",
    }  # fmt: skip


def started(settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    """``corus invite …`` as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "corus", "invite", *arguments], env=environment(settings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
