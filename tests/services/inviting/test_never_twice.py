"""Never two mails to one address: senders killed in the middle, several at once, a lost line."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from corus.config import Settings, read_settings
from corus.errors import ConflictError, InputError
from corus.services.inviting import mailing, uncertain
from corus.services.inviting.dispatch import occasion
from corus.services.inviting.pace import Pace
from corus.services.inviting.relay import LostError, Relay
from corus.services.inviting.sending import Fate, Run
from corus.store import deliveries
from corus.store.engine import Store, open_store
from corus.store.turns import only_sender
from tests.factories import DAY
from tests.services.inviting.factories import (
    WAVE,
    PostOffice,
    invited_wave,
    post_office,
    settings_of,
    started,
)


def _addresses(n: int) -> list[str]:
    return [f"p{i:05}@example.org" for i in range(n)]


def _killed_at(settings: Settings, office: PostOffice, more: int) -> int:
    """Start a sender and kill it without warning once the server took ``more`` messages."""
    before = office.count()
    sender = started(settings, "send", WAVE)
    end = time.monotonic() + 60
    while office.count() < before + more and sender.poll() is None and time.monotonic() < end:
        time.sleep(0.0005)
    time.sleep(random.random() * 0.01)
    sender.send_signal(signal.SIGKILL)
    sender.communicate()
    return office.count() - before


def _settle_by_log(store: Store, office: PostOffice) -> tuple[int, int]:
    """What a person does: look each uncertain message up in the mail server's log."""
    taken = {str(line["name"]) for line in office.taken()}
    with store.reading() as session:
        names = [u.name for u in uncertain.uncertain(session, store.key, WAVE)]
    there = [name for name in names if name in taken]
    uncertain.settle(store, WAVE, there, "sent")
    lost = [name for name in names if name not in taken]
    uncertain.settle(store, WAVE, lost, "waiting")
    return len(there), len(lost)


def _two_at_once(settings: Settings) -> list[str]:
    senders = [started(settings, "send", WAVE) for _ in range(2)]
    return ["".join(s.communicate(timeout=300)) for s in senders]


