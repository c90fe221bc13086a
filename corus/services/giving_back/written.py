"""What one group wrote in its own words, as far as the release quotes it.

Beside every quotation stands the count of those left out, by valence, as on the dashboard.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corus.charts import phrases
from corus.charts.view import View
from corus.charts.voices import HEADS
from corus.domain.open_answers import UNCODED, Quotation, QuotationCell
from corus.domain.profile import Share, TextCell

PRINTED = 8
"""Quotations of one question on a page: it is read on telephones."""
TURNS = ("unfavourable", "favourable", "ambivalent", UNCODED)
"""Valences take turns, so that a short page never leaves out one of them alone."""


@dataclass(frozen=True)
class Written:
    """One open question: how many wrote, some of their words, and how many are not quoted."""

    question: str
    n: str
    """How many wrote, or "" where that number is withheld."""
    quotations: tuple[str, ...] = ()
    more: str = ""
    """Quotations of the release that this page has no room for, by valence."""
    left_out: str = ""
    """Persons whose words the release does not quote, by valence; in bands where they are few."""


def written(view: View, group: str) -> Iterator[Written]:
    """Every open question that the group was asked, unplanned effects first."""
    quoted = {cell.item: cell for cell in view.profile.quotations if cell.group == group}
    cells = [c for c in view.profile.texts if c.group == group and c.show != "not_asked"]
    for cell in sorted(cells, key=lambda c: view.item(c.item).purpose != "unexpected_effect"):
        yield _question(view, cell, quoted.get(cell.item))


def _question(view: View, cell: TextCell, quoted: QuotationCell | None) -> Written:
    question = view.wording(cell.item, cell.group)
    n = "" if cell.n is None else view.words.number(cell.n)
    if quoted is None:
        return Written(question, n)
    if not quoted.quotations:
        return Written(question, n, left_out=_found(view, quoted))
    printed, more = _in_turn(quoted.quotations)
    return Written(
        question, n, tuple(q.text for q in printed),
        _counted(view, Counter(q.valence or UNCODED for q in more)),
        _counted(view, quoted.left_out),
    )  # fmt: skip


def _in_turn(found: Iterable[Quotation]) -> tuple[list[Quotation], list[Quotation]]:
    """Those printed, and the others; each in the order of the release within its valence."""
    waiting = {valence: deque[Quotation]() for valence in TURNS}
    for one in found:
        waiting[one.valence or UNCODED].append(one)
    printed: list[Quotation] = []
    while any(waiting.values()) and len(printed) < PRINTED:
        printed += [turn.popleft() for turn in waiting.values() if turn]
    rest = printed[PRINTED:] + [one for turn in waiting.values() for one in turn]
    return printed[:PRINTED], rest


def _found(view: View, cell: QuotationCell) -> str:
    """What coders found where nothing is quoted: persons by valence, or bands of them."""
    if cell.bands:
        bands = ((v, phrases.share(view, Share(band=b))) for v, b in cell.bands.items())
        return " · ".join(f"{view.words(HEADS[v])} {share}" for v, share in bands)
    return _counted(view, cell.left_out) if cell.is_coded else ""


def _counted(view: View, persons: dict[str, int]) -> str:
    """``favourable effects 8 · unfavourable effects 3``; "" when there is nobody."""
    say = view.words
    return " · ".join(f"{say(HEADS[v])} {say.number(n)}" for v, n in persons.items() if n)
