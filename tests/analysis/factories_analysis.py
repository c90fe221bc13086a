"""Small instruments, plans and batches for the analysis tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from corus.analysis import Batch, ProfileContext, Stratum, Tally, build_profile, count
from corus.domain.answer import Answer, State, encode
from corus.domain.instrument import (
    Criterion,
    Dimension,
    EasyWording,
    Group,
    GroupWording,
    Instrument,
    Item,
    Option,
)
from corus.domain.profile import Profile
from corus.domain.scale import Point, Scale
from corus.domain.wave import PrivacyNotice, WavePlan, WaveState

STATES = {
    "d": State.DONT_KNOW, "c": State.NOT_CONCERNED, "s": State.SKIPPED, "n": State.NOT_SHOWN
}  # fmt: skip
NOTICE = PrivacyNotice(controller="Les Hauts", contact="a@example.org")


def text(words: str) -> dict[str, str]:
    return {"en": words}


def scale(size: int, **options: Any) -> Scale:
    points = tuple(Point(value=i + 1, label=text(str(i + 1))) for i in range(size))
    return Scale(points=points, **options)


def item(code: str, scale_code: str | None = "five", **fields: Any) -> Item:
    return Item(code=code, text=text(code), scale=scale_code, **fields)


def dimension(code: str, *items: Item) -> Dimension:
    criteria = tuple(Criterion(code=i.code, label=text(i.code), items=(i,)) for i in items)
    return Dimension(code=code, label=text(code), criteria=criteria)


def instrument(*dimensions: Dimension, questions: tuple[Item, ...] = ()) -> Instrument:
    """Groups: ``employees`` and ``users`` (persons), ``suppliers`` (organizations)."""
    return Instrument(
        code="small",
        edition="1",
        languages=("en",),
        title=text("Small"),
        scales={
            **{name: scale(size) for name, size in SIZES.items()},
            "easy": scale(3, merges_with="five"),
            "apart": scale(3),
        },
        groups={
            "employees": Group(label=text("Employees")),
            "users": Group(label=text("Users")),
            "suppliers": Group(label=text("Suppliers"), unit="organization"),
        },
        dimensions=dimensions,
        questions=questions,
    )


SIZES = {"three": 3, "four": 4, "five": 5, "seven": 7}


def small(size: str = "five") -> Instrument:
    """Two items in one dimension, the second reversed; an open and a choice question."""
    return instrument(
        dimension("needs", item("a", size), item("b", size, direction="reversed")),
        questions=(
            item("topics", None, type="multiple_choice", options=options("x", "y", "z")),
            item("since", None, type="single_choice", options=options("new", "old")),
            item("story", None, type="text"),
        ),
    )


def with_easy(scale_code: str = "easy") -> Instrument:
    """Users may answer both items of the dimension in the easy-to-read form."""
    wording = {
        "users": GroupWording(easy=EasyWording(text=text("easy"), scale=scale_code)),
    }
    return instrument(dimension("needs", item("a", wording=wording), item("b", wording=wording)))


def options(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code=code, label=text(code)) for code in codes)


def stratum(group: str = "employees", **fields: str) -> Stratum:
    base = {
        "variant": "standard", "mode": "self", "channel": "open", "completeness": "complete"
    }  # fmt: skip
    return Stratum(group, **(base | fields))


def document(the: Instrument, answers: Mapping[str, Any]) -> bytes:
    """``answers``: point index, a state letter (d c s n), option codes, or a text."""
    return encode({code: _answer(value) for code, value in answers.items()}, the)


def _answer(value: Any) -> Answer:
    if isinstance(value, str) and value in STATES:
        return Answer(STATES[value])
    return Answer(State.GIVEN, value)


def rated(the: Instrument, *answers: Any) -> bytes:
    """A response to the first items of the instrument, in order."""
    codes = [i.code for i in the.items]
    return document(the, dict(zip(codes, answers, strict=False)))


def tally(the: Instrument, responses: Iterable[tuple[Stratum, bytes]]) -> Tally:
    pairs = list(responses)
    strata = [place for place, _ in pairs]
    documents = [content for _, content in pairs]
    return count(Batch(strata, np.arange(len(pairs)), documents), the)


def plan(**fields: Any) -> WavePlan:
    return WavePlan(**({"title": "Wave", "notice": NOTICE} | fields))


def profile(the: Instrument, counted: Tally, **fields: Any) -> Profile:
    context = ProfileContext(
        release=1,
        released_on=date(2026, 4, 1),
        corus_version="0.1.0",
        organization="Les Hauts",
        organization_details={},
        wave="hauts-2026",
        wave_title="Wave",
        wave_state=WaveState.CLOSED,
        opened_on=date(2026, 3, 1),
        closed_on=date(2026, 3, 31),
        digest="0" * 64,
        instrument=the,
        plan=plan(**fields),
    )
    return build_profile(counted, context)


def group_profile(
    the: Instrument, rows: Iterable[tuple[Any, ...]], group: str = "employees", **place: str
) -> Profile:
    """The profile of one group, one response per row of answers to the first items."""
    return profile(the, tally(the, [(stratum(group, **place), rated(the, *row)) for row in rows]))


def item_cell(found: Profile, code: str, group: str = "employees") -> Any:
    return next(c for c in found.items if (c.item, c.group) == (code, group))


def dimension_cell(found: Profile, group: str = "employees", code: str = "needs") -> Any:
    return next(c for c in found.dimensions if (c.dimension, c.group) == (code, group))
