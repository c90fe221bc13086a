"""The dictionary sheet: every code, label, state and column used in the workbook.

Knows no figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corus.domain.reading import Reading
from corus.exports.codebook import Entry, column_entries, entries, languages, table
from corus.exports.columns import Column, Record
from corus.exports.workbook.sheet import Sheet, sheet

_KINDS = {
    "group": "group",
    "scale_point": "point of a scale",
    "opt_out": "answer beside the scale",
    "dimension": "dimension",
    "criterion": "criterion",
    "item": "item",
    "wording": "wording for a group",
    "easy_wording": "easy-to-read wording",
    "option": "option",
    "answer_state": "state of an answer",
    "state": "state of a figure",
    "column": "column",
}
NAMES = {"fr": "Français", "en": "English"}


def dictionary(reading: Reading, name: str, sheets: Sequence[Sheet]) -> Sheet:
    """Codes of the instrument, states, then every column of ``sheets``."""
    say, instrument = reading.words, reading.profile.instrument
    spoken = languages(instrument)
    found = [*entries(instrument), *_columns(sheets, spoken)]
    _, rows = table(found, reading.profile)
    columns = (
        Column("kind", "Kind", "What the code names.", width=22),
        Column("code", "Code", "The code itself, the same in every language.", width=24),
        Column("belongs_to", "Belongs to", "The scale, item, criterion or table it belongs to.",
               width=24),
        *(Column(f"label_{code}", NAMES.get(code, code), "Label or meaning in this language.",
                 width=56) for code in spoken),
    )  # fmt: skip
    records: Iterator[Record] = (
        {**dict(zip((c.name for c in columns), row, strict=True)), "kind": say(_KINDS[row[0]])}
        for row in rows
    )
    return sheet(
        reading, "dictionary", name,
        title=say("Dictionary of codes, states and columns"),
        scope=say("Everything that bears a code in this workbook, in every language."),
        units=say("Text."),
        columns=columns,
        records=records,
    )  # fmt: skip


def _columns(sheets: Sequence[Sheet], spoken: Sequence[str]) -> Iterator[Entry]:
    for known in sheets:
        yield from column_entries(known.columns, f"t_{known.code}", spoken)
