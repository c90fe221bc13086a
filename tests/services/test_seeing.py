"""Who may know of which wave; single answers packed for somebody with a browser."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from corus.domain.roles import Role
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services import releasing, seeing, taking_out, waves
from corus.services.accounts import members, people
from corus.services.accounts.person import Person, person
from corus.store import accounts
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

WAVE, DRAFT, HOME = "panier-2026", "panier-2027", "le_panier_des_hauts"
WISH = taking_out.Wish("answers.csv", "fr", "Laboratoire des Hauts", "thèse")


def prepared(store: Store) -> None:
    """A released wave and one in preparation."""
    of = make.instrument()
    wave = make.open_wave(store, WAVE, of)
    with store.writing() as session:
        store_rows(session, [make.response(wave, make.marks("3232ss", of)) for _ in range(12)])
    make.close_wave(store, WAVE)
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
        home = waves.create_organization(session, "Le Panier des Hauts")
        waves.create_wave(session, DRAFT, home, of.code, make.plan())


def somebody(store: Store, role: Role) -> Person:
    day = date.today()
    with store.writing() as session:
        made, _ = people.add(session, f"{role}@panier.example", day, proven=True)
        members.give(session, made, members.organization(session, HOME), role, day)
        session.flush()
        return person(session, made.id, day)


@pytest.mark.parametrize(
    ("role", "known"),
    [(role, [WAVE] if role is Role.ACCREDITOR else [WAVE, DRAFT]) for role in Role],
)
def test_only_who_follows_fieldwork_knows_of_a_wave_in_preparation(
    sqlite_store: Store, role: Role, known: list[str]
) -> None:
    prepared(sqlite_store)
    who = somebody(sqlite_store, role)
    with sqlite_store.reading() as session:
        assert [one.code for one in seeing.waves(session, who, HOME)] == known
        assert seeing.wave(session, who, WAVE)[1].number == 1
        if DRAFT in known:
            assert seeing.wave(session, who, DRAFT)[1] is None
        else:
            with pytest.raises(NotFoundError, match="ACC-015"):
                seeing.wave(session, who, DRAFT)


def test_answers_leave_once_with_a_line_in_both_logs_or_not_at_all(store: Store) -> None:
    prepared(store)
    who = somebody(store, Role.RESEARCHER)
    with store.writing() as session:
        content = taking_out.take(session, who, WAVE, WISH, make.DAY)
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) >= 3
    refused = {
        RefusedError: taking_out.Wish("answers.csv", "fr", "Laboratoire", " "),
        InputError: taking_out.Wish("answers.csv", "fr", "x" * 201, "thèse"),
    }
    for error, wish in refused.items():
        with pytest.raises(error), store.writing() as session:
            taking_out.take(session, who, WAVE, wish, make.DAY)
    with pytest.raises(RefusedError, match="EXP-002"), store.writing() as session:
        taking_out.take(session, who, DRAFT, WISH, make.DAY)
    with store.reading() as session:
        lines = [line.action for line in accounts.audit(session, None, 9)]
    assert lines.count("microdata_taken") == 1
