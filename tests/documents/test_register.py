"""The register entry: what the wave knows is filled in, what it cannot know is to be completed."""

from __future__ import annotations

from datetime import date
from typing import Any

from corus.documents.register import Facts, as_markdown, as_pdf, register_of
from corus.domain.wave import Checklist, GroupPlan, PrivacyNotice
from tests.documents.paper_factories import ORGANIZATION, a_plan, built_in
from tests.documents.reading_pdf import Printed, is_accessible, plain, words_of

ARTICLE_30 = (
    "Responsable du traitement", "Délégué·e à la protection des données", "Finalité",
    "Base légale", "Catégories de personnes", "Catégories de données", "Destinataires",
    "Transferts hors de l’Union européenne", "Durée de conservation",
    "Mesures de sécurité en place",
)  # fmt: skip


def _facts(**changes: Any) -> Facts:
    fields = {
        "organization": ORGANIZATION, "wave": "panier-2026", "plan": a_plan(),
        "instrument": built_in().instrument, "digest": built_in().digest,
        "opened_on": date(2026, 3, 3),
    }  # fmt: skip
    return Facts(**{**fields, **changes})


def _text(language: str = "fr", **changes: Any) -> Printed:
    return Printed(plain(as_markdown(register_of(_facts(**changes), language))))


def test_every_heading_of_article_30_is_there() -> None:
    text = _text()
    assert [heading for heading in ARTICLE_30 if f"## {heading}" not in text] == []


def test_the_pdf_says_what_the_text_says() -> None:
    register = register_of(_facts(), "fr")
    pdf = as_pdf(register)
    words = words_of(pdf)
    assert is_accessible(pdf)
    for entry in register.entries:
        for line in (entry.heading, *entry.lines, *entry.missing):
            assert line in words, line
    assert as_pdf(register) == pdf


def test_what_the_wave_knows_is_filled_in() -> None:
    notice = PrivacyNotice(
        controller="Le Panier des Hauts", contact="donnees@panier.example",
        dpo="Ana Diaz, dpo@panier.example", retention_months=12,
    )  # fmt: skip
    plan = a_plan(notice=notice, groups={"employees": GroupPlan(population=41)})
    text = _text(plan=plan, public_url="https://avis.panier.example")
    for said in (
        "Ana Diaz, dpo@panier.example", "Salariées et salariés : 41 personnes", "12 mois",
        "Ouverte le 3 mars 2026", "moins de 5 personnes", "Aucune table ne joint",
        "https://avis.panier.example", built_in().digest[:16],
    ):  # fmt: skip
        assert said in text, said
    assert "Clientes et clients" not in text
    assert "aucun·e désigné·e" not in text


def test_only_what_the_wave_cannot_know_is_left_to_complete() -> None:
    told = _text()
    assert told.count("**à compléter :**") == 11
    settled = Checklist(
        employees_informed=date(2026, 2, 1), cse_informed="none", minors="none",
        protected_adults="répondent avec leur tuteur", results_seen_by="le conseil",
    )  # fmt: skip
    later = _text(plan=a_plan(checklist=settled))
    assert later.count("**à compléter :**") == 7
    for said in (
        "Salarié·es informé·es de l’enquête : 1er février 2026",
        "CSE informé de l’enquête : aucun",
        "Majeur·es protégé·es : répondent avec leur tuteur",
        "par : le conseil",
    ):
        assert said in later, said
    assert "chiffrement des échanges" in told
    assert "chiffrement des échanges" not in _text(public_url="https://a.example")


def test_a_closed_wave_says_the_last_day_of_its_answers() -> None:
    assert "Dernier jour : 31 mars 2028" in _text(closed_on=date(2026, 3, 31))


def test_a_list_of_persons_to_invite_is_declared_only_where_there_is_one() -> None:
    assert "adresse électronique ou postale" in _text(contacts=True)
    assert "adresse électronique ou postale" not in _text(contacts=False)


def test_a_confidential_wave_declares_its_pseudonym() -> None:
    text = _text(plan=a_plan(anonymity="confidential"))
    assert "pseudonyme" in text
    assert "Aucune table ne joint" not in text


def test_english_is_said_as_well_and_markdown_keeps_hostile_names_as_text() -> None:
    text = _text("en", organization="*A* <b> #c")
    assert "# Record of processing activities" in text
    assert r"\*A\* \<b\> \#c" in text
