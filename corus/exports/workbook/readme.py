"""The first sheet: what this is, what it proves and does not, how to read it, what is where.

Knows no figures; the law it names is dated, for it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corus.domain.reading import Reading
from corus.exports.columns import Column
from corus.exports.withheld import mask
from corus.exports.workbook.facts import criteria, thresholds
from corus.exports.workbook.sheet import Sheet, sheet

COLUMNS = (
    Column("subject", "Subject", "What the line is about.", width=38),
    Column("told", "How to read it", "What to know before reading figures.", width=114),
)

CONDITIONS = (
    ("(1) Social utility as the main purpose", "Proved by the statutes, the activity report, the "
     "description of publics and partnerships. The perceptions gathered here illustrate it: they "
     "show what the people concerned perceive of it."),
    ("(2) Weight of the purpose on the accounts", "Proved by the last three closed accounts. "
     "Perceptions say nothing about it."),
    ("(3) Pay policy", "Proved by the payroll statement or an accountant’s attestation. "
     "Perceptions say nothing about it."),
    ("(4) Capital not traded on a market", "Proved by a signed attestation. Perceptions say "
     "nothing about it."),
    ("(5) Conditions written in the statutes", "Proved by the statutes, article and page quoted. "
     "Perceptions say nothing about it."),
)  # fmt: skip


def readme(reading: Reading, name: str, others: Sequence[Sheet]) -> Sheet:
    """A table of things to know, then the sheets, each with a link."""
    told = list(_lines(reading))
    contents = [(other.name, other.title) for other in others]
    links = [*("" for _ in told), *(target for target, _ in contents)]
    records = [{"subject": subject, "told": text} for subject, text in (*told, *contents)]
    say = reading.words
    return sheet(
        reading, "readme", name,
        title=say("Perceptions of the people concerned: evidence workbook"),
        scope=say("What must be known before reading the figures, and where they are."),
        units=say("Text."),
        columns=COLUMNS,
        records=records,
        links=links,
    )  # fmt: skip


def _lines(reading: Reading) -> Iterator[tuple[str, str]]:
    say, profile = reading.words, reading.profile
    yield say("What this is"), say(
        "What the people concerned by {organization} perceive of its social utility, as they said "
        "it in the wave “{wave}”. Everything here is perceived: it is what people say, not what "
        "was measured of effects.",
        organization=profile.organization, wave=profile.wave_title,
    )  # fmt: skip
    if reading.part:
        yield say("Part"), reading.part
    yield (
        say("Date"),
        say(
            "Release {number} of {day}.", number=profile.release, day=say.date(profile.released_on)
        ),
    )
    yield say("Who chose the criteria"), criteria(reading)
    yield (
        say("What is proved by what"),
        say(
            "For the ESUS approval (French labour code, art. L3332-17-1, version in force on "
            "1 January 2025, to be checked), five conditions, each with its own proof:"
        ),
    )
    for condition, proof in CONDITIONS:
        yield say(condition), say(proof)
    yield (
        say("Masked figures"),
        say(
            "“{mask}” on hatching: too few persons answered, or the figure would give away "
            "another masked one. A masked figure is never blank and never 0; it is not in this "
            "file at all.",
            mask=mask(reading, ""),
        ),
    )
    yield say("Bands"), thresholds(reading)
    yield (
        say("The dash –"),
        say(
            "Does not apply: the group was not asked, the scale has no such option, or there is "
            "nothing to say."
        ),
    )
    yield (
        say("Colours"),
        say(
            "From brown (0, unfavourable) to teal (100, favourable), always the same scale; the "
            "number is printed in the cell, and nothing is said by colour alone."
        ),
    )
    yield (
        say("What is not here"),
        say(
            "No individual answer, no name, no words whose author did not agree to be quoted, no "
            "total score, no ranking."
        ),
    )
