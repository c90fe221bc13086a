"""``corus demo``: from nothing to a profile, a dashboard and their files, over the real path.

Answers are sent over HTTP to the same server that respondents use; running it again sends the
same ids, which stores nothing twice.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import click
from sqlalchemy.orm import Session

from corus.charts.first_read import first_read
from corus.cli.common import today
from corus.cli.local import claim_port, free_port, wait_for
from corus.cli.results import table
from corus.config import read_settings
from corus.domain.profile import Profile
from corus.domain.wave import WaveState
from corus.errors import UnavailableError
from corus.services import closing, demo, exporting, publishing, releasing
from corus.services.files import PRIVATE, write_file
from corus.services.giving_back import links
from corus.store import queries
from corus.store.engine import Store, open_store
from corus.store.models import Wave

FOLDER = click.Path(path_type=Path, file_okay=False)
FILES = ("dashboard.html", "report.pdf", "evidence.xlsx", "profile.json")


@click.command("demo")
@click.option("--dir", "folder", default=Path("instance/demo"), show_default=True, type=FOLDER,
              help="Where everything goes.")  # fmt: skip
@click.option("--no-serve", is_flag=True, help="Stop once the files are written.")
@click.option("--port", default=0, type=click.IntRange(0, 65_535),
              help="Port to serve on [default: 8000, or a free one].")  # fmt: skip
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def demo_command(folder: Path, no_serve: bool, port: int, lang: str) -> None:
    """A sample wave: dashboard, report, workbook and profile in DIR; then serves them."""
    settings = read_settings(folder, f"sqlite:///{(folder / 'corus.sqlite').resolve()}")
    store = open_store(settings.database_url, settings.key("store"), migrate=True)
    with store.writing() as session:
        demo.prepare(session, today())
    chosen = claim_port(port) if port else free_port(8000)
    with serving(folder, chosen) as server:
        sent = _send(store, chosen)
        profile = _release(store, closing.Keeping(settings.backups, settings.mark))
        with store.writing() as session:
            shared = demo.give_back(session, settings.key(links.KEY), today())
        _write(store, profile, folder, lang)
        _tell(profile, folder, sent, lang)
        if not no_serve:
            _invite(chosen, profile, lang, shared)
            _wait(server)
    store.engine.dispose()


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The production server on this folder's instance, stopped at the end of the block."""
    environment = {k: v for k, v in os.environ.items() if k != "CORUS_DATABASE_URL"}
    # A closed terminal or a polite kill ends the block too: no server is left behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    server = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "corus", "serve", "--port", str(port)],
        env=environment | {"CORUS_INSTANCE": str(folder), "CORUS_DEMO": "1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        yield server
    finally:
        server.terminate()
        server.wait(20)


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _send(store: Store, port: int) -> int:
    """Send every synthetic answer while the wave is open; returns how many were sent."""
    with store.reading() as session:
        wave = queries.wave_by_code(session, demo.WAVE)
        if wave.state != WaveState.OPEN:
            return 0
        instrument = publishing.version_of(wave).instrument
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    people = list(demo.respondents(instrument))
    with click.progressbar(people, label="Answers", file=sys.stderr) as shown:
        for person in shown:
            _post(connection, person)
    connection.close()
    return len(people)


def _post(connection: http.client.HTTPConnection, person: demo.Respondent) -> None:
    easy = "/easy" if person.variant == "easy" else ""
    path = f"/s/{demo.WAVE}/{person.group}/fr{easy}"
    form = {"submission_id": [person.submission_id], "helper": [person.helper]} | person.form
    connection.request(
        "POST", path, urlencode(form, doseq=True),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise UnavailableError(
            f"A sample answer got {answer.status} at {path}.", code="DEM-002",
            hint=body.decode(errors="replace")[:200],
        )  # fmt: skip


def _release(store: Store, keeping: closing.Keeping) -> Profile:
    with store.reading() as session:
        wave = queries.wave_by_code(session, demo.WAVE)
        under_way = closing.is_under_way(session, wave)
        if wave.state == WaveState.OPEN:
            _all_arrived(session, wave)
    if under_way:
        closing.close_wave(store, demo.WAVE, today(), keeping)
    with store.writing() as session:
        return releasing.release(session, demo.WAVE, today())


def _all_arrived(session: Session, wave: Wave) -> None:
    """A wave is not closed on answers that went astray: another run sends them."""
    expected = sum(group.answers for group in demo.GROUPS.values())
    stored = sum(queries.strata(session, wave.id).values())
    if stored < expected:
        raise UnavailableError(
            f"Of {expected} sample answers {stored} arrived.", code="DEM-003",
            hint="Run `corus demo` again: it sends the others.",
        )  # fmt: skip


def _write(store: Store, profile: Profile, folder: Path, language: str) -> None:
    for name in FILES:
        write_file(folder / name, exporting.exporters().find(name).write(profile, language))
    if profile.negotiated:
        agreed = demo.weights_file(profile.negotiated.agreed_on)
        write_file(folder / demo.AGREED, agreed.encode())
    with store.writing() as session:
        files = exporting.microdata(
            session, demo.WAVE, language, today(), role="demonstration", purpose="corus demo"
        )
    for suffix, content in files.items():
        write_file(folder / f"answers.csv{suffix}", content, PRIVATE)


def _tell(profile: Profile, folder: Path, sent: int, language: str) -> None:
    click.echo("")
    for line in table(profile, None, language):
        click.echo(line)
    click.echo("")
    for sentence in first_read(profile, language):
        click.echo(f"• {sentence}")
    click.echo("")
    click.echo(f"{sent} answers sent now.")
    for name in (*FILES, "answers.csv"):
        click.echo(f"  {folder / name}")


def _invite(port: int, profile: Profile, language: str, shared: str) -> None:
    base = f"http://127.0.0.1:{port}"
    inside = f"/waves/{profile.wave}/{language}"
    click.echo("")
    click.echo(f"Dashboard   {base}/sign-in?next={inside}")
    click.echo("            (choose a sample account: manager, fieldwork, research, accreditation;")
    click.echo("            that of the instance leads to its accounts: it sees no results)")
    if shared:
        click.echo(f"Given back  {base}/g/{shared}/{language}  (to employees, without an account)")
    click.echo(f"Answer      {base}/s/{demo.TRIAL}/employees/{language}")
    click.echo(f"Easy page   {base}/s/{demo.TRIAL}/beneficiaries/{language}/easy")
    click.echo("Stop with Ctrl-C.")


def _wait(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait()
    except KeyboardInterrupt:
        click.echo("")
