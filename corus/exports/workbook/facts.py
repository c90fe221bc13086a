"""Sheets made of facts rather than figures: who was evaluated, how it was done.

Knows no answers; figures of coverage are on their own sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from corus.domain.reading import Reading
from corus.exports.columns import Column, Record
from corus.exports.withheld import NONE
from corus.exports.workbook.sheet import Sheet, sheet

FACTS = (
    Column("subject", "Subject", "What the line is about.", width=34),
    Column("told", "What is known", "The fact, in words.", width=118),
)

METHOD_TEXTS = (
    ("Favourable, mixed, unfavourable", "On 4 to 7 points, the two ends of the scale; on 3 points, "
     "the end only. Answers are counted as asked; where agreeing is unfavourable (⇄), the share "
     "and the score are reversed, never the counts."),
    ("Scores by dimension", "Each person’s answered items (at least half of those asked) are "
     "averaged and brought to 0–100; the group’s score is the mean of its persons. A group asked a "
     "single item has no score: read the item."),
    ("Intervals", "95% Wilson intervals for shares, 95% Student intervals over persons for scores, "
     "cut at 0 and 100. They tell how far chance alone could move the figure, not who chose not to "
     "answer."),
    ("Don’t know, not concerned, skipped", "Three different answers, counted apart; none enters "
     "the denominator of an opinion."),
    ("Divided opinions (◐)", "At least 25% favourable and 25% unfavourable, or two "
     "opposed camps: van der Eijk’s agreement A below 0 (project convention)."),
    ("Easy-to-read answers", "Merged with standard ones only as favourable, mixed or unfavourable, "
     "and said so on the line; never averaged together."),
    ("No total", "No total over dimensions, no average over groups, no ranking: each group speaks "
     "for itself."),
    ("Limits", "Those who answered chose to. Nothing is corrected for those who did not. "
     "Perceptions are what people perceive: they establish no cause and no effect."),
)  # fmt: skip


def identity(reading: Reading, name: str) -> Sheet:
    """The organization, the wave and the questionnaire."""
    title = "Organization, wave and questionnaire"
    return _facts(reading, "identity", name, _identity(reading), title)


def method(reading: Reading, name: str) -> Sheet:
    """How the figures came about: dates, criteria, thresholds, conventions, limits."""
    return _facts(reading, "method", name, _method(reading), "Method, conventions and limits")


def _facts(
    reading: Reading, code: str, name: str, facts: Iterator[tuple[str, str]], title: str
) -> Sheet:
    records: list[Record] = [{"subject": subject, "told": told or NONE} for subject, told in facts]
    return sheet(
        reading, code, name, title=reading.words(title), columns=FACTS, records=records,
        scope=_scope(reading), units=reading.words("Text."),
    )  # fmt: skip


def _scope(reading: Reading) -> str:
    if reading.part:
        return reading.words("Facts of the wave that the part was taken from.")
    return reading.words("The wave as a whole.")


def _identity(reading: Reading) -> Iterator[tuple[str, str]]:
    say, profile = reading.words, reading.profile
    instrument = profile.instrument
    yield say("Organization"), profile.organization
    for key, value in profile.organization_details.items():
        yield say(key.replace("_", " ").capitalize()), value
    yield say("Wave"), f"{profile.wave_title} ({profile.wave})"
    yield say("State of the wave"), say(profile.wave_state.value)
    yield say("Collected from"), day(reading, profile.opened_on)
    yield say("Collected until"), day(reading, profile.closed_on)
    yield (
        say("Release"),
        say("No. {number}, {day}", number=profile.release, day=say.date(profile.released_on)),
    )
    yield say("Questionnaire"), f"{reading.say(instrument.title)} ({instrument.code})"
    yield say("Edition"), instrument.edition
    yield say("Instrument digest (SHA-256)"), profile.digest
    yield say("What it is inspired by"), reading.say(instrument.notice)
    yield say("Languages offered"), ", ".join(profile.languages)
    yield say("Data controller"), f"{profile.notice.controller} · {profile.notice.contact}"


def _method(reading: Reading) -> Iterator[tuple[str, str]]:
    say, profile = reading.words, reading.profile
    yield say("Groups asked"), ", ".join(map(reading.group, profile.groups))
    yield say("Dates"), say(
        "From {start} to {end}.",
        start=day(reading, profile.opened_on), end=day(reading, profile.closed_on),
    )  # fmt: skip
    yield (
        say("Link with persons"),
        say(
            "Anonymous: nothing joins a person and an answer."
            if profile.anonymity == "anonymous"
            else "Confidential: answers carry a pseudonym, and respondents were told so."
        ),
    )
    yield (
        say("Population and participation"),
        say("See the sheet on participation. A rate is given only where the population is known."),
    )
    yield say("Choice of criteria"), criteria(reading)
    yield say("Disagreements on the criteria"), _dissent(reading)
    yield say("Thresholds"), thresholds(reading)
    yield say("Groups masked"), ", ".join(map(reading.group, profile.masked_groups))
    yield (
        say("Answers behind the figures"),
        say("{n} answers, in the groups that are shown.", n=say.number(profile.shown_responses)),
    )
    yield say("Easy-to-read wording"), _easy(reading)
    for subject, told in METHOD_TEXTS:
        yield say(subject), say(told)


def day(reading: Reading, moment: date | None) -> str:
    """``3 mars 2026``, or that it is not known."""
    return reading.words.date(moment) if moment else reading.words("not recorded")


def criteria(reading: Reading) -> str:
    """Who chose the criteria: the stakeholders, or nobody here yet."""
    say, convention = reading.words, reading.profile.instrument.convention
    if convention.status == "shipped":
        return say(
            "Criteria shipped with the questionnaire: they were not co-constructed with the "
            "stakeholders of this organization."
        )
    colleges = [
        reading.say(a.college) + (f" ({a.people})" if a.people is not None else "")
        for a in convention.by
    ]
    return say(
        "Agreed on {day} by: {colleges}.",
        day=day(reading, convention.agreed_on), colleges=", ".join(colleges) or NONE,
    )  # fmt: skip


def _dissent(reading: Reading) -> str:
    convention = reading.profile.instrument.convention
    if convention.dissent:
        return " · ".join(map(reading.say, convention.dissent))
    return reading.words("None recorded.")


def thresholds(reading: Reading) -> str:
    """From how many persons on which figures are shown."""
    limits = reading.profile.thresholds
    if limits.full <= limits.shown:
        return reading.words(
            "Under {shown} persons: masked. From {shown}: everything. Organizations answering once "
            "each: from {organizations}, the majority in words.",
            shown=limits.shown, organizations=limits.organizations,
        )  # fmt: skip
    return reading.words(
        "Under {shown} persons: masked. From {shown} to {banded}: bands, scores rounded to 5, no "
        "counts. From {full}: everything. Organizations answering once each: from {organizations}, "
        "the majority in words.",
        shown=limits.shown, banded=limits.full - 1, full=limits.full,
        organizations=limits.organizations,
    )  # fmt: skip


def _easy(reading: Reading) -> str:
    say, instrument = reading.words, reading.profile.instrument
    if not any(map(instrument.has_easy, instrument.groups)):
        return say("None.")
    proof = instrument.easy_to_read
    if proof.proofread_on is None:
        return say("Drafts, not proof-read by the people concerned.")
    return say(
        "Proof-read on {day} by {readers}.",
        day=say.date(proof.proofread_on), readers=reading.say(proof.proofread_by) or NONE,
    )  # fmt: skip
