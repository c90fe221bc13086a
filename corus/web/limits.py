"""Limits and headers that every answer keeps, whoever wrote the view."""

from __future__ import annotations

from flask import Flask, Response, abort, current_app, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix

# Plotly fills an empty <style> through CSSOM (the hash of the empty string) and exports PNG
# through a blob; nothing else is let in.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; "
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
)

HEARD_OUT = 10
"""Bodies up to so many times the limit are read to their end before they are refused."""
PIECE = 65_536


def install(app: Flask) -> None:
    """Refuse bodies of unknown length or cut short, and put the headers on every answer."""
    app.before_request(_bounded)
    app.after_request(_headers)


def trust_proxies(app: Flask, number: int) -> None:
    """Believe this many proxies about scheme and host; with 0, nobody.

    The visitor's address is left where it is, at the last proxy: we have no use for it.
    """
    if number:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=number, x_host=number, x_prefix=0)


def _bounded() -> None:
    environ = request.environ
    # The server says that its input ends by itself; but a line that breaks ends it too. Without
    # this word, bytes are counted against the stated length and half an answer is refused.
    environ.pop("wsgi.input_terminated", None)
    if environ["REQUEST_METHOD"] in {"POST", "PUT", "PATCH"}:
        length = request.content_length
        if length is None:
            if isinstance(request.routing_exception, MethodNotAllowed):
                return  # Told as such: no form is there to be cut short.
            # A chunked body would reach the form cut short, with a success as answer.
            abort(411)
        _hear_out(length)


def _hear_out(length: int) -> None:
    # A browser that still sends when the connection closes shows an error of its own instead of
    # the page that says what to do: what is a little too long is read and thrown away.
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    if limit < length <= HEARD_OUT * limit:
        stream = request.environ["wsgi.input"]
        while length > 0 and (piece := stream.read(min(length, PIECE))):
            length -= len(piece)


class Ready(Headers):
    """Headers written by us and complete, taken as they are.

    Checking and copying each of them, twice for every page, cost a tenth of the page.
    """

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._list = pairs


def _headers(response: Response) -> Response:
    if isinstance(response.headers, Ready):
        return response
    for name, value in HEADERS:
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    return response
