"""What the fictional organization decided about its results, and the page that one group reads."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from corus.services.accounts import people
from corus.services.demo.accounts import SAMPLES
from corus.services.demo.setting import WAVE
from corus.services.giving_back import decisions, links
from corus.services.giving_back.decisions import Draft
from corus.store import decisions as rows
from corus.store import queries

SHARED = "employees"
"""Group whose page is open by a link."""


def give_back(session: Session, key: bytes, day: date) -> str:
    """Write two decisions and open one page, unless that was done before; returns the secret part
    of the page's link, "" once somebody closed it. ``key`` is the one of ``giving_back.links``.

    Raises ``NotFoundError`` (``REL-003``) before the first release.
    """
    wave, by = queries.wave_by_code(session, WAVE), people.by_email(session, SAMPLES[0][0]).id
    if not rows.of_wave(session, wave.id) and not rows.shared(session, wave.id):
        for draft in _drafts(day):
            decisions.write(session, WAVE, draft, day, by=by)
        links.share(session, key, WAVE, SHARED, day, by=by)
    page = rows.shared(session, wave.id).get(SHARED)
    return links.token(key, WAVE, SHARED) if page and page.withdrawn_on is None else ""


def _drafts(day: date) -> tuple[Draft, ...]:
    return (
        Draft(
            "Les équipes préparent avec la gérance tout changement d’horaires ou de tournées, et "
            "le compte rendu dit ce qui a été retenu et pourquoi.",
            "La gérance et deux personnes élues par l’équipe",
            group=SHARED, about="democracy", due_on=day + timedelta(90),
        ),
        Draft(
            "Dire comment les prix des paniers sont fixés.",
            "La commission approvisionnement",
            about="integrity", state="done", done_on=day,
            outcome="Le calcul est affiché à l’épicerie et joint au panier une fois par trimestre.",
        ),
    )  # fmt: skip
