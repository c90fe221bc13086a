"""The answers of the API, from the services that pages ask too."""

from __future__ import annotations

from collections.abc import Collection

import orjson
from flask import Response

from corus.domain.base import Text
from corus.domain.roles import ALLOWS
from corus.language import languages, words
from corus.services import arriving, exporting, following, publishing, seeing
from corus.services.accounts.person import Place
from corus.services.following import WaveStatus
from corus.store import queries
from corus.web import frame, results
from corus.web.api import answers
from corus.web.api.document import document as written
from corus.web.api.operations import JSON, LANGUAGE
from corus.web.api.serving import given, serve
from corus.web.drawn import drawn

PROFILE = "profile.json"


@serve("document")
def document() -> Response:
    """The document itself."""
    response = drawn("openapi", lambda: (orjson.dumps(written()), JSON)).reply()
    response.headers["Cache-Control"] = "no-cache"
    return response


@serve("organizations")
def organizations() -> answers.MyOrganizations:
    """The organizations of the key, or of who is signed in."""
    places = frame.person().places
    found = (_organization(places[code]) for code in sorted(places))
    return answers.MyOrganizations(organizations=tuple(found))


def _organization(place: Place) -> answers.MyOrganization:
    may = {permission for role in place.roles for permission in ALLOWS[role]}
    return answers.MyOrganization(
        code=place.code, name=place.name, roles=tuple(sorted(place.roles)), may=tuple(sorted(may))
    )


@serve("waves")
def waves(organization: str) -> answers.Waves:
    """The waves of an organization that may be known of."""
    with frame.store().reading() as session:
        found = seeing.waves(session, frame.person(), organization)
    known = {one.code for one in found}
    return answers.Waves(waves=tuple(_wave(one, organization, known) for one in found))


@serve("wave")
def wave(wave: str) -> answers.OneWave:
    """One wave that may be known of."""
    with frame.store().reading() as session:
        found, _ = seeing.wave(session, frame.person(), wave)
        place = found.organization.code
        known = {one.code for one in seeing.waves(session, frame.person(), place)}
        return _wave(following.status(session, found), place, known)


def _wave(status: WaveStatus, organization: str, known: Collection[str]) -> answers.OneWave:
    same = (
        "code", "title", "state", "anonymity", "instrument", "digest", "opens_on", "closes_on",
        "opened_on", "closed_on", "kept_until", "succeeds", "succeeded_by",
    )  # fmt: skip
    said = {name: getattr(status, name) for name in same}
    if said["succeeded_by"] not in known:
        said["succeeded_by"] = ""
    return answers.OneWave(organization=organization, release=status.releases, **said)  # fmt: skip


@serve("coverage")
def coverage(wave: str) -> answers.Reached:
    """Who was reached so far."""
    with frame.store().reading() as session:
        found = queries.wave_by_code(session, wave)
        status = following.status(session, found)
        share = arriving.open_share(session, found, frame.today())
        groups = publishing.version_of(found).instrument.groups
    reached = (
        answers.GroupReached(
            group=line.group, label=groups[line.group].label, received=line.received_text,
            invited=line.invited, population=line.population, sample=line.sample,
            open_link=status.open_links[line.group],
        )
        for line in status.coverage
    )  # fmt: skip
    return answers.Reached(wave=wave, groups=tuple(reached), open_share=share)


@serve("instrument")
def instrument(wave: str) -> Response:
    """The frozen document, byte for byte: its SHA-256 is the digest of the wave."""
    with frame.store().reading() as session:
        found, _ = seeing.wave(session, frame.person(), wave)
        version = publishing.version_of(found)
    return drawn(("instrument", version.digest), lambda: (version.document, JSON)).reply()


@serve("releases")
def releases(wave: str) -> answers.Releases:
    """The releases there are, without their figures."""
    with frame.store().reading() as session:
        found, _ = seeing.wave(session, frame.person(), wave)
        told = [(one.number, one.released_on) for one in queries.releases(session, found.id)]
    last = max((number for number, _ in told), default=0)
    lines = (
        answers.OneRelease(number=number, released_on=day, last=number == last)
        for number, day in sorted(told)
    )
    return answers.Releases(releases=tuple(lines))


@serve("profile")
def profile(wave: str) -> Response:
    """The profile of the last release, as the file of that name holds it."""
    response = _file(wave, LANGUAGE.usual, PROFILE)
    response.headers.remove("Content-Disposition")
    return response


@serve("exports")
def exports(wave: str) -> answers.Exports:
    """What ``export`` can be asked for: nothing before a release."""
    with frame.store().reading() as session:
        _, last = seeing.wave(session, frame.person(), wave)
    named = exporting.exporters().values() if last else ()
    lines = (
        answers.OneExport(name=one.name, media_type=one.media_type, summary=_said(one.summary))
        for one in named
    )
    return answers.Exports(exports=tuple(lines))


def _said(sentence: str) -> Text:
    return {language: words(language)(sentence) for language in languages()}


@serve("export")
def export(wave: str, name: str) -> Response:
    """A file of the last release."""
    exporting.exporters().find(name)
    return _file(wave, given(LANGUAGE), name)


def _file(wave: str, language: str, name: str) -> Response:
    response = results.file_of(wave, language, name)
    response.vary.add("Authorization")
    return response
