"""Founding and describing an organization: whose it is, what it may be called, how many."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from corus.domain.roles import Permission
from corus.errors import CorusError, InputError, RefusedError
from corus.services import waves
from corus.services.accounts import audit, people
from corus.services.accounts.person import person
from corus.services.setting_up import organizations
from corus.services.setting_up.organizations import Described
from corus.store import accounts
from corus.store.engine import Store
from tests import factories as make

SAID = Described(
    "Le Panier des Hauts", organizations.FORMS[2], "732829320", "Pays du Haut-Escaut",
    "Circuit court", young=True,
)  # fmt: skip


def account(session: Session, email: str = "ana@panier.example", *, admin: bool = False) -> int:
    made, _ = people.add(session, email, make.DAY, admin=admin, proven=True)
    session.flush()
    return made.id


def fields(error: CorusError) -> set[str]:
    return {fault.column for fault in error.faults} if isinstance(error, InputError) else set()


def test_who_founds_an_organization_is_its_manager(store: Store) -> None:
    with store.writing() as session:
        by = account(session)
        place = organizations.found(session, by, SAID, make.DAY)
        assert place.details == {
            "legal_form": "SCIC (société coopérative d’intérêt collectif)",
            "siren": "732 829 320", "territory": "Pays du Haut-Escaut",
            "activity": "Circuit court", "age": "moins de trois ans",
        }  # fmt: skip
        who = person(session, by, make.DAY)
        assert who is not None
        assert who.may(Permission.SET_UP, "le_panier_des_hauts")
        assert "organization_created" in str(accounts.audit(session, [place.id], 9))
        assert organizations.described(place) == replace(SAID, number="732 829 320")


@pytest.mark.parametrize(
    "name",
    ["Le Panier des Hauts", "LE PANIER DES HAUTS", "le panier des hauts ", "Le  Panier-des-Hauts",
     "le_panier_des_hauts", "Lé Panier des Hauts", "Le\u00a0Panier des\u200b Hauts"],
)  # fmt: skip
def test_a_name_that_is_taken_never_leads_into_that_organization(store: Store, name: str) -> None:
    with store.writing() as session:
        waves.create_organization(session, "Le Panier des Hauts")
        by = account(session)
        with pytest.raises(InputError) as caught:
            organizations.found(session, by, replace(SAID, name=name), make.DAY)
        assert fields(caught.value) == {"name"}
        assert accounts.places_of(session, by) == set()


def test_names_of_one_code_take_two_codes(store: Store) -> None:
    with store.writing() as session:
        by = account(session)
        made = [
            organizations.found(session, by, replace(SAID, name=name), make.DAY)
            for name in ("茶", "米", "茶と米")
        ]
        assert [place.code for place in made] == ["o_", "o__2", "o__3"]


def test_every_fault_is_told_at_its_field_at_once(store: Store) -> None:
    wrong = Described("", "", "123456789", "x" * 201, "y" * 201)
    with store.writing() as session, pytest.raises(InputError) as caught:
        organizations.found(session, account(session), wrong, make.DAY)
    assert fields(caught.value) == {"name", "legal_form", "number", "territory", "activity"}
    with store.writing() as session, pytest.raises(InputError) as caught:
        organizations.found(session, account(session), replace(SAID, name="n" * 201), make.DAY)
    assert fields(caught.value) == {"name"}


def test_one_account_founds_three_organizations_and_no_more(store: Store) -> None:
    with store.writing() as session:
        by, admin = account(session), account(session, "root@here.example", admin=True)
        for name in ("Un", "Deux", "Trois"):
            organizations.found(session, by, replace(SAID, name=name), make.DAY)
        with pytest.raises(RefusedError, match="SET-003"):
            organizations.found(session, by, replace(SAID, name="Quatre"), make.DAY)
        for name in ("A", "B", "C", "D"):
            organizations.found(session, admin, replace(SAID, name=name), make.DAY)


def test_what_was_said_elsewhere_stays_when_somebody_says_more(store: Store) -> None:
    with store.writing() as session:
        by = account(session)
        place = waves.create_organization(
            session, "Autre", details={"note": "à part", "legal_form": "SA", "siren": "1"}
        )
        to = replace(SAID, name="Autre", number="W751234567", young=False, of_right=True)
        organizations.describe(session, place, to, by)
        assert place.details == {
            "note": "à part", "legal_form": SAID.legal_form, "rna": "W751234567",
            "territory": "Pays du Haut-Escaut", "activity": "Circuit court",
            "esus": "agrément ESUS de plein droit",
        }  # fmt: skip
        before = len(audit.of_organization(session, place))
        organizations.describe(session, place, to, by)
        assert len(audit.of_organization(session, place)) == before


def test_the_name_stays_while_people_answer(store: Store) -> None:
    make.open_wave(store)
    with store.writing() as session:
        by = account(session)
        place = accounts.organizations(session)[0]
        said = organizations.described(place)
        to = replace(said, legal_form=SAID.legal_form)
        organizations.describe(session, place, to, by)
        with pytest.raises(InputError) as caught:
            organizations.describe(session, place, replace(to, name="Un autre nom"), by)
        assert fields(caught.value) == {"name"}
    make.close_wave(store)
    with store.writing() as session:
        place = accounts.organizations(session)[0]
        organizations.describe(session, place, replace(to, name="Un autre nom"), by)
        assert place.name == "Un autre nom"
        assert place.code == "le_panier_des_hauts"
