"""Released waves of one small organization, and a manager who looks after them."""

from __future__ import annotations

from collections.abc import Mapping

from corus.services import releasing
from corus.services.accounts import people
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

FIRST, SECOND = "panier-2026", "panier-2027"
THE = make.instrument()


def released(store: Store, groups: Mapping[str, list[str]], code: str = FIRST) -> None:
    """A closed and released wave; group → marks of needs_met, needs_missed, democracy ×2."""
    wave = make.open_wave(store, code)
    rows = [
        make.response(wave, make.marks(f"{marks}--", THE), group=group)
        for group, people_ in groups.items()
        for marks in people_
    ]
    with store.writing() as session:
        store_rows(session, rows)
    make.close_wave(store, code)
    release(store, code)


def release(store: Store, code: str = FIRST) -> None:
    with store.writing() as session:
        releasing.release(session, code, make.DAY)


def spread(low: int, high: int) -> list[str]:
    """``low`` persons who find everything bad, ``high`` who find everything good: two items of
    each dimension, the second one reversed."""
    return ["0404"] * low + ["4040"] * high


def manager(store: Store) -> int:
    with store.writing() as session:
        account, _ = people.add(session, "gerance@panier.example", make.DAY, proven=True)
        session.flush()
        return account.id


def organization(store: Store, code: str = FIRST) -> int:
    with store.reading() as session:
        return queries.wave_by_code(session, code).organization_id
