"""What a form holds, read once: names and every value of each.

The usual encoding is read here, because werkzeug's way through two of its structures took as long
as checking the answers; any other is left to werkzeug.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

from flask import Request

from corus.services.responding import Questionnaire

Fields = dict[str, list[str]]
URLENCODED = "application/x-www-form-urlencoded"
FIELD = re.compile(r"q\.[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})?")
"""The field of a question, or of a part of one."""
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


def known_fields(questionnaire: Questionnaire, sent: Iterable[str]) -> bool:
    """Whether every one of these names could come from a form of ``questionnaire``."""
    return all(map(FIELD.fullmatch, set(sent) - questionnaire.fields))
