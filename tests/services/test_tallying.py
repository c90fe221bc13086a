"""Counting a wave from its database: read together, the answers are those read one by one."""

from __future__ import annotations

import random

import numpy as np
import orjson
import pytest
from sqlalchemy import select, update

from corus.analysis import Batch, Stratum, Tally, count, merge
from corus.domain.answer import Answer, State, encode
from corus.domain.wave import WaveState
from corus.services import tallying
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Response
from corus.store.writer import store_rows
from tests import factories as make

THE = make.instrument()
WAVE = "panier-2026"
WORDS = ("Un café « ensemble »", "première ligne\nseconde ligne", "🍲", "")


def _document(draw: random.Random) -> bytes:
    answers = {
        "needs_met": Answer(State.GIVEN, draw.randrange(5)),
        "needs_missed": Answer(draw.choice((State.DONT_KNOW, State.SKIPPED))),
        "priority": Answer(State.GIVEN, (draw.choice(("needs", "democracy")),)),
        "surprise": Answer(State.GIVEN, draw.choice(WORDS)),
    }
    return encode(answers, THE)


def _answered(store: Store, number: int) -> None:
    wave, draw = make.open_wave(store), random.Random(5)
    rows = [
        make.response(
            wave, _document(draw), group=draw.choice(("employees", "neighbours")),
            mode=draw.choice(("self", "paper")),
        )
        for _ in range(number)
    ]  # fmt: skip
    with store.writing() as session:
        store_rows(session, rows, states=frozenset({WaveState.OPEN.value}))


def _one_by_one(session, wave) -> Tally:
    tally = Tally.empty(THE)
    for place, documents in queries.documents(session, wave.id):
        where = np.zeros(len(documents), np.int64)
        tally = merge(tally, count(Batch([Stratum(*place)], where, documents), THE))
    return tally


@pytest.mark.parametrize("number", [0, 1, 2, 60])
@pytest.mark.parametrize("at_once", [50, 500, queries.AT_ONCE])
def test_answers_read_together_count_as_those_read_one_by_one(
    store: Store, number: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answered(store, number)
    monkeypatch.setattr(queries, "AT_ONCE", at_once)
    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        found = tallying.rebuild(session, wave)
        assert found == _one_by_one(session, wave)
        assert found.responses.sum() == number


def test_read_together_every_document_is_there_once_and_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answered(store, 60)
    monkeypatch.setattr(queries, "AT_ONCE", 200)
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        parts = list(queries.lines(session, wave.id))
        together = [(p, one) for p, _, text in parts for one in text.decode().split("\n")]
        alone = [(p, one) for p, some in queries.documents(session, wave.id) for one in some]
    assert any(number > 1 for _, number, _ in parts)
    assert sum(number for _, number, _ in parts) == 60
    assert sorted(together) == sorted(alone)


def test_a_document_written_on_several_lines_counts_as_on_one(store: Store) -> None:
    _answered(store, 20)
    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        before = tallying.rebuild(session, wave)
        first = session.scalars(select(Response.document).limit(1)).one()
        spread = orjson.dumps(orjson.loads(first), option=orjson.OPT_INDENT_2).decode()
        assert "\n" in spread
        session.execute(update(Response).where(Response.document == first).values(document=spread))
        assert tallying.rebuild(session, wave) == before


def test_a_large_wave_is_counted_in_several_batches(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answered(sqlite_store, 60)
    monkeypatch.setattr(tallying, "AT_ONCE", 7)
    with sqlite_store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        assert len(list(tallying._batches(session, wave))) > 1
        assert tallying.rebuild(session, wave) == _one_by_one(session, wave)
