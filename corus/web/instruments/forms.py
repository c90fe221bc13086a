"""What the forms of a draft hold: stored, typed, and which field a fault belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from corus.domain.base import Text
from corus.services.instruments import questions
from corus.services.instruments.bounds import MAX_OPTIONS
from corus.services.instruments.document import OTHERS, Draft, Json, languages_known
from corus.services.instruments.questions import Question, Wording


@dataclass(frozen=True)
class Row:
    """One section of the form: its title, the part that holds its questions, how many are on."""

    code: str
    title: Text
    part: str
    anchor: str
    on: int
    off: int


@dataclass(frozen=True)
class Whole:
    """What a questionnaire says of itself; ``minutes`` as typed."""

    title: Text
    notice: Text
    languages: tuple[str, ...]
    minutes: dict[str, str]

    def lengths(self) -> dict[str, int]:
        """Minutes as numbers; what is no number is out of every range."""
        return {g: int(m) if m.isdecimal() and len(m) < 4 else -1 for g, m in self.minutes.items()}


def sections(draft: Draft) -> Iterator[Row]:
    """The sections in the order of the form."""
    dimensions = {d["code"] for d in draft.instrument.get("dimensions", ())}
    for section in draft.instrument["sections"]:
        items = [item for code in section["shows"] for item in _shown(draft, code, dimensions)]
        off = sum(item["code"] in draft.off for item in items)
        held = [code for code in section["shows"] if code in dimensions]
        anchor = "" if held or not items else f"q-{items[0]['code']}"
        yield Row(
            section["code"], section["title"], held[0] if held else OTHERS, anchor,
            len(items) - off, off,
        )  # fmt: skip


def _shown(draft: Draft, code: str, dimensions: set[str]) -> list[Json]:
    if code in dimensions:
        return draft.part(code)
    found = draft.item(code)
    return [found[1]] if found else []


def part_names(draft: Draft) -> dict[str, Text]:
    """Part → its name, as its dimension is called."""
    names = {d["code"]: d["label"] for d in draft.instrument.get("dimensions", ())}
    return names | {OTHERS: {"fr": "Autres questions", "en": "Other questions"}}


def has_easy(draft: Draft, group: str) -> bool:
    """Whether this group has easy-to-read sentences in the draft."""
    return any("easy" in item.get("wording", {}).get(group, {}) for _, item in draft.items())


def moved(sent: str) -> tuple[str, int]:
    """``up:code`` → (code, -1); ("", 0) when no such button was pressed."""
    way, _, code = sent.partition(":")
    step = {"up": -1, "down": 1}.get(way, 0)
    return (code, step) if step else ("", 0)


def ways(draft: Draft, part: str) -> dict[str, tuple[bool, bool]]:
    """Item → whether it can go up, and down: outside dimensions, within its section only."""
    lists = [[item["code"] for item in draft.part(part)]]
    if part == OTHERS:
        lists = [section["shows"] for section in draft.instrument["sections"]]
    return {
        code: (number > 0, number < len(codes) - 1)
        for codes in lists
        for number, code in enumerate(codes)
    }


def stored_whole(draft: Draft) -> Whole:
    """As it stands."""
    minutes = {code: str(group.get("minutes", 10)) for code, group in draft.groups().items()}
    held = draft.instrument
    return Whole(held["title"], held.get("notice", {}), tuple(held["languages"]), minutes)


def typed_whole(draft: Draft) -> Whole:
    """As it was sent."""
    spoken = languages_known(draft)
    minutes = {code: request.form.get(f"minutes.{code}", "").strip() for code in draft.groups()}
    return Whole(
        _text("title", spoken), _text("notice", spoken),
        tuple(request.form.getlist("languages")), minutes,
    )  # fmt: skip


def typed_question(draft: Draft, item: Json | None, *, fixed: bool) -> Question:
    """As it was sent; of a published question, how it is answered stays as it is."""
    spoken = languages_known(draft)
    groups = draft.groups()
    wording = {group: _wording(group, spoken) for group in groups}
    before = questions.read(draft, item) if item else None
    said = {
        "text": _text("text", spoken), "hint": _text("hint", spoken),
        "groups": tuple(request.form.getlist("groups")), "wording": wording,
        "for_all": "for_all" in request.form,
    }  # fmt: skip
    if before is not None and fixed:
        return Question(
            **said, kind=before.kind, scale=before.scale, reversed=before.reversed,
            options=before.options, max_choices=before.max_choices,
        )  # fmt: skip
    most = request.form.get("max_choices", "").strip()
    return Question(
        **said, kind=request.form.get("kind", ""), scale=request.form.get("scale", ""),
        reversed=request.form.get("direction") == "reversed", options=_options(spoken),
        max_choices=_number(most) if most else None,
    )  # fmt: skip


def _number(sent: str) -> int:
    return int(sent) if sent.isdecimal() and len(sent) < 4 else 0


def _wording(group: str, spoken: tuple[str, ...]) -> Wording:
    return Wording(
        _text(f"wording.{group}", spoken), _text(f"easy.{group}", spoken),
        f"omits.{group}" in request.form,
    )  # fmt: skip


def _options(spoken: tuple[str, ...]) -> tuple[tuple[str, Text], ...]:
    found = []
    for number in range(MAX_OPTIONS + 1):
        label = _text(f"option.{number}", spoken)
        if any(words.strip() for words in label.values()):
            found.append((request.form.get(f"option.{number}.code", ""), label))
    return tuple(found)


def _text(field: str, spoken: tuple[str, ...]) -> Text:
    """One text in each language; a language the page did not show stays unsaid."""
    names = {language: f"{field}.{language}" for language in spoken}
    return {lang: request.form[name] for lang, name in names.items() if name in request.form}


def field_of(place: str) -> str:
    """Field of the page of a question for a place in the document, "" for the whole."""
    steps = place.split(".")
    if steps[0] == "wording" and len(steps) > 1:
        return f"{'easy' if 'easy' in steps else 'wording'}.{steps[1]}"
    names = {"asked_to": "groups", "type": "kind"}
    known = ("text", "hint", "options", "max_choices", "scale", "relevant", "asked_to", "type")
    return names.get(steps[0], steps[0]) if steps[0] in known else ""
