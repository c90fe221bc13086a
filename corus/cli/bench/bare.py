"""The baseline: the least that a Flask app can do to serve a page and keep what is sent.

It serves the very bytes of our pages from memory and stores each raw body in the same database
with the same durability; it checks nothing, knows no questionnaire and recognises no retry.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}


def create_app() -> Flask:
    """The bare app on the folder named by ``CORUS_BENCH_BARE``."""
    folder = Path(os.environ["CORUS_BENCH_BARE"])
    form, receipt = (folder / "form.gz").read_bytes(), (folder / "receipt.gz").read_bytes()
    app = Flask("bare", static_folder=None)
    local = threading.local()
    address = os.environ.get("CORUS_BENCH_POSTGRES", "")
    insert = "INSERT INTO bodies (body) VALUES (?)".replace("?", "%s" if address else "?")

    def connection() -> Any:
        if not hasattr(local, "connection"):
            local.connection = postgres(address) if address else sqlite(folder / "bare.sqlite")
        return local.connection

    @app.get("/s/bench/g0/fr")
    @app.get("/i/<token>/fr")
    def page(**_: str) -> Response:
        return Response(form, headers=HEADERS)

    @app.post("/s/bench/g0/fr")
    @app.post("/i/<token>/fr")
    def keep(**_: str) -> Response:
        connection().execute(insert, (request.get_data(),))
        return Response(receipt, headers=HEADERS)

    return app


def sqlite(path: Path) -> sqlite3.Connection:
    """A connection as durable as ours: write-ahead log, flushed at each commit."""
    found = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    found.execute("PRAGMA journal_mode = WAL")
    found.execute("PRAGMA synchronous = FULL")
    found.execute("CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return found


def postgres(address: str) -> Any:
    """A connection that commits each statement, to a server that flushes each commit."""
    import psycopg

    return psycopg.connect(address, autocommit=True)
