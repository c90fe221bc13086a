"""The respondent's addresses: one form, one POST, no account, no cookie.

Reads requests and chooses pages; what an answer may be and whether it is stored is the
service's business.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, redirect, request
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge

from corus.domain.instrument import Variant
from corus.errors import (
    ConflictError,
    CorusError,
    InputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from corus.language import Words, languages, words
from corus.services import responding
from corus.services.responding import SUBMISSION_ID, AnswersRefused, Questionnaire
from corus.store.engine import Store
from corus.web import pages
from corus.web.assets import asset
from corus.web.compress import Splice, squeeze
from corus.web.doors import PREFIXES, VARIANTS, door

blueprint = Blueprint("respond", __name__)
View = Callable[..., Response]
kept = pages.PageCache()

FIELD = re.compile(r"submission_id|q\.[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})?")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Asked again at every visit, so that two persons on one device never share a submission id;
# not "no-store", which would empty the form when one comes back to it.
FRESH = "private, no-cache"
NEVER_KEPT = "no-store"


@blueprint.after_request
def _secure(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", NEVER_KEPT)
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.app_url_defaults
def _fingerprinted(endpoint: str, values: dict[str, str]) -> None:
    """``url_for("respond.asset", name=…)`` finds the address of the current content."""
    if endpoint == "respond.asset" and "fingerprint" not in values:
        found = asset(values["name"])
        values["fingerprint"] = found.fingerprint if found else "missing"


@blueprint.get("/s/-/<fingerprint>/<name>", endpoint="asset")
def static_file(fingerprint: str, name: str) -> Response:
    """A style sheet or script; kept for ever under the address of its content."""
    found = asset(name)
    if found is None:
        return _problem(404, "This page does not exist", ("Check the link you received.",))
    response = _body(found.plain, found.gzipped, found.kind)
    current = fingerprint == found.fingerprint
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if current else "no-cache"
    )
    response.set_etag(found.fingerprint)
    return response.make_conditional(request)


def _routes(pattern: str, methods: list[str]) -> Callable[[View], View]:
    """A view at this pattern behind every door; ``{variant}`` stands for each form there is."""

    def add(view: View) -> View:
        for prefix, kind in PREFIXES.items():
            for text, variant in VARIANTS.items():
                if text and "{variant}" not in pattern:
                    continue
                known = {"kind": kind} | ({"variant": variant} if "{variant}" in pattern else {})
                blueprint.add_url_rule(
                    prefix + pattern.format(variant=text),
                    f"{view.__name__}_{kind}_{variant}",
                    view,
                    methods=methods,
                    defaults=known,
                )
        return view

    return add


@blueprint.url_value_preprocessor
def _find_door(_endpoint: str | None, values: dict[str, object] | None) -> None:
    if values and "kind" in values:
        g.language = values.get("language")
        g.door = door(_store(), values.pop("kind"), values)


@_routes("", ["GET"])
def choose_language() -> Response:
    """To the form in the invitation's language, else the browser's, else the wave's first."""
    questionnaire = g.door.questionnaire(_store(), "standard")
    offered = questionnaire.plan.languages
    language = request.accept_languages.best_match(offered) or offered[0]
    if g.door.language in offered:
        language = g.door.language
    response = redirect(f"{g.door.base}/{language}")
    response.headers["Vary"] = "Accept-Language"
    return response


@_routes("/<language>{variant}", ["GET"])
def form(language: str, variant: Variant) -> Response:
    """The questionnaire, whole, on one page; reading it writes nothing."""
    found = _spoken(g.door.questionnaire(_store(), variant), language)
    page = kept.form(found, language, g.door.kind)
    return _spliced(page, secrets.token_hex(16), FRESH)


@_routes("/<language>{variant}/notice", ["GET"])
def notice(language: str, variant: Variant) -> Response:
    """What becomes of the answers: the privacy notice of this wave."""
    found = responding.questionnaire(_store(), g.door.wave, g.door.group, variant)
    return _page(pages.notice_page(_spoken(found, language), language), cache=FRESH)


