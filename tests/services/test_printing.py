"""Printed matter of a wave: the right group, in a language it has, and only where it may be."""

from __future__ import annotations

import secrets

import pytest

from corus.documents.letters import Letter
from corus.domain.wave import GroupPlan
from corus.errors import CorusError
from corus.services import printing, publishing, waves
from corus.store.engine import Store
from corus.store.models import Invitation
from tests.documents.reading_pdf import pages_of, words_of
from tests.factories import DAY, instrument, plan

WAVE = "panier-2026"
URL = "https://avis.panier.example"


def _draft(store: Store, **changes: object) -> int:
    """A wave that is not open yet: sheets and posters are printed before the first day."""
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, instrument(), DAY)
        return waves.create_wave(session, WAVE, owner, "small", plan(**changes)).id


def test_a_sheet_asks_what_the_wave_asks_of_the_group(store: Store) -> None:
    _draft(store)
    with store.reading() as session:
        pdf = printing.questionnaire_of(session, WAVE, "employees", "fr", sheets=[3])
    words = words_of(pdf)
    assert "Le Panier des Hauts" in words
    assert "Salariées et salariés" in words
    assert "Énoncé needs_met." in words
    assert "Feuille n° 3" in words


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"group": "nobody"}, "PRI-001"),
        ({"language": "de"}, "PRI-002"),
        ({"sheets": range(1, printing.MOST_COPIES + 2)}, "PRI-003"),
        ({"sheets": range(2)}, "PRI-003"),
        ({"variant": "easy"}, "PRI-006"),
    ],
)
def test_what_a_wave_does_not_have_is_refused_with_a_cure(
    sqlite_store: Store, changes: dict[str, object], code: str
) -> None:
    _draft(sqlite_store)
    asked = {"group": "employees", "language": "fr", **changes}
    with sqlite_store.reading() as session, pytest.raises(CorusError) as caught:
        printing.questionnaire_of(session, WAVE, **asked)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_posters_lead_to_the_open_address_of_each_group(sqlite_store: Store) -> None:
    _draft(sqlite_store)
    with sqlite_store.reading() as session:
        every = words_of(printing.posters_of(session, WAVE, URL + "/"))
        one = printing.posters_of(
            session, WAVE, URL, groups=["neighbours"], languages=["fr", "en"], path="/k/{wave}"
        )
    assert f"{URL}/s/{WAVE}/employees" in every
    assert f"{URL}/s/{WAVE}/neighbours" in every
    assert pages_of(one) == 2
    assert f"{URL}/k/{WAVE}" in words_of(one)


def test_a_group_that_answers_by_personal_link_only_gets_no_poster(sqlite_store: Store) -> None:
    groups = {"employees": GroupPlan(open_link=False), "neighbours": GroupPlan()}
    _draft(sqlite_store, groups=groups)
    with sqlite_store.reading() as session:
        assert pages_of(printing.posters_of(session, WAVE, URL)) == 1
        with pytest.raises(CorusError) as caught:
            printing.posters_of(session, WAVE, URL, groups=["employees"])
    assert caught.value.code == "PRI-004"


def test_without_a_public_address_no_code_is_drawn(sqlite_store: Store) -> None:
    _draft(sqlite_store)
    with sqlite_store.reading() as session, pytest.raises(CorusError) as caught:
        printing.posters_of(session, WAVE, "")
    assert caught.value.code == "PRI-005"


def test_letters_carry_the_promise_and_the_contact_of_the_wave(sqlite_store: Store) -> None:
    _draft(sqlite_store)
    letter = Letter("Ana Diaz", "1 rue X\n59000 Lille", f"{URL}/i/abcd", "abcd", "Riverains", "fr")
    with sqlite_store.reading() as session:
        words = words_of(printing.letters_of(session, WAVE, iter([letter]), URL))
    for said in ("Ana Diaz", "donnees@panier.example", f"{URL}/i/abcd", "Réponse anonyme"):
        assert said in words


def test_the_register_entry_declares_contacts_once_there_are_some(store: Store) -> None:
    wave_id = _draft(store)
    declared = "nom, adresse électronique ou postale"
    with store.writing() as session:
        before = printing.register_text_of(session, WAVE, "fr")
        session.add(
            Invitation(id=b"i" * 16, wave_id=wave_id, group="employees", who=b"w" * 16,
                       language="fr", name="Ana Diaz")
        )  # fmt: skip
        session.flush()
        after = printing.register_text_of(session, WAVE, "fr", public_url=URL)
        pdf = printing.register_pdf_of(session, WAVE, "fr")
    assert declared not in before
    assert declared in after
    assert "Ana Diaz" not in after
    assert "Salariées et salariés" in words_of(pdf)


def test_the_poster_of_a_site_says_which_it_is_to_whoever_hangs_it(sqlite_store: Store) -> None:
    _draft(sqlite_store, sites={"north": {"fr": "Halle nord"}})
    with sqlite_store.reading() as session:
        of_site = words_of(printing.posters_of(session, WAVE, URL, site="north"))
        plain = words_of(printing.posters_of(session, WAVE, URL))
    assert "Halle nord" in of_site
    assert f"{URL}/s/{WAVE}/employees@north" in of_site
    assert "Halle nord" not in plain


def test_a_sheet_of_a_site_says_which_for_whoever_types_it_in(sqlite_store: Store) -> None:
    _draft(sqlite_store, sites={"north": {"fr": "Halle nord"}})
    with sqlite_store.reading() as session:
        of_site = words_of(
            printing.questionnaire_of(session, WAVE, "employees", "fr", site="north")
        )
        of_none = words_of(printing.questionnaire_of(session, WAVE, "employees", "fr"))
        with pytest.raises(CorusError) as caught:
            printing.questionnaire_of(session, WAVE, "employees", "fr", site="nowhere")
    assert "Site : Halle nord" in of_site
    assert "Votre site (Halle nord) est conservé" in of_site
    assert "Halle nord" not in of_none
    assert caught.value.code == "WAV-052"


def test_groups_with_few_invited_at_a_site_are_known_when_its_posters_are_printed(
    sqlite_store: Store,
) -> None:
    wave = _draft(sqlite_store, sites={"north": {"fr": "Nord"}, "south": {"fr": "Sud"}})
    numbers = {("employees", "north"): 4, ("neighbours", "north"): 5, ("neighbours", "south"): 1}
    with sqlite_store.writing() as session:
        session.add_all(
            Invitation(
                id=secrets.token_bytes(16), wave_id=wave, group=group, language="fr",
                who=secrets.token_bytes(16), site=site,
            )
            for (group, site), n in numbers.items() for _ in range(n)
        )  # fmt: skip
    with sqlite_store.reading() as session:
        assert printing.small_at(session, WAVE, "north") == ["employees"]
        assert printing.small_at(session, WAVE, "south") == ["neighbours"]
        assert printing.small_at(session, WAVE, "south", groups=["employees"]) == []
