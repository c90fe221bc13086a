"""The page of one group as a whole: what it said, what was decided, what the next wave says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.charts.view import View
from corus.domain.profile import Profile
from corus.services import releasing
from corus.services.giving_back.decisions import STATES, subjects
from corus.services.giving_back.later import Later, later, lines
from corus.services.giving_back.links import group_of
from corus.services.giving_back.said import Said, said
from corus.store import decisions as rows
from corus.store import queries
from corus.store.account_models import Decision


@dataclass(frozen=True)
class Decided:
    """One decision, ready to be read; days are days, everything else is words."""

    number: int
    text: str
    group: str
    """Label of the group it answers, "" for all."""
    about: str
    owner: str
    due_on: date | None
    state: str
    status: str
    done_on: date | None
    outcome: str
    since: str
    """What the next wave says on its subject, or ""."""


@dataclass(frozen=True)
class GivenBack:
    """Everything on the page of one group."""

    organization: str
    wave: str
    title: str
    released_on: date
    closed_on: date | None
    contact: str
    fewest: int
    """Under this number of persons nothing is shown."""
    said: Said
    decided: tuple[Decided, ...]
    later: str
    """Title of the next wave, or "" while there is none."""
    later_on: date | None
    since: tuple[tuple[str, str], ...]
    """(dimension, what the next wave says of it)."""


def page(session: Session, code: str, group: str, language: str) -> GivenBack:
    """The page of one group. Raises ``NotFoundError`` before the first release (``REL-003``) and
    for a group that the wave lacks (``DEC-003``)."""
    profile = releasing.latest_profile(session, code)
    group_of(profile, group)
    wave = queries.wave_by_code(session, code)
    after = later(session, wave, group)
    view = View(profile, language)
    told = said(profile, group, language, after.profile if after else None)
    return GivenBack(
        profile.organization, code, profile.wave_title, profile.released_on, profile.closed_on,
        profile.notice.contact, profile.thresholds.shown, told,
        tuple(_decided(view, one, after) for one in rows.of_wave(session, wave.id)
              if one.group in ("", group)),
        after.title if after else "", after.released_on if after else None,
        tuple(lines(after, view)) if after else (),
    )  # fmt: skip


def decided(session: Session, profile: Profile, language: str) -> list[Decided]:
    """Every decision of a wave, for who works with them."""
    wave = queries.wave_by_code(session, profile.wave)
    view = View(profile, language)
    return [_decided(view, one, None) for one in rows.of_wave(session, wave.id)]


def _decided(view: View, one: Decision, after: Later | None) -> Decided:
    known = subjects(view.profile)
    since = after.lines.get(known.get(one.about, ""), "") if after else ""
    return Decided(
        one.id, one.text, view.group(one.group) if one.group in view.profile.groups else "",
        subject(view, one.about), one.owner, one.due_on, one.state,
        view.words(STATES[one.state]), one.done_on, one.outcome,
        view.words(since) if since else "",
    )  # fmt: skip


def subject(view: View, code: str) -> str:
    """A dimension or an item as the page names it; "" for what the questionnaire lacks."""
    if code in view.dimensions:
        return view.dimension(code)
    return view.topic(code) if code in subjects(view.profile) else ""


def choices(view: View) -> Iterator[tuple[str, str]]:
    """What a decision may be about, in the order of the questionnaire: (code, words)."""
    for dimension in view.profile.instrument.dimensions:
        yield dimension.code, view.dimension(dimension.code)
        for criterion in dimension.criteria:
            for item in criterion.items:
                yield item.code, f"\N{EN DASH} {view.topic(item.code)}"
