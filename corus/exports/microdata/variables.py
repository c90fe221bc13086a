"""What each column of microdata means: one list that the frame and every file are written from.

Knows the instrument and its words; holds no answer and knows no file format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from corus.domain.answer import State
from corus.domain.base import Text
from corus.domain.instrument import Instrument, Item, Variant
from corus.domain.wave import Channel, Completeness, Mode
from corus.errors import InputError
from corus.exports.codebook import interface, languages
from corus.exports.workbook.coverage import CHANNELS, MODES

Role = Literal[
    "number_drawn", "fact", "day", "state", "point", "option", "chosen", "rank", "allocated",
    "number", "text", "cell", "reason", "evidence", "quotable",
]  # fmt: skip
"""How a column is filled and typed; ``cell`` holds our own codes of types not listed here."""

SEPARATOR = "__"
"""Between an item's code and what the column says of it: ``needs_met__state``."""
NOT_ASKED_STATE = "not_asked"
STATE_LABELS = {
    State.GIVEN.value: "Answered",
    State.DONT_KNOW.value: "Don’t know",
    State.NOT_CONCERNED.value: "Not concerned",
    State.SKIPPED.value: "Seen and left empty",
    State.NOT_SHOWN.value: "Not shown: earlier answers made it irrelevant",
    NOT_ASKED_STATE: "This group is not asked",
}
STATES = tuple(STATE_LABELS)
"""The states of an answer, as categories of every ``__state`` column."""
NO_SITES: Mapping[str, Text] = {}
VARIANTS: tuple[Variant, ...] = get_args(Variant)


@dataclass(frozen=True)
class Variable:
    """One column. ``values`` are (code, label in each language) in the order of the instrument."""

    name: str
    role: Role
    label: Text
    item: Item | None = None
    values: tuple[tuple[int | str, Text], ...] = ()
    scale: str = ""
    """For points: code of the scale they are on."""
    option: str = ""
    """For ``chosen``, ``rank`` and ``allocated``: code of the option."""
    question: Text = field(default_factory=dict)
    universe: Text = field(default_factory=dict)
    dimension: str = ""


@dataclass(frozen=True)
class _Namer:
    """Authored and interface words in every language of the instrument."""

    instrument: Instrument
    organization: str
    languages: tuple[str, ...]

    def said(self, text: Text) -> Text:
        """An authored text, with the organization's name in it."""
        return {k: v.replace("{organization}", self.organization) for k, v in text.items()}

    def words(self, sentence: str) -> Text:
        """An interface sentence."""
        return interface(sentence, self.languages)

    def coded(self, code: str, sentences: Mapping[str, str]) -> Text:
        """The interface sentence of a code; a code without one is its own label."""
        said = sentences.get(code)
        return self.words(said) if said else dict.fromkeys(self.languages, code)

    def beside(self, text: Text, more: Text) -> Text:
        """``text – more``, in the languages of ``text``."""
        first = next(iter(more.values()), "")
        return {k: f"{v} – {more.get(k, first)}" for k, v in self.said(text).items()}

    def asked_of(self, item: Item) -> Text:
        """Who is asked an item: the labels of its groups."""
        groups = [
            g for c, g in self.instrument.groups.items() if not item.asked_to or c in item.asked_to
        ]
        return {k: ", ".join(g.label.get(k, "") for g in groups) for k in self.languages}


