"""Parts of its answers that a release tells of itself, beside which views are decided.

Figures of answers: each group, each form of its questionnaire, and where mode effects are told,
those who wrote themselves and those who were helped. Numbers of persons: by mode, channel,
completeness and site. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from corus.analysis import Stratum, Tally
from corus.analysis.counting.layout import FORMS, VARIANTS, scored_dimensions
from corus.domain.instrument import Instrument
from corus.domain.part import Part, coded
from corus.domain.profile import Coverage, Profile, SiteCell
from corus.domain.wave import Thresholds

OWN, UNKNOWN = "self", "unknown"
"""Modes: wrote themselves; by whose hand is not known."""


@dataclass(frozen=True)
class Filter:
    """Which answers: those whose stratum has one of the named values on each axis.

    An empty axis takes every value.
    """

    group: tuple[str, ...] = ()
    variant: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    completeness: tuple[str, ...] = ()
    site: tuple[str, ...] = ()

    def of_group(self, group: str) -> Filter:
        """The same answers, of one group only."""
        return replace(self, group=(group,))

    @property
    def cuts(self) -> bool:
        """Whether it may take a part of a group."""
        return any(wanted for axis, wanted in vars(self).items() if axis != "group")

    def takes(self, stratum: Stratum) -> bool:
        """Whether answers of this stratum are among them."""
        return all(
            not wanted or getattr(stratum, axis) in wanted for axis, wanted in vars(self).items()
        )

    @property
    def part(self) -> Part:
        """The same for the same filters: (axis, value), axes in their order, values sorted."""
        return tuple((axis, v) for axis, vs in vars(self).items() for v in sorted(set(vs)))

    @property
    def name(self) -> str:
        """``group=employees mode=paper,self``."""
        return coded(self.part)


@dataclass(frozen=True)
class Shown:
    """A part already shown: of which release, and which answers of it."""

    release: int
    filter: Filter

    @property
    def name(self) -> str:
        """What a refusal calls it."""
        return f"release {self.release}: {self.filter.name}"


Hands = frozenset[tuple[str, tuple[str, ...]]]
"""(group, variants of the questionnaire) within which those who were helped are told apart."""


def by_form(shown: Shown) -> Iterator[Shown]:
    """The parts of it by form of the questionnaire; none where it names some itself."""
    if not shown.filter.variant:
        for form in FORMS:
            yield replace(shown, filter=replace(shown.filter, variant=tuple(form)))


def figures(number: int, tally: Tally, hands: Hands) -> Iterator[Shown]:
    """Parts whose answers release ``number`` tells."""
    for group in sorted({stratum.group for stratum in tally.strata}):
        whole = Shown(number, Filter(group=(group,)))
        yield whole
        yield from by_form(whole)
    yield from sides(number, tally, hands)


def sides(number: int, tally: Tally, hands: Hands) -> Iterator[Shown]:
    """Those who wrote themselves and those who were helped, where mode effects tell them apart."""
    for group, variants in sorted(hands):
        modes = {stratum.mode for stratum in tally.strata if stratum.group == group}
        for side in ((OWN,), tuple(sorted(modes - {OWN, UNKNOWN}))):
            if side:
                yield Shown(number, Filter(group=(group,), variant=variants, mode=side))


def hands_told(profile: Profile) -> Hands:
    """Where the mode effects of a release tell apart who was helped."""
    scoring = {(group, dimension): v for group, dimension, v in _scoring(profile.instrument)}
    return frozenset((e.group, scoring[e.group, e.dimension]) for e in profile.mode_effects)


def hands_possible(tally: Tally, instrument: Instrument, thresholds: Thresholds) -> Hands:
    """Where a release of these counts may tell them: on both sides there are enough persons."""
    places = {(group, variants) for group, _, variants in _scoring(instrument)}
    return frozenset(p for p in places if min(_sides(tally, *p)) >= thresholds.full)


def _scoring(instrument: Instrument) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(group, dimension, variants that give it a score)."""
    for scored in scored_dimensions(instrument):
        for group in instrument.groups:
            giving = tuple(v for v in VARIANTS if scored.scores(instrument, group, v))
            if giving:
                yield group, scored.dimension, giving


def _sides(tally: Tally, group: str, variants: tuple[str, ...]) -> tuple[int, int]:
    own = other = 0
    for stratum, persons in tally.counts_by_stratum().items():
        if stratum.group == group and stratum.variant in variants and stratum.mode != UNKNOWN:
            own += persons if stratum.mode == OWN else 0
            other += persons if stratum.mode != OWN else 0
    return own, other


Numbers = Mapping[tuple[int, str], Mapping[str, tuple[Shown, ...]]]
"""(release, group) → axis → parts of which the number of persons is told."""


def numbers(profile: Profile) -> Numbers:
    """Persons by mode, channel, completeness and site, where the release tells how many."""
    return {
        (profile.release, line.group): {
            axis: tuple(_part(profile.release, line.group, axis, v) for v in told)
            for axis, told in _families(line, profile.by_site).items()
        }
        for line in profile.coverage
    }


def _part(release: int, group: str, axis: str, value: str) -> Shown:
    return Shown(release, Filter(**{"group": (group,), axis: (value,)}))


def _families(line: Coverage, by_site: Iterable[SiteCell]) -> dict[str, list[str]]:
    """Values of each axis of which the number of persons is told."""
    families: dict[str, dict[str, int | str | None]] = {
        "mode": dict(line.by_mode),
        "channel": dict(line.by_channel),
        "completeness": {"complete": line.complete, "partial": line.partial},
        "site": {cell.site: cell.n for cell in by_site if cell.group == line.group},
    }
    return {
        axis: [value for value, n in told.items() if isinstance(n, int) and n]
        for axis, told in families.items()
    }
