"""What every page of the workspace stands in: its language, who is signed in, the way around."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Response, current_app, g, make_response, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from corus.domain.roles import Permission
from corus.language import Words, words
from corus.services.accounts.person import Person
from corus.services.accounts.said import MAY, ROLES
from corus.store.engine import Store
from corus.web.access import origin

LANGUAGES = {"fr": "Français", "en": "English"}
NEWS = "corus_said"
"""The cookie that carries one sentence to the next page."""
SECONDS = 60
REFERRER = "same-origin"


@dataclass(frozen=True)
class Way:
    """One entry of the navigation."""

    said: str
    address: str
    here: bool


ORGANIZATION = (
    # (words, endpoint, permission): shown to who may go there
    ("Waves", "home.organization", Permission.READ),
    ("Instruments", "instruments.index", Permission.SET_UP),
    ("People", "members.index", Permission.MEMBERS),
    ("Organization", "setting_up.organization", Permission.SET_UP),
    ("Log", "members.log", Permission.MEMBERS),
)
WAVE = (
    ("Profile", "results.arrive", Permission.READ),
    ("Parts", "exploring.form", Permission.ASK),
    ("Fieldwork", "fieldwork.board", Permission.FOLLOW),
    ("Paper", "entering.desk", Permission.FIELD),
    ("Given back", "giving_back.index", Permission.READ),
    ("Single answers", "researching.index", Permission.MICRODATA),
    ("Settings of the wave", "setting_up.wave", Permission.SET_UP),
)


THERE = {
    "help_there": "help.index",
    "start_there": "setting_up.begin",
    "api_there": "api.reference",
    "fieldwork_there": "fieldwork.board",
}
"""Parts that templates link to where they are installed."""


def store() -> Store:
    """The store of this instance."""
    found: Store = current_app.extensions["corus"].store
    return found


def person() -> Person | None:
    """Who is signed in; views behind the guard always have somebody."""
    # Late: the guard draws its own page with this frame.
    from corus.web.access import session

    found: Person | None = g.person if "person" in g else session.signed_in()
    return found


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def number(name: str) -> int:
    """A whole number from 1 on that the address gives; 1 where it gives none."""
    text = request.args.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def lang() -> str:
    """``fr`` or ``en``: asked for in the address, else the account's, else the browser's."""
    asked = request.args.get("lang")
    named = (request.view_args or {}).get("language")
    for one in (asked, named):
        if one in LANGUAGES:
            return one
    who = person()
    if who is not None and who.language in LANGUAGES:
        return who.language
    return request.accept_languages.best_match(list(LANGUAGES)) or "fr"


def t() -> Words:
    """The interface in the reader's language."""
    return words(lang())


def around() -> dict[str, object]:
    """What every page says around its own content: language, who is signed in, the way around."""
    who = person()
    place = _place(who)
    return {
        "t": t(), "language": lang(), "languages": LANGUAGES, "me": who, "place": place,
        "ways": list(_ways(who, place)), "wave_ways": list(_wave_ways(who, place)),
        "news": _news(), "way_back": origin.readable(request.path), "ROLES": ROLES, "MAY": MAY,
        **{name: where in current_app.view_functions for name, where in THERE.items()},
    }  # fmt: skip


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """A page of the workspace, which no cache keeps."""
    response = make_response(render_template(template, **around() | values), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = REFERRER
    if NEWS in request.cookies:
        response.delete_cookie(NEWS)
    return response


def problem(message: str, hint: str, code: str, status: int) -> Response:
    """The page of an error, already in the reader's language."""
    again = status >= 500 and request.method == "GET"
    return page(
        "pages/problem.html", status=status, message=message, hint=hint, code=code, again=again
    )


def tell(response: Response, sentence: str, **names: object) -> Response:
    """Have the next page say one sentence (a key of the catalogue, with its names)."""
    shown = {name: str(value) for name, value in names.items()}
    response.set_cookie(
        NEWS, _carrier().dumps([sentence, shown]), max_age=SECONDS, httponly=True, samesite="Lax"
    )
    return response


def _carrier() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["corus"].settings.key("news"))


def _news() -> str:
    """The sentence that the page before asked this one to say."""
    try:
        sentence, names = _carrier().loads(request.cookies.get(NEWS, ""), max_age=SECONDS)
    except BadSignature:
        return ""
    return t()(sentence, **names)


def _place(who: Person | None) -> object:
    """The organization that this page is about, for who has a role there."""
    if who is None:
        return None
    values = request.view_args or {}
    code = values.get("organization") or g.get("organization")
    return who.places.get(code) if code else None


def _ways(who: Person | None, place) -> Iterator[Way]:
    if who is None or place is None:
        return
    for said, endpoint, permission in ORGANIZATION:
        if who.may(permission, place.code) and endpoint in current_app.view_functions:
            address = url_for(endpoint, organization=place.code)
            yield Way(said, address, _here(endpoint))


def elsewhere(language: str) -> list[tuple[str, str]]:
    """The wave's other pages, for a page without this frame: (what it is called, address)."""
    say, who = words(language), person()
    ways = (way for way in _wave_ways(who, _place(who)) if not way.here)
    return [(say(way.said), way.address) for way in ways]


def beside(language: str) -> list[tuple[str, str]]:
    """Help and the account, for a page without this frame: (what it is called, address)."""
    say, found = words(language), []
    if THERE["help_there"] in current_app.view_functions:
        found.append((say("Help and words"), url_for("help.index", lang=language)))
    if person() is not None:
        found.append((say("My account"), url_for("own.show")))
    return found


def _here(endpoint: str) -> bool:
    """Whether this page is the one named, or one below it."""
    part = endpoint.partition(".")[0]
    below = part == "instruments" and request.blueprint == part
    return request.endpoint == endpoint or below


def _wave_ways(who: Person | None, place) -> Iterator[Way]:
    wave = (request.view_args or {}).get("wave")
    if who is None or place is None or not wave:
        return
    for said, endpoint, permission in WAVE:
        if who.may(permission, place.code) and endpoint in current_app.view_functions:
            more = {"language": lang()} if endpoint.startswith("entering.") else {}
            address = url_for(endpoint, wave=wave, **more)
            here = (request.endpoint or "").split(".")[0] == endpoint.split(".")[0]
            yield Way(said, address, here)
