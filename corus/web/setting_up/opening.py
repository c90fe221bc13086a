"""Opening a wave: what is to be settled first, each point where it is; then its addresses."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from corus.domain.base import say
from corus.domain.roles import Permission
from corus.domain.wave import Checklist, WavePlan, WaveState
from corus.errors import CorusError
from corus.services import editing, waves
from corus.services.checklist import NONE, Point, checklist
from corus.services.publishing import version_of
from corus.services.setting_up import preparing
from corus.store import queries
from corus.web import frame
from corus.web.access import needs
from corus.web.setting_up.base import blueprint, home, me, plain, wrongs
from corus.web.setting_up.typed import Typed, shown

LONG = 1000
STILL = "This point is still open."
FIELDS = {"notice": "controller", "cse_informed": "cse"}
"""Point of the checklist → its field, where it is called otherwise."""


@blueprint.get("/waves/<wave>/opening")
@needs(Permission.SET_UP)
def opening(wave: str) -> Response:
    """The checklist, each point with its field, and the button that opens."""
    return _page(wave)


@blueprint.post("/waves/<wave>/opening")
@needs(Permission.SET_UP)
def settle(wave: str) -> Response:
    """Keeps what is settled, and opens the wave where that was asked."""
    try:
        with frame.store().writing() as session:
            plan = editing.declared(queries.wave_by_code(session, wave))
            preparing.change(session, wave, settled(Typed(request.form), plan), frame.today(), me())
        # Kept before opening is tried: what is settled stays so while other points are open.
        if request.form.get("act") != "open":
            back = redirect(url_for("setting_up.opening", wave=wave), 303)
            return frame.tell(back, "Saved.")
        despite = Typed(request.form).text("despite", longest=LONG)
        with frame.store().writing() as session:
            preparing.open_it(session, wave, frame.today(), me(), despite=despite[:LONG])
    except CorusError as error:
        return _page(wave, error)
    return redirect(url_for("setting_up.opened", wave=wave), 303)


def settled(typed: Typed, plan: WavePlan) -> WavePlan:
    """``plan`` with the notice and the checklist as typed."""
    notice = plan.notice.model_copy(
        update={
            "controller": typed.text("controller", missing="Say who is responsible."),
            "contact": typed.text("contact", missing="Respondents need somebody to write to."),
            "retention_months": typed.number("months", 1, 120, empty=plan.notice.retention_months),
        }
    )
    known = plan.checklist
    informed = typed.day("employees_informed") if "employees_informed" in typed.form else (
        known.employees_informed
    )  # fmt: skip
    points = Checklist(
        employees_informed=informed,
        cse_informed=_committee(typed) if _asked(typed, "cse") else known.cse_informed,
        minors=_people(typed, "minors"),
        protected_adults=_people(typed, "protected_adults"),
        results_seen_by=typed.text("results_seen_by", longest=LONG),
    )
    typed.check()
    return plan.model_copy(update={"notice": notice, "checklist": points})


def _asked(typed: Typed, name: str) -> bool:
    return name in typed.form or f"{name}_day" in typed.form


def _committee(typed: Typed) -> date | Literal["none"] | None:
    if typed.form.get("cse") == NONE:
        return "none"
    day = typed.day("cse_day")
    if typed.form.get("cse") == "told" and day is None:
        typed.wrong("cse", "Give the day it was told.")
    return day


def _people(typed: Typed, name: str) -> str:
    choice, how = typed.form.get(name), typed.text(f"{name}_how", longest=LONG)
    if choice == NONE:
        return NONE
    if choice == "some" and not how:
        typed.wrong(name, "Say what was done for them.")
    return how if choice == "some" else ""


def stored(plan: WavePlan) -> MultiDict[str, str]:
    """Notice and checklist as the form shows them."""
    known = plan.checklist
    values: dict[str, object] = {
        "controller": plan.notice.controller, "contact": plan.notice.contact,
        "months": plan.notice.retention_months, "employees_informed": known.employees_informed,
        "results_seen_by": known.results_seen_by,
    }  # fmt: skip
    if known.cse_informed is not None:
        none = known.cse_informed == NONE
        values |= {"cse": NONE if none else "told", "cse_day": "" if none else known.cse_informed}
    for name in ("minors", "protected_adults"):
        said = getattr(known, name)
        values |= {name: said and (NONE if said == NONE else "some")}
        values |= {f"{name}_how": "" if said == NONE else said}
    return shown(values)


def _page(wave: str, error: CorusError | None = None) -> Response:
    with frame.store().reading() as session:
        record = queries.wave_by_code(session, wave)
        plan, groups, version = waves.plan_of(record), waves.groups_of(record), version_of(record)
        place, state, opened_on = record.organization.code, record.state, record.opened_on
    if state not in (WaveState.DRAFT, WaveState.OPEN) and error is None:
        return redirect(url_for("setting_up.wave", wave=wave), 303)
    points = checklist(plan, groups, max(frame.today(), opened_on or frame.today()))
    wrong = wrongs(error)
    if error is not None and error.code == "WAV-020":
        wrong = _still_open(points)
    labels = {g: say(version.instrument.groups[g].label, frame.lang()) for g in groups}
    return frame.page(
        "setting_up/opening.html", status=error.status if error else 200, wave=wave, plan=plan,
        state=state, points=points, left=sum(not point.done for point in points), labels=labels,
        digest=version.digest, organization=place, employees="employees" in groups,
        typed=request.form if error else stored(plan), error=plain(error), wrong=wrong,
        late=plan.closes_on is not None and plan.closes_on < frame.today(),
    )  # fmt: skip


def _still_open(points: tuple[Point, ...]) -> dict[str, str]:
    t = frame.t()
    return {FIELDS.get(p.name, p.name): t(STILL) for p in points if not p.done}


@blueprint.get("/waves/<wave>/opened")
@needs(Permission.SET_UP)
def opened(wave: str) -> Response:
    """The open wave: an address for each group, and what comes next."""
    with frame.store().reading() as session:
        record = queries.wave_by_code(session, wave)
        plan, state = waves.plan_of(record), record.state
        groups = version_of(record).instrument.groups
        asked = waves.groups_of(record)
    if state != WaveState.OPEN:
        return redirect(url_for("setting_up.wave", wave=wave), 303)
    personal = {g for g, one in plan.groups.items() if not one.open_link}
    return frame.page(
        "setting_up/opened.html", wave=wave, plan=plan, home=home(), personal=personal,
        labels={g: say(groups[g].label, frame.lang()) for g in asked},
    )  # fmt: skip