def variables(
    instrument: Instrument, organization: str = "", sites: Mapping[str, Text] = NO_SITES
) -> tuple[Variable, ...]:
    """Every column of the microdata of ``instrument``, in order; of sites where there are any.

    Raises ``InputError`` (``EXP-005``) when two columns would bear one name.
    """
    say = _Namer(instrument, organization, languages(instrument))
    facts = [*_facts(say), *_site(say, sites)]
    found = [*facts, *(v for item in instrument.items for v in _of_item(item, say))]
    names = [variable.name for variable in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise InputError(
            f"Two columns of the microdata would be called “{doubled[0]}”.",
            hint="Export answers.csv, or publish a version with other codes.", code="EXP-005",
        )  # fmt: skip
    return tuple(found)


def scales_of(instrument: Instrument, item: Item) -> dict[str, frozenset[tuple[str, str]]]:
    """Scale code → the (group, variant) that answer the item on it; its own scale comes first."""
    found: dict[str, set[tuple[str, str]]] = {item.scale: set()} if item.scale else {}
    for group in instrument.groups:
        for variant in VARIANTS:
            code = instrument.scale_code(item, group, variant)
            if code and instrument.asks(item, group, variant):
                found.setdefault(code, set()).add((group, variant))
    return {code: frozenset(places) for code, places in found.items()}


def _facts(say: _Namer) -> Iterator[Variable]:
    yield Variable("response_id", "number_drawn", say.words(
        "A number drawn at random for this file; it is stored nowhere and joins nothing."
    ))  # fmt: skip
    groups = tuple((c, g.label) for c, g in say.instrument.groups.items())
    yield Variable("group", "fact", say.words("Stakeholder group"), values=groups)
    known: Mapping[str, tuple[str, Mapping[str, str], tuple[str, ...]]] = {
        "variant": ("Form of the questionnaire", FORMS, VARIANTS),
        "mode": ("Who wrote the answers", MODES, get_args(Mode)),
        "channel": ("How the answers arrived", {**CHANNELS, "paper": "On paper"},
                    get_args(Channel)),
        "completeness": ("Whether the form was sent at its end", COMPLETE,
                         get_args(Completeness)),
        "language": ("Language of the form", {}, say.instrument.languages),
    }  # fmt: skip
    for name, (label, words, codes) in known.items():
        values = tuple((code, say.coded(code, words)) for code in codes)
        yield Variable(name, "fact", say.words(label), values=values)
    yield Variable("received_on", "day", say.words("Day of the answer; one day for all of an "
                                                   "anonymous wave"))  # fmt: skip


def _site(say: _Namer, sites: Mapping[str, Text]) -> Iterator[Variable]:
    if sites:
        values = (("", say.words("Site not said")), *sites.items())
        yield Variable("site", "fact", say.words("Site"), values=values)


FORMS = {"standard": "Standard form", "easy": "Easy-to-read form", "express": "Short form"}
COMPLETE = {
    "complete": "Sent at the end of the form",
    "partial": "Saved or sent with part of the questions",
}


def _of_item(item: Item, say: _Namer) -> Iterator[Variable]:
    """The value columns of an item, its state, then what may stand beside it."""
    about = {
        "item": item,
        "question": say.said(item.text),
        "universe": say.asked_of(item),
        "dimension": say.instrument.dimension_of.get(item.code, ""),
    }
    make = _MAKERS.get(item.type, _one("cell"))

    def column(part: str, role: Role, label: Text, **more: object) -> Variable:
        name = f"{item.code}{SEPARATOR}{part}" if part else item.code
        return Variable(name, role, label, **about, **more)  # type: ignore[arg-type]

    yield from make(item, say, column)
    states = tuple((code, say.words(STATE_LABELS[code])) for code in STATES)
    yield column("state", "state", say.beside(item.text, say.words("state of the answer")),
                 values=states)  # fmt: skip
    for role, sentence in _PARTS.get(item.type, ()):
        if role != "quotable" or item.quotation:
            yield column(role, role, say.beside(item.text, say.words(sentence)))


_PARTS: dict[str, tuple[tuple[Role, str], ...]] = {
    "level": (("reason", "reason given"), ("evidence", "references of evidence, one per line")),
    "text": (("quotable", "may be quoted (1) or not (0)"),),
}
Maker = Callable[[Item, _Namer, Callable[..., Variable]], Iterator[Variable]]


def _points(item: Item, say: _Namer, column: Callable[..., Variable]) -> Iterator[Variable]:
    """One column per scale, so that a 2 on three points never stands beside a 2 on five."""
    for code in scales_of(say.instrument, item):
        values = tuple((p.value, p.label) for p in say.instrument.scales[code].points)
        own = code == item.scale
        label = say.said(item.text) if own else say.beside(item.text, {"": code})
        yield column("" if own else code, "point", label, values=values, scale=code)


def _per_option(role: Role) -> Maker:
    def make(item: Item, say: _Namer, column: Callable[..., Variable]) -> Iterator[Variable]:
        for option in item.options:
            label = say.beside(item.text, option.label)
            values = _option_values(role, say)
            yield column(option.code, role, label, option=option.code, values=values)

    return make


def _option_values(role: Role, say: _Namer) -> tuple[tuple[int, Text], ...]:
    if role == "chosen":
        return (0, say.words("Not chosen")), (1, say.words("Chosen"))
    return ((0, say.words("Not ranked")),) if role == "rank" else ()


def _one(role: Role) -> Maker:
    def make(item: Item, say: _Namer, column: Callable[..., Variable]) -> Iterator[Variable]:
        yield column("", role, say.said(item.text))

    return make


def _one_option(item: Item, say: _Namer, column: Callable[..., Variable]) -> Iterator[Variable]:
    values = tuple((option.code, option.label) for option in item.options)
    yield column("", "option", say.said(item.text), values=values)


_MAKERS: dict[str, Maker] = {
    "rating": _points,
    "level": _points,
    "single_choice": _one_option,
    "multiple_choice": _per_option("chosen"),
    "ranking": _per_option("rank"),
    "allocation": _per_option("allocated"),
    "number": _one("number"),
    "text": _one("text"),
}


def codes(variable: Variable) -> tuple[str, ...]:
    """The codes of a column whose values are words."""
    return tuple(cast(str, code) for code, _ in variable.values)
