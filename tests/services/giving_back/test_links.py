"""Links of pages given back: open until withdrawn, and nowhere in the database."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corus.errors import NotFoundError
from corus.services.giving_back import links
from corus.store.account_models import SharedPage
from corus.store.engine import Store
from tests import factories as make
from tests.services.giving_back import waves

KEY = b"g" * 32


@pytest.fixture
def by(sqlite_store: Store) -> int:
    return _manager(sqlite_store)


def _manager(store: Store) -> int:
    waves.released(store, {"employees": waves.spread(6, 14), "neighbours": waves.spread(1, 2)})
    return waves.manager(store)


def _share(store: Store, by: int, group: str = "employees") -> str:
    with store.writing() as session:
        links.share(session, KEY, waves.FIRST, group, make.DAY, by=by)
    return links.token(KEY, waves.FIRST, group)


def _opens(store: Store, token: str) -> tuple[str, str]:
    with store.reading() as session:
        wave, group = links.opened(session, token)
        return wave.code, group


def test_a_link_opens_its_page_until_it_is_withdrawn_and_is_the_same_again(store: Store) -> None:
    by = _manager(store)
    token = _share(store, by)
    assert _share(store, by) == token
    assert _opens(store, token) == (waves.FIRST, "employees")
    with store.writing() as session:
        links.withdraw(session, waves.FIRST, "employees", make.DAY, by=by)
    with pytest.raises(NotFoundError, match="DEC-004") as gone:
        _opens(store, token)
    with pytest.raises(NotFoundError) as never:
        _opens(store, "a" * 16)
    assert str(gone.value) == str(never.value)
    assert _opens(store, _share(store, by)) == (waves.FIRST, "employees")


def test_who_has_the_database_has_no_link(sqlite_store: Store, by: int) -> None:
    token = _share(sqlite_store, by)
    with sqlite_store.reading() as session:
        page = session.scalars(select(SharedPage)).one()
        assert token.encode() not in page.token
        assert len(page.token) == 32
    other = links.token(b"h" * 32, waves.FIRST, "employees")
    assert other != token
    assert links.token(KEY, waves.FIRST, "neighbours") != token


def test_a_group_that_the_wave_lacks_has_no_page(sqlite_store: Store, by: int) -> None:
    with sqlite_store.writing() as session, pytest.raises(NotFoundError, match="DEC-003"):
        links.share(session, KEY, waves.FIRST, "funders", make.DAY, by=by)


def test_a_group_of_three_has_a_page_too(sqlite_store: Store, by: int) -> None:
    assert _opens(sqlite_store, _share(sqlite_store, by, "neighbours")) == (
        waves.FIRST,
        "neighbours",
    )
