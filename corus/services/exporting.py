"""Exports: everything a release can be written as, and microdata under their own rule."""

from __future__ import annotations

from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from corus.charts import page
from corus.charts.assets import Assets
from corus.domain.profile import Profile
from corus.errors import RefusedError
from corus.exports import EXPORTERS, Exporter
from corus.exports.answers import manifest, write_answers
from corus.registry import Registry
from corus.services.publishing import load_version
from corus.store import queries


@cache
def exporters() -> Registry[Exporter]:
    """Every exporter of results by name; charts are strangers to exports, so they meet here."""
    found: Registry[Exporter] = Registry("export")
    for name, exporter in EXPORTERS.items():
        found.add(name, exporter)
    found.add(DASHBOARD.name, DASHBOARD)
    return found


def _dashboard(profile: Profile, language: str) -> bytes:
    return page.render(profile, language, assets=Assets.inlined()).encode()


DASHBOARD = Exporter(
    "dashboard.html", "text/html", "The dashboard as one file that needs no network.", _dashboard
)


def microdata(
    session: Session, code: str, language: str, day: date, *, role: str, purpose: str
) -> dict[str, bytes]:
    """The answers themselves and their manifest, by file suffix ("" and ".manifest.json").

    Never results: a named role and a purpose are required and written in the wave's journal.
    Raises ``RefusedError`` (``EXP-001``) without them.
    """
    if not role.strip() or not purpose.strip():
        raise RefusedError(
            "Answers are exported for a named role and a stated purpose only.",
            hint='Add --role "research team" --purpose "thesis on …".',
            code="EXP-001",
        )
    wave = queries.wave_by_code(session, code)
    version = load_version(wave.published)
    written = write_answers(queries.answers(session, wave.id), version)
    queries.note(session, wave, day, "microdata", role=role, purpose=purpose, rows=written.rows_out)
    beside = manifest(
        written, version, wave=code, language=language, exported_on=day, role=role, purpose=purpose
    )
    return {"": written.content, ".manifest.json": beside}
