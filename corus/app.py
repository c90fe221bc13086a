"""The application: settings, store, blueprints, headers, and errors told in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from corus.config import Settings, read_settings
from corus.errors import UnavailableError
from corus.store.engine import Store, connect, open_store
from corus.web import access, limits, problems, respond, rush
from corus.web.parts import PARTS


@dataclass(frozen=True)
class Corus:
    """What views find at ``current_app.extensions["corus"]``."""

    settings: Settings
    store: Store


class Site(Flask):
    """Flask, told once that no view is a coroutine: it would look at each for every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """``func`` as it is."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """A WSGI application on one instance; while its database is away it answers 503 in words."""
    found = settings or read_settings()
    app = Site("corus.web", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=found.max_body,
        MAX_FORM_MEMORY_SIZE=found.max_body,
    )
    app.extensions["corus"] = Corus(found, _store(found))
    limits.trust_proxies(app, found.proxies)
    limits.install(app)
    access.install(app)
    problems.install(app)
    for part in PARTS:
        app.register_blueprint(part)
    rush.install(app, respond.kept)
    return app


def _store(found: Settings) -> Store:
    key = found.key("store")
    try:
        return open_store(found.database_url, key)
    except UnavailableError:
        # A process that ended here would be replaced by one that ends likewise, and nobody would
        # answer at this address. What is away was looked at before the first process began.
        return connect(found.database_url, key)
