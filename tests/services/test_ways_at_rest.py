"""Once an anonymous wave is closed, the way in which one answered leads nobody to the answer.

Who invited, helped or stood beside knows of some people how they answered.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from sqlalchemy import select

from corus.domain.rare import UNKNOWN
from corus.services import releasing, tallying
from corus.store import hiding, queries
from corus.store.engine import Store
from corus.store.models import Response, Stratum, Wave
from corus.store.writer import store_rows
from tests import factories as make

OUTWARD = (Stratum.group, Stratum.variant, Stratum.mode, Stratum.channel, Stratum.site)
"""What somebody outside may know of a person, beside the language."""
USUAL, LEAST = 36, 5
DRAWN_BY = hiding.LOT


def _answered(store: Store, *ways: dict[str, str], usual: int = USUAL) -> int:
    """A wave in which many answered alone by an open link, and one in each of these ways."""
    wave = make.open_wave(store)
    document = make.marks("3232--", make.instrument())
    rare = [make.response(wave, make.marks("2323--", make.instrument()), **way) for way in ways]
    many = [make.response(wave, document) for _ in range(usual)]
    with store.writing() as session:
        store_rows(session, [*many, *rare])
    return wave


def _kinds(store: Store) -> Counter[tuple[str, ...]]:
    with store.reading() as session:
        asked = select(*OUTWARD, Response.language)
        rows = session.execute(asked.join(Response, Response.stratum_id == Stratum.id))
        return Counter(tuple(row) for row in rows)


@pytest.mark.parametrize(
    "way",
    [
        {"mode": "assisted_structure"},
        {"channel": "kiosk"},
        {"channel": "paper", "mode": "paper"},
        {"language": "en"},
        {"mode": "interview", "channel": "kiosk", "language": "en"},
    ],
)
def test_whoever_knows_how_one_person_answered_finds_five_answers(
    store: Store, way: dict[str, str]
) -> None:
    _answered(store, way)
    make.close_wave(store)
    kinds = _kinds(store)
    assert sum(kinds.values()) == USUAL + 1
    assert min(kinds.values()) >= LEAST
    with store.reading() as session:
        asked = select(Stratum.mode, Stratum.channel, Response.language)
        joined = asked.join(Response, Response.stratum_id == Stratum.id)
        (found,) = session.execute(joined.where(Response.document.contains("2323"))).all()
    forgotten = {"mode": UNKNOWN, "channel": UNKNOWN, "language": "und"}
    usual = {"mode": "self", "channel": "open", "language": "fr"}
    for name, kept in zip(forgotten, found, strict=True):
        assert kept in (forgotten[name], usual[name] if name not in way else None)


def test_nobody_keeps_a_rare_way_or_language_for_being_alone_in_a_form(store: Store) -> None:
    """The only one of 37 who answered in English, with help, did so on the short form."""
    way = {"language": "en", "mode": "assisted_structure", "variant": "express"}
    _answered(store, way)
    make.close_wave(store)
    (found,) = (kind for kind in _kinds(store) if kind[1] == "express")
    assert (found[2], found[-1]) == (UNKNOWN, "und")


def test_what_all_of_a_group_share_stays_where_few_are_alike(store: Store) -> None:
    _answered(store, {"variant": "express"})
    make.close_wave(store)
    assert {kind[2:4] for kind in _kinds(store)} == {("self", "open")}


def test_who_joins_the_rare_ones_is_drawn_anew_each_time(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their keys, the one that does not follow the rule of drawing would stand out."""
    drawn: list[list[bytes]] = []

    class Lot:
        def sample(self, found: list[bytes], n: int) -> list[bytes]:
            drawn.append(found)
            return found[-n:]

    monkeypatch.setattr(hiding, "LOT", Lot())
    _answered(sqlite_store, {"mode": "paper"})
    make.close_wave(sqlite_store)
    assert [len(found) for found in drawn[:2]] == [1, USUAL]
    assert isinstance(DRAWN_BY, random.SystemRandom)


def test_ways_that_many_share_stay_and_no_stratum_tells_of_one_that_is_gone(store: Store) -> None:
    _answered(store, *[{"mode": "paper", "channel": "paper"}] * 6, {"mode": "interview"})
    make.close_wave(store)
    kinds = _kinds(store)
    modes: Counter[str] = Counter()
    for kind, n in kinds.items():
        modes[kind[2]] += n
    assert modes == {"self": USUAL - 4, "paper": 6, UNKNOWN: 5}
    with store.reading() as session:
        assert set(session.scalars(select(Stratum.mode))) == {"self", "paper", UNKNOWN}


def test_a_confidential_wave_keeps_how_each_answered(store: Store) -> None:
    wave = _answered(store, {"mode": "paper"})
    with store.writing() as session:
        one = session.get_one(Wave, wave)
        one.plan = one.plan.replace('"anonymity":"anonymous"', '"anonymity":"confidential"')
    make.close_wave(store)
    assert {kind[2] for kind in _kinds(store)} == {"self", "paper"}


def test_counts_and_results_follow_and_say_what_share_is_unknown(store: Store) -> None:
    _answered(store, *[{"mode": "paper", "channel": "paper"}] * 2)
    make.close_wave(store)
    with store.writing() as session:
        assert not tallying.check(session, queries.wave_by_code(session, "panier-2026")).differing
        profile = releasing.release(session, "panier-2026", make.DAY)
    (line,) = (one for one in profile.coverage if one.group == "employees")
    assert line.by_mode == {"self": USUAL - 3, UNKNOWN: 5}
    assert line.by_channel == {"open": USUAL - 3, UNKNOWN: 5}
