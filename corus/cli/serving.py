"""``corus init`` and ``corus serve``: the secret, the address, the server."""

from __future__ import annotations

import logging
import signal
import time

import click

from corus.cli.common import settings, store
from corus.cli.local import claim_port
from corus.cli.running import with_others
from corus.config import FILE, PRIVATE_FOLDER, Settings, folder_of, read_settings, write_settings
from corus.errors import UnavailableError
from corus.settings_file import checked
from corus.store import accounts

AT_LEAST_ONE = click.IntRange(1)
PAUSE = 1
"""Seconds before a server whose workers kept ending is started again."""
STOP_SECONDS = 15
"""How long workers may take to finish what is under way once told to stop."""


@click.command("init")
@click.option("--public-url", metavar="URL", help="The address people type: https://host.")
@click.option("--proxies", type=click.IntRange(0, 9),
              help="Trusted proxies in front of the server: 1 behind nginx.")  # fmt: skip
def init_command(public_url: str | None, proxies: int | None) -> None:
    """Create the secret, the settings and the database of this instance."""
    if public_url is not None:
        public_url = checked("public_url", public_url, "--public-url")
    given = {"public_url": public_url, "proxies": proxies}
    changes = {name: value for name, value in given.items() if value is not None}
    path = folder_of() / FILE
    if changes and path.exists():
        # Before the settings are read: what is given may mend them.
        write_settings(path, changes)
    found = settings()
    if not path.exists():
        write_settings(path, changes)
        found = read_settings()
    _keep_to_owner(found)
    store().engine.dispose()
    click.echo(f"Instance in {found.instance}. Start it with `corus serve`.")
    click.echo("The first account: `corus user add YOU@EXAMPLE.ORG --admin`.")
    click.echo(f"Settings: {found.instance / FILE}. Public address: {found.public_url or 'none'}.")
    click.echo(f"Keep a copy of {found.instance / 'secret'} elsewhere: nothing replaces it.")


def _keep_to_owner(found: Settings) -> None:
    """The folder and the settings are for their owner alone."""
    try:
        found.instance.chmod(PRIVATE_FOLDER)
        (found.instance / FILE).chmod(0o600)
    except OSError as error:
        raise UnavailableError(
            f"{found.instance} cannot be kept to its owner: {error.strerror}.",
            hint="Run this command as the owner of the folder.", code="RUN-002",
        ) from error  # fmt: skip


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", default=2, show_default=True, type=AT_LEAST_ONE, help="Processes.")
@click.option("--threads", default=8, show_default=True, type=AT_LEAST_ONE,
              help="Threads of each process.")  # fmt: skip
def serve_command(host: str, port: int, workers: int, threads: int) -> None:
    """Serve respondents' pages to everybody and the rest to who has an account."""
    found = settings()
    # Two servers can listen on one port, each getting some of the requests: never in silence.
    claim_port(port, host)
    with with_others(found.instance):
        # Looked at, then let go: no process of the server may inherit an open database.
        opened = store()
        with opened.reading() as session:
            nobody = not accounts.accounts(session)
        opened.engine.dispose()
        address = found.public_url or f"http://{host}:{port}"
        click.echo(f"Respondents: {address}/s/<wave>/<group>")
        click.echo(f"Workspace:   {address}/")
        if nobody:
            click.echo("Nobody can sign in yet: make the first account in another terminal:")
            click.echo("  corus user add YOU@EXAMPLE.ORG --admin")
        _serve(host, port, workers, threads)


def _serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop.

    The server gives up when one of its workers dies twice in a few seconds, as when a database
    restarts while memory is short: then it is started again, after a pause.
    """
    while True:
        try:
            server(host, port, workers, threads).serve()
        except SystemExit:
            click.echo(f"Its workers keep ending: the server starts again in {PAUSE} s.", err=True)
            # The server that ended left its own handlers, which would no longer stop anything.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            time.sleep(PAUSE)
        else:
            return


def _no_advice(record: logging.LogRecord) -> bool:
    # Threads outnumber processors on purpose: most of them wait for the disk, and one flush serves
    # all who wait. Whoever starts a survey can do nothing with advice on that.
    return "CPU cores available" not in record.getMessage()


def server(host: str, port: int, workers: int, threads: int):  # type: ignore[no-untyped-def]
    """The production server, not started: dead workers are replaced, a stop finishes its work."""
    from granian.constants import Interfaces
    from granian.log import LogLevels, logger
    from granian.server import Server

    logger.addFilter(_no_advice)
    return Server(
        "corus.worker:create",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        # A worker told to stop while it is still starting never hears it.
        workers_kill_timeout=STOP_SECONDS,
        log_access=False,
        log_level=LogLevels.warning,
    )
