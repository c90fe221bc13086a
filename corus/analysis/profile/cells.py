"""Cells of choices and of open questions: counts turned into what the disclosure rule lets through.

Every number a cell holds has passed ``disclosure``; nothing here knows waves or documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corus.analysis.counting.layout import CHOSEN_TYPES, GIVEN
from corus.analysis.disclosure import rule as disclosure
from corus.analysis.disclosure.bands import ONE_EACH, bands_tell
from corus.analysis.disclosure.rule import COMPLEMENTARY, Rule
from corus.analysis.profile.group import Group
from corus.domain.instrument import Item
from corus.domain.profile import ChoiceCell, Share, TextCell

ROUNDED = {"tenths": "one decimal", "whole": "whole points"}
"""Reason of a full dimension cell that complementary suppression rounds, by precision."""


def choices_of(group: Group, index: int, item: Item) -> Iterable[ChoiceCell]:
    """The cells of a choice question put to the group; none for any other question."""
    if not item.options or item.type not in (*CHOSEN_TYPES, "single_choice"):
        return ()
    if not group.asks(item):
        return [
            ChoiceCell(item=item.code, group=group.code, option=o.code, show="not_asked")
            for o in item.options
        ]
    marks = _marks(group, index)
    if item.type == "single_choice":
        chosen: list[int] = marks[: len(item.options)].tolist()
        return choice_cells(item, group.code, sum(chosen), chosen, group.rule, ONE_EACH)
    places = [i for i, (code, _) in enumerate(group.tally.layout.options) if code == item.code]
    chosen = [sum(int(own.options[i]) for own in group.counts.values()) for i in places]
    most = 1 if item.type == "ranking" else item.max_choices or len(places)
    return choice_cells(item, group.code, int(marks[GIVEN]), chosen, group.rule, (1, most))


def texts_of(group: Group, index: int, item: Item) -> Iterator[TextCell]:
    """The cell of an open question put to the group; none for any other question."""
    if item.type != "text":
        return
    if not group.asks(item):
        yield TextCell(item=item.code, group=group.code, show="not_asked")
        return
    yield _text_cell(item, group.code, int(_marks(group, index)[GIVEN]), group.rule)


def _marks(group: Group, index: int) -> NDArray[np.int64]:
    """Persons by symbol, over every variant."""
    added: NDArray[np.int64] = np.sum([own.marks[index] for own in group.counts.values()], axis=0)
    return added


def choice_cells(
    item: Item,
    group: str,
    n: int,
    chosen: Sequence[int],
    rule: Rule,
    each: tuple[int, int],
) -> Iterator[ChoiceCell]:
    """One cell per option; ``n`` persons answered, ``chosen[i]`` of them chose option i, and each
    of them ``each[0]`` to ``each[1]`` options.

    Under the full threshold shares are bands only, whatever they are: the options of a single
    choice add up, so that one rounded share would sharpen the others. They are withheld where all
    bands together leave one number (four options, « low » each, are two of eight persons each).
    """
    show = rule.show(n)
    show = "masked" if show == "majority" else show
    shown = rule.thresholds.shown
    told_too_well = show == "banded" and bands_tell(chosen, range(shown, n + 1), shown, each)
    show = "masked" if told_too_well else show
    place: dict[str, Any] = {"item": item.code, "group": group, "show": show}
    place["reason"] = too_few(rule) if show == "masked" else rule.reason(show)
    if told_too_well:
        place["reason"] = COMPLEMENTARY
    for option, x in zip(item.options, chosen, strict=True):
        told: dict[str, Any] = {}
        if show == "full":
            told = {"n": n, "chosen": x, "share": disclosure.full_share(x, n)}
        elif show == "banded":
            told = {"share": Share(band=disclosure.band_of(x / n))}
        yield ChoiceCell(**place, option=option.code, **told)


def _text_cell(item: Item, group: str, n: int, rule: Rule) -> TextCell:
    """Number of persons of the group who answered an open question."""
    if rule.show(n) in ("masked", "majority"):
        return TextCell(item=item.code, group=group, show="masked", reason=too_few(rule))
    return TextCell(item=item.code, group=group, show="full", n=n)


def too_few(rule: Rule) -> str:
    """Reason of what is never worded: organizations under the common threshold get none either."""
    return f"n < {rule.thresholds.shown}"
