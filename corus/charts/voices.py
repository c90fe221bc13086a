"""Open questions as the dashboard tells them: how many wrote, what was found in it, their words.

Shows only what the Profile holds, and beside every quotation the count of those left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corus.charts import phrases
from corus.charts.view import View
from corus.domain.open_answers import UNCODED, Quotation, QuotationCell
from corus.domain.profile import ChoiceCell, Share, TextCell

HEADS = {
    "favourable": "favourable effects",
    "unfavourable": "unfavourable effects",
    "ambivalent": "ambivalent effects",
    UNCODED: "not coded, or coders disagree",
    "expected": "expected",
    "unexpected": "unexpected",
}
"""What persons are counted by → its name, a key of the catalogue."""
Row = tuple[str, tuple[str, ...]]
"""What a line is about, and its cells."""


@dataclass(frozen=True)
class Table:
    """Groups in rows, or in columns: heads, then rows of as many cells."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Quoted:
    """What one group wrote, as far as it may be read: quotations, and how many are left out."""

    group: str
    quotations: tuple[tuple[str, str], ...]
    """Words, and how they were coded ("" when they were not)."""
    left_out: str
    total: str


@dataclass(frozen=True)
class TextRow:
    """One open question: how many answered, by group, and what they said."""

    text: str
    unexpected: bool
    counts: tuple[tuple[str, str], ...]
    effects: Table | None
    """Persons by valence and expectation; None when nobody has coded what they wrote."""
    codes: Table | None
    quoted: tuple[Quoted, ...]


def text_rows(view: View) -> list[TextRow]:
    """Every open question that was asked, unplanned effects first."""
    by_item: defaultdict[str, list[TextCell]] = defaultdict(list)
    for cell in view.profile.texts:
        if cell.show != "not_asked":
            by_item[cell.item].append(cell)
    rows = [_text_row(view, code, cells) for code, cells in by_item.items()]
    return sorted(rows, key=lambda row: not row.unexpected)


def _text_row(view: View, code: str, cells: list[TextCell]) -> TextRow:
    said = [cell for cell in view.profile.quotations if cell.item == code]
    return TextRow(
        view.say(view.item(code).text),
        view.item(code).purpose == "unexpected_effect",
        tuple((view.group(c.group), _persons(view, c.reason, c.n)) for c in cells),
        _effects(view, said) if any(cell.is_coded for cell in said) else None,
        _codes(view, [cell for cell in view.profile.codes if cell.item == code]),
        tuple(_quoted(view, cell) for cell in said if cell.quotations),
    )


def _persons(view: View, reason: str, n: int | None) -> str:
    return phrases.masked(view, reason) if n is None else view.words.number(n)


def _effects(view: View, cells: Iterable[QuotationCell]) -> Table:
    say = view.words
    return Table(
        (say("Group"), *(say(head) for head in HEADS.values())),
        tuple((view.group(cell.group), tuple(_counted(view, cell))) for cell in cells),
    )


def _counted(view: View, cell: QuotationCell) -> Iterator[str]:
    """Persons by valence, then by expectation: a number, a band, or why there is neither."""
    for kind in HEADS:
        persons = (cell.valences | cell.expectations).get(kind)
        if persons is not None or cell.show == "masked":
            yield _persons(view, cell.reason, persons)
        else:
            yield phrases.share(view, Share(band=cell.bands.get(kind)))


def _codes(view: View, cells: list[ChoiceCell]) -> Table | None:
    """Share of the persons whose words are coded, by code and group."""
    if all(cell.show == "masked" for cell in cells):
        return None
    groups = [g for g in view.profile.groups if any(c.group == g for c in cells)]
    by_place = {(c.option, c.group): c for c in cells}
    heads = [_head(view, next(c for c in cells if c.group == g)) for g in groups]
    return Table(
        (view.words("Theme"), *heads),
        tuple(
            (name, tuple(_share(view, by_place[code, group]) for group in groups))
            for code, name in _names(view, cells[0].item).items()
            if (code, groups[0]) in by_place
        ),
    )


def _head(view: View, cell: ChoiceCell) -> str:
    label = view.group(cell.group)
    return label if cell.n is None else f"{label} ({view.words('n = {n}', n=cell.n)})"


def _share(view: View, cell: ChoiceCell) -> str:
    if cell.show == "masked":
        return phrases.masked(view, cell.reason)
    return phrases.share(view, cell.share)


def _names(view: View, item: str) -> dict[str, str]:
    return {c.code: c.name for b in view.profile.codebooks if b.item == item for c in b.codes}


def _quoted(view: View, cell: QuotationCell) -> Quoted:
    say, names = view.words, _names(view, cell.item)
    left = [f"{say(HEADS[v])} {say.number(n)}" for v, n in cell.left_out.items() if n]
    return Quoted(
        view.group(cell.group),
        tuple((q.text, _coding(view, q, names)) for q in cell.quotations),
        " · ".join(left),
        say.number(sum(cell.left_out.values())),
    )


def _coding(view: View, quotation: Quotation, names: dict[str, str]) -> str:
    said = [view.words(HEADS[v]) for v in (quotation.valence, quotation.expectation) if v]
    return " · ".join([*said, *(names.get(code, code) for code in quotation.codes)])
