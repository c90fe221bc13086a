"""Rows of answers in and out of the tables, on a bare cursor: the path every answer takes.

Plain SQL with parameters, because this path decides how many people can answer at once: wrapping
each statement cost more than running it. Knows nothing of threads, commits or forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any

from corus.domain.wave import WaveState

Place = tuple[int, str, str, str, str, str, str]
"""wave, group, variant, mode, channel, completeness, site: what names a stratum"""
PLACE = "wave_id, group_code, variant, mode, channel, completeness, site"
Content = tuple[int, str, str, str]
"""wave, group, variant, document: what must be equal for a retry to be the same submission"""

OPEN_ONLY = frozenset({WaveState.OPEN.value})
NOWHERE = ("", False, "", False)
GOES_ON = """(w.plan LIKE '%"succeeded_by":"%' AND w.plan NOT LIKE '%"succeeded_by":""%')"""
"""Whether the plan of a wave names another that goes on from it; quotes in a text are escaped."""
WRITING = "LOCK TABLE responses IN ROW EXCLUSIVE MODE"
"""What inserting takes by itself, taken before a wave is held (PostgreSQL)."""
SLICE = 500
"""Most values in one list of a statement."""


@dataclass(frozen=True, slots=True)
class NewResponse:
    """One response to store, with all that it shares with its stratum."""

    id: bytes
    wave_id: int
    group: str
    variant: str
    language: str
    mode: str
    channel: str
    completeness: str
    received_on: date
    document: str
    once: bytes | None = None
    """Keyed hash of the personal link it came by, which answers once."""
    pseudonym: bytes | None = None
    digest: str = ""
    """Version of the instrument in whose order the document is written; "" is not checked."""
    site: str = ""

    @property
    def content(self) -> Content:
        """What must be equal for a retry to be the same submission."""
        return self.wave_id, self.group, self.variant, self.document

    @property
    def place(self) -> Place:
        """What names its stratum."""
        return (
            self.wave_id, self.group, self.variant, self.mode, self.channel, self.completeness,
            self.site,
        )  # fmt: skip


class Outcome(Enum):
    """What became of one response."""

    STORED = auto()
    REPEATED = auto()
    """Already there with the same content: the same receipt again."""
    CONFLICT = auto()
    """Already there with other content: the first stays."""
    OUTDATED = auto()
    """Written for another version of the instrument than the wave is on now: to be read again."""
    REFUSED = auto()
    """The wave does not take answers now."""
    MOVED = auto()
    """By a personal link, to a wave that goes on in another: its links went there."""
    USED = auto()
    """The personal link has answered already."""
    WITHDRAWN = auto()
    """Stored once, then taken back by its respondent: it does not come again."""


class Statements:
    """The statements of this path on one cursor; both databases read the same text."""

    def __init__(self, cursor: Any, dialect: str) -> None:
        self._cursor = cursor
        self._mark = "?" if dialect == "sqlite" else "%s"
        # Closing a wave waits for answers under way; SQLite has one writer at a time anyway.
        self._share = "" if dialect == "sqlite" else " FOR SHARE OF w"
        self.races = dialect != "sqlite"
        self._goes_on = GOES_ON if dialect == "sqlite" else GOES_ON.replace("%", "%%")

    def waves(self, ids: Sequence[int]) -> dict[int, tuple[str, bool, str, bool]]:
        """State of each wave, whether it has a tally, its instrument's digest, if it goes on."""
        if self._share:
            # Table, wave, and only then a look: who waits for the wave alone would go on with the
            # view it began with (see ``queries.hold_all_answers``).
            self._cursor.execute(WRITING)
            self._select("SELECT w.id FROM waves w WHERE w.id IN ({})", ids, self._share)
        rows = self._select(
            f"SELECT w.id, w.state, w.digest, {self._goes_on},"  # noqa: S608 - our words
            " EXISTS (SELECT 1 FROM tallies t WHERE t.wave_id = w.id)"
            " FROM waves w WHERE w.id IN ({})",
            ids,
        )
        return {
            wave: (state, bool(tallied), digest, bool(goes_on))
            for wave, state, digest, goes_on, tallied in rows
        }

    def contents(self, ids: Sequence[bytes]) -> dict[bytes, Content]:
        """What is stored under each of these ids."""
        rows = self._select(
            "SELECT r.id, s.wave_id, s.group_code, s.variant, r.document FROM responses r"
            " JOIN strata s ON s.id = r.stratum_id WHERE r.id IN ({})",
            ids,
        )
        return {bytes(row[0]): tuple(row[1:]) for row in rows}

    def strata(self, waves: Sequence[int]) -> dict[Place, int]:
        """Every stratum of these waves."""
        rows = self._select(
            f"SELECT id, {PLACE} FROM strata WHERE wave_id IN ({{}})",  # noqa: S608 - our names
            waves,
        )
        return {tuple(row[1:]): row[0] for row in rows}

    def add_strata(self, places: Iterable[Place]) -> None:
        """Write down strata; those that another process wrote meanwhile are left alone."""
        self._insert("strata", PLACE, 7, list(places))

    def add_responses(self, rows: Sequence[NewResponse], places: dict[Place, int]) -> None:
        """Write responses; an id that another process stored meanwhile is left alone."""
        values = [
            (places[r.place], r.id, r.language, r.received_on.isoformat(), r.document, r.pseudonym)
            for r in rows
        ]
        columns = "stratum_id, id, language, received_on, document, pseudonym"
        self._insert("responses", columns, 6, values)

    def add_untallied(self, rows: Sequence[NewResponse], places: dict[Place, int]) -> None:
        """Note responses that the stored tally does not hold."""
        values = [(places[r.place], r.id) for r in rows]
        self._insert("untallied", "stratum_id, response_id", 2, values)

    def withdrawn(self, ids: Sequence[bytes]) -> set[bytes]:
        """Which of these ids were taken back."""
        return {
            bytes(row[0])
            for row in self._select("SELECT id FROM withdrawals WHERE id IN ({})", ids)
        }

    def use_links(self, links: Sequence[tuple[int, bytes]]) -> set[bytes]:
        """Mark links (wave, hash) as used; those that were not used before.

        In key order, so that two processes never wait for each other in a circle.
        """
        fresh: set[bytes] = set()
        for link in sorted(set(links)):
            self._cursor.execute(
                f"INSERT INTO used_links (wave_id, once) VALUES ({self._mark}, {self._mark})"  # noqa: S608
                " ON CONFLICT DO NOTHING",
                link,
            )
            if self._cursor.rowcount:
                fresh.add(link[1])
        return fresh

    def _select(self, sql: str, values: Sequence[Any], ending: str = "") -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(values), SLICE):
            some = tuple(values[start : start + SLICE])
            self._cursor.execute(sql.format(", ".join([self._mark] * len(some))) + ending, some)
            found += self._cursor.fetchall()
        return found

    def _insert(self, table: str, columns: str, width: int, rows: list[Any]) -> None:
        marks = ", ".join([self._mark] * width)
        self._cursor.executemany(
            # Table and columns are written in this module; only values come from outside.
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
            rows,
        )


