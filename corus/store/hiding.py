"""Which answers of a wave lose their mode, their channel or their language once it has ended.

Whoever invited or helped knows such things of a person: where few share them, they lead to the
answer. Answers that join the rare ones so that these are not alone are drawn by lot. Says what
becomes of each answer; whoever rewrites the tables does it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    select,
)

from corus.domain.rare import UNDETERMINED, UNKNOWN, hidden
from corus.store.models import Base

AXES = {"mode": UNKNOWN, "channel": UNKNOWN, "language": UNDETERMINED}
"""What is forgotten where it is rare, one after the other, and what takes its place."""
WAYS = Table(
    "kept_ways", MetaData(), Column("id", LargeBinary(16), primary_key=True),
    Column("stratum_id", Integer), Column("language", String(16)), prefixes=["TEMPORARY"],
)  # fmt: skip
_RESPONSES = Base.metadata.tables["responses"]
LOT = random.SystemRandom()


class Kind(NamedTuple):
    """What is known of an answer beside its content."""

    group: str
    variant: str
    mode: str
    channel: str
    completeness: str
    site: str
    language: str

    def place(self, axis: str) -> tuple[str, ...]:
        """Among whom a value of ``axis`` must not be rare: those alike in what comes before it.

        The form stays: it says which questions were asked. That an answer is partial, nobody saw.
        """
        before = list(AXES)[: list(AXES).index(axis)]
        return self.group, self.variant, self.site, *(getattr(self, name) for name in before)


class Hiding:
    """Answers by kind: most as their stratum and language say, the others one by one."""

    def __init__(self, connection: Connection, places: Mapping[int, tuple[str, ...]]) -> None:
        self._connection = connection
        self._kinds: dict[tuple[int, str], Kind] = {}
        self._left: Counter[tuple[int, str]] = Counter()
        self.moved: dict[bytes, Kind] = {}
        """What becomes of the answers that lose something."""
        asked = select(_RESPONSES.c.stratum_id, _RESPONSES.c.language, func.count())
        of_wave = _RESPONSES.c.stratum_id.in_(list(places))
        by_kind = asked.where(of_wave).group_by(_RESPONSES.c.stratum_id, _RESPONSES.c.language)
        for stratum, language, n in connection.execute(by_kind):
            self._kinds[stratum, language] = Kind._make((*places[stratum], language))
            self._left[stratum, language] = n

    @property
    def left(self) -> set[int]:
        """Strata of which some answers stay as they are."""
        return {stratum for (stratum, _), n in self._left.items() if n}

    def hide(self, least: int) -> None:
        """Forget, axis by axis, until each kind that others could know of holds ``least``."""
        for axis, unknown in AXES.items():
            told = self._told_apart(axis)
            for place, counts in sorted(self._counts(axis).items()):
                gone = hidden(counts, unknown, least) if place[0] in told else {}
                for value, n in gone.items():
                    self._forget(axis, place, value, n)

    def _told_apart(self, axis: str) -> set[str]:
        """Groups of which not everybody has the same value: one that all share tells nothing."""
        values: dict[str, set[str]] = defaultdict(set)
        for kind, n in self._all():
            if n:
                values[kind.group].add(getattr(kind, axis))
        return {group for group, found in values.items() if len(found) > 1}

    def _counts(self, axis: str) -> dict[tuple[str, ...], Counter[str]]:
        counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for kind, n in self._all():
            counts[kind.place(axis)][getattr(kind, axis)] += n
        return counts

    def _all(self) -> Iterator[tuple[Kind, int]]:
        yield from ((self._kinds[cell], n) for cell, n in self._left.items())
        yield from ((kind, 1) for kind in self.moved.values())

    def _forget(self, axis: str, place: tuple[str, ...], value: str, n: int) -> None:
        found = dict(self._found(axis, place, value))
        for one in LOT.sample(sorted(found), n):
            kind, cell = found[one]
            if one not in self.moved:
                self._left[cell] -= 1
            self.moved[one] = kind._replace(**{axis: AXES[axis]})

    def _found(
        self, axis: str, place: tuple[str, ...], value: str
    ) -> Iterator[tuple[bytes, tuple[Kind, tuple[int, str]]]]:
        """Answers of this place and value: what each is now, and where it is stored."""

        def fits(kind: Kind) -> bool:
            return kind.place(axis) == place and getattr(kind, axis) == value

        yield from ((one, (kind, NOWHERE)) for one, kind in self.moved.items() if fits(kind))
        for (stratum, language), kind in self._kinds.items():
            if fits(kind):
                stored = (_RESPONSES.c.stratum_id == stratum) & (_RESPONSES.c.language == language)
                for (one,) in self._connection.execute(select(_RESPONSES.c.id).where(stored)):
                    if bytes(one) not in self.moved:
                        yield bytes(one), (kind, (stratum, language))


NOWHERE = (-1, "")
"""Where answers count that were moved before."""
