"""A Profile as one language reads it: labels, wordings and scales found by their code.

Knows nothing of drawing or files, and decides no disclosure: values stay as the Profile has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from corus.domain.arrival import Bounds, by_open_link, by_structure
from corus.domain.base import Text, say
from corus.domain.caution import Caution
from corus.domain.instrument import Criterion, Dimension, Item, Variant
from corus.domain.part import VALUES, Part, named
from corus.domain.profile import Coverage, Gap, ItemCell, Profile
from corus.domain.scale import Scale
from corus.language import Words, words


@dataclass(frozen=True)
class Reading:
    """One profile in one language."""

    profile: Profile
    language: str

    @cached_property
    def words(self) -> Words:
        """Interface words of this language."""
        return words(self.language)

    def say(self, text: Text) -> str:
        """An authored text in this language, with the organization's name in it."""
        return say(text, self.language).replace("{organization}", self.profile.organization)

    def group(self, code: str) -> str:
        """Label of a stakeholder group."""
        return self.say(self.profile.instrument.groups[code].label)

    def site(self, code: str) -> str:
        """Name of a site; "" is where none was said, or it was forgotten at closing."""
        forgets = self.profile.anonymity == "anonymous"
        nowhere = "Site not said, or forgotten at closing" if forgets else "Site not said"
        return self.say(self.profile.sites.get(code, {})) or code or self.words(nowhere)

    def item(self, code: str) -> Item:
        """The authored item."""
        return self.profile.instrument.item_by_code[code]

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """Dimensions by code, in the instrument's order."""
        return {d.code: d for d in self.profile.instrument.dimensions}

    def dimension(self, code: str) -> str:
        """Full label of a dimension."""
        return self.say(self.dimensions[code].label)

    def short(self, code: str) -> str:
        """Short label of a dimension, for the head of a column."""
        return self.say(self.dimensions[code].short or self.dimensions[code].label)

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Item code → its criterion, for items inside the framework."""
        nested = (c for d in self.profile.instrument.dimensions for c in d.criteria)
        return {item.code: c for c in nested for item in c.items}

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """Coverage by group."""
        return {c.group: c for c in self.profile.coverage}

    @cached_property
    def part_name(self) -> str:
        """Which answers the figures are of, ``answered: on paper``; "" for a whole release."""
        return "" if self.profile.part is None else self.named_part(self.profile.part)

    def named_part(self, part: Part) -> str:
        """Any part of this release in words: ``group: Employees; answered: on paper``."""
        return named(part, self.words, self._label)

    def named_value(self, attribute: str, value: str) -> str:
        """One value of an attribute in words: ``on paper``, ``Employees``."""
        known = VALUES.get(attribute, {}).get(value)
        return self.words(known) if known else self._label(attribute, value)

    @property
    def part(self) -> str:
        """That this is a part of a release and which, in one sentence; "" for a whole one."""
        if not self.part_name:
            return ""
        return self.words(
            "A part of the release, not the whole ({part}): items and choices only.",
            part=self.part_name,
        )

    def _label(self, attribute: str, value: str) -> str:
        known = {"group": self.group, "site": self.site}
        return known[attribute](value) if attribute in known else value

    @cached_property
    def arrival(self) -> str:
        """How the answers shown arrived, in one sentence; "" when none is shown."""
        links, structure = by_open_link(self.profile), by_structure(self.profile)
        if links is None or structure is None:
            return ""
        return self.words(
            "Answers by open link (nobody can check that each person answered once): {links}; "
            "answers written down by the structure: {structure}.",
            links=self._bounds(links),
            structure=self._bounds(structure),
        )

    def _bounds(self, share: Bounds) -> str:
        low, high = self.words.percent(share.low), self.words.percent(share.high)
        if low == high:
            return low
        return self.words("between {low} and {high}", low=low, high=high)

    @cached_property
    def conventions(self) -> str:
        """By which conventions all groups stand on one line, and that none is neutral."""
        say, agreed = self.words, self.profile.negotiated
        if agreed is None or not agreed.groups:
            return say(
                "No line for all groups is neutral. Two conventions stand side by side: in one "
                "each group counts the same, in the other each person does, which follows who was "
                "easiest to reach. No weights were negotiated before the wave opened. Neither "
                "replaces the groups, and groups that are masked are in neither."
            )
        total = sum(agreed.groups.values())
        order = [g for g in self.profile.instrument.groups if g in agreed.groups]
        weights = (f"{self.group(g)} {say.percent(agreed.groups[g] / total)}" for g in order)
        return say(
            "No line for all groups is neutral. Three conventions stand side by side: each group "
            "counts the same; each person does, which follows who was easiest to reach; the "
            "weights negotiated before the wave opened ({day}; file {file}, SHA-256 {sha}): "
            "{weights}. None replaces the groups, and groups that are masked are in none.",
            day=say.date(agreed.agreed_on), file=agreed.file, sha=agreed.sha256[:12],
            weights=say("; ").join(weights),
        )  # fmt: skip

    def caution(self, caution: Caution) -> str:
        """What may not be concluded, in one to three sentences."""
        say = self.words
        return say(
            caution.sentence,
            groups=self._all_of(caution.groups),
            others=self._all_of(caution.others),
            dimensions=say("; ").join(map(self.short, caution.dimensions)),
            **{name: say.number(n) for name, n in caution.counts.items()},
            **{name: say.percent(share) for name, share in caution.shares.items()},
            **caution.texts,
        )

    def _all_of(self, groups: tuple[str, ...]) -> str:
        shown = {line.group for line in self.profile.coverage if line.received is not None}
        if len(groups) > 2 and shown == set(groups):
            return self.words("All the groups shown")
        # Labels may hold commas.
        return self.words("; ").join(map(self.group, groups))

    @property
    def same_order(self) -> str:
        """Whether groups see the same strong points, in one sentence; "" when it cannot be said."""
        say, found = self.words, self.profile.concordance
        if found is None:
            return ""
        return say(
            "Do groups see the same strong points? Kendall’s W = {w} (1: all rank the dimensions "
            "alike), p = {p}, {groups} groups, {dimensions} dimensions.",
            w=say.number(found.w, 2), p=say.number(found.p, 3),
            groups=say.number(len(found.groups)), dimensions=say.number(found.dimensions),
        )  # fmt: skip

    def topic(self, item: str) -> str:
        """What an item is about: its criterion, or its own sentence outside the framework."""
        criterion = self.criteria.get(item)
        return self.say(criterion.label if criterion else self.item(item).text)

    def wording(self, item: str, group: str, variant: Variant = "standard") -> str:
        """The sentence as put to ``group``."""
        return self.say(self.profile.instrument.words(self.item(item), group, variant))

    def wordings(self, cell: ItemCell) -> list[str]:
        """Every sentence behind a cell: two when easy-to-read answers were merged into it."""
        standard = self.wording(cell.item, cell.group)
        easy = self.wording(cell.item, cell.group, "easy")
        if cell.merged:
            return list(dict.fromkeys((standard, easy)))
        return [easy if self.is_easy(cell) else standard]

    def is_easy(self, cell: ItemCell) -> bool:
        """Whether a cell holds answers given on the easy-to-read scale alone."""
        instrument, item = self.profile.instrument, self.item(cell.item)
        easy = instrument.scale_code(item, cell.group, "easy")
        own = instrument.scale_code(item, cell.group)
        return not cell.merged and cell.scale == easy and easy != own

    def speaks_of_self(self, cell: ItemCell) -> bool:
        """Whether published answers of a cell were given to an easy draft worded about oneself."""
        if cell.show in ("masked", "not_asked") or not (cell.merged or self.is_easy(cell)):
            return False
        wording = self.item(cell.item).wording.get(cell.group)
        return bool(wording and wording.easy and wording.easy.speaks_of_self)

    @cached_property
    def self_and_others(self) -> frozenset[str]:
        """Items about which some groups' answers speak of oneself and others' do not."""
        told: dict[str, set[bool]] = {}
        for cell in self.profile.items:
            if cell.show not in ("masked", "not_asked"):
                told.setdefault(cell.item, set()).add(self.speaks_of_self(cell))
        return frozenset(item for item, kinds in told.items() if len(kinds) > 1)

    def compares_self_and_others(self, gap: Gap) -> bool:
        """Whether one side of a gap, and one only, has answers worded about oneself.

        Dimension scores hold no answer given on another scale than the item's own.
        """
        ends = [
            any(
                self.speaks_of_self(cell)
                for cell in self.profile.items
                if (cell.item, cell.group, cell.n) == (gap.code, group, n)
            )
            for group, n in ((gap.first, gap.first_n), (gap.second, gap.second_n))
        ]
        return gap.kind == "item" and ends[0] != ends[1]

    def scale_code(self, cell: ItemCell) -> str:
        """Code of the scale a cell's answers were given on, "" for items without one."""
        own = self.profile.instrument.scale_code(self.item(cell.item), cell.group)
        return cell.scale or own or ""

    def scale(self, cell: ItemCell) -> Scale | None:
        """The scale a cell's answers were given on."""
        return self.profile.instrument.scales.get(self.scale_code(cell))
