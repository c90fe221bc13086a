"""Interface words in each language, with numbers and dates as that language writes them.

English sentences are the keys; ``corus/translations/<language>/*.po`` holds the others, so that
a further language needs a catalogue and no code. Nothing here knows the web.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

SOURCE = "en"
FOLDER: Traversable = files("corus") / "translations"
RESPONDENTS = ("questions.po", "respond.po", "returning.po", "screen.po")
"""Catalogues of what respondents read; the French ones say which sentences there are."""


@cache
def languages() -> tuple[str, ...]:
    """Languages the interface speaks: the source language and every catalogue there is."""
    found = sorted(entry.name for entry in FOLDER.iterdir() if entry.is_dir())
    return tuple(dict.fromkeys(("fr", SOURCE, *found)))


@cache
def catalogue(language: str) -> dict[str, str]:
    """English sentence → sentence in ``language``, from every ``.po`` file of that language."""
    folder = FOLDER / language
    found: dict[str, str] = {}
    if not folder.is_dir():
        return found
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".po"):
            found |= _read(entry, language)
    return found


def _read(entry: Traversable, language: str) -> dict[str, str]:
    with entry.open("rb") as stream:
        messages = read_po(stream, locale=language)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string}


@cache
def unsaid(language: str) -> tuple[str, ...]:
    """Sentences that respondents read and that this language does not say yet.

    A page never mixes two languages: one that leaves a sentence unsaid cannot be offered.
    """
    if language == SOURCE:
        return ()
    wanted = [s for name in RESPONDENTS for s in _read(FOLDER / "fr" / name, "fr")]
    return tuple(s for s in dict.fromkeys(wanted) if s not in catalogue(language))


class Words:
    """The interface in one language: call it with an English sentence and its parameters."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(language, sep="-")
        self._catalogue = catalogue(language)

    def __call__(self, sentence: str, **parameters: object) -> str:
        """``sentence`` in this language, with ``{name}`` replaced by the parameters."""
        found = self._catalogue.get(sentence, sentence)
        return found.format(**parameters) if parameters else found

    def many(self, one: str, several: str, n: int, **parameters: object) -> str:
        """The sentence for one or for several; ``{n}`` is the number as this language writes it.

        French counts 0 as singular, English as plural: the locale decides.
        """
        sentence = one if self.locale.plural_form(n) == "one" else several
        return self(sentence, n=self.number(n), **parameters)

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """``1234.5`` → ``1 234,5`` in French; ``digits`` decimals exactly.

        Halves are rounded up, as spreadsheets do: a screen and a workbook say the same.
        """
        return str(format_decimal(_rounded(value, digits), _pattern(digits), locale=self.locale))

    def percent(self, share: float, digits: int = 0) -> str:
        """A share in [0, 1] as ``46 %`` in French and ``46%`` in English."""
        sign = "\u202f%" if self.language.startswith("fr") else "%"
        return self.number(_exact(share) * 100, digits) + sign

    def date(self, day: date) -> str:
        """``1er mars 2026``, ``3 mars 2026``, ``3 March 2026``."""
        written = format_date(day, "d MMMM y", locale=self.locale)
        # The first of the month alone is an ordinal in French, which no pattern of the CLDR says.
        first = day.day == 1 and self.language == "fr"
        return written.replace("1 ", "1er ", 1) if first else written


def _exact(value: float | Decimal) -> Decimal:
    """The number as it is written, free of binary dust: 0.285 and not 0.284999…"""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def _rounded(value: float | Decimal, digits: int) -> Decimal:
    # Adding nothing turns a negative zero into zero.
    return _exact(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


@cache
def words(language: str) -> Words:
    """The ``Words`` of a language; unknown languages speak the source language."""
    return Words(language if language in languages() else SOURCE)
