"""From the counts of a wave to its Profile: every cell of every group, disclosed as allowed.

Assembles what cells, coverage and gaps compute; knows no database, no drawing, no file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import (
    CHOSEN_TYPES,
    FORMS,
    GIVEN,
    NOT_SHOWN,
    VARIANTS,
    Form,
    Layout,
    Scored,
    forms,
    scored_dimensions,
)
from corus.analysis.counting.tally import Tally
from corus.analysis.disclosure.precision import Scores
from corus.analysis.disclosure.rule import COMPLEMENTARY, Rule
from corus.analysis.profile.cells import (
    OnScale,
    choice_cells,
    dimension_cell,
    item_cell,
    text_cell,
)
from corus.analysis.profile.gaps import find_gaps, test_pairs
from corus.analysis.profile.honesty import cautions
from corus.analysis.profile.modes import mode_effects
from corus.analysis.profile.reach import final_coverage, group_rule, surveyed
from corus.analysis.profile.together import concordance, may_be_added, stand_together
from corus.analysis.profile.within import with_agreement
from corus.domain.instrument import Instrument, Item, Variant
from corus.domain.profile import ChoiceCell, DimensionCell, ItemCell, Profile, TextCell
from corus.domain.wave import WavePlan, WaveState
from corus.errors import InputError


@dataclass(frozen=True)
class ProfileContext:
    """What a profile says beside its figures: which release of which wave of whom."""

    release: int
    released_on: date
    corus_version: str
    organization: str
    organization_details: dict[str, str]
    wave: str
    wave_title: str
    wave_state: WaveState
    opened_on: date | None
    closed_on: date | None
    digest: str
    instrument: Instrument
    plan: WavePlan


@dataclass(frozen=True)
class _Counts:
    """Of one group in one variant: persons, [item, symbol], [option]."""

    persons: int
    marks: NDArray[np.int64]
    options: NDArray[np.int64]

    @classmethod
    def of(cls, tally: Tally, code: str, variant: Variant) -> _Counts:
        rows = [i for i, s in enumerate(tally.strata) if (s.group, s.variant) == (code, variant)]
        tables = (tally.responses, tally.marks, tally.options)
        persons, marks, options = (table[rows].sum(axis=0) for table in tables)
        return cls(int(persons), marks, options)


@dataclass(frozen=True)
class _Group:
    """One group's counts, by variant of its questionnaire, and its disclosure rule."""

    code: str
    rule: Rule
    instrument: Instrument
    counts: dict[Variant, _Counts]
    tally: Tally
    """The wave's counts, of every group."""
    forms: tuple[Form | None, ...]
    """How the group meets each item."""
    marks: tuple[list[list[int]], ...]
    """Persons by item and symbol, one table per form: plain numbers, read one at a time."""


def build_profile(tally: Tally, context: ProfileContext) -> Profile:
    """The profile of a wave: one cell per (item, group), (dimension, group), option and text.

    Raises ``InputError`` (``TAL-003``) when the tally counts answers to another instrument.
    """
    if tally.layout != Layout.of(context.instrument):
        raise InputError("These counts belong to another instrument.", code="TAL-003")
    counts = tally.counts_by_stratum()
    covered = final_coverage(counts, context.plan, context.instrument)
    groups = [_group(tally, code, context) for code in surveyed(context.plan, context.instrument)]
    items = with_agreement(tuple(_each(groups, _item_cells)))
    dimensions = tuple(_dimension_cells(groups, items))
    tests = test_pairs(items, dimensions)
    profile = Profile(
        **_heading(context),
        groups=tuple(group.code for group in groups),
        coverage=covered,
        shown_responses=sum(line.received or 0 for line in covered),
        items=items,
        dimensions=dimensions,
        gaps=find_gaps(items, dimensions, tests, _turned(context.instrument)),
        tested=len(tests.found),
        together=stand_together(dimensions),
        concordance=concordance(dimensions),
        adding=tuple(may_be_added(tally, context.instrument, dimensions)),
        choices=tuple(_each(groups, _choice_cells)),
        texts=tuple(_each(groups, _text_cells)),
        masked_groups=tuple(g.code for g in groups if _is_masked(g)),
        mode_effects=tuple(
            mode_effects(
                tally,
                context.instrument,
                scored_dimensions(context.instrument),
                dimensions,
                covered,
                context.plan.thresholds,
            )
        ),
    )
    return profile.model_copy(update={"cautions": cautions(profile, items_only=_apart(profile))})


