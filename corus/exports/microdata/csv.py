"""``answers.csv``: our own table layout, which ``corus import`` reads, with its labels beside it.

The layout itself is ``corus.exports.answers``; here are the labels and what a CSV cannot say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corus.domain.base import Text
from corus.domain.instrument import Instrument, Item
from corus.exports.answers import META, PARTS, SITE, write_answers
from corus.exports.codebook import ANSWER_STATES, NOT_ASKED, interface, languages
from corus.exports.microdata.base import Format, Microdata, Written
from corus.exports.microdata.variables import SEPARATOR, Variable, scales_of, variables
from corus.exports.safe_text import clean, csv_bytes
from corus.language import words
from corus.questions import QUESTION_TYPES
from corus.questions.base import Asked

Row = tuple[str, str, str, Text]
"""column, scale, code, label in each language; the code is "" for the column's own label."""


def write(data: Microdata) -> Written:
    """One row per response in our codes; ``.labels.csv`` holds every label in every language."""
    instrument, say = data.version.instrument, words(data.language)
    file = write_answers(data.rows, data.version, sites=bool(data.sites))
    about = {
        "encoding": "UTF-8, byte order mark",
        "delimiter": ",",
        "line_end": "CRLF",
        "missing": say(
            "Empty: skipped. -: this group is not asked. dont_know, not_concerned, not_shown: "
            "the states of that name."
        ),
        "apostrophe": say(
            "A text that begins with = + - @ or a tab has one apostrophe before it, so that no "
            "spreadsheet computes it; `corus import` takes it away."
        ),
        "response_id": say(
            "A number drawn at random for this file; it is stored nowhere and joins nothing."
        ),
    }
    losses = (
        say("A CSV file knows neither types nor labels: labels are in the file {name} beside it.",
            name=LABELS),
        say("Several options share one cell: a|b chosen, b>a ranked, a:30|b:70 shared out."),
    )  # fmt: skip
    about_columns = variables(instrument, data.organization, data.sites)
    beside = {LABELS: labels(instrument, about_columns, file.columns)}
    return Written(file.content, file.columns, file.rows_out, about, losses, beside)


LABELS = ".labels.csv"


def labels(instrument: Instrument, about: Sequence[Variable], columns: tuple[str, ...]) -> bytes:
    """Columns ``column, scale, code`` and one ``label_xx`` per language, as a CSV file."""
    spoken = languages(instrument)
    header = ["column", "scale", "code", *(f"label_{language}" for language in spoken)]
    rows = [
        [column, scale, code, *(clean(label.get(language, "")) for language in spoken)]
        for column, scale, code, label in _rows(instrument, about)
        if column in columns
    ]
    return csv_bytes(header, rows)


def _rows(instrument: Instrument, about: Sequence[Variable]) -> Iterator[Row]:
    known = {variable.name: variable for variable in about}
    for name in (*META, SITE):
        if name not in known:
            continue
        yield name, "", "", known[name].label
        for code, label in known[name].values:
            yield name, "", str(code), label
    for item in instrument.items:
        named = known.get(item.code) or known[f"{item.code}{SEPARATOR}state"]
        yield item.code, "", "", named.question
        yield from _values(instrument, item)
        for part in PARTS[1:]:
            beside = known.get(f"{item.code}{SEPARATOR}{part}")
            if beside is not None:
                yield f"{item.code}.{part}", "", "", beside.label


def _values(instrument: Instrument, item: Item) -> Iterator[Row]:
    """What the item's own column may hold, scale by scale, then the states every item has."""
    spoken = languages(instrument)
    for scale, places in (scales_of(instrument, item) or {"": frozenset()}).items():
        group, variant = next(iter(sorted(places)), (next(iter(instrument.groups)), "standard"))
        asked = Asked.of(instrument, item, group, variant)  # type: ignore[arg-type]
        found: dict[str, Text] = {}
        for language in spoken:
            for code, label in QUESTION_TYPES.find(item.type).codebook(asked, language):
                found.setdefault(code, {})[language] = label
        for code, label_by in found.items():
            yield item.code, scale, code, label_by
    for state in ("skipped", "not_shown"):
        code = "" if state == "skipped" else state
        yield item.code, "", code or "(empty)", interface(_STATES[state], spoken)
    yield item.code, "", "-", interface(NOT_ASKED, spoken)


_STATES = {state.value: sentence for state, sentence in ANSWER_STATES.items()}

CSV = Format("answers.csv", "Our own table layout, which `corus import` reads.", write)
