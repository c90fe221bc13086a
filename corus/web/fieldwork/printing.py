"""What is printed for fieldwork: questionnaires to fill in by hand, posters with a code to scan."""

from __future__ import annotations

from flask import Response, request

from corus.domain.base import say
from corus.domain.roles import Permission
from corus.errors import CorusError, InputError
from corus.language import words
from corus.services import printing, publishing
from corus.store import queries
from corus.web import frame
from corus.web.access import needs
from corus.web.fieldwork.base import blueprint, file, home, settings, wave_about
from corus.web.fieldwork.words import plainly

FORMS = {
    "standard": "Standard", "large": "Large print", "easy": "Easy to read, with pictograms"
}  # fmt: skip
LONGEST = 200
"""Characters of the place where sheets are handed in."""


@blueprint.get("/print")
@needs(Permission.FIELD)
def to_print(wave: str) -> Response:
    """What there is to print, and for whom."""
    return _page(wave)


@blueprint.get("/print/questionnaire.pdf")
@needs(Permission.FIELD)
def questionnaire(wave: str) -> Response:
    """The questionnaire of one group, in one language and form; numbered copies where asked."""
    asked = request.args
    form, group = asked.get("form", "standard"), asked.get("group", "")
    language = asked.get("language", "fr")
    try:
        with frame.store().reading() as session:
            made = printing.questionnaire_of(
                session, wave, group, language, variant="easy" if form == "easy" else "standard",
                large=form == "large", sheets=_sheets(), site=asked.get("site", ""),
                return_to=asked.get("return_to", "")[:LONGEST],
            )  # fmt: skip
    except CorusError as error:
        return _page(wave, error)
    return file(made, f"{wave}-{group}-{language}-{form}.pdf", "application/pdf")


@blueprint.get("/print/posters.pdf")
@needs(Permission.FIELD)
def posters(wave: str) -> Response:
    """A poster for one group or for every group that has an open address."""
    asked = request.args
    group, language = asked.get("group", ""), asked.get("language", "")
    kiosk = asked.get("door") == "kiosk"
    try:
        with frame.store().reading() as session:
            made = printing.posters_of(
                session, wave, home(), groups=[group] if group else (),
                languages=[language] if language else (), site=asked.get("site", ""),
                path=printing.KIOSK if kiosk else printing.OPEN,
            )  # fmt: skip
    except CorusError as error:
        return _page(wave, error)
    return file(made, f"{wave}-posters.pdf", "application/pdf")


def _sheets() -> range | tuple[int, ...]:
    """Numbers of the copies asked for; none for one copy without a number."""
    copies, first = _number("copies"), _number("first") or 1
    return range(first, first + copies) if copies else ()


def _number(name: str) -> int:
    text = request.args.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise InputError("Write a number.", code="PRI-003")
    return int(text or 0)


def _page(wave: str, error: CorusError | None = None) -> Response:
    there = wave_about(wave)
    with frame.store().reading() as session:
        record = queries.wave_by_code(session, wave)
        instrument = publishing.version_of(record).instrument
        boxed = printing.lacking_in(session, wave)
    spoken = [(code, words(code).locale.get_display_name(frame.lang()) or code)
              for code in there.plan.languages]  # fmt: skip
    easy = any(instrument.has_easy(group) for group in there.labels)
    return frame.page(
        "fieldwork/printing.html", status=error.status if error else 200, about=there,
        error=plainly(error) if error else None, asked=request.args, spoken=spoken,
        forms=[(code, said) for code, said in FORMS.items() if easy or code != "easy"],
        sites=[(code, say(text, frame.lang())) for code, text in there.plan.sites.items()],
        public=bool(settings().public_url), home=home(),
        most=printing.MOST_COPIES, boxed=boxed,
    )  # fmt: skip
