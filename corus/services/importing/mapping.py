"""Mapping: which column answers which item, which text means which option, read from YAML.

Knows nothing of rows: what it says is checked against one table and one instrument.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PrivateAttr, ValidationError

from corus.authoring.places import Where
from corus.authoring.reader import Document, read_document
from corus.domain.base import Frozen
from corus.domain.instrument import Instrument, Item
from corus.errors import Fault, InputError
from corus.questions.common import option_labels
from corus.services.importing.spellings import PRIVATE, Source, fold
from corus.services.importing.tables import Table

TODO = "TODO"
"""What a draft writes where a person must decide; nothing is imported while one is left."""
EVERYWHERE = "*"
TEXT_PARTS = {"text": ("quotable",), "level": ("reason", "evidence")}
OPTION_PARTS = frozenset({"multiple_choice", "ranking", "allocation"})
STATES = ("dont_know", "not_concerned", "")
"""What a text may also mean, beside points and options; "" is an empty cell."""


Word = Annotated[str, Field(coerce_numbers_to_str=True)]
"""Text that YAML may have read as a number."""


class Lookup(Frozen):
    """One fact about a row: the column that tells it, what its texts mean, what else to assume."""

    column: Word | None = None
    values: dict[Word, Word] = Field(default={})
    default: Word | None = None


class Mapping(Frozen):
    """How to read one file. ``items``: heading → ``item`` or ``item.part``.

    A part is an option (a box of a multiple choice, a rank, points), a rank (``item.1``: the
    option ranked first), or ``reason``, ``evidence``, ``quotable``. ``values``: item, scale or
    ``*`` → text of the cell → point, option, ``dont_know``, ``not_concerned`` or "".
    """

    source: Source = "table"
    batch: Word = ""
    """Names one collection among several of a wave whose rows count from 1."""
    id: Word | None = None
    group: Lookup = Lookup()
    language: Lookup = Lookup()
    mode: Lookup = Lookup(default="unknown")
    variant: Lookup = Lookup(default="standard")
    site: Lookup = Lookup()
    completed: Lookup = Lookup()
    """Without values, an empty cell is an unfinished row."""
    date: Word | None = None
    items: dict[Word, Word] = Field(default={})
    values: dict[Word, dict[Word, Word]] = Field(default={})
    ignore: dict[Word, str] = Field(default={})
    """Heading → why the column is left out."""

    _document: Document | None = PrivateAttr(None)

    def fault(self, where: Where, code: str, message: str, hint: str = "") -> Fault:
        """A fault at a place of the mapping file."""
        if self._document is None:
            column = str(where[1]) if len(where) > 1 else ""
            return Fault("", 0, code, message, hint, column)
        return self._document.fault(where, code, message, hint)

    def named(self, batch: str) -> Mapping:
        """The same mapping for the collection called ``batch``."""
        return self.model_copy(update={"batch": batch})

    @property
    def lookups(self) -> dict[str, Lookup]:
        """The facts about a row, by name."""
        names = ("group", "language", "mode", "variant", "completed", "site")
        return {name: getattr(self, name) for name in names}

    @property
    def about_rows(self) -> dict[str, Where]:
        """Column → where the mapping names it, for columns that are no answers."""
        found: dict[str, Where] = {}
        for name, lookup in self.lookups.items():
            if lookup.column is not None:
                found[lookup.column] = (name, "column")
        for name, column in (("id", self.id), ("date", self.date)):
            if column is not None:
                found[column] = (name,)
        return found


def read_mapping(path: str | Path) -> Mapping:
    """The mapping in a YAML file. Raises ``InputError`` with every fault and its line."""
    document = read_document(path)
    faults = [_readable(fault) for fault in document.faults]
    mapping = None
    if not faults:
        try:
            mapping = Mapping.model_validate(document.data)
        except ValidationError as error:
            faults = [_shape(document, dict(part)) for part in error.errors(include_url=False)]
    if mapping is None:
        message = f"The mapping {path} cannot be used."
        raise InputError(message, code="IMP-022", faults=sorted(faults))
    mapping._document = document
    return mapping


def _readable(fault: Fault) -> Fault:
    hint = "Draft a mapping with --suggest-mapping." if fault.code == "INS-004" else fault.hint
    return replace(fault, hint=hint)


def _shape(document: Document, part: dict[str, Any]) -> Fault:
    where = tuple(part["loc"])
    known = ", ".join(Mapping.model_fields)
    unknown = part["type"] == "extra_forbidden"
    message = f"“{'.'.join(map(str, where))}” " + (
        "is not a key of mappings." if unknown else f"cannot be used: {part['msg']}."
    )
    hint = f"Use one of: {known}." if unknown else "Compare it with a draft of --suggest-mapping."
    return document.fault(where, "IMP-022", message, hint)


def check_mapping(mapping: Mapping, table: Table, instrument: Instrument) -> list[Fault]:
    """Everything in ``mapping`` that does not fit the file or the questionnaire."""
    return [
        *_unknown_columns(mapping, table),
        *_private_columns(mapping),
        *_bad_targets(mapping, instrument),
        *_doubled_targets(mapping),
        *_bad_values(mapping, instrument),
        *_bad_groups(mapping, instrument),
    ]


def _unknown_columns(mapping: Mapping, table: Table) -> Iterator[Fault]:
    named = {heading: ("items", heading) for heading in mapping.items}
    for heading, where in (named | mapping.about_rows).items():
        if heading not in table.header:
            message = f"{table.file} has no column “{heading}”."
            yield mapping.fault(where, "IMP-021", message, "Copy its heading as it is written.")


def _private_columns(mapping: Mapping) -> Iterator[Fault]:
    named: dict[str, Where] = {heading: ("items", heading) for heading in mapping.items}
    about = {h: w for h, w in mapping.about_rows.items() if w != ("date",)}
    for heading, where in (named | about).items():
        if reason := PRIVATE.get(fold(heading)):
            message = f"Column “{heading}” cannot be taken in: {reason}."
            yield mapping.fault(where, "IMP-026", message, "Move it to “ignore:”.")


def _bad_targets(mapping: Mapping, instrument: Instrument) -> Iterator[Fault]:
    for heading, target in mapping.items.items():
        where = ("items", heading)
        code, _, part = target.partition(".")
        item = instrument.item_by_code.get(code)
        if target == TODO:
            message = f"Column “{heading}” is still to be decided."
            hint = "Write the code of its item, or move it to “ignore:” with the reason."
            yield mapping.fault(where, "IMP-023", message, hint)
        elif item is None:
            message = f"There is no item “{code}” in {instrument.code}."
            yield mapping.fault(where, "IMP-022", message, "Write the code of an item.")
        elif part and part not in parts_of(item):
            parts = ", ".join(parts_of(item)) or "none"
            message = f"Item “{code}” has no part “{part}”."
            yield mapping.fault(where, "IMP-022", message, f"Its parts are: {parts}.")


def parts_of(item: Item) -> tuple[str, ...]:
    """Parts of an item that may have a column of their own."""
    options = tuple(o.code for o in item.options) if item.type in OPTION_PARTS else ()
    ranks = tuple(str(i + 1) for i in range(len(options))) if item.type == "ranking" else ()
    return (*options, *ranks, *TEXT_PARTS.get(item.type, ()))


def _doubled_targets(mapping: Mapping) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for heading, target in mapping.items.items():
        if target == TODO:
            continue
        code, _, part = target.partition(".")
        # An item with a column per option cannot have one for all of them as well.
        whole = seen.get(code) if part and part not in ("reason", "evidence", "quotable") else None
        parts = None if part else seen.get(f"{code}.")
        if other := seen.get(target) or whole or parts:
            message = f"Columns “{other}” and “{heading}” both answer “{target}”."
            yield mapping.fault(("items", heading), "IMP-024", message, "Ignore one of them.")
        seen[target] = heading
        if part and part not in ("reason", "evidence", "quotable"):
            seen.setdefault(f"{code}.", heading)


def _bad_values(mapping: Mapping, instrument: Instrument) -> Iterator[Fault]:
    for name, values in mapping.values.items():
        allowed = _codes(name, instrument)
        if allowed is None:
            message = f"“{name}” is neither an item nor a scale of {instrument.code}."
            hint = "Write the code of an item or a scale, or “*” for all."
            yield mapping.fault(("values", name), "IMP-028", message, hint)
            continue
        for text, code in values.items():
            where = ("values", name, text)
            if code == TODO:
                message = f"What “{text}” means in “{name}” is still to be decided."
                yield mapping.fault(where, "IMP-023", message, f"Write one of: {_list(allowed)}.")
            elif code not in allowed:
                message = f"“{code}” is not an answer of “{name}”."
                yield mapping.fault(where, "IMP-027", message, f"Use one of: {_list(allowed)}.")


def _list(codes: set[str]) -> str:
    return ", ".join(sorted(code or '""' for code in codes))


def _codes(name: str, instrument: Instrument) -> set[str] | None:
    """Codes that texts of this item, this scale or anything (``*``) may mean."""
    if name in instrument.scales:
        return _scale_codes(name, instrument)
    if name in instrument.item_by_code:
        return _item_codes(instrument.item_by_code[name], instrument)
    if name != EVERYWHERE:
        return None
    scales = (_scale_codes(scale, instrument) for scale in instrument.scales)
    return set().union(*scales, *(_item_codes(i, instrument) for i in instrument.items), STATES)


def _scale_codes(name: str, instrument: Instrument) -> set[str]:
    scale = instrument.scales[name]
    return {str(point.value) for point in scale.points} | set(scale.opt_outs) | {""}


def _item_codes(item: Item, instrument: Instrument) -> set[str]:
    scales = {item.scale, *(w.easy.scale for w in item.wording.values() if w.easy)} - {None}
    found = {code for code, _ in option_labels(item, "")} | {""}
    return found.union(*(_scale_codes(str(scale), instrument) for scale in scales))


def _bad_groups(mapping: Mapping, instrument: Instrument) -> Iterator[Fault]:
    group = mapping.group
    known = ", ".join(instrument.groups)
    if group.column is None and group.default is None:
        message = "Nothing tells the group of a row."
        hint = f"Name its column under “group:”, or a default among: {known}."
        yield mapping.fault(("group",), "IMP-029", message, hint)
    given = {("group", "values", text): code for text, code in group.values.items()}
    if group.default is not None:
        given["group", "default", ""] = group.default
    for where, code in given.items():
        if code == TODO:
            message = f"Which group “{where[2]}” is, is still to be decided."
            yield mapping.fault(where, "IMP-023", message, f"Write one of: {known}.")
        elif code not in instrument.groups:
            message = f"There is no group “{code}” in {instrument.code}."
            yield mapping.fault(where, "IMP-025", message, f"Its groups are: {known}.")
