"""Says in plain sentences which keys and values of a document have the wrong shape.

Knows the types of the domain through pydantic; knows no rule that joins two places.
"""

from __future__ import annotations

import copy
import re
import types
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from corus.authoring.places import Where, describe, did_you_mean
from corus.authoring.reader import Document
from corus.domain.base import Text
from corus.domain.instrument import Instrument
from corus.errors import Fault

BONES = frozenset(
    {"languages", "scales", "groups", "dimensions", "questions", "sections", "references"}
)
"""Without these, every rule that joins two places would fail for no reason of its own."""
MAX_REPAIRS = 200
MAX_TOLD = 1000
"""Beyond this, a file is no instrument and its other faults can wait."""
STAND_IN = "stand_in"

KINDS = {
    "string": ("text", 'Put it between quotes: "…".'),
    "tuple": ("a list", "Write [a, b], or one line per part starting with a dash."),
    "dict": ("keys with values", "Write {key: value}, or one indented line per key."),
    "model": ("keys with values", "Write {key: value}, or one indented line per key."),
    "int": ("a whole number", "Write digits only, without quotes."),
    "float": ("a number", "Write digits, with a dot before decimals, without quotes."),
    "bool": ("true or false", "Write true or false."),
    "date": ("a day", "Write it as 2026-03-31."),
}
"""First word of pydantic's error type → what was expected, and how to write it."""


def shape(document: Document) -> tuple[Instrument | None, list[Fault], set[Where]]:
    """The instrument as far as it can be understood, what is wrong, and the places at fault.

    Faulty values are replaced by stand-ins, so that rules which join two places can still be
    checked elsewhere; the instrument is None when too little is left for that.
    """
    data = copy.deepcopy(document.data)
    faults: list[Fault] = []
    wrong: set[Where] = set(document.unread)
    guessed: set[Where] = set()
    for _ in range(4):
        try:
            return Instrument.model_validate(data), faults, wrong
        except ValidationError as error:
            errors = error.errors(include_url=False)[:MAX_TOLD]
            details = [_Wrong(data, detail) for detail in errors]
        details = [d for d in details if not d.is_renamed(details)]
        told = [d for d in details if d.at not in guessed and not _within(d.at, document.unread)]
        faults += [document.fault(d.at, *d.words()) for d in told]
        wrong |= {d.where for d in details}
        if len(details) > MAX_REPAIRS or any(map(_is_bone, wrong)):
            return None, faults, wrong
        # Where a guessed name does not fit its value, the guess was wrong, not the author.
        guessed |= {(*d.at[:-1], d.new_name) for d in details if d.new_name}
        for detail in details:
            detail.repair(document.lines)
    return None, faults, wrong


def _is_bone(where: Where) -> bool:
    return not where or where[0] == "languages" or (len(where) == 1 and where[0] in BONES)


def _within(where: Where, places: Iterable[Where]) -> bool:
    return any(where[: len(place)] == place for place in places)


