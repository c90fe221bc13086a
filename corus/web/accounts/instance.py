"""The instance: its accounts and organizations, for who looks after it; no results."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for

from corus.domain.roles import Permission, Role
from corus.errors import CorusError
from corus.services import waves
from corus.services.accounts import audit, members, people
from corus.store import accounts
from corus.web import frame
from corus.web.access import needs
from corus.web.accounts.handing import Handed, hand_over

blueprint = Blueprint("instance", __name__, url_prefix="/instance")


@blueprint.get("")
@needs(Permission.INSTANCE)
def index() -> Response:
    """Every account and every organization."""
    return _page()


@blueprint.post("/accounts")
@needs(Permission.INSTANCE)
def add() -> Response:
    """An account for somebody: administrator, or manager of an organization if one is named."""
    me, day, form = frame.person(), frame.today(), request.form
    try:
        with frame.store().writing() as opened:
            account, _ = people.add(
                opened, form.get("email", ""), day, name=form.get("name", ""),
                language=frame.lang(), admin=form.get("admin") == "yes", proven=True,
                by=me.id,
            )  # fmt: skip
            if form.get("organization", "").strip():
                place = waves.create_organization(opened, form["organization"])
                audit.note(opened, place.id, me.id, "organization_created", name=place.name)
                members.give(opened, account, place, Role.MANAGER, day, by=me.id)
            waiting = not account.password and account.ended_on is None
            opened.flush()
            opened.expunge(account)
    except CorusError as error:
        return _page(error)
    if not waiting:
        return frame.tell(_back(), "{email} has an account.", email=account.email)
    return _told(hand_over(account, "invitation"))


def _told(handed: Handed) -> Response:
    if handed.shown:
        return _page(handed=handed)
    return frame.tell(_back(), "{email} was sent a link.", email=handed.email)


@blueprint.post("/accounts/<int:number>/<any(end, open, link):act>")
@needs(Permission.INSTANCE)
def change(number: int, act: str) -> Response:
    """Ends an account, opens it again, or makes a link to choose a password."""
    try:
        with frame.store().writing() as opened:
            account, me = people.by_number(opened, number), frame.person()
            linked = act == "link" and account.ended_on is None
            if act == "end":
                people.end(opened, account, frame.today(), me.id)
            elif act == "open":
                people.open_again(opened, account, me.id)
            elif linked:
                people.note_reset(opened, account, me.id)
            opened.flush()
            opened.expunge(account)
    except CorusError as error:
        return _page(error)
    return _told(hand_over(account, "reset")) if linked else _back()


@blueprint.get("/log")
@needs(Permission.INSTANCE)
def log() -> Response:
    """What people did on the whole instance."""
    page = frame.number("page")
    with frame.store().reading() as opened:
        lines = audit.of_instance(opened, page)
    return frame.page(
        "accounts/log.html", lines=lines, at=page, more=len(lines) == audit.SHOWN, instance=True
    )


def _page(error: CorusError | None = None, *, handed: Handed | None = None) -> Response:
    with frame.store().reading() as opened:
        return frame.page(
            "accounts/instance.html", status=error.status if error else 200, error=error,
            people=accounts.accounts(opened), places=accounts.organizations(opened),
            typed=request.form, handed=handed,
        )  # fmt: skip


def _back() -> Response:
    return redirect(url_for("instance.index"), 303)
