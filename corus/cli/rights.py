"""``corus wave code``: the code of one person's answer, for who writes to the contact."""

from __future__ import annotations

import click

from corus.cli.common import store, today
from corus.services import returning


@click.command("code")
@click.argument("wave")
@click.argument("address")
def code_command(wave: str, address: str) -> None:
    """The code that opens the answer of ADDRESS in a confidential WAVE; the journal says so.

    For a person who asks to read, correct or erase their answer. In an anonymous wave there is
    no such way: only the respondent has the code.
    """
    opened = store()
    with opened.writing() as session:
        code = returning.code_of(session, opened.key, wave, address, today())
    click.echo(code)
