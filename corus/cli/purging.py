"""``corus wave purge``: erases what may no longer be kept, and says what went.

With ``--due`` also what the database keeps of answers that their authors withdrew.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from corus.cli.common import reading, store, today
from corus.services import clearing, purging


@click.command("purge")
@click.argument("code", required=False)
@click.option("--due", is_flag=True, help="Every wave whose answers may no longer be kept, and "
              "traces of withdrawn answers; for cron.")  # fmt: skip
@click.option("--contacts", is_flag=True, help="Erase the contacts only, of a closed wave.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased; erase nothing.")
def purge_command(code: str | None, due: bool, contacts: bool, dry_run: bool) -> None:
    """Erase the answers and contacts of waves past their time; releases stay."""
    if due == bool(code):
        raise click.UsageError("Name one wave, or give --due.")
    codes = [code] if code else _due()
    for one in codes:
        for line in told(_purged(one, contacts=contacts, dry_run=dry_run), dry_run=dry_run):
            click.echo(line)
    if due and not _clear_withdrawn(dry_run=dry_run) and not codes:
        click.echo("Nothing is due: no wave holds answers beyond the time announced.")


def _clear_withdrawn(*, dry_run: bool) -> int:
    """Clear what withdrawn answers left, and say so; of how many."""
    if dry_run:
        with reading() as session:
            left = sum(clearing.due(session).values())
        if left:
            click.echo(f"Traces of {left} withdrawn answer(s) would be cleared.")
        return left
    cleared = clearing.clear(store(), today())
    if cleared.withdrawals:
        click.echo(f"Traces of {cleared.withdrawals} withdrawn answer(s) are cleared.")
    for limit in cleared.limits:
        click.echo(limit, err=True)
    return cleared.withdrawals


def _due() -> list[str]:
    with reading() as session:
        return purging.due(session, today())


def _purged(code: str, *, contacts: bool, dry_run: bool) -> purging.Purge:
    if dry_run:
        with reading() as session:
            return purging.preview(session, code, today(), contacts_only=contacts)
    return purging.purge(store(), code, today(), contacts_only=contacts)


def told(purge: purging.Purge, *, dry_run: bool) -> Iterator[str]:
    """The report of one wave, line by line."""
    yield f"{purge.wave}: {'would be erased' if dry_run else 'erased for good'}"
    for name, n in purge.rows.items():
        yield f"  {name:<14} {n:>7}"
    yield f"  kept: {purge.releases} release(s), the journal, and counts that name nobody"
    if purge.marks:
        yield f"  kept: {purge.marks} keyed mark(s) of who wants no more messages, without a name"
    if purge.successor:
        yield (
            f"  Contacts went on in “{purge.successor}”: erase them there, "
            f"`corus wave purge {purge.successor} --contacts`."
        )
    if dry_run:
        yield "  Nothing is erased yet: run it again without --dry-run."
        return
    yield from (f"  ! {limit}" for limit in purge.limits)
    yield "  Backups taken before today still hold them: `corus backup --keep-days 1`."
