"""One question of a draft: its wording, whom it is put to, how they answer; and new ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from corus.domain.base import Text
from corus.domain.instrument import Instrument
from corus.services.instruments.bounds import MAX_OPTIONS, SENTENCE, Faults, clean, texts
from corus.services.instruments.document import OTHERS, Draft, Json, is_always_asked
from corus.services.instruments.editing import always_asked, no_question, room_for_one
from corus.services.waves import slug

KINDS = ("rating", "single_choice", "multiple_choice", "text")
"""Types of question that organizations may write themselves."""
WITH_OPTIONS = ("single_choice", "multiple_choice")
LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class Wording:
    """How one group is asked; blank texts mean the sentence of everybody."""

    text: Text = field(default_factory=dict)
    easy: Text = field(default_factory=dict)
    easy_omits: bool = False


@dataclass(frozen=True)
class Question:
    """What a page may change of an item.

    ``kind``, ``scale``, ``reversed``, ``options`` and ``max_choices`` count only while the item
    was never published; ``options`` are (code or "", label).
    """

    text: Text
    hint: Text
    groups: tuple[str, ...]
    wording: Mapping[str, Wording] = field(default_factory=dict)
    for_all: bool = False
    """True drops the condition under which it is shown."""
    kind: str = "rating"
    scale: str = ""
    reversed: bool = False
    options: tuple[tuple[str, Text], ...] = ()
    max_choices: int | None = None


def read(draft: Draft, item: Json) -> Question:
    """The question as it stands."""
    wording = {
        group: Wording(
            words.get("text", {}), words.get("easy", {}).get("text", {}),
            words.get("easy_omits", False),
        )
        for group, words in item.get("wording", {}).items()
    }  # fmt: skip
    return Question(
        text=item.get("text", {}),
        hint=item.get("hint", {}),
        groups=tuple(item.get("asked_to") or draft.groups()),
        wording=wording,
        kind=item.get("type", "rating"),
        scale=item.get("scale", ""),
        reversed=item.get("direction") == "reversed",
        options=tuple((o["code"], o["label"]) for o in item.get("options", ())),
        max_choices=item.get("max_choices"),
    )


def standard_scales(draft: Draft) -> dict[str, Json]:
    """Scales that a new rating may use: those that stand for no other."""
    scales = draft.instrument["scales"]
    return {code: scale for code, scale in scales.items() if not scale.get("merges_with")}


def is_fixed(item: Json, previous: Instrument) -> bool:
    """Whether the way of answering may no longer change: the item was published."""
    return item["code"] in previous.item_by_code


def change(draft: Draft, code: str, question: Question, previous: Instrument) -> Draft:
    """The draft with this question changed.

    Raises ``InputError`` (``DRF-001``) with every field at fault, ``RefusedError`` (``DRF-003``)
    where a group would no longer be asked what is always asked.
    """
    new = draft.changed()
    found = new.item(code)
    if found is None:
        raise no_question()
    item = found[1]
    _check(new, question, fixed=is_fixed(item, previous))
    _check_always(new, item, question)
    before = {name: item.get(name) for name in ("text", "wording")}
    _write(new, item, question)
    if not is_fixed(item, previous):
        _write_answers(item, question)
    _no_longer_as_found(new, item, before)
    return new


def add(draft: Draft, part: str, question: Question) -> tuple[Draft, str]:
    """The draft with one more question at the end of ``part``, and its code."""
    room_for_one(draft)
    _check(draft, question, fixed=False)
    new = draft.changed()
    code = _new_code(new, question.text)
    item: Json = {"code": code, "text": {}, "purpose": "perception" if part != OTHERS else "other"}
    _write(new, item, question)
    _write_answers(item, question)
    _place(new, part, item)
    return new, code


def _check(draft: Draft, question: Question, *, fixed: bool) -> None:
    faults = Faults()
    faults.too_long("text", texts(question.text), SENTENCE)
    faults.too_long("hint", texts(question.hint), SENTENCE)
    faults.braces("text", question.text)
    faults.braces("hint", question.hint)
    if not any(texts(question.text).values()):
        faults.add("text", "The question has no words.", "Write it as people will read it.")
    if not set(question.groups) & set(draft.groups()):
        faults.add("groups", "No group is ticked.", "Tick one, or switch the question off.")
    for group, words in question.wording.items():
        faults.too_long(f"wording.{group}", texts(words.text), SENTENCE)
        faults.too_long(f"easy.{group}", texts(words.easy), SENTENCE)
        faults.braces(f"wording.{group}", words.text)
        faults.braces(f"easy.{group}", words.easy)
    if not fixed:
        _check_answers(draft, question, faults)
    faults.tell()


def _check_answers(draft: Draft, question: Question, faults: Faults) -> None:
    if question.kind not in KINDS:
        faults.add("kind", "There is no such kind of question.", "Choose one of the list.")
    if question.kind == "rating" and question.scale not in standard_scales(draft):
        faults.add("scale", "There is no such scale.", "Choose one of the list.")
    for _code, label in question.options:
        faults.too_long("options", texts(label), SENTENCE)
        faults.braces("options", label)
    if question.kind in WITH_OPTIONS and len(question.options) > MAX_OPTIONS:
        faults.add("options", "There are too many answers to choose from.", "Keep twelve at most.")
    most = question.max_choices
    if question.kind == "multiple_choice" and most is not None and not 1 <= most <= MAX_OPTIONS:
        faults.add(
            "max_choices", "This is no number of choices.", "From 1 to 12, or leave it empty."
        )


def _check_always(draft: Draft, item: Json, question: Question) -> None:
    asked = {group for group in draft.groups() if draft.asks(item, group)}
    omitted = any(w.easy_omits for w in question.wording.values())
    if is_always_asked(item) and (not asked <= set(question.groups) or omitted):
        raise always_asked()


def _write(draft: Draft, item: Json, question: Question) -> None:
    # A language that is off is not on the page: its texts wait until it is on again.
    item["text"] = item.get("text", {}) | texts(question.text)
    hint = item.pop("hint", {}) | texts(question.hint)
    if any(hint.values()):
        item["hint"] = hint
    known = list(draft.groups())
    groups = [group for group in known if group in question.groups]
    item.pop("asked_to", None)
    if groups != known:
        item["asked_to"] = groups
    if question.for_all:
        item.pop("relevant", None)
    wording = {g: dict(w) for g, w in item.get("wording", {}).items()}
    for group, words in question.wording.items():
        if group in known:
            wording[group] = _worded(draft, item, wording.get(group, {}), words)
    item["wording"] = {group: words for group, words in wording.items() if words}


def _worded(draft: Draft, item: Json, before: Json, words: Wording) -> Json:
    new: Json = {}
    text = before.get("text", {}) | texts(words.text)
    if any(text.values()):
        new["text"] = text
    easy = before.get("easy", {}).get("text", {}) | texts(words.easy)
    if any(easy.values()):
        kept = before.get("easy") or _easy_scale(draft, item)
        new["easy"] = kept | {"text": easy}
    if words.easy_omits:
        new["easy_omits"] = True
    return new


def _easy_scale(draft: Draft, item: Json) -> Json:
    """A new easy draft answers on the scale that stands for the item's own, where there is one."""
    scales = draft.instrument["scales"].items()
    easy = [code for code, scale in scales if scale.get("merges_with") == item.get("scale", "-")]
    return {"scale": easy[0]} if easy else {}