@_routes("/<language>{variant}", ["POST"])
def submit(language: str, variant: Variant) -> Response:
    """One submission: the receipt, or a page that says what to do and keeps what was typed."""
    sent = request.form.to_dict(flat=False)
    submission_id = "".join(sent.pop("submission_id", ()))
    found = responding.known_questionnaire(_store(), g.door.wave, g.door.group, variant)
    questionnaire = _spoken(found, language)
    g.door.check(questionnaire)
    known = SUBMISSION_ID.fullmatch(submission_id) and all(
        map(FIELD.fullmatch, sent.keys() - questionnaire.fields)
    )
    if not known or request.files:
        return _problem(
            400,
            "These answers did not come from this page as it was",
            (
                "Something changed them on their way. Nothing was stored.",
                "Open the link again and answer on a fresh page.",
            ),
            link=(g.door.address(language, variant), "Open a fresh page"),
        )
    return _submitted(questionnaire, language, submission_id, sent)


def _submitted(
    questionnaire: Questionnaire, language: str, submission_id: str, sent: dict[str, list[str]]
) -> Response:
    kind = g.door.kind
    try:
        receipt = responding.submit(
            _store(), questionnaire, language, submission_id, sent, g.door.way()
        )
    except AnswersRefused as error:
        page = pages.form_page(
            questionnaire, language, submission_id, values=sent, refusals=error.refusals, door=kind
        )
        return _page(page, error.status)
    except (InputError, UnavailableError) as error:
        alert = _alert(words(language), error)
        page = pages.form_page(
            questionnaire, language, submission_id, values=sent, alert=alert, door=kind
        )
        return _later(_page(page, error.status), error)
    if receipt.set_aside:
        return _page(pages.receipt_page(questionnaire, language, receipt, sent, door=kind))
    ready = kept.receipt(questionnaire, language, receipt.given, kind)
    return _spliced(ready, receipt.code, NEVER_KEPT)


def _alert(t: Words, error: CorusError) -> pages.Alert:
    """What to say above a form that is kept as a whole."""
    if isinstance(error, UnavailableError):
        return pages.Alert(
            t("Your answers are not stored yet"),
            t(
                "The server cannot store them at the moment. They are still on this page: wait "
                "a minute, then send again. They cannot be counted twice."
            ),
        )
    if error.code == "ANS-004":
        return pages.Alert(
            t("No question is answered yet"),
            t(
                "There is nothing to send. Answer at least one question; if you would rather "
                "not take part, simply close this page."
            ),
        )
    return pages.Alert(t("This is not possible here"), t(error.message))


def _later(response: Response, error: CorusError) -> Response:
    if isinstance(error, UnavailableError):
        response.headers["Retry-After"] = "30"
    return response


CONFLICTS = {
    "CON-002": (
        "This link has already answered",
        (
            "Answers came by this personal link, and they are safely stored. A personal link "
            "answers once.",
            "To read, change or withdraw them, use the code of the receipt.",
        ),
    ),
    "CON-003": (
        "This answer was withdrawn",
        ("It was erased at your request, and is not stored again.",),
    ),
}


@blueprint.errorhandler(NotFoundError)
def _not_found(error: NotFoundError) -> Response:
    return _problem(
        error.status,
        "This page does not exist",
        ("Check the link you received, or ask the person who sent it to you.",),
    )


@blueprint.errorhandler(RefusedError)
def _refused(error: RefusedError) -> Response:
    lost = ("The answers you just sent were not stored.",) if request.method == "POST" else ()
    if error.code == "WAV-010":
        return _problem(403, "This survey is not open yet", (*lost, "Come back a little later."))
    if error.code == "WAV-011":
        text = "It no longer takes answers. Thank you for your interest."
        return _problem(410, "This survey is closed", (*lost, text))
    if error.code == "LNK-001":
        text = "Each person invited has a link of their own, by e-mail or by letter. Please use it."
        return _problem(403, "This survey is answered by personal link", (*lost, text))
    if error.code == "LNK-002":
        text = "Ask the person who sent it to you."
        return _problem(410, "This personal link is no longer valid", (*lost, text))
    return _problem(error.status, "This is not possible here", (*lost, error.message))


