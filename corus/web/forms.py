"""What a form holds, read once: names and every value of each.

The usual encoding is read here, because werkzeug's way through two of its structures took as long
as checking the answers; any other is left to werkzeug.
"""

from __future__ import annotations

from urllib.parse import unquote_plus

from flask import Request

Fields = dict[str, list[str]]
URLENCODED = "application/x-www-form-urlencoded"
ODD_BYTES = "werkzeug.url_quote"
"""Bytes that are no UTF-8 stay as they were sent (``%ff``), as werkzeug has it."""


def fields(request: Request) -> Fields:
    """Every field of the form of ``request``; none when its bytes are no text at all.

    Raises werkzeug's 413 when the body is too long. May be asked again: the body is kept.
    """
    if request.mimetype != URLENCODED:
        return request.form.to_dict(flat=False)
    try:
        return read(request.get_data(cache=True).decode())
    except UnicodeDecodeError:
        return {}


def read(body: str) -> Fields:
    """Every field of a body in the usual encoding, blank ones included."""
    found: Fields = {}
    escaped = "%" in body or "+" in body
    for pair in body.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            if escaped:
                name, value = _plain(name), _plain(value)
            if name in found:
                found[name].append(value)
            else:
                found[name] = [value]
    return found


def _plain(text: str) -> str:
    if "%" not in text and "+" not in text:
        return text
    return unquote_plus(text, errors=ODD_BYTES)