def store(
    sql: Statements,
    rows: Sequence[NewResponse],
    states: frozenset[str],
    known: dict[Place, int],
    new: dict[Place, int] | None = None,
) -> list[Outcome]:
    """Store what is not there yet; what became of each row, in the order given.

    ``known`` are strata certainly stored; those found or written here are added to ``new``.
    """
    waves = sql.waves(sorted({r.wave_id for r in rows}))
    # A retry is recognised whatever became of its wave meanwhile: its answers are stored.
    stored = sql.contents([r.id for r in rows])
    outdated = {r.id for r in rows if r.digest and waves.get(r.wave_id, NOWHERE)[2] != r.digest}
    taken = [
        r for r in rows
        if waves.get(r.wave_id, NOWHERE)[0] in states and r.id not in outdated
    ]  # fmt: skip
    fresh = list({r.id: r for r in reversed(taken) if r.id not in stored}.values())
    turned: dict[bytes, Outcome] = {}
    if fresh:
        turned = _moved(fresh, waves)
        turned |= _turned_away(sql, [r for r in fresh if r.id not in turned])
        fresh = [r for r in fresh if r.id not in turned]
    if fresh:
        places = _strata(sql, fresh, known, {} if new is None else new)
        sql.add_responses(fresh, places)
        stored |= _settled(sql, fresh)
        late = [r for r in fresh if waves[r.wave_id][1] and r.id in stored]
        if late:
            sql.add_untallied(late, places)
    unseen = {r.id for r in fresh}
    return [
        turned.get(r.id) or _outcome(r, stored, unseen, outdated=r.id in outdated) for r in rows
    ]


def _moved(
    fresh: Sequence[NewResponse], waves: Mapping[int, tuple[str, bool, str, bool]]
) -> dict[bytes, Outcome]:
    return {r.id: Outcome.MOVED for r in fresh if r.once is not None and waves[r.wave_id][3]}


def _turned_away(sql: Statements, fresh: Sequence[NewResponse]) -> dict[bytes, Outcome]:
    """Rows that are new but may not be stored: taken back before, or by a link used before."""
    turned = dict.fromkeys(sql.withdrawn([r.id for r in fresh]), Outcome.WITHDRAWN)
    by_link: dict[bytes, list[NewResponse]] = {}
    for row in reversed(fresh):
        if row.once is not None and row.id not in turned:
            by_link.setdefault(row.once, []).append(row)
    if not by_link:
        return turned
    unused = sql.use_links([(some[0].wave_id, once) for once, some in by_link.items()])
    for once, some in by_link.items():
        first = 1 if once in unused else 0
        turned |= dict.fromkeys((r.id for r in some[first:]), Outcome.USED)
    return turned


def _settled(sql: Statements, fresh: Sequence[NewResponse]) -> dict[bytes, Content]:
    # On PostgreSQL another process may have stored the same id meanwhile: what is stored decides.
    return sql.contents([r.id for r in fresh]) if sql.races else {r.id: r.content for r in fresh}


def _outcome(
    row: NewResponse, stored: dict[bytes, Content], unseen: set[bytes], *, outdated: bool
) -> Outcome:
    if outdated and stored.get(row.id) != row.content:
        return Outcome.OUTDATED
    if row.id not in stored:
        return Outcome.REFUSED
    if stored[row.id] != row.content:
        return Outcome.CONFLICT
    if row.id in unseen:
        unseen.discard(row.id)
        return Outcome.STORED
    return Outcome.REPEATED


def _strata(
    sql: Statements, rows: Sequence[NewResponse], known: dict[Place, int], new: dict[Place, int]
) -> dict[Place, int]:
    """The stratum of each row's place; those seen for the first time are written down."""
    wanted = {r.place for r in rows}
    if wanted <= known.keys():
        return known
    waves = sorted({place[0] for place in wanted})
    new |= sql.strata(waves)
    missing = wanted - new.keys()
    if missing:
        sql.add_strata(sorted(missing))
        new |= sql.strata(waves)
    return new
