"""The codebook: every code with its labels in each language, every state, every column.

Serves the workbook's dictionary, ``codebook.csv`` and whoever reads microdata; knows no figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corus.domain.answer import State
from corus.domain.base import Text
from corus.domain.instrument import Instrument, Item
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.exports import counts
from corus.exports.base import Exporter
from corus.exports.columns import Column
from corus.exports.safe_text import clean, csv_bytes
from corus.exports.withheld import NONE, STATE_MEANINGS
from corus.language import words
from corus.questions import QUESTION_TYPES
from corus.questions.base import Asked

ANSWER_STATES = {
    State.GIVEN: "An answer was given.",
    State.DONT_KNOW: "The person answered “I don’t know”.",
    State.NOT_CONCERNED: "The person answered that it does not concern them.",
    State.SKIPPED: "The person saw the question and left it empty (empty cell in tables).",
    State.NOT_SHOWN: "The question was not shown: earlier answers made it irrelevant.",
}
NOT_ASKED = "This group is not asked the question (a dash in tables)."


@dataclass(frozen=True)
class Entry:
    """One code: what kind of thing it names, where it belongs, its label in each language."""

    kind: str
    code: str
    belongs_to: str
    labels: Text


def languages(instrument: Instrument) -> tuple[str, ...]:
    """French and English, then the instrument's other languages."""
    return tuple(dict.fromkeys(("fr", "en", *instrument.languages)))


def entries(instrument: Instrument) -> Iterator[Entry]:
    """Everything the instrument names, then the states an answer and a figure may have."""
    for code, group in instrument.groups.items():
        yield Entry("group", code, group.unit, group.label)
    for code, scale in instrument.scales.items():
        for point in scale.points:
            yield Entry("scale_point", str(point.value), code, point.label)
        for opt_out, label in scale.opt_outs.items():
            yield Entry("opt_out", opt_out, code, label)
    yield from _framework(instrument)
    for item in instrument.questions:
        yield from _item(instrument, item, NONE)
    yield from _states(languages(instrument))


def _framework(instrument: Instrument) -> Iterator[Entry]:
    for dimension in instrument.dimensions:
        yield Entry("dimension", dimension.code, NONE, dimension.label)
        for criterion in dimension.criteria:
            yield Entry("criterion", criterion.code, dimension.code, criterion.label)
            for item in criterion.items:
                yield from _item(instrument, item, criterion.code)


def _item(instrument: Instrument, item: Item, belongs_to: str) -> Iterator[Entry]:
    yield Entry("item", item.code, belongs_to, item.text)
    for group, wording in item.wording.items():
        if wording.text:
            yield Entry("wording", group, item.code, wording.text)
        if wording.easy:
            yield Entry("easy_wording", group, item.code, wording.easy.text)
    if item.scale is None:
        yield from _values(instrument, item)


def _values(instrument: Instrument, item: Item) -> Iterator[Entry]:
    """What the item's own column may hold, as its question type says."""
    asked = Asked.of(instrument, item, next(iter(instrument.groups)), "standard")
    found: dict[str, Text] = {}
    for language in languages(instrument):
        for code, label in QUESTION_TYPES.find(item.type).codebook(asked, language):
            found.setdefault(code, {})[language] = label
    for code, labels in found.items():
        yield Entry("option", code, item.code, labels)


def _states(spoken: Iterable[str]) -> Iterator[Entry]:
    for state, meaning in ANSWER_STATES.items():
        yield Entry("answer_state", state.value, "answers.csv", interface(meaning, spoken))
    yield Entry("answer_state", "-", "answers.csv", interface(NOT_ASKED, spoken))
    for show, meaning in STATE_MEANINGS.items():
        yield Entry("state", show, "counts.csv", interface(meaning, spoken))


def interface(sentence: str, spoken: Iterable[str]) -> Text:
    """An interface sentence in each language."""
    return {language: words(language)(sentence) for language in spoken}


def column_entries(columns: Iterable[Column], where: str, spoken: Iterable[str]) -> Iterator[Entry]:
    """The meaning of each column of one table."""
    for column in columns:
        yield Entry("column", column.name, where, interface(column.about, spoken))


def table(found: Iterable[Entry], profile: Profile) -> tuple[list[str], list[list[str]]]:
    """Header and rows: kind, code, belongs_to, then one label per language."""
    spoken = languages(profile.instrument)
    header = ["kind", "code", "belongs_to", *(f"label_{language}" for language in spoken)]
    readings = [Reading(profile, language) for language in spoken]
    rows = [
        [e.kind, e.code, e.belongs_to, *(r.say(e.labels) or NONE for r in readings)] for e in found
    ]
    return header, rows


def write(profile: Profile, language: str) -> bytes:
    """The codebook of a release: the instrument, the states, the columns of ``counts.csv``."""
    instrument = profile.instrument
    spoken = languages(instrument)
    columns = counts.columns(Reading(profile, language))
    found = [*entries(instrument), *column_entries(columns, "counts.csv", spoken)]
    header, rows = table(found, profile)
    return csv_bytes(header, ([clean(cell) for cell in row] for row in rows))


CODEBOOK = Exporter(
    "codebook.csv", "text/csv; charset=utf-8", "What every code and column means, in every "
    "language.", write,
)  # fmt: skip
