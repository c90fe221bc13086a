"""``/healthz`` in each state of the database, and what proxies may say of a request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import text

from corus.app import create_app
from corus.config import Settings
from corus.store import migrate
from corus.store.engine import Store
from corus.web.access import public
from tests.web import workspace_factories as people

FORWARDED = {
    "X-Forwarded-Proto": "https", "X-Forwarded-Host": "enquete.exemple.fr",
    "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Prefix": "/elsewhere",
}  # fmt: skip


@pytest.fixture
def application(database_url: str, tmp_path: Path) -> Flask:
    """The application on each database."""
    return create_app(Settings(tmp_path, database_url, b"k" * 32))


def _store(app: Flask) -> Store:
    return app.extensions["corus"].store


def _asked(app: Flask) -> tuple[int, str]:
    reply = app.test_client().get("/healthz")
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in reply.headers
    return reply.status_code, reply.text


def test_ready_behind_and_gone(application: Flask, caplog: pytest.LogCaptureFixture) -> None:
    store = _store(application)
    with caplog.at_level(logging.DEBUG, "corus"):
        assert _asked(application) == (200, "ok\n")
        migrate.downgrade(store.engine, "0001")
        assert _asked(application) == (503, "unavailable\n")
        migrate.upgrade(store.engine)
        assert _asked(application) == (200, "ok\n")
        with store.writing() as session:
            session.execute(text("DROP TABLE alembic_version"))
        assert _asked(application) == (503, "unavailable\n")
    store.engine.dispose()
    assert [r for r in caplog.records if r.name == "corus"] == []


def test_a_lost_embedded_database_is_not_made_anew_by_asking(tmp_path: Path) -> None:
    path = tmp_path / "corus.sqlite"
    app = create_app(Settings(tmp_path, f"sqlite:///{path}", b"k" * 32))
    _store(app).engine.dispose()
    for name in tmp_path.glob("corus.sqlite*"):
        name.unlink()
    assert _asked(app) == (503, "unavailable\n")
    assert not path.exists()
    path.write_bytes(b"not a database at all" * 300)
    assert _asked(app) == (503, "unavailable\n")


def test_a_server_of_databases_that_is_gone(application: Flask) -> None:
    store = _store(application)
    store.engine.dispose()
    lost = store.engine.url.set(host="127.0.0.1", port=1) if not store.embedded else None
    if lost is None:
        return
    from corus.store.engine import connect

    dead = connect(lost.render_as_string(hide_password=False) + "&connect_timeout=2", b"k" * 32)
    assert not migrate.is_current(dead.engine)


@pytest.fixture
def seen(tmp_path: Path) -> Callable[[int], dict[str, object]]:
    """What a view sees of a request whose headers claim another scheme, host and address."""

    def ask(proxies: int) -> dict[str, object]:
        settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"k" * 32)
        app = create_app(replace(settings, proxies=proxies))
        found: dict[str, object] = {}

        def look() -> str:
            found.update(url=request.url, address=request.remote_addr, secure=request.is_secure)
            return ""

        app.add_url_rule("/s/look", view_func=public(look), endpoint="look")
        app.test_client().get("/s/look", headers=FORWARDED)
        _store(app).engine.dispose()
        return found

    return ask


def test_headers_of_proxies_are_believed_only_when_there_are_some(
    seen: Callable[[int], dict[str, object]],
) -> None:
    assert seen(0)["url"] == "http://localhost/s/look"
    assert seen(1)["url"] == "https://enquete.exemple.fr/s/look"
    # Two proxies each add their word: with one word, somebody came around one of them.
    assert seen(2)["url"] == "http://localhost/s/look"


def test_the_visitors_address_is_believed_from_nobody(
    seen: Callable[[int], dict[str, object]],
) -> None:
    assert {seen(n)["address"] for n in (0, 1)} == {"127.0.0.1"}


def test_the_cookie_of_who_signs_in_is_secure_behind_a_proxy_with_tls(tmp_path: Path) -> None:
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"k" * 32, proxies=1)
    app = create_app(settings)
    sent = people.sign_in_form(people.with_password(app))
    for headers, secure in ((FORWARDED, True), ({}, False)):
        reply = app.test_client().post("/sign-in", data=sent, headers=headers)
        assert ("Secure" in reply.headers["Set-Cookie"]) is secure
    _store(app).engine.dispose()
