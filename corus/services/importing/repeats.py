"""Answers that come twice: a collection imported again under other ids would count people double.

Worse, what is published before and after would then tell apart whoever came with the second copy.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import orjson
from sqlalchemy.orm import Session

from corus.analysis.profile.reach import STEP
from corus.domain.instrument import Instrument
from corus.errors import Fault
from corus.services.importing.chance import as_array, probability
from corus.services.importing.rows import PlannedRow
from corus.store import queries

Form = tuple[str, str]
"""Group and variant. Neither site nor way: closing forgets sites, and both are often said of a
whole file, where a second import may say them otherwise."""

ONCE = 0.01
"""An answer tells whose it is when chance gives it less often than this to anybody of the form."""
WRITTEN = 40
"""Characters: so long a text is not written twice in the same words."""
LEARNED = 4096
"""Answers of one form, at most, from which the shares of its marks are learned."""
MANY, OF_TELLING, MOST = 5, 50, 3
"""Refused: so many telling repeats that are more than one in 50, or more than one in 3."""
ABOVE, STORED = "above", "stored"
"""Where the same answers are."""
NAMED = 20
"""Runs of rows named in a fault."""


@dataclass(frozen=True)
class Repeats:
    """Rows of a file whose whole answers are there already under another id.

    ``telling`` are those that two persons do not give by chance, of ``tellable`` new rows that
    would be; ``common`` the others, such as one column ticked all the way down. Of both, ``above``
    are the lines of rows that stand higher in this file: that is for whoever has the file to see.
    ``stored`` is how many are stored only, and no line: a file of guesses would tell by its lines
    which of them somebody gave.
    """

    telling: int = 0
    common: int = 0
    above: tuple[int, ...] = ()
    stored: int = 0
    tellable: int = 0

    @property
    def number(self) -> int:
        """How many rows repeat."""
        return self.telling + self.common

    @property
    def too_many(self) -> bool:
        """Whether this is a collection that comes twice rather than chance."""
        n = self.telling
        return (n >= MANY and n * OF_TELLING > self.tellable) or n * MOST > self.tellable

    def fault(self, file: str) -> Fault:
        """Why the file is refused; its line is the first that repeats another one of the file."""
        message = (
            "Rows give, from the first item to the last, answers that are there under another id: "
            f"{'; '.join(self._where(at_least=0))}."
        )
        hint = (
            "Imported twice? Compare the file with those imported before, and delete these rows or "
            "give them the ids that they had. If they are other persons indeed, say how you know: "
            '--repeats "reason", which the journal keeps.'
        )
        return Fault(file, self.above[0] if self.above else 0, "IMP-042", message, hint)

    def warnings(self) -> tuple[str, ...]:
        """What the report says of rows that were stored all the same.

        Nothing of a few that are stored: that one is would tell a guess to be right.
        """
        where = tuple(self._where(at_least=STEP))
        said = "Rows stored although their answers are there under another id: "
        return (f"{said}{'; '.join(where)}.",) if where else ()

    def _where(self, *, at_least: int) -> Iterator[str]:
        if self.above:
            yield f"{len(self.above)} of a row higher in this file (lines {_runs(self.above)})"
        if self.stored and self.stored >= at_least:
            steps = self.stored - self.stored % STEP
            yield f"{f'at least {steps}' if steps else 'some'} of rows stored before"


def find_repeats(
    session: Session, wave_id: int, instrument: Instrument, rows: Sequence[PlannedRow],
    there: Mapping[bytes, str],
) -> Repeats:  # fmt: skip
    """Which rows not stored yet (``there`` are ids that are) give answers that somebody gave.

    Compared is what makes a retry the same submission: wave, group, form and document, whatever
    the channel. Nothing of the comparison is kept.
    """
    new = _by_form([row for row in rows if row.id not in there])
    stored = _Stored(session, wave_id, new)
    telling = common = tellable = only_stored = 0
    above: list[int] = []
    for form, own in new.items():
        again = _again(own, stored.equal[form])
        # Most files repeat nobody: then there is nothing to weigh.
        tells = _telling(own, stored, form, instrument) if any(again) else [False] * len(own)
        tellable += sum(tells)
        for row, twice, tell in zip(own, again, tells, strict=True):
            telling += bool(twice) and tell
            common += bool(twice) and not tell
            only_stored += twice == STORED
            above += [row.line] if twice == ABOVE else []
    return Repeats(telling, common, tuple(sorted(above)), only_stored, tellable)


class _Stored:
    """What the wave holds of the forms of a file, read once."""

    def __init__(
        self, session: Session, wave_id: int, new: Mapping[Form, Sequence[PlannedRow]]
    ) -> None:
        self.equal: dict[Form, set[str]] = {form: set() for form in new}
        self.number: Counter[Form] = Counter()
        self.some: dict[Form, list[str]] = defaultdict(list)
        wanted = {form: {row.document.decode() for row in rows} for form, rows in new.items()}
        for (group, variant, *_), documents in queries.documents(session, wave_id):
            form = group, variant
            if form in wanted:
                self.number[form] += len(documents)
                self.equal[form] |= wanted[form].intersection(documents)
                self.some[form] += documents[: LEARNED - len(self.some[form])]


def _by_form(rows: Iterable[PlannedRow]) -> dict[Form, list[PlannedRow]]:
    found: dict[Form, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        found[row.group, row.variant].append(row)
    return found


def _again(rows: Sequence[PlannedRow], stored: Iterable[str]) -> list[str]:
    """Whether each row's document stands higher in the file, is stored only, or neither: ""."""
    there = {document.encode() for document in stored}
    seen: set[bytes] = set()
    found = []
    for row in rows:
        found.append(ABOVE if row.document in seen else STORED if row.document in there else "")
        seen.add(row.document)
    return found


def _telling(
    rows: Sequence[PlannedRow], stored: _Stored, form: Form, instrument: Instrument
) -> list[bool]:
    """Whether each row's answers are so much its own that chance does not give them twice."""
    answers = [orjson.loads(row.document) for row in rows]
    asked = as_array([answer["marks"] for answer in answers])
    marks = [orjson.loads(document)["marks"] for document in stored.some[form]]
    # Of another length are only answers that an interrupted change of version left behind.
    known = as_array([one for one in marks if len(one) == asked.shape[1]])
    learned = asked[:: len(asked) // LEARNED + 1]
    learned = np.concatenate([learned, known]) if len(known) else learned
    rated = np.array([item.scale is not None for item in instrument.items])
    rated &= (learned != ord("-")).any(axis=0)
    persons = len(rows) + stored.number[form]
    rare = persons * probability(learned, asked, rated) < ONCE
    return [bool(one) or _wrote(answer) for one, answer in zip(rare, answers, strict=True)]


def _wrote(answer: Mapping[str, Any]) -> bool:
    """Whether an answer holds words that nobody else would write."""
    said = [text for one in answer.get("rest", {}).values() for text in _texts(one)]
    return any(len(text) >= WRITTEN for text in said)


def _texts(one: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(one.get("value"), str):
        yield one["value"]
    if "reason" in one:
        yield one["reason"]


def _runs(lines: Sequence[int]) -> str:
    """``2–61, 64``: rows one after another together, the first runs only."""
    runs: list[tuple[int, int]] = []
    for _, run in groupby(enumerate(lines), lambda pair: pair[1] - pair[0]):
        members = [line for _, line in run]
        runs.append((members[0], members[-1]))
    named = [str(a) if a == b else f"{a}–{b}" for a, b in runs[:NAMED]]
    left = sum(b - a + 1 for a, b in runs[NAMED:])
    return ", ".join(named) + (f" and {left} more" if left else "")
