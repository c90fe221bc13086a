"""What an attacker carries away once the server is quiet, and the ways to order what is in it.

Every strategy puts the stored answers in some order; the attacker then says that the first of them
is the answer of the first person, and so on.
"""

from __future__ import annotations

import re
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from io import BytesIO
from math import factorial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom
from sqlalchemy import text

from corus.services import links
from tests.attacks.field_factories import Field, Person
from tests.server.site_factories import Site

EMPTY = re.compile(rb"\0{64,}")
SURE = 0.99
TEMPLATES = ("base/1/", "base/4/", "base/5/", "pg_log")
"""Databases that every PostgreSQL has."""


@dataclass(frozen=True)
class Row:
    """A stored answer as SQL shows it; on PostgreSQL with its place and its age."""

    key: bytes
    stratum: int
    day: str
    document: str
    place: tuple[int, ...]
    age: int


@dataclass(frozen=True)
class Loot:
    """All files of an instance and of its database, and all rows."""

    files: Mapping[str, bytes]
    rows: Sequence[Row]
    backups: Sequence[bytes]
    secret: bytes

    @classmethod
    def of(cls, site: Site, data: Path | None) -> Loot:
        """A copy of everything: instance folder, server log, data folder of PostgreSQL."""
        files = _read(site.folder) | {"server.log": site.log.read_bytes()}
        backups = [content for name, content in files.items() if name.startswith("backups/")]
        if data is not None:
            files |= {
                f"pg/{name}": content
                for name, content in _read(data).items()
                if not name.startswith(TEMPLATES)
            }
        return cls(files, _rows(site), backups, site.settings.key("store"))

    @cached_property
    def heap(self) -> bytes:
        """The files that hold tables and indexes, one after the other."""
        return self._joined(lambda n: n.startswith("pg/base/") or n.endswith(".sqlite"))

    @cached_property
    def log(self) -> bytes:
        """The write-ahead log."""
        return self._joined(lambda n: n.startswith("pg/pg_wal/") or n.endswith("-wal"))

    @cached_property
    def rest(self) -> bytes:
        """Every other file, backups unpacked."""
        known = ("pg/base/", "pg/pg_wal/")
        others = self._joined(
            lambda n: not n.startswith(known) and not n.endswith((".sqlite", "-wal"))
        )
        return others + b"".join(map(_unpacked, self.backups))

    def _joined(self, wanted: Callable[[str], bool]) -> bytes:
        return b"".join(EMPTY.sub(b"", c) for n, c in sorted(self.files.items()) if wanted(n))

    @cached_property
    def everything(self) -> bytes:
        return self.heap + self.log + self.rest

    def holds(self, needles: Iterable[bytes]) -> int:
        """How many of these byte strings are anywhere, plain or in a backup."""
        return sum(
            needle in self.everything or b64encode(needle) in self.rest for needle in needles
        )


