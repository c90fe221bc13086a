"""Composites and raked scores as JSON and as CSV: their convention first, then every figure.

Reads values that follow from a release; knows no database and computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from corus.domain.weighing import Composed, RakedScores, Range
from corus.exports.safe_text import clean, csv_bytes
from corus.language import Words, words

NO_SCORE = (
    "No overall score. What follows shows how far one figure per group rests on choices that no "
    "answer can settle: which mean, which weights.",
    "Why it is not a score: a mean lets a strong dimension make up for a weak one, and another "
    "mean or other weights, as defensible, may give another order.",
    "It is about the groups of one organization and their perceptions, and ranks no enterprises: "
    "quote no figure without those beside it.",
    "Chance is not in these figures: intervals and numbers of persons are in the profile.",
)
"""What stands before every composite."""
MARGINS_ONLY = (
    "Weights repair who answered on the margins given, and on nothing else: those who did not "
    "answer may think otherwise.",
    "Read the weighted score beside the unweighted one; where they differ, say both.",
    "Margins are applied once per group: two weightings of the same answers would tell, by "
    "subtraction, what a few persons answered.",
)
"""What stands before every weighted score."""
COMPOSITE_HEAD = (
    "wave", "release", "figure", "group", "other", "dimension", "low", "high", "about"
)  # fmt: skip
RAKING_HEAD = (
    "wave", "release", "group", "dimension", "n", "unweighted", "weighted", "low", "high",
    "least_weight", "most_weight", "n_eff", "rounds", "about",
)  # fmt: skip
Line = Mapping[str, object]


def as_json(found: Composed | RakedScores, language: str) -> bytes:
    """The whole record after its notice, indented."""
    told = NO_SCORE if isinstance(found, Composed) else MARGINS_ONLY
    document = {"notice": [words(language)(sentence) for sentence in told]}
    document |= found.model_dump(mode="json")
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def as_csv(found: Composed | RakedScores, language: str) -> bytes:
    """One row per figure; the notice is its first rows. A figure that is exact has low = high."""
    say = words(language)
    if isinstance(found, Composed):
        return _table(COMPOSITE_HEAD, found, _composite(found, say))
    return _table(RAKING_HEAD, found, _raking(found, say))


def _table(head: tuple[str, ...], found: Composed | RakedScores, lines: Iterator[Line]) -> bytes:
    place = {"wave": found.origin.wave, "release": found.origin.release}
    rows = ([_plain((place | dict(line)).get(name, "")) for name in head] for line in lines)
    return csv_bytes(head, rows)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else clean(str(value))


def _composite(found: Composed, say: Words) -> Iterator[Line]:
    yield from ({"figure": "notice", "about": say(sentence)} for sentence in NO_SCORE)
    if found.negotiated:
        agreed = found.negotiated
        yield {"figure": "weights", "about": f"{agreed.agreed_on} · sha256 {agreed.sha256}"}
    for group in found.groups:
        for dimension, score in group.scores.items():
            yield _range("score", score, group=group.group, dimension=dimension)
        for name in ("arithmetic", "geometric", "harmonic"):
            yield _range(name, getattr(group, name), group=group.group)
        for dimension in group.weakest:
            yield {"figure": "weakest", "group": group.group, "dimension": dimension}
        for name in ("ranks", "near_ranks"):
            if ends := getattr(group, name):
                yield {"figure": name, "group": group.group, "low": ends[0], "high": ends[1]}
    for one in found.preferences:
        yield _range("share_of_weightings", one.share, group=one.first, other=one.second)
    yield from _conventions(found)


def _conventions(found: Composed) -> Iterator[Line]:
    for own in found.importance:
        for name, value in (("weight", own.weight), ("effective_importance", own.effective)):
            told = {"low": value, "high": value, "about": "not computed" if value is None else ""}
            yield {"figure": name, "dimension": own.dimension, **told}
    for line in found.pooled:
        for name in ("equal", "head_count", "negotiated"):
            value = getattr(line, name)
            yield {"figure": f"pooled_{name}", "dimension": line.dimension, "low": value,
                   "high": value, "about": f"absent: {', '.join(line.absent) or '–'}"}  # fmt: skip
    for lack in found.missing:
        yield {"figure": "not computed", "group": lack.group, "dimension": lack.dimension,
               "about": lack.reason}  # fmt: skip


def _range(figure: str, value: Range, **place: str) -> Line:
    return {"figure": figure, **place, "low": value.low, "high": value.high}


def _raking(found: RakedScores, say: Words) -> Iterator[Line]:
    yield from ({"about": say(sentence)} for sentence in MARGINS_ONLY)
    yield {"about": f"{found.file} · sha256 {found.sha256}"}
    for group in found.groups:
        if group.reason:
            yield {"group": group.group, "about": say(group.reason)}
        weights = {"least_weight": group.least, "most_weight": group.most, "n_eff": group.n_eff,
                   "rounds": group.rounds, "group": group.group}  # fmt: skip
        for one in group.dimensions:
            yield weights | one.model_dump(exclude={"reason"}) | {"about": say(one.reason)}
