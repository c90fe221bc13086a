"""What every command shares: errors told in plain words, settings, printing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from corus.config import Settings, read_settings
from corus.errors import CorusError, InputError
from corus.language import SOURCE, words
from corus.store.engine import Store, open_store

COMMANDS = {
    # name: module that defines it (imported when asked for: a start under 0.3 s), what it does
    "backup": ("keeping", "A copy of every table in one file, also while the server runs."),
    "bench": ("bench", "Benchmarks: baseline and subject in the same run, as ratios."),
    "check": ("authoring", "Every fault of instrument files: file:line, what, how to mend."),
    "compare": ("comparing", "Two waves of one organization: changes with intervals."),
    "composite": ("weighing", "What one figure per group would rest on; never a score."),
    "demo": ("demo", "A sample wave: profile, dashboard, workbook; then serves them."),
    "export": ("results", "Write the latest release of a wave, or its microdata, to a file."),
    "exports": ("results", "What a wave can be exported as."),
    "import": ("importing", "Answers collected elsewhere, from CSV or XLSX: all or nothing."),
    "init": ("serving", "Create the secret and the database of this instance."),
    "invite": ("inviting", "Invite people: contacts, e-mails, reminders, letters, links."),
    "print": ("documents", "Questionnaires, posters and the register entry, as PDF."),
    "paper": ("entering", "Paper typed in twice: what is left to type, compare, give up."),
    "partition": ("partitioned", "Answers as Parquet partitions, to be counted elsewhere."),
    "profile": ("results", "The latest release of a wave."),
    "publish": ("authoring", "Freeze an instrument and print its digest."),
    "rake": ("weighing", "Scores of a closed wave weighted to known margins, where safe."),
    "release": ("results", "Publish the results of a closed wave."),
    "restore": ("keeping", "Put a backup back, all or nothing, and prove it."),
    "schema": ("authoring", "The JSON Schema of instruments, for editors."),
    "serve": ("serving", "The server: respondents' pages, and the workspace behind accounts."),
    "tally": ("tally", "Count tables of a wave, up to date or checked; or of partitions."),
    "texts": ("texts", "Open answers of a closed wave: redact, code, see what may be quoted."),
    "upgrade": ("keeping", "Back up, then bring the tables to what this version needs."),
    "user": ("people", "Who may sign in: accounts, roles, links to choose a password."),
    "view": ("viewing", "Items of a release for a part of the answers, where it is safe."),
    "wave": ("waves", "Create, open, close, list and follow waves."),
}
SHOWN_FAULTS = 200
LANGUAGE = "corus.language"
"""Where a command's language is kept for whoever tells its errors."""
F = TypeVar("F", bound=Callable[..., Any])


class Friendly(click.Group):
    """Finds commands by name and ends an error with its words and status 1, never a trace."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Every command, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command called ``name``, or None."""
        if name not in COMMANDS:
            return None
        module = import_module(f"corus.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, f"{name}_command")
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])

    def invoke(self, context: click.Context) -> Any:
        """Run, and tell errors in words."""
        try:
            return super().invoke(context)
        except CorusError as error:
            tell(error, context.meta.get(LANGUAGE, SOURCE))
            sys.exit(1)


def in_language(default: str = SOURCE) -> Callable[[F], F]:
    """The option ``--lang``; errors of the command are told in that language too, where it can."""

    def keep(context: click.Context, _option: click.Parameter, value: str) -> str:
        context.meta[LANGUAGE] = value
        return value

    return click.option(
        "--lang", type=click.Choice(["fr", "en"]), default=default, show_default=True,
        callback=keep, is_eager=True,
    )  # fmt: skip


def tell(error: CorusError, language: str = SOURCE) -> None:
    """Print an error and every fault it lists."""
    if isinstance(error, InputError):
        for fault in error.faults[:SHOWN_FAULTS]:
            click.echo(str(fault), err=True)
        if len(error.faults) > SHOWN_FAULTS:
            click.echo(f"… and {len(error.faults) - SHOWN_FAULTS} more.", err=True)
    told = " ".join(filter(None, error.said(words(language))))
    click.echo(f"corus: {told} [{error.code}]", err=True)


def tell_boxes(letters: str) -> None:
    """Say that a box is printed for letters that no font has; nothing for none."""
    if letters:
        signs = "".join(dict.fromkeys(letters))
        told = f"No font of this machine has these signs: {signs}. □ is printed in their place;"
        click.echo(f"{told} on Debian: apt-get install fonts-noto-core.", err=True)


def today() -> date:
    """The day, in UTC: all that is ever kept of a time."""
    return datetime.now(UTC).date()


def settings() -> Settings:
    """Settings of this instance."""
    return read_settings()


def store() -> Store:
    """The store of this instance."""
    found = settings()
    return open_store(found.database_url, found.key("store"))


@contextmanager
def writing() -> Iterator[Session]:
    """A session that commits at the end of the block."""
    with _opened() as opened, opened.writing() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads."""
    with _opened() as opened, opened.reading() as session:
        yield session


@contextmanager
def _opened() -> Iterator[Store]:
    opened = store()
    try:
        yield opened
    finally:
        opened.engine.dispose()


def print_json(value: Any) -> None:
    """JSON on standard output; days as ISO dates."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
