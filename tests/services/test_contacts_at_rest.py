"""Once an anonymous wave is closed, its database names nobody: a group of one tells nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from corus.domain.rare import UNDETERMINED
from corus.domain.wave import GroupPlan
from corus.services import closing, editing, importing, waves
from corus.services.inviting import invite, lists, stopping
from corus.store import queries
from corus.store.engine import Store
from corus.store.forgetting import Ended
from corus.store.models import Invitation, Response, Stratum, Wave
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
DAY = timedelta(days=1)
HEAD = "group,email,name,postal address,language"
MAYOR = 'neighbours,mairie@x.example,Zoé Maire,"1 place, Lille",fr'
STAFF = [f"employees,p{n}@x.example,Person {n},,{'en' if n == 0 else 'fr'}" for n in range(9)]


def _invite(store: Store, tmp_path: Path, *rows: str, wave: str = WAVE) -> invite.Added:
    path = tmp_path / "contacts.csv"
    path.write_text("\n".join([HEAD, *rows, ""]))
    with store.writing() as session:
        return invite.import_contacts(session, store.key, wave, path, make.DAY)


def _answer(store: Store, wave: int, group: str, n: int, language: str = "fr") -> None:
    document = make.marks("3232--", make.instrument())
    rows = [
        make.response(wave, document, group=group, channel="personal", language=language)
        for _ in range(n)
    ]
    with store.writing() as session:
        store_rows(session, rows)


def _closed(store: Store, tmp_path: Path, *, confidential: bool = False) -> None:
    wave = make.open_wave(store)
    if confidential:
        with store.writing() as session:
            one = session.get_one(Wave, wave)
            one.plan = one.plan.replace('"anonymity":"anonymous"', '"anonymity":"confidential"')
    _invite(store, tmp_path, MAYOR, *STAFF)
    with store.writing() as session:
        token = stopping.stop_token(store.key, _id(session, "p3@x.example"))
        stopping.stop(session, store.key, token)
    _answer(store, wave, "neighbours", 1)
    _answer(store, wave, "employees", 1, "en")
    _answer(store, wave, "employees", 8)
    make.close_wave(store)


def _id(session: Session, address: str) -> bytes:
    return bytes(session.scalars(select(Invitation.id).where(Invitation.address == address)).one())


def test_after_closing_no_invitation_names_anybody_and_numbers_stay(
    store: Store, tmp_path: Path
) -> None:
    _closed(store, tmp_path)
    with store.reading() as session:
        kept = session.scalars(select(Invitation)).all()
        assert {(one.name, one.postal, one.language, one.site) for one in kept} == {
            ("", "", "", "")
        }
        assert all((one.address or "").startswith(stopping.MARKED) for one in kept)
        numbers = {line.group: line for line in lists.numbers(session, WAVE)}
    assert (numbers["employees"].invited, numbers["neighbours"].invited) == (9, 1)
    assert numbers["employees"].unsubscribed == 1
    assert numbers["employees"].by_mail == 8


def test_no_file_of_the_database_holds_a_name_or_an_address(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _closed(sqlite_store, tmp_path)
    assert sqlite_store.path is not None
    for file in sqlite_store.path.parent.glob(f"{sqlite_store.path.name}*"):
        content = file.read_bytes()
        assert b"mairie@x.example" not in content
        assert "Zoé Maire".encode() not in content


def test_a_rare_language_of_a_group_is_forgotten_with_those_needed_to_hide_it(
    store: Store, tmp_path: Path
) -> None:
    """One of nine employees answered in English; alone, « not said » would be a mark too."""
    _closed(store, tmp_path)
    with store.reading() as session:
        staff = select(Response.language).join(Stratum, Stratum.id == Response.stratum_id)
        found = session.scalars(staff.where(Stratum.group == "employees")).all()
    assert set(found) == {UNDETERMINED}


def test_a_common_language_stays(store: Store, tmp_path: Path) -> None:
    wave = make.open_wave(store)
    _answer(store, wave, "employees", 6, "en")
    _answer(store, wave, "employees", 8)
    make.close_wave(store)
    with store.reading() as session:
        found = session.execute(select(Response.language)).scalars().all()
    assert sorted(found) == ["en"] * 6 + ["fr"] * 8


def test_who_wants_no_more_messages_gets_none_in_the_next_wave(
    store: Store, tmp_path: Path
) -> None:
    _closed(store, tmp_path)
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        groups = {g: GroupPlan() for g in ("employees", "neighbours")}
        waves.create_wave(session, "next", owner, "small", make.plan(groups=groups))
        waves.open_wave(session, "next", make.DAY)
    added = _invite(store, tmp_path, MAYOR, *STAFF, wave="next")
    assert added.declined == 1
    with store.reading() as session:
        stopped = session.scalars(
            select(Invitation.address).where(Invitation.state == "unsubscribed")
        ).all()
    assert "p3@x.example" in stopped


def test_asked_after_closing_for_no_more_messages_holds_in_the_next_wave_too(
    store: Store, tmp_path: Path
) -> None:
    wave = make.open_wave(store)
    _invite(store, tmp_path, MAYOR, *STAFF)
    with store.reading() as session:
        token = stopping.stop_token(store.key, _id(session, "p5@x.example"))
    make.close_wave(store)
    with store.writing() as session:
        stopping.stop(session, store.key, token)
        owner = session.get_one(Wave, wave).organization
        groups = {g: GroupPlan() for g in ("employees", "neighbours")}
        waves.create_wave(session, "next", owner, "small", make.plan(groups=groups))
    assert _invite(store, tmp_path, *STAFF, wave="next").declined == 1


def test_closing_again_changes_nothing_of_the_marks(store: Store, tmp_path: Path) -> None:
    _closed(store, tmp_path)
    with store.reading() as session:
        before = sorted(map(str, session.scalars(select(Invitation.address))))
    with store.changing() as connection:
        marks = closing._marks(connection, _ended(store), store.key)
    assert sorted(marks.values()) == before


def _ended(store: Store) -> Ended:
    with store.reading() as session:
        return Ended(queries.wave_by_code(session, WAVE).id, make.DAY, anonymous=True)


def test_a_confidential_wave_keeps_its_contacts(store: Store, tmp_path: Path) -> None:
    _closed(store, tmp_path, confidential=True)
    with store.reading() as session:
        assert "mairie@x.example" in session.scalars(select(Invitation.address)).all()


def test_a_group_of_which_few_are_invited_is_named_when_they_are(
    sqlite_store: Store, tmp_path: Path
) -> None:
    make.open_wave(sqlite_store)
    added = _invite(sqlite_store, tmp_path, MAYOR, *STAFF)
    assert added.small == ("neighbours",)
    assert any("neighbours" in line for line in added.lines() if line.startswith("Few"))


def test_a_language_is_counted_at_its_site(store: Store, tmp_path: Path) -> None:
    """Six of thirteen answered in English, one of them at the north: its language is forgotten."""
    _sites(store, north={"en": 1, "fr": 5}, south={"en": 5, "fr": 7})
    make.close_wave(store)
    assert _cells(store) == {("north", "und"): 6, ("south", "en"): 5, ("south", "fr"): 7}


def test_who_alone_has_no_site_is_not_told_by_that(store: Store, tmp_path: Path) -> None:
    _sites(store, north={"fr": 10}, south={"fr": 12}, none={"fr": 1})
    make.close_wave(store)
    assert _cells(store) == {("", "fr"): 11, ("south", "fr"): 12}


def test_a_row_that_comes_late_lies_among_the_others(store: Store, tmp_path: Path) -> None:
    _sites(store, north={"fr": 10})
    make.close_wave(store)
    file = tmp_path / "late.csv"
    file.write_text("response_id,group,site,language,needs_met\ny1,employees,south,en,4\n")
    with store.writing() as session:
        importing.import_answers(session, store, WAVE, file, received_on=make.DAY + DAY)
    forgotten = closing.forget_late(store, WAVE, make.DAY + DAY)
    assert forgotten == {"site": 10, "mode": 4, "channel": 5, "language": 4}
    assert _cells(store) == {("", "und"): 5, ("", "fr"): 6}
    with store.reading() as session:
        assert set(session.scalars(select(Response.received_on))) == {make.DAY}


def _sites(store: Store, **sites: dict[str, int]) -> None:
    wave = make.open_wave(store)
    with store.writing() as session:
        plan = editing.declared(queries.wave_by_code(session, WAVE))
        named = {site: {"fr": site} for site in sites if site != "none"} | {"south": {"fr": "Sud"}}
        editing.change_wave(session, WAVE, plan.model_copy(update={"sites": named}), make.DAY)
    document = make.marks("3232--", make.instrument())
    rows = [
        make.response(wave, document, language=language, site="" if site == "none" else site)
        for site, languages in sites.items()
        for language, n in languages.items()
        for _ in range(n)
    ]
    with store.writing() as session:
        store_rows(session, rows)


def _cells(store: Store) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        for place, language, n in queries.languages(session, wave.id):
            found[place[-1], language] += n
    return dict(found)
