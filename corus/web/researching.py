"""The researcher's page: the answers of a closed wave, for a purpose that is written down."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from corus.domain.roles import Permission
from corus.domain.wave import WaveState
from corus.errors import CorusError, NotFoundError
from corus.services import exporting, following, taking_out
from corus.services.publishing import version_of
from corus.services.waves import plan_of
from corus.store import queries
from corus.web import frame
from corus.web.access import needs

blueprint = Blueprint("researching", __name__, url_prefix="/waves/<wave>/single-answers")

SAID = {
    "answers.csv": "CSV: for every tool; text, as Corus reads it again",
    "answers.parquet": "Parquet: for Python and R; the tidy frame, with types",
    "answers.sav": "SAV: for SPSS, PSPP, R and Stata; with labels and missing values",
}
"""Format → what the choice says."""
REFUSED = {
    "EXP-001": ("Answers leave for a named recipient and a stated purpose only.",
                "Fill in both below."),
    "EXP-002": ("The wave is not closed: single answers leave once it is.", ""),
    "CLO-002": ("The wave is closed, but what tells who answered is not all erased yet.",
                "Ask a manager to close it again: that ends what was left."),
    "EXP-003": ("This server lacks what writes this format.",
                "Choose CSV, or ask who looks after the server to install corus[research]."),
}  # fmt: skip
"""Code → fact and cure for somebody with a browser; the service words them for a terminal."""
NOTEBOOKS = {
    "read_a_release.ipynb": "from the file profile.json to a table",
    "a_wave_from_start_to_profile.ipynb": "a whole wave, from its first answer to its profile",
    "comparing_two_waves.ipynb": "what changed between two waves, and what cannot be said",
    "what_aggregation_hides.ipynb": "what one figure for all groups would hide",
}


@blueprint.get("")
@needs(Permission.MICRODATA)
def index(wave: str) -> Response:
    """What the file holds, what it may not be used for, and the form to take it."""
    return _page(wave)


@blueprint.post("")
@needs(Permission.MICRODATA)
def take(wave: str) -> Response:
    """The archive, once for whom and what for is written down."""
    wish = taking_out.Wish(
        request.form.get("format", ""), _language(), _line("role"), _line("purpose")
    )
    try:
        if wish.name not in exporting.formats():
            raise NotFoundError("Choose one of the formats.", code="EXP-008")
        with frame.store().writing() as session:
            content = taking_out.take(session, frame.person(), wave, wish, frame.today())
    except CorusError as error:
        return _page(wave, error)
    response = make_response(content)
    response.mimetype = "application/zip"
    name = f"{frame.t()('CONFIDENTIAL')}-{wave}-{wish.name}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(wave: str, error: CorusError | None = None) -> Response:
    with frame.store().reading() as session:
        found = queries.wave_by_code(session, wave)
        status, plan = following.status(session, found), plan_of(found)
        instrument = version_of(found).instrument
    refused = REFUSED.get(error.code) if error else None
    return frame.page(
        "researching/index.html", status=error.status if error else 200, wave=status, plan=plan,
        closed=status.state in (WaveState.CLOSED, WaveState.ARCHIVED),
        error=CorusError(refused[0], hint=refused[1], code=error.code) if refused else error,
        missing=error is not None and error.code == "EXP-001", typed=request.form,
        texts=any(item.type == "text" for item in instrument.items),
        questions=len(instrument.items), formats=SAID, notebooks=NOTEBOOKS,
        longest=(taking_out.LONGEST_ROLE, taking_out.LONGEST_PURPOSE),
    )  # fmt: skip


def _line(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()


def _language() -> str:
    asked = request.form.get("language", "")
    return asked if asked in frame.LANGUAGES else frame.lang()
