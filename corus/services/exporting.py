"""Exports: everything a release can be written as, and microdata under their own rule."""

from __future__ import annotations

from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from corus.charts import page
from corus.charts.assets import Assets
from corus.domain.profile import Profile
from corus.exports import EXPORTERS, Exporter
from corus.exports.microdata.base import Format
from corus.exports.microdata.manifest import manifest
from corus.registry import Registry
from corus.services.researching import open_microdata
from corus.store import queries


@cache
def exporters() -> Registry[Exporter]:
    """Every exporter of results by name; charts are strangers to exports, so they meet here."""
    found: Registry[Exporter] = Registry("export")
    for name, exporter in EXPORTERS.items():
        found.add(name, exporter)
    found.add(DASHBOARD.name, DASHBOARD)
    found.add(REPORT.name, REPORT)
    return found


def _dashboard(profile: Profile, language: str) -> bytes:
    return page.render(profile, language, assets=Assets.inlined()).encode()


DASHBOARD = Exporter(
    "dashboard.html", "text/html", "The dashboard as one file that needs no network.", _dashboard
)


def _report(profile: Profile, language: str) -> bytes:
    # Imported here: pages print nothing and start sooner without the printer.
    from corus.services.reporting import report_pdf

    return report_pdf(profile, language)


REPORT = Exporter(
    "report.pdf",
    "application/pdf",
    "The profile as an accessible document to read and print (PDF/UA).",
    _report,
)


@cache
def formats() -> Registry[Format]:
    """Every format of microdata by name."""
    # Imported here: results and pages need no frame of answers and start sooner.
    from corus.exports.microdata.formats import FORMATS

    return FORMATS


def microdata(
    session: Session,
    code: str,
    language: str,
    day: date,
    *,
    role: str,
    purpose: str,
    name: str = "answers.csv",
    file_name: str = "",
) -> dict[str, bytes]:
    """The answers as a file of format ``name``: content by suffix of ``file_name``.

    "" is the file itself; beside it lies ".manifest.json", and whatever else the format needs.
    Never results: see ``researching.open_microdata`` for what is refused and written down.
    """
    chosen = formats().find(name)
    data = open_microdata(
        session, code, day, form=name, role=role, purpose=purpose, language=language
    )
    written = chosen.write(data)
    wave = queries.wave_by_code(session, code)
    last = queries.latest_release(session, wave.id)
    beside = manifest(
        written, data, file_name=file_name or name, release=last.number if last else None,
        exported_on=day, role=role, purpose=purpose,
    )  # fmt: skip
    return {"": written.content, **written.beside, ".manifest.json": beside}
