"""The settings of a wave: where it stands, what may still change, what comes next."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from corus.domain.base import Text
from corus.domain.roles import Permission
from corus.domain.wave import MOST_SHOWN, Thresholds, WavePlan
from corus.errors import CorusError, InputError
from corus.services import editing, following
from corus.services.publishing import version_of
from corus.services.setting_up import ending, preparing
from corus.store import queries
from corus.web import frame
from corus.web.access import needs
from corus.web.setting_up.base import blueprint, me, plain, wrongs
from corus.web.setting_up.planning import spoken
from corus.web.setting_up.typed import Typed, shown

LONG = 1000
THRESHOLDS = {"shown": 5, "full": 10, "organizations": 3}
"""Threshold → what it can never be below."""
IN_PLACE = ("purpose", "legal_basis", "recipients")
"""Sentences of the notice that may stand in place of the usual ones."""


@blueprint.get("/waves/<wave>/settings")
@needs(Permission.SET_UP)
def wave(wave: str) -> Response:
    """Where the wave stands, its settings, and the moves it may make."""
    return _page(wave)


@blueprint.post("/waves/<wave>/settings")
@needs(Permission.SET_UP)
def change(wave: str) -> Response:
    """Changes what may still change; all of it, or nothing."""
    try:
        with frame.store().writing() as session:
            plan = editing.declared(queries.wave_by_code(session, wave))
            to = _changed(Typed(request.form), plan)
            done = preparing.change(session, wave, to, frame.today(), me())
    except CorusError as error:
        return _page(wave, error)
    back = redirect(url_for("setting_up.wave", wave=wave), 303)
    return frame.tell(back, "Saved." if done else "Nothing changed.")


def _changed(typed: Typed, plan: WavePlan) -> WavePlan:
    document = plan.model_dump()
    document |= {
        "title": typed.text("title", missing="Give a title."),
        "languages": typed.many("languages"),
        "anonymity": typed.form.get("anonymity", plan.anonymity),
        "opens_on": typed.day("opens_on"),
        "closes_on": typed.day("closes_on"),
        "burst": typed.number("burst", 5, MOST_SHOWN, empty=plan.burst),
    }
    if not document["languages"]:
        typed.wrong("languages", "Tick one language at least.")
    for name, least in THRESHOLDS.items():
        now = getattr(plan.thresholds, name)
        document["thresholds"][name] = typed.number(name, least, MOST_SHOWN, empty=now)
    document["notice"] |= {
        "controller": typed.text("controller", missing="Say who is responsible."),
        "contact": typed.text("contact", missing="Respondents need somebody to write to."),
        "dpo": typed.text("dpo"),
        "retention_months": typed.number("months", 1, 120, empty=plan.notice.retention_months),
        **{name: _sentences(typed, name, getattr(plan.notice, name)) for name in IN_PLACE},
    }
    typed.check()
    try:
        return WavePlan.model_validate(document)
    except ValidationError as error:
        raise InputError("Some answers need another look.", code="SET-001") from error


def _sentences(typed: Typed, name: str, before: Text) -> Text:
    """A sentence per language; what the page did not ask for stays as it was."""
    sent = {
        field.removeprefix(f"{name}-"): typed.text(field, longest=LONG)
        for field in typed.form if field.startswith(f"{name}-")
    }  # fmt: skip
    known = {*before, *typed.many("languages")}
    return {one: text for one, text in (before | sent).items() if text and one in known}


def _stored(plan: WavePlan) -> MultiDict[str, str]:
    notice = plan.notice
    values: dict[str, object] = {
        "title": plan.title, "languages": plan.languages, "anonymity": plan.anonymity,
        "opens_on": plan.opens_on, "closes_on": plan.closes_on, "burst": plan.burst,
        "controller": notice.controller, "contact": notice.contact, "dpo": notice.dpo,
        "months": notice.retention_months,
        **{name: getattr(plan.thresholds, name) for name in Thresholds.model_fields},
    }  # fmt: skip
    for name in IN_PLACE:
        values |= {f"{name}-{one}": text for one, text in getattr(notice, name).items()}
    return shown(values)


def _page(wave: str, error: CorusError | None = None) -> Response:
    with frame.store().reading() as session:
        record = queries.wave_by_code(session, wave)
        found, plan = following.status(session, record), editing.declared(record)
        instrument, ahead = version_of(record).instrument, ending.ahead(session, wave)
        notes = [
            one.line(frame.t(), instrument.groups[one.group].label.get(frame.lang(), one.group))
            for one in found.contradictions
        ]
    return frame.page(
        "setting_up/wave.html", status=error.status if error else 200, wave=wave, plan=plan,
        found=found, ahead=ahead, notes=notes, instrument=instrument, spoken=spoken(instrument),
        typed=request.form if error else _stored(plan), error=plain(error), wrong=wrongs(error),
        left=sum(not point.done for point in found.checklist), in_place=IN_PLACE,
    )  # fmt: skip
