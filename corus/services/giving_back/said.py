"""What one group said, in plain words, from a release's profile and nothing else.

Decides no disclosure: it only picks among cells that the profile shows, so that the page of a
group never tells more than the dashboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corus.analysis.waves.same_question import refusal
from corus.charts import phrases
from corus.charts.first_read import Side, side_words
from corus.charts.view import View
from corus.domain.profile import ItemCell, Profile
from corus.services.giving_back.later import item_change
from corus.services.giving_back.picking import More, is_against, picked, weight
from corus.services.giving_back.written import Written, written

SHOWN = ("full", "banded", "majority")
MAJORITY = {
    "favourable": "Most gave a favourable answer.",
    "mixed": "Most stood in between.",
    "unfavourable": "Most gave an unfavourable answer.",
    "none": "No answer was given by most.",
}

ANSWERED = "{share} answered {words}"
AND = "{share} {words}"
BOTH: tuple[Side, ...] = ("unfavourable", "favourable")
GAVE: dict[Side, str] = {
    "favourable": "{share} gave a favourable answer",
    "unfavourable": "{share} gave an unfavourable answer",
}
SHORT: dict[Side, str] = {
    "favourable": "favourable: {share}",
    "unfavourable": "unfavourable: {share}",
}


@dataclass(frozen=True)
class Finding:
    """One sentence put to the group, and how it was answered; ``later`` at the next wave."""

    item: str
    sentence: str
    told: str
    later: str = ""
    divided: bool = False


@dataclass(frozen=True)
class Said:
    """What one group said; only ``label`` and the days where it is masked altogether."""

    group: str
    label: str
    answered: str = ""
    masked: bool = False
    best: tuple[Finding, ...] = ()
    least: tuple[Finding, ...] = ()
    divided: tuple[Finding, ...] = ()
    """Other sentences on which opinions are divided."""
    more: More = field(default_factory=More)
    missing: tuple[str, ...] = ()
    """Subjects on which nothing can be shown."""
    written: tuple[Written, ...] = ()


def said(profile: Profile, group: str, language: str, later: Profile | None = None) -> Said:
    """What ``group`` said; beside it what it says in ``later``, where the question is the same."""
    view = View(profile, language)
    label = view.group(group)
    if group in profile.masked_groups or not view.has_results:
        return Said(group, label, masked=True)
    after = View(later, language) if later else None
    found = picked(list(_told_cells(view, group)))
    return Said(
        group, label,
        answered=phrases.received(view, view.coverage.get(group)),
        best=tuple(_finding(view, cell, after, _sides_of_best(cell)) for cell in found.best),
        least=tuple(_finding(view, cell, after) for cell in found.least),
        divided=tuple(_finding(view, cell, after) for cell in found.divided),
        more=found.more,
        missing=tuple(_missing(view, group)),
        written=tuple(written(view, group)),
    )  # fmt: skip


def _told_cells(view: View, group: str) -> Iterator[ItemCell]:
    """One shown cell per sentence on perception: the item's own scale before the easy one."""
    for item in view.profile.instrument.items:
        cells = [cell for cell in view.cells.get((item.code, group), ()) if _is_told(cell)]
        if item.purpose == "perception" and cells:
            yield min(cells, key=view.is_easy)


def _is_told(cell: ItemCell) -> bool:
    return cell.show in SHOWN and (weight(cell.favourable) is not None or bool(cell.majority))


def _sides_of_best(cell: ItemCell) -> tuple[Side, ...]:
    """The unfavourable side too, where it is a quarter or more."""
    return BOTH[::-1] if is_against(cell) and cell.unfavourable else ("favourable",)


def _finding(
    view: View, cell: ItemCell, after: View | None, sides: tuple[Side, ...] = BOTH
) -> Finding:
    later = _later(view, cell, after, sides) if after else ""
    return Finding(
        cell.item, view.wordings(cell)[0], told(view, cell, sides), later, divided=cell.divided
    )


def told(view: View, cell: ItemCell, sides: tuple[Side, ...] = BOTH) -> str:
    """How a sentence was answered: each side asked for, as far as it is shown."""
    if weight(cell.favourable) is None:
        return view.words(MAJORITY[cell.majority or "none"])
    first, *rest = _shown(cell, sides)
    others = [_in_scale(view, cell, side, AND) for side in rest]
    sentence = view.words("; ").join([_in_scale(view, cell, first, ANSWERED), *others])
    number = phrases.number_of(view, cell)
    return view.words("{answers} ({n} opinions).", answers=_begun(sentence), n=number)


def _shown(cell: ItemCell, sides: tuple[Side, ...]) -> list[Side]:
    found = [side for side in sides if weight(getattr(cell, side)) is not None]
    return found or ["favourable"]


def _in_scale(view: View, cell: ItemCell, side: Side, pattern: str) -> str:
    """One side in the very words that people chose; merged answers were given in other words."""
    share = phrases.share(view, getattr(cell, side))
    if cell.merged or view.scale(cell) is None:
        return view.words(GAVE[side], share=share)
    return view.words(pattern, share=share, words=side_words(view, cell, side))


def _begun(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _later(view: View, cell: ItemCell, after: View, sides: tuple[Side, ...]) -> str:
    """The later answer to the very same question on the same scale, or ""."""
    first, second = view.profile.instrument, after.profile.instrument
    if cell.group not in second.groups or view.is_easy(cell) or cell.merged:
        return ""
    if refusal(first, second, cell.item, cell.group) is not None:
        return ""
    found = after.cells.get((cell.item, cell.group), ())
    same = (one for one in found if _is_told(one) and not (one.merged or after.is_easy(one)))
    one = next(same, None)
    return f"{_briefly(after, one, sides)} {view.words(item_change(cell, one))}" if one else ""


def _briefly(view: View, cell: ItemCell, sides: tuple[Side, ...]) -> str:
    """The same answers in fewer words, where they stand under the first ones."""
    if weight(cell.favourable) is None:
        return view.words(MAJORITY[cell.majority or "none"])
    shares = [
        view.words(SHORT[side], share=phrases.share(view, getattr(cell, side)))
        for side in _shown(cell, sides)
    ]
    number = phrases.number_of(view, cell)
    return view.words("{answers} ({n} opinions).", answers=", ".join(shares), n=number)


def _missing(view: View, group: str) -> Iterator[str]:
    """What the group was asked and nothing of which can be shown."""
    for item in view.profile.instrument.items:
        cells = [c for c in view.cells.get((item.code, group), ()) if c.show != "not_asked"]
        if item.purpose == "perception" and cells and all(c.show == "masked" for c in cells):
            yield view.topic(item.code)
