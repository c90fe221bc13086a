"""What may be shown of open answers: quotations, counts of persons by valence and by code.

Decides by the one disclosure rule; reads no raw text and no database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from corus.analysis.disclosure.bands import bands_tell
from corus.analysis.disclosure.rule import Rule, band_of
from corus.analysis.profile.cells import choice_cells
from corus.domain.instrument import Item, Option
from corus.domain.open_answers import (
    EXPECTATIONS,
    UNCODED,
    VALENCES,
    Codebook,
    Coding,
    Only,
    OpenAnswer,
    Quotation,
    QuotationCell,
    Redaction,
    speaks_of,
)
from corus.domain.profile import ChoiceCell

AGREED = "agreed"
"""The coder whose codings settle what others coded differently."""
EVERYTHING = Only()

Place = tuple[str, str]
"""item, group"""


def quotations(
    answers: Iterable[OpenAnswer],
    places: Sequence[Place],
    rules: Mapping[str, Rule],
    *,
    only: Only = EVERYTHING,
) -> tuple[QuotationCell, ...]:
    """One cell per place: publishable quotations, and always the count of what is left out.

    ``answers`` are *all* that was written, raw or not: from the full threshold (10 persons who
    answered the question) words are quoted and persons counted by valence; from 5 to 9 each
    valence has a band and nobody is quoted; below, the cell says ``n < 5``. Whatever ``only``
    asks for, ``left_out`` counts by valence every person not quoted: unfavourable words are never
    filtered out without leaving their number. Quotations are in alphabetical order.
    """
    by_place: dict[Place, list[OpenAnswer]] = {place: [] for place in places}
    for answer in answers:
        by_place[answer.item, answer.group].append(answer)
    return tuple(_cell(place, rules[place[1]], by_place[place], only) for place in places)


def may_be_quoted(answer: OpenAnswer) -> bool:
    """Whether a person read it, found it fit to be quoted, and its author consents."""
    return answer.redaction is Redaction.PUBLISHABLE and answer.quotable and bool(answer.text)


def _cell(place: Place, rule: Rule, written: Sequence[OpenAnswer], only: Only) -> QuotationCell:
    show = rule.show(len(written))
    told: dict[str, Any] = {"item": place[0], "group": place[1], "show": show}
    if show == "full":
        return QuotationCell(**told, **_quoted(written, only, rule.thresholds.shown))
    if show == "banded":
        bands = _bands(written, rule.thresholds.shown)
        return QuotationCell(**told, reason=rule.banded_text, bands=bands)
    # Words are never given of three or four organizations, nor is a count of theirs.
    reason = f"n < {rule.thresholds.shown}"
    return QuotationCell(**(told | {"show": "masked"}), reason=reason)


def _quoted(written: Sequence[OpenAnswer], only: Only, shown: int) -> dict[str, Any]:
    quoted = [a for a in _apart_from_many(written, shown) if only.admits(a)]
    valences = _valences(written)
    left = Counter(valences)
    left.subtract(_valences(quoted))
    return {
        "n": len(written),
        "quotations": tuple(map(_quotation, sorted(quoted, key=lambda a: a.text))),
        "valences": valences,
        "left_out": {valence: left[valence] for valence in valences},
        "expectations": {e: sum(a.expectation == e for a in written) for e in EXPECTATIONS},
    }


def _apart_from_many(written: Sequence[OpenAnswer], shown: int) -> list[OpenAnswer]:
    """Those who may be quoted, held back until the others are nobody, or ``shown`` and more.

    Counts less what quotations say tell the valence, expectation and codes of those who are not
    quoted. Who is held back follows from a digest of the words, so from nothing they say.
    """
    quoted = sorted(filter(may_be_quoted, written), key=_digest)
    for own in (written, [a for a in written if a.codes is not None]):
        among = [a for a in quoted if any(a is one for one in own)]
        left = len(own) - len(among)
        if 0 < left < shown:
            held = set(map(id, among[: shown - left]))
            quoted = [a for a in quoted if id(a) not in held]
    return quoted


def _digest(answer: OpenAnswer) -> bytes:
    return sha256(answer.text.encode()).digest()


def _valences(written: Sequence[OpenAnswer]) -> dict[str, int]:
    """Persons by valence, in a fixed order, zeros among them."""
    counts = Counter(a.valence or UNCODED for a in written)
    return {valence: counts[valence] for valence in (*VALENCES, UNCODED)}


def _bands(written: Sequence[OpenAnswer], shown: int) -> dict[str, Any]:
    """Bands of valences, none where they leave one number only: how many wrote is told."""
    counts = _valences(written)
    if not any(a.valence for a in written) or bands_tell(
        list(counts.values()), [len(written)], shown
    ):
        return {}
    return {valence: band_of(x / len(written)) for valence, x in counts.items()}


def _quotation(answer: OpenAnswer) -> Quotation:
    return Quotation(
        text=answer.text, language=answer.language, codes=tuple(sorted(answer.codes or ())),
        expectation=answer.expectation, valence=answer.valence,
    )  # fmt: skip


def code_counts(
    answers: Iterable[OpenAnswer],
    codebook: Codebook,
    groups: Sequence[str],
    rules: Mapping[str, Rule],
) -> tuple[ChoiceCell, ...]:
    """Persons of each group by code, one cell per (group, code), as for a multiple choice.

    ``n`` counts persons whose text is coded; a person with several codes counts once in each.
    """
    item = Item(
        code=codebook.item, type="text", text={},
        options=tuple(Option(code=c.code, label={}) for c in codebook.codes),
    )  # fmt: skip
    of_item = [a for a in answers if a.item == codebook.item and a.codes is not None]
    return tuple(
        cell for group in groups
        for cell in _code_cells(item, group, [a for a in of_item if a.group == group], rules[group])
    )  # fmt: skip


def _code_cells(
    item: Item, group: str, coded: Sequence[OpenAnswer], rule: Rule
) -> Iterator[ChoiceCell]:
    given = Counter(code for a in coded for code in a.codes or ())
    each = 0, len(item.options)
    return choice_cells(item, group, len(coded), [given[o.code] for o in item.options], rule, each)


def settled(
    codings: Sequence[Coding], versions: Mapping[int, Codebook], current: Codebook
) -> Coding | None:
    """The coding on which all agree, or the one written under ``agreed``; None without one.

    Codings made when a code meant something else, or was not there, settle nothing.
    """
    valid = [c for c in codings if _is_current(c, versions, current)]
    decided = [c for c in valid if c.coder == AGREED] or valid
    found = {(c.codes, c.expectation, c.valence) for c in decided}
    return decided[0] if len(found) == 1 else None


def _is_current(coding: Coding, versions: Mapping[int, Codebook], current: Codebook) -> bool:
    made_with = versions.get(coding.version)
    return all(speaks_of(made_with, c.code, current) for c in current.codes)
