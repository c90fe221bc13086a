"""A draft as a value: an authored instrument, what is switched off in it, where it comes from.

What is off, blank or meant for nobody stays in the draft and is left out of what is published.
Knows no database.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from corus.domain.blanks import unfilled
from corus.domain.instrument import InstrumentVersion
from corus.errors import InputError

OTHERS = "-"
"""The part that holds the questions outside dimensions."""
MAX_BYTES = 400_000
"""The instrument we ship takes 50,000."""
ALWAYS_ASKED = "unexpected_effect"
"""Purpose of the questions that no organization may leave out."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """An instrument being written: never changed in place, each edit gives another.

    Attributes:
        instrument: the authored document, with what is off and what is blank.
        off: codes of items that are not asked.
        origin: what it was copied from: code, edition, digest, title.
    """

    instrument: Json
    off: frozenset[str] = frozenset()
    origin: Json = field(default_factory=dict)

    @classmethod
    def copy_of(cls, version: InstrumentVersion, code: str, title: Mapping[str, str]) -> Draft:
        """A copy of a published version under another code, with its sections written out."""
        old = version.instrument
        new = old.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        sections = [s.model_dump(mode="json", exclude_defaults=True) for s in old.form_order]
        origin = {"code": old.code, "edition": old.edition, "digest": version.digest}
        said = f"1.0: copied from {old.code} {old.edition} ({version.digest[:12]})"
        own = {"code": code, "edition": "1.0", "title": dict(title), "changelog": [said]}
        return cls(new | own | {"sections": sections}, origin=origin | {"title": dict(old.title)})

    @classmethod
    def load(cls, document: str) -> Draft:
        """Read back what ``dump`` wrote."""
        found = orjson.loads(document)
        return cls(found["instrument"], frozenset(found["off"]), found["origin"])

    def dump(self) -> str:
        """The draft as JSON. Raises ``InputError`` (``DRF-004``) when it grew too large."""
        found = {"instrument": self.instrument, "off": sorted(self.off), "origin": self.origin}
        text = orjson.dumps(found).decode()
        if len(text.encode()) > MAX_BYTES:
            raise InputError(
                "The questionnaire is too large to be kept.",
                hint="Shorten texts, or leave questions out.", code="DRF-004",
            )  # fmt: skip
        return text

    def changed(self) -> Draft:
        """A copy whose document may be edited."""
        return replace(self, instrument=copy.deepcopy(self.instrument))

    def items(self) -> Iterator[tuple[str, Json]]:
        """(part, item) of every item, those that are off too, in instrument order."""
        for dimension in self.instrument.get("dimensions", ()):
            for criterion in dimension["criteria"]:
                yield from ((dimension["code"], item) for item in criterion["items"])
        yield from ((OTHERS, item) for item in self.instrument.get("questions", ()))

    def item(self, code: str) -> tuple[str, Json] | None:
        """(part, item) of the item ``code``, or None."""
        return next((one for one in self.items() if one[1]["code"] == code), None)

    def part(self, part: str) -> list[Json]:
        """Items of one part in the order shown."""
        found = [item for holder, item in self.items() if holder == part]
        if part != OTHERS:
            return found
        order = [code for s in self.instrument.get("sections", ()) for code in s["shows"]]
        return sorted(found, key=lambda i: order.index(i["code"]) if i["code"] in order else 999)

    def asks(self, item: Json, group: str) -> bool:
        """Whether this group is among those asked the item."""
        return not item.get("asked_to") or group in item["asked_to"]

    def groups(self) -> dict[str, Json]:
        """Code → group, in the authored order."""
        found = self.instrument["groups"]
        return dict(found) if isinstance(found, dict) else {g["code"]: g for g in found}

    def asked(self) -> Json:
        """The document to check and publish: nothing that is off, blank or for nobody."""
        document: Json = _only(copy.deepcopy(self.instrument), tuple(self.instrument["languages"]))
        _leave_out(document, self.off)
        for item in _items(document):
            _tidy(item)
        for dimension in document["dimensions"]:
            for criterion in dimension["criteria"]:
                _name(criterion, document["languages"])
        return document


def is_always_asked(item: Json) -> bool:
    """Whether doctrine has this question asked of everybody: effects nobody had planned."""
    return bool(item.get("purpose") == ALWAYS_ASKED)


def languages_known(draft: Draft) -> tuple[str, ...]:
    """Languages that the draft's texts were ever written in: those of the title, off or not."""
    return tuple(draft.instrument["title"])