def _read(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file():
                found[str(path.relative_to(folder))] = path.read_bytes()
        except OSError:
            continue  # gone while we looked
    return found


def _unpacked(backup: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(backup)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def _rows(site: Site) -> list[Row]:
    embedded = site.store.embedded
    extra = "'(0,0)', 0" if embedded else "ctid::text, xmin::text"
    with site.store.engine.connect() as connection:
        found = connection.execute(
            text(f"SELECT id, stratum_id, received_on, document, {extra} FROM responses")
        ).all()
    return [
        Row(bytes(i), s, str(day), d, tuple(map(int, re.findall(r"\d+", place))), int(age))
        for i, s, day, d, place, age in found
    ]


def strategies(loot: Loot, keys: set[bytes]) -> dict[str, list[bytes]]:
    """Name → the keys of one wave's answers in some order."""
    rows = sorted((r for r in loot.rows if r.key in keys), key=lambda r: r.key)
    number = {r.key: n for n, r in enumerate(loot.rows)}
    places = {
        "key": lambda r: 0,
        "table": lambda r: number[r.key],
        "stratum": lambda r: r.stratum,
        "day": lambda r: r.day,
        "size": lambda r: len(r.document),
        "place": lambda r: r.place,
        "age": lambda r: r.age,
        "file, first copy": lambda r: loot.heap.find(r.key),
        "file, last copy": lambda r: loot.heap.rfind(r.key),
        "log, first copy": lambda r: loot.log.find(r.key),
        "log, last copy": lambda r: loot.log.rfind(r.key),
        "other files": lambda r: loot.rest.find(r.key),
        "backups": lambda r: b64encode(r.key) not in loot.rest,
        "words in the log": lambda r: loot.log.find(r.document.encode()),
        "words in the file": lambda r: loot.heap.rfind(r.document.encode()),
    }  # fmt: skip
    orders = {name: [r.key for r in sorted(rows, key=place)] for name, place in places.items()}
    return orders | {f"{name}, backwards": order[::-1] for name, order in orders.items()}


@dataclass
class Score:
    """How often a strategy was right, over all the waves it was tried on."""

    hits: int = 0
    """Persons whose answer was told."""
    halves: int = 0
    """Persons of whom it was told rightly whether they answered in the first half."""
    tried: list[int] = field(default_factory=list)
    """Number of answers of each wave."""

    def add(self, order: Sequence[bytes], persons: Sequence[Person]) -> None:
        truth = [p.stored for p in persons]
        half = len(truth) // 2
        self.hits += sum(a == b for a, b in zip(order, truth, strict=True))
        early = set(truth[:half])
        self.halves += sum((key in early) == (n < half) for n, key in enumerate(order))
        self.tried.append(len(truth))

    def by_chance(self) -> bool:
        """Whether both numbers lie in the 99 % intervals of who guesses."""
        return _within(self.hits, map(_hits, self.tried)) and _within(
            self.halves, map(_halves, self.tried)
        )


def _hits(n: int) -> NDArray[np.float64]:
    """Chance of 0, 1 … n right answers for who puts n answers in a random order."""
    return np.array(
        [
            sum((-1) ** i / factorial(i) for i in range(n - k + 1)) / factorial(k)
            for k in range(n + 1)
        ]
    )


def _halves(n: int) -> NDArray[np.float64]:
    """The same for who tells at random which half of n answers came first."""
    half, found = n // 2, np.zeros(n + 1)
    for right in range(half + 1):
        found[n - 2 * half + 2 * right] = hypergeom.pmf(right, n, half, half)
    return found


def _within(seen: int, chances: Iterable[NDArray[np.float64]]) -> bool:
    total = reduce(np.convolve, chances, np.array([1.0]))
    below, above = total[:seen].sum(), total[seen + 1 :].sum()
    tail = (1 - SURE) / 2
    return 1 - below > tail and 1 - above > tail


Scores = dict[str, Score]


def attack(loot: Loot, fields: Sequence[Field]) -> Scores:
    """Every strategy against the order of answering, and against the order of the contact list."""
    scores: Scores = {}
    for one in fields:
        by_list = [p for p in one.listed if p.stored is not None]
        orders = strategies(loot, {p.stored for p in by_list if p.stored})
        for name, order in orders.items():
            scores.setdefault(name, Score()).add(order, one.answered)
            scores.setdefault(f"{name} (list)", Score()).add(order, by_list)
    return scores


def told(before: Scores, after: Scores) -> str:
    """A table for whoever runs the test with ``-s``."""
    lines = [f"{'strategy':<34}{'before':>12}{'after':>12}   (persons told, halves told)"]
    for name in before:
        b, a = before[name], after[name]
        lines.append(f"{name:<34}{b.hits:>6}{b.halves:>6}{a.hits:>6}{a.halves:>6}")
    return "\n".join(lines)


def marks(loot: Loot, persons: Iterable[Person]) -> list[bytes]:
    """What an attacker with the secret looks for: the marks of used links."""
    return [links.once(loot.secret, p.token) for p in persons]


def joined_with_secret(loot: Loot, field: Field) -> int:
    """Persons told by who has the secret and knows no order: marks stand beside their answers."""
    own = dict(zip(marks(loot, field.answered), (p.stored for p in field.answered), strict=True))
    seen = sorted((m for m in own if m in loot.log), key=loot.log.find)
    keys = sorted((k for k in own.values() if k and k in loot.log), key=loot.log.find)
    return sum(own[m] == k for m, k in zip(seen, keys, strict=False))
