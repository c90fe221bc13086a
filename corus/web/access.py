"""The door: until accounts exist, everything but respondents' pages asks for one secret code.

The one place that decides who may enter, and whose forms are taken inside; views know nothing
of it.
"""

from __future__ import annotations

import hmac
import re

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.exceptions import HTTPException

from corus.config import Settings
from corus.errors import RefusedError
from corus.language import words
from corus.web import retyped
from corus.web.doors import RESPONDENTS

COOKIE = "corus"
DAYS = 30
PUBLIC_BLUEPRINTS = {"respond", "returning", "access", "health", "unsubscribe", "typed_link"}

READING = {"GET", "HEAD", "OPTIONS"}
"""Methods that change nothing: a link from anywhere may use them."""

PLAIN = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
"""A path as ours are written: no control sign, space, backslash or ``%``, no part left empty."""

OWN = {"code", "next", "again"}
"""Fields of the door itself."""

blueprint = Blueprint("access", __name__)


def install(app: Flask) -> None:
    """Guard every view of the application, known or yet to be written."""
    app.register_blueprint(blueprint)
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.blueprint in PUBLIC_BLUEPRINTS or _mistyped():
        return None
    if _entered():
        _check_form()
        return None
    place = _inside(request.path, "POST")
    if request.form and place and _ours():
        # The cookie ended while somebody was typing on a page of ours: what they sent waits here.
        return _page(after=place)
    response = redirect(url_for("access.door", next=_readable(request.path)), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _check_form() -> None:
    """Refuse what a page elsewhere makes the browser of somebody inside send here.

    The cookie alone does not tell: browsers hold it for every port of a machine, and count pages
    of neighbouring subdomains as the same site.
    """
    if request.method in READING or _ours():
        return
    raise RefusedError(
        "This form was not sent from a page of this site.",
        hint="Go back to the page and send it again. If this page returns, use a newer browser.",
        code="WEB-403",
    )


def _ours() -> bool:
    """Whether a form comes from a page of this site, as the browser says.

    Browsers that know ``Sec-Fetch-Site`` send it with https; with plain http, in a house without a
    certificate, they send ``Origin``; those from before 2020 may send ``Referer`` alone. Each of
    the last two comes only from pages whose ``Referrer-Policy`` lets it. Who sends none of the
    three is refused: a page elsewhere can have all of them left out by an old browser, and what
    an old browser of ours sends cannot be told from that.
    """
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    stated = request.headers.get("Origin", request.headers.get("Referer", ""))
    return any(f"{stated}/".startswith(f"{home}/") for home in _homes())


def _homes() -> set[str]:
    """Where this site is, as browsers write it: here, and where its owner says it is.

    The second where a proxy hides from us that the visitor came by https.
    """
    # Not ``host_url``, which shows a name with accents decoded; browsers state it encoded.
    return {f"{request.scheme}://{request.host}", _settings().public_url.rstrip("/")} - {""}


def _readable(path: str) -> str:
    """The address itself or, where it only takes forms, the nearest one above it with a page."""
    if request.method in ("GET", "HEAD"):
        return path
    known = current_app.url_map.bind("")
    above = (path.rsplit("/", n)[0] or "/" for n in range(path.count("/")))
    return next((place for place in above if known.test(place, "GET")), "/")


def _mistyped() -> bool:
    """No page, but under the respondents' address: they have no code to give at a door."""
    if request.url_rule is not None:
        return False
    meant = retyped.corrected(request.path) or request.path
    return f"{meant}/".startswith(RESPONDENTS)


def _settings() -> Settings:
    return current_app.extensions["corus"].settings


def _signer() -> TimestampSigner:
    return TimestampSigner(_settings().key("cookie"), salt="door")


def _entered() -> bool:
    try:
        _signer().unsign(request.cookies.get(COOKIE, ""), max_age=DAYS * 86_400)
    except BadSignature:
        return False
    return True


@blueprint.after_request
def _says_where_forms_come_from(response: Response) -> Response:
    # On redirects too: a form that is sent on keeps to the policy of the last of them.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.route("/door", methods=["GET", "POST"])
def door() -> Response:
    """Takes the code, from the printed address or typed, and remembers it in a signed cookie."""
    given = request.form.get("code") or request.args.get("code")
    if given is None:
        return _page()
    code = "".join(given.split()).lower()
    if not hmac.compare_digest(code.encode(), _settings().access_code.encode()):
        return _page(wrong=True)
    waiting = _waiting()
    # 307: the browser sends what was typed once more, code and all, now with the cookie.
    response = redirect(waiting or _next(), 307 if waiting else 303)
    response.set_cookie(
        COOKIE, _signer().sign("in").decode(), max_age=DAYS * 86_400, httponly=True,
        samesite="Lax", secure=request.is_secure,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(*, wrong: bool = False, after: str = "") -> Response:
    """The door; with ``after``, or where a form waits at it already, with what was sent."""
    language = request.accept_languages.best_match(["fr", "en"]) or "fr"
    waiting = after or _waiting()
    sent = [pair for pair in request.form.items(multi=True) if waiting and pair[0] not in OWN]
    text = render_template(
        "pages/door.html", t=words(language), wrong=wrong, again=bool(waiting), sent=sent,
        next=waiting or _next(),
    )  # fmt: skip
    response = make_response(text, 401)
    response.headers["Cache-Control"] = "no-store"
    return response


def _waiting() -> str:
    """Where the form at the door goes on to; "" if none waits or it is not from a page of ours."""
    if "again" not in request.form or not _ours():
        return ""
    return _inside(request.form.get("next", ""), "POST")


def _next() -> str:
    """The page to show after the code."""
    return _inside(request.values.get("next", ""), "GET") or "/"


def _inside(target: str, method: str) -> str:
    """The address behind the door that takes ``method`` at this path, or "".

    Written anew from what our own routes make of it: nobody is sent elsewhere with a fresh cookie,
    and no form with a code in it to a page outside the door.
    """
    if not PLAIN.fullmatch(target):
        return ""
    known = current_app.url_map.bind("")
    try:
        endpoint, values = known.match(target, method)
    except HTTPException:
        return ""
    outside = endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS
    return "" if outside else known.build(endpoint, values)
