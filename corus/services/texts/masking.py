"""What in a text might make somebody recognisable, and the text with it masked.

Rules, not understanding: a suggestion that misses names and masks too much. A person decides.
Knows no database.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from corus.language import words
from corus.services.texts.names import ALSO_WORDS, FIRST_NAMES, NOBODY

MASKS = {
    # kind: the English sentence that stands in the text
    "email": "[e-mail]",
    "link": "[link]",
    "iban": "[bank account]",
    "number": "[number]",
    "phone": "[telephone]",
    "birth": "[date]",
    "address": "[address]",
    "name": "[name]",
    "place": "[place]",
}
"""Where two overlap, the kind named first is kept."""

_GAP = r"[\s.\-/\u00a0\u202f]?"
_UPPER = r"[A-ZÀ-ÖØ-ÞŒ]"
_CAP = rf"{_UPPER}(?:[\w’']|-(?=\w))*"
_PARTICLE = r"(?:(?:de|du|des|la|le|van|von|den|der|el|al|ben|bin|da|dos|di)\s|[dD][’'])"
_SURNAME = rf"(?:\s{_PARTICLE}{{0,2}}{_CAP})"
_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|"
    "january|february|march|april|may|june|july|august|september|october|november|december"
)
_FULL_DATE = (
    rf"(?:\d{{1,2}}(?:er)?\s?(?:{_MONTHS})\s\d{{4}}|(?:{_MONTHS})\s\d{{1,2}},?\s\d{{4}}"
    r"|\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})"
)
_BORN = r"(?:née?s?|né·e|né\(e\)|naissance|anniversaire|born|birthday|birth)"
_STREET = (
    "rue|avenue|av|boulevard|bd|bld|chemin|impasse|allée|allee|quai|sentier|faubourg|lotissement|"
    "résidence|venelle|ruelle|esplanade|hameau|lieu-dit"
)
_ALSO_STREET = "place|route|cours|square|passage|montée|cité"
"""Words that are streets only before a capital: « 3 cours de français » is none."""
_TOWN = rf"\d{{5}}\s{_CAP}(?:[\s\-]{_CAP})*"
_TITLE = (
    r"(?:M\.|MM\.|M(?=\s[A-Z])|Mr|Mrs|Ms|Miss|Mme|Mmes|Mlle|Mlles|Monsieur|Madame|Mademoiselle|Messieurs|"
    r"Mesdames|Dr|Docteure?|Doctor|Pr|Professeure?|Professor|Me|Maître|Père|Sœur|Frère|monsieur|"
    r"madame|mademoiselle|docteure?|mme|mr)\.?"
)

_PLAIN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("link", re.compile(r"(?:https?://|www\.)[^\s<>«»\"]*[^\s<>«»\".,;:!?)]", re.IGNORECASE)),
    (
        "link",
        re.compile(
            r"(?<![\w@.\-])(?:[\w-]{1,63}\.){1,5}(?:fr|com|org|net|eu|info|coop|asso|io)\b(?:/\S*\w)?",
            re.IGNORECASE,
        ),
    ),
    (
        "email",
        re.compile(
            r"(?<![\w.+\-])[\w.+\-]{1,64}\s?(?:@|\(at\)|\[at\]|\sarobase\s)\s?"
            r"[\w\-]+(?:\.[\w\-]+)+",
            re.IGNORECASE,
        ),
    ),
    ("iban", re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0\u202f]?[A-Z0-9]{4}){2,7}"
                        r"(?:[ \u00a0\u202f]?[A-Z0-9]{1,3})?\b")),
    ("number", re.compile(r"(?<!\d)[12][ .]?\d{2}[ .]?[01]\d[ .]?\d[\dAB][ .]?\d{3}[ .]?\d{3}"
                          r"(?:[ .]?\d{2})?(?!\d)")),
    (
        "phone",
        re.compile(
            rf"(?<![\w+])(?:(?:\+|00){_GAP}33{_GAP}(?:\(0\))?{_GAP}[1-9]|0[1-9])(?:{_GAP}\d{{2}}){{4}}"
            r"(?!\d)"
        ),
    ),
    ("phone", re.compile(r"(?<![\w+])(?:\+|00)\d{1,3}(?:[\s.\-()/]{0,2}\d){6,12}(?!\d)")),
    ("birth", re.compile(rf"(?<![\d\w]){_FULL_DATE}(?!\d)", re.IGNORECASE)),
    ("birth", re.compile(rf"(?<=\s){_BORN}[^.\n\d]{{0,20}}\s(\d{{1,2}}[/.\-]\d{{1,2}}|"
                         rf"\d{{1,2}}(?:er)?\s(?:{_MONTHS})|(?:19|20)\d{{2}})\b", re.IGNORECASE)),
    (
        "address",
        re.compile(
            rf"\b\d{{1,4}}\s?(?:bis|ter|quater|[A-D])?,?\s(?:{_STREET})\.?\s[^\n.;:!?,]{{1,60}}?"
            rf"(?:,?\s{_TOWN}|(?=[\n.;:!?,]|$|\s(?:et|mais|où|qui|depuis|pour|and|but|with)\b))",
            re.IGNORECASE,
        ),
    ),
    (
        "address",
        re.compile(rf"\b\d{{1,4}}\s(?:{_CAP}\s){{1,3}}(?:Street|Road|Avenue|Lane|Square|Drive)\b"),
    ),
    (
        "address",
        re.compile(
            rf"\b(?:\d{{1,4}},?\s)?(?i:{_STREET}|{_ALSO_STREET})\s(?:(?:de\sla|de\sl[’']|du|des|de|d[’'])\s?)?{_CAP}(?:[\s\-]{_CAP})*"
        ),
    ),
    ("address", re.compile(rf"\b{_TOWN}")),
    ("name", re.compile(rf"(?<![\w’']){_TITLE}\s((?:{_PARTICLE})?{_UPPER}(?:\.|(?:[\w’']|-(?=\w))*)"
                        rf"{_SURNAME}{{0,2}})")),
)  # fmt: skip
"""Where a pattern has a group, only what it holds is masked."""
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[’'\-](?=[^\W\d_]))*")
_PAIR = re.compile(rf"(?<![\w’'\-])({_CAP})\s({_PARTICLE}{{0,2}})({_CAP})")
_AFTER_NAME = re.compile(rf"{_SURNAME}{{1,2}}|\s{_UPPER}\.(?!\w)")
_PLACE = re.compile(
    rf"(?<![\w’'])(?:(?:[àÀ]|[Dd]e|[Aa]ux?|[Dd]u|[Vv]ers|[Cc]hez|[Ee]n|[Ss]ur|[Ii]n|[Aa]t|[Ff]rom|[Nn]ear)\s"
    rf"|[dD][’'])({_CAP}(?:[\s\-]{_CAP}|-(?:sur|sous|en|les|lès|le|la|de|du|des|aux)-{_CAP}|-l[èe]s-{_CAP})*)"
)
_ACRONYM = 5
"""Capitals alone up to this length are an office or a benefit (CAF, CCAS), not a place."""


@dataclass(frozen=True, order=True)
class Span:
    """Characters ``start`` to ``end`` of a text and what they look like."""

    start: int
    end: int
    kind: str


def find(text: str, known: Collection[str] = ()) -> tuple[Span, ...]:
    """What might tell who wrote or who is meant, in the order of the text, never overlapping.

    ``known``: names that tell nobody apart and stay, such as the organization's.
    """
    spared = [m.span() for name in known if name for m in _whole(name).finditer(text)]
    found = [
        span for span in chain(_plain(text), _pairs(text), _first_names(text), _places(text))
        if not any(start <= span.start and span.end <= end for start, end in spared)
    ]  # fmt: skip
    return _apart(found)


def mask(text: str, spans: Sequence[Span], language: str) -> str:
    """The text with each span replaced by its mask in this language: ``[nom]``."""
    said, parts, last = words(language), [], 0
    for span in sorted(spans):
        parts += [text[last : span.start], said(MASKS[span.kind])]
        last = span.end
    return "".join([*parts, text[last:]])


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def _plain(text: str) -> Iterator[Span]:
    for kind, pattern in _PLAIN:
        for match in pattern.finditer(text):
            yield Span(*match.span(pattern.groups and 1), kind)


def _pairs(text: str) -> Iterator[Span]:
    """Two words with capitals, one of them not all capitals: « Jean Dupont », « DUPONT Jean »."""
    start = 0
    while match := _PAIR.search(text, start):
        first, last = match.group(1), match.group(3)
        # « Merci Restos » : the second word may begin the next pair.
        start = match.start(3)
        shouted = first.isupper() and last.isupper() and len(first) > 1
        named = _is_first_name(first) or _is_first_name(last)
        office = not named and (_is_office(first) or _is_office(last))
        if not (shouted or office or _is_nobody(first) or _is_nobody(last)):
            yield Span(*match.span(), "name")


def _is_nobody(word: str) -> bool:
    plain = word.lower().replace("’", "'")
    return plain in NOBODY or plain.split("'")[0] in NOBODY


def _is_office(word: str) -> bool:
    return word.isupper() and 1 < len(word) <= _ACRONYM


def _first_names(text: str) -> Iterator[Span]:
    for match in _WORD.finditer(text):
        start, word = _unelided(match)
        if _is_first_name(word):
            after = _AFTER_NAME.match(text, match.end())
            yield Span(start, after.end() if after else match.end(), "name")


def _unelided(match: re.Match[str]) -> tuple[int, str]:
    """« d’Amélie » is Amélie."""
    word = match.group()
    head = re.match(r"(?:[dlnsjmtc]|qu|jusqu|lorsqu)[’']", word, re.IGNORECASE)
    cut = head.end() if head else 0
    return match.start() + cut, word[cut:]


def _is_first_name(word: str) -> bool:
    parts = word.lower().split("-")
    if word[:1].isupper():
        return any(part in FIRST_NAMES or part in ALSO_WORDS for part in parts[:1]) or (
            len(parts) > 1 and all(p in FIRST_NAMES or p in ALSO_WORDS for p in parts)
        )
    return all(part in FIRST_NAMES and part not in ALSO_WORDS for part in parts)


def _places(text: str) -> Iterator[Span]:
    for match in _PLACE.finditer(text):
        word = match.group(1)
        short = 3 if match.group().startswith(("à", "À")) else _ACRONYM
        acronym = word.isupper() and len(word) <= short
        if not acronym and word.lower().replace("’", "'").split("'")[0] not in NOBODY:
            yield Span(*match.span(1), "place")


def _apart(found: Sequence[Span]) -> tuple[Span, ...]:
    """Of those that overlap the most telling kind, grown to all that they cover together."""
    order = list(MASKS)
    kept: list[Span] = []
    for span in sorted(found):
        if kept and span.start < kept[-1].end:
            last = kept.pop()
            kind = min(last.kind, span.kind, key=order.index)
            span = Span(last.start, max(last.end, span.end), kind)
        kept.append(span)
    return tuple(kept)
