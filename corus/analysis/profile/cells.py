"""Cells of a profile: counts of one group turned into what the disclosure rule lets through.

Every number a cell holds has passed ``disclosure``; nothing here knows waves or documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import DONT_KNOW, GIVEN, NOT_CONCERNED, SKIPPED
from corus.analysis.disclosure import rule as disclosure
from corus.analysis.disclosure.precision import NEAR, STEPS, Scores, most_spread, score_precision
from corus.analysis.disclosure.rule import COMPLEMENTARY, Parts, Rule
from corus.analysis.measures import stats
from corus.domain.instrument import Item
from corus.domain.profile import ChoiceCell, DimensionCell, ItemCell, Share, TextCell
from corus.domain.scale import Scale

ROUNDED = {"tenths": "one decimal", "whole": "whole points"}
"""Reason of a full dimension cell that complementary suppression rounds, by precision."""

Marks = Sequence[int] | NDArray[np.int64]
"""Persons by symbol, ``len(SYMBOLS)`` of them."""


@dataclass(frozen=True)
class OnScale:
    """Answers of one group to one item on one scale; ``counts`` by point, as asked."""

    code: str
    scale: Scale
    counts: tuple[int, ...]

    @classmethod
    def of(cls, code: str, scale: Scale, marks: Marks) -> OnScale:
        """The valid answers among ``marks``."""
        return cls(code, scale, tuple(map(int, marks[: len(scale.points)])))

    @cached_property
    def n(self) -> int:
        """Valid answers."""
        return sum(self.counts)

    @property
    def values(self) -> list[int]:
        """Scale values in the order of the points."""
        return [point.value for point in self.scale.points]


def item_cell(
    item: Item, group: str, own: OnScale, easy: OnScale | None, marks: Marks, rule: Rule
) -> ItemCell:
    """The cell of ``item`` for ``group``.

    ``own`` holds the answers on the item's own scale, ``easy`` those on an easy-to-read scale
    that may be merged with it; ``marks`` adds all of them up, with the opt-outs.
    """
    answered = [part for part in (own, easy) if part and part.n]
    parts = _parts(item, answered)
    show = rule.show(sum(parts))
    place: dict[str, Any] = {"item": item.code, "group": group, "show": show}
    place |= {"reason": "" if show == "full" else rule.reason(show), "scale": own.code}
    if show == "masked":
        return ItemCell(**place)
    if show == "majority":
        return ItemCell(**place, majority=disclosure.majority(parts))
    place |= {"merged": len(answered) > 1}
    if len(answered) == 1:
        place["scale"] = answered[0].code
    if show == "banded":
        return ItemCell(**place, **_coarse(parts))
    return ItemCell(**place, **_full(parts, answered, rule), **_missing(sum(parts), marks))


def _parts(item: Item, answered: Sequence[OnScale]) -> Parts:
    parts = (0, 0, 0)
    for part in answered:
        low, middle, high = stats.thirds(part.counts, part.scale, item.direction)
        parts = (parts[0] + low, parts[1] + middle, parts[2] + high)
    return parts


def _coarse(parts: Parts) -> dict[str, Any]:
    """Bands; divided as far as they tell: nothing further may be read from the flag."""
    shares = disclosure.coarse_shares(parts)
    return {**_named(shares), "divided": all(share.band != "low" for share in shares[::2])}


def _full(parts: Parts, answered: Sequence[OnScale], rule: Rule) -> dict[str, Any]:
    n = sum(parts)
    own, rest = answered[0], sum(part.n for part in answered[1:])
    told = _named([disclosure.full_share(x, n) for x in parts])
    told["net"] = (parts[2] - parts[0]) / n
    told["divided"] = stats.is_divided(parts if rest else own.counts, parts)
    if disclosure.separable(own.n, rest, rule.thresholds):
        told["counts"] = own.counts
        told["mean"] = stats.mean(own.counts, own.values)
        told["median"] = stats.median(own.counts, own.values)
    return told


def _named(shares: Sequence[Share]) -> dict[str, Any]:
    return dict(zip(("unfavourable", "mixed", "favourable"), shares, strict=True))


def _missing(n: int, marks: Marks) -> dict[str, Any]:
    """n, don't know, not concerned and skipped, with their shares (METHODS: four codes)."""
    unknown, unconcerned, skipped = (int(marks[s]) for s in (DONT_KNOW, NOT_CONCERNED, SKIPPED))
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


