"""A wave as it happens: people invited by personal links, some of whom answer, in a known order."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select, update

from corus.services import closing, copies, links
from corus.store.models import Delivery, Invitation, Mailing, Response, Wave
from tests.server.site_factories import Site
from tests.web.respond_factories import every_type, wave

CODE = "panier-2026"
FIRST_DAY = date(2026, 3, 3)
CHOICES = ("1", "2", "3", "4", "5", "dont_know")


@dataclass
class Person:
    """Somebody invited, and the truth that nobody should find: what they answered."""

    invitation: bytes
    token: str
    stored: bytes | None = None
    """Key of their response."""


@dataclass
class Field:
    """One wave on a running server; everything follows from the seed."""

    site: Site
    seed: int
    code: str = CODE
    listed: list[Person] = field(default_factory=list)
    """Everybody invited, in the order of the contact list, which the attacker has."""
    answered: list[Person] = field(default_factory=list)
    """Those who answered, in the order in which they did, which the attacker knows too."""

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed} {self.code}")
        self.key = self.site.settings.key("store")

    def invite(self, number: int) -> None:
        """Open the wave and invite people of one group."""
        wave(self.site.store, every_type(), self.code)
        for _ in range(number):
            invitation = self.chance.randbytes(16)
            self.listed.append(Person(invitation, links.token(self.key, invitation)))
        with self.site.store.writing() as session:
            for n, person in enumerate(self.listed):
                session.add(
                    Invitation(
                        id=person.invitation, wave_id=self._wave(session), group="employees",
                        who=links.who(self.key, person.token), language="fr",
                        address=f"personne{n}@panier.example",
                    )
                )  # fmt: skip

    def write_to(self, kind: str, persons: Sequence[Person]) -> None:
        """What a mailing to these people leaves in the tables."""
        with self.site.store.writing() as session:
            mailing = Mailing(
                wave_id=self._wave(session), kind=kind, number=1, prepared_on=FIRST_DAY
            )
            session.add(mailing)
            session.flush()
            session.add_all(
                Delivery(mailing_id=mailing.id, invitation_id=p.invitation, state="sent")
                for p in persons
            )

    def choose(self, number: int) -> None:
        """Who will answer, in which order."""
        self.answered = self.chance.sample(self.listed, number)

    def answer(self, person: Person) -> None:
        """One answer by personal link, over HTTP."""
        number = f"{self.chance.getrandbits(128):032x}"
        story = " ".join(["mot"] * self.chance.randrange(40))
        reply = self.site.send(
            number, f"/i/{person.token}/fr", q__mutual_help=self.chance.choice(CHOICES),
            q__visits=str(self.chance.randrange(32)), q__story=story,
        )  # fmt: skip
        assert reply.status == 200, reply.text[:500]
        person.stored = self.site.stored_id(number)

    def days_pass(self, persons: Sequence[Person]) -> None:
        """As if these people had answered on an earlier day, one after the other."""
        for person in persons:
            with self.site.store.writing() as session:
                session.execute(
                    update(Response)
                    .where(Response.id == person.stored)
                    .values(received_on=FIRST_DAY)
                )

    def back_up(self) -> None:
        """A backup as `corus backup` makes it."""
        folder = self.site.settings.backups
        copies.back_up(self.site.store, copies.free_place(folder, FIRST_DAY))

    def happen(self, invited: int, answers: int) -> None:
        """The whole of it: two days, a reminder and a backup in the middle."""
        self.invite(invited)
        self.write_to("invitation", self.listed)
        self.choose(answers)
        first, second = self.answered[: answers // 2], self.answered[answers // 2 :]
        for person in first:
            self.answer(person)
        self.days_pass(first)
        self.write_to("reminder", [p for p in self.listed if p.stored is None])
        self.back_up()
        for person in second:
            self.answer(person)

    def close(self) -> None:
        """`corus wave close`, in a process of its own, while the server runs."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CORUS_")}
        environment |= {
            "CORUS_INSTANCE": str(self.site.folder), "CORUS_DATABASE_URL": self.site.database_url,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "corus", "wave", "close", self.code],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def close_here(self) -> None:
        """The same without a process of its own, which takes a second to start."""
        keeping = closing.Keeping(self.site.settings.backups)
        closing.close_wave(self.site.store, self.code, FIRST_DAY, keeping)

    def _wave(self, session: Any) -> int:
        return session.scalar(select(Wave.id).where(Wave.code == self.code))
