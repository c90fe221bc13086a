"""An attacker with a computer: everything a profile publishes, as linear facts about persons.

Unknowns are persons by group × answers to the scored items jointly × whether they wrote
themselves × when they came. Written against what is *published* only; nothing here reads counts
that are not, except where a test hands over more on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import inf
from typing import Any

from corus.analysis.disclosure.audit import Knowledge, rounded
from corus.domain.profile import DimensionCell, ItemCell, ModeEffect, Profile
from corus.domain.wave import Thresholds

OUT = "dcsn"
SIDES = ("self", "other")
TIGHT = 1e-5
"""Sums of scores are published as floats; the solver keeps to about 1e-7."""
STEPS = {"": 0.0, "one decimal": 0.1, "whole points": 1.0, "complementary": 5.0}

Person = tuple[str, tuple[Any, ...], str, str]
"""group, marks (a point, or a letter of ``OUT``), side, when."""


@dataclass
class Attacker:
    """Knowledge of one or several releases of one wave, of groups asked ``items`` items."""

    codes: tuple[str, ...]
    points: int
    reversed: frozenset[str] = frozenset()
    times: tuple[str, ...] = ("first",)
    squares: bool = True
    """Whether it also uses standard deviations."""
    known: Knowledge = field(default_factory=Knowledge)

    def persons(self, group: str, times: Iterable[str] = ()) -> list[Person]:
        """Every kind of person of a group."""
        marks = (*range(self.points), *OUT)
        kinds = product(marks, repeat=len(self.codes))
        return [
            (group, kind, side, time)
            for kind, side, time in product(kinds, SIDES, tuple(times) or self.times)
        ]

    def reads(self, profile: Profile, times: Iterable[str] = (), *, scores: bool = True) -> None:
        """Takes in one release, in which the persons of ``times`` were counted."""
        times = tuple(times) or self.times
        everybody = {line.group: self.persons(line.group, times) for line in profile.coverage}
        for line in profile.coverage:
            self._coverage(line, everybody[line.group], profile.release)
        for cell in profile.items:
            self._item(cell, everybody[cell.group], profile)
        for one in profile.dimensions if scores else ():
            self._dimension(one, everybody[one.group], profile)

    def reads_mode_effect(
        self, effect: ModeEffect, sides: Mapping[str, int], times: Iterable[str] = ()
    ) -> None:
        """Takes in one mode effect, with how many had a score on each side: more than is told."""
        parts: dict[Person, float] = {}
        for person in self.persons(effect.group, times):
            score, side = self.score(person), person[2]
            if score is not None:
                parts[person] = score / sides[side] * (1 if side == "self" else -1)
        self.known.between(parts, effect.gap - 0.5 - TIGHT, effect.gap + 0.5 + TIGHT)
        for side, n in sides.items():
            own = [p for p in self.persons(effect.group, times) if p[2] == side]
            self.known.count([p for p in own if self.score(p) is not None], n)

    def answer(self, person: Person, code: str) -> Any:
        """The mark of one item."""
        return person[1][self.codes.index(code)]

    def answered(self, person: Person) -> frozenset[str]:
        """Items with a valid answer."""
        return frozenset(c for c in self.codes if not isinstance(self.answer(person, c), str))

    def score(self, person: Person) -> float | None:
        """The person's score, 0–100, None where fewer than half of the shown items are answered."""
        shown = sum(mark != "n" for mark in person[1])
        given = self.answered(person)
        if not given or 2 * len(given) < shown:
            return None
        return 100 * self.total(person) / len(given) / (self.points - 1)

    def total(self, person: Person) -> int:
        """Sum of the person's answers, reversed items turned round."""
        top, given = self.points - 1, self.answered(person)
        answers = {c: self.answer(person, c) for c in given}
        return sum(top - a if c in self.reversed else a for c, a in answers.items())

    def _coverage(self, line: Any, everybody: list[Person], release: int) -> None:
        low, high = (line.received,) * 2 if line.received is not None else told(line.received_text)
        self.known.between(dict.fromkeys(everybody, 1.0), low, high)
        if not line.by_mode:
            return
        modes = {name: ("mode", release, line.group, name) for name in line.by_mode}
        self.known.count(modes.values(), line.received)
        for name, n in line.by_mode.items():
            low, high = (n, n) if isinstance(n, int) else (1, inf)
            self.known.between({modes[name]: 1.0}, low, high)
        own = {person: 1.0 for person in everybody if person[2] == "self"}
        own |= {modes["self"]: -1.0} if "self" in modes else {}
        self.known.between(own, 0, 0)

    def _item(self, cell: ItemCell, everybody: list[Person], profile: Profile) -> None:
        if cell.show == "not_asked":
            return
        valid = [p for p in everybody if cell.item in self.answered(p)]
        if cell.show != "full":
            few = cell.reason if cell.reason != "complementary" else between(profile.thresholds)
            self.known.between(dict.fromkeys(valid, 1.0), *told(few))
        if cell.show == "majority":
            self._majority(cell, valid)
        for name in ("unfavourable", "mixed", "favourable") if cell.show == "banded" else ():
            share = getattr(cell, name)
            chosen = [p for p in valid if self._side(p, cell.item) == name]
            bands = {"low": (0, 0.25), "middle": (0.25, 0.75), "high": (0.75, 1)}
            limits = bands[share.band] if share.band else rounded(share.value, 0.01)
            self.known.share(chosen, valid, *limits)
        for point, n in enumerate(cell.counts):
            self.known.count([p for p in valid if self.answer(p, cell.item) == point], n)
        if cell.show == "full":
            for letter, name in zip(OUT, ("dont_know", "not_concerned", "skipped"), strict=False):
                left_out = [p for p in everybody if self.answer(p, cell.item) == letter]
                self.known.count(left_out, getattr(cell, name))

    def _majority(self, cell: ItemCell, valid: list[Person]) -> None:
        for name in ("unfavourable", "mixed", "favourable"):
            parts = {p: 0.5 if self._side(p, cell.item) == name else -0.5 for p in valid}
            low, high = (0.5, inf) if name == cell.majority else (-inf, 0)
            self.known.between(parts, low, high)

    def _side(self, person: Person, code: str) -> str:
        """Thirds of a scale of 3, 4, 5 or 7 points."""
        point, size = self.answer(person, code), self.points
        part = {3: 1, 4: 2, 5: 2, 7: 2}[size]
        low, high = point < part, point >= size - part
        if code in self.reversed:
            low, high = high, low
        return "unfavourable" if low else "favourable" if high else "mixed"

    def _dimension(self, cell: DimensionCell, everybody: list[Person], profile: Profile) -> None:
        values = {p: s for p in everybody if (s := self.score(p)) is not None}
        if cell.show == "masked" and cell.reason != "complementary":
            self.known.between(dict.fromkeys(values, 1.0), *told(cell.reason))
        if cell.score is None:
            return
        if cell.show == "banded":
            if cell.reason != "complementary":
                self.known.between(dict.fromkeys(values, 1.0), *told(cell.reason))
            self.known.mean(values, *rounded(cell.score, 5))
            return
        assert cell.n is not None
        assert cell.sd is not None
        self.known.count(values, cell.n)
        step = STEPS[cell.reason]
        low, high = rounded(cell.score, step)
        self.known.between(values, cell.n * low - TIGHT, cell.n * high + TIGHT)
        if cell.unanimous:
            odd = [p for p, s in values.items() if not low - TIGHT <= s <= high + TIGHT]
            self.known.count(odd, 0)
        # Beside a rounded score the sd says only what the distributions of the items say.
        if self.squares and not step:
            self._spread(cell, values)

    def _spread(self, cell: DimensionCell, values: dict[Person, float]) -> None:
        """Σ(s − mean)² is (n − 1)·sd²."""
        around = {p: (s - (cell.score or 0)) ** 2 for p, s in values.items()}
        total = ((cell.n or 0) - 1) * (cell.sd or 0) ** 2
        self.known.between(around, total - 100 * TIGHT, total + 100 * TIGHT)


def between(thresholds: Thresholds) -> str:
    """``5–9``: how many answered where bands alone may be told."""
    return f"{thresholds.shown}–{thresholds.full - 1}"


def told(text: str) -> tuple[float, float]:
    """``n < 5`` → (0, 4); ``5–9`` → (5, 9)."""
    if text.startswith("n < "):
        return 0, int(text[4:]) - 1
    low, high = text.split("–")
    return int(low), int(high)


def classes(attacker: Attacker, groups: Iterable[str]) -> Iterator[tuple[str, list[Person]]]:
    """Sets of persons that a score may single out: by how many items they answered, and when."""
    for group, time in product(groups, attacker.times):
        persons = attacker.persons(group, [time])
        for answered in range(1, len(attacker.codes) + 1):
            own = [p for p in persons if len(attacker.answered(p)) == answered]
            yield f"{group} {time}: answered {answered}", own


def exact(attacker: Attacker, own: Iterable[Person], *, whole: bool = False) -> bool:
    """Whether what these persons answered follows: the sum of their answers, turned round."""
    points = {p: 1.0 + attacker.total(p) for p in own}
    found = attacker.known.bounds(points, persons="whole" if whole else "real")
    low, high = found.whole
    return low == high > 0
