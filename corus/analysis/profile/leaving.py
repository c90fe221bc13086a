"""Words that leave a release after it was made; its counts stay as they were.

Whoever is quoted no more counts with those who never were. Others are held back with them where
the counts, less what is still quoted, would tell what one to four persons said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Literal, NamedTuple

from corus.domain.open_answers import UNCODED, Codebook, Quotation, QuotationCell
from corus.domain.profile import Profile

Why = Literal["withdrawn", "taken_back"]
"""By the author, or by those who redact."""


class Words(NamedTuple):
    """Redacted words of one person of ``group`` to one open question."""

    item: str
    group: str
    text: str


def without(profile: Profile, words: Iterable[Words], why: Why) -> Profile:
    """The profile without these words; itself when it quotes none of them.

    Each of ``words`` takes one quotation with it, and counts once under ``why``. Examples of
    codebooks that give them are emptied.
    """
    gone = [Words(w.item, w.group, w.text.strip()) for w in words]
    cells = tuple(_cell(profile, cell, _of(gone, cell)) for cell in profile.quotations)
    left = sum(_quoted(old, _of(gone, old)) for old in profile.quotations)
    books = tuple(unexampled(book, gone) for book in profile.codebooks)
    if not left and books == profile.codebooks:
        return profile
    return profile.model_copy(
        update={"quotations": cells, "codebooks": books, why: getattr(profile, why) + left}
    )


def unexampled(book: Codebook, words: Iterable[Words]) -> Codebook:
    """The codebook without the examples that these words give, or are part of."""
    texts = [_plain(w.text) for w in words if w.item == book.item and _plain(w.text)]
    codes = tuple(
        code.model_copy(update={"example": ""}) if _gives(code.example, texts) else code
        for code in book.codes
    )
    return book.model_copy(update={"codes": codes})


def _gives(example: str, texts: Sequence[str]) -> bool:
    plain = _plain(example)
    return bool(plain) and any(plain in text or text in plain for text in texts)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _of(gone: Sequence[Words], cell: QuotationCell) -> Counter[str]:
    return Counter(w.text for w in gone if (w.item, w.group) == (cell.item, cell.group))


def _quoted(cell: QuotationCell, gone: Counter[str]) -> int:
    """How many of these words the cell quotes."""
    return (Counter(q.text for q in cell.quotations) & gone).total()


def _cell(profile: Profile, cell: QuotationCell, gone: Counter[str]) -> QuotationCell:
    if not _quoted(cell, gone) or cell.n is None:
        return cell
    shown = profile.thresholds.shown
    stay = sorted(_others(cell, gone), key=lambda i: _digest(cell.quotations[i]), reverse=True)
    stay = _at_most(stay, stay, cell.n - shown)
    stay = _apart_from_coded(profile, cell, stay, shown)
    quoted = tuple(cell.quotations[i] for i in sorted(stay))
    told = Counter(q.valence or UNCODED for q in quoted)
    left = {valence: n - told[valence] for valence, n in cell.valences.items()}
    return cell.model_copy(update={"quotations": quoted, "left_out": left})


def _others(cell: QuotationCell, gone: Counter[str]) -> Iterator[int]:
    """Places of the quotations that stay: each word that goes takes one with it."""
    still = Counter(gone)
    for place, quotation in enumerate(cell.quotations):
        if still[quotation.text] > 0:
            still[quotation.text] -= 1
        else:
            yield place


def _digest(quotation: Quotation) -> bytes:
    # As in ``open_answers``: who is held back follows from nothing that the words say.
    return sha256(quotation.text.encode()).digest()


def _at_most(stay: list[int], among: list[int], most: int) -> list[int]:
    """``stay`` with no more than ``most`` of those ``among`` it."""
    held = set(among[max(most, 0) :])
    return [place for place in stay if place not in held]


def _apart_from_coded(
    profile: Profile, cell: QuotationCell, stay: list[int], shown: int
) -> list[int]:
    """The same among those whose words are coded, since themes are counted among them.

    A quotation does not say whether it is uncoded or has none of the codes: where neither effect
    is asked it counts as coded, the careful way.
    """
    themes = [c for c in profile.codes if (c.item, c.group) == (cell.item, cell.group)]
    coded = [_is_coded(q) for q in cell.quotations]
    maybe = [known or not cell.is_coded for known in coded]
    among = [place for place in stay if maybe[place]]
    told = [c.n for c in themes if c.n is not None]
    if told and max(told) == sum(coded[place] for place in stay):
        return stay
    fewest = max(told, default=shown if themes and sum(maybe) >= shown else None)
    # Under bands the number of those coded is not told: five quoted may be five of six.
    return stay if fewest is None else _at_most(stay, among, fewest - shown)


def _is_coded(quotation: Quotation) -> bool:
    return bool(quotation.codes or quotation.valence or quotation.expectation)
