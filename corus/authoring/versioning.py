"""What changes from one version of an instrument to the next, and what no longer compares.

A code is a promise: the same code means the same question. Knows no file and no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import get_args

from corus.authoring.changes import Change, Kind, change_of_sentence, changes_of_text
from corus.domain.base import Text
from corus.domain.instrument import Instrument, Item, Variant
from corus.domain.scale import OptOut, Scale


def compare(old: Instrument, new: Instrument) -> list[Change]:
    """Every change from ``old`` to ``new``, those that break comparison first."""
    changes = [
        *_items(old, new),
        *_scales(old, new),
        *_groups(old, new),
        *_dimensions(old, new),
        *_whole(old, new),
    ]
    # A language that comes or goes as a whole is told once, not once per text.
    whole = set(old.languages) ^ set(new.languages)
    told = [c for c in changes if c.language not in whole]
    return sorted(told, key=lambda change: not change.breaks)


def _items(old: Instrument, new: Instrument) -> Iterator[Change]:
    replaced = {i.replaces: i.code for i in new.items if i.replaces}
    for code in old.item_by_code:
        if code not in new.item_by_code:
            if code in replaced:
                what = f'item "{code}" is replaced by "{replaced[code]}"'
                yield Change("replaced", code, what, True)
            else:
                yield Change("removed", code, f'item "{code}" is removed', True)
    for code, item in new.item_by_code.items():
        before = old.item_by_code.get(code)
        if before is None:
            yield Change("added", code, f'item "{code}" is added', False)
        else:
            yield from _item(old, new, before, item)


def refusals(old: Instrument, new: Instrument) -> Iterator[Change]:
    """What no published code may become; ``new`` may still have faults of its own."""
    for after in new.items:
        before = old.item_by_code.get(after.code)
        if before is not None:
            yield from _refusals(old, new, before, after)


def _refusals(old: Instrument, new: Instrument, before: Item, after: Item) -> Iterator[Change]:
    said = f'item "{after.code}"'
    if before.type != after.type:
        what = f'{said} was of type "{before.type}" and is now "{after.type}"'
        yield Change("type", after.code, what, True, "INS-090")
        return
    if before.direction != after.direction:
        what = f"{said} was {_spaced(before.direction)} and is now {_spaced(after.direction)}"
        yield Change("direction", after.code, what, True, "INS-091")
    first, second = old.scales.get(before.scale or ""), new.scales.get(after.scale or "")
    if first and second and len(first.points) != len(second.points):
        what = f"{said} had {len(first.points)} scale points and now has {len(second.points)}"
        yield Change("scale", after.code, what, True, "INS-092")


def _item(old: Instrument, new: Instrument, before: Item, after: Item) -> Iterator[Change]:
    yield from _refusals(old, new, before, after)
    yield from _item_scales(old, new, before, after)
    yield from _item_words(old, new, before, after)
    yield from _options(before, after)
    yield from _descriptors(before, after)
    yield from _asked(old, new, before, after)
    yield from _fields(before, after)


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _item_scales(old: Instrument, new: Instrument, before: Item, after: Item) -> Iterator[Change]:
    """Another scale under the same type, for everybody or in a group's easy-to-read form."""
    codes = [(before.scale, after.scale)]
    for group, variant in _shared_forms(old, new, before, after):
        codes.append(
            (old.scale_code(before, group, variant), new.scale_code(after, group, variant))
        )
    for first, second in dict.fromkeys(codes):
        if first and second and first != second and before.type == after.type:
            what = f'item "{after.code}" was on scale "{first}" and is now on "{second}"'
            alike = not any(c.breaks for c in _scale("", old.scales[first], new.scales[second]))
            yield Change("scale", after.code, what, not alike)


def _shared_forms(
    old: Instrument, new: Instrument, before: Item, after: Item
) -> Iterator[tuple[str, Variant]]:
    """(group, variant) that are asked the item in both versions."""
    versions = ((old, before), (new, after))
    for group in new.groups:
        for variant in get_args(Variant):
            if all(_is_asked(version, item, group, variant) for version, item in versions):
                yield group, variant


def _is_asked(instrument: Instrument, item: Item, group: str, variant: Variant) -> bool:
    exists = group in instrument.groups and (variant == "standard" or instrument.has_easy(group))
    return exists and instrument.asks(item, group, variant)


