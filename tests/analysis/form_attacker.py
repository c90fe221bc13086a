"""An attacker of one group that may answer in three forms: standard, easy to read, short.

Unknowns are persons by form × answers to the items jointly; facts are what a profile publishes of
the group, cell by cell. Reads nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product

from corus.analysis.disclosure.audit import Knowledge, rounded
from corus.domain.profile import DimensionCell, ItemCell, Profile
from corus.domain.wave import Thresholds
from tests.analysis.attacker import STEPS, TIGHT, between, told

Mark = int | str
Person = tuple[str, tuple[Mark, ...]]
"""form, marks: a point, "d" (no answer) or "-" (not asked)."""
SIDES = ("unfavourable", "mixed", "favourable")
EDGE = {3: 1, 4: 2, 5: 2, 7: 2}


@dataclass
class FormAttacker:
    """Knowledge of one group of a profile; ``points`` of the scale by form, ``short``: items that
    the short form asks."""

    codes: tuple[str, ...]
    points: dict[str, int]
    short: tuple[str, ...] = ()
    scales: dict[str, str] = field(default_factory=dict)
    """Scale code by form."""
    known: Knowledge = field(default_factory=Knowledge)

    def persons(self) -> Iterator[Person]:
        """Every kind of person of the group."""
        for form, size in self.points.items():
            asked = self.short if form == "express" else self.codes
            marks = [(*range(size), "d") if c in asked else ("-",) for c in self.codes]
            yield from ((form, kind) for kind in product(*marks))

    def chosen(self, test: Callable[[Person], bool]) -> list[Person]:
        """Kinds of persons of whom ``test`` holds."""
        return [p for p in self.persons() if test(p)]

    def answer(self, person: Person, code: str) -> Mark:
        return person[1][self.codes.index(code)]

    def valid(self, person: Person, code: str) -> bool:
        return isinstance(self.answer(person, code), int)

    def side(self, person: Person, code: str) -> str:
        """Third of the scale of the person's form."""
        point, size = self.answer(person, code), self.points[person[0]]
        assert isinstance(point, int)
        edge = EDGE[size]
        return SIDES[0] if point < edge else SIDES[2] if point >= size - edge else SIDES[1]

    def score(self, person: Person) -> float | None:
        """Of the standard form only, where half of the items are answered."""
        given = [a for a in person[1] if isinstance(a, int)]
        if person[0] != "standard" or 2 * len(given) < len(self.codes) or not given:
            return None
        return 100 * sum(given) / len(given) / (self.points["standard"] - 1)

    def reads(self, profile: Profile, group: str) -> None:
        """Takes in coverage, items and scores of the group."""
        [line] = [one for one in profile.coverage if one.group == group]
        low, high = (line.received,) * 2 if line.received is not None else told(line.received_text)
        self.known.between(dict.fromkeys(self.persons(), 1.0), low, high)
        cells = [c for c in profile.items if c.group == group]
        for cell in cells:
            self._item(cell, sum(c.item == cell.item for c in cells) > 1, profile.thresholds)
        for one in profile.dimensions:
            if one.group == group:
                self._dimension(one)

    def _forms(self, cell: ItemCell, apart: bool) -> tuple[str, ...]:
        """Forms whose answers the cell holds."""
        if not apart:
            return tuple(self.points)
        return tuple(f for f in self.points if self.scales[f] == cell.scale)

    def _item(self, cell: ItemCell, apart: bool, thresholds: Thresholds) -> None:
        forms = self._forms(cell, apart)
        met = self.chosen(lambda p: p[0] in forms and self.answer(p, cell.item) != "-")
        valid = [p for p in met if self.valid(p, cell.item)]
        if cell.show in ("full", "banded") and not cell.merged and not apart:
            others = [p for p in valid if self.scales[p[0]] != cell.scale]
            self.known.count(others, 0)
        if cell.show != "full":
            few = cell.reason if cell.reason != "complementary" else between(thresholds)
            self.known.between(dict.fromkeys(valid, 1.0), *told(few))
        for side in SIDES if cell.show in ("full", "banded") else ():
            share, own = getattr(cell, side), [p for p in valid if self.side(p, cell.item) == side]
            if cell.show == "full":
                self.known.count(own, round(share.value * cell.n))
            else:
                ends = {"low": (0, 0.25), "middle": (0.25, 0.75), "high": (0.75, 1)}[share.band]
                self.known.share(own, valid, *ends)
        for point, n in enumerate(cell.counts):
            own = [p for p in valid if self.scales[p[0]] == cell.scale]
            self.known.count([p for p in own if self.answer(p, cell.item) == point], n)
        if cell.show == "full":
            self.known.count(valid, cell.n or 0)
            left = [p for p in met if self.answer(p, cell.item) == "d"]
            self.known.count(left, cell.dont_know or 0)

    def _dimension(self, cell: DimensionCell) -> None:
        values = {p: s for p in self.persons() if (s := self.score(p)) is not None}
        if cell.show == "masked" and cell.reason != "complementary":
            self.known.between(dict.fromkeys(values, 1.0), *told(cell.reason))
        if cell.score is None:
            return
        if cell.n is None:
            self.known.mean(values, *rounded(cell.score, 5))
            return
        self.known.count(values, cell.n)
        low, high = rounded(cell.score, STEPS[cell.reason])
        self.known.between(values, cell.n * low - TIGHT, cell.n * high + TIGHT)

    def follows(self, own: list[Person], rows: list[Person]) -> bool:
        """Whether what these persons answered follows.

        Counted from the ends of what ``rows`` chose, upwards and downwards, so that a distribution
        of ten persons and more who all agree counts for nothing.
        """
        for end in (min, max):
            ends = {p: end(a) for p, a in _chosen(rows).items() if len(a) >= ENOUGH}
            sums = {
                (form, marks): float(
                    sum(
                        a - ends.get((LIKE[form], i), -1)
                        for i, a in enumerate(marks)
                        if isinstance(a, int)
                    )
                )
                for form, marks in own
            }
            varied = {person: x for person, x in sums.items() if x}
            if varied and len(set(self.known.bounds(varied).whole)) > 1:
                return False
            if not any(sums.get(row) for row in rows) and end is max:
                return False
        return True


ENOUGH = 10
LIKE = {"standard": "standard", "express": "standard", "easy": "easy"}


def _chosen(rows: list[Person]) -> dict[tuple[str, int], list[int]]:
    """Answers by form and place of the item; both forms of one scale are told together."""
    found: dict[tuple[str, int], list[int]] = {}
    for form, marks in rows:
        for i, a in enumerate(marks):
            if isinstance(a, int):
                found.setdefault((LIKE[form], i), []).append(a)
    return found
