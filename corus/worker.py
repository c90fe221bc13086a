"""One process of the server: hears when it is told to stop, and ends with what watches over it.

Knows nothing of the application before its signals are in order: importing that takes a while.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

LAST_SECONDS = 15
"""How long a process left alone may take to finish what is under way."""


def create() -> Flask:
    """The application of this process."""
    # Inherited from the server, its way of stopping is not ours: while it starts, a process told
    # to stop would not hear it, and the server would wait for it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    server = multiprocessing.parent_process()
    if server is not None:
        threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    from corus.app import create_app

    app = create_app()
    # What is here now stays: looking through it again and again would hold up answers.
    gc.collect()
    gc.freeze()
    return app


def _end_with(server: BaseProcess) -> None:
    # Killed, the server cannot tell its processes: they would go on serving beside the next one.
    server.join()
    for _ in range(LAST_SECONDS):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    os._exit(1)
