"""The respondent's addresses: one form, one POST, no account, no cookie.

Reads requests and chooses pages; what an answer may be and whether it is stored is the
service's business.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, g, redirect, request

from corus.domain.instrument import Variant
from corus.domain.wave import WaveState
from corus.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from corus.language import words
from corus.services import responding, returning
from corus.services.responding import SUBMISSION_ID, AnswersRefused, Questionnaire, Receipt
from corus.services.retries import Sender, receipt_again
from corus.web import changing, forms, pages, refusals, replies
from corus.web.assets import asset
from corus.web.doors import HELPERS, PREFIXES, VARIANTS, door

blueprint = Blueprint("respond", __name__)
View = Callable[..., Response]
kept = pages.PageCache()
BESIDE = {"helper", "base", "unsent"}
"""Fields of a form that say nothing of its answers."""

blueprint.after_request(replies.secure)
refusals.install(blueprint)


@blueprint.app_url_defaults
def _fingerprinted(endpoint: str, values: dict[str, str]) -> None:
    """``url_for("respond.asset", name=…)`` finds the address of the current content."""
    if endpoint == "respond.asset" and "fingerprint" not in values:
        found = asset(values["name"])
        values["fingerprint"] = found.fingerprint if found else "missing"


@blueprint.get("/s/-/<fingerprint>/<name>", endpoint="asset")
def static_file(fingerprint: str, name: str) -> Response:
    """A style sheet or script; kept for ever under the address of its content."""
    found = asset(name)
    if found is None:
        return replies.problem(404, "This page does not exist", ("Check the link you received.",))
    response = replies.body(found.plain, found.gzipped, found.kind)
    current = fingerprint == found.fingerprint
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if current else "no-cache"
    )
    response.set_etag(found.fingerprint)
    return response.make_conditional(request)


def _routes(pattern: str, methods: list[str]) -> Callable[[View], View]:
    """A view at this pattern behind every door; ``{variant}`` stands for each form there is."""

    def add(view: View) -> View:
        for prefix, kind in PREFIXES.items():
            for text, variant in VARIANTS.items():
                if text and "{variant}" not in pattern:
                    continue
                known = {"kind": kind} | ({"variant": variant} if "{variant}" in pattern else {})
                blueprint.add_url_rule(
                    prefix + pattern.format(variant=text),
                    f"{view.__name__}_{kind}_{variant}",
                    view,
                    methods=methods,
                    defaults=known,
                )
        return view

    return add


@blueprint.url_value_preprocessor
def _find_door(_endpoint: str | None, values: dict[str, object] | None) -> None:
    away = request.environ.get(replies.AWAY)
    if away and request.method == "GET":
        raise away
    if values and "kind" in values:
        g.language = values.get("language")
        sending = request.method == "POST"
        g.door = door(replies.store(), values.pop("kind"), values, sending=sending)


@_routes("", ["GET"])
def choose_language() -> Response:
    """To the form in the invitation's language, else the browser's, else the wave's first."""
    questionnaire = g.door.questionnaire(replies.store(), "standard")
    offered = questionnaire.plan.languages
    language = request.accept_languages.best_match(offered) or offered[0]
    if g.door.kind == "kiosk":
        # The language of a device in a hall says nothing of who stands before it.
        language = offered[0]
    if g.door.language in offered:
        language = g.door.language
    response = redirect(f"{g.door.base}/{language}")
    response.headers["Vary"] = "Accept-Language"
    return response


@_routes("/<language>{variant}", ["GET"])
def form(language: str, variant: Variant) -> Response:
    """The questionnaire, whole, on one page; reading it writes nothing."""
    g.door = g.door.up_to_date(replies.store(), variant)
    found = _spoken(g.door.questionnaire(replies.store(), variant), language)
    if g.door.answered:
        return _begun(g.door.number, language, variant)
    page = kept.form(found, language, g.door.kind, replies.home(), g.door.site)
    # Going back on a shared device must not bring up what the person before had ticked.
    cache = replies.NEVER_KEPT if g.door.kind == "kiosk" else replies.FRESH
    return replies.spliced(page, g.door.number or secrets.token_hex(16), cache)


