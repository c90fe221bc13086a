"""Method and limits in sentences, for every form in which a profile is read.

Knows no layout; says how numbers were made, what is masked, and what the figures do not tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corus.charts.view import View

Fact = tuple[str, str]
"""(what it is, what it says)."""


@dataclass(frozen=True)
class Method:
    """Sentences by heading, paragraphs on who chose the criteria, facts of the publication."""

    reading: tuple[str, ...]
    masking: tuple[str, ...]
    limits: tuple[str, ...]
    criteria: tuple[str, ...]
    facts: tuple[Fact, ...]


def method(view: View) -> Method:
    """Everything that the section “Method and limits” says."""
    return Method(
        tuple(_reading(view)), tuple(_masking(view)), tuple(_limits(view)),
        tuple(_criteria(view)), tuple(_facts(view)),
    )  # fmt: skip


def _reading(view: View) -> Iterator[str]:
    say = view.words
    yield say(
        "Percentages are of valid answers (n). “Don’t know” is of those concerned, “not concerned” "
        "and “skipped” of those asked; none is ever counted as an opinion."
    )
    yield say(
        "Favourable: the upper two points of a scale of 4 to 7 points, the top one of 3. On items "
        "marked ⇄, agreeing is unfavourable."
    )
    yield say(
        "Score: mean of each person’s answers on the dimension, from 0 to 100, for those who "
        "answered at least half of its items; then the mean over people. A dimension with a "
        "single item for a group shows the item."
    )
    yield say(
        "Intervals are at 95%: Wilson for shares, Student’s t for scores, Newcombe for gaps "
        "between shares, Welch for gaps between scores."
    )
    yield say(
        "Where a score is rounded to protect answers, its interval is the widest that its items "
        "allow: that of the persons themselves is as wide or narrower."
    )
    yield say(
        "Divided opinions (◐): at least 25% favourable and at least 25% unfavourable answers, or "
        "two opposed camps; a convention of this project."
    )
    yield say(
        "No overall score, no ranking: neither the dimensions nor the groups are added together."
    )


def _masking(view: View) -> Iterator[str]:
    say, least = view.words, view.profile.thresholds
    yield say(
        "Fewer than {shown} answers: nothing is shown. Groups of organizations with one personal "
        "link each: fewer than {organizations}.",
        shown=least.shown, organizations=least.organizations,
    )  # fmt: skip
    yield say(
        "From {shown} to {last} answers: bands only, scores rounded to 5 (≈).",
        shown=least.shown, last=least.full - 1,
    )  # fmt: skip
    yield say("Other cells are masked when a subtraction would otherwise give one of these away.")


def _limits(view: View) -> Iterator[str]:
    say = view.words
    yield say(
        "These are perceptions: they prove neither an effect nor its cause, and support other "
        "evidence without replacing it."
    )
    yield say("Intervals tell chance, not the silence of those who did not answer.")
    if any(one.groups for one in view.profile.invariance):
        yield say(
            "Groups may understand a sentence differently; what was tested of it is under “All "
            "groups together”."
        )
    else:
        yield say("Groups may understand a sentence differently; this has not been tested.")
    if view.profile.instrument.notice:
        yield view.say(view.profile.instrument.notice)


def _criteria(view: View) -> Iterator[str]:
    say, convention = view.words, view.profile.instrument.convention
    if convention.status == "shipped":
        yield say(
            "Criteria not co-constructed: this starting questionnaire has not been agreed on by "
            "the people concerned."
        )
    else:
        yield f"{_agreed(view)}{say(': ')}{', '.join(_colleges(view))}."
    for text in convention.dissent:
        yield f"{say('Disagreement on record')}{say(': ')}{view.say(text)}"


def _agreed(view: View) -> str:
    day = view.profile.instrument.convention.agreed_on
    told = view.words("Criteria agreed on by the people concerned")
    return f"{told} ({view.words.date(day)})" if day else told


def _colleges(view: View) -> Iterator[str]:
    for agreement in view.profile.instrument.convention.by:
        people = f" ({agreement.people})" if agreement.people else ""
        yield f"{view.say(agreement.college)}{people}"


def _facts(view: View) -> Iterator[Fact]:
    say, profile = view.words, view.profile
    yield say("Release"), release(view)
    if collected := days(view):
        yield say("Answers collected"), collected
    yield say("Answers"), say("anonymous" if profile.anonymity == "anonymous" else "confidential")
    edition = say("edition {edition}", edition=profile.instrument.edition)
    yield say("Framework"), f"{view.say(profile.instrument.title)}, {edition}"
    yield say("Fingerprint of the questionnaire"), profile.digest
    yield say("Made with"), f"Corus {profile.corus_version}"


def release(view: View) -> str:
    """``no. 2, 3 March 2026``, or that there is none yet."""
    say, profile = view.words, view.profile
    if not profile.release:
        return say("none yet: the wave is open")
    day = say.date(profile.released_on)
    return say("no. {number}, {date}", number=profile.release, date=day)


def days(view: View) -> str:
    """From which day to which answers were collected; "" before the wave opened."""
    found = (view.profile.opened_on, view.profile.closed_on)
    return " – ".join(dict.fromkeys(view.words.date(day) for day in found if day))
