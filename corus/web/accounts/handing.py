"""Handing a link over: by e-mail where that works, else shown once to who made it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request

from corus.services.accounts import letters, moments, tickets
from corus.services.accounts.tickets import Purpose
from corus.store.account_models import Account
from corus.web import frame


@dataclass(frozen=True)
class Handed:
    """What became of a link; ``shown`` is "" once it was mailed."""

    email: str
    shown: str = ""


def hand_over(account: Account, purpose: Purpose) -> Handed:
    """Make a link for this account and hand it over. Only a link that was mailed proves whose
    address it is; one that could not be is replaced by another, which proves nothing."""
    settings = current_app.extensions["corus"].settings
    if letters.can_send(settings) and letters.send(
        settings, account, purpose, _issued(account, purpose, proves=True)
    ):
        return Handed(account.email)
    home = settings.public_url or request.host_url.rstrip("/")
    return Handed(account.email, letters.link(home, _issued(account, purpose, proves=False)))


def _issued(account: Account, purpose: Purpose, *, proves: bool) -> str:
    with frame.store().writing() as opened:
        return tickets.issue(opened, account, purpose, moments.now(), proves=proves)
