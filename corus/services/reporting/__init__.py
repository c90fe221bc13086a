"""The profile on paper: the sentences and rows of the dashboard, handed to the printer.

Charts say, documents print, and neither knows the other; they meet here. Reads the Profile alone,
so that nothing is printed that the dashboard withholds.
"""

from __future__ import annotations

from collections.abc import Iterator

from corus.charts import method, palette, phrases
from corus.charts.first_read import Sentence, first_read
from corus.charts.view import View
from corus.documents.profile import Report, as_pdf
from corus.documents.profile_blocks import Section, Told
from corus.domain.profile import Profile
from corus.services.reporting import answers, limits, perceptions

COLOURS = {
    "ink": palette.INK, "soft": palette.SOFT_INK, "accent": palette.ACCENT,
    "line": palette.LINE, "masked": palette.MASKED, "hatch": palette.HATCH,
    "dont_know": palette.DONT_KNOW, "paper": palette.PAPER,
}  # fmt: skip


def report_pdf(profile: Profile, language: str) -> bytes:
    """A release as an accessible PDF (PDF/UA-1); the same profile gives the same bytes."""
    return as_pdf(report_of(profile, language))


def report_of(profile: Profile, language: str) -> Report:
    """Everything that is printed, said in ``language``."""
    view = View(profile, language)
    say, sentences = view.words, first_read(profile, language)
    return Report(
        title=profile.organization,
        subtitle=f"{view.say(profile.instrument.title)} · {profile.wave_title}",
        language=say.language,
        facts=tuple(_facts(view)),
        part=view.part,
        first_title=say("Read this first"),
        first=tuple(_told(one) for one in sentences if one.kind != "caution"),
        caution=tuple(_told(one) for one in sentences if one.kind == "caution"),
        contents=say("In this report"),
        divided=say("divided opinions"),
        reversed=say("agreeing is unfavourable: colours follow the meaning"),
        flagged=say("25 points or more"),
        palette=COLOURS,
        key=phrases.heat_key(view),
        ramp=tuple((colour, score) for score, colour in palette.HEAT_STOPS),
        bars=tuple(_bars(view)),
        lacking=say("□ stands for a sign that the fonts of this machine do not have."),
        sections=tuple(_sections(view)),
    )


def _told(sentence: Sentence) -> Told:
    return Told(sentence.text, sentence.lead + sentence.joint, sentence.href.removeprefix("#"))


def _facts(view: View) -> Iterator[str]:
    say = view.words
    joint = say(": ")
    yield f"{say('Release')}{joint}{method.release(view)}"
    if days := method.days(view):
        yield f"{say('Answers collected')}{joint}{days}"
    edition = view.profile.instrument.edition
    yield f"{say('Wave')}{joint}{view.profile.wave} · {say('framework {edition}', edition=edition)}"


def _bars(view: View) -> Iterator[tuple[tuple[str, ...], str]]:
    say = view.words
    yield palette.UNFAVOURABLE, say("unfavourable")
    yield (palette.NEUTRAL,), say("in between")
    yield palette.FAVOURABLE, say("favourable")
    yield (palette.DONT_KNOW,), say("don’t know, apart")


def _sections(view: View) -> Iterator[Section]:
    """In the order of the dashboard; a part of a release tells items and choices only."""
    whole = not view.part
    if view.has_results and whole:
        yield perceptions.heat(view)
        yield perceptions.gaps(view)
    if view.has_results:
        yield from perceptions.dimensions(view)
        yield from answers.choices(view)
    if view.has_results and whole:
        yield from answers.together(view)
        yield from answers.importance(view)
        yield from answers.effects(view)
    yield from limits.coverage(view)
    yield from limits.method(view)
