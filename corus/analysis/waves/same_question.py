"""Whether two waves asked a group the same question, or why their answers do not compare.

A question put in other words is another question. Knows instruments only, no answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from corus.analysis.counting.layout import scored_dimensions
from corus.domain.base import Text
from corus.domain.instrument import Instrument, Item, Variant
from corus.domain.scale import Scale


@dataclass(frozen=True)
class Refused:
    """Why two waves are not compared: an English sentence (the key of its translation)."""

    code: str
    sentence: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.parameters)


NOT_ASKED = "“{item}” was not asked to this group in both waves."
REPLACED = "“{item}” was replaced by “{by}”, which asks something else."
RESCALED = "“{item}” was answered on another scale."
TURNED = "“{item}” was read the other way round."
REWORDED = "“{item}” was worded otherwise: it is another question."
OTHER_ITEMS = "“{dimension}” was asked with other questions."


def refusal(
    first: Instrument,
    second: Instrument,
    code: str,
    group: str,
    *,
    variant: Variant = "standard",
    settled: Collection[str] = (),
) -> Refused | None:
    """Why answers of ``group`` to item ``code`` do not compare between two waves; None if they do.

    The same code, type, direction, scale (values and labels) and sentence, in every language that
    both have. ``settled``: codes whose new sentence a person has declared to mean the same (a
    typing mistake mended); everything else is still compared.
    """
    before, after = first.item_by_code.get(code), second.item_by_code.get(code)
    by = next((item.code for item in second.items if item.replaces == code), "")
    if by and (after is None or after.code != by):
        return Refused("CHG-002", REPLACED, {"item": code, "by": by})
    if not (before and after and _asks(first, before, group, variant)
            and _asks(second, after, group, variant)):  # fmt: skip
        return Refused("CHG-001", NOT_ASKED, {"item": code})
    return _changed(first, second, (before, after), (group, variant), settled)


def _asks(instrument: Instrument, item: Item, group: str, variant: Variant) -> bool:
    offered = group in instrument.groups and instrument.offers(group, variant)
    return offered and instrument.asks(item, group, variant)


def _changed(
    first: Instrument,
    second: Instrument,
    items: tuple[Item, Item],
    to: tuple[str, Variant],
    settled: Collection[str],
) -> Refused | None:
    before, after = items
    named = {"item": after.code}
    scales = first.scale_of(before, *to), second.scale_of(after, *to)
    if before.type != after.type or not _same_scale(*scales) or not _same_options(before, after):
        return Refused("CHG-003", RESCALED, named)
    if before.direction != after.direction:
        return Refused("CHG-003", TURNED, named)
    sentences = first.words(before, *to), second.words(after, *to)
    if after.code not in settled and not (_same(*sentences) and _same_labels(before, after)):
        return Refused("CHG-004", REWORDED, named)
    return None


def dimension_refusal(
    first: Instrument,
    second: Instrument,
    dimension: str,
    group: str,
    *,
    variant: Variant = "standard",
    settled: Collection[str] = (),
) -> Refused | None:
    """Why scores of ``group`` in a dimension do not compare; None if they do.

    The same scored items, none of which is refused by itself.
    """
    codes = [_scored_codes(each, dimension, group, variant) for each in (first, second)]
    if not codes[0] or codes[0] != codes[1]:
        return Refused("CHG-007", OTHER_ITEMS, {"dimension": dimension})
    each = (
        refusal(first, second, code, group, variant=variant, settled=settled)
        for code in sorted(codes[0])
    )
    return next((refused for refused in each if refused), None)


def _scored_codes(
    instrument: Instrument, dimension: str, group: str, variant: Variant
) -> frozenset[str]:
    if group not in instrument.groups:
        return frozenset()
    found = (one for one in scored_dimensions(instrument) if one.dimension == dimension)
    return frozenset(i.code for one in found for i in one.asked(instrument, group, variant))


def _same_scale(first: Scale | None, second: Scale | None) -> bool:
    if first is None or second is None:
        return first is second
    alike = [p.value for p in first.points] == [p.value for p in second.points]
    pairs = zip(first.points, second.points, strict=False)
    return alike and all(_same(a.label, b.label) for a, b in pairs)


def _same_options(first: Item, second: Item) -> bool:
    """Options of a choice: the same codes, in any order, and as many to choose."""
    codes = [{option.code for option in item.options} for item in (first, second)]
    limits = [(item.max_choices, item.total) for item in (first, second)]
    return codes[0] == codes[1] and limits[0] == limits[1]


def _same_labels(first: Item, second: Item) -> bool:
    """Options and descriptors in the same words."""
    labels = {option.code: option.label for option in first.options}
    return len(first.descriptors) == len(second.descriptors) and all(
        _same(a, b)
        for a, b in (
            *((labels[option.code], option.label) for option in second.options),
            *zip(first.descriptors, second.descriptors, strict=True),
        )
    )


def _same(first: Text, second: Text) -> bool:
    """The same sentence in every language that both have, spaces aside; at least one in common."""
    shared = first.keys() & second.keys()
    return bool(shared) and all(first[c].split() == second[c].split() for c in shared)
