"""A release beside scores that were weighted to known margins: what may have changed since.

Weighted scores tell about each combination of categories; a later release, less the weighted one,
tells about who came and who left. Reads how many there were from the journal, and how many there
are from the answers; the rule is ``analysis.disclosure.crossing``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from corus.analysis import Stratum, Tally
from corus.analysis.counting.layout import Layout
from corus.analysis.counting.persons import Persons, persons
from corus.analysis.disclosure.crossing import may_change, same_of_group, sizes
from corus.domain.instrument import Instrument
from corus.domain.wave import Thresholds
from corus.errors import RefusedError
from corus.services.publishing import version_of
from corus.services.viewing import Journal, Shown
from corus.services.waves import plan_of
from corus.services.weighing.beside import ACTION
from corus.services.weighing.margins_file import TOGETHER
from corus.store import life, queries
from corus.store.models import Release, Wave

Cells = dict[str, dict[str, int]]
"""Dimension → combination of categories and parts → persons who have a score."""
Line = Mapping[str, object]
"""What the journal says of one weighted group."""


def persons_of(
    session: Session, wave: Wave, instrument: Instrument, groups: Collection[str],
    questions: Iterable[str],
) -> Persons:  # fmt: skip
    """Persons of these groups who have a score, and what they chose."""
    batches = (
        (Stratum(*place), documents)
        for place, documents in queries.documents(session, wave.id)
        if place[0] in groups
    )
    return persons(batches, instrument, tuple(dict.fromkeys(questions)))


def categories(
    choices: pd.DataFrame, by_question: Mapping[str, Iterable[Sequence[str]]]
) -> pd.DataFrame:
    """One column per margin: the category of each person, its options joined by ``|``.

    ``by_question`` gives the options of each category; an option without one stays itself.
    """
    columns = {}
    for question, known in by_question.items():
        names = {option: TOGETHER.join(options) for options in known for option in options}
        columns[question] = [names.get(option, option) for option in choices[question]]
    return pd.DataFrame(columns)


def cells_of(
    found: Persons, instrument: Instrument, group: str, by_question: Mapping[str, Sequence[str]],
    shown: Sequence[Shown], dimensions: Iterable[str],
) -> Cells:  # fmt: skip
    """How many persons of a group have a score in each of these dimensions, cell by cell.

    Cells cross the categories with all parts of the group that a release or a view may show:
    by whose hand, by which form of the questionnaire, by the views shown before.
    """
    theirs = np.array([s.group == group for s in found.strata], np.bool_)
    strata = [s for s in found.strata if s.group == group]
    rows = categories(
        found.choices[theirs],
        {q: [name.split(TOGETHER) for name in names] for q, names in by_question.items()},
    ).assign(hand=[s.mode == "self" for s in strata], form=[s.variant for s in strata])
    cut = [v.filter for v in shown if v.filter.cuts and group in (v.filter.group or (group,))]
    rows = rows.assign(**{f"view {n}": [f.takes(s) for s in strata] for n, f in enumerate(cut)})
    codes = Layout.of(instrument).dimensions
    known = ~np.isnan(found.scores[theirs])
    return {code: sizes(rows, known[:, codes.index(code)]) for code in dimensions}


def to_keep(found: Cells, thresholds: Thresholds) -> Cells | None:
    """What the journal keeps of the cells; None where one is too small to be written down."""
    enough = all(n >= thresholds.full for one in found.values() for n in one.values())
    return found if enough else None


def refuse_beside_weights(
    session: Session, wave: Wave, earlier: Sequence[Release], new: Tally
) -> None:
    """Refuse a release in which a weighted group changed so that somebody may be singled out.

    Raises ``RefusedError``: too few came, left or remain in some combination of its categories
    (``REL-020``), or it changed in a release since, or how many they were is not known
    (``REL-021``).
    """
    counts = {one.number: Tally.from_bytes(bytes(one.counts)) for one in earlier}
    for line in life.journal(session, wave.id, ACTION):
        group, last = str(line["group"]), counts[max(counts)]
        if same_of_group(last, new, group):
            continue
        weighted = counts.get(int(str(line["release"])))
        once = weighted is not None and same_of_group(weighted, last, group)
        if not once or not isinstance(line.get("cells"), dict):
            raise _never()
        if not _may_change(session, wave, line, plan_of(wave).thresholds):
            raise _too_few(plan_of(wave).thresholds)


def _may_change(session: Session, wave: Wave, line: Line, thresholds: Thresholds) -> bool:
    before: Cells = line["cells"]  # type: ignore[assignment]
    by_question: dict[str, list[str]] = line["questions"]  # type: ignore[assignment]
    group, instrument = str(line["group"]), version_of(wave).instrument
    found = persons_of(session, wave, instrument, (group,), by_question)
    shown = Journal().shown(session, wave)
    after = cells_of(found, instrument, group, by_question, shown, before)
    return all(may_change(before[code], after[code], thresholds) for code in before)


FACT = (
    "Scores of a group were weighted to known margins: beside them, a release of what changed "
    "there since could single somebody out."
)
"""Which group is not said: where one person took an answer back, it would tell whose."""


def _too_few(thresholds: Thresholds) -> RefusedError:
    return RefusedError(
        FACT,
        hint="Wait until every category is unchanged or changed by at least {full} persons, and "
        "still holds as many; the last release stands meanwhile.",
        code="REL-020", names={"full": thresholds.full},
    )  # fmt: skip


def _never() -> RefusedError:
    return RefusedError(
        FACT,
        hint="Results of this wave are released no more while such a group differs: quote the "
        "last release.",
        code="REL-021",
    )
