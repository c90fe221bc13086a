"""The respondent's pages as text: what they show and how they are kept ready.

Knows no request and stores nothing; ``respond`` decides which page answers what.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)

from corus.domain.base import say
from corus.domain.wave import Channel
from corus.language import Words, words
from corus.questions.base import Asked, Refusal
from corus.services.responding import Questionnaire, Receipt
from corus.web.assets import asset
from corus.web.cards import Card, Step, Values
from corus.web.compress import Splice
from corus.web.doors import AT, HELPERS, Kind
from corus.web.scripts import form_data, waiting_data

MARK = "\x00here\x00"
"""Where a page kept ready takes its one varying text; no authored text can hold a NUL."""


BY_LINK = "link"
"""Added to the address of the notice for those whose answer came by a personal link."""

EXPRESS_MINUTES = 5
"""What the short version announces at most."""


def jinja_loaders() -> list[BaseLoader]:
    """Where templates are found: ``respond/…`` and, beside their types, ``questions/…``."""
    return [
        PackageLoader("corus.web", "templates"),
        PrefixLoader({"questions": PackageLoader("corus", "questions")}),
    ]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(jinja_loaders()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["asset_url"] = asset_url
    environment.globals["language_name"] = language_name
    environment.globals["direction"] = direction
    environment.globals["waiting_data"] = waiting_data
    return environment


def asset_url(name: str) -> str:
    """Address of a static file, which changes whenever its content does."""
    found = asset(name)
    return f"/s/-/{found.fingerprint}/{name}" if found else f"/s/-/missing/{name}"


def language_name(language: str) -> str:
    """A language in its own words: ``Français``, ``English``."""
    return words(language).locale.get_display_name(language).capitalize()


def direction(language: str) -> str:
    """``ltr`` or ``rtl``: where a line of this language begins."""
    return words(language).locale.text_direction


@dataclass(frozen=True)
class Alert:
    """Something that stopped a submission, said above the form that is kept."""

    title: str
    text: str


@dataclass(frozen=True)
class Before:
    """What is stored already of an answer whose form is shown filled in."""

    hidden: Mapping[str, str]
    """Fields that make the form find this answer again."""
    finished: bool
    received_on: date
    by_code: bool
    """Whether it was found by its code: the page then has no door of its own."""


class PageCache:
    """Pages rendered and compressed once, the least recently asked for forgotten first.

    An entry holds as long as the service hands out the same questionnaire.
    """

    def __init__(self, limit: int = 1024) -> None:
        self._limit = limit
        self._pages: OrderedDict[tuple[str, ...], tuple[Questionnaire, Splice]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def form(
        self, questionnaire: Questionnaire, language: str, door: Kind = "open", home: str = "",
        site: str = "",
    ) -> Splice:  # fmt: skip
        """The empty form, ready for a submission id."""
        return self._kept(
            ("form", language, door, home, site),
            questionnaire,
            lambda: form_page(questionnaire, language, MARK, door=door, home=home, site=site),
        )

    def receipt(
        self, questionnaire: Questionnaire, language: str, given: int, door: Kind = "open",
        home: str = "", site: str = "",
    ) -> Splice:  # fmt: skip
        """The receipt of ``given`` answers of which none was set aside, ready for its code."""
        blank = Receipt(MARK, given, ())
        return self._kept(
            ("receipt", language, str(given), door, home, site),
            questionnaire,
            lambda: receipt_page(
                questionnaire, language, blank, NO_VALUES, door=door, home=home, site=site
            ),
        )

    def _kept(
        self, name: tuple[str, ...], questionnaire: Questionnaire, render: Callable[[], str]
    ) -> Splice:
        key = (*name, questionnaire.wave, questionnaire.group, questionnaire.variant)
        with self._lock:
            kept = self._pages.get(key)
            if kept is not None and kept[0] is questionnaire:
                self._pages.move_to_end(key)
                return kept[1]
        page = Splice.cut(render().encode(), MARK.encode())
        with self._lock:
            self._pages[key] = (questionnaire, page)
            self._pages.move_to_end(key)
            while len(self._pages) > self._limit:
                self._pages.popitem(last=False)
        return page


NO_VALUES: Values = {}
NO_REFUSALS: Mapping[str, Refusal] = {}


def form_page(
    questionnaire: Questionnaire,
    language: str,
    submission_id: str,
    *,
    values: Values = NO_VALUES,
    refusals: Mapping[str, Refusal] = NO_REFUSALS,
    alert: Alert | None = None,
    door: Kind = "open",
    helper: str | None = "none",
    before: Before | None = None,
    home: str = "",
    site: str = "",
    template: str = "form",
    **more: object,
) -> str:
    """The form; with what the person typed when it comes back from a refused submission.

    ``helper`` is who helped to fill it in; None leaves that question out. ``before`` says that
    the form changes an answer which is stored; ``home`` as for ``receipt_page``, ``site`` as for
    ``render``. ``template`` shows the same form elsewhere, with what it needs ``more``.
    """
    steps = _steps(questionnaire, language, values, refusals)
    cards = [card for step in steps for card in step.cards]
    shown = {card.item.code for card in cards}
    t = words(language)
    return render(
        template,
        questionnaire,
        language,
        door=door,
        helper=helper,
        helpers=_helpers(questionnaire.organization, t),
        submission_id=submission_id,
        wave_code=questionnaire.wave,
        steps=steps,
        cards=cards,
        faulty=[card for card in cards if card.refusal],
        foreign=[t(r.message, **r.parameters) for c, r in refusals.items() if c not in shown],
        alert=alert,
        script_data=form_data(
            cards, t, keeps_drafts=not before and _keeps_drafts(questionnaire, door)
        ),
        routed=any(card.item.relevant for card in cards),
        before=before,
        home=home,
        at=open_door(questionnaire, site) if before and before.by_code else "",
        site=site,
        **more,
    )


def _keeps_drafts(questionnaire: Questionnaire, door: Kind) -> bool:
    # A kiosk is everybody's; in a confidential wave what is saved is found again by the link.
    return questionnaire.plan.anonymity == "anonymous" and door != "kiosk"


def _helpers(organization: str, t: Words) -> list[tuple[str, str]]:
    """(value, words) of each answer to "did somebody help you"."""
    said = (
        t("No"),
        t("Yes, somebody close to me"),
        t("Yes, somebody of the organization ({organization})", organization=organization),
        t("Yes, somebody else"),
    )
    return list(zip(HELPERS, said, strict=True))


def receipt_page(
    questionnaire: Questionnaire,
    language: str,
    receipt: Receipt,
    values: Values,
    *,
    door: Kind = "open",
    changed: bool = False,
    home: str = "",
    at: str = "",
    site: str = "",
) -> str:
    """The proof that the answers are stored, and what was set aside of them.

    ``changed`` when they took the place of others; ``home`` is the address of this site as
    people type it, if it is known; ``at`` and ``site`` as for ``render``.
    """
    steps = _steps(questionnaire, language, values, NO_REFUSALS)
    cards = {card.item.code: card for step in steps for card in step.cards}
    aside = [cards[code].sentence for code in receipt.set_aside if code in cards]
    return render(
        "receipt", questionnaire, language, receipt=receipt, aside=aside, total=len(cards),
        door=door, changed=changed, home=home, at=at, site=site,
    )  # fmt: skip


def notice_page(
    questionnaire: Questionnaire,
    language: str,
    *,
    door: Kind = "open",
    home: str = "",
    at: str = "",
    site: str = "",
) -> str:
    """The privacy notice for those who come by this door, on one page.

    ``at`` and ``site`` as for ``render``.
    """
    return render("notice", questionnaire, language, door=door, home=home, at=at, site=site)


def problem_page(
    language: str,
    title: str,
    paragraphs: Sequence[str],
    *,
    link: tuple[str, str] | None = None,
    sent: Values = NO_VALUES,
) -> str:
    """A page that says what happened and what to do; ``link`` is (address, words).

    ``sent`` is a form that could not be taken: the page keeps it, to be sent again as it was.
    """
    return (
        _environment()
        .get_template("respond/problem.html")
        .render(
            t=words(language), language=language, title=title, paragraphs=paragraphs,
            link=link, sent=sent,
        )
    )  # fmt: skip


def small_page(name: str, language: str, **more: object) -> str:
    """A page that belongs to no questionnaire: ``respond/<name>.html``."""
    template = _environment().get_template(f"respond/{name}.html")
    return template.render(t=words(language), language=language, **more)


def render(
    name: str,
    questionnaire: Questionnaire,
    language: str,
    *,
    at: str = "",
    door: Kind = "open",
    site: str = "",
    **more: object,
) -> str:
    """A page of one questionnaire: ``respond/<name>.html``.

    ``door`` is the one its reader came by, on which depends what may be promised. ``at`` is the
    address of a door, for pages that lie behind none; without it addresses are relative. ``site``
    is the one under which the answers are counted, "" for none.
    """
    instrument = questionnaire.version.instrument
    group = instrument.groups[questionnaire.group]
    express = questionnaire.variant == "express"
    return (
        _environment()
        .get_template(f"respond/{name}.html")
        .render(
            t=words(language),
            language=language,
            q=questionnaire,
            plan=questionnaire.plan,
            door=door,
            coded=door == "personal" and questionnaire.plan.anonymity == "confidential",
            by_link=f"?{BY_LINK}" if at and door == "personal" else "",
            notice=questionnaire.plan.notice,
            group=group,
            group_label=say(group.label, language),
            site=say(questionnaire.plan.sites.get(site, {}), language),
            minutes=min(group.minutes, EXPRESS_MINUTES) if express else group.minutes,
            easy=questionnaire.variant == "easy",
            offers=partial(instrument.offers, questionnaire.group),
            address=partial(behind, at)
            if at
            else partial(address, pages_deep(questionnaire.variant, name)),
            say=lambda text: say(text, language),
            **more,
        )
    )


def pages_deep(variant: str, page: str = "") -> int:
    """How many names follow the language in the address of a page."""
    return (variant != "standard") + (page == "notice")


def address(deep: int, language: str, variant: str, page: str = "") -> str:
    """Address of a page of the same questionnaire, from a page ``deep`` names below its language.

    Relative, so that one page kept ready serves every door: open, kiosk and personal links.
    """
    names = (language, "" if variant == "standard" else variant, page)
    return "../" * deep + "/".join(name for name in names if name)


def behind(door: str, language: str, variant: str, page: str = "") -> str:
    """Address of a page behind the door at this address."""
    return f"{door}/{address(0, language, variant, page)}"


def door_of(channel: Channel) -> Kind:
    """The door whose promises hold for an answer that came this way, read from anywhere."""
    return "personal" if channel == "personal" else "open"


def open_door(questionnaire: Questionnaire, site: str = "") -> str:
    """Address of the door that is open to everybody who has it, at this site if there is one."""
    return f"/s/{questionnaire.wave}/{questionnaire.group}" + (f"{AT}{site}" if site else "")


def _steps(
    questionnaire: Questionnaire,
    language: str,
    values: Values,
    refusals: Mapping[str, Refusal],
) -> list[Step]:
    def card(asked: Asked) -> Card:
        refusal = refusals.get(asked.item.code)
        return Card(asked, language, questionnaire.organization, values, refusal)

    name = questionnaire.organization
    return [
        Step(
            say(section.title, language).replace("{organization}", name),
            say(section.intro, language).replace("{organization}", name),
            tuple(card(asked) for asked in asked_here),
        )
        for section, asked_here in questionnaire.steps()
    ]
