"""`corus tally`: what is counted is told in steps, and one wrong number is found and named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.analysis import Tally
from corus.config import read_settings
from corus.domain.answer import Answer, State, encode
from corus.domain.instrument import Instrument
from corus.services import publishing, responding, returning, tallying, updating
from corus.services.responding import Way
from corus.store import queries
from corus.store.engine import Store, open_store
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
FORM = {"q.needs_met": ["4"], "q.needs_missed": ["2"], "q.democracy_met": ["dont_know"]}


def _instance(corus, tmp_path: Path, n: int) -> Store:
    """The scratch instance with an open wave and ``n`` answers."""
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    wave = make.open_wave(store)
    _store(store, wave, n)
    return store


def _store(store: Store, wave: int, n: int) -> None:
    answers = {"needs_met": make.given(3), "needs_missed": Answer(State.DONT_KNOW)}
    document = encode(answers, make.instrument())
    with store.writing() as session:
        store_rows(session, [make.response(wave, document) for _ in range(n)])


def test_a_wave_is_counted_in_steps_and_tells_no_strata(corus, tmp_path: Path) -> None:
    store = _instance(corus, tmp_path, 13)
    assert f"{WAVE}: responses counted: ≥ 10.\n" in corus("tally", WAVE).output
    told = json.loads(corus("tally", WAVE, "--check", "--json").output)
    assert (told["responses"], told["differing"]) == ("≥ 10", [])
    assert "strata" not in told
    assert told["tables"]["complete_products"] == {"per_stratum": [2, 2, 2]}
    make.close_wave(store)
    assert f"{WAVE}: responses counted: ≥ 10.\n" in corus("tally", WAVE).output


def test_fewer_than_five_answers_are_never_told(corus, tmp_path: Path) -> None:
    make.close_wave(_instance(corus, tmp_path, 3))
    assert "n < 5 in each group" in corus("tally", WAVE).output


@pytest.mark.parametrize("few", [0, 1, 3, 4])
def test_less_the_groups_that_are_told_the_tally_leaves_nothing_of_a_masked_one(
    corus, tmp_path: Path, few: int
) -> None:
    """23 are told as 20: with three more, a sum of 25 would say that somebody of them answered."""
    store = _instance(corus, tmp_path, 23)
    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        document = make.marks("3232--", make.instrument())
        rows = [make.response(wave.id, document, group="neighbours") for _ in range(few)]
        store_rows(session, rows)
    told = corus("tally", WAVE).output
    assert f"{WAVE}: responses counted: ≥ 20.\n" in told
    make.close_wave(store)
    assert corus("tally", WAVE).output == told


def test_a_scheduler_is_refused_where_nothing_is_counted_on_a_cluster(corus) -> None:
    corus("init")
    for engine in ([], ["--engine", "here"]):
        told = corus("tally", "anything", *engine, "--scheduler", "tcp://127.0.0.1:1", code=2)
        assert "add --engine dask" in told.stderr


@pytest.mark.parametrize("name", ["responses", "marks", "scores", "pairs", "complete_products"])
def test_one_wrong_number_is_found_named_and_mended(corus, tmp_path: Path, name: str) -> None:
    store = _instance(corus, tmp_path, 8)
    corus("tally", WAVE)
    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        tally = Tally.from_bytes(queries.stored_tally(session, wave.id) or b"")
        tally.tables[name].reshape(-1)[-1] += 1
        queries.keep_tally(session, wave.id, tally.to_bytes())
    said = corus("tally", WAVE, "--check", code=1).stderr
    assert f"differ from the answers: {name}." in said
    assert "TAL-004" in said
    said = corus("tally", WAVE, "--check", "--json", code=1)
    assert json.loads(said.stdout)["differing"] == [name]
    corus("tally", WAVE, "--rebuild")
    corus("tally", WAVE, "--check")


def test_tables_that_cannot_be_read_are_refused_in_words_and_rebuilt(corus, tmp_path: Path) -> None:
    store = _instance(corus, tmp_path, 8)
    with store.writing() as session:
        queries.keep_tally(session, queries.wave_by_code(session, WAVE).id, b"\x00 damaged")
    assert "TAL-002" in corus("tally", WAVE, "--check", code=1).stderr
    corus("tally", WAVE, "--rebuild", "--check")


def test_tables_of_an_earlier_version_are_counted_afresh(store: Store) -> None:
    wave = make.open_wave(store)
    _store(store, wave, 6)
    with store.writing() as session:
        record = queries.wave_by_code(session, WAVE)
        whole = tallying.refresh(session, record)
        without = Tally(whole.layout, whole.strata, *list(whole.tables.values())[:5])
        queries.keep_tally(session, wave, without.to_bytes())
        assert tallying.refresh(session, record) == whole


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("late"), st.integers(1, 4), st.sampled_from(["employees", "neighbours"])),
        st.tuples(st.just("refresh")),
        st.tuples(st.just("withdraw"), st.integers(0, 9)),
        st.tuples(st.just("change"), st.integers(0, 9), st.sampled_from(["1", "dont_know"])),
        st.tuples(st.just("update")),
    ),
    min_size=3, max_size=9,
)  # fmt: skip


class Life:
    """One wave and what happens to it."""

    def __init__(self, store: Store, code: str) -> None:
        self.store, self.code, self.sent, self.edition = store, code, 0, 0
        self.receipts: list[str] = []
        self.current = make.instrument(code=code.replace("-", "_"))
        make.open_wave(store, code, self.current)

    def late(self, n: int, group: str) -> None:
        for _ in range(n):
            page = responding.questionnaire(self.store, self.code, group, "standard")
            self.sent += 1
            number = f"{abs(hash(self.code)) % 2**60 + self.sent:032x}"
            receipt = responding.submit(self.store, page, "fr", number, FORM, Way())
            self.receipts.append(receipt.code)

    def refresh(self) -> None:
        with self.store.writing() as session:
            tallying.refresh(session, queries.wave_by_code(session, self.code))

    def withdraw(self, which: int) -> None:
        if self.receipts:
            code = self.receipts.pop(which % len(self.receipts))
            kept = returning.find(self.store, code)
            with self.store.writing() as session:
                returning.withdraw(session, kept, make.DAY)

    def change(self, which: int, value: str) -> None:
        if self.receipts:
            kept = returning.find(self.store, self.receipts[which % len(self.receipts)])
            form = FORM | {"q.needs_missed": [value]}
            returning.change(self.store, kept, "fr", form, kept.revision)

    def update(self) -> None:
        """A question more, put first among those that belong to no dimension."""
        self.edition += 1
        document = self.current.model_dump(mode="json") | {"edition": f"1.{self.edition}"}
        more = {"code": f"more_{self.edition}", "type": "text", "text": make.text("Autre ?"),
                "purpose": "improvement"}  # fmt: skip
        document["questions"].insert(0, more)
        self.current = Instrument.model_validate(document)
        with self.store.writing() as session:
            digest = publishing.publish(session, self.current, make.DAY).version.digest
            updating.map_wave(session, self.code, digest, make.DAY)

    def check(self) -> tallying.Checked:
        with self.store.writing() as session:
            return tallying.check(session, queries.wave_by_code(session, self.code))


def test_the_tally_equals_a_fresh_count_whatever_happened(store: Store) -> None:
    """Late answers, withdrawals, changes, new versions of the questionnaire, in any order."""
    with store.writing():
        pass
    lives = iter(range(10_000))

    @given(EVENTS)
    @settings(
        max_examples=8, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    def lived(events) -> None:
        life = Life(store, f"wave-{next(lives)}")
        for name, *arguments in [("late", 2, "employees"), ("refresh",), *events]:
            getattr(life, name)(*arguments)
        found = life.check()
        assert found.differing == ()
        assert int(found.tally.responses.sum()) == len(life.receipts)
        assert np.all(found.tally.marks >= 0)

    lived()
