"""« No more messages »: a page with a button, and the one click of mail programs (RFC 8058).

Looking changes nothing, since programs look at every link before people do; asking twice is asking
once. Opens no questionnaire.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, request

from corus.language import languages
from corus.services.inviting import stopping
from corus.store.engine import Store
from corus.store.invitations import Invitee
from corus.web import pages

blueprint = Blueprint("unsubscribe", __name__)
STOPPED = ("unsubscribed", "revoked")


@blueprint.after_request
def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _store() -> Store:
    return current_app.extensions["corus"].store


@blueprint.get("/r/stop/<token>")
def ask(token: str) -> Response:
    """The page with the button; says so when it was pressed before."""
    store = _store()
    with store.reading() as session:
        found = stopping.find(session, store.key, token)
    return _page(found, done=found.state in STOPPED)


@blueprint.post("/r/stop/<token>")
def stop(token: str) -> Response:
    """No more messages, from a person's button or from a mail program."""
    store = _store()
    with store.writing() as session:
        found = stopping.stop(session, store.key, token)
    return _page(found, done=True)


def _page(invitee: Invitee, *, done: bool) -> Response:
    known = languages()
    spoken = invitee.language if invitee.language in known else None
    language = spoken or request.accept_languages.best_match(known) or known[0]
    # A revoked invitation's link opens nothing any more.
    revoked = invitee.state == "revoked"
    return make_response(pages.small_page("stop", language, done=done, revoked=revoked))