def _item_words(old: Instrument, new: Instrument, before: Item, after: Item) -> Iterator[Change]:
    """The sentences put to each group; one change per pair of sentences, groups named."""
    pairs: dict[tuple[str, str, str], list[tuple[str, Variant]]] = {}
    for group, variant in _shared_forms(old, new, before, after):
        first, second = old.words(before, group, variant), new.words(after, group, variant)
        for language in first.keys() | second.keys():
            pair = language, first.get(language, ""), second.get(language, "")
            if pair[1] != pair[2]:
                # The short version puts the sentences of the whole one.
                form: Variant = "easy" if variant == "easy" else "standard"
                pairs.setdefault(pair, []).append((group, form))
    for (language, sentence, now), readers in sorted(pairs.items()):
        by = tuple(dict.fromkeys(readers))
        said = f'item "{after.code}" for {", ".join(_named(*reader) for reader in by)}'
        yield replace(change_of_sentence(after.code, said, language, sentence, now), readers=by)
    # Advice in a language that comes or goes as a whole is no other advice.
    shared = set(old.languages) & set(new.languages)
    if _in(shared, before.hint) != _in(shared, after.hint):
        yield Change("hint", after.code, f'hint of item "{after.code}" changed', False)


def _in(languages: set[str], text: Text | None) -> Text:
    return {language: said for language, said in (text or {}).items() if language in languages}


def _named(group: str, form: Variant) -> str:
    return f"{group} (easy to read)" if form == "easy" else group


def _options(before: Item, after: Item) -> Iterator[Change]:
    first, second = ({o.code: o.label for o in item.options} for item in (before, after))
    said = f'item "{after.code}"'
    for code in [c for c in first if c not in second]:
        yield Change("options", after.code, f'{said} loses option "{code}"', True)
    for code in [c for c in second if c not in first]:
        yield Change("options", after.code, f'{said} gains option "{code}"', True)
    shared = [code for code in first if code in second]
    if shared != [code for code in second if code in first]:
        yield Change("order", after.code, f"{said} shows its options in another order", False)
    for code in shared:
        yield from changes_of_text(
            after.code, f'option "{code}" of {said}', first[code], second[code]
        )


def _descriptors(before: Item, after: Item) -> Iterator[Change]:
    if len(before.descriptors) != len(after.descriptors):
        what = f'item "{after.code}" has {len(after.descriptors)} descriptors'
        yield Change("descriptors", after.code, f"{what}, not {len(before.descriptors)}", True)
        return
    for i, (first, second) in enumerate(zip(before.descriptors, after.descriptors, strict=True)):
        yield from changes_of_text(
            after.code, f'descriptor {i + 1} of item "{after.code}"', first, second
        )


def _asked(old: Instrument, new: Instrument, before: Item, after: Item) -> Iterator[Change]:
    """Who is asked: narrower means that a group's answers stop here."""
    then = {group for group in old.groups if old.asks(before, group)}
    now = {group for group in new.groups if new.asks(after, group)}
    said = f'item "{after.code}" is'
    if lost := sorted(then - now):
        what = f"{said} no longer asked to {', '.join(lost)}"
        yield Change("asked_to", after.code, what, True)
    if gained := sorted(now - then):
        yield Change("asked_to", after.code, f"{said} also asked to {', '.join(gained)}", False)


LIMITS = ("max_choices", "total", "minimum", "maximum")
"""Fields that change which answers are possible."""
MAPPINGS = ("anchor", "express", "supports", "markers", "illuminated_by", "purpose")
"""Fields that change how answers are read beside other things, not the answers."""


def _fields(before: Item, after: Item) -> Iterator[Change]:
    code = after.code
    for name in LIMITS:
        first, second = getattr(before, name), getattr(after, name)
        if first != second:
            what = f'"{name}" of item "{code}" was {_or_none(first)} and is {_or_none(second)}'
            yield Change("limits", code, what, True)
    if before.relevant != after.relevant:
        what = f'item "{code}" is shown under another condition: {_or_none(after.relevant)}'
        yield Change("relevant", code, what, True)
    for name in MAPPINGS:
        if getattr(before, name) != getattr(after, name):
            yield Change("mapping", code, f'"{name}" of item "{code}" changed', False)


def _or_none(value: object) -> str:
    return "not set" if value is None else str(value)


def _scales(old: Instrument, new: Instrument) -> Iterator[Change]:
    for code in sorted(new.scales.keys() & old.scales.keys()):
        yield from _scale(code, old.scales[code], new.scales[code])