def _items(document: Json) -> Iterator[Json]:
    for dimension in document.get("dimensions", ()):
        for criterion in dimension["criteria"]:
            yield from criterion["items"]
    yield from document.get("questions", ())


def _leave_out(document: Json, off: frozenset[str]) -> None:
    """Items that are off, and whatever holds nothing or refers to nothing after that."""
    before = {d["code"] for d in document.get("dimensions", ())}
    for dimension in document.get("dimensions", ()):
        for criterion in dimension["criteria"]:
            criterion["items"] = [i for i in criterion["items"] if i["code"] not in off]
        dimension["criteria"] = [c for c in dimension["criteria"] if c["items"]]
    document["dimensions"] = [d for d in document.get("dimensions", ()) if d["criteria"]]
    document["questions"] = [q for q in document.get("questions", ()) if q["code"] not in off]
    gone = off | (before - {d["code"] for d in document["dimensions"]})
    for section in document.get("sections", ()):
        section["shows"] = [code for code in section["shows"] if code not in gone]
    document["sections"] = [s for s in document.get("sections", ()) if s["shows"]]
    _leave_references(document, gone)


def _leave_references(document: Json, gone: frozenset[str]) -> None:
    """A condition that needs one of several items goes with the last of them."""
    lost = set()
    for code, reference in document.get("references", {}).items():
        required = reference.get("requires_any")
        if required:
            reference["requires_any"] = [one for one in required if one not in gone]
            lost |= set() if reference["requires_any"] else {code}
    for code in lost:
        del document["references"][code]
    for holder in (*document["dimensions"], *_items(document)):
        if lost & set(holder.get("supports", ())):
            holder["supports"] = [one for one in holder["supports"] if one not in lost]


def _name(criterion: Json, languages: list[str]) -> None:
    """A criterion without a label of its own is called by its first question."""
    if "label" not in criterion:
        said = criterion["items"][0]["text"]
        any_words = next((words for words in said.values() if words.strip()), "")
        criterion["label"] = {lang: _begun(said.get(lang) or any_words) for lang in languages}


def _begun(words: str) -> str:
    """Its first 80 signs, without a blank cut in two."""
    short = words[:80]
    return short[: short.rindex("{")] if words != short and unfilled(short) == "{" else short


def _tidy(item: Json) -> None:
    """Blank texts are no texts, and a wording for a group that is not asked is read by nobody."""
    asked = item.get("asked_to")
    wording = {}
    for group, words in item.get("wording", {}).items():
        kept = {name: value for name, value in words.items() if not _blank(value)}
        if kept and (not asked or group in asked):
            wording[group] = kept
    item["wording"] = wording
    if _blank(item.get("hint", {})):
        item.pop("hint", None)


def _blank(value: object) -> bool:
    if isinstance(value, dict) and "text" in value:
        value = value["text"]
    if isinstance(value, dict):
        return not any(str(text).strip() for text in value.values())
    return value in (None, False)


def _only(value: Any, languages: tuple[str, ...]) -> Any:
    """The same with its texts in these languages alone."""
    if isinstance(value, list):
        return [_only(part, languages) for part in value]
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(v, str) for v in value.values()) and _is_text(value):
        return {name: said for name, said in value.items() if name in languages}
    return {name: _only(part, languages) for name, part in value.items()}


def _is_text(value: Json) -> bool:
    return all(len(name.partition("-")[0]) in (2, 3) for name in value)
