"""A draft as a whole: what is in it, what is wrong with it, its title, publishing, deleting."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from corus.domain.roles import Permission
from corus.errors import ConflictError, CorusError, InputError
from corus.services.instruments import difference, drafts, editing, library
from corus.services.instruments.document import languages_known
from corus.services.instruments.drafts import Opened
from corus.web import frame
from corus.web.access import needs
from corus.web.instruments import forms
from corus.web.instruments.base import (
    DRAFT,
    account_id,
    blueprint,
    opened,
    organization_of,
    revision,
    saved,
    wrongs,
)


def page(template: str, organization: str, found: Opened, **more: object) -> Response:
    """A page about one draft."""
    return frame.page(
        f"instruments/{template}.html", organization=organization, found=found,
        draft=found.draft, field_of=forms.field_of, **more,
    )  # fmt: skip


@blueprint.get(DRAFT)
@needs(Permission.SET_UP)
def draft(organization: str, code: str) -> Response:
    """The parts of the questionnaire in the order of the form, and everything to be mended."""
    return _whole(organization, opened(organization, code))


def _whole(organization: str, found: Opened, error: CorusError | None = None) -> Response:
    lengths = library.lengths(found.instrument) if found.instrument else ()
    return page(
        "draft", organization, found, rows=list(forms.sections(found.draft)), lengths=lengths,
        error=error,
    )  # fmt: skip


@blueprint.post(f"{DRAFT}/sections")
@needs(Permission.SET_UP)
def move_section(organization: str, code: str) -> Response:
    """One part of the form up or down."""
    which, step = forms.moved(request.form.get("move", ""))
    return saved(
        organization, code,
        lambda draft: editing.move_section(draft, which, step),
        lambda: url_for("instruments.draft", organization=organization, code=code),
        lambda found, error: _whole(organization, found, error),
    )  # fmt: skip


@blueprint.get(f"{DRAFT}/whole")
@needs(Permission.SET_UP)
def describe(organization: str, code: str) -> Response:
    """Title, presentation, languages, minutes announced to each group."""
    found = opened(organization, code)
    return _described(organization, found, forms.stored_whole(found.draft))


def _described(
    organization: str, found: Opened, typed: forms.Whole, error: CorusError | None = None
) -> Response:
    wrong = wrongs(error)
    for fault in found.faults:
        if not fault.item:
            field = fault.field.partition(".")[0]
            said = f"{frame.t()(fault.fact)} {frame.t()(fault.cure)}"
            wrong.setdefault(field, []).append(said)
    return page(
        "describe", organization, found, typed=typed, wrong=wrong, error=error,
        spoken=languages_known(found.draft),
    )  # fmt: skip


@blueprint.post(f"{DRAFT}/whole")
@needs(Permission.SET_UP)
def save_description(organization: str, code: str) -> Response:
    """Store them."""
    found = opened(organization, code)
    typed = forms.typed_whole(found.draft)
    return saved(
        organization, code,
        lambda draft: editing.describe(
            draft, title=typed.title, notice=typed.notice, languages=typed.languages,
            minutes=typed.lengths(),
        ),
        lambda: url_for("instruments.draft", organization=organization, code=code),
        lambda now, error: _described(organization, now, typed, error),
    )  # fmt: skip


@blueprint.get(f"{DRAFT}/publish")
@needs(Permission.SET_UP)
def publish(organization: str, code: str) -> Response:
    """What publishing would change, and what no longer compares after it."""
    return _to_publish(organization, opened(organization, code))


def _to_publish(organization: str, found: Opened, error: CorusError | None = None) -> Response:
    told = ()
    if found.instrument is not None:
        told = difference.differences(found.changes, found.previous, found.instrument)
    return page(
        "publish", organization, found, error=error,
        breaking=[one for one in told if one.breaks],
        harmless=[one for one in told if not one.breaks],
    )  # fmt: skip


@blueprint.post(f"{DRAFT}/publish")
@needs(Permission.SET_UP)
def confirm_publishing(organization: str, code: str) -> Response:
    """Freeze it: waves may ask it from now on."""
    try:
        with frame.store().writing() as session:
            found = drafts.draft(session, organization_of(session, organization), code)
            done = drafts.publish_draft(session, found, revision(), account_id(), frame.today())
            number = done.number
    except (InputError, ConflictError) as error:
        response = _to_publish(organization, opened(organization, code), error)
        response.status_code = error.status
        return response
    there = redirect(url_for("instruments.show", organization=organization, name=code), 303)
    return frame.tell(there, "Version {n} is published. Next: a wave that asks it.", n=number)


@blueprint.get(f"{DRAFT}/delete")
@needs(Permission.SET_UP)
def delete(organization: str, code: str) -> Response:
    """What would be lost with this draft."""
    return _to_delete(organization, opened(organization, code))


def _to_delete(organization: str, found: Opened, error: CorusError | None = None) -> Response:
    old = found.previous.item_by_code
    own = [item for _, item in found.draft.items() if item["code"] not in old]
    changed = len(found.changes) if found.instrument else None
    return page("delete", organization, found, own=own, changed=changed, error=error)


@blueprint.post(f"{DRAFT}/delete")
@needs(Permission.SET_UP)
def confirm_deletion(organization: str, code: str) -> Response:
    """Delete the draft; published versions stay."""
    try:
        with frame.store().writing() as session:
            found = drafts.draft(session, organization_of(session, organization), code)
            drafts.delete(session, found, revision(), account_id())
    except ConflictError as error:
        response = _to_delete(organization, opened(organization, code), error)
        response.status_code = error.status
        return response
    there = redirect(url_for("instruments.index", organization=organization), 303)
    return frame.tell(there, "The draft is deleted.")
