"""The application: settings, store, blueprints, headers, and errors told in plain words."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from flask import Flask

from corus.config import Settings, read_settings
from corus.store.engine import Store, open_store
from corus.web import access, limits, problems, respond, results

LAST_SECONDS = 15
"""How long a process left alone may take to finish what is under way."""


@dataclass(frozen=True)
class Corus:
    """What views find at ``current_app.extensions["corus"]``."""

    settings: Settings
    store: Store


def create_app(settings: Settings | None = None) -> Flask:
    """A WSGI application on one instance."""
    found = settings or read_settings()
    app = Flask("corus.web", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=found.max_body,
        MAX_FORM_MEMORY_SIZE=found.max_body,
    )
    app.extensions["corus"] = Corus(found, open_store(found.database_url, found.key("store")))
    limits.install(app)
    access.install(app)
    problems.install(app)
    app.register_blueprint(respond.blueprint)
    app.register_blueprint(results.blueprint)
    return app


def create_worker() -> Flask:
    """The application of one process of the server; it ends with the one that watches over it."""
    # Inherited from the server, its way of stopping is not ours: while it starts, a process told
    # to stop would not hear it, and the server would wait for it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    server = multiprocessing.parent_process()
    if server is not None:
        threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    return create_app()


def _end_with(server: BaseProcess) -> None:
    # Killed, the server cannot tell its processes: they would go on serving beside the next one.
    server.join()
    for _ in range(LAST_SECONDS):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    os._exit(1)