class _Wrong:
    """One pydantic error on plain values: what to say of it, and how to go on without it."""

    def __init__(self, data: Any, detail: ErrorDetails) -> None:
        self.data = data
        self.type = detail["type"]
        self.context: dict[str, Any] = detail.get("ctx", {})
        self.message = detail["msg"]
        self.input = detail["input"]
        self.is_key = detail["loc"][-1:] == ("[key]",)
        self.at: Where = detail["loc"][:-1] if self.is_key else detail["loc"]
        """The key or value itself."""
        self.where: Where = self.at[:-1] if self.is_key else self.at
        """What it makes unreliable: a wrong key spoils the whole mapping."""

    @property
    def holder(self) -> Any:
        """The mapping or list that holds the value."""
        return _at(self.data, self.at[:-1])

    @property
    def new_name(self) -> str:
        """For an unknown key: the absent key it was meant to be, else ""."""
        if self.type != "extra_forbidden" or not isinstance(self.holder, dict):
            return ""
        absent = [name for name in _fields(self.at[:-1]) if name not in self.holder]
        return next(iter(get_close_matches(str(self.at[-1]), absent, 1)), "")

    def is_renamed(self, others: list[_Wrong]) -> bool:
        """Whether this key is "missing" only because an unknown one misspells it."""
        return self.type == "missing" and any(
            (*other.at[:-1], other.new_name) == self.at for other in others if other.new_name
        )

    def words(self) -> tuple[str, str, str]:
        """(code, fact, cure)."""
        holder = self._say(self.at[:-1])
        key = str(self.at[-1]) if self.at else ""
        if self.type == "extra_forbidden":
            known = [self.new_name] if self.new_name else _fields(self.at[:-1])
            return "INS-010", f'unknown key "{key}" in {holder}.', did_you_mean(key, known)
        if self.type == "missing":
            return "INS-011", f'{holder} has no "{key}".', f'Add "{key}:".'
        if self.type == "string_pattern_mismatch":
            return self._code_words()
        if self.type == "literal_error":
            allowed = re.findall(r"'([^']*)'", str(self.context.get("expected", "")))
            given = key if self.is_key else str(self.input)
            cure = did_you_mean(given, allowed)
            if self.is_key:
                return "INS-014", f'"{given}" has no place in {holder}.', cure
            return "INS-014", f"{self._say(self.at)} cannot be {_show(given)}.", cure
        return self._kind_words()

    def _code_words(self) -> tuple[str, str, str]:
        given = str(self.at[-1]) if self.is_key else str(self.input)
        if "{2,3}" in str(self.context.get("pattern")):
            cure = "Write a language as fr, en or pt-BR."
            return "INS-015", f'"{given}" is not a language code.', cure
        cure = (
            "Use small letters without accents, digits and _, starting with a letter (64 at most)."
        )
        return "INS-015", f'"{given}" cannot be a code.', cure

    def _kind_words(self) -> tuple[str, str, str]:
        kind = self.type.split("_")[0]
        if kind in KINDS and self.type.split("_")[1] in ("type", "parsing", "from"):
            expected, cure = KINDS[kind]
            if kind == "string" and isinstance(self.input, bool | int | float):
                cure = f'Put it between quotes: "{self.input}".'
            if _annotation(self.at) == Text:
                expected, cure = "a text in each language", 'Write {fr: "…", en: "…"}.'
            fact = f"{self._say(self.at)} should be {expected}, not {_kind(self.input)}."
            return "INS-013", fact, cure
        wanted = self.message.removeprefix("Input should be ")
        fact = f"{self._say(self.at)} should be {wanted}, not {_kind(self.input)}."
        return "INS-014", fact, "Write another value."

    def _say(self, where: Where) -> str:
        holder, rest = describe(self.data, where)
        return f'"{rest}" of {holder}' if rest else holder

    def repair(self, lines: dict[Where, int]) -> None:
        """Rename, remove or replace the faulty value, in ``data``."""
        holder = self.holder
        if not self.at or not isinstance(holder, dict | list):
            return
        key = self.at[-1]
        if isinstance(holder, list):
            if isinstance(key, int) and key < len(holder):
                holder[key] = _stand_in(_annotation(self.at))
        elif self.is_key or self.type == "extra_forbidden":
            value = holder.pop(key, None)
            if self.new_name and not self.is_key:
                lines.update(_moved(lines, self.at, (*self.at[:-1], self.new_name)))
                holder[self.new_name] = value
        elif (model := _model(self.at[:-1])) and not model.model_fields[str(key)].is_required():
            holder.pop(key, None)
        else:
            holder[key] = _stand_in(_annotation(self.at))


def _moved(lines: dict[Where, int], old: Where, new: Where) -> Iterator[tuple[Where, int]]:
    size = len(old)
    return iter([(new + at[size:], line) for at, line in lines.items() if at[:size] == old])


def _at(data: Any, where: Where) -> Any:
    for step in where:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return data


def _annotation(where: Where) -> Any:
    """The declared type of the value at ``where``; None where no type is declared."""
    declared: Any = Instrument
    for step in where:
        declared = _bare(declared)
        if isinstance(declared, type) and issubclass(declared, BaseModel):
            found = declared.model_fields.get(str(step))
            declared = found.annotation if found else None
        else:
            parts = get_args(declared)
            declared = parts[1 if get_origin(declared) is dict else 0] if parts else None
    return _bare(declared)


def _bare(declared: Any) -> Any:
    """``declared`` without ``Annotated`` and ``| None``."""
    if get_origin(declared) is Annotated:
        return _bare(get_args(declared)[0])
    if get_origin(declared) in (Union, types.UnionType):
        return _bare(next(part for part in get_args(declared) if part is not type(None)))
    return declared


def _model(where: Where) -> type[BaseModel] | None:
    declared = _annotation(where)
    return declared if isinstance(declared, type) and issubclass(declared, BaseModel) else None


def _fields(where: Where) -> list[str]:
    model = _model(where)
    return list(model.model_fields) if model else []


def _stand_in(declared: Any) -> Any:
    """A value of the declared type, to go on with."""
    if get_origin(declared) is Literal:
        return get_args(declared)[0]
    if isinstance(declared, type) and issubclass(declared, BaseModel):
        required = {n: f for n, f in declared.model_fields.items() if f.is_required()}
        return {n: _stand_in(_bare(f.annotation)) for n, f in required.items()}
    if get_origin(declared) is tuple:
        return []
    return {str: STAND_IN, int: 1, float: 1.0, bool: False}.get(declared, {})


def _kind(value: object) -> str:
    """What a value is, in one or two words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"{str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "keys with values"
    return _show(value)


def _show(value: object, size: int = 40) -> str:
    words = str(value)
    return f'"{words if len(words) <= size else words[: size - 1] + "…"}"'