def dimension_cell(
    dimension: str, group: str, found: Scores, rule: Rule, *, divided: bool
) -> DimensionCell:
    """The cell of a dimension of which the group is asked two items or more.

    How finely the score is given is decided by ``precision.score_precision``.
    """
    sample = found.sample
    place: dict[str, Any] = {"dimension": dimension, "group": group}
    show = rule.show(sample.n if sample else 0)
    if sample is None or show in ("masked", "majority"):
        return DimensionCell(**place, show="masked", reason=_too_few(rule))
    precision = score_precision(found, rule.thresholds)
    if precision == "none":
        return DimensionCell(**place, show="masked", reason=COMPLEMENTARY)
    place["divided"] = divided
    if show == "banded" or precision == "fives":
        reason = COMPLEMENTARY if show == "full" else rule.banded_text
        score = disclosure.round_to(sample.mean, 5)
        return DimensionCell(**place, show="banded", reason=reason, score=score)
    place["reason"] = ROUNDED.get(precision, "")
    step = STEPS.get(precision)
    told = _rounded(found, sample, step) if step else _exact(sample)
    return DimensionCell(**place, show="full", **told)


def _too_few(rule: Rule) -> str:
    """Scores are never worded: organizations under the common threshold get none either."""
    return f"n < {rule.thresholds.shown}"


def _exact(sample: stats.Sample) -> dict[str, Any]:
    low, high = stats.t_interval(sample) or (None, None)
    return {
        "n": sample.n, "score": sample.mean, "sd": sample.sd, "low": low, "high": high,
        "unanimous": sample.sd == 0,
    }  # fmt: skip


def _rounded(found: Scores, sample: stats.Sample, step: float) -> dict[str, Any]:
    """Score, sd and interval where what a few persons answered must not follow.

    Beside the distributions of the items an sd, however coarsely rounded, tells it sooner than
    the score does. What stands for it is the largest that those distributions allow, and the
    interval is computed from that: neither tells anything that is not published already.
    """
    widest = round(ceil(most_spread(found) / step - NEAR) * step, 6)
    told = stats.Sample(sample.n, disclosure.round_to(sample.mean, step), widest)
    low, high = stats.t_interval(told) or (None, None)
    if low is not None and high is not None:
        low, high = round(floor(low / step) * step, 6), round(ceil(high / step) * step, 6)
    return {"n": told.n, "score": told.mean, "sd": told.sd, "low": low, "high": high}


def choice_cells(
    item: Item, group: str, n: int, chosen: Sequence[int], rule: Rule
) -> Iterator[ChoiceCell]:
    """One cell per option; ``n`` persons answered, ``chosen[i]`` of them chose option i.

    Under the full threshold shares are bands only, whatever they are: the options of a single
    choice add up, so that one rounded share would sharpen the others.
    """
    show = rule.show(n)
    show = "masked" if show == "majority" else show
    place: dict[str, Any] = {"item": item.code, "group": group, "show": show}
    place["reason"] = _too_few(rule) if show == "masked" else rule.reason(show)
    for option, x in zip(item.options, chosen, strict=True):
        told: dict[str, Any] = {}
        if show == "full":
            told = {"n": n, "chosen": x, "share": disclosure.full_share(x, n)}
        elif show == "banded":
            told = {"share": Share(band=disclosure.band_of(x / n))}
        yield ChoiceCell(**place, option=option.code, **told)


def text_cell(item: Item, group: str, marks: Marks, rule: Rule) -> TextCell:
    """Number of persons of the group who answered an open question."""
    n = int(marks[GIVEN])
    if rule.show(n) in ("masked", "majority"):
        return TextCell(item=item.code, group=group, show="masked", reason=_too_few(rule))
    return TextCell(item=item.code, group=group, show="full", n=n)
