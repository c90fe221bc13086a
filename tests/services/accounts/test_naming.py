"""The log calls things as people do: titles, groups and fields in words, moments in a language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from corus.domain.wave import Checklist, GroupPlan, WavePlan
from corus.language import catalogue, words
from corus.services import editing, waves
from corus.services.accounts import audit, people
from corus.services.accounts.naming import FIELDS, OF_GROUP
from corus.services.setting_up import preparing
from corus.services.setting_up.preparing import Wanted
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Organization
from tests import factories as make

WANTED = Wanted("Votre regard", "social_utility", ("fr",), "ana@panier.example")


@pytest.fixture
def place(sqlite_store: Store) -> Organization:
    with sqlite_store.writing() as session:
        made = waves.create_organization(session, "Le Panier")
        session.flush()
        session.expunge(made)
    return made


def _by(session: Session) -> int:
    return people.add(session, "ana@panier.example", make.DAY)[0].id


def _prepared(session: Session, place: Organization) -> str:
    return preparing.prepare(session, place, WANTED, make.DAY, _by(session)).code


def _told(store: Store, place: Organization, language: str = "fr") -> list[str]:
    with store.reading() as session:
        return [
            line.sentence(words(language)).replace("\u202f", " ")
            for line in audit.of_organization(session, place)
        ]


def test_a_first_choice_of_groups_is_one_change_and_names_no_group_left_out(
    sqlite_store: Store, place: Organization
) -> None:
    with sqlite_store.writing() as session:
        code, who = _prepared(session, place), _by(session)
        chosen = {"employees": GroupPlan(population=41), "clients": GroupPlan()}
        preparing.ask(session, code, chosen, make.DAY, who)
        chosen["clients"] = GroupPlan(population=12)
        preparing.ask(session, code, chosen, make.DAY, who)
    assert _told(sqlite_store, place)[:3] == [
        "La vague « Votre regard » a été modifiée : l’effectif d’un groupe (Clientes et clients)",
        "La vague « Votre regard » a été modifiée : "
        "l’effectif d’un groupe (Salariées et salariés), les groupes interrogés",
        "La vague « Votre regard » a été créée",
    ]


def test_an_empty_field_that_stays_empty_is_no_change(
    sqlite_store: Store, place: Organization
) -> None:
    with sqlite_store.writing() as session:
        code, who = _prepared(session, place), _by(session)
        plan = editing.declared(queries.wave_by_code(session, code))
        point = Checklist(cse_informed=date(2026, 3, 3))
        preparing.change(session, code, plan.model_copy(update={"checklist": point}), make.DAY, who)
    assert _told(sqlite_store, place)[0] == (
        "La vague « Votre regard » a été modifiée : la date d’information du CSE"
    )
    assert preparing._really({"notice.dpo": (None, ""), "title": ("a", "b")}) == ["title"]


def test_what_was_written_before_is_told_in_words_too(
    sqlite_store: Store, place: Organization
) -> None:
    old = "notice.contact, checklist.cse_informed, groups.volunteers.open_link, later.unknown"
    with sqlite_store.writing() as session:
        code, who = _prepared(session, place), _by(session)
        preparing.ask(session, code, {"employees": GroupPlan()}, make.DAY, who)
        audit.note(session, place.id, who, "wave_changed", wave=code, what=old)
    assert _told(sqlite_store, place, "en")[0] == (
        "Wave “Votre regard” was changed: whom respondents may write to, the day the employees’ "
        "committee (CSE) was told, the groups asked, later.unknown"
    )


def test_two_waves_of_one_title_are_told_apart_and_one_that_is_gone_keeps_its_code(
    sqlite_store: Store, place: Organization
) -> None:
    with sqlite_store.writing() as session:
        _prepared(session, place), _prepared(session, place)
        audit.note(session, place.id, None, "wave_closed", wave="gone-2020")
    assert _told(sqlite_store, place) == [
        "La vague gone-2020 a été close",
        "La vague « Votre regard (le-panier-2026-2) » a été créée",
        "La vague « Votre regard (le-panier-2026) » a été créée",
    ]


def test_groups_parts_and_questionnaires_are_called_by_their_names(
    sqlite_store: Store, place: Organization
) -> None:
    with sqlite_store.writing() as session:
        code = _prepared(session, place)
        note = {"wave": code, "email": "ana@panier.example"}
        audit.note(session, place.id, None, "page_shared", wave=code, group="employees")
        part = "group employees, mode paper"
        audit.note(session, place.id, None, "view_asked", part=part, **note)
        audit.note(session, place.id, None, "published", code="social_utility")
        audit.note(session, place.id, None, "draft_deleted", code="own", title="Le nôtre")
    deleted, published, part, shared, _ = _told(sqlite_store, place)
    assert deleted == "Le brouillon du questionnaire « Le nôtre » a été supprimé"
    assert "social_utility" not in published
    assert part == (
        "ana@panier.example a demandé une partie de la vague « Votre regard » : "
        "groupe : Salariées et salariés ; réponses données : sur papier"
    )
    assert "à « Salariées et salariés » de la vague « Votre regard »" in shared


def test_moments_are_written_as_the_reader_writes_them(
    sqlite_store: Store, place: Organization
) -> None:
    with sqlite_store.writing() as session:
        at = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
        audit.note(session, place.id, None, "wave_closed", at=at, wave="gone")
    with sqlite_store.reading() as session:
        (line,) = audit.of_organization(session, place)
    assert line.when(words("fr")) == "1er mars 2026 à 09\u00a0h\u00a005 (UTC)"
    assert line.when(words("en")) == "1 March 2026, 09:05 UTC"


def test_every_field_of_a_wave_has_words_in_both_languages() -> None:
    nested = {"thresholds", "notice", "checklist"}
    fields = set(WavePlan.model_fields) - {"succeeds", "succeeded_by", "negotiated"}
    assert fields | nested <= FIELDS.keys()
    assert set(GroupPlan.model_fields) == OF_GROUP.keys()
    assert {*FIELDS.values(), *OF_GROUP.values()} <= catalogue("fr").keys()
