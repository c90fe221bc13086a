"""Known margins from a file: group, question, category, persons; every fault by its line.

Knows the instrument and the wave's groups; reads no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corus.analysis.counting.layout import VARIANTS
from corus.analysis.counting.persons import UNKNOWN
from corus.domain.instrument import Instrument, Item
from corus.errors import Fault, InputError
from corus.services.importing.spellings import fold
from corus.services.importing.tables import Row, read_table
from corus.services.weighing.headings import Columns, number

PARTS = ("group", "question", "category", "persons")
TOGETHER = "|"
"""Between options counted as one category."""
_NOT_KNOWN = frozenset(map(fold, ("unknown", "inconnu", "non réponse", "no answer")))


@dataclass(frozen=True)
class Category:
    """Options counted together, ``UNKNOWN`` among them or alone, and persons known of outside."""

    options: tuple[str, ...]
    persons: float
    line: int

    @property
    def name(self) -> str:
        """``under_1_year|over_3_years``."""
        return TOGETHER.join(self.options)


@dataclass
class GroupMargins:
    """What is known of one group: question → its categories."""

    by_question: dict[str, list[Category]] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """Where the group is first named."""
        return min(c.line for categories in self.by_question.values() for c in categories)

    @property
    def targets(self) -> dict[str, dict[str, float]]:
        """As ``raking.rake`` takes them."""
        return {
            question: {c.name: c.persons for c in categories}
            for question, categories in self.by_question.items()
        }


@dataclass(frozen=True)
class MarginsFile:
    """A file that was read without a fault."""

    file: str
    sha256: str
    groups: Mapping[str, GroupMargins]


def read_margins(path: str | Path, instrument: Instrument, groups: tuple[str, ...]) -> MarginsFile:
    """The margins of a CSV or XLSX file, in French or in English headings.

    Raises ``InputError`` with all faults at once: columns (``WGT-001``, ``WGT-002``), a group that
    was not surveyed (``MRG-001``), a question that is no single choice put to it (``MRG-002``), a
    category that is none of its options (``MRG-003``), one given twice (``MRG-004``), a number of
    persons that is none above 0 (``MRG-005``), no row at all (``MRG-006``).
    """
    table = read_table(path)
    columns = Columns(table, PARTS)
    found: dict[str, GroupMargins] = {}
    faults: list[Fault] = [*table.faults]
    for row in table.rows:
        told = list(_faults(columns, row, instrument, groups, found))
        faults += told
        if not told:
            _keep(columns, row, found)
    if faults or not found:
        ordered = sorted(faults)
        raise InputError(
            f"The margins of {table.file} cannot be used.",
            hint="" if faults else "Give one row per group, question and category.",
            code=ordered[0].code if ordered else "MRG-006", faults=ordered,
        )  # fmt: skip
    return MarginsFile(Path(table.file).name, table.digest.hex(), found)


def _options(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.split(TOGETHER))
    return tuple(sorted(UNKNOWN if fold(part) in _NOT_KNOWN else part for part in parts))


def _keep(columns: Columns, row: Row, found: dict[str, GroupMargins]) -> None:
    group, question, category, persons = (columns.cell(row, part) for part in PARTS)
    known = Category(_options(category), number(persons) or 0.0, row.line)
    found.setdefault(group, GroupMargins()).by_question.setdefault(question, []).append(known)


def _faults(
    columns: Columns,
    row: Row,
    instrument: Instrument,
    groups: tuple[str, ...],
    found: Mapping[str, GroupMargins],
) -> Iterator[Fault]:
    group, question, persons = (columns.cell(row, p) for p in ("group", "question", "persons"))
    if group not in groups:
        message, hint = f"“{group}” is no group of this wave.", f"Use: {', '.join(groups)}."
        yield columns.fault(row, "group", "MRG-001", message, hint)
    allowed = {i.code: i for i in instrument.items if _is_margin(i, instrument, group)}
    item = allowed.get(question)
    if item is None and group in groups:
        message = f"“{question}” is no single choice put to this group."
        hint = f"Use: {', '.join(allowed)}." if allowed else "It is asked no such question."
        yield columns.fault(row, "question", "MRG-002", message, hint)
    if item is not None:
        earlier = found[group].by_question.get(question, []) if group in found else []
        yield from _category_faults(columns, row, item, earlier)
    count = number(persons)
    if count is None or count <= 0:
        message = f"“{persons}” is no number of persons above 0."
        hint = "Leave out a category nobody belongs to."
        yield columns.fault(row, "persons", "MRG-005", message, hint)


def _category_faults(
    columns: Columns, row: Row, item: Item, earlier: list[Category]
) -> Iterator[Fault]:
    known = [*(option.code for option in item.options), UNKNOWN]
    taken = {option for one in earlier for option in one.options}
    options = _options(columns.cell(row, "category"))
    for option in options:
        if option not in known:
            message = f"“{option}” is no option of “{item.code}”."
            hint = f"Use: {', '.join(known)}; a|b counts two together."
            yield columns.fault(row, "category", "MRG-003", message, hint)
        elif option in taken or options.count(option) > 1:
            message, hint = f"“{option}” was already given.", "Give each option once per group."
            yield columns.fault(row, "category", "MRG-004", message, hint)


def _is_margin(item: Item, instrument: Instrument, group: str) -> bool:
    return item.type == "single_choice" and any(
        instrument.asks(item, group, variant) for variant in VARIANTS
    )
