"""The organization: setting one up, saying what it is."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from corus.domain.roles import Permission
from corus.errors import CorusError
from corus.services.accounts import members
from corus.services.setting_up import organizations
from corus.services.setting_up.organizations import FORMS, Described
from corus.web import frame
from corus.web.access import needs
from corus.web.setting_up.base import blueprint, me, plain, wrongs
from corus.web.setting_up.typed import clean


@blueprint.get("/organizations/new")
@needs(Permission.OWN)
def begin() -> Response:
    """The form of a new organization."""
    return _page("setting_up/begin.html", Described(""))


@blueprint.post("/organizations/new")
@needs(Permission.OWN)
def begin_it() -> Response:
    """Sets the organization up; who sends this becomes its manager."""
    said = _said()
    try:
        with frame.store().writing() as session:
            code = organizations.found(session, me(), said, frame.today()).code
    except CorusError as error:
        return _page("setting_up/begin.html", said, error)
    response = redirect(url_for("setting_up.new_wave", organization=code), 303)
    return frame.tell(response, "{name} is set up, and you are its manager.", name=said.name)


@blueprint.get("/organizations/<organization>/about")
@needs(Permission.SET_UP)
def organization(organization: str) -> Response:
    """What is said of the organization."""
    with frame.store().reading() as session:
        said = organizations.described(members.organization(session, organization))
    return _page("setting_up/organization.html", said)


@blueprint.post("/organizations/<organization>/about")
@needs(Permission.SET_UP)
def describe(organization: str) -> Response:
    """Says something else of it."""
    said = _said()
    try:
        with frame.store().writing() as session:
            place = members.organization(session, organization)
            organizations.describe(session, place, said, me())
    except CorusError as error:
        return _page("setting_up/organization.html", said, error)
    response = redirect(url_for("setting_up.organization", organization=organization), 303)
    return frame.tell(response, "Saved.")


def _said() -> Described:
    words = ("name", "legal_form", "number", "territory", "activity")
    form = request.form
    return Described(
        **{word: clean(form.get(word, ""))[:1000] for word in words},
        young="young" in form, of_right="of_right" in form,
    )  # fmt: skip


def _page(template: str, said: Described, error: CorusError | None = None) -> Response:
    # A form named elsewhere, as by a command, stays what it was until somebody chooses another.
    forms = FORMS if said.legal_form in ("", *FORMS) else (said.legal_form, *FORMS)
    return frame.page(
        template, status=error.status if error else 200, typed=said, forms=forms,
        error=plain(error), wrong=wrongs(error),
    )  # fmt: skip
