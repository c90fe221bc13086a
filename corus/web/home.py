"""Where people arrive: their organizations, the waves of each, and what to do next."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for

from corus.domain.roles import Permission
from corus.services import seeing
from corus.web import frame
from corus.web.access import needs

blueprint = Blueprint("home", __name__)

STATES = {"draft": "Draft", "open": "Open", "closed": "Closed", "archived": "Archived"}


@blueprint.get("/")
@needs(Permission.OWN)
def index() -> Response:
    """The organizations of who is signed in; with one, straight to it; with none, to a new one."""
    me = frame.person()
    if len(me.places) == 1 and not me.is_admin:
        only = next(iter(me.places))
        return redirect(url_for("home.organization", organization=only), 303)
    if not (me.places or me.is_admin):
        # Nothing to choose from: who was invited to set up an organization begins.
        return redirect(url_for("setting_up.begin"), 303)
    return frame.page("home/index.html")


@blueprint.get("/organizations/<organization>")
@needs(Permission.READ)
def organization(organization: str) -> Response:
    """The waves of one organization, newest first; each with its next step."""
    with frame.store().reading() as session:
        found = seeing.waves(session, frame.person(), organization)
    return frame.page("home/organization.html", waves=list(reversed(found)), states=STATES)
