"""The page to sign in: address and password, then a code where the person wants one.

What somebody typed on another page when their session ended waits here, and goes on afterwards.
"""

from __future__ import annotations

import math

from flask import Blueprint, Response, current_app, redirect, request, url_for

from corus.services.accounts import moments, passwords, people
from corus.services.accounts import signing_in as service
from corus.store.account_models import Account
from corus.web import frame
from corus.web.access import session
from corus.web.access.needs import public
from corus.web.access.origin import inside, ours

OURS = "signin."
"""Fields of this page itself: none of another page's form is called so."""

blueprint = Blueprint("signing_in", __name__)


@blueprint.after_request
def _says_where_forms_come_from(response: Response) -> Response:
    # On redirects too: a form that is sent on keeps to the policy of the last of them.
    response.headers["Referrer-Policy"] = frame.REFERRER
    return response


@blueprint.get("/sign-in")
@public
def sign_in() -> Response:
    """The page; who is signed in already goes on."""
    if session.signed_in() is not None:
        return redirect(_next(), 303)
    return page(status=200)


@blueprint.post("/sign-in")
@public
def check() -> Response:
    """Takes address and password, or the code after them."""
    if _field("half"):
        return _second_step()
    if "signin.email" not in request.form:
        return page()
    now = moments.now()
    with frame.store().reading() as opened:
        found = service.asked(opened, _key(), _field("email"), now, known=session.known())
    if found.wait:
        return _answer(service.Outcome("wait", wait=found.wait))
    right = passwords.agrees(found.stored, _field("password"))
    with frame.store().writing() as opened:
        return _answer(service.by_password(opened, found, right, now))


def _second_step() -> Response:
    found = session.half(_field("half"))
    if found is None:
        return page(said="That took too long: sign in again.")
    with frame.store().writing() as opened:
        account = people.by_number(opened, found[0])
        if account.stamp != found[1]:
            return page(said="That took too long: sign in again.")
        done = service.by_code(
            opened, _key(), account, _field("code"), moments.now(), known=session.known()
        )
        return _answer(done)


def _answer(done: service.Outcome) -> Response:
    if done.told == "in" and done.account is not None:
        return _go_on(done.account)
    if done.told == "code" and done.account is not None:
        half = session.seal(_settings(), done.account, "half")
        return page(status=200, half=half)
    if done.told == "wait":
        minutes = max(1, math.ceil(done.wait.total_seconds() / 60))
        return page(status=429, wait=minutes, half=_field("half"))
    wrong = "This is not the code of now." if _field("half") else (
        "Address and password do not go together. Check both and try again."
    )  # fmt: skip
    return page(said=wrong, half=_field("half"))


def _go_on(account: Account) -> Response:
    waiting = _waiting()
    # 307: the browser sends what was typed once more, password and all, now with the cookie.
    response = redirect(waiting or _next(), 307 if waiting else 303)
    response.headers["Cache-Control"] = "no-store"
    return session.remember(response, account)


@blueprint.post("/sign-in/sample")
@public
def sample() -> Response:
    """Signs in to a sample account of a demonstration; there are none anywhere else."""
    if not _settings().demo:
        return redirect(url_for("signing_in.sign_in"), 303)
    with frame.store().reading() as opened:
        account = people.by_email(opened, request.form.get("email", ""))
        if account.password:
            return redirect(url_for("signing_in.sign_in"), 303)
        return session.remember(redirect(_next(), 303), account)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """Ends this session."""
    return session.forget(redirect(url_for("signing_in.sign_in"), 303))


def page(
    *, said: str = "", wait: int = 0, half: str = "", after: str = "", status: int = 401
) -> Response:
    """The page; with ``after``, or where a form waits at it already, with what was sent."""
    waiting = after or _waiting()
    sent = [
        pair for pair in request.form.items(multi=True)
        if waiting and not pair[0].startswith(OURS)
    ]  # fmt: skip
    return frame.page(
        "access/sign_in.html", status=status, said=said, wait=wait, half=half,
        again=bool(waiting), sent=sent, next=waiting or _next(),
        email="" if after else _field("email"), samples=_settings().demo and samples(),
    )  # fmt: skip


def samples() -> list[tuple[str, str]]:
    """(address, role) of the sample accounts of a demonstration."""
    from corus.services.demo import accounts as sample_accounts

    return sample_accounts.SAMPLES


def _waiting() -> str:
    """Where the form at this page goes on to; "" if none waits or it is not from a page of ours."""
    if "signin.again" not in request.form or not ours():
        return ""
    return inside(_field("next"), "POST")


def _next() -> str:
    """The page to show after signing in."""
    return inside(_field("next") or request.args.get("next", ""), "GET") or "/"


def _field(name: str) -> str:
    return request.form.get(OURS + name, "")


def _key() -> bytes:
    return _settings().key("accounts")


def _settings():
    return current_app.extensions["corus"].settings
