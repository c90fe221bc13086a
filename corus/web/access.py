"""The door: until accounts exist, everything but respondents' pages asks for one secret code.

The one place that decides who may enter; views know nothing of it.
"""

from __future__ import annotations

import hmac

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

from corus.config import Settings
from corus.language import words
from corus.web import retyped
from corus.web.doors import RESPONDENTS

COOKIE = "corus"
DAYS = 30
PUBLIC_BLUEPRINTS = {"respond", "returning", "access", "health", "unsubscribe", "typed_link"}

OWN = {"code", "next", "again"}
"""Fields of the door itself."""

blueprint = Blueprint("access", __name__)


def install(app: Flask) -> None:
    """Guard every view of the application, known or yet to be written."""
    app.register_blueprint(blueprint)
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.blueprint in PUBLIC_BLUEPRINTS or _mistyped() or _entered():
        return None
    if request.form and _ours():
        # The cookie ended while somebody was typing on a page of ours: what they sent waits here.
        response = make_response(_page(wrong=False, after=request.path), 401)
    else:
        response = redirect(url_for("access.door", next=_readable(request.path)), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _ours() -> bool:
    """Whether a form comes from a page of this site, as the browser says."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is None:
        # On plain http, in a house without a certificate, browsers say no more than this; and this
        # only from pages whose ``Referrer-Policy`` lets them.
        return request.headers.get("Origin") == request.host_url.rstrip("/")
    return said == "same-origin"


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


@blueprint.route("/door", methods=["GET", "POST"])
def door() -> Response | tuple[str, int]:
    """Takes the code, from the printed address or typed, and remembers it in a signed cookie."""
    given = request.form.get("code") or request.args.get("code")
    if given is None:
        return _page(wrong=False), 401
    code = "".join(given.split()).lower()
    if not hmac.compare_digest(code.encode(), _settings().access_code.encode()):
        return _page(wrong=True), 401
    # 307: the browser sends what was typed once more, now with the cookie.
    again = 307 if "again" in request.form else 303
    response = redirect(_inside(request.values.get("next", "/")), again)
    response.set_cookie(
        COOKIE, _signer().sign("in").decode(), max_age=DAYS * 86_400, httponly=True,
        samesite="Lax", secure=request.is_secure,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(*, wrong: bool, after: str = "") -> str:
    language = request.accept_languages.best_match(["fr", "en"]) or "fr"
    again = bool(after) or "again" in request.form
    sent = [pair for pair in request.form.items(multi=True) if again and pair[0] not in OWN]
    return render_template(
        "pages/door.html", t=words(language), wrong=wrong, again=again, sent=sent,
        next=after or _inside(request.values.get("next", "/")),
    )  # fmt: skip


def _inside(target: str) -> str:
    """Only paths of this site: nobody is sent elsewhere with a fresh cookie."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"
