"""What goes back to a respondent: a page, a problem told in their language, and its headers.

Knows no address and no wave; views choose the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Response, current_app, g, request
from werkzeug.datastructures import Headers

from corus.errors import CorusError, UnavailableError
from corus.language import Words, languages, words
from corus.store.engine import Store
from corus.web import pages
from corus.web.compress import Splice, squeeze
from corus.web.limits import HEADERS, Ready

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Asked again at every visit, so that two persons on one device never share a submission id;
# not "no-store", which would empty the form when one comes back to it.
FRESH = "private, no-cache"
NEVER_KEPT = "no-store"


AWAY = "corus.away"
"""Where a request holds why the database could not be asked for it."""
GZIP = re.compile(
    r"(?:^|,)\s*gzip\s*(?:;\s*q=([01](?:\.\d*)?)\s*)?(?:,|$)", re.ASCII | re.IGNORECASE
)
"""gzip in a list of encodings, and how much it is liked: 0 is not at all (RFC 9110, 12.4.2)."""
SPLICED = (
    *HEADERS,
    ("Content-Security-Policy", POLICY),
    ("Content-Type", "text/html; charset=utf-8"),
    ("Vary", "Accept-Encoding"),
)


class Page(Response):
    """A page with all its headers ready."""

    def get_wsgi_headers(self, environ: object) -> Headers:  # noqa: ARG002
        """The headers as they are: they hold their length, and lead nowhere else."""
        return self.headers


def secure(response: Response) -> Response:
    """Headers that every answer to a respondent carries."""
    if isinstance(response.headers, Ready):
        return response
    response.headers.setdefault("Cache-Control", NEVER_KEPT)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def store() -> Store:
    """The store of this application."""
    return current_app.extensions["corus"].store


def home() -> str:
    """The address of this site as people type it, or "" when nobody said."""
    settings = getattr(current_app.extensions["corus"], "settings", None)
    url: str = settings.public_url if settings else ""
    return url.removeprefix("https://").rstrip("/")


def tampered(link: tuple[str, str] | None = None) -> Response:
    """What was sent is not what the page would have sent."""
    return problem(
        400,
        "These answers did not come from this page as it was",
        (
            "Something changed them on their way. Nothing was stored.",
            "Open the link again and answer on a fresh page.",
        ),
        link=link,
    )


def problem(
    status: int,
    title: str,
    paragraphs: tuple[str, ...],
    *,
    link: tuple[str, str] | None = None,
) -> Response:
    """A page that says what happened and what to do, from English sentences."""
    t = words(language())
    said = (link[0], t(link[1])) if link else None
    return told(status, t(title), [t(p) for p in paragraphs], link=said)


def told(status: int, title: str, paragraphs: list[str], **more: object) -> Response:
    """The same from sentences in the language of the page."""
    return page(pages.problem_page(language(), title, paragraphs, **more), status)


def language() -> str:
    """The language of the address, else the browser's, else the first there is."""
    named = g.get("language")
    if named in languages():
        return named
    return request.accept_languages.best_match(languages()) or languages()[0]


def alert(t: Words, error: CorusError) -> pages.Alert:
    """What to say above a form that is kept as a whole."""
    if error.code == "UNA-012":
        return pages.Alert(
            t("We do not know whether your answers are stored"),
            t(
                "The server took too long to say. They are still on this page: wait a minute, "
                "then send again. They cannot be counted twice."
            ),
        )
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


def later(response: Response, error: CorusError) -> Response:
    """Says when to try again, if that is the cure."""
    if isinstance(error, UnavailableError):
        response.headers["Retry-After"] = "30"
    return response


def page(text: str, status: int = 200, cache: str = NEVER_KEPT) -> Response:
    """A page made for this one visit."""
    plain = text.encode()
    response = body(plain, squeeze(plain), "text/html; charset=utf-8")
    response.status_code = status
    response.headers["Cache-Control"] = cache
    return response


def spliced(page: Splice, text: str, cache: str) -> Response:
    """A page kept ready, with its one varying text in place."""
    headers, body = parts(page, text, cache, request.environ)
    return Page([body], headers=Ready(headers))


def parts(
    page: Splice, text: str, cache: str, environ: Mapping[str, str]
) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of such a page, for whoever asks by ``environ``."""
    zipped = takes_gzip(environ)
    body = page.gzipped(text.encode()) if zipped else page.plain(text.encode())
    headers = [*SPLICED, ("Cache-Control", cache), ("Content-Length", str(len(body)))]
    if zipped:
        headers.append(("Content-Encoding", "gzip"))
    return headers, body


def body(plain: bytes, gzipped: bytes, kind: str) -> Response:
    """Bytes of this kind, gzipped for whoever takes that."""
    if takes_gzip(request.environ):
        response = Response(gzipped, content_type=kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(plain, content_type=kind)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def takes_gzip(environ: Mapping[str, str]) -> bool:
    """Whether who asks reads gzip."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    if ";" not in accepted:
        # As browsers say it: parsing this header took as long as finding the page.
        return "gzip" in accepted
    found = GZIP.search(accepted)
    return found is not None and float(found[1] or 1) > 0
