"""What the pages of setting up share: who does it, and errors in the reader's words and fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, current_app, request

from corus.config import Settings
from corus.errors import CorusError, InputError
from corus.language import SOURCE, catalogue
from corus.web import frame
from corus.web.setting_up import words

DAY = re.compile(r"\d{4}-\d\d-\d\d")

blueprint = Blueprint("setting_up", __name__)


def me() -> int:
    """Who does it, for the log; behind the guard there is always somebody."""
    who = frame.person()
    return who.id if who else 0


def settings() -> Settings:
    """The settings of this instance."""
    found: Settings = current_app.extensions["corus"].settings
    return found


def home() -> str:
    """Scheme and host that links lead to: as its owner says, else as seen here."""
    return settings().public_url or request.host_url.rstrip("/")


def plain(error: CorusError | None) -> CorusError | None:
    """The error as this reader is told it: what is worded for the command line, worded anew."""
    if error is None:
        return None
    t = frame.t()
    fact, cure = words.SAID.get(error.code, (error.patterns[0], error.patterns[1]))
    if error.names:
        fact, cure = error.patterns[0], words.CURES.get(error.code, error.patterns[1])
    if t.language != SOURCE and fact not in catalogue(t.language):
        fact, cure = words.IN_GENERAL
    names = _named(error.names)
    return CorusError(t(fact, **names), hint=t(cure, **names) if cure else "", code=error.code)


def _named(names: Mapping[str, object]) -> dict[str, object]:
    t, known = frame.t(), dict(names)
    if "name" in known:
        known["name"] = t(words.field(str(known["name"]))[1])
    return {key: _said(value) for key, value in known.items()}


def _said(value: object) -> str:
    t, text = frame.t(), str(value)
    if DAY.fullmatch(text):
        return t.date(date.fromisoformat(text))
    return t(words.VALUES[text]) if text in words.VALUES else text


def wrongs(error: CorusError | None) -> dict[str, str]:
    """Field → the sentence about it, in the reader's language."""
    t, found = frame.t(), {}
    for fault in error.faults if isinstance(error, InputError) else ():
        if fault.column:
            cure = f" {t(fault.hint)}" if fault.hint else ""
            found.setdefault(fault.column, f"{t(fault.message)}{cure}")
    if error is not None and not found:
        named = error.names.get("name")
        place = words.field(str(named))[0] if named else words.FIELDS_OF.get(error.code, "")
        told = plain(error)
        if place and told:
            found[place] = f"{told.message} {told.hint}".strip()
    return found
