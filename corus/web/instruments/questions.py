"""One question of a draft: its words, for each group if need be; who is asked; a new one."""

from __future__ import annotations

from flask import Response, url_for

from corus.domain.roles import Permission
from corus.errors import CorusError, NotFoundError
from corus.services.instruments import questions
from corus.services.instruments.document import Draft, is_always_asked
from corus.services.instruments.drafts import Opened
from corus.services.instruments.editing import no_question
from corus.services.instruments.questions import Question
from corus.web import frame
from corus.web.access import needs
from corus.web.instruments import forms
from corus.web.instruments.base import DRAFT, blueprint, opened, saved, wrongs
from corus.web.instruments.drafts import page

KINDS = {
    "rating": "How far people agree, on a scale",
    "single_choice": "One answer of a list",
    "multiple_choice": "Several answers of a list",
    "text": "In their own words",
}
OTHER_KINDS = {
    "ranking": "Answers to put in order",
    "allocation": "Points to share out",
    "number": "A number",
    "level": "A level, with its reason and evidence",
}


@blueprint.get(f"{DRAFT}/questions/<item>")
@needs(Permission.SET_UP)
def question(organization: str, code: str, item: str) -> Response:
    """One question as it stands."""
    found = opened(organization, code)
    held = found.draft.item(item)
    if held is None:
        raise no_question()
    return _question(organization, found, item, questions.read(found.draft, held[1]))


def _question(
    organization: str, found: Opened, code: str, typed: Question, error: CorusError | None = None
) -> Response:
    held = found.draft.item(code)
    if held is None:
        raise no_question()
    part, item = held
    wrong = wrongs(error)
    for fault in found.faults:
        if fault.item == code:
            said = f"{frame.t()(fault.fact)} {frame.t()(fault.cure)}"
            told = wrong.setdefault(forms.field_of(fault.field), [])
            told += [] if said in told else [said]
    return _form(
        organization, found, part, typed, item=item, wrong=wrong, error=error,
        fixed=questions.is_fixed(item, found.previous), always=is_always_asked(item),
    )  # fmt: skip


def _form(organization: str, found: Opened, part: str, typed: Question, **more: object) -> Response:
    draft = found.draft
    easy = [g for g in draft.groups() if found.previous.has_easy(g) or forms.has_easy(draft, g)]
    return page(
        "question", organization, found, part=part, typed=typed, kinds=KINDS,
        other_kinds=OTHER_KINDS, scales=questions.standard_scales(draft),
        spoken=draft.instrument["languages"], easy=easy, label=forms.part_names(draft)[part],
        **more,
    )  # fmt: skip


@blueprint.post(f"{DRAFT}/questions/<item>")
@needs(Permission.SET_UP)
def save_question(organization: str, code: str, item: str) -> Response:
    """Store it."""
    found = opened(organization, code)
    held = found.draft.item(item)
    if held is None:
        raise no_question()
    fixed = questions.is_fixed(held[1], found.previous)
    typed = forms.typed_question(found.draft, held[1], fixed=fixed)
    return saved(
        organization, code,
        lambda draft: questions.change(draft, item, typed, found.previous),
        lambda: url_for(
            "instruments.part", organization=organization, code=code, part=held[0],
            _anchor=f"q-{item}",
        ),
        lambda now, error: _question(organization, now, item, typed, error),
    )  # fmt: skip


@blueprint.get(f"{DRAFT}/parts/<part>/new")
@needs(Permission.SET_UP)
def new_question(organization: str, code: str, part: str) -> Response:
    """A blank question at the end of a part."""
    found = opened(organization, code)
    scale = next(iter(questions.standard_scales(found.draft)), "")
    blank = Question({}, {}, tuple(found.draft.groups()), scale=scale)
    return _new(organization, found, part, blank)


def _new(
    organization: str, found: Opened, part: str, typed: Question, error: CorusError | None = None
) -> Response:
    if part not in forms.part_names(found.draft):
        raise NotFoundError("This questionnaire has no such part.", code="DRF-012")
    return _form(
        organization, found, part, typed, item=None, wrong=wrongs(error), error=error,
        fixed=False, always=False,
    )  # fmt: skip


@blueprint.post(f"{DRAFT}/parts/<part>/new")
@needs(Permission.SET_UP)
def add_question(organization: str, code: str, part: str) -> Response:
    """Add it."""
    found = opened(organization, code)
    typed = forms.typed_question(found.draft, None, fixed=False)
    made: list[str] = []

    def edit(draft: Draft) -> Draft:
        changed, name = questions.add(draft, part, typed)
        made.append(name)
        return changed

    def there() -> str:
        return url_for(
            "instruments.part", organization=organization, code=code, part=part,
            _anchor=f"q-{made[-1]}",
        )  # fmt: skip

    return saved(
        organization, code, edit, there,
        lambda now, error: _new(organization, now, part, typed, error),
    )  # fmt: skip
