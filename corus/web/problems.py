"""Errors as pages that help, or as RFC 9457 JSON for programs; never a stack trace."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from corus.errors import CorusError
from corus.language import SOURCE, catalogue, languages, words
from corus.web import frame, pages, retyped
from corus.web.doors import RESPONDENTS

SAID = {
    403: "You may not see or do this.",
    404: "This page does not exist.",
    405: "This address does not take that kind of request.",
    411: "The length of what was sent is not stated.",
    413: "What was sent is too large.",
    500: "Something went wrong on our side. Nothing was lost.",
    503: "The site cannot reach its data at the moment. What was stored is still there.",
}
CURES = {
    404: "Check the address, or find the page again from the first one.",
    405: "Go back, and use the buttons of the page.",
    413: "Send it in smaller parts.",
    500: "Wait a minute and try again. If it goes on, tell who looks after this site.",
    503: "Wait a minute and try again. If it goes on, tell who looks after this site.",
}
"""What to do, where the error itself does not say."""


def install(app: Flask) -> None:
    """Answer every error in words."""
    app.register_error_handler(CorusError, _told)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _told(error: CorusError) -> Response:
    return _answer(error, error.status)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    meant = retyped.leads_on() if status == 404 else None
    if meant is not None:
        return meant
    response = _answer(CorusError(_in_general(status), code=f"WEB-{status}"), status)
    if status == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _unforeseen(error: Exception) -> Response:
    current_app.logger.error("unforeseen", exc_info=error)
    return _answer(CorusError(SAID[500], code="WEB-500"), 500)


def _in_general(status: int) -> str:
    return SAID.get(status, "This request cannot be answered.")


def _answer(error: CorusError, status: int) -> Response:
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if wanted == "application/json" or request.path.startswith("/api/"):
        response = _for_programs(error, status)
    else:
        response = make_response(_page(error, status))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_programs(error: CorusError, status: int) -> Response:
    """RFC 9457; in English unless another language is asked for and knows the sentence."""
    asked = request.accept_languages.best_match(languages(), SOURCE)
    t = words(asked if error.patterns[0] in catalogue(asked) else SOURCE)
    title, detail = error.said(t)
    response = jsonify(
        type=f"urn:corus:problem:{error.code}", title=title, status=status, detail=detail,
        code=error.code,
    )  # fmt: skip
    response.mimetype = "application/problem+json"
    response.headers["Content-Language"] = t.language
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Corus"'
    if wait := getattr(error, "wait", 0):
        response.headers["Retry-After"] = str(wait)
    return response


def _page(error: CorusError, status: int) -> str:
    language = _language()
    if language != SOURCE and error.patterns[0] not in catalogue(language):
        # Some errors are worded in English alone, for the command line: say the general one.
        error = CorusError(_in_general(status), code=error.code)
    t = words(language)
    message, hint = error.said(t)
    if f"{request.path}/".startswith(RESPONDENTS):
        # A respondent has nothing to do with the pages behind the door.
        again = CURES[500] if status >= 500 else ""
        link = "Check the link you received, or ask the person who sent it to you."
        cure = hint or again or link
        return pages.problem_page(language, message, [t(cure)])
    return frame.problem(message, hint or t(CURES.get(status, "")), error.code, status)


def _language() -> str:
    """The language named in the address, else the browser's, else the first there is."""
    named = next((part for part in request.path.split("/") if part in languages()), None)
    if named or f"{request.path}/".startswith(RESPONDENTS):
        return named or request.accept_languages.best_match(languages()) or languages()[0]
    return frame.lang()
