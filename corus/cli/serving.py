"""``corus init`` and ``corus serve``: the secret, the address, the server."""

from __future__ import annotations

import click

from corus.cli.common import settings, store


@click.command("init")
def init_command() -> None:
    """Create the secret and the database of this instance."""
    found = settings()
    store()
    click.echo(f"Instance in {found.instance}. Start it with `corus serve`.")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=16, show_default=True, help="Threads of each process.")
def serve_command(host: str, port: int, workers: int, threads: int) -> None:
    """Serve respondents' pages to everybody and the rest to who has the secret."""
    found = settings()
    store()
    click.echo(f"Respondents: http://{host}:{port}/s/<wave>/<group>")
    click.echo(f"Results:     http://{host}:{port}/door?code={found.access_code}")
    click.echo(f"The code is  {found.access_code}  (keep it to yourselves)")
    server(host, port, workers, threads).serve()


def server(host: str, port: int, workers: int, threads: int):  # type: ignore[no-untyped-def]
    """The production server, not started: dead workers are replaced, a stop finishes its work."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    return Server(
        "corus.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        log_access=False,
        log_level=LogLevels.warning,
    )
