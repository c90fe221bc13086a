"""What every view of instruments shares: addresses, who asks, how a form is saved or comes back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request

from corus.errors import ConflictError, CorusError, InputError, NotFoundError, RefusedError
from corus.services.instruments import drafts
from corus.services.instruments.drafts import Edit, Opened
from corus.services.instruments.library import organization_of
from corus.web import frame

HOME = "/organizations/<organization>/instruments"
DRAFT = f"{HOME}/drafts/<code>"
NO_REVISION = 0

blueprint = Blueprint("instruments", __name__)


def opened(organization: str, code: str) -> Opened:
    """The draft of the address."""
    with frame.store().reading() as session:
        return drafts.draft(session, organization_of(session, organization), code)


def account_id() -> int | None:
    """Who asks, for the log."""
    who = frame.person()
    return who.id if who else None


def revision() -> int:
    """The revision that the page was made for."""
    sent = request.form.get("revision", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else NO_REVISION


def saved(
    organization: str,
    code: str,
    edit: Edit,
    then: Callable[[], str],
    again: Callable[[Opened, CorusError], Response],
) -> Response:
    """Save ``edit`` and go on to the address ``then``; or the same page ``again``, with what was
    typed and what is wrong with it."""
    try:
        with frame.store().writing() as session:
            found = drafts.draft(session, organization_of(session, organization), code)
            drafts.save(session, found, revision(), edit, frame.today())
    except NotFoundError:
        raise
    except (InputError, ConflictError, RefusedError) as error:
        response = again(opened(organization, code), error)
        response.status_code = error.status
        return response
    return frame.tell(redirect(then(), 303), "Saved.")


def wrongs(error: CorusError | None) -> dict[str, list[str]]:
    """Field → sentences about it, in the reader's language."""
    t = frame.t()
    found: dict[str, list[str]] = {}
    for fault in error.faults if isinstance(error, InputError) else ():
        found.setdefault(fault.column, []).append(f"{t(fault.message)} {t(fault.hint)}")
    return found
