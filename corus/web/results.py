"""What the enterprise sees: waves, coverage while open, the dashboard and files of a release."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from corus.charts import page
from corus.charts.assets import Assets, fingerprinted
from corus.domain.base import say
from corus.domain.profile import Profile
from corus.errors import NotFoundError
from corus.language import words
from corus.services import exporting, following, publishing, releasing
from corus.store import queries
from corus.web.replies import takes_gzip

blueprint = Blueprint("results", __name__)

LANGUAGES = {"fr": "Français", "en": "English"}
STATES = {"draft": "Draft", "open": "Open", "closed": "Closed", "archived": "Archived"}
FILES = {
    "evidence.xlsx": "Excel",
    "profile.json": "JSON",
    "counts.csv": "CSV",
    "dashboard.html": "HTML",
}


def _store():
    return current_app.extensions["corus"].store


def _preferred() -> str:
    return request.accept_languages.best_match(list(LANGUAGES)) or "fr"


@blueprint.get("/")
def index() -> str:
    """Every wave of this instance."""
    with _store().reading() as session:
        found = following.list_waves(session)
    return render_template("pages/waves.html", t=words(_preferred()), waves=found, states=STATES)


@blueprint.get("/waves/<wave>")
def arrive(wave: str) -> Response:
    """The wave's page in the reader's language."""
    return redirect(url_for("results.dashboard", wave=wave, language=_preferred()), 303)


@blueprint.get("/waves/<wave>/<any(fr, en):language>")
def dashboard(wave: str, language: str) -> Response:
    """The latest release as a dashboard, or coverage while there is none."""
    with _store().reading() as session:
        record = queries.wave_by_code(session, wave)
        last = queries.latest_release(session, record.id)
        if last is None:
            return _coverage(session, record, language)
        key = (record.digest, wave, last.number, bytes(last.profile))
    return _compressed(_dashboard(key, language), "text/html; charset=utf-8")


@lru_cache(maxsize=64)
def _dashboard(key: tuple[str, str, int, bytes], language: str) -> bytes:
    """A release never changes, so its page is drawn and compressed once."""
    profile = Profile.model_validate_json(key[3])
    html = page.render(
        profile,
        language,
        assets=Assets.at("/assets/"),
        languages=[(name, f"/waves/{key[1]}/{code}") for code, name in LANGUAGES.items()],
        downloads=[(label, f"/waves/{key[1]}/{language}/{name}") for name, label in FILES.items()],
    )
    return gzip.compress(html.encode(), mtime=0)


def _coverage(session, record, language: str) -> Response:
    status = following.status(session, record)
    groups = publishing.version_of(record).instrument.groups
    labels = {code: say(group.label, language) for code, group in groups.items()}
    return make_response(
        render_template(
            "pages/coverage.html", t=words(language), wave=status, labels=labels, states=STATES
        )
    )


@blueprint.get("/waves/<wave>/<any(fr, en):language>/<name>")
def download(wave: str, language: str, name: str) -> Response:
    """A file made from the latest release; microdata never go through here."""
    if name not in FILES:
        raise NotFoundError("There is no such file.", hint="Go back to the wave.", code="RES-002")
    with _store().reading() as session:
        profile = releasing.latest_profile(session, wave)
    exporter = exporting.exporters().find(name)
    response = make_response(exporter.write(profile, language))
    response.mimetype = exporter.media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{wave}-{language}-{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/assets/<name>")
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
