"""``corus bench page``: a release's dashboard and its data, against a bare Flask page that says ok.

Both are called as a server calls them, in one process, without a network between: what is timed
is the application alone, who is signed in and what they may do looked up for every request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from werkzeug.test import Client, EnvironBuilder

from corus.cli.bench import Measure
from corus.cli.bench.databases import databases
from corus.cli.bench.material import DAY, WAVE
from corus.cli.bench.profile import fill
from corus.config import read_settings
from corus.domain.roles import Role
from corus.errors import UnavailableError
from corus.services import closing, releasing
from corus.services.accounts import members, people
from corus.store import accounts
from corus.store.engine import open_store

EMAIL, PASSWORD = "bench@corus.example", "une gare sans horloge"
ADDRESSES = {"page": f"/waves/{WAVE}/fr", "data": f"/waves/{WAVE}/fr/profile.json"}
ALIKE = 200
"""Requests of each kind in one round; the middle one is the round's."""
GOAL = 20

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def run(kind: str, sizes: tuple[int, ...], rounds: int) -> Iterator[Measure]:
    """Each address at each size against the bare page, then how it grew."""
    grown: dict[str, dict[int, float]] = {name: {} for name in ADDRESSES}
    for size in sizes:
        for name, baseline, subject in _at(kind, size, rounds):
            label = f"dashboard's {name}, {kind}, {size:,}: p50 (processor)"
            found = Measure.of(label, baseline, subject, "ms", f"≤ {GOAL}", size)
            grown[name][size] = found.ratio
            yield found
    for name, ratios in grown.items():
        for small, large in pairwise(sizes):
            label = f"dashboard's {name}, {kind}: from {small:,} to {large:,}"
            yield Measure.of(label, [ratios[small]], [ratios[large]], "× bare", "growth ≤ 1.2")


def _at(kind: str, size: int, rounds: int) -> Iterator[tuple[str, list[float], list[float]]]:
    with databases(kind) as found:
        fill(found.ours, size)
        _release(found.ours, found.folder)
        app = _application(found.folder, found.ours)
        cookie = _sign_in(app)
        for name, address in ADDRESSES.items():
            pairs = [_round(app, _environ(address, cookie)) for _ in range(rounds)]
            baseline, subject = zip(*pairs, strict=True)
            yield name, list(baseline), list(subject)
        app.extensions["corus"].store.engine.dispose()


def bare() -> Flask:
    """The least that Flask can answer."""
    app = Flask("ok", static_folder=None)
    app.add_url_rule("/", view_func=lambda: "ok")
    return app


def _release(url: str, folder: Path) -> None:
    """Close the wave to its end, release it, and name a manager: none of it is timed."""
    settings = read_settings(folder, url)
    store = open_store(settings.database_url, settings.key("store"))
    closing.close_wave(store, WAVE, DAY, closing.Keeping(folder / "backups"))
    with store.writing() as session:
        releasing.release(session, WAVE, DAY)
        account, _ = people.add(session, EMAIL, DAY, proven=True)
        people.set_password(session, account, PASSWORD)
        for organization in accounts.organizations(session):
            members.give(session, account, organization, Role.MANAGER, DAY)
    store.engine.dispose()


def _application(folder: Path, url: str) -> Flask:
    # By its name, as servers do: the application stands above the command line.
    app: Flask = import_module("corus.app").create_app(read_settings(folder, url))
    return app


def _sign_in(app: Flask) -> str:
    """What the browser of the manager holds."""
    client = Client(app)
    sent = {"signin.email": EMAIL, "signin.password": PASSWORD}
    client.post("/sign-in", data=sent, headers={"Origin": "http://localhost"})
    found = client.get_cookie("corus")
    if found is None:
        raise UnavailableError("The benchmark could not sign in.", code="BEN-003")
    return f"corus={found.value}"


def _environ(address: str, cookie: str = "") -> dict[str, Any]:
    headers = [("Accept-Encoding", "gzip"), ("Cookie", cookie)]
    return EnvironBuilder(address, headers=headers).get_environ()


def _round(app: App, environ: dict[str, Any]) -> tuple[float, float]:
    """Milliseconds of processor time of the middle request of each, by turns."""
    ok, plain = bare(), _environ("/")
    pairs = [(_one(ok, dict(plain)), _one(app, dict(environ))) for _ in range(ALIKE + 1)][1:]
    baseline, subject = zip(*pairs, strict=True)
    return 1000 * median(baseline), 1000 * median(subject)


def _one(app: App, environ: dict[str, Any]) -> float:
    said: list[str] = []
    start = time.process_time()
    answer = app(environ, lambda status, _headers, _error=None: said.append(status))
    length = sum(map(len, answer))
    if close := getattr(answer, "close", None):
        close()
    spent = time.process_time() - start
    if not said[0].startswith("200") or not length:
        raise UnavailableError(f"{environ['PATH_INFO']} answered {said[0]}.", code="BEN-004")
    return spent
