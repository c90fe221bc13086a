"""The clerk's addresses, behind the door: sheets of paper typed twice, interviews typed once.

Reads requests and chooses pages; what is stored, compared or refused is the service's business.
Nothing about a sheet stands in an address: all of it travels in forms.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, date, datetime

from flask import Blueprint, current_app, make_response, redirect, request, url_for

from corus.domain.roles import Permission
from corus.errors import (
    ConflictError,
    CorusError,
    InputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from corus.language import languages
from corus.services import covers, entering, responding, sheets
from corus.services.comparing import Typing
from corus.services.entering import Comparison, Kept
from corus.services.responding import AnswersRefused, Questionnaire
from corus.services.sheets import Cover
from corus.web import entering_pages as pages
from corus.web.access import needs
from corus.web.entering_words import VARIANTS

blueprint = Blueprint("entering", __name__)
BASE = "/waves/<wave>/paper/<language>"
ON_SCREEN = "on_screen"
"""What the cover says instead of a mode when there is no sheet: an interview, typed at once."""


@blueprint.url_value_preprocessor
def _spoken(_endpoint, values):
    if values and values.get("language") not in languages():
        raise NotFoundError("This page does not exist.", code="WEB-404")


@blueprint.before_request
def _meant():
    """An address that asks for another language leads to the page in that language."""
    asked = request.args.get("lang")
    if request.method == "GET" and asked in languages() and asked != request.view_args["language"]:
        return redirect(url_for(request.endpoint, **request.view_args | {"language": asked}), 303)
    return None


@blueprint.after_request
def _says_where_forms_come_from(response):
    # To this site alone: what was typed when the cookie ended is carried through the door.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get(BASE)
@needs(Permission.FIELD)
def desk(wave: str, language: str):
    """What is left to type and to decide, and the way to the next sheet."""
    return _desk(wave, language)


@blueprint.post(f"{BASE}/sheet")
@needs(Permission.FIELD)
def sheet(wave: str, language: str):
    """The questionnaire, ready to be typed from the sheet that the cover names."""
    cover = _cover()
    try:
        if cover.mode == ON_SCREEN:
            return _typing_page(_page_of(wave, cover), language, _interview(cover))
        with _store().reading() as session:
            cover = entering.open_sheet(session, _store().key, wave, cover)
        return _typing_page(_page_of(wave, cover), language, cover)
    except ConflictError as error:
        if error.code == "PAP-003":
            return _compare(wave, language, sheets.cleaned(cover).sheet)
        return _desk(wave, language, cover, error)
    except (InputError, NotFoundError, RefusedError) as error:
        return _desk(wave, language, cover, error)


@blueprint.post(f"{BASE}/typed")
@needs(Permission.FIELD)
def typed(wave: str, language: str):
    """One typing: kept, compared, stored; or, whatever is refused, the page with what was typed."""
    cover, form = _cover(), _answers()
    page = _page_of(wave, cover)
    try:
        sheets.cleaned(cover)
    except InputError as error:
        return _desk(wave, language, cover, error)
    try:
        with _store().writing() as session:
            kept = entering.type_sheet(session, _store().key, page, cover, form, _today())
    except (InputError, ConflictError, RefusedError, UnavailableError) as error:
        # Without a first typing, this one can be the first.
        again = replace(cover, typing=1) if error.code == "PAP-004" else cover
        return _typing_page(page, language, again, error)
    return _told(page, language, kept)


@blueprint.post(f"{BASE}/spoken")
@needs(Permission.FIELD)
def spoken(wave: str, language: str):
    """An interview: stored at once, with the code that gives its person access to it."""
    cover = replace(_cover(), mode=ON_SCREEN)
    number = request.form.get("submission_id", "")
    page = _page_of(wave, cover)
    try:
        receipt = responding.submit(
            _store(),
            page,
            cover.language,
            number,
            _answers(),
            replace(entering.FACE_TO_FACE, site=cover.site),
        )
    except (InputError, ConflictError, RefusedError, UnavailableError) as error:
        lost = error.code == "ANS-003"
        return _typing_page(page, language, cover, error, "" if lost else number)
    told = pages.Told("interview", cover, receipt.set_aside, code=receipt.code, page=page)
    return _desk(wave, language, cover, told=told)


@blueprint.post(f"{BASE}/compare")
@needs(Permission.FIELD)
def compare(wave: str, language: str):
    """The differing questions of one sheet, side by side."""
    try:
        return _compare(wave, language, request.form.get("sheet", ""))
    except NotFoundError as error:
        return _desk(wave, language, _cover(), error)


@blueprint.post(f"{BASE}/decided")
@needs(Permission.FIELD)
def decided(wave: str, language: str):
    """What a person decided: stored, or the comparison again."""
    cover = _cover()
    page = _page_of(wave, cover)
    try:
        seen = _seen(page, cover)
    except InputError as error:
        return _desk(wave, language, cover, error)
    try:
        with _store().writing() as session:
            kept = entering.decide(session, _store().key, page, seen, _answers(), _today())
    except (InputError, UnavailableError) as error:
        return _comparison_page(page, language, seen, error)
    except (ConflictError, RefusedError) as error:
        return _desk(wave, language, cover, error)
    return _told(page, language, kept)


@blueprint.post(f"{BASE}/void")
@needs(Permission.FIELD)
def void(wave: str, language: str):
    """Give up a sheet: its typings are erased."""
    cover = replace(_cover(), sheet=request.form.get("sheet", ""))
    try:
        with _store().writing() as session:
            entering.void(session, _store().key, wave, cover.sheet)
    except (ConflictError, NotFoundError, RefusedError, UnavailableError) as error:
        return _desk(wave, language, cover, error)
    return _desk(wave, language, cover, told=pages.Told("void", cover))


def _seen(page: Questionnaire, cover: Cover) -> Comparison:
    """The two typings that a person decided between, as the page sends them back."""
    cover, other = sheets.cleaned(cover), sheets.cleaned(_second(cover))
    covers.require_known(page, other)
    first, second = (Typing.of(request.form.get(name, ""), page.version.instrument)
                     for name in ("first", "second"))  # fmt: skip
    clerks = (request.form.get("first_clerk", ""), cover.clerk)
    codes = entering.differing(page, first, second)
    return Comparison(cover, first, second, clerks, codes, other)


def _told(page: Questionnaire, language: str, kept: Kept):
    if kept.comparison is not None:
        return _comparison_page(page, language, kept.comparison)
    told = pages.Told(kept.state, kept.cover, kept.set_aside, page=page)
    return _desk(page.wave, language, kept.cover, told=told)


def _compare(wave: str, language: str, number: str):
    with _store().reading() as session:
        cover = entering.cover_of(session, wave, number)
    page = _page_of(wave, cover)
    with _store().reading() as session:
        found = entering.comparison(session, page, number)
    return _comparison_page(page, language, found)


def _desk(
    wave: str,
    language: str,
    cover: Cover | None = None,
    error: CorusError | None = None,
    told: pages.Told | None = None,
):
    with _store().reading() as session:
        found = pages.desk(session, wave, language, cover, error, told)
    return _answer(found, error.status if error else 200)


def _typing_page(
    page: Questionnaire,
    language: str,
    cover: Cover,
    error: CorusError | None = None,
    number: str = "",
):
    refusals = error.refusals if isinstance(error, AnswersRefused) else {}
    number = number or secrets.token_hex(16)
    sent = _answers() if error else {}
    text = pages.typing(page, language, cover, number, sent, refusals, error)
    return _answer(text, error.status if error else 200)


def _comparison_page(
    page: Questionnaire, language: str, found: Comparison, error: CorusError | None = None
):
    refusals = error.refusals if isinstance(error, AnswersRefused) else {}
    text = pages.comparing(page, language, found, _answers() if error else {}, refusals, error)
    return _answer(text, error.status if error else 200)


def _cover() -> Cover:
    """What the form says of a sheet, unchecked."""
    said = request.form
    return Cover(
        sheet=said.get("sheet", ""),
        clerk=said.get("clerk", ""),
        group=said.get("group", ""),
        variant=said["variant"] if said.get("variant") in VARIANTS else "standard",
        language=said.get("sheet_language", "fr"),
        mode=said.get("mode", ""),
        typing=2 if said.get("typing") == "2" else 1,
        alone=said.get("alone") == "yes",
        site=said.get("site", ""),
    )


def _second(cover: Cover) -> Cover:
    """The cover as the second typing had it, where the page of a comparison says so."""
    said = request.form
    return replace(
        cover,
        site=said.get("second_site", cover.site),
        mode=said.get("second_mode", cover.mode),
        language=said.get("second_language", cover.language),
    )


def _interview(cover: Cover) -> Cover:
    """An interview needs no number; its clerk is named like any other."""
    found = sheets.cleaned(replace(cover, sheet="1", mode="interview"))
    return replace(found, sheet="", mode=ON_SCREEN)


def _answers() -> dict[str, list[str]]:
    sent = request.form.to_dict(flat=False)
    ours = ("q.", "pick.", "cover.")
    return {n: v for n, v in sent.items() if n.startswith(ours) or n == "illegible"}


def _page_of(wave: str, cover: Cover) -> Questionnaire:
    page = responding.known_questionnaire(_store(), wave, cover.group, cover.variant)
    covers.require_known(page, cover)
    return page


def _today() -> date:
    return datetime.now(UTC).date()


def _store():
    return current_app.extensions["corus"].store


def _answer(text: str, status: int):
    response = make_response(text, status)
    response.headers["Cache-Control"] = "no-store"
    return response
