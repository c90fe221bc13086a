"""The addresses under ``/r``: coming back to one's answers with the code of the receipt.

The code comes in the body of a request only, never in an address; nothing here knows who has it.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, g, redirect, request

from corus.errors import CorusError, NotFoundError
from corus.language import languages
from corus.services import clearing, returning
from corus.services.returning import Kept
from corus.web import answers, changing, refusals, replies
from corus.web.guesses import Guesses

PAUSE = 60
"""Seconds to wait after too many wrong codes, as the page says: one minute."""

blueprint = Blueprint("returning", __name__)
blueprint.after_request(replies.secure)
refusals.install(blueprint)


class TooManyGuessesError(CorusError):
    """One more wrong code, when so many were tried that no more are taken for a while."""

    status = 429
    code = "RET-003"

    def __init__(self) -> None:
        super().__init__("Too many wrong codes were typed.")


@blueprint.url_value_preprocessor
def _spoken(_endpoint: str | None, values: dict[str, str] | None) -> None:
    g.language = (values or {}).get("language")
    if values and g.language not in languages():
        raise NotFoundError("There are no pages in that language.", code="WEB-001")


@blueprint.get("/r/", strict_slashes=False)
def choose_language() -> Response:
    """To the page in the browser's language."""
    response = redirect(f"/r/{replies.language()}")
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/r/<language>")
def ask(language: str) -> Response:
    """Asks for the code."""
    return replies.page(answers.code_page(language))


@blueprint.get("/r/<language>/change")
@blueprint.get("/r/<language>/withdraw")
def astray(language: str) -> Response:
    """Somebody typed or kept the address of a page that only a code opens."""
    return redirect(f"/r/{language}")


@blueprint.post("/r/<language>")
def read(language: str) -> Response:
    """What is stored under a code, in words, and what may still be done with it."""
    return replies.page(answers.answers_page(_kept(), language))


@blueprint.post("/r/<language>/change")
def change(language: str) -> Response:
    """The form as it was filled in; then what is sent from it."""
    kept = _kept()
    sent = request.form.to_dict(flat=False)
    del sent["code"]
    told, hidden = answers.told_in(kept, language), {"code": kept.code}
    if "base" in sent:
        return changing.sent(kept, told, hidden, sent)
    return changing.opened(kept, told, hidden, secrets.token_hex(16))


@blueprint.post("/r/<language>/withdraw")
def withdraw(language: str) -> Response:
    """Says what will be lost; then erases it."""
    kept = _kept()
    if "sure" not in request.form:
        return replies.page(answers.withdraw_page(kept, language))
    with replies.store().writing() as session:
        day = returning.withdraw(session, kept, datetime.now(UTC).date())
    clearing.at_once(replies.store())
    return replies.page(answers.withdrawn_page(language, day, now=True))


def _kept() -> Kept:
    """The answer that the code of this request leads to; wrong codes are counted, all alike.

    A good code is never made to wait: whoever types wrong ones would shut everybody out.
    """
    try:
        return returning.find(replies.store(), request.form.get("code", ""))
    except NotFoundError as error:
        guesses = _guesses()
        if guesses.wait():
            raise TooManyGuessesError from error
        guesses.wrong()
        raise


def _guesses() -> Guesses:
    found: Guesses = current_app.extensions.setdefault("corus.guesses", Guesses())
    return found


@blueprint.errorhandler(NotFoundError)
def _unknown(error: NotFoundError) -> Response:
    if error.code != "RET-001":
        return refusals.not_found(error)
    typed = request.form.get("code", "")[:40]
    return replies.page(answers.code_page(replies.language(), wrong=True, typed=typed), 404)


@blueprint.errorhandler(TooManyGuessesError)
def _too_many(error: TooManyGuessesError) -> Response:
    page = answers.busy_page(replies.language(), request.form.to_dict(flat=False))
    response = replies.page(page, error.status)
    response.headers["Retry-After"] = str(PAUSE)
    return response
