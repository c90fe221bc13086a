"""``/i``: where somebody types the code of a letter, for want of a camera.

Takes the code as people write it; what it opens is the business of the doors.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, request

from corus.errors import NotFoundError
from corus.language import languages
from corus.services import links
from corus.web import pages
from corus.web.retyped import LONGEST, read_code

blueprint = Blueprint("typed_link", __name__)


@blueprint.after_request
def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/i")
def ask() -> Response:
    """The form with one field."""
    return _page("", wrong=False)


@blueprint.post("/i")
def go() -> Response:
    """To the questionnaire of a code that was given out; otherwise the form again."""
    written = request.form.get("code", "")[:LONGEST]
    token = read_code(written)
    try:
        links.find(current_app.extensions["corus"].store, token)
    except NotFoundError:
        return make_response(_page(written, wrong=True), 404)
    return redirect(f"/i/{token}", 303)


def _page(written: str, *, wrong: bool) -> Response:
    known = languages()
    language = request.accept_languages.best_match(known) or known[0]
    response = make_response(pages.small_page("typed", language, written=written, wrong=wrong))
    response.headers["Vary"] = "Accept-Language"
    return response
