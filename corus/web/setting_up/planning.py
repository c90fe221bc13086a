"""A new wave: what it asks, in which languages, when; then whom it asks."""

from __future__ import annotations

from typing import get_args

from babel import Locale
from flask import Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from corus.domain.instrument import Group, Instrument
from corus.domain.roles import Permission
from corus.domain.wave import MOST_PEOPLE, GroupPlan, Sample, WaveState
from corus.errors import CorusError
from corus.language import unsaid
from corus.services import waves
from corus.services.accounts import members
from corus.services.instruments import library
from corus.services.publishing import version_of
from corus.services.setting_up import preparing
from corus.services.setting_up.preparing import Wanted
from corus.store import queries
from corus.web import frame
from corus.web.access import needs
from corus.web.instruments.library import PURPOSES
from corus.web.setting_up.base import blueprint, me, plain, wrongs
from corus.web.setting_up.typed import Typed, shown

FIRST = "social_utility"
"""The instrument that is offered first."""
SAMPLES: dict[Sample, str] = {
    "not_said": "Not said", "everyone": "All of them", "drawn": "Some, drawn by lot",
    "chosen": "Some, chosen by us",
}  # fmt: skip
UNTICKED = "This group is not ticked."


@blueprint.get("/organizations/<organization>/waves/new")
@needs(Permission.SET_UP)
def new_wave(organization: str) -> Response:
    """The form of a new wave."""
    me_there = frame.person()
    name = me_there.places[organization].name if me_there else ""
    asked = request.args.get("instrument", FIRST)
    title = frame.t()("Your view of {organization}", organization=name)
    typed = shown({"instrument": asked, "title": title[:200], "languages": (frame.lang(),)})
    return _new(organization, typed)


@blueprint.post("/organizations/<organization>/waves/new")
@needs(Permission.SET_UP)
def make_wave(organization: str) -> Response:
    """Makes the draft, then goes on to whom it asks."""
    try:
        wanted = _wanted(Typed(request.form))
        with frame.store().writing() as session:
            place = members.organization(session, organization)
            code = preparing.prepare(session, place, wanted, frame.today(), me()).code
    except CorusError as error:
        return _new(organization, request.form, error)
    return redirect(url_for("setting_up.groups", wave=code), 303)


def _wanted(typed: Typed) -> Wanted:
    who = frame.person()
    wanted = Wanted(
        title=typed.text("title", missing="Give a title."),
        instrument=typed.text("instrument", missing="Choose a questionnaire."),
        languages=typed.many("languages"),
        contact=who.email if who else "",
        opens_on=typed.day("opens_on"),
        closes_on=typed.day("closes_on"),
    )
    if not wanted.languages:
        typed.wrong("languages", "Tick one language at least.")
    typed.check()
    return wanted


def _new(
    organization: str, typed: MultiDict[str, str], error: CorusError | None = None
) -> Response:
    with frame.store().reading() as session:
        place = members.organization(session, organization)
        offers = library.offers(session, place.id)
    offers.sort(key=lambda offer: offer.instrument.code != FIRST)
    return frame.page(
        "setting_up/new_wave.html", status=error.status if error else 200, offers=offers,
        spoken=spoken(*(offer.instrument for offer in offers)), typed=typed, purposes=PURPOSES,
        organization=organization, error=plain(error), wrong=wrongs(error),
    )  # fmt: skip


def spoken(*instruments: Instrument) -> dict[str, str]:
    """Languages of these instruments that respondents' pages speak too, with their own names."""
    found = dict.fromkeys(one for i in instruments for one in i.languages if not unsaid(one))
    return {
        one: str(Locale.parse(one, sep="-").get_display_name() or one).capitalize() for one in found
    }


@blueprint.get("/waves/<wave>/groups")
@needs(Permission.SET_UP)
def groups(wave: str) -> Response:
    """Whom the wave asks, how many they are, how they are reached."""
    return _groups(wave, None)


@blueprint.post("/waves/<wave>/groups")
@needs(Permission.SET_UP)
def ask(wave: str) -> Response:
    """Keeps it; a draft goes on to its opening."""
    try:
        with frame.store().writing() as session:
            record = queries.wave_by_code(session, wave)
            state, before = record.state, waves.plan_of(record).groups
            chosen = _chosen(Typed(request.form), before, version_of(record).instrument)
            preparing.ask(session, wave, chosen, frame.today(), me())
    except CorusError as error:
        return _groups(wave, request.form, error)
    if state == WaveState.DRAFT:
        return redirect(url_for("setting_up.opening", wave=wave), 303)
    return frame.tell(redirect(url_for("setting_up.wave", wave=wave), 303), "Saved.")


def _chosen(
    typed: Typed, before: dict[str, GroupPlan], instrument: Instrument
) -> dict[str, GroupPlan]:
    found = {}
    _check_unticked(typed, before, instrument)
    for code in typed.many("groups"):
        known = before.get(code, GroupPlan())
        sample = typed.text(f"sample-{code}")
        found[code] = known.model_copy(
            update={
                "population": typed.number(f"people-{code}", 0, MOST_PEOPLE),
                "open_link": typed.text(f"reached-{code}") != "personal",
                "sample": sample if sample in get_args(Sample) else known.sample,
            }
        )
    typed.check()
    return found


def _check_unticked(typed: Typed, before: dict[str, GroupPlan], instrument: Instrument) -> None:
    """What is said of a group that is not ticked would be lost without a word."""
    for code, group in instrument.groups.items():
        if code in typed.many("groups"):
            continue
        if typed.text(f"people-{code}"):
            typed.wrong(f"people-{code}", UNTICKED, "Tick it, or clear the number.")
        elif code not in before and _set(typed, code) - {"", usual(group), "not_said"}:
            typed.wrong(f"people-{code}", UNTICKED, "Tick it, or set its choices back.")


def _set(typed: Typed, code: str) -> set[str]:
    return {typed.text(f"reached-{code}"), typed.text(f"sample-{code}")}


def usual(group: Group) -> str:
    """How a group is reached unless somebody says otherwise."""
    return "open" if group.unit == "person" else "personal"


def _groups(
    wave: str, typed: MultiDict[str, str] | None, error: CorusError | None = None
) -> Response:
    with frame.store().reading() as session:
        record = queries.wave_by_code(session, wave)
        plan, state, version = waves.plan_of(record), record.state, version_of(record)
        place = record.organization.code
    given = shown_groups(plan.groups) if typed is None else typed
    order = version.instrument.groups
    kept = order if state == WaveState.DRAFT else [g for g in order if g in (plan.groups or order)]
    return frame.page(
        "setting_up/groups.html", status=error.status if error else 200, wave=wave, plan=plan,
        state=state, lengths=[one for one in library.lengths(version.instrument)
                              if one.group in kept],
        usual={code: usual(group) for code, group in order.items()}, digest=version.digest,
        organization=place, typed=given,
        samples=SAMPLES, error=plain(error), wrong=wrongs(error),
    )  # fmt: skip


def shown_groups(groups: dict[str, GroupPlan]) -> MultiDict[str, str]:
    """Groups as the form shows them; none is ticked before somebody has chosen."""
    values: dict[str, object] = {"groups": tuple(groups)}
    for code, group in groups.items():
        values[f"people-{code}"] = group.population
        values[f"reached-{code}"] = "open" if group.open_link else "personal"
        values[f"sample-{code}"] = group.sample
    return shown(values)
