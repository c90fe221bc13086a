"""Giving back, for who works with it: decisions, the page of each group, the links to hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for

from corus.charts.view import View
from corus.documents.given_back import print_given_back
from corus.documents.printer import lacking
from corus.domain.profile import Profile
from corus.domain.roles import Permission
from corus.errors import InputError
from corus.services import releasing, waves
from corus.services.giving_back import decisions, links, pages
from corus.services.giving_back.decisions import Draft
from corus.store import decisions as rows
from corus.store import queries
from corus.web import frame, shared_page
from corus.web.access import needs

blueprint = Blueprint("giving_back", __name__, url_prefix="/waves/<wave>/given-back")


@dataclass(frozen=True)
class Handed:
    """The page of one group: whether it is open, since when, and its link."""

    code: str
    label: str
    masked: bool
    since: date | None
    """The day it was opened; None while it is closed."""
    withdrawn_on: date | None
    link: str


@blueprint.get("")
@needs(Permission.READ)
def index(wave: str) -> Response:
    """What was decided, the page of each group, and its link."""
    return _index(wave)


@blueprint.post("/decisions")
@needs(Permission.SET_UP)
def write(wave: str) -> Response:
    """Writes a decision down."""
    try:
        with frame.store().writing() as opened:
            draft = Draft.of(request.form)
            decisions.write(opened, wave, draft, frame.today(), by=frame.person().id)
    except InputError as error:
        return _index(wave, error)
    return frame.tell(_back(wave), "The decision is written down.")


@blueprint.get("/decisions/<int(max=2147483647):number>")
@needs(Permission.SET_UP)
def edit(wave: str, number: int) -> Response:
    """One decision, to be changed or deleted."""
    return _edit(wave, number)


@blueprint.post("/decisions/<int(max=2147483647):number>")
@needs(Permission.SET_UP)
def change(wave: str, number: int) -> Response:
    """Changes a decision."""
    try:
        with frame.store().writing() as opened:
            draft = Draft.of(request.form)
            decisions.change(opened, wave, number, draft, frame.today(), by=frame.person().id)
    except InputError as error:
        return _edit(wave, number, error)
    return frame.tell(_back(wave), "The decision is changed.")


@blueprint.post("/decisions/<int(max=2147483647):number>/delete")
@needs(Permission.SET_UP)
def delete(wave: str, number: int) -> Response:
    """Deletes a decision for good."""
    with frame.store().writing() as opened:
        decisions.delete(opened, wave, number, by=frame.person().id)
    return frame.tell(_back(wave), "The decision is deleted.")


@blueprint.get("/groups/<group>")
@needs(Permission.READ)
def preview(wave: str, group: str) -> Response:
    """The page of a group as those who have its link see it."""
    language = frame.lang()
    with frame.store().reading() as opened:
        found = pages.page(opened, wave, group, language)
    return shared_page.drawn(found, language, back=url_for("giving_back.index", wave=wave))


@blueprint.post("/groups/<group>/share")
@needs(Permission.SET_UP)
def share(wave: str, group: str) -> Response:
    """Opens the page of a group by its link."""
    with frame.store().writing() as opened:
        links.share(opened, _key(), wave, group, frame.today(), by=frame.person().id)
    return frame.tell(_back(wave), "The page is open: hand its link out.")


@blueprint.post("/groups/<group>/withdraw")
@needs(Permission.SET_UP)
def withdraw(wave: str, group: str) -> Response:
    """Closes it again."""
    with frame.store().writing() as opened:
        links.withdraw(opened, wave, group, frame.today(), by=frame.person().id)
    return frame.tell(_back(wave), "The page is closed: its link no longer works.")


@blueprint.get("/groups/<group>/poster.pdf")
@needs(Permission.FIELD)
def poster(wave: str, group: str) -> Response:
    """A poster with the link of a group's page, while it is open."""
    language = frame.lang()
    with frame.store().reading() as opened:
        profile = releasing.latest_profile(opened, wave)
        links.opened(opened, links.token(_key(), wave, links.group_of(profile, group)))
    label = View(profile, language).group(group)
    made = print_given_back(
        profile.organization, label, _link(wave, group), profile.notice.contact, language
    )
    response = make_response(made)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{wave}-{group}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _index(wave: str, error: InputError | None = None) -> Response:
    with frame.store().reading() as opened:
        record = queries.wave_by_code(opened, wave)
        if queries.latest_release(opened, record.id) is None:
            return frame.page("giving_back/nothing_yet.html", wave=wave, state=record.state)
        profile = releasing.latest_profile(opened, wave)
        shared = rows.shared(opened, record.id)
        decided = pages.decided(opened, profile, frame.lang())
        boxed = lacking(record.organization.name, waves.plan_of(record).notice.contact)
        seen_by = waves.plan_of(record).checklist.results_seen_by
    return frame.page(
        "giving_back/index.html", status=error.status if error else 200, wave=wave,
        groups=list(_handed(profile, shared)), decided=decided, seen_by=seen_by, boxed=boxed,
        **_form(profile, request.form, error),
    )  # fmt: skip


def _edit(wave: str, number: int, error: InputError | None = None) -> Response:
    with frame.store().reading() as opened:
        found = decisions.find(opened, wave, number)
        profile = releasing.latest_profile(opened, wave)
        kept = {name: getattr(found, name) or "" for name in Draft.__dataclass_fields__}
    typed = request.form if error else kept
    return frame.page(
        "giving_back/decision.html", status=error.status if error else 200, wave=wave,
        number=number, **_form(profile, typed, error),
    )  # fmt: skip


def _form(profile: Profile, typed: object, error: InputError | None) -> dict[str, object]:
    """What the form of a decision needs; faults by field, in the reader's language."""
    view, t = View(profile, frame.lang()), frame.t()
    return {
        "profile": profile, "typed": typed, "error": error,
        "wrong": {f.column: t(f.message) for f in error.faults} if error else {},
        "states": [(code, t(said)) for code, said in decisions.STATES.items()],
        "group_choices": [(g, view.group(g)) for g in profile.groups],
        "about_choices": list(pages.choices(view)),
    }  # fmt: skip


def _handed(profile, shared):
    view = View(profile, frame.lang())
    for group in profile.groups:
        page = shared.get(group)
        is_open = page is not None and page.withdrawn_on is None
        yield Handed(
            group, view.group(group), group in profile.masked_groups,
            page.opened_on if is_open else None, page.withdrawn_on if page else None,
            _link(profile.wave, group) if is_open else "",
        )  # fmt: skip


def _link(wave: str, group: str) -> str:
    settings = current_app.extensions["corus"].settings
    home = settings.public_url or request.host_url.rstrip("/")
    return f"{home}/g/{links.token(_key(), wave, group)}"


def _key() -> bytes:
    return current_app.extensions["corus"].settings.key(links.KEY)


def _back(wave: str) -> Response:
    return redirect(url_for("giving_back.index", wave=wave), 303)
