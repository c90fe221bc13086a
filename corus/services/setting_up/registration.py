"""Numbers under which an enterprise is registered in France: SIREN, SIRET, RNA.

A number is checked for its shape and its key, never looked up anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LA_POSTE = "356000000"
"""Its establishments are too many for their key: their digits add up to a multiple of 5 instead."""
RNA = re.compile(r"W\d[\dA-Z]\d{7}")
"""W, the registry (three signs: 2A1 in Corsica, 9R1 in La Réunion), six digits."""


@dataclass(frozen=True)
class Registration:
    """A number that can be one; ``kind`` is ``siren``, ``siret`` or ``rna``."""

    kind: str
    number: str

    @property
    def written(self) -> str:
        """As people write it: ``732 829 320``, ``732 829 320 00074``, ``W751234567``."""
        if self.kind == "rna":
            return self.number
        parts = (self.number[0:3], self.number[3:6], self.number[6:9], self.number[9:])
        return " ".join(filter(None, parts))


def registration(typed: str) -> Registration | None:
    """The registration that was typed, with or without spaces and dots; None for what is none."""
    text = re.sub(r"[\s.\u2011-]", "", typed).upper()
    if RNA.fullmatch(text):
        return Registration("rna", text)
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 9 and luhn(text):
        return Registration("siren", text)
    if len(text) == 14 and _is_siret(text):
        return Registration("siret", text)
    return None


def luhn(digits: str) -> bool:
    """Whether the last digit is the key of the others: every second digit from the right is
    doubled, and the sum of all digits is a multiple of 10 (ISO/IEC 7812-1, annex B)."""
    doubled = (int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits)))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def _is_siret(digits: str) -> bool:
    if not luhn(digits[:9]):
        return False
    of_la_poste = digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0
    return luhn(digits) or of_la_poste
