"""Killed at any moment: what was acknowledged is stored, what was not is stored once by a retry."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from corus.cli.local import free_port
from tests.server.crowd_factories import Crowd
from tests.server.site_factories import (
    Site,
    alive,
    children,
    eventually,
    fresh,
    kill,
    kill_postgres,
)

QUICK = 3
DEEP = 50


def _rounds(site: Site, rounds: int, *, postgres: Any = None) -> Crowd:
    """Kill a worker (or a backend of the database) at random moments, ``rounds`` times."""
    draw = random.Random(rounds)
    with Crowd(site) as crowd:
        for turn in range(rounds):
            crowd.goes_on()
            time.sleep(draw.uniform(0, 0.4))
            if postgres is not None and turn % 2:
                _kill_one(draw, _backends(postgres))
            else:
                _kill_one(draw, site.pids())
        crowd.goes_on()
    return crowd


def _kill_one(draw: random.Random, pids: list[int]) -> None:
    if pids:  # there may be none while a server that gave up starts again
        kill(draw.choice(pids))


def _backends(server: Any) -> list[int]:
    """Processes of PostgreSQL that serve a client; any of its helpers when there is none."""
    names = {pid: _command(pid) for pid in children(server.get_pid())}
    return [pid for pid, name in names.items() if "corus_" in name] or list(names)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _killed_whole(crowd: Crowd) -> None:
    """Kill everything at once under load, start again, and check."""
    site = crowd.site
    with crowd:
        crowd.goes_on()
        site.kill()
        time.sleep(0.3)
        site.start()
        crowd.goes_on()
    crowd.check()
    assert len(crowd.left) > 0


def test_workers_killed_under_load_lose_and_double_nothing(alone: Site) -> None:
    _workers_killed(alone, QUICK)


@pytest.mark.deep
def test_workers_killed_fifty_times_lose_and_double_nothing(fragile: Site) -> None:
    _workers_killed(fragile, DEEP)


def _workers_killed(site: Site, rounds: int) -> None:
    site.prepare()
    site.start()
    crowd = _rounds(site, rounds)
    crowd.check()
    again = Crowd(site, crowd.told | crowd.left)
    _killed_whole(again)
    print(f"{rounds} kills: {len(again.told)} acknowledged, {len(again.left)} stored by a retry")


@pytest.mark.postgres
@pytest.mark.parametrize("rounds", [QUICK, pytest.param(DEEP, marks=pytest.mark.deep)])
def test_postgresql_killed_under_load_loses_and_doubles_nothing(
    own_postgres: Any, on_own_postgres: Site, rounds: int
) -> None:
    site = on_own_postgres
    site.prepare()
    site.start()
    crowd = _rounds(site, rounds, postgres=own_postgres)
    crowd.check()
    again = Crowd(site, crowd.told | crowd.left)
    with again:
        again.goes_on()
        kill_postgres(own_postgres)
        time.sleep(0.3)
        own_postgres.ensure_postgres_running()
        again.goes_on()
    again.check()
    print(f"{rounds} kills: {len(again.told)} acknowledged, {len(again.left)} by a retry")


def test_a_server_whose_workers_die_again_and_again_comes_back_each_time(alone: Site) -> None:
    alone.workers = 1
    alone.prepare()
    alone.start()
    numbers = [fresh() for _ in range(3)]
    for number in numbers:
        assert alone.send(number).status == 200
        [worker] = alone.pids()
        kill(worker)
        eventually(lambda old=worker: alone.pids() not in ([], [old]) and alone.answers())
    assert alone.stored().keys() == {alone.stored_id(number) for number in numbers}


def test_no_worker_goes_on_alone_when_the_server_is_killed(alone: Site) -> None:
    alone.prepare()
    alone.start()
    workers = alone.pids()
    assert len(workers) == 2
    assert alone.process is not None
    alone.process.kill()
    alone.process.wait(10)
    eventually(lambda: not any(map(alive, workers)), 10)
    alone.port = free_port(alone.port)
    alone.start()
    assert alone.send(fresh()).status == 200
