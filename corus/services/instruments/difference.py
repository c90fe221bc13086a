"""What publishing a draft changes, in sentences for people who did not write the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corus.authoring.changes import Change
from corus.domain.base import Text
from corus.domain.instrument import Instrument

SAID = {
    "added": "Added",
    "removed": "No longer asked",
    "replaced": "Replaced by another question",
    "type": "Answered in another way",
    "direction": "Read in the other direction",
    "scale": "Answered on another scale",
    "wording": "Worded otherwise",
    "typo": "Spelling corrected",
    "translation": "Translation added or taken off",
    "hint": "Other advice under it",
    "options": "Other answers to choose from",
    "descriptors": "Other descriptions of its levels",
    "limits": "Other limits",
    "asked_to": "Asked of other groups",
    "relevant": "Shown in other cases",
    "dimension": "Measured by other questions",
    "group": "Counted in another way",
    "order": "Shown in another order",
    "mapping": "Linked to other conditions or markers",
}
"""Kind of change → what becomes of the thing; keys of the catalogues."""


@dataclass(frozen=True)
class Difference:
    """One thing that changes: what it is, what becomes of it, the text before and after.

    ``lost`` and ``gained`` are groups that are no longer, or newly, asked; ``readers`` those who
    read the text that changed, and ``easy_readers`` in easy language: both empty where everybody
    asked does.
    """

    about: Text
    said: str
    breaks: bool
    before: str = ""
    after: str = ""
    language: str = ""
    lost: tuple[Text, ...] = ()
    gained: tuple[Text, ...] = ()
    readers: tuple[Text, ...] = ()
    easy_readers: tuple[Text, ...] = ()


def differences(
    changes: Iterable[Change], old: Instrument, new: Instrument
) -> tuple[Difference, ...]:
    """Each change with the words of what it concerns; those that break comparison first."""
    return tuple(dict.fromkeys(_difference(change, old, new) for change in changes))


def _difference(change: Change, old: Instrument, new: Instrument) -> Difference:
    lost, gained = _groups(change, old, new)
    readers, easy = _readers(change, new)
    return Difference(
        _Words(_about(change.code, old, new)), SAID[change.kind], change.breaks, change.before,
        change.after, change.language, lost, gained, readers, easy,
    )  # fmt: skip


class _Words(dict[str, str]):
    """A text that may stand in a set: it is compared by what it says."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


def _about(code: str, old: Instrument, new: Instrument) -> Text:
    for version in (new, old):
        if code in version.item_by_code:
            return version.item_by_code[code].text
        if code in version.groups:
            return version.groups[code].label
        for dimension in version.dimensions:
            if dimension.code == code:
                return dimension.label
    return new.title


def _readers(change: Change, new: Instrument) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    item = new.item_by_code.get(change.code)
    if item is None or not change.readers:
        return (), ()
    asked = {group for group in new.groups if new.asks(item, group)}
    standard = [group for group, form in change.readers if form != "easy"]
    easy = [group for group, form in change.readers if form == "easy"]
    if asked == set(standard):
        return (), ()
    return _labels(new, standard), _labels(new, easy)


def _labels(instrument: Instrument, groups: Iterable[str]) -> tuple[Text, ...]:
    return tuple(_Words(instrument.groups[group].label) for group in groups)


def _groups(
    change: Change, old: Instrument, new: Instrument
) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    before, after = old.item_by_code.get(change.code), new.item_by_code.get(change.code)
    if change.kind != "asked_to" or before is None or after is None:
        return (), ()
    then = {group for group in old.groups if old.asks(before, group)}
    now = {group for group in new.groups if new.asks(after, group)}
    lost = [_Words(g.label) for code, g in old.groups.items() if code in then - now]
    gained = [_Words(g.label) for code, g in new.groups.items() if code in now - then]
    # Two changes tell it, one of each sort.
    return (tuple(lost), ()) if change.breaks else ((), tuple(gained))