@blueprint.errorhandler(ConflictError)
def _conflict(error: ConflictError) -> Response:
    if error.code in CONFLICTS:
        return _problem(error.status, *CONFLICTS[error.code])
    return _problem(
        error.status,
        "Your first answers are kept",
        (
            "Answers were already sent from this page, and they are safely stored. What you "
            "have just sent is different, and was not added.",
            "Answers cannot be changed once they are sent.",
            "Is it someone else’s turn on this device? Open the link you received again: each "
            "person needs a fresh page.",
        ),
    )


@blueprint.errorhandler(UnavailableError)
def _unavailable(error: UnavailableError) -> Response:
    if request.method == "POST":
        # Not even the questions can be read: the answers travel back as they came.
        alert = _alert(words(_language()), error)
        sent = request.form.to_dict(flat=False)
        return _later(_told(error.status, alert.title, [alert.text], sent=sent), error)
    title = "The survey cannot be reached at the moment"
    return _later(_problem(error.status, title, ("Try again in a few minutes.",)), error)


@blueprint.errorhandler(LengthRequired)
def _no_length(_error: LengthRequired) -> Response:
    return _problem(
        411,
        "Your browser sent the answers in a way we cannot check",
        (
            "They came without their length, so we cannot tell whether they are whole. "
            "Nothing was stored.",
            "Go back and send again, or use another browser.",
        ),
    )


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Response:
    return _problem(
        413,
        "Your answers are too long",
        (
            "Nothing was stored. Go back with your browser’s Back button, shorten the longest "
            "texts and send again.",
        ),
    )


@blueprint.errorhandler(CorusError)
def _other(error: CorusError) -> Response:
    return _problem(error.status, "This is not possible here", (error.message,))


def _spoken(questionnaire: Questionnaire, language: str) -> Questionnaire:
    if language not in questionnaire.plan.languages:
        raise NotFoundError("This survey is not in that language.", code="WEB-001")
    return questionnaire


def _store() -> Store:
    return current_app.extensions["corus"].store


def _problem(
    status: int,
    title: str,
    paragraphs: tuple[str, ...],
    *,
    link: tuple[str, str] | None = None,
) -> Response:
    t = words(_language())
    said = (link[0], t(link[1])) if link else None
    return _told(status, t(title), [t(p) for p in paragraphs], link=said)


def _told(status: int, title: str, paragraphs: list[str], **more: object) -> Response:
    return _page(pages.problem_page(_language(), title, paragraphs, **more), status)


def _language() -> str:
    """The language of the address, else the browser's, else the first there is."""
    named = g.get("language")
    if named in languages():
        return named
    return request.accept_languages.best_match(languages()) or languages()[0]


def _page(text: str, status: int = 200, cache: str = NEVER_KEPT) -> Response:
    plain = text.encode()
    response = _body(plain, squeeze(plain), "text/html; charset=utf-8")
    response.status_code = status
    response.headers["Cache-Control"] = cache
    return response


def _spliced(page: Splice, text: str, cache: str) -> Response:
    """A page kept ready, with its one varying text in place."""
    zipped = _takes_gzip()
    body = page.gzipped(text.encode()) if zipped else page.plain(text.encode())
    response = Response(body, content_type="text/html; charset=utf-8")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = cache
    return response


def _body(plain: bytes, gzipped: bytes, kind: str) -> Response:
    if _takes_gzip():
        response = Response(gzipped, content_type=kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(plain, content_type=kind)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _takes_gzip() -> bool:
    # Read as it stands: parsing this header took as long as finding the page.
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and "gzip;q=0" not in accepted.replace(" ", "")