def _write_answers(item: Json, question: Question) -> None:
    known = {option["code"] for option in item.get("options", ())}
    for name in ("scale", "direction", "options", "max_choices", "max_length", "quotation"):
        item.pop(name, None)
    item["type"] = question.kind
    if question.kind == "rating":
        item["scale"] = question.scale
        if question.reversed:
            item["direction"] = "reversed"
    elif question.kind == "text":
        item |= {"max_length": LONGEST_ANSWER, "quotation": True}
    else:
        item["options"] = _options(question.options, known)
        if question.kind == "multiple_choice" and question.max_choices:
            item["max_choices"] = question.max_choices


def _options(options: Iterable[tuple[str, Text]], known: set[str]) -> list[Json]:
    """Options, each with the code it had among the ``known`` or a new one; blank ones go."""
    written: list[Json] = []
    for code, label in options:
        said = texts(label)
        if any(said.values()):
            taken = {option["code"] for option in written}
            kept = code if code in known - taken else _code_of(said, "answer", taken | known)
            written.append({"code": kept, "label": said})
    return written


def _no_longer_as_found(draft: Draft, item: Json, before: Mapping[str, Any]) -> None:
    """Changed words are the organization's own, and nobody has proof-read them yet."""
    if item["text"] != before["text"] and item.get("provenance") in ("source", "background"):
        item["provenance"] = "proposal"
    if _easy_texts(item["wording"]) != _easy_texts(before["wording"] or {}):
        draft.instrument.pop("easy_to_read", None)


def _easy_texts(wording: Mapping[str, Json]) -> dict[str, Text]:
    return {group: words["easy"]["text"] for group, words in wording.items() if "easy" in words}


def _new_code(draft: Draft, text: Text) -> str:
    taken = {item["code"] for _, item in draft.items()}
    for dimension in draft.instrument.get("dimensions", ()):
        taken |= {dimension["code"], *(c["code"] for c in dimension["criteria"])}
    return _code_of(texts(text), "own", taken)


def _code_of(text: Text, prefix: str, taken: set[str]) -> str:
    """A permanent code from the first words of a text, told apart by a number."""
    said = next((clean(words) for words in text.values() if clean(words)), "")
    words = [word for word in slug(said).split("_") if word][:5]
    stem = re.sub(r"_+", "_", "_".join((prefix, *words)))[:56].strip("_")
    number = 1
    while (code := stem if number == 1 else f"{stem}_{number}") in taken:
        number += 1
    return code


def _place(draft: Draft, part: str, item: Json) -> None:
    if part == OTHERS:
        draft.instrument.setdefault("questions", []).append(item)
        held = {q["code"] for q in draft.instrument["questions"]}
        sections = draft.instrument["sections"]
        last = next((s for s in reversed(sections) if held & set(s["shows"])), sections[-1])
        last["shows"].append(item["code"])
        return
    for dimension in draft.instrument.get("dimensions", ()):
        if dimension["code"] == part:
            dimension["criteria"].append({"code": item["code"], "items": [item]})
            return
    raise no_question()
