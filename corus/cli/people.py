"""``corus user``: accounts made, listed, let back in and closed from the server."""

from __future__ import annotations

from typing import cast

import click

from corus.cli.common import print_json, reading, settings, today, writing
from corus.domain.roles import Role
from corus.services.accounts import audit, letters, members, moments, people, tickets
from corus.services.accounts import second_factor as telephone
from corus.store import accounts

LOCAL = "http://127.0.0.1:8000"


@click.group("user")
def user_command() -> None:
    """Who may sign in: accounts and roles."""


@user_command.command("add")
@click.argument("email")
@click.option("--name", default="", help="As colleagues read it.")
@click.option("--admin", is_flag=True, help="Looks after accounts and organizations.")
@click.option("--organization", metavar="CODE", help="Give a role in this organization.")
@click.option("--role", type=click.Choice([r.value for r in Role]), default="manager",
              show_default=True, help="The role in it.")  # fmt: skip
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def add(
    email: str, name: str, admin: bool, organization: str | None, role: str, lang: str
) -> None:  # fmt: skip
    """Make an account, or add to one; prints the link at which its password is chosen."""
    with writing() as session:
        account, _ = people.add(
            session, email, today(), name=name, language=lang, admin=admin, proven=True
        )
        if organization:
            place = members.organization(session, organization)
            members.give(session, account, place, Role(role), today())
        waiting = not account.password
        token = tickets.issue(session, account, "invitation", moments.now()) if waiting else ""
        address = account.email
    if token:
        _tell_link(address, token)
    else:
        click.echo(f"{address} can sign in with the password it has.")


@user_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_command(as_json: bool) -> None:
    """Every account with its roles."""
    with reading() as session:
        roles: dict[int, list[str]] = {}
        for row in accounts.members(session):
            roles.setdefault(row.account_id, []).append(f"{row.organization}: {row.role}")
        found = [
            {
                "email": one.email, "name": one.name, "admin": one.is_admin,
                "ended_on": one.ended_on, "roles": roles.get(one.id, []),
            }
            for one in accounts.accounts(session)
        ]  # fmt: skip
    if as_json:
        print_json(found)
        return
    for one in found:
        held = [*(["admin"] if one["admin"] else []), *cast(list[str], one["roles"])]
        closed = "  (closed)" if one["ended_on"] else ""
        click.echo(f"{one['email']:<40} {', '.join(held) or '–'}{closed}")


@user_command.command("link")
@click.argument("email")
@click.option("--without-code", is_flag=True,
              help="Ask for no code any more: the telephone is lost too.")  # fmt: skip
def link(email: str, without_code: bool) -> None:
    """A link to choose a new password, for who cannot get one by e-mail."""
    with writing() as session:
        account = people.by_email(session, email)
        if without_code and account.totp > 0:
            telephone.turn_off(account)
            audit.note(session, None, None, "second_factor_off", email=account.email)
        people.note_reset(session, account, None)
        token = tickets.issue(session, account, "reset", moments.now())
        address = account.email
    _tell_link(address, token)


@user_command.command("close")
@click.argument("email")
def close(email: str) -> None:
    """End an account: nobody signs in with it any more, and its keys stop working."""
    with writing() as session:
        people.end(session, people.by_email(session, email), today(), None)
    click.echo(f"The account of {email} is closed.")


def _tell_link(email: str, token: str) -> None:
    home = settings().public_url or LOCAL
    click.echo(f"{email} chooses a password here, once:")
    click.echo(f"  {letters.link(home, token)}")
