"""Whether a later release may stand beside an earlier one without isolating anybody.

Compares two tallies of one wave; it changes neither and publishes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from corus.analysis.counting.layout import (
    DONT_KNOW,
    FORMS,
    GIVEN,
    NOT_CONCERNED,
    SKIPPED,
    Scored,
    scored_dimensions,
)
from corus.analysis.counting.products import Counts
from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.precision import Scores, stays_hidden
from corus.analysis.disclosure.rule import breakdown
from corus.analysis.disclosure.sites import unsafe_sites
from corus.domain.instrument import Instrument
from corus.domain.wave import Thresholds
from corus.errors import InputError

_OPT_OUTS = {DONT_KNOW: "don’t know", NOT_CONCERNED: "not concerned", SKIPPED: "skipped"}


class _Change(NamedTuple):
    """One class of persons, before and after, of a cell of which ``base`` persons are shown."""

    place: str
    base: int
    """Persons of the cell in the release where they are more: too few, and it is masked."""
    came: int
    """At least this many persons joined the class."""
    went: int
    """At least this many left it."""


class _Pair(NamedTuple):
    """The two releases' counts of one group, or of one form of its questionnaire."""

    before: Tally
    after: Tally


def unsafe_changes(
    previous: Tally, new: Tally, thresholds: Thresholds, instrument: Instrument
) -> list[str]:
    """One sentence per cell in which 1 to ``thresholds.shown`` − 1 persons differ.

    Subtracting two releases must isolate nobody. Every class of persons that either release
    counts or sums up is unchanged, or at least that many persons joined it, and as many left it
    or none: who answered an item, who did not know, was not concerned, skipped it; who answered
    m items of a dimension, for each m; who chose options; the breakdowns of coverage. A form of
    the questionnaire too small to stand alone in one release may not be separable in the other,
    and rounded scores may not sharpen each other. Cells masked in both releases are unchanged
    text. An empty list means that the release is safe.

    Raises ``InputError`` (``TAL-003``) when the tallies count different instruments.
    """
    if previous.layout != new.layout:
        raise InputError("These counts belong to two different instruments.", code="TAL-003")
    found: list[str] = []
    scored = scored_dimensions(instrument)
    differ = f"fewer than {thresholds.shown} persons differ from the last release"
    for group in sorted({s.group for s in (*previous.strata, *new.strata)}):
        masked_under = _masked_under(previous, new, group, thresholds)
        found += [
            f"{change.place}: {differ}"
            for change in _changes(_Pair(previous, new), group)
            if change.base >= masked_under
            and any(0 < persons < thresholds.shown for persons in (change.came, change.went))
        ]
        found += _newly_separable(_Pair(previous, new), group, thresholds)
        found += _recombined(_Pair(previous, new), group, scored, thresholds)
        found += _sharpened(_Pair(previous, new), group, scored, instrument, thresholds)
        found += _unsafe_breakdowns(previous, new, group, thresholds)
    found += unsafe_sites(previous.counts_by_stratum(), new.counts_by_stratum(), thresholds)
    return list(dict.fromkeys(found))


def _masked_under(previous: Tally, new: Tally, group: str, thresholds: Thresholds) -> int:
    """Bases under this are masked, whatever the unit of the group."""
    channels = {s.channel for s in (*previous.strata, *new.strata) if s.group == group}
    if channels == {"personal"}:
        return min(thresholds.organizations, thresholds.shown)
    return thresholds.shown


def _of(pair: _Pair, group: str, *variants: str) -> _Pair:
    return _Pair(*(tally.of_group(group, *variants) for tally in pair))


def _changes(pair: _Pair, group: str) -> Iterator[_Change]:
    whole = _of(pair, group)
    yield _change(group, whole.before.responses, whole.after.responses)
    forms = [_of(pair, group, *form) for form in FORMS]
    for index, item in enumerate(pair.before.layout.items):
        place = f"{group} · {item}"
        marks = [(form.before.marks[0, index], form.after.marks[0, index]) for form in forms]
        before, after = (np.array(side) for side in zip(*marks, strict=True))
        yield from _item_changes(place, before, after)
        for old, late in marks:  # either form's part follows when the other is published too
            yield from _item_changes(place, old[np.newaxis], late[np.newaxis])
        yield _option_change(place, item, whole)
    for index, dimension in enumerate(pair.before.layout.dimensions):
        yield from _dimension_changes(f"{group} · {dimension}", index, whole)


def _item_changes(place: str, before: Counts, after: Counts) -> Iterator[_Change]:
    """Who gave a valid answer, and each way of giving none; counts are [form, symbol]."""
    answers = slice(GIVEN + 1)
    valid = _change(place, before[:, answers], after[:, answers])
    yield valid
    for symbol, words in _OPT_OUTS.items():
        change = _change(f"{place} ({words})", before[:, symbol], after[:, symbol])
        yield change._replace(base=valid.base)


def _dimension_changes(place: str, index: int, whole: _Pair) -> Iterator[_Change]:
    """Persons by number of items answered m: M·Σ(score) − Σ(answers) tells one class's sum.

    Those who answered nothing add to no sum.
    """
    base = max(int(tally.scores[0, index].sum()) for tally in whole)
    for m in range(1, whole.before.scores.shape[2]):
        for table in ("scores", "unscored"):
            before, after = (getattr(tally, table)[0, index, m] for tally in whole)
            change = _change(f"{place} (persons who answered {m})", before, after)
            yield change._replace(base=base)


