"""What the enterprise sees: waves, coverage while open, the dashboard and files of a release."""

from __future__ import annotations

import gzip
from functools import lru_cache, partial

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    redirect,
    request,
    url_for,
)

from corus.charts import page
from corus.charts.assets import Assets, fingerprinted
from corus.domain.profile import Profile
from corus.domain.roles import Permission
from corus.errors import NotFoundError
from corus.language import words
from corus.services import exporting, releasing, seeing, since
from corus.store import stamps
from corus.web import frame
from corus.web.access import needs, public
from corus.web.drawn import drawn
from corus.web.replies import takes_gzip

blueprint = Blueprint("results", __name__)

LANGUAGES = {"fr": "Français", "en": "English"}
STATES = {"draft": "Draft", "open": "Open", "closed": "Closed", "archived": "Archived"}
FILES = {
    "report.pdf": "PDF",
    "evidence.xlsx": "Excel",
    "profile.json": "JSON",
    "counts.csv": "CSV",
    "dashboard.html": "HTML",
}


def _store():
    return current_app.extensions["corus"].store


@blueprint.get("/waves/<wave>")
@needs(Permission.READ)
def arrive(wave: str) -> Response:
    """The wave's page in the reader's language."""
    return redirect(url_for("results.dashboard", wave=wave, language=frame.lang()), 303)


@blueprint.get("/waves/<wave>/<any(fr, en):language>")
@needs(Permission.READ)
def dashboard(wave: str, language: str) -> Response:
    """The latest release as a dashboard, or the board of fieldwork while there is none."""
    with _store().reading() as session:
        stamp = stamps.stamp(session, wave)
        if stamp is None:
            return _board(session, wave)
        ways = _ways(language)
        draw = partial(_page, session, wave, language, ways)
        return drawn((wave, stamp, language, ways), draw).reply()


Links = tuple[page.Link, ...]


def _profile(session, wave: str) -> Profile:
    return since.with_since(session, releasing.latest_profile(session, wave))


def _page(session, wave: str, language: str, ways: Links) -> tuple[bytes, str]:
    html = page.render(
        _profile(session, wave),
        language,
        assets=Assets.at("/assets/"),
        languages=[(name, f"/waves/{wave}/{code}") for code, name in LANGUAGES.items()],
        downloads=[(label, f"/waves/{wave}/{language}/{name}") for name, label in FILES.items()],
        ways=ways,
    )
    return html.encode(), "text/html; charset=utf-8"


def _ways(language: str) -> Links:
    """Where the dashboard leads: back to the workspace, to the wave's other pages, to help."""
    home = url_for("home.organization", organization=g.organization)
    way = (words(language)("All waves"), home)
    return (way, *frame.elsewhere(language), *frame.beside(language))


def _board(session, wave: str) -> Response:
    """Where the wave stands, for who follows it; nothing to know of for others."""
    record, _ = seeing.wave(session, frame.person(), wave)
    return redirect(url_for("fieldwork.board", wave=record.code), 303)


@blueprint.get("/waves/<wave>/<any(fr, en):language>/<name>")
@needs(Permission.READ)
def download(wave: str, language: str, name: str) -> Response:
    """A file made from the latest release; microdata never go through here."""
    if name not in FILES:
        raise NotFoundError("There is no such file.", hint="Go back to the wave.", code="RES-002")
    return file_of(wave, language, name)


def file_of(wave: str, language: str, name: str) -> Response:
    """A file made from the latest release, drawn once for pages and programs."""
    with _store().reading() as session:
        stamp = stamps.stamp(session, wave)
        if stamp is None:
            seeing.wave(session, frame.person(), wave)
        found = drawn((wave, stamp, language, name), partial(_file, session, wave, language, name))
    response = found.reply()
    response.headers["Content-Disposition"] = f'attachment; filename="{wave}-{language}-{name}"'
    return response


def _file(session, wave: str, language: str, name: str) -> tuple[bytes, str]:
    exporter = exporting.exporters().find(name)
    return exporter.write(_profile(session, wave), language), exporter.media_type


@blueprint.get("/assets/<name>")
@public
def asset(name: str) -> Response:
    """Style, script and plotly.js at addresses that change with their content: kept for good."""
    content = _assets().get(name)
    if content is None:
        raise NotFoundError("There is no such file.", code="RES-003")
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    response = _compressed(content, f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@lru_cache(maxsize=1)
def _assets() -> dict[str, bytes]:
    return {name: gzip.compress(data, 9, mtime=0) for name, data in fingerprinted().items()}


def _compressed(content: bytes, kind: str) -> Response:
    if takes_gzip(request.environ):
        response = Response(content, content_type=kind, headers={"Content-Encoding": "gzip"})
    else:
        response = Response(gzip.decompress(content), content_type=kind)
    response.headers["Vary"] = "Accept-Encoding"
    return response
