"""The baseline: the least that a Flask app can do to serve a page and keep what is sent.

It serves the very bytes of our pages from memory and stores each raw body with the same
durability; it checks nothing, knows no questionnaire and recognises no retry.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask, Response, request

HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}


def create_app() -> Flask:
    """The bare app on the folder named by ``CORUS_BENCH_BARE``."""
    folder = Path(os.environ["CORUS_BENCH_BARE"])
    form, receipt = (folder / "form.gz").read_bytes(), (folder / "receipt.gz").read_bytes()
    app = Flask("bare", static_folder=None)
    local = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = connect(folder / "bare.sqlite")
        return local.connection  # type: ignore[no-any-return]

    @app.get("/s/bench/g0/fr")
    def page() -> Response:
        return Response(form, headers=HEADERS)

    @app.post("/s/bench/g0/fr")
    def keep() -> Response:
        connection().execute("INSERT INTO bodies (body) VALUES (?)", (request.get_data(),))
        return Response(receipt, headers=HEADERS)

    return app


def connect(path: Path) -> sqlite3.Connection:
    """A connection as durable as ours: write-ahead log, flushed at each commit."""
    found = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    found.execute("PRAGMA journal_mode = WAL")
    found.execute("PRAGMA synchronous = FULL")
    found.execute("CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return found
