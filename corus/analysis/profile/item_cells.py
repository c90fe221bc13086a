"""Cells of items on a scale: each question put to each group, and what may be shown of it.

Every number a cell holds has passed ``disclosure``; nothing here knows waves or documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from corus.analysis.counting.layout import (
    DONT_KNOW,
    NOT_ASKED,
    NOT_CONCERNED,
    NOT_SHOWN,
    SKIPPED,
)
from corus.analysis.disclosure import rule as disclosure
from corus.analysis.disclosure.bands import bands_tell
from corus.analysis.disclosure.rule import COMPLEMENTARY, Parts, Rule
from corus.analysis.measures import stats
from corus.analysis.profile.distributions import Distribution, OnScale, distributions
from corus.analysis.profile.group import Group
from corus.domain.instrument import Item
from corus.domain.profile import ItemCell, Share, Show


class Question(NamedTuple):
    """One item put to one group.

    ``own`` holds the answers on the scale that is told (None where the group is not asked),
    ``easy`` those on an easy-to-read scale that may be merged with it; ``marks`` adds all of
    them up by symbol, with the opt-outs.
    """

    item: Item
    group: str
    rule: Rule
    own: OnScale | None
    easy: OnScale | None = None
    marks: Sequence[int] = ()


def questions(group: Group, index: int, item: Item) -> Iterator[Question]:
    """The item put to the group: twice when its easy-to-read scale cannot be merged with its own;
    never when it has no scale."""
    if item.scale is None:
        return
    form = group.forms[index]
    if form is None:
        yield Question(item, group.code, group.rule, None)
        return
    standard, easy = (table[index] for table in group.marks)
    both = [a + b for a, b in zip(standard, easy, strict=True)] if any(easy) else standard
    scales = group.instrument.scales
    if form.own == form.easy:
        own = OnScale.of(form.own, scales[form.own], both)
        yield Question(item, group.code, group.rule, own, None, both)
        return
    own = OnScale.of(form.own, scales[form.own], standard)
    other = OnScale.of(form.easy, scales[form.easy], easy)
    if form.merges:
        yield Question(item, group.code, group.rule, own, other, both)
        return
    yield Question(item, group.code, group.rule, own, None, standard)
    if any(easy):
        yield Question(item, group.code, group.rule, other, None, easy)


def item_cells(asked: Sequence[Question]) -> Iterator[ItemCell]:
    """The cell of each question, in this order."""
    answered = _answered(asked)
    parts = [_added(found) for found in answered]
    shows = [one.rule.show(sum(sides)) for one, sides in zip(asked, parts, strict=True)]
    full = [sides for sides, show in zip(parts, shows, strict=True) if show == "full"]
    shares = iter(disclosure.full_shares(full))
    for one, found, sides, show in zip(asked, answered, parts, shows, strict=True):
        if one.own is None:
            yield ItemCell.unchecked(
                item=one.item.code, group=one.group, show="not_asked", scale=one.item.scale
            )
        elif show == "full":
            yield ItemCell.unchecked(
                **_place(one, found, show),
                **_full(sides, next(shares), found, one.rule),
                **_missing(sum(sides), one.marks),
            )
        elif show == "banded" and _bands_tell(one, found, sides):
            place = _place(one, found, "masked") | {"reason": COMPLEMENTARY}
            yield ItemCell.unchecked(**place)
        else:
            yield ItemCell.unchecked(**_place(one, found, show), **_coarse(sides, show))


def _answered(asked: Sequence[Question]) -> list[list[Distribution]]:
    """Of each question, the scales on which somebody answered: its own first."""
    parts = [[part for part in (one.own, one.easy) if part and part.n] for one in asked]
    given = [
        (part, one.item.direction)
        for one, own in zip(asked, parts, strict=True)
        for part in own
    ]  # fmt: skip
    found = iter(distributions(given))
    return [[next(found) for _ in own] for own in parts]


def _added(answered: Sequence[Distribution]) -> Parts:
    if len(answered) == 1:
        return answered[0].parts
    low, middle, high = (sum(one.parts[side] for one in answered) for side in range(3))
    return low, middle, high


def _place(one: Question, answered: Sequence[Distribution], show: Show) -> dict[str, Any]:
    """What the cell is about, and on which scale its figures stand."""
    place: dict[str, Any] = {"item": one.item.code, "group": one.group, "show": show}
    place["reason"] = "" if show == "full" else one.rule.reason(show)
    place["scale"] = one.own.code if one.own else ""
    if show in ("full", "banded"):
        place["merged"] = len(answered) > 1
        if not place["merged"]:
            place["scale"] = answered[0].answers.code
    return place


def _bands_tell(one: Question, answered: Sequence[Distribution], parts: Parts) -> bool:
    n, asked = sum(parts), sum(one.marks) - one.marks[NOT_SHOWN] - one.marks[NOT_ASKED]
    possible = zip(*(part.answers.scale.thirds() for part in answered), strict=True)
    sides = [x for x, points in zip(parts, possible, strict=True) if any(points)]
    t = one.rule.thresholds
    others = [m for m in range(t.shown, min(asked, t.full - 1) + 1) if m != n]
    return bands_tell(sides, [*others, n], t.shown)


def _coarse(parts: Parts, show: Show) -> dict[str, Any]:
    """Bands, or which side more than half took; divided as far as bands tell: nothing further may
    be read from the flag."""
    if show == "majority":
        return {"majority": disclosure.majority(parts)}
    if show == "masked":
        return {}
    shares = disclosure.coarse_shares(parts)
    return {**_named(shares), "divided": all(share.band != "low" for share in shares[::2])}


def _full(
    parts: Parts, shares: Sequence[Share], answered: Sequence[Distribution], rule: Rule
) -> dict[str, Any]:
    n, own = sum(parts), answered[0]
    told = _named(shares)
    told["net"] = (parts[2] - parts[0]) / n
    told["divided"] = stats.is_divided(parts, parts) if len(answered) > 1 else own.divided
    if disclosure.separable(own.answers.n, n - own.answers.n, rule.thresholds):
        told |= {
            "counts": own.answers.counts, "mean": own.mean, "median": own.median,
            "consensus": own.consensus, "agreement": own.agreement, "deviation": own.deviation,
        }  # fmt: skip
    return told


def _named(shares: Sequence[Share]) -> dict[str, Any]:
    return dict(zip(("unfavourable", "mixed", "favourable"), shares, strict=True))


def _missing(n: int, marks: Sequence[int]) -> dict[str, Any]:
    """n, don't know, not concerned and skipped, with their shares (METHODS: four codes)."""
    unknown, unconcerned, skipped = marks[DONT_KNOW], marks[NOT_CONCERNED], marks[SKIPPED]
    asked = n + unknown + unconcerned + skipped
    return {
        "n": n,
        "asked": asked,
        "dont_know": unknown,
        "not_concerned": unconcerned,
        "skipped": skipped,
        "dont_know_share": unknown / (asked - unconcerned),
        "not_concerned_share": unconcerned / asked,
        "skipped_share": skipped / asked,
    }
