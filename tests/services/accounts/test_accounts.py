"""Accounts: passwords, guessing made slow, one-time links, codes from a telephone, roles, keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from corus.domain.roles import Permission, Role
from corus.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from corus.services import waves
from corus.services.accounts import (
    attempts,
    audit,
    members,
    passwords,
    people,
    second_factor,
    signing_in,
    tickets,
    tokens,
)
from corus.services.accounts.person import person
from corus.store import accounts
from corus.store.engine import Store

DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
KEY = b"a" * 32
GOOD = "une gare sans horloge"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    )
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


def _somebody(store: Store, email: str = "ana@example.org", password: str = GOOD) -> int:
    with store.writing() as session:
        account, _ = people.add(session, email, DAY, proven=True)
        if password:
            people.set_password(session, account, password)
        return account.id


def _sign_in(store: Store, password: str, now: datetime = NOW, email: str = "Ana@Example.org"):  # type: ignore[no-untyped-def]
    with store.writing() as session:
        found = signing_in.asked(session, KEY, email, now)
        right = passwords.agrees(found.stored, password)
        return signing_in.by_password(session, found, right, now).told


def test_who_knows_the_password_is_in_and_nobody_else(store: Store) -> None:
    _somebody(store)
    assert _sign_in(store, GOOD) == "in"
    for wrong in ("", GOOD.upper(), f"{GOOD} ", "x" * 10_000):
        assert _sign_in(store, wrong) == "wrong"
    assert _sign_in(store, GOOD, email="nobody@example.org") == "wrong"


def test_what_is_stored_of_a_password_is_an_argon2id_hash_that_differs_each_time() -> None:
    first, second = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.agrees(first, GOOD)
    assert not passwords.agrees("", GOOD)


@pytest.mark.parametrize(
    "bad", ["short", "a" * 30, "x" * 201, "ana.dupont123!", "ana.dupont@example.org"]
)
def test_a_password_that_is_short_endless_or_obvious_is_refused_with_its_cure(bad: str) -> None:
    with pytest.raises(InputError) as refused:
        passwords.check(bad, "ana.dupont@example.org")
    assert refused.value.code == "ACC-001"
    assert refused.value.hint


def test_after_five_wrong_passwords_each_further_one_costs_a_longer_pause(store: Store) -> None:
    _somebody(store)
    for _ in range(attempts.FREE):
        assert _sign_in(store, "wrong") == "wrong"
    # Even the right one waits: otherwise guessing would cost nothing.
    assert _sign_in(store, GOOD) == "wait"
    assert _sign_in(store, GOOD, NOW + timedelta(seconds=29)) == "wait"
    later = NOW + timedelta(seconds=31)
    assert _sign_in(store, "wrong", later) == "wrong"
    assert _sign_in(store, GOOD, later + timedelta(seconds=59)) == "wait"
    assert _sign_in(store, GOOD, later + timedelta(seconds=61)) == "in"
    # It went well: the count begins anew.
    assert _sign_in(store, "wrong", later + timedelta(seconds=62)) == "wrong"
    with store.reading() as session:
        said = [row.action for row in accounts.audit(session, None, 50)]
    assert said.count("refused") == 1


def test_addresses_that_nobody_has_are_slowed_down_alike_and_not_written_down(
    store: Store,
) -> None:
    for _ in range(attempts.FREE):
        assert _sign_in(store, GOOD, email="ghost@example.org") == "wrong"
    assert _sign_in(store, GOOD, email="ghost@example.org") == "wait"
    with store.reading() as session:
        rows = session.execute(text("SELECT * FROM attempts")).all()
        assert "ghost" not in repr(rows)
        assert accounts.audit(session, None, 50) == []


def test_a_link_works_once_and_only_for_its_time(store: Store) -> None:
    number = _somebody(store, password="")
    with store.writing() as session:
        account = people.by_number(session, number)
        first = tickets.issue(session, account, "invitation", NOW)
        second = tickets.issue(session, account, "invitation", NOW)
    with store.writing() as session, pytest.raises(NotFoundError):
        tickets.redeem(session, first, GOOD, "", NOW)
    with store.writing() as session, pytest.raises(NotFoundError):
        tickets.redeem(session, second, GOOD, "", NOW + timedelta(days=15))
    with store.writing() as session:
        assert tickets.redeem(session, second, GOOD, "Ana D.", NOW).name == "Ana D."
    with store.writing() as session, pytest.raises(NotFoundError):
        tickets.redeem(session, second, "another good password", "", NOW)
    assert _sign_in(store, GOOD) == "in"


def test_the_database_holds_no_link_no_key_and_no_password(store: Store) -> None:
    number = _somebody(store)
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier")
        account = people.by_number(session, number)
        members.give(session, account, place, Role.RESEARCHER, DAY)
        link = tickets.issue(session, account, "reset", NOW)
        who = person(session, number, DAY)
        assert who is not None
        key = tokens.make(session, who, place, Role.RESEARCHER, "carnet", DAY)
    with store.reading() as session:
        tables = ("accounts", "tickets", "tokens", "attempts", "audit")
        held = "".join(repr(session.execute(text(f"SELECT * FROM {t}")).all()) for t in tables)
    for secret in (link, key, key.removeprefix(tokens.PREFIX), GOOD):
        assert secret not in held


def test_a_new_password_ends_every_session_and_every_link(store: Store) -> None:
    number = _somebody(store)
    with store.writing() as session:
        account = people.by_number(session, number)
        before = account.stamp
        link = tickets.issue(session, account, "reset", NOW)
        people.set_password(session, account, "another good password")
        assert account.stamp > before
    with store.reading() as session, pytest.raises(NotFoundError):
        tickets.whose(session, link, NOW)


def test_a_code_from_the_telephone_is_asked_for_and_taken_once(store: Store) -> None:
    number = _somebody(store)
    with store.writing() as session:
        account = people.by_number(session, number)
        totp = pyotp.TOTP(second_factor.begin(KEY, account))
        with pytest.raises(InputError):
            second_factor.turn_on(KEY, account, "000000", NOW)
        second_factor.turn_on(KEY, account, totp.at(NOW), NOW)
    assert _sign_in(store, GOOD) == "code"
    soon = NOW + timedelta(seconds=30)
    for code, now, told in (
        (totp.at(NOW), NOW, "wrong"),  # used to turn it on
        (totp.at(soon), soon, "in"),
        (totp.at(soon), soon, "wrong"),
        ("١٢٣٤٥٦", soon, "wrong"),
        (totp.at(NOW + timedelta(seconds=120)), soon, "wrong"),
    ):
        with store.writing() as session:
            account = people.by_number(session, number)
            assert signing_in.by_code(session, KEY, account, code, now).told == told
    with store.writing() as session:
        account = people.by_number(session, number)
        old = second_factor.secret(KEY, number, account.totp)
        second_factor.turn_off(account)
        assert second_factor.begin(KEY, account) != old
    assert _sign_in(store, GOOD) == "in"


def test_codes_are_those_of_rfc_6238(store: Store) -> None:
    # Appendix B, SHA-1, at 59 s: 94287082 (eight digits), of which applications show the last six.
    assert pyotp.TOTP(pyotp.random_base32()).digits == 6
    shared = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert second_factor._step(shared, "287082", datetime.fromtimestamp(59, UTC)) == 1


def test_the_last_manager_and_the_last_administrator_stay(store: Store) -> None:
    number = _somebody(store)
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier")
        account = people.by_number(session, number)
        account.is_admin = True
        members.give(session, account, place, Role.MANAGER, DAY)
    with store.writing() as session, pytest.raises(ConflictError, match="last manager"):
        members.withdraw(session, number, members.organization(session, "le_panier"),
                         Role.MANAGER, DAY)  # fmt: skip
    with store.writing() as session, pytest.raises(ConflictError, match="last administrator"):
        people.end(session, people.by_number(session, number), DAY, None)


def test_reading_for_accreditation_ends_by_itself_after_a_year_at_most(store: Store) -> None:
    number = _somebody(store)
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier")
        account = people.by_number(session, number)
        held = members.give(session, account, place, Role.ACCREDITOR, DAY)
        assert held.until == DAY + timedelta(366)
        with pytest.raises(InputError):
            members.give(session, account, place, Role.ACCREDITOR, DAY, until=DAY + timedelta(400))
        members.give(session, account, place, Role.ACCREDITOR, DAY, until=DAY + timedelta(30))
    with store.reading() as session:
        inside = person(session, number, DAY + timedelta(30))
        after = person(session, number, DAY + timedelta(31))
    assert inside is not None
    assert after is not None
    assert inside.may(Permission.READ, "le_panier")
    assert not inside.may(Permission.FOLLOW, "le_panier")
    assert not after.may(Permission.READ, "le_panier")


def test_a_key_acts_in_one_role_and_falls_with_it(store: Store) -> None:
    number = _somebody(store)
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier")
        account = people.by_number(session, number)
        account.is_admin = True
        for role in (Role.MANAGER, Role.RESEARCHER):
            members.give(session, account, place, role, DAY)
        who = person(session, number, DAY)
        assert who is not None
        key = tokens.make(session, who, place, Role.RESEARCHER, "carnet", DAY)
        with pytest.raises(RefusedError):
            tokens.make(session, who, place, Role.ACCREDITOR, "carnet", DAY)
    with store.reading() as session:
        found = tokens.bearer(session, key, DAY)
        assert found is not None
        assert found[0].may(Permission.MICRODATA, "le_panier")
        assert not found[0].may(Permission.MEMBERS, "le_panier")
        assert not found[0].may(Permission.INSTANCE)
        assert tokens.bearer(session, key + "x", DAY) is None
        assert tokens.bearer(session, key, DAY + timedelta(400)) is None
    with store.writing() as session:
        place = members.organization(session, "le_panier")
        members.withdraw(session, number, place, Role.RESEARCHER, DAY)
    with store.reading() as session:
        assert tokens.bearer(session, key, DAY) is None


def test_an_address_that_another_house_opened_is_given_no_role_until_it_is_proven(
    store: Store,
) -> None:
    with store.writing() as session:
        theirs = waves.create_organization(session, "La Ruche")
        ours = waves.create_organization(session, "Le Panier")
        account, _ = people.add(session, "bob@example.org", DAY, organization_id=theirs.id)
        members.give(session, account, theirs, Role.FACILITATOR, DAY)
        # They were shown the link, and may have chosen the password themselves.
        shown = tickets.issue(session, account, "invitation", NOW)
        tickets.redeem(session, shown, GOOD, "", NOW)
        for _ in ("while they hold a role there", "and when it was withdrawn"):
            with pytest.raises(ConflictError) as refused:
                members.check_known(account, ours)
            assert refused.value.code == "ACC-020"
            members.check_known(account, theirs)
            if members_of(session, theirs):
                members.withdraw(session, account.id, theirs, Role.FACILITATOR, DAY)
        mailed = tickets.issue(session, account, "reset", NOW, proves=True)
        tickets.redeem(session, mailed, "chosen by its owner", "", NOW)
        members.check_known(account, ours)


def test_the_log_says_in_words_who_did_what_and_knows_no_other_action(store: Store) -> None:
    from corus.language import words

    number = _somebody(store)
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier")
        account = people.by_number(session, number)
        members.give(session, account, place, Role.MANAGER, DAY, by=number)
        with pytest.raises(KeyError):
            audit.note(session, None, None, "something_else")
        with pytest.raises(KeyError):
            audit.note(session, None, None, "role_given", email="x")
    with store.reading() as session:
        lines = audit.of_organization(session, members.organization(session, "le_panier"))
    assert [line.sentence(words("fr")) for line in lines] == [
        "ana@example.org a reçu un rôle\u202f: Gestion"
    ]


def members_of(session, place) -> list[str]:  # type: ignore[no-untyped-def]
    return [row.email for row in accounts.members(session, place.code)]


def test_who_vouches_for_an_address_shuts_out_whoever_chose_its_password_before(
    store: Store,
) -> None:
    with store.writing() as session:
        theirs = waves.create_organization(session, "La Ruche")
        account, _ = people.add(session, "bob@example.org", DAY, organization_id=theirs.id)
        tickets.redeem(session, tickets.issue(session, account, "invitation", NOW), GOOD, "", NOW)
        before = account.stamp
        people.add(session, "bob@example.org", DAY, admin=True, proven=True)
        assert (account.password, account.stamp > before, account.is_admin) == ("", True, True)
    assert _sign_in(store, GOOD, email="bob@example.org") == "wrong"


def test_failures_elsewhere_do_not_keep_somebody_out_of_their_own_device(store: Store) -> None:
    number = _somebody(store)
    for _ in range(12):
        _sign_in(store, "a wrong guess")
    assert _sign_in(store, GOOD) == "wait"
    with store.writing() as session:
        found = signing_in.asked(session, KEY, "ana@example.org", NOW, known=number)
        assert not found.wait
        assert signing_in.by_password(session, found, right=True, now=NOW).told == "in"


def test_a_password_changed_between_reading_and_settling_lets_nobody_in(store: Store) -> None:
    _somebody(store)
    with store.writing() as session:
        found = signing_in.asked(session, KEY, "ana@example.org", NOW)
        people.set_password(session, people.by_email(session, "ana@example.org"), "another one now")
        assert signing_in.by_password(session, found, right=True, now=NOW).told == "wrong"


def test_a_crowd_that_tries_passwords_is_turned_away_at_once() -> None:
    with ExitStack() as held:
        for _ in range(passwords.WAITING):
            passwords._places.acquire()
            held.callback(passwords._places.release)
        with pytest.raises(UnavailableError) as refused:
            passwords.agrees("", GOOD)
    assert refused.value.code == "ACC-021"


def test_the_last_manager_cannot_give_themselves_a_last_day(store: Store) -> None:
    number = _somebody(store)
    with store.writing() as session:
        place, account = (
            waves.create_organization(session, "Le Panier"),
            people.by_number(session, number),
        )
        members.give(session, account, place, Role.MANAGER, DAY)
        with pytest.raises(ConflictError) as refused:
            members.give(session, account, place, Role.MANAGER, DAY, until=DAY)
        assert refused.value.code == "ACC-010"


def test_what_concerns_an_account_stands_in_the_log_of_each_organization_it_works_for(
    store: Store,
) -> None:
    number = _somebody(store)
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier")
        account = people.by_number(session, number)
        members.give(session, account, place, Role.MANAGER, DAY)
        people.note_reset(session, account, None)
        people.add(session, account.email, DAY, admin=True)
        said = [line.said for line in audit.of_organization(session, place)]
        everywhere = [line.said for line in audit.of_instance(session)]
    assert audit.SAID["reset_asked"] in said
    assert audit.SAID["made_admin"] in everywhere


def test_older_lines_of_the_log_are_on_further_pages(store: Store) -> None:
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier")
        for n in range(audit.SHOWN + 3):
            audit.note(session, place.id, None, "draft_deleted", code=f"c{n}")
        pages = [audit.of_organization(session, place, n) for n in (1, 2, 3)]
    assert [len(p) for p in pages] == [audit.SHOWN, 3, 0]
    assert pages[1][-1].names["code"] == "c0"
