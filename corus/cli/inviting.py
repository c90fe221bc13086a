"""``corus invite …``: lists of contacts, messages, letters, links; numbers and never names."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
from click._termui_impl import ProgressBar

from corus.cli.common import print_json, reading, settings, store, tell_boxes, today
from corus.errors import CorusError, InputError
from corus.services import printing
from corus.services.files import PRIVATE, check_ending, write_file
from corus.services.inviting import bounces, dispatch, invite, lists, mailing, uncertain
from corus.services.inviting.mailing import Kind
from corus.services.inviting.sending import Fate

FILE = click.Path(path_type=Path)
OUTPUT = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False)
)
GROUP = click.option("--group", metavar="CODE", help="One group only.")
UNNAMED = (
    "Nobody is named, and numbers move in steps: whoever runs the survey must not learn who has "
    "answered."
)
CONFIDENTIAL = (
    "Confidential: each link answers in one person's place, and shows whether it has answered. "
    "Delete this file once it has served."
)


@click.group("invite")
def invite_command() -> None:
    """Invite people: lists of contacts, e-mails and reminders, letters, links."""


@invite_command.command("import")
@click.argument("wave")
@click.argument("file", type=FILE)
@click.option("--again", "revoked", flag_value="invited_again", default="left_out",
              help="Who was revoked gets a new link; the old one stays dead.")  # fmt: skip
def import_command(wave: str, file: Path, revoked: invite.Revoked) -> None:
    """Invite to WAVE everybody on the list FILE (CSV or XLSX) who is not invited yet.

    Columns: group, email, name, postal address, language; French headings are understood.
    """
    opened = store()
    with opened.writing() as session:
        added = invite.import_contacts(session, opened.key, wave, file, today(), revoked=revoked)
    for line in added.lines():
        click.echo(line)


@invite_command.command("send")
@click.argument("wave")
@click.option("--reminder", is_flag=True, help="Only to those who have not answered.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send and store nothing.")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="With --dry-run: write specimens (.eml) into this folder.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), help="Send so many messages at most.")
@click.option("--rate", type=click.IntRange(1, 100_000), metavar="PER_MINUTE",
              help="Messages per minute [default: the setting].")  # fmt: skip
def send_command(
    wave: str, reminder: bool, dry_run: bool, folder: Path | None, limit: int | None,
    rate: int | None,
) -> None:  # fmt: skip
    """Send the invitation of WAVE, or a reminder; never the same message twice to anybody."""
    kind: Kind = "reminder" if reminder else "invitation"
    if folder is not None and not dry_run:
        raise click.UsageError("--to goes with --dry-run.")
    if dry_run:
        _show(wave, kind, folder)
        return
    try:
        fates = _send(wave, kind, limit, rate)
    except KeyboardInterrupt as stop:
        raise _stopped() from stop
    for line in _outcome(wave, kind, fates):
        click.echo(line)


def _show(wave: str, kind: Kind, folder: Path | None) -> None:
    opened, found = store(), settings()
    with opened.reading() as session:
        reach = mailing.reach(session, wave, kind)
        made = list(dispatch.specimens(session, found, wave, kind, today())) if folder else []
    click.echo(f"{kind} of {wave}: would be sent to")
    for line in reach.lines() or ["  nobody"]:
        click.echo(line)
    if kind == "reminder":
        click.echo(UNNAMED)
    for specimen in made:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        write_file((folder or Path()) / f"{kind}-{specimen.name}.eml", specimen.content)
    if made:
        click.echo(f"{len(made)} specimen(s) in {folder}, of made-up persons.")


def _send(wave: str, kind: Kind, limit: int | None, rate: int | None) -> Counter[Fate]:
    opened, found = store(), settings()
    send = partial(
        dispatch.send, opened, found, wave, kind, today(), limit=limit, per_minute=rate,
        pausing=partial(_pausing, kind),
    )  # fmt: skip
    if kind == "reminder" or not sys.stderr.isatty():
        return send()
    with opened.reading() as session:
        total = sum(mailing.reach(session, wave, kind).to_send.values())
    bar: ProgressBar[int]
    with click.progressbar(length=min(total, limit or total), file=sys.stderr) as bar:
        return send(told=lambda _fate: bar.update(1))


def _pausing(kind: Kind, put_off: int, seconds: int) -> None:
    # The progress bar, where there is one, has not ended its line.
    line = "\n" if kind == "invitation" and sys.stderr.isatty() else ""
    click.echo(
        f"{line}{_number(kind, put_off)} put off by the mail server; they are tried again in "
        f"{seconds // 60} min. Ctrl-C stops here.",
        err=True,
    )


def _stopped() -> CorusError:
    return CorusError(
        "Stopped. What was sent is sent; what was not waits.",
        hint="Run the command again later: nobody gets the message twice.", code="MAI-013",
    )  # fmt: skip


def _number(kind: Kind, n: int) -> str:
    return mailing.in_steps(n) if kind == "reminder" else str(n)


def _outcome(wave: str, kind: Kind, fates: Counter[Fate]) -> list[str]:
    lines = [f"{kind} of {wave}: done." if kind == "reminder" else
             f"{kind} of {wave}: {fates[Fate.SENT]} sent."]  # fmt: skip
    if kind == "reminder":
        lines.append(UNNAMED)
    for fate, said in (
        (Fate.BOUNCED, "refused: the address does not exist or takes nothing"),
        (Fate.REFUSED, "refused: see the mail server's log"),
        (Fate.LATER, "put off by the mail server: run the command again later"),
        (Fate.DROPPED, "no longer wanted"),
        (Fate.UNCERTAIN, f"uncertain: see `corus invite uncertain {wave}`"),
    ):
        # Of a reminder none is told like a few: one refused message says who has not answered.
        if fates[fate] or kind == "reminder":
            lines.append(f"  {_number(kind, fates[fate])} {said}.")
    return lines


@invite_command.command("uncertain")
@click.argument("wave")
@click.option("--sent", multiple=True, metavar="MESSAGE-ID",
              help="The mail server has it: it is not sent again.")  # fmt: skip
@click.option("--again", multiple=True, metavar="MESSAGE-ID",
              help="The mail server never had it: it is sent with the others.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True)
def uncertain_command(
    wave: str, sent: tuple[str, ...], again: tuple[str, ...], as_json: bool
) -> None:
    """Messages of WAVE that were being handed over when something stopped: look them up.

    The mail server's log knows each by its Message-ID. Nothing is sent again before you say so.
    """
    if set(sent) & set(again):
        raise InputError("One message is both sent and to be sent again.", code="MAI-011")
    opened = store()
    if sent:
        uncertain.settle(opened, wave, sent, "sent")
    if again:
        uncertain.settle(opened, wave, again, "waiting")
    with opened.reading() as session:
        found = uncertain.uncertain(session, opened.key, wave)
    if as_json:
        print_json([{"message_id": u.name, "kind": u.kind, "number": u.number} for u in found])
        return
    for one in found:
        click.echo(f"{one.name}\t{one.kind} {one.number}")
    if found:
        click.echo(
            f"{len(found)} uncertain. Look for them in the mail server's log, then: --sent or "
            "--again.", err=True,
        )  # fmt: skip


@invite_command.command("bounces")
@click.argument("wave")
@click.argument("files", type=FILE, nargs=-1, required=True)
def bounces_command(wave: str, files: tuple[Path, ...]) -> None:
    """Record the messages of WAVE that came back: notifications as .eml files or an mbox."""
    opened = store()
    with opened.writing() as session:
        found = bounces.record_bounces(session, opened.key, wave, files)
    for line in found.lines():
        click.echo(line)


@invite_command.command("list")
@click.argument("wave")
@click.option("--json", "as_json", is_flag=True)
def list_command(wave: str, as_json: bool) -> None:
    """How many are invited to WAVE, group by group, and what became of the messages."""
    with reading() as session:
        groups, sent = lists.numbers(session, wave), lists.mailings(session, wave)
    if as_json:
        print_json({"groups": [asdict(g) for g in groups], "mailings": [asdict(m) for m in sent]})
        return
    heads = ("invited", "e-mail", "letter", "stopped", "bounced", "revoked")
    click.echo(f"  {'group':<22}" + "".join(f"{head:>9}" for head in heads))
    for g in groups:
        values = (g.invited, g.by_mail, g.by_letter_only, g.unsubscribed, g.bounced, g.revoked)
        click.echo(f"  {g.group:<22}" + "".join(f"{n:>9}" for n in values))
    for m in sent:
        told = ", ".join(f"{n} {state}" for state, n in m.messages.items())
        click.echo(f"{m.kind} {m.number}, prepared {m.prepared_on}{': ' if told else ''}{told}")


@invite_command.command("links")
@click.argument("wave")
@GROUP
@OUTPUT
def links_command(wave: str, group: str | None, output: Path) -> None:
    """Personal links of WAVE as CSV, for who sends them by other means. Confidential."""
    opened, found = store(), settings()
    with opened.reading() as session:
        content, n = lists.links_csv(session, opened.key, wave, found.public_url, group=group)
    write_file(output, content, PRIVATE)
    click.echo(f"{output}: {n} link(s).")
    click.echo(CONFIDENTIAL, err=True)


@invite_command.command("letters")
@click.argument("wave")
@GROUP
@click.option("--without-mail", is_flag=True, help="Only to those without an e-mail address.")
@OUTPUT
def letters_command(wave: str, group: str | None, without_mail: bool, output: Path) -> None:
    """Letters of invitation to WAVE as one PDF, for those with a postal address."""
    check_ending(output, ".pdf")
    opened, found = store(), settings()
    with opened.reading() as session:
        content, n = lists.letters_pdf(
            session, opened.key, wave, found.public_url, group=group, without_mail=without_mail
        )
        boxed = printing.lacking_in(session, wave) + lists.lacking_in_letters(
            session, wave, group=group, without_mail=without_mail
        )
    write_file(output, content, PRIVATE)
    click.echo(f"{output}: {n} letter(s).")
    tell_boxes(boxed)
    click.echo(CONFIDENTIAL, err=True)


@invite_command.command("revoke")
@click.argument("wave")
@click.option("--address", default="", help="The e-mail address that was invited.")
@click.option("--link", default="", help="The link, or the code printed on the letter.")
@click.argument("plain", nargs=-1, metavar="")
def revoke_command(wave: str, address: str, link: str, plain: tuple[str, ...]) -> None:
    """Take one invitation to WAVE back: its link opens nothing any more.

    A new one: `corus invite import WAVE FILE --again`.
    """
    if plain:
        option = "--address" if "@" in plain[0] else "--link"
        raise click.UsageError(f"Say what it is: {option} {plain[0]}")
    if bool(address) == bool(link):
        raise click.UsageError("Say whose: --address, or --link for a letter.")
    opened = store()
    with opened.writing() as session:
        invite.revoke(session, opened.key, wave, address, today(), link=link)
    click.echo("Revoked: the link opens nothing, and no message is sent to it.")