def _scale(code: str, before: Scale, after: Scale) -> Iterator[Change]:
    said = f'scale "{code}"'
    first, second = ([p.value for p in scale.points] for scale in (before, after))
    if first != second:
        what = f"{said} had points {_listed(first)} and now has {_listed(second)}"
        yield Change("scale", code, what, True)
    else:
        for old, new in zip(before.points, after.points, strict=True):
            yield from changes_of_text(code, f"point {new.value} of {said}", old.label, new.label)
    yield from _opt_outs(code, said, before.opt_outs, after.opt_outs)
    if before.merges_with != after.merges_with:
        what = f"{said} merges with {_or_none(after.merges_with)}"
        yield Change("scale", code, f"{what}, not {_or_none(before.merges_with)}", True)


def _listed(values: Iterable[int]) -> str:
    return " ".join(map(str, values)) or "none"


def _opt_outs(
    code: str, said: str, before: Mapping[OptOut, Text], after: Mapping[OptOut, Text]
) -> Iterator[Change]:
    for name in sorted(before.keys() ^ after.keys()):
        verb = "gains" if name in after else "loses"
        yield Change("scale", code, f'{said} {verb} "{name}"', True)
    for name in sorted(before.keys() & after.keys()):
        yield from changes_of_text(code, f'"{name}" of {said}', before[name], after[name])


def _groups(old: Instrument, new: Instrument) -> Iterator[Change]:
    for code in sorted(old.groups.keys() - new.groups.keys()):
        yield Change("removed", code, f'group "{code}" is removed', True)
    for code in sorted(new.groups.keys() - old.groups.keys()):
        yield Change("added", code, f'group "{code}" is added', False)
    for code in sorted(new.groups.keys() & old.groups.keys()):
        before, after = old.groups[code], new.groups[code]
        if before.unit != after.unit:
            what = f'group "{code}" counted one answer per {before.unit}, now per {after.unit}'
            yield Change("group", code, what, True)
        yield from changes_of_text(code, f'label of group "{code}"', before.label, after.label)


def _dimensions(old: Instrument, new: Instrument) -> Iterator[Change]:
    """Dimensions whose score is no longer made of the same items."""
    members = [_members(old), _members(new)]
    first, second = ({d.code: d for d in version.dimensions} for version in (old, new))
    for code in dict.fromkeys([*members[0], *members[1]]):
        if code not in members[1] or code not in members[0]:
            kind: Kind = "added" if code in members[1] else "removed"
            yield Change(kind, code, f'dimension "{code}" is {kind}', kind == "removed")
            continue
        if members[0][code] != members[1][code]:
            parts = ", ".join(sorted(members[0][code] ^ members[1][code]))
            what = f'the score of dimension "{code}" is made of other items: {parts}'
            yield Change("dimension", code, what, True)
        said = f'label of dimension "{code}"'
        yield from changes_of_text(code, said, first[code].label, second[code].label)
        for name in ("supports", "markers", "internal"):
            if getattr(first[code], name) != getattr(second[code], name):
                yield Change("mapping", code, f'"{name}" of dimension "{code}" changed', False)


def _members(instrument: Instrument) -> dict[str, set[str]]:
    return {d.code: {i.code for c in d.criteria for i in c.items} for d in instrument.dimensions}


def _whole(old: Instrument, new: Instrument) -> Iterator[Change]:
    for language in new.languages:
        if language not in old.languages:
            what = f"the instrument is translated: {language}"
            yield Change("translation", new.code, what, False)
    for language in old.languages:
        if language not in new.languages:
            what = f"the instrument is no longer in {language}"
            yield Change("translation", new.code, what, False)
    if _references(old) != _references(new):
        yield Change("mapping", new.code, "the references changed", False)
    shared = [code for code in _order(new) if code in old.item_by_code]
    if shared != [code for code in _order(old) if code in new.item_by_code]:
        yield Change("order", new.code, "items are shown in another order", False)


def _references(instrument: Instrument) -> dict[str, object]:
    """References without their texts, which explain and decide nothing."""
    texts = {"label", "note"}
    return {code: r.model_dump(exclude=texts) for code, r in instrument.references.items()}


def _order(instrument: Instrument) -> list[str]:
    return [i.code for s in instrument.form_order for i in instrument.section_items(s)]
