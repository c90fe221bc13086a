"""The same persons in two waves, by pseudonym: counted, never listed.

Pseudonyms exist in confidential waves only, whose respondents were told so; what may be shown of
these counts is decided elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from sqlalchemy.orm import Session

from corus.analysis.counting.decoding import Codes, read_codes
from corus.analysis.counting.layout import NOT_ASKED, scored_dimensions
from corus.analysis.counting.products import places
from corus.analysis.waves.linked import (
    Linked,
    LinkedLayout,
    count_linked,
    merge_linked,
    scored_twice,
    unit_of,
)
from corus.analysis.waves.same_question import dimension_refusal, refusal
from corus.domain.instrument import Instrument, Variant
from corus.errors import RefusedError
from corus.services.publishing import version_of
from corus.store import queries
from corus.store.models import Wave
from corus.store.queries import PseudonymRow


class LinkedPairs(NamedTuple):
    """Persons found in both waves, and those who could not be compared with themselves."""

    counts: Linked
    once: tuple[int, int]
    """Pseudonyms found in the first wave only, and in the second only."""
    moved: int
    """Found in both, in another group or another form of the questionnaire."""
    several: int
    """Pseudonyms under which a wave holds more than one answer: which one counts is unknown."""


@dataclass(frozen=True, eq=False)
class _Waves:
    first: Instrument
    second: Instrument


def linked_pairs(session: Session, first_wave: Wave, second_wave: Wave) -> LinkedPairs:
    """Tables of the persons who answered both waves under one pseudonym.

    Only what both waves ask in the same words and on the same scale is counted
    (``same_question``). Raises ``RefusedError`` (``LNK-001``) when the waves are of two
    organizations: pseudonyms differ between them, on purpose.
    """
    if first_wave.organization_id != second_wave.organization_id:
        raise RefusedError(
            "Persons are linked within one organization only.",
            hint="Choose two waves of the same organization.", code="LNK-001",
        )  # fmt: skip
    both = _Waves(*(version_of(w).instrument for w in (first_wave, second_wave)))
    found = _found(session, first_wave, second_wave)
    documents = {
        place: [answers for _, answers in persons] for place, persons in found.persons.items()
    }
    return LinkedPairs(_counted(both, documents), found.once, found.moved, found.several)


Twice = dict[tuple[str, str], frozenset[tuple[str, bytes]]]
"""(dimension, group) → (variant, pseudonym) of the persons with a score in both waves."""


def scored_persons(session: Session, first_wave: Wave, second_wave: Wave) -> Twice:
    """Who the scores of ``linked_pairs`` are about, so that two sets of persons can be compared.

    For the disclosure rule alone: nothing of it is ever shown.
    """
    both = _Waves(*(version_of(w).instrument for w in (first_wave, second_wave)))
    layout, told = _layout(both), defaultdict[tuple[str, str], set[tuple[str, bytes]]](set)
    for (group, variant), persons in _found(session, first_wave, second_wave).persons.items():
        kind = cast(Variant, variant)
        codes = _codes(both, group, kind, [answers for _, answers in persons])
        scored = scored_twice(layout, codes, places(both.first))
        for dimension, row in zip(layout.dimensions, scored, strict=True):
            if _gives(both, dimension, group, kind):
                kept = (name for (name, _), has in zip(persons, row, strict=True) if has)
                told[dimension, group] |= {(variant, name) for name in kept}
    return {place: frozenset(persons) for place, persons in told.items()}


def modes_of(session: Session, wave: Wave) -> dict[bytes, str]:
    """By whose hand each person who may be linked answered this wave; for the rule alone."""
    return {row.pseudonym: row.mode for row in queries.pseudonymous(session, wave.id)}


class _Found(NamedTuple):
    persons: dict[tuple[str, str], list[tuple[bytes, tuple[str, str]]]]
    """(group, variant) → pseudonym and both documents."""
    once: tuple[int, int]
    moved: int
    several: int


def _found(session: Session, first_wave: Wave, second_wave: Wave) -> _Found:
    sides = [_by_pseudonym(session, wave) for wave in (first_wave, second_wave)]
    several = {name for side in sides for name, rows in side.items() if len(rows) > 1}
    known = [side.keys() - several for side in sides]
    found: defaultdict[tuple[str, str], list[tuple[bytes, tuple[str, str]]]] = defaultdict(list)
    moved = 0
    for name in known[0] & known[1]:
        a, b = sides[0][name][0], sides[1][name][0]
        if (a.group, a.variant) == (b.group, b.variant):
            found[a.group, a.variant].append((name, (a.document, b.document)))
        else:
            moved += 1
    once = len(known[0] - known[1]), len(known[1] - known[0])
    return _Found(found, once, moved, len(several))


def _by_pseudonym(session: Session, wave: Wave) -> dict[bytes, list[PseudonymRow]]:
    rows: dict[bytes, list[PseudonymRow]] = {}
    for row in queries.pseudonymous(session, wave.id):
        rows.setdefault(row.pseudonym, []).append(row)
    return rows


def _layout(both: _Waves) -> LinkedLayout:
    return LinkedLayout(
        tuple(item.code for item in both.first.items),
        tuple(scored.dimension for scored in scored_dimensions(both.first)),
        int(max((len(s.points) for s in both.first.scales.values()), default=0)),
        unit_of(places(both.first).most),
    )


def _counted(both: _Waves, found: dict[tuple[str, str], list[tuple[str, str]]]) -> Linked:
    layout = _layout(both)
    linked = Linked.zeros(layout, ())
    for (group, variant), documents in sorted(found.items()):
        part = _of_group(both, layout, group, cast(Variant, variant), documents)
        linked = merge_linked(linked, part)
    return linked


def _of_group(
    both: _Waves,
    layout: LinkedLayout,
    group: str,
    variant: Variant,
    documents: list[tuple[str, str]],
) -> Linked:
    codes = _codes(both, group, variant, documents)
    lengths = [len(both.first.scales[i.scale].points) if i.scale else 0 for i in both.first.items]
    where = np.zeros(len(documents), np.int64)
    scored = np.array(lengths, np.int64), places(both.first)
    linked = count_linked(layout, (group,), where, codes, scored)
    for index, dimension in enumerate(layout.dimensions):
        if not _gives(both, dimension, group, variant):
            for table in (linked.scored, linked.sums, linked.squares):
                table[:, index] = 0
    return linked


def _codes(
    both: _Waves, group: str, variant: Variant, documents: list[tuple[str, str]]
) -> tuple[Codes, Codes]:
    """Marks of both waves in the order of the first; items that do not compare are not asked."""
    before = read_codes([a for a, _ in documents], len(both.first.items)).copy()
    after = _reordered(read_codes([b for _, b in documents], len(both.second.items)), both)
    for place, item in enumerate(both.first.items):
        own = both.first.scale_code(item, group, variant) == item.scale is not None
        if not own or refusal(both.first, both.second, item.code, group, variant=variant):
            before[place] = after[place] = NOT_ASKED
    return before, after


def _reordered(codes: Codes, both: _Waves) -> Codes:
    """The second wave's marks in the order of the first wave's items."""
    place = {item.code: index for index, item in enumerate(both.second.items)}
    ordered = np.full((len(both.first.items), codes.shape[1]), NOT_ASKED, np.uint8)
    for index, item in enumerate(both.first.items):
        if item.code in place:
            ordered[index] = codes[place[item.code]]
    return ordered


def _gives(both: _Waves, dimension: str, group: str, variant: Variant) -> bool:
    """Whether both waves give a score, and the same measure under that name."""
    if dimension_refusal(both.first, both.second, dimension, group, variant=variant):
        return False
    scored = next(one for one in scored_dimensions(both.first) if one.dimension == dimension)
    return bool(scored.scores(both.first, group, variant))