def _option_change(place: str, item: str, whole: _Pair) -> _Change:
    """Options chosen: at least as many persons as the one that gained, or lost, the most."""
    layout = whole.before.layout
    index = layout.items.index(item)
    own = [i for i, (code, _) in enumerate(layout.options) if code == item]
    change = whole.after.options[0, own] - whole.before.options[0, own]
    bases = [int(tally.marks[0, index, GIVEN]) for tally in whole]
    came, went = (int((sign * change).max(initial=0)) for sign in (1, -1))
    if came:
        came = max(came, bases[1] - bases[0])
    if went:
        went = max(went, bases[0] - bases[1])
    return _Change(f"{place} (options)", max(bases), came, went)


def _change(place: str, before: Counts, after: Counts) -> _Change:
    """Two histograms of the same persons differ by at least as many as came and as went."""
    difference = np.asarray(after - before)
    came, went = int(difference.clip(0).sum()), int((-difference).clip(0).sum())
    return _Change(place, max(int(before.sum()), int(after.sum())), came, went)


def _newly_separable(pair: _Pair, group: str, thresholds: Thresholds) -> Iterator[str]:
    """Items where one release adds a few answers of one form to the other's, and the other
    release gives the forms apart: the few would follow by subtraction."""
    answers = slice(GIVEN + 1)
    forms = [
        [tally.marks[0, :, answers].sum(axis=1) for tally in _of(pair, group, *variants)]
        for variants in FORMS
    ]
    for form, other in (forms, forms[::-1]):
        for few, many in ((0, 1), (1, 0)):
            small = (form[few] > 0) & (form[few] < thresholds.shown)
            merged = (other[few] > 0) & (form[few] + other[few] >= thresholds.organizations)
            apart = (form[many] >= thresholds.full) & (other[many] >= thresholds.full)
            for index in np.flatnonzero(small & merged & apart):
                yield (
                    f"{group} · {pair.before.layout.items[index]}: fewer than {thresholds.shown} "
                    "persons of one form of the questionnaire would follow from the two releases"
                )


def _recombined(
    pair: _Pair, group: str, scored: Sequence[Scored], thresholds: Thresholds
) -> Iterator[str]:
    """Dimensions where nothing moved but which answers go together: how many persons differ is
    unknown, and what is told of items taken together (α, ω) would tell them."""
    whole = _of(pair, group)
    for dimension in scored:
        if _persons(whole) < thresholds.shown or not dimension.positions:
            continue
        index = whole.before.layout.dimensions.index(dimension.dimension)
        if _alone_same(whole, index, dimension) and not _together_same(whole, index):
            yield (
                f"{group} · {dimension.dimension}: the same answers to each item, put together "
                "otherwise by a few persons"
            )


def _persons(whole: _Pair) -> int:
    return max(int(tally.responses.sum()) for tally in whole)


def _alone_same(whole: _Pair, index: int, dimension: Scored) -> bool:
    before, after = whole
    places = list(dimension.positions)
    return (
        np.array_equal(before.marks[:, places], after.marks[:, places])
        and np.array_equal(before.scores[:, index], after.scores[:, index])
        and np.array_equal(before.unscored[:, index], after.unscored[:, index])
    )


def _together_same(whole: _Pair, index: int) -> bool:
    """Whether sums of products are equal, as far as both releases know them."""
    before, after = whole.before.products, whole.after.products
    if before is None or after is None:
        return True
    return all(np.array_equal(x[:, index], y[:, index]) for x, y in zip(before, after, strict=True))


def _sharpened(
    pair: _Pair,
    group: str,
    scored: Sequence[Scored],
    instrument: Instrument,
    thresholds: Thresholds,
) -> Iterator[str]:
    """Dimensions where two rounded scores bound what a few persons answered too narrowly."""
    for dimension in scored:
        before, after = (Scores.of(t, instrument, group, dimension) for t in pair)
        if dimension.points and not stays_hidden(before, after, thresholds):
            yield (
                f"{group} · {dimension.dimension}: two rounded scores would tell what fewer than "
                f"{thresholds.full} persons answered who left items out"
            )


def _unsafe_breakdowns(
    previous: Tally, new: Tally, group: str, thresholds: Thresholds
) -> Iterator[str]:
    for axis in ("completeness", "mode", "channel"):
        before, after = (
            breakdown(_margin(tally, group, axis), thresholds) for tally in (previous, new)
        )
        for name in sorted({*before, *after}):
            old, late = before.get(name, 0), after.get(name, 0)
            if (
                isinstance(old, int)
                and isinstance(late, int)
                and 0 < abs(late - old) < thresholds.shown
            ):
                yield (
                    f"{group} · {axis} {name}: fewer than {thresholds.shown} persons differ "
                    "from the last release"
                )


def _margin(tally: Tally, group: str, axis: str) -> dict[str, int]:
    margin: dict[str, int] = {}
    for stratum, n in tally.counts_by_stratum().items():
        if stratum.group == group:
            name = str(getattr(stratum, axis))
            margin[name] = margin.get(name, 0) + n
    return margin
