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
    redirect,
    render_template,
    request,
    url_for,
)
from itsdangerous import BadSignature, TimestampSigner

from corus.config import Settings
from corus.language import words
from corus.web.doors import RESPONDENTS

COOKIE = "corus"
DAYS = 30
PUBLIC_BLUEPRINTS = {"respond", "returning", "access", "health", "unsubscribe", "typed_link"}

blueprint = Blueprint("access", __name__)


def install(app: Flask) -> None:
    """Guard every view of the application, known or yet to be written."""
    app.register_blueprint(blueprint)
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.blueprint in PUBLIC_BLUEPRINTS or _mistyped() or _entered():
        return None
    response = redirect(url_for("access.door", next=request.path), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _mistyped() -> bool:
    """No page, but under the respondents' address: they have no code to give at a door."""
    return request.url_rule is None and f"{request.path}/".startswith(RESPONDENTS)


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
    response = redirect(_inside(request.values.get("next", "/")), 303)
    response.set_cookie(
        COOKIE, _signer().sign("in").decode(), max_age=DAYS * 86_400, httponly=True,
        samesite="Lax", secure=request.is_secure,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(*, wrong: bool) -> str:
    language = request.accept_languages.best_match(["fr", "en"]) or "fr"
    after = _inside(request.values.get("next", "/"))
    return render_template("pages/door.html", t=words(language), wrong=wrong, next=after)


def _inside(target: str) -> str:
    """Only paths of this site: nobody is sent elsewhere with a fresh cookie."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"
