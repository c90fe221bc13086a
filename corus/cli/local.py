"""Servers started on this machine by a command: a port for them, and waiting until they answer."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import closing

from corus.errors import UnavailableError


def free_port(preferred: int = 0) -> int:
    """``preferred`` if nobody uses it, else any free port of the loopback."""
    try:
        return claim_port(preferred)
    except UnavailableError:
        return claim_port(0)


def claim_port(port: int, host: str = "127.0.0.1") -> int:
    """``port``, or any free one for 0; ``UnavailableError`` when it cannot be had on ``host``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UnavailableError(
                f"Port {port} of {host} cannot be had: {error.strerror or error}.",
                hint="Another program may use it: choose another with --port.",
                code="LOC-002",
            ) from error
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    """Wait until the server answers; ``UnavailableError`` when it ended or took too long.

    On a busy machine its processes, which all import everything, may take more than half a minute.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise UnavailableError("The server did not start.", code="LOC-001")