def _begun(number: str, language: str, variant: Variant) -> Response:
    """The form behind a link that leads to its answer, as it was filled in."""
    try:
        found = returning.of_number(replies.store(), number)
    except NotFoundError as error:
        # Answered on paper, say: the link is used, and leads to nothing.
        raise ConflictError("This personal link has already answered.", code="CON-002") from error
    if not found.questionnaire.takes_answers():
        # Its wave has ended, and the link leads to another, which may lack this variant.
        return changing.ended(found, language)
    own = found.questionnaire.variant
    # Invited again in another group, one keeps what was answered; that group may lack its variant.
    if own != variant and found.questionnaire.group == g.door.group:
        return redirect(g.door.address(language, own))
    return changing.opened(found, language, {}, number)


@_routes("/<language>{variant}/notice", ["GET"])
def notice(language: str, variant: Variant) -> Response:
    """What becomes of the answers: the privacy notice of this wave, closed ones included."""
    found = responding.known_questionnaire(replies.store(), g.door.wave, g.door.group, variant)
    if found.wave_state is WaveState.DRAFT:
        raise responding.not_taking(found)
    _spoken(found, language)
    g.door.check_site(found)
    known = {"door": g.door.kind}
    if pages.BY_LINK in request.args:
        # From an answer found by its code, by way of a door that is not the one it came by.
        known = {"door": "personal", "at": pages.open_door(found, g.door.site)}
    page = pages.notice_page(found, language, home=replies.home(), site=g.door.site, **known)
    return replies.page(page, cache=replies.FRESH)


@_routes("/<language>{variant}", ["POST"])
def submit(language: str, variant: Variant) -> Response:
    """One submission: the receipt, or a page that says what to do and keeps what was typed."""
    sent = forms.fields(request)
    opened = "".join(sent.pop("wave", ()))
    try:
        answer = _answered(language, variant, opened, dict(sent))
    except (ConflictError, NotFoundError, RefusedError):
        again = _given_before(language, variant, opened, sent)
        if again is None:
            raise
        return again
    moved = opened not in ("", g.door.wave)
    if answer.status_code == 409 or (moved and answer.status_code == 422):
        return _given_before(language, variant, opened, sent) or answer
    return answer


def _answered(language: str, variant: Variant, opened: str, sent: dict[str, list[str]]) -> Response:
    """The same, as its link stands now; ``opened`` is the wave that the page was made for."""
    g.door = g.door.up_to_date(replies.store(), variant, opened)
    known_as = replies.store(), g.door.wave, g.door.group, variant
    questionnaire = _spoken(responding.known_questionnaire(*known_as), language)
    g.door.check(questionnaire)
    if g.door.number and "base" in sent:
        found = returning.of_number(replies.store(), g.door.number)
        return changing.sent(found, language, {}, sent, g.door.address(language, variant))
    submission_id = "".join(sent.pop("submission_id", ()))
    helper = "".join(sent.pop("helper", ())) or "none"
    finished = sent.pop("save", None) is None
    known = SUBMISSION_ID.fullmatch(submission_id) and forms.known_fields(questionnaire, sent)
    if (
        not known
        or helper not in HELPERS
        or (request.mimetype != forms.URLENCODED and request.files)
    ):
        return replies.tampered((g.door.address(language, variant), "Open a fresh page"))
    number = g.door.number or submission_id
    moved = opened not in ("", questionnaire.wave)
    if ended := _ended_elsewhere(questionnaire, moved=moved):
        return changing.ended(ended, language, 409)
    if moved:
        return _moved(language, variant, number, sent, helper)
    try:
        return _submitted(questionnaire, language, number, sent, helper, finished=finished)
    except (responding.LinkMoved, RefusedError):
        now = g.door.looked_up(replies.store()) if g.door.link else g.door
        if now.wave == questionnaire.wave:
            raise
        g.door = now
        return _moved(language, variant, number, sent, helper)


