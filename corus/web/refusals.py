"""What respondents are told when something cannot be done: one page for each reason.

Knows errors by their family and code; what raises them is elsewhere.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge

from corus.errors import (
    ConflictError,
    CorusError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from corus.language import words
from corus.services.returning import Withdrawn
from corus.services.waves import SurveyClosed
from corus.web import answers, replies, retyped

CONFLICTS = {
    "CON-002": (
        "This link has already answered",
        (
            "Answers were sent or saved by this personal link, and it opens one questionnaire "
            "only.",
            "To go on with them, read, change or withdraw them, use the code you were given.",
        ),
    ),
    "CON-003": (
        "This answer was withdrawn",
        ("It was erased at your request, and is not stored again.",),
    ),
}


def not_found(error: NotFoundError) -> Response:
    """There is no such page; unless another address was meant."""
    return retyped.leads_on() or replies.problem(
        error.status,
        "This page does not exist",
        ("Check the link you received, or ask the person who sent it to you.",),
    )


def _refused(error: RefusedError) -> Response:
    lost = ("The answers you just sent were not stored.",) if request.method == "POST" else ()
    if error.code == "WAV-010":
        return replies.problem(
            403, "This survey is not open yet", (*lost, "Come back a little later.")
        )
    if error.code == "LNK-001":
        text = "Each person invited has a link of their own, by e-mail or by letter. Please use it."
        return replies.problem(403, "This survey is answered by personal link", (*lost, text))
    if error.code == "LNK-002":
        text = "Ask the person who sent it to you."
        return replies.problem(410, "This personal link is no longer valid", (*lost, text))
    return replies.problem(error.status, "This is not possible here", (*lost, error.message))


def _closed(error: SurveyClosed) -> Response:
    """It was closed, its last day is over, or it goes on elsewhere: which, and where."""
    t = words(replies.language())
    said = [t("The answers you just sent were not stored.")] if request.method == "POST" else []
    if error.last_day:
        said.append(t("It took answers until {day}.", day=t.date(error.last_day)))
    if error.kept:
        said.append(
            t(
                "What you had saved stays stored: it counts as a partial answer, unless you "
                "withdraw it."
            )
        )
    if error.goes_on and g.door.link is None:
        letter = "k" if g.door.kind == "kiosk" else "s"
        address = f"/{letter}/{error.goes_on}/{g.door.group}/{t.language}"
        said.append(t("It goes on with another version of the questions."))
        link = (address, t("Go to the new questions"))
        return replies.told(410, t("This survey is closed"), said, link=link)
    said.append(t("It no longer takes answers. Thank you for your interest."))
    return replies.told(410, t("This survey is closed"), said)


def _conflict(error: ConflictError) -> Response:
    if error.code in CONFLICTS:
        link = (f"/r/{replies.language()}", "Find my answers again")
        return replies.problem(
            error.status, *CONFLICTS[error.code], link=link if error.code == "CON-002" else None
        )
    return replies.problem(
        error.status,
        "Your first answers are kept",
        (
            "Answers were already sent from this page, and they are safely stored. What you "
            "have just sent is different, and was not added.",
            "To change the first ones, use the code of your receipt.",
            "Is it someone else’s turn on this device? Open the link you received again: each "
            "person needs a fresh page.",
        ),
    )


def _withdrawn(error: Withdrawn) -> Response:
    return replies.page(answers.withdrawn_page(replies.language(), error.day), error.status)


def _unavailable(error: UnavailableError) -> Response:
    if "submission_id" in request.form:
        # Not even the questions can be read: the answers travel back as they came.
        alert = replies.alert(words(replies.language()), error)
        sent = request.form.to_dict(flat=False)
        return replies.later(
            replies.told(error.status, alert.title, [alert.text], sent=sent), error
        )
    t = words(replies.language())
    # The code of a receipt travels back too: nobody should have to type it twice.
    sent = request.form.to_dict(flat=False) if "code" in request.form else {}
    page = replies.told(
        error.status,
        t("The survey cannot be reached at the moment"),
        [t("Try again in a few minutes.")],
        sent=sent,
    )
    return replies.later(page, error)


def _no_length(_error: LengthRequired) -> Response:
    return replies.problem(
        411,
        "Your browser sent the answers in a way we cannot check",
        (
            "They came without their length, so we cannot tell whether they are whole. "
            "Nothing was stored.",
            "Go back and send again, or use another browser.",
        ),
    )


def _too_large(_error: RequestEntityTooLarge) -> Response:
    return replies.problem(
        413,
        "Your answers are too long",
        (
            "Nothing was stored. Go back with your browser’s Back button, shorten the longest "
            "texts and send again.",
        ),
    )


def _other(error: CorusError) -> Response:
    return replies.problem(error.status, "This is not possible here", (error.message,))


HANDLERS = (
    (NotFoundError, not_found),
    (SurveyClosed, _closed),
    (RefusedError, _refused),
    (ConflictError, _conflict),
    (Withdrawn, _withdrawn),
    (UnavailableError, _unavailable),
    (LengthRequired, _no_length),
    (RequestEntityTooLarge, _too_large),
    (CorusError, _other),
)


def install(blueprint: Blueprint) -> None:
    """Answer every error of these views with a page for respondents."""
    for family, handler in HANDLERS:
        blueprint.register_error_handler(family, handler)
