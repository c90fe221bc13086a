"""Limits and headers that every answer keeps, whoever wrote the view."""

from __future__ import annotations

from flask import Flask, Response, abort, request

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


def install(app: Flask) -> None:
    """Refuse bodies of unknown length and put the headers on every answer."""
    app.before_request(_known_length)
    app.after_request(_headers)


def _known_length() -> None:
    # A chunked body would reach the form cut short, with a success as answer: ask for a length.
    if request.method in {"POST", "PUT", "PATCH"} and request.content_length is None:
        abort(411)


def _headers(response: Response) -> Response:
    for name, value in HEADERS:
        response.headers.add(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    return response
