"""One-time links: accepting an invitation, choosing a password, asking for a new one."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, redirect, request, url_for

from corus.errors import InputError, NotFoundError
from corus.services.accounts import attempts, audit, letters, moments, tickets
from corus.store import accounts
from corus.web import frame
from corus.web.access import public, session, signing_in

blueprint = Blueprint("links", __name__, url_prefix="/account")

PER_HOUR = 3
"""Messages to one address: more would be a nuisance, or somebody else's doing."""


@blueprint.get("/link/<token>")
@public
def show(token: str) -> Response:
    """The page to choose a password, for who has the link."""
    with frame.store().reading() as opened:
        account, purpose = tickets.whose(opened, token, moments.now())
        return _page(account.email, account.name, purpose)


@blueprint.post("/link/<token>")
@public
def choose(token: str) -> Response:
    """Takes the password, and signs in."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        with frame.store().writing() as opened:
            account = tickets.redeem(opened, token, password, name, moments.now())
            if account.totp > 0:
                # The link stands for the password alone: a mailbox is not the telephone.
                return signing_in.page(status=200, half=session.seal(_settings(), account, "half"))
            return session.remember(redirect(url_for("home.index"), 303), account)
    except InputError as error:
        with frame.store().reading() as opened:
            account, purpose = tickets.whose(opened, token, moments.now())
            return _page(account.email, name, purpose, error)


def _page(email: str, name: str, purpose: str, error: InputError | None = None) -> Response:
    return frame.page(
        "accounts/choose.html", status=error.status if error else 200, email=email, name=name,
        purpose=purpose, error=error,
    )  # fmt: skip


@blueprint.get("/forgotten")
@public
def forgotten() -> Response:
    """The page to ask for a new password."""
    return _asking(sent=False)


@blueprint.post("/forgotten")
@public
def ask() -> Response:
    """Sends a link, where the address is known; says the same in either case."""
    address = request.form.get("email", "").strip().lower()[:320]
    now = moments.now()
    with frame.store().writing() as opened:
        account = accounts.account_by_email(opened, address)
        what = attempts.about(_settings().key("accounts"), f"reset {address}")
        found = accounts.attempt(opened, what)
        fresh = found is None or moments.read(found.last_at) < now - timedelta(hours=1)
        if fresh:
            attempts.forget(opened, what)
        often = not fresh and found is not None and found.failures >= PER_HOUR
        if not often:
            # What is not sent counts for nothing, or asking on and on would keep the owner out.
            attempts.failed(opened, what, now)
        wanted = account is not None and account.ended_on is None and not often
        if account is not None and wanted and letters.can_send(_settings()):
            token = tickets.issue(opened, account, "reset", now, proves=True)
            audit.note(opened, None, None, "reset_asked", email=account.email)
            opened.flush()
            opened.expunge(account)
    if account is not None and wanted and letters.can_send(_settings()):
        letters.send_later(_settings(), account, "reset", token)
    return _asking(sent=True)


def _asking(*, sent: bool) -> Response:
    return frame.page("accounts/forgotten.html", sent=sent, mail=letters.can_send(_settings()))


@blueprint.errorhandler(NotFoundError)
def _old(error: NotFoundError) -> Response:
    return frame.page("accounts/old_link.html", status=404, error=error)


def _settings():
    return current_app.extensions["corus"].settings
