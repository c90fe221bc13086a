"""Errors as pages that help, or as RFC 9457 JSON for programs; never a stack trace."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from corus.errors import CorusError
from corus.language import SOURCE, catalogue, languages, words
from corus.web import pages
from corus.web.doors import RESPONDENTS

SAID = {
    404: "This page does not exist.",
    405: "This address does not take that kind of request.",
    411: "The length of what was sent is not stated.",
    413: "What was sent is too large.",
    500: "Something went wrong on our side. Nothing was lost.",
}


def install(app: Flask) -> None:
    """Answer every error in words."""
    app.register_error_handler(CorusError, _told)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _told(error: CorusError) -> Response:
    return _answer(error.status, error.message, error.hint, error.code)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = _answer(
        status, SAID.get(status, "This request cannot be answered."), "", f"WEB-{status}"
    )
    if status == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _unforeseen(error: Exception) -> Response:
    current_app.logger.error("unforeseen", exc_info=error)
    return _answer(500, SAID[500], "", "WEB-500")


def _answer(status: int, message: str, hint: str, code: str) -> Response:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        response = jsonify(type=f"about:blank#{code}", title=message, detail=hint, status=status)
        response.mimetype = "application/problem+json"
    else:
        response = make_response(_page(status, message, hint, code))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(status: int, message: str, hint: str, code: str) -> str:
    language = _language()
    if language != SOURCE and message not in catalogue(language):
        # Errors that name things are worded in English, for the command line: say the general one.
        message, hint = SAID.get(status, "This request cannot be answered."), ""
    t = words(language)
    if f"{request.path}/".startswith(RESPONDENTS):
        # A respondent has nothing to do with the pages behind the door.
        cure = hint or "Check the link you received, or ask the person who sent it to you."
        return pages.problem_page(language, t(message), [t(cure)])
    return render_template("pages/problem.html", t=t, message=message, hint=hint, code=code)


def _language() -> str:
    """The language named in the address, else the browser's, else the first there is."""
    named = next((part for part in request.path.split("/") if part in languages()), None)
    return named or request.accept_languages.best_match(languages()) or languages()[0]
