"""Parts of a release: what to look at, the refusal in words, and the part as a page of its own.

Asking is a form that is sent, because what was shown is noted for good; a part already shown has
an address, with its filters in it, which only reads.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, request, url_for

from corus.charts import page
from corus.charts.assets import Assets
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.domain.roles import Permission
from corus.errors import CorusError, InputError, NotFoundError, RefusedError
from corus.language import words
from corus.services import exploring, exporting, releasing, seeing
from corus.services.accounts import audit
from corus.services.viewing import Filter
from corus.store import queries
from corus.web import frame
from corus.web.access import needs

blueprint = Blueprint("exploring", __name__)

FILES = {"evidence.xlsx": "Excel", "counts.csv": "CSV", "profile.json": "JSON",
         "dashboard.html": "HTML"}  # fmt: skip
"""What a part is written as, with its filters in every title."""
QUESTIONS = {
    "group": "Which groups?",
    "variant": "Which form of the questionnaire?",
    "mode": "How did they answer?",
    "channel": "How did the answer arrive?",
    "completeness": "Was the answer complete?",
    "site": "Which sites?",
}


@blueprint.get("/waves/<wave>/views")
@needs(Permission.ASK)
def form(wave: str) -> Response:
    """What may be asked, ticked as the address says, and the parts that were shown before."""
    with frame.store().reading() as session:
        _, last = seeing.wave(session, frame.person(), wave)
    if last is None:
        return frame.page("exploring/no_release.html", wave=wave)
    return _form(wave, exploring.filter_of(request.args.to_dict(flat=False)))


@blueprint.post("/waves/<wave>/views")
@needs(Permission.ASK)
def ask(wave: str) -> Response:
    """Show a part, and note that it was shown; or say why not, with what was ticked."""
    wanted = exploring.filter_of(request.form.to_dict(flat=False))
    try:
        with frame.store().writing() as session:
            exploring.ask(session, wave, wanted, frame.today())
            _note(session, wave, wanted)
    except (RefusedError, InputError) as error:
        return _form(wave, wanted, error)
    return redirect(_address(wave, wanted, frame.lang()), 303)


@blueprint.get("/waves/<wave>/views/<any(fr, en):language>")
@needs(Permission.READ)
def shown(wave: str, language: str) -> Response:
    """A part that was shown before, for everybody who reads the wave; asks for nothing."""
    wanted, profile = _part(wave)
    if profile is None:
        return _not_shown(wave, wanted)
    say = words(language)
    ways = [(say("The whole release"), url_for("results.dashboard", wave=wave, language=language))]
    if may_ask():
        ways.append((say("Another part"), url_for("exploring.form", wave=wave, **_query(wanted))))
    ways += frame.beside(language)
    html = page.render(
        profile, language, assets=Assets.at("/assets/"), ways=ways,
        languages=[(name, _address(wave, wanted, code)) for code, name in frame.LANGUAGES.items()],
        downloads=[
            (label, url_for("exploring.download", wave=wave, language=language, name=name,
                            **_query(wanted)))
            for name, label in FILES.items()
        ],
    )  # fmt: skip
    return _private(make_response(html))


@blueprint.get("/waves/<wave>/views/<any(fr, en):language>/<name>")
@needs(Permission.READ)
def download(wave: str, language: str, name: str) -> Response:
    """The same part as a file."""
    wanted, profile = _part(wave)
    if name not in FILES or profile is None:
        raise NotFoundError("There is no such file.", hint="Go back to the wave.", code="EXP-002")
    exporter = exporting.exporters().find(name)
    response = make_response(exporter.write(profile, language))
    response.mimetype = exporter.media_type
    title = "-".join([wave, *(value for _, value in wanted.part)])[:80]
    response.headers["Content-Disposition"] = f'attachment; filename="{title}-{language}-{name}"'
    return _private(response)


def _note(session, wave: str, wanted: Filter) -> None:
    who, place = frame.person(), queries.wave_by_code(session, wave).organization_id
    part = ", ".join(f"{axis} {value}" for axis, value in wanted.part)
    audit.note(session, place, who.id, "view_asked", email=who.email, wave=wave, part=part)


def _part(wave: str) -> tuple[Filter, Profile | None]:
    wanted = exploring.filter_of(request.args.to_dict(flat=False))
    with frame.store().reading() as session:
        seeing.wave(session, frame.person(), wave)
        return wanted, exploring.again(session, wave, wanted)


def _form(wave: str, wanted: Filter, error: CorusError | None = None) -> Response:
    with frame.store().reading() as session:
        profile = releasing.latest_profile(session, wave)
        before = exploring.shown(session, wave)
    reading = Reading(profile, frame.lang())
    return frame.page(
        "exploring/form.html",
        status=error.status if error else 200,
        wave=wave,
        profile=profile,
        axes=_axes(reading, wanted),
        error=exploring.in_words(error, reading) if error else None,
        before=[(reading.named_part(f.part), _address(wave, f, frame.lang())) for f in before],
    )


def _axes(reading: Reading, wanted: Filter) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """(name, question, [(value, words, ticked)]); an axis asked for in the address is offered."""
    offered = exploring.choices(reading.profile)
    return [
        (axis, QUESTIONS[axis],
         [(v, reading.named_value(axis, v), v in getattr(wanted, axis)) for v in values])
        for axis, values in offered.items()
    ]  # fmt: skip


def _not_shown(wave: str, wanted: Filter) -> Response:
    with frame.store().reading() as session:
        profile = releasing.latest_profile(session, wave)
    told = Reading(profile, frame.lang()).named_part(wanted.part)
    again = url_for("exploring.form", wave=wave, **_query(wanted)) if may_ask() else ""
    return frame.page("exploring/not_shown.html", status=404, wave=wave, part=told, again=again)


def may_ask() -> bool:
    """Whether who is signed in may ask for parts of the wave that the address names."""
    who = frame.person()
    return who is not None and who.may(Permission.ASK, g.get("organization"))


def _address(wave: str, wanted: Filter, language: str) -> str:
    return url_for("exploring.shown", wave=wave, language=language, **_query(wanted))


def _query(wanted: Filter) -> dict[str, list[str]]:
    return {axis: list(values) for axis, values in vars(wanted).items() if values}


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
