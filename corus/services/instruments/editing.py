"""Edits of a draft: each takes a draft and gives another. Knows no database and no page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from corus.domain.base import Text
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services.instruments.bounds import (
    LONGEST_MINUTES,
    MAX_ITEMS,
    NOTICE,
    TITLE,
    Faults,
    texts,
)
from corus.services.instruments.document import OTHERS, Draft, is_always_asked


def switch(draft: Draft, part: str, on: Collection[str]) -> Draft:
    """Ask, of the items of ``part``, those in ``on`` and no other.

    Raises ``RefusedError`` (``DRF-003``) where a question that is always asked would be left out.
    """
    items = draft.part(part)
    codes = {item["code"] for item in items}
    if any(is_always_asked(item) and item["code"] not in on for item in items):
        raise always_asked()
    return replace(draft, off=(draft.off - codes) | (codes - set(on)))


def always_asked() -> RefusedError:
    """Nobody may leave out what doctrine has asked of everybody."""
    return RefusedError(
        "Effects that nobody had planned, good or bad, are always asked, of everybody.",
        hint="A profile that only holds what was hoped for would prove nothing.", code="DRF-003",
    )  # fmt: skip


def move(draft: Draft, code: str, step: int) -> Draft:
    """One item up (-1) or down (1) among those of its part; at the end it stays."""
    found = draft.item(code)
    if found is None:
        raise no_question()
    new = draft.changed()
    if found[0] == OTHERS:
        for section in new.instrument["sections"]:
            _swap(section["shows"], code, step)
        return new
    dimension = next(d for d in new.instrument["dimensions"] if d["code"] == found[0])
    holder = next(c for c in dimension["criteria"] if code in [item["code"] for item in c["items"]])
    codes = [item["code"] for item in holder["items"]]
    if not _swap(holder["items"], code, step, codes):
        names = [criterion["code"] for criterion in dimension["criteria"]]
        _swap(dimension["criteria"], holder["code"], step, names)
    return new


def move_section(draft: Draft, code: str, step: int) -> Draft:
    """One section of the form up (-1) or down (1); at the end it stays."""
    new = draft.changed()
    sections = new.instrument["sections"]
    _swap(sections, code, step, [section["code"] for section in sections])
    return new


def _swap(values: list[Any], code: str, step: int, codes: list[str] | None = None) -> bool:
    names = codes if codes is not None else [str(value) for value in values]
    if code not in names:
        return False
    here = names.index(code)
    there = here + step
    if not 0 <= there < len(values):
        return False
    values[here], values[there] = values[there], values[here]
    return True


def no_question() -> NotFoundError:
    """The item named is not in this draft."""
    return NotFoundError("This questionnaire has no such question.", code="DRF-005")


def describe(
    draft: Draft, *, title: Text, notice: Text, languages: tuple[str, ...],
    minutes: Mapping[str, int],
) -> Draft:  # fmt: skip
    """What the whole says of itself: title, presentation, languages, minutes announced.

    Raises ``InputError`` (``DRF-001``) with every field at fault.
    """
    faults = Faults()
    title, notice = texts(title), texts(notice)
    faults.too_long("title", title, TITLE)
    faults.too_long("notice", notice, NOTICE)
    faults.braces("title", title)
    faults.braces("notice", notice)
    if not any(title.values()):
        faults.add("title", "The questionnaire has no title.", "Give it one.")
    known = [one for one in draft.instrument["title"] if one in languages]
    if not known:
        faults.add("languages", "No language is left.", "Tick at least one.")
    for group, length in minutes.items():
        if not 1 <= length <= LONGEST_MINUTES:
            field = f"minutes.{group}"
            faults.add(field, "A length is a whole number of minutes.", "From 1 to 60.")
    faults.tell()
    new = draft.changed()
    new.instrument.update(title=title, languages=known)
    new.instrument.pop("notice", None)
    if any(notice.values()):
        new.instrument["notice"] = notice
    for code, asked in new.groups().items():
        asked["minutes"] = minutes.get(code, asked.get("minutes", 10))
    return new


def room_for_one(draft: Draft) -> None:
    """Raises ``InputError`` (``DRF-006``) when a draft holds as many items as it may."""
    if len(list(draft.items())) >= MAX_ITEMS:
        raise InputError(
            "This questionnaire has {n} questions: no more can be added.",
            hint="Questions that are off count too. Long questionnaires are left unfinished.",
            code="DRF-006", names={"n": MAX_ITEMS},
        )  # fmt: skip