def _apart(profile: Profile) -> tuple[str, ...]:
    """Dimensions whose items do not go together in some group."""
    found = (one.dimension for one in profile.adding if one.allows == "items_only")
    return tuple(dict.fromkeys(found))


def _turned(instrument: Instrument) -> frozenset[str]:
    return frozenset(item.code for item in instrument.items if item.direction == "reversed")


def _heading(context: ProfileContext) -> dict[str, Any]:
    plan = context.plan
    return {
        "release": context.release,
        "released_on": context.released_on,
        "corus_version": context.corus_version,
        "organization": context.organization,
        "organization_details": context.organization_details,
        "wave": context.wave,
        "wave_title": context.wave_title,
        "wave_state": context.wave_state,
        "anonymity": plan.anonymity,
        "opened_on": context.opened_on,
        "closed_on": context.closed_on,
        "languages": plan.languages,
        "digest": context.digest,
        "instrument": context.instrument,
        "thresholds": plan.thresholds,
        "notice": plan.notice,
    }


def _group(tally: Tally, code: str, context: ProfileContext) -> _Group:
    rule = group_rule(tally.counts_by_stratum(), code, context.plan, context.instrument)
    counts = {variant: _Counts.of(tally, code, variant) for variant in VARIANTS}
    marks = tuple(np.sum([counts[v].marks for v in form], axis=0).tolist() for form in FORMS)
    met = forms(context.instrument, code)
    return _Group(code, rule, context.instrument, counts, tally, met, marks)


def _is_masked(group: _Group) -> bool:
    received = sum(own.persons for own in group.counts.values())
    return group.rule.show(received) == "masked"


def _each(groups: list[_Group], cells: Any) -> Iterator[Any]:
    """The cells of every item for every group, item by item in the instrument's order."""
    if groups:
        for index, item in enumerate(groups[0].instrument.items):
            for group in groups:
                yield from cells(group, index, item)


def _asks(group: _Group, item: Item) -> bool:
    return any(group.instrument.asks(item, group.code, variant) for variant in VARIANTS)


def _item_cells(group: _Group, index: int, item: Item) -> Iterator[ItemCell]:
    """One cell; two when the easy-to-read scale cannot be merged with the item's own."""
    if item.scale is None:
        return
    form = group.forms[index]
    if form is None:
        yield ItemCell(item=item.code, group=group.code, show="not_asked", scale=item.scale)
        return
    standard, easy = (table[index] for table in group.marks)
    both = [a + b for a, b in zip(standard, easy, strict=True)] if any(easy) else standard
    scales = group.instrument.scales
    if form.own == form.easy:
        yield item_cell(
            item, group.code, OnScale.of(form.own, scales[form.own], both), None, both, group.rule
        )
        return
    own = OnScale.of(form.own, scales[form.own], standard)
    other = OnScale.of(form.easy, scales[form.easy], easy)
    if form.merges:
        yield item_cell(item, group.code, own, other, both, group.rule)
        return
    yield item_cell(item, group.code, own, None, standard, group.rule)
    if any(easy):
        yield item_cell(item, group.code, other, None, easy, group.rule)


