"""The cookie of who is signed in: signed, and tied to a number that the account can raise."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, TimestampSigner

from corus.config import Settings
from corus.services.accounts.person import Person, person
from corus.store import accounts
from corus.store.account_models import Account

COOKIE = "corus"
SECONDS = 14 * 86_400
DEVICE, DEVICE_SECONDS = "corus-known", 400 * 86_400
"""The cookie of who last signed in here: guesses made elsewhere do not keep them out."""
HALF_SECONDS = 5 * 60
"""How long a right password waits for the code from a telephone."""


def seal(settings: Settings, account: Account | Person, salt: str = "session") -> str:
    """What the cookie holds for this account."""
    return _signer(settings, salt).sign(f"{account.id}.{account.stamp}").decode()


def remember(response: Response, account: Account | Person) -> Response:
    """Sign the visitor in with this answer."""
    response.set_cookie(
        COOKIE, seal(_settings(), account), max_age=SECONDS, httponly=True, samesite="Lax",
        secure=_secure(),
    )  # fmt: skip
    response.set_cookie(
        DEVICE, seal(_settings(), account, "device"), max_age=DEVICE_SECONDS, path="/sign-in",
        httponly=True, samesite="Strict", secure=_secure(),
    )  # fmt: skip
    return response


def known() -> int | None:
    """The account that last signed in from this device, or None."""
    found = _opened(request.cookies.get(DEVICE, ""), "device", DEVICE_SECONDS)
    return found[0] if found else None


def forget(response: Response) -> Response:
    """Sign the visitor out with this answer."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=_secure())
    return response


def signed_in() -> Person | None:
    """Who is signed in, read once per request; None for nobody."""
    if "person" not in g:
        # Nobody, where reading fails: the page that says so asks again.
        g.person = None
        g.person = _read()
    found: Person | None = g.person
    return found


def half(sealed: str) -> tuple[int, int] | None:
    """(account, stamp) of who gave the right password a moment ago, or None."""
    return _opened(sealed, "half", HALF_SECONDS)


def _read() -> Person | None:
    found = _opened(request.cookies.get(COOKIE, ""), "session", SECONDS)
    if found is None:
        return None
    store = current_app.extensions["corus"].store
    with store.reading() as session:
        who = person(session, found[0], datetime.now(UTC).date())
        if "wave" in (request.view_args or {}):
            # Asked in the same breath, for the guard: a second session costs as much again.
            g.wave_place = accounts.organization_of_wave(session, request.view_args["wave"])
    return who if who is not None and who.stamp == found[1] else None


def _opened(sealed: str, salt: str, seconds: int) -> tuple[int, int] | None:
    try:
        text = _signer(_settings(), salt).unsign(sealed, max_age=seconds).decode()
        number, stamp = text.split(".")
        return int(number), int(stamp)
    except (BadSignature, ValueError):
        return None


def _secure() -> bool:
    # Where a proxy hides that the visitor came by https, the public address says it.
    return bool(request.is_secure) or _settings().public_url.startswith("https://")


def _settings() -> Settings:
    return current_app.extensions["corus"].settings


def _signer(settings: Settings, salt: str) -> TimestampSigner:
    return TimestampSigner(settings.key("cookie"), salt=salt)
