"""« Regards différents »: where two groups look differently at the same thing.

Ranks nobody and says nothing of who is right.
"""

from __future__ import annotations

from corus.domain.profile import Gap
from corus.domain.reading import Reading
from corus.exports.columns import Column, Record
from corus.exports.withheld import NONE
from corus.exports.workbook.sheet import Sheet, sheet

COLUMNS = (
    Column("topic", "About", "The item or the dimension both groups were asked about.", width=38),
    Column("kind", "Kind", "An item (share of favourable answers) or a dimension (score).",
           width=11),
    Column("first", "Higher group", "The group with the higher figure.", width=22),
    Column("first_value", "Its figure", "Points out of 100: share of favourable answers, or score.",
           "score", 10),
    Column("first_n", "Its n", "Valid answers of that group.", "count", 7),
    Column("second", "Lower group", "The group with the lower figure.", width=22),
    Column("second_value", "Lower figure", "Points out of 100: share of favourable answers, or "
           "score.", "score", 10),
    Column("second_n", "Lower n", "Valid answers of that group.", "count", 8),
    Column("gap", "Gap", "Difference of the two figures, in points.", "score", 8),
    Column("low", "Gap, low", "Lower limit of its 95% interval.", "score", 9),
    Column("high", "Gap, high", "Upper limit of its 95% interval.", "score", 9),
    Column("effect", "Effect", "Cliff’s δ for an item (−1 to 1), Hedges’ g for a dimension (in "
           "standard deviations).", "fine", 8),
    Column("p", "p", "Probability of a difference this large by chance: Mann–Whitney for an item, "
           "Welch for a dimension.", "p", 9),
    Column("p_adjusted", "p, adjusted", "The same, adjusted for all the comparisons of this "
           "release (Benjamini–Hochberg).", "p", 10),
    Column("flagged", "To discuss", "At least 25 points, both groups fully published.", width=16),
    Column("compared", "Who is spoken of", "Whether one group speaks of itself (easy-to-read "
           "wording) and the other of other people.", width=13),
    Column("code", "Code", "Permanent code of the item or dimension.", width=20),
)  # fmt: skip


def gaps(reading: Reading, name: str) -> Sheet:
    """Widest first among those to discuss, then the others."""
    say = reading.words
    order = sorted(
        reading.profile.gaps, key=lambda g: (not g.flagged, -g.gap, g.kind, g.code, g.first)
    )
    return sheet(
        reading, "gaps", name,
        title=say("Different views between groups"),
        scope=say("Pairs of groups asked the same thing, both published in full."),
        units=say("Points out of 100; 95% interval of the difference."),
        columns=COLUMNS,
        printed=len(COLUMNS) - 1,
        records=(_record(reading, gap) for gap in order),
        notes=[say("Two groups may see differently because they live different things: a gap is a "
                   "subject for discussion, not an error."),
               say("Read the gap and its interval first. {number} comparisons were tested "
                   "together; groups of fewer than 10 are tested nowhere.",
                   number=say.number(reading.profile.tested)),
               self_and_others(reading)],
        empty="No pair of groups could be compared.",
    )  # fmt: skip


def self_and_others(reading: Reading) -> str:
    """Why some comparisons bear the mark “self / others”."""
    return reading.words(
        "self / others: some people speak of themselves (easy-to-read wording), the others of "
        "other people; the gap may come from that."
    )


def _record(reading: Reading, gap: Gap) -> Record:
    say = reading.words
    about = reading.topic(gap.code) if gap.kind == "item" else reading.dimension(gap.code)
    return {
        "topic": about,
        "kind": say("item") if gap.kind == "item" else say("dimension"),
        "first": reading.group(gap.first),
        "first_value": gap.first_value,
        "first_n": gap.first_n,
        "second": reading.group(gap.second),
        "second_value": gap.second_value,
        "second_n": gap.second_n,
        "gap": gap.gap,
        "low": gap.low,
        "high": gap.high,
        "effect": NONE if gap.effect is None else gap.effect,
        "p": NONE if gap.p is None else gap.p,
        "p_adjusted": NONE if gap.p_adjusted is None else gap.p_adjusted,
        "flagged": say("different views") if gap.flagged else "–",
        "compared": say("self / others") if reading.compares_self_and_others(gap) else "–",
        "code": gap.code,
    }
