"""Lists of contacts: what people export is understood, and everything wrong is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from corus.errors import InputError, RefusedError
from corus.services import links, waves
from corus.services.inviting import invite
from corus.services.inviting.contacts import address_of, one_line
from corus.services.inviting.headings import language_of
from corus.services.waves import plan_of
from corus.store import invitations, queries
from corus.store.engine import Store
from corus.store.models import Invitation, JournalEntry
from tests.factories import DAY, open_wave
from tests.services.inviting.factories import WAVE, invite_to, table

HEAD = "groupe;courriel;nom;langue;adresse postale"


def _import(store: Store, path: Path) -> invite.Added:
    with store.writing() as session:
        return invite.import_contacts(session, store.key, WAVE, path, DAY)


def _refused(store: Store, path: Path) -> dict[tuple[int, str], str]:
    """(row, code) → column of everything that was refused; nothing was stored."""
    with pytest.raises(InputError) as caught:
        _import(store, path)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0
    said = " ".join(map(str, caught.value.faults))
    assert "@" not in said.replace("name@example.org", "").replace("the @", "")
    return {(f.line, f.code): f.column for f in caught.value.faults}


def _people(store: Store) -> list[invitations.Invitee]:
    with store.reading() as session:
        return invitations.people(session, 1)


def test_a_french_list_with_labels_of_groups_is_understood(store: Store, tmp_path: Path) -> None:
    open_wave(store)
    rows = [
        "RIVERAINS;;Zoé Martin;;12, rue des Lilas, 38000 Grenoble",
        "Neighbours;Luc <luc@panier.example>;Luc;Anglais;",
        "Salariées et salariés;mailto:x@panier.example;;EN;",
    ]
    path = table(tmp_path / "l.csv", rows, HEAD)
    added = _import(store, path)
    assert added.added == {"employees": 1, "neighbours": 2}
    found = {p.address: p for p in _people(store)}
    assert found[None].postal == "12, rue des Lilas\n38000 Grenoble"
    assert found["luc@panier.example"].language == "en"
    assert found["x@panier.example"].language == "en"
    assert found[None].language == "fr"


def test_an_english_workbook_with_an_address_in_several_columns(
    sqlite_store: Store, tmp_path: Path
) -> None:
    open_wave(sqlite_store)
    book = Workbook()
    sheet = book.active
    sheet.append(["First name", "Last name", "Stakeholder group", "Street", "Postal code", "City",
                  "Phone"])  # fmt: skip
    sheet.append(["Ada", "Byron", "neighbours", "1 Mill Lane", 38000, "Grenoble", "0600"])
    book.save(tmp_path / "l.xlsx")
    added = _import(sqlite_store, tmp_path / "l.xlsx")
    (ada,) = _people(sqlite_store)
    assert (ada.name, ada.postal) == ("Ada Byron", "1 Mill Lane\n38000 Grenoble")
    assert "Columns not read: Phone." in list(added.lines())


def test_everything_wrong_is_told_at_once_with_row_and_column_and_nothing_is_stored(
    store: Store, tmp_path: Path
) -> None:
    open_wave(store)
    rows = [
        "employees;a@panier.example;;fr;",
        "martiens;b@panier.example;;fr;",
        ";c@panier.example;;fr;",
        "employees;pas une adresse;;fr;",
        "employees;é@panier.example;;fr;",
        "employees;d@panier.example;;klingon;",
        "employees;;Sans adresse;;",
        "employees;A@panier.example;encore;fr;",
        f"employees;e@panier.example;{'x' * 201};fr;",
        "employees;;Long;;a|b|c|d|e|f",
        "employees;f@panier.example",
        "employees;g@panier.example, h@panier.example;;fr;",
    ]
    assert _refused(store, table(tmp_path / "l.csv", rows, HEAD)) == {
        (3, "CTC-010"): "groupe",
        (4, "CTC-010"): "groupe",
        (5, "CTC-011"): "courriel",
        (6, "CTC-011"): "courriel",
        (7, "CTC-014"): "langue",
        (8, "CTC-013"): "courriel",
        (9, "CTC-012"): "",
        (10, "CTC-015"): "nom",
        (11, "CTC-016"): "adresse postale",
        (12, "IMP-010"): "",
        (13, "CTC-011"): "courriel",
    }


@pytest.mark.parametrize(
    ("head", "code"),
    [("courriel;nom", "CTC-001"), ("groupe;nom", "CTC-002"), ("groupe;mail;e-mail", "CTC-003")],
)
def test_a_file_without_the_columns_it_needs_is_no_list(
    sqlite_store: Store, tmp_path: Path, head: str, code: str
) -> None:
    open_wave(sqlite_store)
    cells = ";".join("x" * (head.count(";") + 1))
    path = table(tmp_path / "l.csv", [cells], head)
    assert (1, code) in _refused(sqlite_store, path)


def test_a_longer_list_adds_only_its_new_people(store: Store, tmp_path: Path) -> None:
    open_wave(store)
    path = tmp_path / "l.csv"
    invite_to(store, path, ["a@panier.example", "b@panier.example"])
    added = _import(store, table(path, ["employees;B@panier.example;;;",
                                        "employees;c@panier.example;;;",
                                        "neighbours;;Zoé;;1 rue X"], HEAD))  # fmt: skip
    assert (added.already, added.added) == (1, {"employees": 1, "neighbours": 1})
    again = _import(store, path)
    assert (again.already, again.added) == (3, {})
    with store.reading() as session:
        plan = plan_of(queries.wave_by_code(session, WAVE))
    assert {g: p.invited for g, p in plan.groups.items()} == {"employees": 3, "neighbours": 1}
    assert plan.groups["employees"].population == 40


def test_a_person_invited_in_another_group_is_a_fault(store: Store, tmp_path: Path) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", ["a@panier.example"])
    with pytest.raises(InputError) as caught:
        invite_to(store, tmp_path / "l.csv", ["a@panier.example", "b@panier.example"], "neighbours")
    assert [f.code for f in caught.value.faults] == ["CTC-017"]
    assert len(_people(store)) == 1


def test_who_wanted_no_more_messages_is_written_to_no_more_in_the_next_wave(
    store: Store, tmp_path: Path
) -> None:
    open_wave(store, "avant-2025")
    with store.writing() as session:
        path = table(tmp_path / "l.csv", ["employees;a@panier.example;;"])
        invite.import_contacts(session, store.key, "avant-2025", path, DAY)
        person = invitations.people(session, 1)[0]
        invitations.set_state(session, person.id, "unsubscribed", instead_of="active")
    open_wave(store)
    with store.writing() as session:
        path = table(
            tmp_path / "l.csv", ["employees;a@panier.example;;", "employees;b@x.example;;"]
        )
        added = invite.import_contacts(session, store.key, WAVE, path, DAY)
        states = {p.address: p.state for p in invitations.people(session, 2)}
    assert added.declined == 1
    assert states == {"a@panier.example": "unsubscribed", "b@x.example": "active"}


def test_nobody_is_invited_to_a_closed_wave_and_anybody_to_a_draft(
    sqlite_store: Store, tmp_path: Path
) -> None:
    open_wave(sqlite_store)
    with sqlite_store.writing() as session:
        queries.wave_by_code(session, WAVE).state = "draft"
    invite_to(sqlite_store, tmp_path / "l.csv", ["a@panier.example"])
    with sqlite_store.writing() as session:
        queries.wave_by_code(session, WAVE).state = "open"
        waves.close_wave(session, WAVE, DAY)
    with pytest.raises(RefusedError, match="INV-001"):
        invite_to(sqlite_store, tmp_path / "l.csv", ["b@panier.example"])


def test_rows_lie_in_no_order_and_the_journal_names_nobody(store: Store, tmp_path: Path) -> None:
    open_wave(store)
    addresses = [f"p{n:03}@panier.example" for n in range(100)]
    invite_to(store, tmp_path / "l.csv", addresses)
    with store.engine.connect() as connection:
        lying = (
            connection.exec_driver_sql("SELECT address, name, who FROM invitations").scalars().all()
        )
    assert sorted(lying) == addresses
    assert list(lying) not in (addresses, addresses[::-1])
    with store.reading() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "invited")).one()
    assert entry.detail == {"added": 100}


def test_a_revoked_invitation_counts_no_more(store: Store, tmp_path: Path) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", ["a@panier.example", "b@panier.example"])
    with store.writing() as session:
        invite.revoke(session, store.key, WAVE, "A@Panier.example", DAY)
        assert plan_of(queries.wave_by_code(session, WAVE)).groups["employees"].invited == 1
    with pytest.raises(Exception, match="INV-002"), store.writing() as session:
        invite.revoke(session, store.key, WAVE, "a@panier.example", DAY)


def test_a_letter_is_revoked_by_its_code_and_the_list_says_who_is_not_invited_again(
    store: Store, tmp_path: Path
) -> None:
    open_wave(store)
    invite_to(store, tmp_path / "l.csv", ["a@panier.example", "b@panier.example"])
    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        first = invitations.people(session, wave.id)[0]
        code = links.token(store.key, first.id)
        printed = (
            f"https://panier.example/i/{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}".upper()
        )
        invite.revoke(session, store.key, WAVE, "", DAY, link=printed)
    with store.reading() as session:
        states = {p.address: p.state for p in invitations.people(session, wave.id)}
    assert states[first.address] == "revoked"
    assert sorted(states.values()) == ["active", "revoked"]
    again = invite_to(store, tmp_path / "l.csv", ["a@panier.example", "b@panier.example"])
    assert again.revoked == 1
    assert any("NOT invited again" in line for line in again.lines())
    with pytest.raises(Exception, match="INV-002"), store.writing() as session:
        invite.revoke(session, store.key, WAVE, "", DAY, link="aaaa-bbbb")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Anne@Exemple.FR", "anne@exemple.fr"),
        (" a.b+c@x-y.example ", "a.b+c@x-y.example"),
        ("a@café.fr", "a@xn--caf-dma.fr"),
        ("Anne <a@b.fr>", "a@b.fr"),
        *((bad, None) for bad in (
            "a", "a@b", "a@@b.fr", "a@b..fr", ".a@b.fr", "a.@b.fr", "a b@c.fr", "a@-b.fr",
            "a@b.fr\nBcc: c@d.fr", "a@b.fr,c@d.fr", f"{'a' * 65}@b.fr", "a@1.2.3.4", "a@b.fr;",
            "é@b.fr", f"a@{'b.' * 130}fr", '"a b"@c.fr', "a@b_c.fr",
        )),
    ],
)  # fmt: skip
def test_addresses(written: str, found: str | None) -> None:
    assert address_of(written) == found


@pytest.mark.parametrize(
    ("written", "code"),
    [("", "fr"), ("FR", "fr"), ("fr_FR", "fr"), ("Français", "fr"), ("english", "en"),
     ("en-GB", "en"), ("de", None), ("x", None)],
)  # fmt: skip
def test_languages(written: str, code: str | None) -> None:
    assert language_of(written, ("fr", "en")) == code


def test_a_name_is_one_line_of_letters_in_reading_order() -> None:
    assert one_line("  Ana\r\nBcc: x\t\u202eeve\x00 ") == "Ana Bcc: x eve"