def _ended_elsewhere(questionnaire: Questionnaire, *, moved: bool) -> returning.Kept | None:
    """What another page stored by this link meanwhile, in a wave that has ended since.

    Raises ``Withdrawn`` for a page that the link has ``moved`` away from: no form is shown then.
    """
    if not g.door.answered:
        return None
    try:
        stored = returning.of_number(replies.store(), g.door.number)
    except NotFoundError:
        return None
    except returning.Withdrawn:
        if moved:
            raise
        return None
    elsewhere = stored.questionnaire.wave != questionnaire.wave
    return stored if elsewhere and not stored.questionnaire.takes_answers() else None


def _moved(
    language: str, variant: Variant, number: str, sent: dict[str, list[str]], helper: str
) -> Response:
    """The form of the wave that this link has moved to, with what was typed in the one before.

    Words may have changed: nobody's answer is taken for one to a question that was not read.
    """
    found = _spoken(g.door.questionnaire(replies.store(), variant), language)
    error = responding.LinkMoved()
    page = pages.form_page(
        found, language, number, values=sent, helper=helper, door=g.door.kind,
        home=replies.home(), site=g.door.site, alert=replies.alert(words(language), error),
    )  # fmt: skip
    return replies.page(page, error.status)


def _submitted(
    questionnaire: Questionnaire,
    language: str,
    submission_id: str,
    sent: dict[str, list[str]],
    helper: str,
    *,
    finished: bool,
) -> Response:
    kind, home, site = g.door.kind, replies.home(), g.door.site
    again = partial(
        pages.form_page, questionnaire, language, submission_id,
        values=sent, helper=helper, door=kind, home=home, site=site,
    )  # fmt: skip
    try:
        if away := request.environ.get(replies.AWAY):
            raise away
        receipt = responding.submit(
            replies.store(), questionnaire, language, submission_id, sent,
            g.door.way(HELPERS[helper], finished=finished),
        )  # fmt: skip
    except responding.LinkMoved:
        raise
    except AnswersRefused as error:
        return replies.page(again(refusals=error.refusals), error.status)
    except (InputError, UnavailableError) as error:
        page = again(alert=replies.alert(words(language), error))
        return replies.later(replies.page(page, error.status), error)
    except ConflictError as error:
        if error.code == "CON-002":
            # Used up, or taken back while the form was open.
            g.door.looked_up(replies.store()).check(questionnaire)
        if not g.door.number or error.code != "CON-001":
            raise
        # Whose link it is, is known: what another page stored meanwhile is theirs too.
        stored = returning.of_number(replies.store(), g.door.number)
        return changing.overtaken(stored, language, {}, sent)
    return _thanked(questionnaire, language, receipt, sent)


def _thanked(
    questionnaire: Questionnaire,
    language: str,
    receipt: Receipt,
    sent: dict[str, list[str]],
    *,
    changed: bool = False,
) -> Response:
    kind, home, site = g.door.kind, replies.home(), g.door.site
    if receipt.set_aside or changed or not receipt.finished:
        page = pages.receipt_page(
            questionnaire, language, receipt, sent,
            changed=changed, door=kind, home=home, site=site,
        )  # fmt: skip
        return replies.page(page)
    ready = kept.receipt(questionnaire, language, receipt.given, kind, home, site)
    return replies.spliced(ready, receipt.code, replies.NEVER_KEPT)


def _given_before(
    language: str, variant: Variant, opened: str, sent: dict[str, list[str]]
) -> Response | None:
    """The receipt once more, for answers that a personal link gave before it was refused."""
    if g.door.link is None:
        return None
    number = "".join(sent.pop("submission_id", ()))
    finished = sent.pop("save", None) is None
    changed = "base" in sent and "unsent" not in sent
    questions = {name: said for name, said in sent.items() if name not in BESIDE}
    sender = Sender(g.door.wave, g.door.group, variant, opened)
    found = receipt_again(
        replies.store(), sender, g.door.number or number, questions, finished=finished
    )
    if found is None or not forms.known_fields(found[0], questions):
        return None
    return _thanked(_spoken(found[0], language), language, found[1], questions, changed=changed)


def _spoken(questionnaire: Questionnaire, language: str) -> Questionnaire:
    if language not in questionnaire.plan.languages:
        raise NotFoundError("This survey is not in that language.", code="WEB-001")
    return questionnaire
