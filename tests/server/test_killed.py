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
    new_database,
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


@pytest.mark.parametrize("rounds", [QUICK, pytest.param(DEEP, marks=pytest.mark.deep)])
def test_workers_killed_under_load_lose_and_double_nothing(fragile: Site, rounds: int) -> None:
    fragile.prepare()
    fragile.start()
    crowd = _rounds(fragile, rounds)
    crowd.check()
    again = Crowd(fragile, crowd.told | crowd.left)
    _killed_whole(again)
    print(f"{rounds} kills: {len(again.told)} acknowledged, {len(again.left)} stored by a retry")


@pytest.mark.postgres
@pytest.mark.parametrize("rounds", [QUICK, pytest.param(DEEP, marks=pytest.mark.deep)])
def test_postgresql_killed_under_load_loses_and_doubles_nothing(
    own_postgres: Any, tmp_path: Path, rounds: int
) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()
    url = own_postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    site = Site(folder, new_database(url))
    site.prepare()
    site.start()
    try:
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
    finally:
        site.stop()
        site.store.engine.dispose()


def test_a_server_whose_workers_die_again_and_again_comes_back_each_time(fragile: Site) -> None:
    fragile.workers = 1
    fragile.prepare()
    fragile.start()
    numbers = [fresh() for _ in range(4)]
    for number in numbers:
        assert fragile.send(number).status == 200
        [worker] = fragile.pids()
        kill(worker)
        eventually(lambda old=worker: fragile.pids() not in ([], [old]) and fragile.answers())
    assert fragile.stored().keys() == {fragile.stored_id(number) for number in numbers}


def test_no_worker_goes_on_alone_when_the_server_is_killed(fragile: Site) -> None:
    fragile.prepare()
    fragile.start()
    workers = fragile.pids()
    assert len(workers) == 2
    assert fragile.process is not None
    fragile.process.kill()
    fragile.process.wait(10)
    eventually(lambda: not any(map(alive, workers)), 10)
    fragile.port = free_port(fragile.port)
    fragile.start()
    assert fragile.send(fresh()).status == 200