def _killed_twice(settings: Settings, store: Store, office: PostOffice, n: int) -> None:
    draw = random.Random()
    took = [_killed_at(settings, office, draw.randint(n // 20, n // 3)) for _ in range(2)]
    assert all(0 < t < n for t in took)
    assert max(Counter(office.to()).values()) == 1
    known, lost = _settle_by_log(store, office)
    said = _two_at_once(settings)
    while "MAI-001" in said[0] and "MAI-001" in said[1]:
        said = _two_at_once(settings)
    times = Counter(office.to())
    print(
        f"{n} invitations, {store.engine.dialect.name}: killed after {took[0]} and {took[1]} more "
        f"taken; uncertain {known + lost}, of which the server had {known}; each address "
        f"{min(times.values())}–{max(times.values())} mail(s), {len(times)} addresses"
    )
    assert len(times) == n
    assert set(times.values()) == {1}


def _prepared(database_url: str, tmp_path: Path, n: int) -> tuple[Settings, Store]:
    base = read_settings(tmp_path / "instance", database_url)
    store = open_store(base.database_url, base.key("store"))
    invited_wave(store, tmp_path / "list.csv", _addresses(n))
    return base, store


@pytest.mark.parametrize("n", [300, pytest.param(5_000, marks=pytest.mark.deep)])
def test_killed_twice_then_two_senders_at_once_each_address_gets_one_mail(
    database_url: str, tmp_path: Path, n: int
) -> None:
    base, store = _prepared(database_url, tmp_path, n)
    with post_office(tmp_path) as office:
        settings = settings_of(store, base.instance, office)
        _killed_twice(settings, store, office, n)
    store.engine.dispose()


class Crossing:
    """A mail server in memory whose line can be lost before or after a message is taken."""

    sender = "enquete@panier.example"

    def __init__(self, lose: str = "") -> None:
        self.lose = lose
        self.taken: list[str] = []
        self.offered = ""

    def offer(self, recipient: str, content: bytes) -> None:
        if self.lose == "before":
            self.lose = ""
            raise LostError
        self.offered = recipient

    def conclude(self) -> None:
        if self.lose != "unheard":
            self.taken.append(self.offered)
        if self.lose:
            self.lose = ""
            raise LostError

    def drop(self) -> None:
        self.offered = ""


def _run(store: Store, tmp_path: Path, server: object) -> Run:
    settings = settings_of(store, tmp_path, PostOffice(1, tmp_path / "none"))
    with store.writing() as session:
        shared = occasion(session, WAVE, "invitation", settings)
        found = mailing.prepare(session, WAVE, "invitation", DAY)
        return Run(store, server, shared, found.id, found.wave_id, _still())  # type: ignore[arg-type]


def _still() -> Pace:
    return Pace(100_000, sleep=lambda _s: None)


def test_a_line_lost_before_the_end_of_a_message_is_opened_again(
    store: Store, tmp_path: Path
) -> None:
    invited_wave(store, tmp_path / "list.csv", _addresses(3))
    server = Crossing("before")
    fates = _run(store, tmp_path, server).send()
    assert fates[Fate.SENT] == 3
    assert sorted(server.taken) == _addresses(3)


@pytest.mark.parametrize("lose", ["heard", "unheard"])
def test_a_line_lost_after_the_end_leaves_one_uncertain_that_is_not_sent_again(
    store: Store, tmp_path: Path, lose: str
) -> None:
    invited_wave(store, tmp_path / "list.csv", _addresses(3))
    server = Crossing(lose)
    fates = _run(store, tmp_path, server).send()
    assert (fates[Fate.SENT], fates[Fate.UNCERTAIN]) == (2, 1)
    assert _run(store, tmp_path, server).send()[Fate.SENT] == 0
    with store.reading() as session:
        (one,) = uncertain.uncertain(session, store.key, WAVE)
    uncertain.settle(store, WAVE, [f"<{one.name}@panier.example>"],
                     "sent" if lose == "heard" else "waiting")  # fmt: skip
    _run(store, tmp_path, server).send()
    assert sorted(server.taken) == _addresses(3)


def test_what_is_not_uncertain_cannot_be_settled(store: Store, tmp_path: Path) -> None:
    invited_wave(store, tmp_path / "list.csv", _addresses(1))
    with pytest.raises(InputError, match="not uncertain"):
        uncertain.settle(store, WAVE, ["f" * 32], "waiting")


def test_a_second_sender_is_turned_away_while_the_first_lives_and_not_after(
    store: Store, tmp_path: Path
) -> None:
    invited_wave(store, tmp_path / "list.csv", _addresses(2))
    run = _run(store, tmp_path, Crossing())
    other = open_store(store.engine.url.render_as_string(hide_password=False), store.key)
    with only_sender(other):
        with pytest.raises(ConflictError, match="MAI-001"):
            run.send()
        with pytest.raises(ConflictError, match="MAI-001"):
            uncertain.settle(store, WAVE, [], "waiting")
    other.engine.dispose()
    assert run.send()[Fate.SENT] == 2


def test_without_any_lock_two_senders_still_take_each_message_once(
    store: Store, tmp_path: Path
) -> None:
    """The lock keeps the rate; what keeps mails from doubling is how each one is taken."""
    invited_wave(store, tmp_path / "list.csv", _addresses(40))
    servers = [Crossing(), Crossing()]
    runs = [_run(store, tmp_path, server) for server in servers]
    threads = [threading.Thread(target=lambda r=r: r._pass(r._waiting())) for r in runs]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(servers[0].taken + servers[1].taken) == _addresses(40)


def test_a_database_that_fails_between_offer_and_end_lets_nothing_go(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited_wave(sqlite_store, tmp_path / "list.csv", _addresses(1))
    server = Crossing()
    run = _run(sqlite_store, tmp_path, server)

    def full(*_: object) -> bool:
        raise OSError("disk full")

    monkeypatch.setattr(deliveries, "take", full)
    with pytest.raises(OSError, match="disk full"):
        run.send()
    assert server.taken == []
    assert server.offered == ""


def test_the_command_tells_of_uncertain_messages_by_their_message_id_only(
    sqlite_store: Store, tmp_path: Path
) -> None:
    base, store = _prepared(f"sqlite:///{tmp_path / 'c.sqlite'}", tmp_path, 1)
    run = _run(store, tmp_path, Crossing("heard"))
    run.send()
    settings = settings_of(store, base.instance, PostOffice(1, tmp_path / "none"))
    said, warned = started(settings, "uncertain", WAVE).communicate(timeout=60)
    assert "example.org" not in said + warned
    assert "1 uncertain" in warned
    assert "invitation 1" in said


def test_a_relay_cannot_be_left_with_half_a_message(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        with Relay(office.mail) as relay:
            relay.offer("a@example.org", b"Message-ID: <" + b"0" * 32 + b"@x>\r\n\r\nhalf")
            relay.drop()
            relay.offer("b@example.org", b"Message-ID: <" + b"1" * 32 + b"@x>\r\n\r\n.whole\n.\n")
            relay.conclude()
        assert office.to() == ["b@example.org"]
        assert str(office.taken()[0]["content"]).endswith("\r\n\r\n.whole\r\n.\r\n")
