"""The ledger of views: whether a further view may stand beside those already shown.

A view is a set of atoms, the smallest sets of persons that figures may be asked about: group ×
variant × mode × channel × site, in one wave. Knows indicator vectors and numbers of persons only.

Whoever holds figures of several views can add and subtract them: whatever holds of the sets holds
of counts, sums and sums of squares. So the attacker's sets are the vectors of the linear span of
the views' indicator vectors, and a vector that is zero but for a few persons is a figure about
those persons. The algebra is exact (modulo a large prime), for every combination of any number of
views with any coefficients; what is searched is which persons could be left over: every set made
of at most ``MOST_CLASSES`` classes of atoms that the views do not tell apart, and every signed
combination (−1, 0, 1) of the new view with up to ``MOST_VIEWS`` − 1 earlier ones, whatever it
leaves over.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

import numpy as np
from numpy.typing import NDArray

from corus.domain.wave import Thresholds

Atom = Hashable
Matrix = NDArray[np.int64]
"""Rows: views. Columns: classes of atoms. Numbers modulo ``PRIME``."""

PRIME = 2_147_483_629
"""Products of two residues fit in 63 bits. A dependence over the integers is one modulo the prime;
the converse fails about once in two thousand million, on the side of refusing."""
MOST_CLASSES = 4
MOST_VIEWS = 3


@dataclass(frozen=True)
class View:
    """A set of atoms for which figures are asked, or were shown, under a name to print."""

    name: str
    atoms: frozenset[Atom]


@dataclass(frozen=True)
class Refusal:
    """Why a view is not shown; it holds no count, since a count would tell what it protects."""

    view: str
    beside: tuple[str, ...]
    """Earlier views that with this one would single out too few persons; none: it does alone."""
    place: str = ""
    """What is counted, where that is not simply persons: an item of the questionnaire."""


def refuses(
    view: View,
    earlier: Sequence[View],
    atom_counts: Mapping[Atom, int],
    thresholds: Thresholds,
    *,
    place: str = "",
) -> Refusal | None:
    """Why ``view`` may not be shown beside ``earlier``; None when it may.

    Refused when the view itself holds fewer than ``thresholds.shown`` persons (nobody included:
    the refusal does not tell which), or when what is left of the combined views is about 1 to
    ``thresholds.shown`` − 1 of them: its complement in a view already shown, a difference, a
    symmetric combination. Atoms that hold nobody tell nobody apart. An earlier view too small to
    be shown told nothing and is passed over. ``atom_counts`` are persons by atom.
    """
    counts = {atom: n for atom, n in atom_counts.items() if n > 0}
    if _persons(view, counts) < thresholds.shown:
        return Refusal(view.name, (), place)
    shown = [old for old in earlier if _persons(old, counts) >= thresholds.shown]
    if not _isolates(view, shown, counts, thresholds.shown):
        return None
    beside = _at_fault(shown, lambda some: _isolates(view, some, counts, thresholds.shown))
    return Refusal(view.name, beside, place)


def undoes_bands(
    view: View,
    earlier: Sequence[View],
    atom_counts: Mapping[Atom, int],
    least: int,
    *,
    place: str = "",
) -> Refusal | None:
    """Why ``view`` may not be shown with its counts: fewer than ``least`` would follow exactly.

    A view under ``least`` persons is told in bands, of which nothing is subtracted: it is never
    refused here, nor is it subtracted from others. Neither is what earlier views tell without
    this one its doing. ``least``: the threshold of a full distribution; ``atom_counts`` as for
    ``refuses``.
    """
    counts = {atom: n for atom, n in atom_counts.items() if n > 0}
    exact = [old for old in earlier if _persons(old, counts) >= least]
    if _persons(view, counts) < least or not _adds(view, exact, counts, least):
        return None
    beside = _at_fault(exact, lambda some: _adds(view, some, counts, least))
    return Refusal(view.name, beside, place)


def refuses_any(
    view: View,
    earlier: Sequence[View],
    counted: Iterable[tuple[str, Mapping[Atom, int]]],
    thresholds: Thresholds,
    *,
    exact: Sequence[View] = (),
    release: bool = False,
) -> Refusal | None:
    """The first refusal over several ways of counting: persons, then valid answers by item.

    Two views that differ by 30 persons may differ by 2 who answered an item. A view in which too
    few answered an item does not show that item: it is no reason to refuse the others. What is
    left must be enough for counts (``undoes_bands``), but of a whole group in a new ``release``,
    which differs from the last one by ``thresholds.shown`` persons. ``exact`` are those of the
    earlier ones told by themselves: forms that are merged and sides that are compared tell some of
    their counts, so that the view is decided beside them and without them.
    ``counted`` gives (place, persons by atom); the first must count all persons.
    """
    least = thresholds.shown if release else thresholds.full
    for number, (place, counts) in enumerate(counted):
        told = refuses(view, earlier, counts, thresholds, place=place)
        if told and (number == 0 or told.beside):
            return told
        if told is None and least > thresholds.shown:
            for known in (earlier, exact):
                told = undoes_bands(view, known, counts, least, place=place)
                if told:
                    return told
    return None


def releases_as_views(
    releases: Sequence[tuple[str, Mapping[Atom, int]]],
) -> tuple[list[View], dict[Atom, int]]:
    """Several releases of one wave as views of common atoms (atom, from how many persons on).

    Persons who stayed from one release to the next are one atom, those who came later another:
    of what moved, only the difference of two counts is known, and it is taken for all that moved.
    Gives the views, one per release, and the persons of each atom.
    """
    names = sorted({atom for _, counts in releases for atom in counts}, key=str)
    views: dict[str, set[Atom]] = {name: set() for name, _ in releases}
    persons: dict[Atom, int] = {}
    for atom in names:
        steps = sorted({0, *(counts.get(atom, 0) for _, counts in releases)})
        for low, high in pairwise(steps):
            persons[atom, low] = high - low
            for name, counts in releases:
                if counts.get(atom, 0) >= high:
                    views[name].add((atom, low))
    return [View(name, frozenset(atoms)) for name, atoms in views.items()], persons


def _persons(view: View, counts: Mapping[Atom, int]) -> int:
    return sum(counts.get(atom, 0) for atom in view.atoms)


def _at_fault(shown: Sequence[View], refused: Callable[[Sequence[View]], bool]) -> tuple[str, ...]:
    """A smallest set of earlier views that is enough for the refusal; the oldest kept last."""
    needed = list(shown)
    for old in reversed(shown):
        fewer = [v for v in needed if v is not old]
        if refused(fewer):
            needed = fewer
    return tuple(v.name for v in needed)


def _isolates(
    view: View, shown: Sequence[View], counts: Mapping[Atom, int], threshold: int
) -> bool:
    """Whether some combination of the views is a figure about 1 to ``threshold`` − 1 persons."""
    matrix, persons = _classes([view, *shown], counts)
    return _few_views(matrix, persons, threshold) or _few_classes(matrix, persons, threshold)


def _adds(view: View, exact: Sequence[View], counts: Mapping[Atom, int], least: int) -> bool:
    """Whether the view tells of 1 to ``least`` − 1 persons what the others do not."""
    matrix, persons = _classes([view, *exact], counts)
    if _rank(matrix) == _rank(matrix[1:]):
        return False
    return _few_views(matrix, persons, least) or _more_classes(matrix, persons, least)


def _classes(views: Sequence[View], counts: Mapping[Atom, int]) -> tuple[Matrix, Matrix]:
    """Indicator vectors over classes of atoms that no view tells apart, and persons by class."""
    found: dict[tuple[int, ...], int] = {}
    for atom, n in counts.items():
        member = tuple(int(atom in view.atoms) for view in views)
        if any(member):
            found[member] = found.get(member, 0) + n
    matrix = np.array(sorted(found), np.int64).reshape(len(found), len(views)).T
    return matrix, np.array([found[column] for column in sorted(found)], np.int64)


def _few_views(matrix: Matrix, persons: Matrix, threshold: int) -> bool:
    """Signed combinations of the first view with at most ``MOST_VIEWS`` − 1 others."""
    for size in range(1, MOST_VIEWS):
        for others in combinations(matrix[1:], size):
            for signs in product((-1, 1), repeat=size):
                left = matrix[0] + sum(s * v for s, v in zip(signs, others, strict=True))
                if 0 < int(persons[left != 0].sum()) < threshold:
                    return True
    return False


def _few_classes(matrix: Matrix, persons: Matrix, threshold: int) -> bool:
    """Small sets of classes over which some combination of views is left, and nowhere else.

    A vector of the span is zero outside a set S of classes exactly when it is orthogonal to the
    null space: there is one when the null space's rows over S are linearly dependent.
    """
    null = _null_space(matrix)
    return any(
        _rank(null[list(chosen)]) < len(chosen) for chosen in _sets_under(persons, threshold)
    )


def _more_classes(matrix: Matrix, persons: Matrix, threshold: int) -> bool:
    """Small sets of classes about which more figures are left with the first view than without."""
    null, before = _null_space(matrix), _null_space(matrix[1:])
    return any(
        _rank(null[list(chosen)]) < _rank(before[list(chosen)])
        for chosen in _sets_under(persons, threshold)
    )


def _sets_under(persons: Matrix, threshold: int) -> Iterator[tuple[int, ...]]:
    small = [i for i in np.argsort(persons, kind="stable").tolist() if persons[i] < threshold]
    return _small_sets(small, persons.tolist(), threshold)


def _small_sets(
    small: Sequence[int], persons: Sequence[int], threshold: int
) -> Iterator[tuple[int, ...]]:
    """Sets of classes, as large as they may be, of under ``threshold`` persons together.

    A dependent part makes the whole dependent: only sets to which nothing can be added count.
    """

    def grow(chosen: tuple[int, ...], start: int, left: int) -> Iterator[tuple[int, ...]]:
        grown = False
        if len(chosen) < MOST_CLASSES:
            for place in range(start, len(small)):
                if persons[small[place]] > left:
                    break
                grown = True
                yield from grow((*chosen, small[place]), place + 1, left - persons[small[place]])
        if chosen and not grown:
            yield chosen

    yield from grow((), 0, threshold - 1)


def _reduced(matrix: Matrix) -> tuple[Matrix, list[int]]:
    """Reduced row echelon form modulo ``PRIME``, without empty rows, and its pivot columns."""
    rows = matrix.astype(np.int64) % PRIME
    pivots: list[int] = []
    for column in range(rows.shape[1]):
        top = len(pivots)
        found = np.flatnonzero(rows[top:, column])
        if not len(found):
            continue
        rows[[top, top + found[0]]] = rows[[top + found[0], top]]
        rows[top] = rows[top] * pow(int(rows[top, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(rows[:, column])
        for row in others[others != top]:
            rows[row] = (rows[row] - rows[row, column] * rows[top]) % PRIME
        pivots.append(column)
        if len(pivots) == len(rows):
            break
    return rows[: len(pivots)], pivots


def _rank(matrix: Matrix) -> int:
    return len(_reduced(matrix)[1])


def _null_space(matrix: Matrix) -> Matrix:
    """A basis of the vectors orthogonal to every view, one per column, one row per class."""
    rows, pivots = _reduced(matrix)
    size = matrix.shape[1]
    free = [column for column in range(size) if column not in set(pivots)]
    null = np.zeros((size, len(free)), np.int64)
    for place, column in enumerate(free):
        null[column, place] = 1
        null[pivots, place] = -rows[:, column] % PRIME
    return null
