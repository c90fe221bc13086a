"""Suggest: drafts the mapping of a file that a person completes, from headings and cells.

What is certain (codes) is also what an import without a mapping takes; the rest is a proposal.
Knows nothing of storing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Refusal
from corus.services.importing.mapping import TODO, Lookup, Mapping
from corus.services.importing.matching import SURE, Matcher
from corus.services.importing.spellings import (
    COMPLETED,
    DATES,
    DROPPED,
    GROUP_HEADINGS,
    ID_HEADINGS,
    LANGUAGES,
    fold,
    program_of,
)
from corus.services.importing.tables import Table
from corus.services.importing.values import Lexicon

MOST_VALUES = 40
"""More different texts than this in a column are no options."""
FEW, SHORT = 8, 12
"""Columns of so few and so short texts are options, which a draft may repeat."""
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Note:
    """Why a line of the draft says what it says. ``where`` is its path in the mapping."""

    where: tuple[str, ...]
    text: str


def certain_mapping(table: Table, instrument: Instrument) -> Mapping:
    """What needs no mapping file: items by their codes, groups and values by code or label."""
    return _Draft(table, instrument, certain=True).mapping()


def suggest_mapping(table: Table, instrument: Instrument) -> tuple[Mapping, tuple[Note, ...]]:
    """A draft for a person: proposals, and ``TODO`` where only they can know."""
    draft = _Draft(table, instrument, certain=False)
    mapping = draft.mapping()
    return mapping, tuple(draft.notes)


class _Draft:
    def __init__(self, table: Table, instrument: Instrument, *, certain: bool) -> None:
        self.table, self.instrument, self.certain = table, instrument, certain
        self.notes: list[Note] = []
        self._folded = {heading: fold(heading) for heading in table.header}

    def mapping(self) -> Mapping:
        source = program_of(self.table.header)
        own_id = next((h for name in ID_HEADINGS for h in self.table.header if h == name), None)
        group = self._group()
        language, date, completed = map(self._heading, (LANGUAGES, DATES, COMPLETED))
        about = {own_id, group.column, language, date, completed}
        items = self._items([h for h in self.table.header if h not in about])
        mapping = Mapping(
            source=source,
            id=own_id,
            group=group,
            language=Lookup(column=language),
            completed=Lookup(column=completed),
            date=date,
            items=items,
            ignore=self._ignored(items),
        )
        return mapping if self.certain else self._with_values(mapping)

    def _heading(self, names: frozenset[str]) -> str | None:
        return next((h for h, folded in self._folded.items() if folded in names), None)

    def _texts(self, heading: str) -> list[str]:
        """Different cells of a column, in order of appearance."""
        index = self.table.header.index(heading)
        found = dict.fromkeys(row.cells[index].strip() for row in self.table.rows)
        return [text for text in found if text]

    def _group(self) -> Lookup:
        groups = self.instrument.groups
        labels = {fold(t): g for g in groups for t in (g, *groups[g].label.values())}
        column = self._heading(GROUP_HEADINGS)
        if column is None and not self.certain:
            column = self._looks_like_groups(labels)
        if column is None:
            only = next(iter(groups)) if len(groups) == 1 else None
            if only is None:
                self.notes.append(Note(("group",), "Name the column, or a default group."))
            return Lookup(default=only)
        if self.certain:
            return Lookup(column=column)
        texts = self._texts(column)[:MOST_VALUES]
        values = {text: labels.get(fold(text)) or self._closest(text, labels) for text in texts}
        return Lookup(column=column, values=values)

    def _closest(self, text: str, labels: dict[str, str]) -> str:
        near = get_close_matches(fold(text), labels, n=1, cutoff=SURE)
        if near:
            self.notes.append(Note(("group", "values", text), "by its likeness: check"))
        return labels[near[0]] if near else TODO

    def _looks_like_groups(self, labels: dict[str, str]) -> str | None:
        """A column of which at least half of the different texts are groups."""
        for heading in self.table.header:
            texts = self._texts(heading)
            known = sum(fold(text) in labels for text in texts)
            if known and len(texts) <= MOST_VALUES and known * 2 >= len(texts):
                self.notes.append(Note(("group", "column"), "its cells look like groups"))
                return heading
        return None

    def _items(self, headings: Iterable[str]) -> dict[str, str]:
        matcher = Matcher(self.instrument)
        found: dict[str, str] = {}
        nearest: dict[str, tuple[str, float]] = {}
        for heading in headings:
            match = matcher.by_code(heading)
            if match is None and not self.certain and not self._droppable(heading):
                match = matcher.by_words(heading)
            if match is None:
                if not self.certain and not self._droppable(heading):
                    found[heading] = TODO
                continue
            held = nearest.get(match.target)
            if held and held[1] >= match.likeness:
                if not self.certain:
                    found[heading] = TODO
                continue
            if held:
                found[held[0]] = TODO
            nearest[match.target] = (heading, match.likeness)
            found[heading] = match.target
            if match.how == "words":
                note = f"by its words, likeness {match.likeness:.2f}"
                self.notes.append(Note(("items", heading), note))
        return found

    def _droppable(self, heading: str) -> bool:
        return self._folded[heading] in DROPPED

    def _ignored(self, items: dict[str, str]) -> dict[str, str]:
        """Columns that say in one cell what boxes say in several, and those never stored."""
        boxed = {t.partition(".")[0] for t in items.values() if t != TODO and "." in t}
        found = {}
        for heading, target in list(items.items()):
            item = self.instrument.item_by_code.get(target)
            if item and item.code in boxed and item.options:
                del items[heading]
                found[heading] = "the same answers are in one column per option"
        if not self.certain:
            found |= {
                h: DROPPED[f] for h, f in self._folded.items() if f in DROPPED and h not in items
            }
        return found

    def _with_values(self, mapping: Mapping) -> Mapping:
        """Add what the cells mean, where our codes and labels do not say."""
        values: dict[str, dict[str, str]] = {}
        for heading, target in mapping.items.items():
            texts = self._texts(heading)
            if target == TODO:
                self._show_texts(heading, texts)
                for name in self._numbered_scales(texts):
                    values.setdefault(name, {}).update(dict.fromkeys(texts, TODO))
                continue
            item = self.instrument.item_by_code.get(target)
            if item is None or not (item.scale or item.options):
                continue
            asked = Asked.of(self.instrument, item, "", "standard")
            unknown = _unknown(Lexicon(asked, mapping), texts, item)
            if 0 < len(unknown) <= MOST_VALUES:
                name = item.scale or item.code
                values.setdefault(name, {}).update(dict.fromkeys(unknown, TODO))
        for name, texts_of in values.items():
            texts_of.update(self._by_number(name, list(texts_of)))
        sorted_values = {name: dict(sorted(texts.items())) for name, texts in values.items()}
        return mapping.model_copy(update={"values": sorted_values})

    def _show_texts(self, heading: str, texts: list[str]) -> None:
        """What a column holds, when it is options: never what people wrote."""
        if 0 < len(texts) <= FEW and max(map(len, texts)) <= SHORT:
            self.notes.append(Note(("items", heading), f"cells: {', '.join(sorted(texts))}"))

    def _numbered_scales(self, texts: list[str]) -> list[str]:
        """Scales whose points may be what A1, A2… number."""
        numbers = [re.fullmatch(r"A(\d{1,2})", text) for text in texts]
        if not texts or not all(numbers):
            return []
        most = max(int(match[1]) for match in numbers if match)
        return [n for n, scale in self.instrument.scales.items() if most <= len(scale.points)]

    def _by_number(self, name: str, texts: list[str]) -> dict[str, str]:
        """LimeSurvey numbers the answers of a question A1, A2… in the order shown."""
        scale = self.instrument.scales.get(name)
        codes = {f"A{i}": str(p.value) for i, p in enumerate(scale.points, 1)} if scale else {}
        found = {text: codes[text] for text in texts if text in codes}
        for text in found:
            note = "guessed from the order of the points: check that the scale was not reversed"
            self.notes.append(Note(("values", name, text), note))
        return found


def _unknown(lexicon: Lexicon, texts: list[str], item: Item) -> list[str]:
    several = item.type in ("multiple_choice", "ranking")
    return [text for text in texts if not _means(lexicon, text, several=several)]


def _means(lexicon: Lexicon, text: str, *, several: bool) -> bool:
    if not several:
        return lexicon.find(text) is not None
    try:
        lexicon.several(text)
    except Refusal:
        return False
    return True


def write_mapping(mapping: Mapping, notes: Iterable[Note], file: str) -> str:
    """The mapping as YAML for a person to complete, a comment beside every guess."""
    said = {note.where: note.text for note in notes}
    return "\n".join(_lines(mapping, said, file)) + "\n"


def _lines(mapping: Mapping, said: dict[tuple[str, ...], str], file: str) -> Iterator[str]:
    yield f"# Draft of how {_one_line(file)} is read. Check every line."
    yield "# Nothing is imported while a TODO is left."
    yield "# A column without use goes under “ignore:” with the reason."
    yield f"source: {mapping.source}"
    yield 'batch: ""  # a name for each file, when several files count their rows from 1'
    yield f"id: {_quoted(mapping.id)}"
    for name, lookup in mapping.lookups.items():
        if name == "site" and lookup.column is None:
            continue
        yield f"{name}:{_comment(said.get((name,)))}"
        yield f"  column: {_quoted(lookup.column)}{_comment(said.get((name, 'column')))}"
        if lookup.values:
            yield "  values:"
            yield from _pairs(lookup.values, (name, "values"), said, "    ")
        if lookup.default:
            yield f"  default: {_quoted(lookup.default)}"
    yield f"date: {_quoted(mapping.date)}"
    yield "items:" if mapping.items else "items: {}"
    yield from _pairs(mapping.items, ("items",), said, "  ")
    yield "values:" if mapping.values else "values: {}"
    for name, texts in mapping.values.items():
        yield f"  {_quoted(name)}:"
        yield from _pairs(texts, ("values", name), said, "    ")
    yield "ignore:" if mapping.ignore else "ignore: {}"
    yield from _pairs(mapping.ignore, ("ignore",), said, "  ")


def _pairs(
    pairs: dict[str, str], where: tuple[str, ...], said: dict[tuple[str, ...], str], indent: str
) -> Iterator[str]:
    for key, value in pairs.items():
        written = value if value == TODO else _quoted(value)
        yield f"{indent}{_quoted(key)}: {written}{_comment(said.get((*where, key)))}"


def _quoted(text: str | None) -> str:
    """Text as YAML: JSON's double quotes are YAML's, but for characters YAML does not print."""
    if text is None:
        return "null"
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _comment(text: str | None) -> str:
    return f"  # {_one_line(text)}" if text else ""


def _one_line(text: str) -> str:
    return _UNPRINTED.sub("", " ".join(text.split()))
