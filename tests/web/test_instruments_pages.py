"""Instruments in the browser without a browser: choosing, previewing, editing, publishing."""

from __future__ import annotations

import re
import shutil

import pytest

from corus.app import create_app
from corus.services import waves
from corus.store import accounts, instrument_drafts, queries
from corus.store.engine import open_store
from tests.web import workspace_factories as people

OWNER = "le_panier"
HOME = f"/organizations/{OWNER}/instruments"
CODE = "le_panier_notre_utilite"
DRAFT = f"{HOME}/drafts/{CODE}"
NEW = {
    "text.fr": "On m’écoute.", "text.en": "I am heard.", "kind": "rating", "scale": "agreement_5",
    "groups": ["employees", "clients"],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A database with two organizations, made once and copied for each test."""
    file = tmp_path_factory.mktemp("instruments") / "corus.sqlite"
    store = open_store(f"sqlite:///{file}", b"k" * 32)
    with store.writing() as session:
        waves.create_organization(session, "Le Panier")
        waves.create_organization(session, "Autre")
    store.engine.dispose()
    return file


@pytest.fixture
def site(settings, made):
    """The application with two organizations."""
    shutil.copy(made, settings.instance / made.name)
    app = create_app(settings)
    yield app
    app.extensions["corus"].store.engine.dispose()


@pytest.fixture
def manager(site):
    return people.signed_in(site, "manager", OWNER)


@pytest.fixture
def draft(manager):
    """A manager with a draft copied from the shipped instrument."""
    made = manager.post(f"{HOME}/social_utility/copy", data={"title": "Notre utilité"})
    assert made.headers["Location"] == DRAFT
    return manager


def seen(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def revision(client) -> int:
    return int(re.search(r'name="revision" value="(\d+)"', client.get(DRAFT).text)[1])


def add(client, **changes):
    data = {**NEW, "revision": revision(client), **changes}
    return client.post(f"{DRAFT}/parts/needs/new", data=data)


def test_what_there_is_to_choose_from_says_how_long_it_is(manager) -> None:
    page = seen(manager.get(HOME))
    assert "Utilité sociale perçue" in page
    assert "10 groupes · de 16 à 29 questions · de 5 à 10 minutes" in page
    shown = seen(manager.get(f"{HOME}/social_utility"))
    assert "Fournisseurs 16 questions · 5 minutes au plus" in shown
    assert "La structure accueille chacun avec respect." in shown


@pytest.mark.parametrize(
    "form", ["employees/fr", "employees/en/express", "beneficiaries/fr/easy", "funders/en"]
)
def test_the_preview_is_the_respondents_form_that_cannot_be_sent(manager, form: str) -> None:
    response = manager.get(f"{HOME}/social_utility/preview/{form}")
    assert response.status_code == 200
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert 'name="q.' in response.text
    assert re.search(r'id="send"[^>]*disabled', response.text)
    assert 'name="save"' not in response.text
    assert "respond.js" not in response.text
    assert "Aperçu" in response.text or "Preview" in response.text
    assert manager.post(f"{HOME}/social_utility/preview/{form}", data={"x": "1"}).status_code == 405


@pytest.mark.parametrize("form", ["employees/fr/easy", "nobody/fr", "employees/de", "clients/fr/x"])
def test_there_is_no_preview_of_a_form_that_nobody_gets(manager, form: str) -> None:
    assert manager.get(f"{HOME}/social_utility/preview/{form}").status_code == 404


def test_the_groups_of_a_preview_read_only_what_they_are_asked(manager) -> None:
    for group, asked in (("suppliers", False), ("board", True)):
        page = manager.get(f"{HOME}/social_utility/preview/{group}/fr").text
        assert ("Sans la structure, une partie des besoins" in page) is asked


def test_a_copy_keeps_the_title_that_was_too_long(manager) -> None:
    response = manager.post(f"{HOME}/social_utility/copy", data={"title": "é" * 151})
    assert response.status_code == 422
    assert "é" * 151 in response.text
    assert "Ce texte est trop long." in seen(response)


def test_questions_are_switched_and_moved_without_a_script(draft) -> None:
    on = ["needs_relevance", "needs_unmet"]
    data = {"revision": 1, "on": on, "move": "up:needs_unmet"}
    assert draft.post(f"{DRAFT}/parts/needs", data=data).status_code == 303
    page = draft.get(f"{DRAFT}/parts/needs").text
    assert page.index("q-needs_unmet") < page.index("q-needs_relevance")
    assert re.findall(r'value="(needs_\w+)" checked', page) == ["needs_unmet", "needs_relevance"]
    draft.post(f"{DRAFT}/sections", data={"revision": 2, "move": "up:agency"})
    whole = seen(draft.get(DRAFT))
    assert whole.index("Ce qui change pour les personnes") < whole.index("Les besoins et l’accueil")
    assert "2 questions posées, 3 non posées" in whole


def test_the_question_about_unplanned_effects_stays_and_the_page_says_why(draft) -> None:
    page = draft.get(f"{DRAFT}/parts/-")
    assert "Toujours posée, à tout le monde" in seen(page)
    response = draft.post(f"{DRAFT}/parts/-", data={"revision": 1, "on": ["change"]})
    assert response.status_code == 403
    assert "sont toujours demandés" in seen(response)


def test_every_fault_is_counted_at_the_top_and_told_at_its_field(draft) -> None:
    add(draft, **{"text.en": "", "kind": "single_choice", "option.0.fr": "Oui"})
    assert "3 choses à corriger avant de publier" in seen(draft.get(DRAFT))
    page = draft.get(f"{DRAFT}/questions/own_on_mecoute").text
    assert re.search(r'id="f-text-about">\s*(<p class="why">.*</p>)?\s*<p class="wrong">', page)
    assert "Il y a moins de deux réponses à choisir." in page
    assert "3 choses à corriger" in seen(draft.get(f"{DRAFT}/publish"))
    assert draft.get(f"{DRAFT}/preview/employees/fr").status_code == 303
    refused = draft.post(f"{DRAFT}/publish", data={"revision": 2})
    assert refused.status_code == 422


def test_a_second_tab_keeps_what_was_typed_and_says_what_happened(draft) -> None:
    add(draft)
    late = draft.post(
        f"{DRAFT}/questions/needs_relevance",
        data={**NEW, "text.fr": "Tapé dans l’autre onglet.", "revision": 1},
    )
    assert late.status_code == 409
    assert "Tapé dans l’autre onglet." in late.text
    assert "enregistré ailleurs" in seen(late)
    again = int(re.search(r'name="revision" value="(\d+)"', late.text)[1])
    data = {**NEW, "text.fr": "Tapé dans l’autre onglet.", "revision": again}
    assert draft.post(f"{DRAFT}/questions/needs_relevance", data=data).status_code == 303
    assert "Tapé dans l’autre onglet." in draft.get(f"{DRAFT}/parts/needs").text


def test_a_refused_form_comes_back_as_it_was_typed(draft) -> None:
    response = add(draft, **{"text.fr": "", "text.en": "", "hint.fr": "Un conseil", "groups": []})
    assert response.status_code == 422
    assert "Un conseil" in response.text
    assert "La question n’a pas de mots." in seen(response)
    assert "Aucun groupe n’est coché." in seen(response)
    typed = {"title.fr": "Un titre", "notice.fr": "x", "minutes.employees": "beaucoup"}
    response = draft.post(f"{DRAFT}/whole", data={"revision": 1, **typed})
    assert response.status_code == 422
    assert "beaucoup" in response.text
    assert "Il ne reste aucune langue." in seen(response)


def test_publishing_shows_what_breaks_comparison_then_leads_to_a_wave(site, draft) -> None:
    add(draft)
    words = {**NEW, "text.fr": "Utile.", "text.en": "Useful.", "revision": 2}
    draft.post(f"{DRAFT}/questions/needs_relevance", data=words)
    page = seen(draft.get(f"{DRAFT}/publish"))
    assert "changements interrompent la comparaison" in page
    assert "Avant : Les activités de la structure répondent à de vrais besoins." in page.replace(
        "\u202f", " "
    )
    done = draft.post(f"{DRAFT}/publish", data={"revision": 3})
    assert done.headers["Location"] == f"{HOME}/{CODE}"
    shown = seen(draft.get(f"{HOME}/{CODE}"))
    assert "La version 1 est publiée." in shown
    assert "Préparer une vague avec ce questionnaire" in shown
    with site.extensions["corus"].store.reading() as session:
        record = queries.latest_edition(session, CODE)
        owner = accounts.organization_by_code(session, OWNER)
        assert record.organization_id == owner.id
        assert accounts.audit(session, [owner.id], 1)[0].who == "manager@le-panier.example"


def test_deleting_a_draft_first_says_what_is_lost(site, draft) -> None:
    add(draft)
    page = seen(draft.get(f"{DRAFT}/delete"))
    assert "votre question : On m’écoute." in page
    assert "jamais été publié" in page
    assert draft.post(f"{DRAFT}/delete", data={"revision": 1}).status_code == 409
    assert draft.post(f"{DRAFT}/delete", data={"revision": 2}).status_code == 303
    with site.extensions["corus"].store.reading() as session:
        owner = accounts.organization_by_code(session, OWNER)
        assert instrument_drafts.drafts(session, owner.id) == []


def test_another_organization_sees_neither_draft_nor_published_instrument(site, draft) -> None:
    draft.post(f"{DRAFT}/publish", data={"revision": 1})
    other = people.signed_in(site, "manager", "autre")
    assert other.get(HOME).status_code == 404
    theirs = "/organizations/autre/instruments"
    for place in (
        f"{theirs}/{CODE}",
        f"{theirs}/drafts/{CODE}",
        f"{theirs}/{CODE}/preview/board/fr",
    ):
        assert other.get(place).status_code == 404
    assert CODE not in other.get(theirs).text
    refused = other.post(f"{theirs}/{CODE}/copy", data={"title": "Volé"})
    assert refused.status_code == 404


def test_who_only_does_fieldwork_may_not_edit(site, draft) -> None:
    for role in ("facilitator", "researcher", "accreditor"):
        assert people.signed_in(site, role, OWNER).get(DRAFT).status_code == 403


def test_hostile_words_are_shown_as_words(draft) -> None:
    add(draft, **{"text.fr": "<script>alert(1)</script> {{ 7 * 7 }} {organization}"})
    for place in (
        DRAFT,
        f"{DRAFT}/parts/needs",
        f"{DRAFT}/preview/employees/fr",
        f"{DRAFT}/publish",
    ):
        page = draft.get(place).text
        assert "<script>alert" not in page
        assert "49" not in re.findall(r"alert\(1\)&lt;/script&gt; (\S+)", page)


@pytest.mark.parametrize(
    "data", [{}, {"revision": "x"}, {"revision": "9" * 30}, {"revision": 1, "move": "up:"},
             {"revision": 1, "move": "sideways:needs"}],
)  # fmt: skip
def test_odd_forms_never_break_the_site(draft, data) -> None:
    for place in ("sections", "parts/needs", "parts/nowhere", "questions/none", "whole", "publish"):
        answer = draft.post(f"{DRAFT}/{place}", data={**data, "x": "1"})
        assert answer.status_code in (303, 403, 404, 409, 422), place
