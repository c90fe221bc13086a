"""Addresses as people type them from a poster or a letter: what they meant.

Looked at only where there would be no page; knows the shape of addresses and not what they open.
"""

from __future__ import annotations

import re

from flask import Response, current_app, redirect, request
from werkzeug.exceptions import HTTPException

from corus.errors import CorusError
from corus.services import responding
from corus.services.links import TOKEN
from corus.web import replies
from corus.web.doors import RESPONDENTS, door

MISREAD = str.maketrans({"0": "o", "1": "i", "8": "b"})
"""Signs that no code holds, and the letters they are mistaken for."""
DASHES = re.compile("[‐-―−]")
"""What keyboards of telephones put in the place of a hyphen."""
AROUND = " \t\u00a0\u202f.,;:!?()[]<>«»\"'“”’"
"""What stands around an address in a sentence, or slips in while it is copied."""
LONGEST = 200
READING = ("GET", "HEAD")


def leads_on() -> Response | None:
    """To the page that somebody meant, if another address is needed to get there."""
    meant = corrected(request.path) if request.method in READING else None
    if meant is None or not _opens(meant):
        return None
    response = redirect(meant)
    response.headers["Cache-Control"] = "no-store"
    return response


def _opens(path: str) -> bool:
    """Whether there is a page at this address; what is nowhere stays not found."""
    try:
        _, values = current_app.url_map.bind("").match(path)
        if kind := values.get("kind"):
            found = door(replies.store(), kind, dict(values))
            variant = values.get("variant", "standard")
            responding.known_questionnaire(replies.store(), found.wave, found.group, variant)
    except (HTTPException, CorusError):
        return False
    return True


def corrected(path: str) -> str | None:
    """A respondent's address in small letters, without what was added to it; None if it is so.

    >>> corrected("/S/Paniers-2026/Clients/.")
    '/s/paniers-2026/clients'
    """
    parts = [_plain(part) for part in path[:LONGEST].split("/")]
    first, *rest = [part for part in parts if part] or [""]
    if f"/{first}/" not in RESPONDENTS or "-" in rest[:1]:  # no page, but what pages are made of
        return None
    if first in ("i", "g") and rest:
        rest[0] = read_code(rest[0])
    meant = "/".join(("", first, *rest))
    return meant if meant != path else None


def _plain(part: str) -> str:
    small = DASHES.sub("-", part.strip(AROUND).lower())
    return "".join(small.split())


def read_code(written: str) -> str:
    """A code without what people add: spaces, hyphens, capitals, the address around it.

    What cannot be a code stays as it is written.
    """
    _, mark, after = written.lower().rpartition("/i/")
    last = after.partition("/")[0] if mark else after.strip().rstrip("/").rpartition("/")[2]
    code = "".join(filter(str.isalnum, last)).translate(MISREAD)
    return code if TOKEN.fullmatch(code) else last
