"""Sampling honesty: what a reader may not conclude, worked out from the profile itself.

Reads nothing but the published ``Profile``: whatever it says follows from what is shown already,
so that no sentence can tell a withheld number. Words are found later, in the reader's language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from corus.analysis.counting.layout import Scored, scored_dimensions
from corus.analysis.profile.ways import how_they_answered, may_be_open
from corus.domain.caution import Caution
from corus.domain.profile import Coverage, ItemCell, Profile

FEW_OPINIONS = 0.70
"""Share of those concerned who gave an opinion, below which this is pointed out."""


def cautions(profile: Profile, *, items_only: Collection[str] = ()) -> tuple[Caution, ...]:
    """What may not be concluded from ``profile``, from who is missing to what was asked.

    ``items_only`` are codes of dimensions whose items may not be added up (reliability under
    0.60). A caution that needs no number names all the groups it holds for; those with numbers
    come one per group. Groups and dimensions keep the order of the profile.
    """
    shown = [line for line in profile.coverage if line.received is not None]
    return tuple(
        chain(
            _who_is_missing(profile),
            _named("no_rate", (line.group for line in shown if line.population is None)),
            chain.from_iterable(map(_who_answered, shown)),
            _named("open_link", (line.group for line in shown if may_be_open(line))),
            _named("chosen", (line.group for line in shown if line.sample == "chosen")),
            chain.from_iterable(map(_who_was_invited, shown)),
            how_they_answered(profile),
            _what_was_asked(profile, items_only),
            _who_agreed(profile),
        )
    )


def _named(code: str, groups: Iterable[str], **texts: str) -> Iterator[Caution]:
    """One caution for all these groups, or none when there is no group."""
    if names := tuple(groups):
        yield Caution(code=code, groups=names, texts=texts)


def _who_is_missing(profile: Profile) -> Iterator[Caution]:
    absent = [group for group in profile.instrument.groups if group not in profile.groups]
    yield from _named("not_surveyed", absent)
    hidden: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for line in profile.coverage:
        if line.received is None:
            # Groups where nobody answered are masked as those with one to four answers are.
            masked = line.group in profile.masked_groups
            hidden["too_few" if masked else "majority_only", line.received_text].append(line.group)
    for (code, text), groups in hidden.items():
        yield from _named(code, groups, shown=text)
    full = profile.thresholds.full
    few = [line.group for line in profile.coverage if (line.received or full) < full]
    yield from _named("bands_only", few, full=str(full))


def _who_answered(line: Coverage) -> Iterator[Caution]:
    """What the part that answered allows to say of a group whose size is known.

    With as many silent as answering, every majority among those who answered, even unanimous,
    is a minority of the group if all the others think otherwise (bounds of Manski 1989).
    """
    received, population = line.received or 0, line.population
    if population is None or received == population:
        return
    counts = {"received": received, "population": population}
    if received > population:
        yield Caution(code="too_many", groups=(line.group,), counts=counts)
        return
    missing = population - received
    yield Caution(
        code="reversible" if missing >= received else "non_response",
        groups=(line.group,),
        counts=counts | {"missing": missing},
        shares={"rate": received / population},
    )


def _who_was_invited(line: Coverage) -> Iterator[Caution]:
    invited, population = line.invited, line.population
    if line.sample != "not_said" or invited is None or population is None:
        return
    if 0 < invited < population and not may_be_open(line):
        yield Caution(
            code="sample_not_said",
            groups=(line.group,),
            counts={"invited": invited, "population": population},
        )


def _what_was_asked(profile: Profile, items_only: Collection[str]) -> Iterator[Caution]:
    scored = [one for one in scored_dimensions(profile.instrument) if one.points]
    apart = tuple(one.dimension for one in scored if one.dimension in items_only)
    if apart:
        yield Caution(code="items_only", dimensions=apart)
    compared = [
        (one, groups)
        for one in scored
        if one.dimension not in items_only and len(groups := _with_score(profile, one)) > 1
    ]
    other = tuple(one.dimension for one, groups in compared if _differ(profile, one, groups))
    if other:
        yield Caution(code="other_items", dimensions=other)
    yield from _without_score(profile)
    yield from _without_opinion(profile)
    yield from _same_meaning(profile, {one.dimension: groups for one, groups in compared})


def _same_meaning(profile: Profile, compared: Mapping[str, Collection[str]]) -> Iterator[Caution]:
    """What was found of measurement invariance, by dimension compared; or that nothing was."""
    tested = {
        one.dimension: one
        for one in profile.invariance
        if one.was_tested and one.dimension in compared
    }
    if compared and not any(one.was_tested for one in profile.invariance):
        yield Caution(code="equal_meaning")
        return
    found: defaultdict[str, list[str]] = defaultdict(list)
    for dimension, groups in compared.items():
        own = tested.get(dimension)
        if own is None or not set(groups) <= set(own.groups):
            found["equal_meaning_part"].append(dimension)
        if own and own.reached != "scalar":
            found["unlike_levels" if own.reached == "metric" else "unlike"].append(dimension)
    for code, dimensions in found.items():
        yield Caution(code=code, dimensions=tuple(dimensions))


def _with_score(profile: Profile, scored: Scored) -> list[str]:
    return [
        cell.group
        for cell in profile.dimensions
        if cell.dimension == scored.dimension and cell.score is not None
    ]


def _differ(profile: Profile, scored: Scored, groups: Iterable[str]) -> bool:
    """Whether scores of these groups rest on different items."""
    asked = (scored.asked(profile.instrument, group, "standard") for group in groups)
    return len({tuple(item.code for item in items) for items in asked}) > 1


def _without_score(profile: Profile) -> Iterator[Caution]:
    rated = {one.dimension for one in scored_dimensions(profile.instrument) if one.points}
    missing: defaultdict[str, list[str]] = defaultdict(list)
    for cell in profile.dimensions:
        shown = cell.group not in profile.masked_groups
        if shown and cell.show in ("unscored", "masked") and cell.dimension in rated:
            missing[cell.group].append(cell.dimension)
    yield from _together("unscored", profile, missing)


def _together(
    code: str, profile: Profile, found: dict[str, list[str]], **shares: float
) -> Iterator[Caution]:
    """One caution for the groups that it names the same dimensions of."""
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in profile.groups:
        if group in found:
            alike[tuple(found[group])].append(group)
    for dimensions, groups in alike.items():
        yield Caution(code=code, groups=tuple(groups), dimensions=dimensions, shares=shares)


def _without_opinion(profile: Profile) -> Iterator[Caution]:
    of = profile.instrument.dimension_of
    found: defaultdict[str, list[str]] = defaultdict(list)
    for cell in profile.items:
        dimension = of.get(cell.item)
        if dimension and dimension not in found[cell.group] and _few_opinions(cell):
            found[cell.group].append(dimension)
    told = {group: some for group, some in found.items() if some}
    yield from _together("few_opinions", profile, told, least=FEW_OPINIONS)


def _few_opinions(cell: ItemCell) -> bool:
    if cell.n is None or cell.asked is None or cell.not_concerned is None:
        return False
    return cell.n < FEW_OPINIONS * (cell.asked - cell.not_concerned)


def _who_agreed(profile: Profile) -> Iterator[Caution]:
    convention = profile.instrument.convention
    if convention.status != "co_constructed":
        yield Caution(code="not_co_constructed")
    if convention.dissent:
        yield Caution(code="dissent")
    yield Caution(code="perceptions")
