"""The people of an organization: who has which role, until when; and the log of it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, request, url_for

from corus.domain.roles import Permission, Role
from corus.errors import ConflictError, CorusError, InputError
from corus.services.accounts import audit, members, people
from corus.store import accounts
from corus.web import frame
from corus.web.access import needs
from corus.web.accounts.handing import Handed, hand_over

blueprint = Blueprint("members", __name__, url_prefix="/organizations/<organization>")


@blueprint.get("/people")
@needs(Permission.MEMBERS)
def index(organization: str) -> Response:
    """Everybody with a role, and the form to invite somebody."""
    return _page(organization)


@blueprint.post("/people")
@needs(Permission.MEMBERS)
def invite(organization: str) -> Response:
    """Gives a role; who has no password yet gets a link to choose one."""
    me, day = frame.person(), frame.today()
    try:
        role, until = _role(), _until()
        with frame.store().writing() as opened:
            place = members.organization(opened, organization)
            account, made = people.add(
                opened, request.form.get("email", ""), day, name=request.form.get("name", ""),
                language=frame.lang(), by=me.id, organization_id=place.id,
            )  # fmt: skip
            members.check_known(account, place)
            members.give(opened, account, place, role, day, until=until, by=me.id)
            ours = made or accounts.places_of(opened, account.id) == {organization}
            waiting = ours and not account.password and account.ended_on is None
            opened.flush()
            opened.expunge(account)
    except CorusError as error:
        return _page(organization, error)
    if not waiting:
        return frame.tell(_back(organization), "{email} has the role now.", email=account.email)
    handed = hand_over(account, "invitation")
    if handed.shown:
        return _page(organization, handed=handed)
    return frame.tell(_back(organization), "{email} was invited by e-mail.", email=account.email)


@blueprint.post("/people/<int:number>/withdraw")
@needs(Permission.MEMBERS)
def withdraw(organization: str, number: int) -> Response:
    """Withdraws one role."""
    try:
        with frame.store().writing() as opened:
            place = members.organization(opened, organization)
            members.withdraw(opened, number, place, _role(), frame.today(), by=frame.person().id)
    except (ConflictError, InputError) as error:
        return _page(organization, error)
    return frame.tell(_back(organization), "The role was withdrawn.")


@blueprint.get("/log")
@needs(Permission.MEMBERS)
def log(organization: str) -> Response:
    """What people did, newest first."""
    page = frame.number("page")
    with frame.store().reading() as opened:
        place = members.organization(opened, organization)
        lines = audit.of_organization(opened, place, page)
    return frame.page(
        "accounts/log.html", lines=lines, at=page, more=len(lines) == audit.SHOWN, instance=False
    )


def _page(
    organization: str, error: CorusError | None = None, *, handed: Handed | None = None
) -> Response:
    with frame.store().reading() as opened:
        rows = accounts.members(opened, organization)
    return frame.page(
        "accounts/members.html", status=error.status if error else 200, rows=rows, roles=list(Role),
        error=error, typed={} if handed else request.form, handed=handed, today=frame.today(),
    )  # fmt: skip


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError as error:
        raise InputError("Choose a role.", code="ACC-018") from error


def _until() -> date | None:
    text = request.form.get("until", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "This is not a day.", hint="Write it like 2026-12-31.", code="ACC-019"
        ) from error


def _back(organization: str) -> Response:
    return redirect(url_for("members.index", organization=organization), 303)