def _dimension_cells(groups: list[_Group], items: tuple[ItemCell, ...]) -> Iterator[DimensionCell]:
    divided: defaultdict[str, set[str]] = defaultdict(set)
    for cell in items:
        if cell.divided:
            divided[cell.group].add(cell.item)
    instrument = groups[0].instrument if groups else None
    for scored in scored_dimensions(instrument) if instrument else ():
        for group in groups:
            yield _dimension_cell(group, scored, divided[group.code])


def _dimension_cell(group: _Group, scored: Scored, divided: set[str]) -> DimensionCell:
    place: dict[str, Any] = {"dimension": scored.dimension, "group": group.code}
    asked = {v: scored.asked(group.instrument, group.code, v) for v in VARIANTS}
    items = max(asked.values(), key=len)
    if not scored.points:
        return DimensionCell(**place, show="unscored")
    if not items:
        return DimensionCell(**place, show="not_asked")
    if len(items) == 1:
        return DimensionCell(**place, show="single_item", item=items[0].code)
    giving = [v for v in VARIANTS if scored.scores(group.instrument, group.code, v)]
    without = [v for v in VARIANTS if v not in giving]
    if not any(group.counts[v].persons for v in giving) and any(
        group.counts[v].persons for v in without
    ):
        return DimensionCell(**place, show="unscored")
    # Those of the short form are among the persons whose answers a score must not tell.
    if _isolates_the_rest(group, [v for v in without if v != "express"], scored):
        return DimensionCell(**place, show="masked", reason=COMPLEMENTARY)
    found = Scores.of(group.tally, group.instrument, group.code, scored)
    return dimension_cell(
        scored.dimension,
        group.code,
        found,
        group.rule,
        divided=any(item.code in divided for item in items),
    )


def _isolates_the_rest(group: _Group, without: list[Variant], scored: Scored) -> bool:
    """Whether a score would tell, beside merged items, what too few persons answered.

    Items add the easy-to-read answers to the others, scores leave them out: what those persons
    answered would follow by subtraction, as it would from counts (``disclosure.separable``).
    """
    merged = [
        position
        for position, item in zip(scored.positions, scored.items, strict=True)
        if _merges(group, item)
    ]
    for variant in without:
        if not group.counts[variant].persons:
            continue
        marks = group.counts[variant].marks[merged]
        for persons in (marks[:, :GIVEN].sum(axis=1), marks[:, :NOT_SHOWN].sum(axis=1)):
            if ((persons > 0) & (persons < group.rule.thresholds.full)).any():
                return True
    return False


def _merges(group: _Group, item: Item) -> bool:
    """Whether the item's cell adds up both forms, as ``_item_cells`` does."""
    easy = group.instrument.scale_code(item, group.code, "easy") or ""
    return item.scale in (easy, group.instrument.scales[easy].merges_with)


def _choice_cells(group: _Group, index: int, item: Item) -> Iterable[ChoiceCell]:
    if not item.options or item.type not in (*CHOSEN_TYPES, "single_choice"):
        return ()
    if not _asks(group, item):
        return [
            ChoiceCell(item=item.code, group=group.code, option=o.code, show="not_asked")
            for o in item.options
        ]
    counts = group.counts.values()
    marks = sum(own.marks[index] for own in counts)
    if item.type == "single_choice":
        chosen = [int(n) for n in marks[: len(item.options)]]
        return choice_cells(item, group.code, sum(chosen), chosen, group.rule)
    places = [i for i, (code, _) in enumerate(group.tally.layout.options) if code == item.code]
    chosen = [sum(int(own.options[i]) for own in counts) for i in places]
    return choice_cells(item, group.code, int(marks[GIVEN]), chosen, group.rule)


def _text_cells(group: _Group, index: int, item: Item) -> Iterator[TextCell]:
    if item.type != "text":
        return
    if not _asks(group, item):
        yield TextCell(item=item.code, group=group.code, show="not_asked")
        return
    marks = sum(own.marks[index] for own in group.counts.values())
    yield text_cell(item, group.code, marks, group.rule)
