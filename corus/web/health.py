"""``/healthz``: whether this process can take an answer now; for proxies and watchers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from corus.store.migrate import is_current

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def health() -> Response:
    """200 when the database answers and is up to date, else 503; no details, no log line."""
    store = current_app.extensions["corus"].store
    # A file that is gone would be made anew, empty, by looking into it.
    there = store.path is None or store.path.exists()
    ready = there and is_current(store.engine)
    text, status = ("ok\n", 200) if ready else ("unavailable\n", 503)
    return Response(text, status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
