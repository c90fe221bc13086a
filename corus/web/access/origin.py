"""Whether a form was sent from a page of this site; where on this site an address leads."""

from __future__ import annotations

import re

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from corus.config import Settings
from corus.errors import RefusedError
from corus.web.access.needs import PUBLIC, PUBLIC_BLUEPRINTS, needed

READING = {"GET", "HEAD", "OPTIONS"}
"""Methods that change nothing: a link from anywhere may use them."""

PLAIN = re.compile(r"(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)*/?")
"""A path as ours are written: no control sign, space, backslash or ``%``, no part left empty."""


def check_form() -> None:
    """Refuse what a page elsewhere makes the browser of somebody inside send here.

    The cookie alone does not tell: browsers hold it for every port of a machine, and count pages
    of neighbouring subdomains as the same site.
    """
    if request.method in READING or ours():
        return
    raise RefusedError(
        "This form was not sent from a page of this site.",
        hint="Go back to the page and send it again. If this page returns, use a newer browser.",
        code="WEB-403",
    )


def ours() -> bool:
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


def states_origin() -> bool:
    """Whether the browser says anything of the page that a form was sent from."""
    return any(name in request.headers for name in ("Sec-Fetch-Site", "Origin", "Referer"))


def _homes() -> set[str]:
    """Where this site is, as browsers write it: here, and where its owner says it is.

    The second where a proxy hides from us that the visitor came by https.
    """
    # Not ``host_url``, which shows a name with accents decoded; browsers state it encoded.
    settings: Settings = current_app.extensions["corus"].settings
    return {f"{request.scheme}://{request.host}", settings.public_url.rstrip("/")} - {""}


def readable(path: str) -> str:
    """The address itself or, where it only takes forms, the nearest one above it with a page."""
    if request.method in ("GET", "HEAD"):
        return path
    known = current_app.url_map.bind("")
    above = (path.rsplit("/", n)[0] or "/" for n in range(path.count("/")))
    return next((place for place in above if known.test(place, "GET")), "/")


def inside(target: str, method: str) -> str:
    """The address for people signed in that takes ``method`` at this path, or "".

    Written anew from what our own routes make of it: nobody is sent elsewhere with a fresh cookie,
    and no form with a password in it to a page for everybody.
    """
    if not PLAIN.fullmatch(target):
        return ""
    known = current_app.url_map.bind("")
    try:
        endpoint, values = known.match(target, method)
    except HTTPException:
        return ""
    blueprint = endpoint.partition(".")[0]
    view = current_app.view_functions.get(endpoint)
    outside = blueprint in PUBLIC_BLUEPRINTS or needed(view) == PUBLIC
    return "" if outside else known.build(endpoint, values)
