"""One's own account: name, language, password, the code from a telephone, keys for programs."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, current_app, redirect, request, url_for
from markupsafe import Markup

from corus.domain.roles import Permission, Role
from corus.errors import CorusError, InputError
from corus.services.accounts import (
    attempts,
    audit,
    members,
    moments,
    passwords,
    people,
    second_factor,
    tokens,
)
from corus.store import accounts
from corus.store.account_models import Account
from corus.web import frame
from corus.web.access import needs, session

blueprint = Blueprint("own", __name__, url_prefix="/account")


@blueprint.get("")
@needs(Permission.OWN)
def show() -> Response:
    """The page of one's own account."""
    return _page()


@blueprint.post("/name")
@needs(Permission.OWN)
def rename() -> Response:
    """A name and a language."""
    try:
        with frame.store().writing() as opened:
            account = _mine(opened)
            account.name = people.name_of(request.form.get("name", ""))
            asked = request.form.get("language", "")
            account.language = asked if asked in frame.LANGUAGES else account.language
    except InputError as error:
        return _page(error, "name")
    return _back("Your account was changed.")


@blueprint.post("/language")
@needs(Permission.OWN)
def speak() -> Response:
    """The language of the pages, from the switch at their foot."""
    with frame.store().writing() as opened:
        asked = request.form.get("language", "")
        if asked in frame.LANGUAGES:
            _mine(opened).language = asked
    # A path of ours, written anew.
    from corus.web.access.origin import inside

    return redirect(inside(request.form.get("next", ""), "GET") or url_for("home.index"), 303)


@blueprint.post("/password")
@needs(Permission.OWN)
def change_password() -> Response:
    """A new password, for who knows the old one; sessions elsewhere end."""
    try:
        with frame.store().writing() as opened:
            account = _mine(opened)
            if not _proven(opened, account):
                return _wrong_password("password")
            people.set_password(opened, account, request.form.get("new", ""))
            back = redirect(url_for("own.show"), 303)
            response = session.remember(back, account)
    except InputError as error:
        return _page(error, "password")
    return frame.tell(response, "Your password was changed. Other sessions and keys were ended.")


@blueprint.post("/sessions")
@needs(Permission.OWN)
def end_sessions() -> Response:
    """Ends every session but this one."""
    with frame.store().writing() as opened:
        account = _mine(opened)
        people.sign_out_everywhere(account)
        opened.flush()
        response = session.remember(redirect(url_for("own.show"), 303), account)
    return frame.tell(response, "Other sessions were ended.")


@blueprint.get("/second-factor")
@needs(Permission.OWN)
def second_factor_page() -> Response:
    """The QR code for a telephone."""
    return _second_factor()


@blueprint.post("/second-factor")
@needs(Permission.OWN)
def second_factor_on() -> Response:
    """The first code proves that the telephone has the secret."""
    try:
        with frame.store().writing() as opened:
            account = _mine(opened)
            if account.totp > 0:
                return _back("A code is asked for already: take it off first, with your password.")
            code = request.form.get("code", "")
            second_factor.turn_on(_key(), account, code, moments.now())
            audit.note(opened, None, account.id, "second_factor_on", email=account.email)
    except InputError as error:
        return _second_factor(error)
    return _back("From now on, a code from your telephone is asked for when you sign in.")


@blueprint.post("/second-factor/off")
@needs(Permission.OWN)
def second_factor_off() -> Response:
    """No code any more, for who knows the password."""
    with frame.store().writing() as opened:
        account = _mine(opened)
        if not _proven(opened, account):
            return _wrong_password("second_factor")
        second_factor.turn_off(account)
        audit.note(opened, None, account.id, "second_factor_off", email=account.email)
    return _back("No code is asked for any more.")


@blueprint.post("/keys")
@needs(Permission.OWN)
def make_key() -> Response:
    """A key for a program, shown once on the page that answers."""
    place, _, role = request.form.get("as", "").rpartition("/")
    try:
        held = Role(role)
        with frame.store().writing() as opened:
            organization = members.organization(opened, place)
            made = tokens.make(
                opened, frame.person(), organization, held, request.form.get("name", ""),
                frame.today(),
            )  # fmt: skip
    except ValueError:
        return _page(InputError("Choose for which role the key is.", code="ACC-016"), "keys")
    except CorusError as error:
        return _page(error, "keys")
    return _page(key=made)


@blueprint.post("/keys/<int:number>/drop")
@needs(Permission.OWN)
def drop_key(number: int) -> Response:
    """Takes a key back."""
    with frame.store().writing() as opened:
        tokens.drop(opened, frame.person(), number)
    return _back("The key was taken back.")


def _page(error: CorusError | None = None, at: str = "", key: str = "") -> Response:
    with frame.store().reading() as opened:
        account = _mine(opened)
        mine = accounts.tokens_of(opened, account.id)
        return frame.page(
            "accounts/own.html", status=error.status if error else 200, account=account,
            keys=mine, error=error, at=at, key=key, typed=request.form,
        )  # fmt: skip


def _second_factor(error: CorusError | None = None) -> Response:
    with frame.store().reading() as opened:
        account = _mine(opened)
        uri = second_factor.uri(_key(), account)
        picture = segno.make(uri, micro=False).svg_inline(scale=5, border=2, omitsize=False)
        return frame.page(
            "accounts/second_factor.html", status=error.status if error else 200,
            picture=Markup(picture),  # noqa: S704 - drawn by segno from our own text
            secret=second_factor.begin(_key(), account), error=error,
        )  # fmt: skip


def _mine(opened) -> Account:
    return people.by_number(opened, frame.person().id)


def _proven(opened, account: Account) -> bool:
    """Whether the password given is the account's; guesses are counted as at sign-in."""
    # Apart from sign-in, so that who guesses there keeps nobody from changing a password here.
    what = attempts.about(_key(), f"own {account.id}")
    if attempts.pause(opened, what, moments.now()):
        return False
    if passwords.agrees(account.password, request.form.get("old", "")):
        attempts.forget(opened, what)
        return True
    attempts.failed(opened, what, moments.now())
    return False


def _wrong_password(at: str) -> Response:
    wrong = InputError(
        "This is not your password.", hint="After several wrong ones, wait a few minutes.",
        code="ACC-017",
    )  # fmt: skip
    return _page(wrong, at)


def _back(said: str) -> Response:
    return frame.tell(redirect(url_for("own.show"), 303), said)


def _key() -> bytes:
    return current_app.extensions["corus"].settings.key("accounts")
