"""What each group will see: the respondents' own form, from which nothing can be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, redirect, url_for

from corus.domain.base import say
from corus.domain.instrument import Instrument, InstrumentVersion, Variant
from corus.domain.roles import Permission
from corus.domain.wave import PrivacyNotice, WavePlan, WaveState
from corus.errors import NotFoundError
from corus.language import languages
from corus.services.instruments import library
from corus.services.responding import Questionnaire
from corus.web import frame, pages, replies
from corus.web.access import needs
from corus.web.doors import VARIANTS
from corus.web.instruments.base import DRAFT, HOME, blueprint, opened, organization_of

NUMBER = "0" * 32
SAID_LATER = "What becomes of answers is written with the wave: this page is shown there."


@dataclass(frozen=True)
class Other:
    """Another group whose form can be seen."""

    label: str
    address: str
    here: bool


@blueprint.get(f"{HOME}/<name>/preview/<group>/<language>", defaults={"variant": ""})
@blueprint.get(f"{HOME}/<name>/preview/<group>/<language>/<variant>")
@needs(Permission.SET_UP)
def preview(organization: str, name: str, group: str, language: str, variant: str) -> Response:
    """The form of one group, in one language and variant."""
    with frame.store().reading() as session:
        owner = organization_of(session, organization)
        offer = library.find(session, name, owner.id)
        called = owner.name
    back = url_for("instruments.show", organization=organization, name=name)
    if variant == "notice":
        return frame.tell(redirect(back, 303), SAID_LATER)

    def at(other: str) -> str:
        return url_for(
            "instruments.preview", organization=organization, name=name, group=other,
            language=language,
        )  # fmt: skip

    return _form(offer.instrument, called, group, language, variant, at, back)


@blueprint.get(f"{DRAFT}/preview/<group>/<language>", defaults={"variant": ""})
@blueprint.get(f"{DRAFT}/preview/<group>/<language>/<variant>")
@needs(Permission.SET_UP)
def preview_draft(
    organization: str, code: str, group: str, language: str, variant: str
) -> Response:
    """The same of a draft, as soon as it has no fault."""
    found = opened(organization, code)
    back = url_for("instruments.draft", organization=organization, code=code)
    if variant == "notice":
        return frame.tell(redirect(back, 303), SAID_LATER)
    if found.instrument is None:
        said = "There is no preview while something is to be mended: see below."
        return frame.tell(redirect(back, 303), said)
    with frame.store().reading() as session:
        called = organization_of(session, organization).name

    def at(other: str) -> str:
        return url_for(
            "instruments.preview_draft", organization=organization, code=code, group=other,
            language=language,
        )  # fmt: skip

    return _form(found.instrument, called, group, language, variant, at, back)


def _form(
    instrument: Instrument, organization: str, group: str, language: str, variant: str,
    at: Callable[[str], str], back: str,
) -> Response:  # fmt: skip
    form = _variant(instrument, group, language, variant)
    spoken = tuple(one for one in instrument.languages if one in languages())
    plan = WavePlan(
        title=say(instrument.title, language), languages=spoken,
        notice=PrivacyNotice(controller=organization, contact="-"),
    )  # fmt: skip
    shown = Questionnaire(
        0, "preview", WaveState.DRAFT, organization, plan, InstrumentVersion.freeze(instrument),
        group, form,
    )  # fmt: skip
    others = [
        Other(say(one.label, language), at(code), code == group)
        for code, one in instrument.groups.items()
    ]
    text = pages.form_page(
        shown, language, NUMBER, template="preview", others=others, way_back=back
    )
    response = replies.page(text)
    response.headers["Content-Security-Policy"] = replies.POLICY
    return response


def _variant(instrument: Instrument, group: str, language: str, variant: str) -> Variant:
    known = VARIANTS.get(f"/{variant}" if variant else "")
    if known is None or group not in instrument.groups or language not in instrument.languages:
        raise NotFoundError("This questionnaire has no such form.", code="DRF-011")
    if language not in languages() or not instrument.offers(group, known):
        raise NotFoundError("This questionnaire has no such form.", code="DRF-011")
    return known
