"""The guard: the one place that decides who may see a page or send a form.

Views say what they need (``needs``) and know nothing else of it. A view that says nothing is open
to nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, Response, current_app, g, redirect, request, url_for

from corus.domain.roles import Permission
from corus.errors import CorusError, NotFoundError, RefusedError
from corus.services import seeing
from corus.services.accounts import tokens
from corus.services.accounts.person import Person
from corus.store import accounts
from corus.web import retyped
from corus.web.access import session, signing_in
from corus.web.access.needs import PUBLIC, PUBLIC_BLUEPRINTS, needed
from corus.web.access.origin import check_form, inside, ours, readable, states_origin
from corus.web.doors import RESPONDENTS

API = "/api/"
SIGN_IN = "signing_in.check"
"""Taken also from browsers that say nothing of where a form comes from: it has a password in it."""
API_PAGE = "api.reference"
"""The one page for people under that address: who is not signed in is led to sign in."""


class NotSignedIn(CorusError):  # noqa: N818 - named for what the caller lacks
    """A program came without a key that works (``API-401``)."""

    status = 401
    code = "API-401"


def install(app: Flask) -> None:
    """Guard every view of the application, known or yet to be written."""
    app.register_blueprint(signing_in.blueprint)
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.blueprint in PUBLIC_BLUEPRINTS or _mistyped():
        return None
    wanted = needed(current_app.view_functions.get(request.endpoint or ""))
    if wanted == PUBLIC:
        if request.endpoint != SIGN_IN or states_origin():
            check_form()
        return None
    if request.path.startswith(API) and request.endpoint != API_PAGE:
        return _program(wanted)
    who = session.signed_in()
    if who is None:
        return _led_to_sign_in()
    check_form()
    _check(who, wanted)
    return None


def _led_to_sign_in() -> Response:
    place = inside(request.path, "POST")
    if request.form and place and ours():
        # The cookie ended while somebody was typing on a page of ours: what they sent waits here.
        return signing_in.page(after=place)
    response = redirect(url_for("signing_in.sign_in", next=readable(request.path)), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _program(wanted: Permission | str | None) -> None:
    """Programs show a key; the pages of this site may read with their cookie, and only read."""
    given = request.headers.get("Authorization", "")
    kind, _, secret = given.partition(" ")
    store = current_app.extensions["corus"].store
    if kind.lower() == "bearer":
        with store.reading() as opened:
            found = tokens.bearer(opened, secret.strip(), datetime.now(UTC).date())
        if found:
            g.person, g.token = found
    elif not given and request.method in ("GET", "HEAD"):
        session.signed_in()
    who: Person | None = g.get("person")
    if who is None:
        raise NotSignedIn(
            "This needs a key that works.",
            hint="Make one on the page of your account, and send it as “Authorization: Bearer …”.",
        )
    _check(who, wanted)


def _check(who: Person, wanted: Permission | str | None) -> None:
    """Raises ``NotFoundError`` for what is not theirs to know of, ``RefusedError`` (``ACC-403``)
    for what their roles do not allow. Unknown addresses go on, to be told as such."""
    if request.url_rule is None:
        return
    if wanted is None:
        raise RefusedError("Nobody may see this page.", code="ACC-404")
    place = _place(who)
    if not who.may(wanted, place):
        raise RefusedError(
            "Your role does not allow this.",
            hint="Ask a manager of the organization, who can give you another.", code="ACC-403",
        )  # fmt: skip


def _place(who: Person) -> str | None:
    """The organization that the address is about: every one it names, and theirs to know of."""
    values = request.view_args or {}
    named = {values["organization"]} if "organization" in values else set()
    if "wave" in values:
        named.add(_of_wave(values["wave"]))
    if not named:
        return None
    if len(named) > 1 or not who.knows(place := named.pop() or ""):
        # The same words whether it does not exist or belongs to others.
        raise NotFoundError(
            "There is nothing at this address for you.",
            hint="It may be somebody else’s, or be written otherwise.", code="ACC-015",
        )  # fmt: skip
    if "wave" in values and not who.may(Permission.FOLLOW, place):
        # A wave in preparation is as one that does not exist, for who reads releases alone.
        with current_app.extensions["corus"].store.reading() as opened:
            seeing.wave(opened, who, values["wave"])
    g.organization = place
    return place


def _of_wave(wave: str) -> str | None:
    if "wave_place" not in g:
        store = current_app.extensions["corus"].store
        with store.reading() as opened:
            g.wave_place = accounts.organization_of_wave(opened, wave)
    found: str | None = g.wave_place
    return found


def _mistyped() -> bool:
    """No page, but under the respondents' address: they have no account to sign in with."""
    if request.url_rule is not None:
        return False
    meant = retyped.corrected(request.path) or request.path
    return f"{meant}/".startswith(RESPONDENTS)
