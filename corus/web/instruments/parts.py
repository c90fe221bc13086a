"""One part of a draft: which questions are asked, in which order."""

from __future__ import annotations

from flask import Response, request, url_for

from corus.domain.roles import Permission
from corus.errors import CorusError, NotFoundError
from corus.services.instruments import editing
from corus.services.instruments.document import Draft, is_always_asked
from corus.services.instruments.drafts import Opened
from corus.web.access import needs
from corus.web.instruments import forms
from corus.web.instruments.base import DRAFT, blueprint, opened, saved
from corus.web.instruments.drafts import page


@blueprint.get(f"{DRAFT}/parts/<part>")
@needs(Permission.SET_UP)
def part(organization: str, code: str, part: str) -> Response:
    """The questions of one dimension, or those outside dimensions."""
    found = opened(organization, code)
    on = {item["code"] for item in found.draft.part(part)} - found.draft.off
    return _part(organization, found, part, on)


def _part(
    organization: str, found: Opened, part: str, on: set[str], error: CorusError | None = None
) -> Response:
    if part not in forms.part_names(found.draft):
        raise NotFoundError("This questionnaire has no such part.", code="DRF-012")
    return page(
        "part", organization, found, part=part, items=found.draft.part(part), on=on, error=error,
        label=forms.part_names(found.draft)[part], always=is_always_asked,
        steps=forms.ways(found.draft, part),
        faults=[fault for fault in found.faults if fault.part == part],
    )  # fmt: skip


@blueprint.post(f"{DRAFT}/parts/<part>")
@needs(Permission.SET_UP)
def save_part(organization: str, code: str, part: str) -> Response:
    """Switch questions on and off, and move one where a button for that was pressed."""
    on = set(request.form.getlist("on"))
    which, step = forms.moved(request.form.get("move", ""))

    def edit(draft: Draft) -> Draft:
        switched = editing.switch(draft, part, on)
        return editing.move(switched, which, step) if which else switched

    def there() -> str:
        mark = f"q-{which}" if which else None
        return url_for(
            "instruments.part", organization=organization, code=code, part=part, _anchor=mark
        )

    return saved(
        organization, code, edit, there,
        lambda found, error: _part(organization, found, part, on, error),
    )  # fmt: skip
