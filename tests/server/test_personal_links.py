"""Personal links under load and under fire: each answers once, whatever is killed meanwhile."""

from __future__ import annotations

import http.client
import itertools
import random
import secrets
import threading
import time

import pytest
from sqlalchemy import func, insert, select

from corus.services import links
from corus.store import queries
from corus.store.models import Invitation, UsedLink
from tests.server.crowd_factories import CLIENTS, LONGEST, Crowd
from tests.server.site_factories import RECEIPT, Site, eventually, fresh, kill

QUICK, DEEP = 3, 50
INVITED = CLIENTS * LONGEST
"""As many as a crowd sends at most: however fast the server is, nobody is left without a link."""


def invite(site: Site, number: int = INVITED) -> list[str]:
    """Personal links of that many persons of the group that the form is for."""
    key = site.store.key
    ids = [secrets.token_bytes(16) for _ in range(number)]
    tokens = [links.token(key, one) for one in ids]
    with site.store.writing() as session:
        wave = queries.waves(session)[0].id
        rows = [
            {"id": one, "wave_id": wave, "group": "employees", "language": "fr",
             "who": links.who(key, token)}
            for one, token in zip(ids, tokens, strict=True)
        ]  # fmt: skip
        session.execute(insert(Invitation), rows)
    return [f"/i/{token}/fr" for token in tokens]


class Invited(Crowd):
    """A crowd of which each answer comes by a personal link of its own."""

    def __init__(self, site: Site, addresses: list[str]) -> None:
        super().__init__(site)
        self._free = iter(addresses)
        self.address: dict[str, str] = {}

    def acknowledged(self, number: str, story: str) -> bool:
        address = self.address.setdefault(number, "") or next(self._free)
        self.address[number] = address
        try:
            reply = self.site.send(number, address, q__story=story)
        except (OSError, http.client.HTTPException):
            return False
        if reply.status not in (200, 503):
            self.wrong.append(f"{reply.status}: {reply.text[:200]}")
        return reply.status == 200 and RECEIPT.search(reply.body) is not None

    def check(self) -> None:
        """As for any crowd; and as many links are used as answers are stored."""
        super().check()
        with self.site.store.reading() as session:
            used = session.scalar(select(func.count()).select_from(UsedLink))
        assert used == self.site.count()


def _killed(site: Site, rounds: int) -> None:
    site.prepare()
    site.start()
    draw = random.Random(rounds)
    with Invited(site, invite(site)) as crowd:
        for _ in range(rounds):
            crowd.goes_on()
            time.sleep(draw.uniform(0, 0.4))
            if pids := site.pids():
                kill(draw.choice(pids))
        crowd.goes_on()
    crowd.check()
    for number, address in itertools.islice(crowd.address.items(), 20):
        assert site.send(fresh(), address, q__story="Encore.").status == 409, number
    print(f"{rounds} kills: {len(crowd.told)} acknowledged, {len(crowd.left)} by a retry")


def test_workers_killed_under_load_leave_one_answer_per_personal_link(alone: Site) -> None:
    _killed(alone, QUICK)


@pytest.mark.deep
def test_workers_killed_fifty_times_leave_one_answer_per_personal_link(fragile: Site) -> None:
    _killed(fragile, DEEP)


def test_a_link_opened_on_eight_devices_at_once_answers_once(site: Site) -> None:
    (address,) = invite(site, 1)
    before = site.count()
    replies: list[int] = []

    def device() -> None:
        replies.append(site.send(fresh(), address, q__story="D’un appareil.").status)

    devices = [threading.Thread(target=device) for _ in range(8)]
    for one in devices:
        one.start()
    for one in devices:
        one.join()
    assert sorted(replies) == [200] + [409] * 7
    assert site.count() == before + 1


def test_reading_a_personal_page_writes_nothing(site: Site) -> None:
    (address,) = invite(site, 1)
    before = site.count()
    for _ in range(3):
        assert site.get(address).status == 200
    with site.store.reading() as session:
        used = session.scalar(select(func.count()).select_from(UsedLink))
    eventually(lambda: site.send(fresh(), address, q__story="Enfin.").status == 200)
    with site.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(UsedLink)) == (used or 0) + 1
    assert site.count() == before + 1
    assert site.get(address).status == 409
