"""The usual visit, answered in front of Flask: an empty form, and the receipt of a filled-in one.

When hundreds answer within the same minutes, Flask's way to a view (contexts, routing, hooks)
takes longer than what the view does. Only pages kept ready are served here, found by the functions
of their views; whatever else a visit may be goes on to its view, which says so. Nothing is decided
in this module.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from corus.domain.instrument import Variant
from corus.errors import CorusError, UnavailableError
from corus.services.responding import Questionnaire, known_questionnaire, submit
from corus.web import forms, replies
from corus.web.compress import Splice
from corus.web.doors import HELPERS, VARIANTS, Door, Kind, door
from corus.web.forms import Fields
from corus.web.pages import PageCache

if TYPE_CHECKING:
    from flask import Flask

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]
Ready = tuple[Splice, str, str]
"""A page, the text that goes into it, and how long it may be kept."""
UNUSUAL = {"base", "save"}
"""Fields of a form that changes an answer, or saves it for later."""

FORM = r"/(?P<language>[^/]+)(?P<variant>/[a-z]+)?"
ADDRESSES: dict[Kind, re.Pattern[str]] = {
    "personal": re.compile(r"/i/(?P<token>[^/]+)" + FORM),
    # "-" stands in front of style sheets. Kiosks are few, and keep nothing when one goes back.
    "open": re.compile(r"/s/(?!-/)(?P<wave>[^/]+)/(?P<group>[^/]+)" + FORM),
}


def install(app: Flask, kept: PageCache) -> None:
    """Put it in front of ``app``, whose views keep their pages in ``kept``."""
    app.wsgi_app = Rush(app, kept)  # type: ignore[method-assign]


class Visit(NamedTuple):
    """What an address and a request say of themselves."""

    kind: Kind
    values: dict[str, str]
    language: str
    variant: Variant
    environ: Environ


class Rush:
    """WSGI in front of the application, with the pages that its views keep."""

    def __init__(self, app: Flask, kept: PageCache) -> None:
        self.application = app.wsgi_app
        """What stands behind."""
        self._store = app.extensions["corus"].store
        self._kept = kept
        self._longest = app.config["MAX_CONTENT_LENGTH"]
        with app.app_context():
            self._home = replies.home()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """The page if it is ready, else whatever the application answers."""
        ready = self._ready(environ)
        if ready is None:
            return self.application(environ, start)
        page, text, cache = ready
        headers, body = replies.parts(page, text, cache, environ)
        start("200 OK", headers)
        return [body]

    def _ready(self, environ: Environ) -> Ready | None:
        answers = {"GET": self._form, "POST": self._receipt}.get(environ["REQUEST_METHOD"])
        for kind, pattern in ADDRESSES.items() if answers else ():
            at = pattern.fullmatch(environ["PATH_INFO"])
            if at and (at["variant"] or "") in VARIANTS:
                values = at.groupdict()
                language, variant = values.pop("language"), VARIANTS[values.pop("variant") or ""]
                try:
                    return answers(Visit(kind, values, language, variant, environ))
                except UnavailableError as error:
                    # The view tells it in words, and does not wait for the database again.
                    environ[replies.AWAY] = error
                except CorusError:
                    break
        return None

    def _form(self, visit: Visit) -> Ready | None:
        way = door(self._store, visit.kind, visit.values).up_to_date(self._store, visit.variant)
        found = way.questionnaire(self._store, visit.variant)
        if visit.language not in found.plan.languages or way.answered:
            return None
        page = self._kept.form(found, visit.language, visit.kind, self._home, way.site)
        return page, way.number or secrets.token_hex(16), replies.FRESH

    def _receipt(self, visit: Visit) -> Ready | None:
        sent = _body(visit.environ, self._longest)
        if sent is None or sent.keys() & UNUSUAL:
            return None
        opened = "".join(sent.pop("wave", ()))
        way = door(self._store, visit.kind, visit.values, sending=True)
        way = way.up_to_date(self._store, visit.variant, opened)
        found = known_questionnaire(self._store, way.wave, way.group, visit.variant)
        way.check(found)
        if visit.language not in found.plan.languages or way.number or opened not in ("", way.wave):
            return None
        return self._submitted(visit, way, found, sent)

    def _submitted(
        self, visit: Visit, way: Door, found: Questionnaire, sent: Fields
    ) -> Ready | None:
        number = "".join(sent.pop("submission_id", ()))
        helper = "".join(sent.pop("helper", ())) or "none"
        if helper not in HELPERS or not forms.known_fields(found, sent):
            return None
        receipt = submit(self._store, found, visit.language, number, sent, way.way(HELPERS[helper]))
        if receipt.set_aside:
            # Sent once more by the view, it is recognised, and told what was left out.
            return None
        about = visit.language, receipt.given, visit.kind, self._home, way.site
        return self._kept.receipt(found, *about), receipt.code, replies.NEVER_KEPT


def _body(environ: Environ, longest: int) -> Fields | None:
    """The fields sent, if they come in the usual way; they can be read again behind."""
    length = environ.get("CONTENT_LENGTH", "")
    usual = environ.get("CONTENT_TYPE") == forms.URLENCODED and length.isdecimal()
    if not usual or "HTTP_TRANSFER_ENCODING" in environ or int(length) > longest:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    if len(body) != int(length):
        return None
    try:
        return forms.read(body.decode())
    except UnicodeDecodeError:
        return None
