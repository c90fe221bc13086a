"""Open questions: how many wrote, what they describe, by theme; and the words that may be read.

Shows only what the Profile holds: words redacted by a person and lent by who wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corus.domain.leaving import words_gone
from corus.domain.open_answers import UNCODED, VALENCES, Quotation, QuotationCell
from corus.domain.profile import ChoiceCell, Share, TextCell
from corus.domain.reading import Reading
from corus.exports.columns import Column, Record, Value
from corus.exports.withheld import NONE, STATES, asked, band_or_figure, count_of, figure, mask
from corus.exports.workbook.perceptions import legend
from corus.exports.workbook.priorities import GROUP, ITEM, PURPOSE, STATE, purpose, shares
from corus.exports.workbook.sheet import Sheet, sheet

KINDS = {
    "favourable": "favourable effects",
    "unfavourable": "unfavourable effects",
    "ambivalent": "ambivalent effects",
    UNCODED: "not coded, or coders disagree",
    "expected": "expected effects",
    "unexpected": "unexpected effects",
}
"""What persons are counted by → its name, a key of the catalogue."""
EFFECTS = (
    PURPOSE,
    Column("wording", "Exact wording", "The open question as put to this group.", width=46),
    GROUP,
    Column("counted", "What is counted",
           "Persons who wrote something, then by what they describe, then by theme.", width=30),
    Column("n", "Persons", "How many persons.", "count", 12),
    Column("out_of", "Out of", "Persons among whom they are counted: all who answered, or those "
           "whose words are coded.", "count", 10),
    Column("share", "Share", "Share of a theme, or the band that stands for a count.", "share",
           12),
    Column("low", "Low", "Lower limit of the 95% Wilson interval of the share.", "share", 10),
    Column("high", "High", "Upper limit of the 95% Wilson interval of the share.", "share", 10),
    STATE,
    ITEM,
    Column("code", "Code", "Permanent code of what is counted.", width=18),
)  # fmt: skip
QUOTATIONS = (
    PURPOSE,
    Column("wording", "Exact wording", "The open question as put to this group.", width=30),
    GROUP,
    Column("words", "Words", "What the person wrote, redacted.", width=54),
    Column("valence", "Effect", "Whether the effect described is good or bad, as coded.",
           width=19),
    Column("expectation", "Foreseen", "Whether the effect was expected, as coded.", width=12),
    Column("themes", "Themes", "Themes of the codebook found in these words.", width=22),
    Column("left_out", "Not quoted", "Persons who wrote and are not quoted: no consent, not yet "
           "read, or withheld by who read them.", "count", 12),
    STATE,
    ITEM,
)  # fmt: skip


def effects(reading: Reading, name: str) -> Sheet:
    """Open questions, unexpected effects first: how many persons wrote, and of what, by group."""
    say = reading.words
    cells, not_asked = asked(reading.profile.texts)
    order = sorted(cells, key=lambda c: not _is_of_effects(reading, c.item))
    coded = any(cell.is_coded for cell in reading.profile.quotations)
    return sheet(
        reading, "effects", name,
        title=say("Unexpected effects, good or bad, and other open questions"),
        scope=say("Every open question, every group asked; unexpected effects first."),
        units=say("Persons who answered."),
        columns=EFFECTS,
        printed=len(EFFECTS) - 2,
        records=(row for cell in order for row in _counted(reading, cell)),
        not_asked=not_asked,
        notes=[
            say("Words appear only after somebody has read and redacted them, and with their "
                "author’s consent: see the sheet of quotations."),
            say("Effects were coded by persons who read the redacted answers; a person may speak "
                "of several themes.") if coded else
            say("Nobody has coded these answers yet, or too few persons wrote: how many describe "
                "good effects and how many bad ones is not known."),
            say("Unfavourable effects cannot be filtered out: every person who wrote is counted, "
                "whatever was written."),
            legend(reading),
        ],
        empty="No open question was asked.",
    )  # fmt: skip


def _is_of_effects(reading: Reading, item: str) -> bool:
    return reading.item(item).purpose == "unexpected_effect"


def _counted(reading: Reading, cell: TextCell) -> Iterator[Record]:
    """All who wrote; by valence and expectation where anybody coded them; by theme."""
    said = [c for c in reading.profile.quotations if c.item == cell.item]
    place = _place(reading, cell)
    n = count_of(reading, cell.show, cell.reason, cell.n)
    yield {**place, **_figures(reading, "answered the question", ""), "n": n}
    if any(c.is_coded for c in said):
        for own in (c for c in said if c.group == cell.group):
            yield from ({**place, **_effect(reading, own, kind)} for kind in KINDS)
    for code in reading.profile.codes:
        if (code.item, code.group) == (cell.item, cell.group):
            yield {**place, **_theme(reading, code)}


def _place(reading: Reading, cell: TextCell | QuotationCell) -> dict[str, Value]:
    return {
        "purpose": purpose(reading, cell.item),
        "wording": reading.wording(cell.item, cell.group),
        "group_label": reading.group(cell.group),
        "state": reading.words(STATES[cell.show]),
        "item": cell.item,
    }


def _figures(reading: Reading, counted: str, code: str) -> dict[str, Value]:
    """A line that has none of the figures yet."""
    bare = dict.fromkeys(("out_of", "share", "low", "high"), NONE)
    return {"counted": reading.words(counted), "code": code or NONE, **bare}


def _effect(reading: Reading, cell: QuotationCell, kind: str) -> Record:
    """Persons of one valence or expectation: their number, or the band that stands for it."""
    persons = (cell.valences | cell.expectations).get(kind)
    band = Share(band=cell.bands.get(kind))
    return {
        **_figures(reading, KINDS[kind], kind),
        "n": figure(reading, cell.show, cell.reason, persons),
        "out_of": count_of(reading, cell.show, cell.reason, cell.n),
        "share": NONE
        if cell.show == "full"
        else band_or_figure(reading, cell.show, cell.reason, band),
        "state": reading.words(STATES[cell.show]),
    }


def _theme(reading: Reading, cell: ChoiceCell) -> Record:
    name = _names(reading, cell.item).get(cell.option, cell.option)
    return {
        "counted": reading.words("theme: {name}", name=name),
        "n": figure(reading, cell.show, cell.reason, cell.chosen),
        "out_of": count_of(reading, cell.show, cell.reason, cell.n),
        "state": reading.words(STATES[cell.show]),
        "code": cell.option,
        **shares(reading, cell),
    }


def _names(reading: Reading, item: str) -> Mapping[str, str]:
    books = (book for book in reading.profile.codebooks if book.item == item)
    return {code.code: code.name for book in books for code in book.codes}


def quotations(reading: Reading, name: str) -> Sheet:
    """What may be read of open answers, and by valence how many persons are not quoted."""
    say, profile = reading.words, reading.profile
    order = sorted(profile.quotations, key=lambda c: not _is_of_effects(reading, c.item))
    return sheet(
        reading, "quotations", name,
        title=say("What people wrote, and how many are not quoted"),
        scope=say("Every open question, every group asked; from {full} persons who answered.",
                  full=profile.thresholds.full),
        units=say("Redacted words; persons not quoted."),
        columns=QUOTATIONS,
        printed=len(QUOTATIONS) - 1,
        records=(row for cell in order for row in _said(reading, cell)),
        notes=[
            say("Everybody who wrote is quoted here or counted here; unfavourable effects are "
                "never left out of the count."),
            say("A quotation illustrates; how many persons think so is told by the counts alone."),
            *words_gone(reading),
            legend(reading),
        ],
        empty="Nothing that people wrote may be read in this release.",
    )  # fmt: skip


def _said(reading: Reading, cell: QuotationCell) -> Iterator[Record]:
    """One line per quotation, then one per valence for those who are not quoted."""
    bare = dict.fromkeys(("valence", "expectation", "themes"), NONE)
    place: Record = {**_place(reading, cell), **bare}
    if cell.show != "full":
        masked = cell.show == "masked"
        text = mask(reading, cell.reason) if masked else reading.words("withheld")
        n = count_of(reading, cell.show, cell.reason, None)
        yield {**place, "words": text, "left_out": n}
        return
    for quotation in cell.quotations:
        yield {**place, **_quotation(reading, cell.item, quotation)}
    for valence in (*VALENCES, UNCODED) if cell.is_coded else (UNCODED,):
        words = f"({reading.words('not quoted')})"
        told = {"words": words, "valence": reading.words(KINDS[valence])}
        yield {**place, **told, "left_out": cell.left_out[valence]}


def _quotation(reading: Reading, item: str, quotation: Quotation) -> Record:
    say, names = reading.words, _names(reading, item)
    return {
        "words": quotation.text,
        "valence": say(KINDS[quotation.valence or UNCODED]),
        "expectation": say(quotation.expectation) if quotation.expectation else NONE,
        "themes": " · ".join(names.get(code, code) for code in quotation.codes) or NONE,
        "left_out": NONE,
    }
