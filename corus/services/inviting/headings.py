"""Headings that people give to the columns of a list of contacts, in French and in English.

Data and folding only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corus.services.importing.spellings import fold

_SPELLINGS = {
    "group": "group, groupe, collège, partie prenante, stakeholder group, stakeholder, catégorie",
    "email": "email, e-mail, mail, mél, courriel, adresse e-mail, adresse mail, adresse courriel, "
             "adresse électronique, adresse de messagerie, email address, e-mail address",
    "first": "prénom, first name, firstname, given name",
    "name": "name, nom, full name, nom complet, nom et prénom, prénom et nom, nom prénom, "
            "prénom nom, destinataire, last name, lastname, surname, nom de famille",
    "postal": "postal address, address, adresse, adresse postale, mailing address, street, rue, "
              "voie, adresse 1, address 1, address line 1",
    "postal_more": "complément, complément d’adresse, adresse 2, address 2, address line 2",
    "postcode": "code postal, cp, postcode, postal code, zip, zip code",
    "city": "ville, commune, city, town",
    "country": "pays, country",
    "language": "language, langue, lang",
    "site": "site, établissement, antenne, agence, branch, location",
}  # fmt: skip
MEANINGS = {fold(text): part for part, texts in _SPELLINGS.items() for text in texts.split(", ")}
"""Folded heading → what the column holds."""

POSTAL = ("postal", "postal_more", "postcode", "city", "country")

LANGUAGES = {
    fold(text): code
    for code, texts in {
        "fr": "français, french", "en": "anglais, english", "ar": "arabe, arabic, العربية",
        "es": "espagnol, spanish, español", "de": "allemand, german, deutsch",
        "pt": "portugais, portuguese, português", "tr": "turc, turkish, türkçe",
        "uk": "ukrainien, ukrainian, українська",
    }.items()
    for text in texts.split(", ")
}  # fmt: skip
"""Folded name of a language → its code; codes speak for themselves."""


def meanings(header: Sequence[str]) -> dict[str, list[int]]:
    """What each column holds → where it stands; unknown headings are left out."""
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(header):
        meaning = MEANINGS.get(fold(heading))
        if meaning is not None:
            found.setdefault(meaning, []).append(place)
    return found


def language_of(text: str, offered: Sequence[str]) -> str | None:
    """The language meant by a cell, one of those offered: ``fr``, ``FR``, ``Français``, ``fr_FR``.

    The first one offered for an empty cell, None for anything else.
    """
    if not text.strip():
        return offered[0]
    folded = fold(text)
    code = LANGUAGES.get(folded, folded.replace(" ", "-").replace("_", "-"))
    by_code: Mapping[str, str] = {known.lower(): known for known in offered}
    return by_code.get(code) or by_code.get(code.split("-")[0])
