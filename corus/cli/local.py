"""Servers started on this machine by a command: a port for them, and waiting until they answer."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import closing

from corus.errors import UnavailableError


def free_port(wanted: int = 0) -> int:
    """``wanted`` if nobody uses it, else a free port of the loopback."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Wait until the server answers; ``UnavailableError`` when it ended or took too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise UnavailableError("The server did not start.", code="LOC-001")
