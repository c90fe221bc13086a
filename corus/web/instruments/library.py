"""Choosing an instrument: what there is, what is in it, a copy to edit."""

from __future__ import annotations

from flask import Response, current_app, redirect, request, url_for

from corus.domain.roles import Permission
from corus.errors import ConflictError, CorusError, InputError
from corus.services.instruments import drafts, library
from corus.store import instrument_drafts
from corus.web import frame
from corus.web.access import needs
from corus.web.instruments.base import HOME, blueprint, organization_of, wrongs

PURPOSES = {
    "social_utility": (
        "What the people concerned perceive of your social utility: ten groups, eight dimensions, "
        "and their own words."
    ),
    "innovation_markers": (
        "A grid of social innovation for assessors: levels with a reason and evidence, never "
        "added up."
    ),
}
"""Code of an instrument we ship → what it is for."""
NEW_WAVE = "setting_up.new_wave"


@blueprint.get(HOME)
@needs(Permission.SET_UP)
def index(organization: str) -> Response:
    """Instruments to choose from, and the drafts of this organization."""
    with frame.store().reading() as session:
        owner = organization_of(session, organization)
        offers = library.offers(session, owner.id)
        written = instrument_drafts.drafts(session, owner.id)
        ready = [(d.code, d.title, d.changed_on) for d in written]
    return frame.page(
        "instruments/index.html", organization=organization, offers=offers, drafts=ready,
        purposes=PURPOSES,
    )  # fmt: skip


@blueprint.get(f"{HOME}/<name>")
@needs(Permission.SET_UP)
def show(organization: str, name: str) -> Response:
    """One instrument: its groups, its questions, previews, and a copy to make of it."""
    return _shown(organization, name)


def _shown(organization: str, name: str, error: CorusError | None = None) -> Response:
    with frame.store().reading() as session:
        owner = organization_of(session, organization)
        offer = library.find(session, name, owner.id)
        waves = instrument_drafts.waves_on(session, offer.instrument.code, owner.id)
        code = offer.instrument.code
        begun = instrument_drafts.draft(session, owner.id, code) is not None
    return frame.page(
        "instruments/show.html", status=error.status if error else 200,
        organization=organization, offer=offer, name=name, waves=waves, begun=begun,
        new_wave=_new_wave(organization, offer.instrument.code), purposes=PURPOSES,
        error=error, wrong=wrongs(error), typed=request.form.get("title", ""),
    )  # fmt: skip


def _new_wave(organization: str, code: str) -> str:
    """Where a wave is made with this instrument."""
    if NEW_WAVE in current_app.view_functions:
        return url_for(NEW_WAVE, organization=organization, instrument=code)
    return url_for("home.organization", organization=organization)


@blueprint.post(f"{HOME}/<name>/copy")
@needs(Permission.SET_UP)
def copy(organization: str, name: str) -> Response:
    """A draft of one's own, copied from this instrument under another title."""
    try:
        with frame.store().writing() as session:
            owner = organization_of(session, organization)
            title = request.form.get("title", "")
            made = drafts.copy(session, owner, name, title, frame.today()).code
    except (InputError, ConflictError) as error:
        return _shown(organization, name, error)
    response = redirect(url_for("instruments.draft", organization=organization, code=made), 303)
    return frame.tell(response, "Your copy is made. Nobody sees it until you publish it.")


@blueprint.post(f"{HOME}/<name>/edit")
@needs(Permission.SET_UP)
def go_on(organization: str, name: str) -> Response:
    """The draft from which the next version of one's own instrument is written."""
    with frame.store().writing() as session:
        owner = organization_of(session, organization)
        code = drafts.go_on(session, owner, name, frame.today()).code
    return redirect(url_for("instruments.draft", organization=organization, code=code), 303)
