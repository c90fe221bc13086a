"""A release stores whether groups understand the items alike; a part of it has none of that."""

from __future__ import annotations

import random
from datetime import date

from corus.domain.instrument import Instrument
from corus.services import releasing, tallying
from corus.services.viewing import Filter
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make


def four_items() -> Instrument:
    items = [
        {
            "code": f"needs_{n}", "type": "rating", "scale": "agreement_5",
            "text": make.text(f"Énoncé {n}.", f"Statement {n}."),
        }
        for n in range(4)
    ]  # fmt: skip
    criteria = [{"code": i["code"], "label": i["text"], "items": [i]} for i in items]
    needs = {"code": "needs", "label": make.text("Besoins", "Needs"), "criteria": criteria}
    return make.instrument(dimensions=[needs], questions=[])


def answered(draw: random.Random) -> str:
    """Four answers around one opinion."""
    opinion = draw.gauss(2, 0.9)
    return "".join(str(min(4, max(0, round(opinion + draw.gauss(0, 0.6))))) for _ in range(4))


def test_a_release_says_it_and_a_part_of_the_answers_does_not(sqlite_store: Store) -> None:
    the, draw = four_items(), random.Random(7)
    wave = make.open_wave(sqlite_store, of=the)
    rows = [
        make.response(wave, make.marks(answered(draw), the), group=group)
        for group in ("employees", "neighbours")
        for _ in range(220)
    ]
    with sqlite_store.writing() as session:
        store_rows(session, rows)
    make.close_wave(sqlite_store)
    with sqlite_store.writing() as session:
        released = releasing.release(session, "panier-2026", make.DAY)
    (found,) = released.invariance
    assert (found.reached, found.groups, found.items) == ("scalar", ("employees", "neighbours"), 4)
    assert "equal_meaning" not in {one.code for one in released.cautions}
    with sqlite_store.writing() as session:
        record = queries.wave_by_code(session, "panier-2026")
        tally = tallying.refresh(session, record)
        assert releasing.latest_profile(session, "panier-2026") == released
        part = releasing.profile_of_part(session, record, tally, Filter(group=("employees",)))
        assert part.invariance == ()
        now = releasing.current_profile(session, record, 2, date(2026, 4, 1))
    # A page computes none of it: it takes longer than a page may.
    assert now.invariance == ()
