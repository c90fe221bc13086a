"""The privacy notice of a wave as it is printed: the sentences of the screen, told for paper.

Knows nothing of layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corus.domain.base import say
from corus.domain.wave import WavePlan
from corus.language import Words, words

CNIL = "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr/fr/plaintes"


@dataclass(frozen=True)
class Block:
    """A heading and the paragraphs under it."""

    heading: str
    paragraphs: tuple[str, ...]


def promise(plan: WavePlan, t: Words) -> str:
    """What becomes of the link between a person and the answers, in one sentence."""
    if plan.anonymity == "anonymous":
        return t("Anonymous answer: nothing links your answers to your name.")
    return t(
        "Confidential answer: a code takes the place of your name. It links your answers with one "
        "another from one survey to the next, and they are never shown with your name."
    )


def purpose(plan: WavePlan, organization: str, language: str) -> str:
    """What the survey is for: the wave's own sentence, else the usual one."""
    return say(plan.notice.purpose, language) or words(language)(
        "To know how the people concerned perceive what {organization} does, to show it group by "
        "group, and to discuss it with them.",
        organization=organization,
    )


def legal_basis(plan: WavePlan, organization: str, language: str) -> str:
    """On what basis the answers are processed."""
    return say(plan.notice.legal_basis, language) or words(language)(
        "The legitimate interest of {organization} in knowing and accounting for its social "
        "utility (GDPR, article 6.1.f).",
        organization=organization,
    )


def recipients(plan: WavePlan, organization: str, language: str) -> str:
    """Who receives the answers, and who the published results."""
    return say(plan.notice.recipients, language) or words(language)(
        "Answers: only the persons whom {organization} puts in charge of this survey. Published "
        "results: the groups surveyed, and the bodies to which {organization} presents them.",
        organization=organization,
    )


def retention(plan: WavePlan, t: Words) -> str:
    """How long the answers are kept."""
    return t.many(
        "{n} month after the survey closes, then they are erased. Published results remain.",
        "{n} months after the survey closes, then they are erased. Published results remain.",
        plan.notice.retention_months,
    )


def notice_blocks(
    plan: WavePlan, organization: str, language: str, site: str = ""
) -> Iterator[Block]:
    """The whole notice, in the order of the screen; ``site`` is the name that the sheet says."""
    t, notice = words(language), plan.notice
    yield Block(t("Who is responsible"), (notice.controller, notice.contact))
    yield Block(t("What for"), (purpose(plan, organization, language),))
    free = t(
        "Taking part is voluntary, every question is optional, and declining has no consequence."
    )
    yield Block(t("On what legal basis"), (legal_basis(plan, organization, language), free))
    yield Block(t("What is kept"), tuple(_kept(plan, t, site)))
    yield Block(t("Who receives them"), (recipients(plan, organization, language), _shown(plan, t)))
    yield Block(t("For how long"), (retention(plan, t),))
    yield Block(t("Your rights"), tuple(_rights(plan, t)))
    if notice.dpo:
        yield Block(t("Data protection officer"), (notice.dpo,))
    complain = t("You may complain to the CNIL, the French data protection authority:")
    yield Block(t("If you think your rights are not respected"), (f"{complain} {CNIL}",))


def _kept(plan: WavePlan, t: Words, site: str) -> Iterator[str]:
    yield t("Your answers, your group, the language, the day and how the form was filled in.")
    if site:
        yield t(
            "Your site ({site}) is kept with them too. Figures of a site follow the same rule as "
            "the others.",
            site=site,
        )
    elif plan.sites:
        yield t(
            "Your site is kept with them too, where your link says it. Figures of a site follow "
            "the same rule as the others."
        )
    if plan.anonymity != "anonymous":
        yield t("A code that takes the place of your name is kept with them.")
    else:
        yield t(
            "What few people of your group share, such as a language, a site or a way to answer, "
            "is forgotten when the survey closes; which form they filled in is not."
        )
    yield t(
        "Someone copies this sheet into the computer. The sheet carries a number and no name: the "
        "number only serves to find the sheet again while it is being copied."
    )


def _shown(plan: WavePlan, t: Words) -> str:
    return t(
        "Published results never show fewer than {n} persons. Your own words are quoted only if "
        "you ticked the box, and after someone has removed whatever could identify a person.",
        n=plan.thresholds.shown,
    )


def _rights(plan: WavePlan, t: Words) -> Iterator[str]:
    contact = plan.notice.contact
    if plan.anonymity != "anonymous":
        yield t(
            "You may ask to see, correct or erase your answers, to limit their use or to object "
            "to it. Write to: {contact}",
            contact=contact,
        )
        return
    yield t("As long as you keep this sheet nothing is stored: you may stop at any time.")
    yield t(
        "Once the sheet is handed in without a name, nobody can find it again from your name, to "
        "show, correct or erase your answers."
    )
    yield t(
        "For any question about your data, or to object to this survey, write to: {contact}",
        contact=contact,
    )
