"""Partitions: answers as files that many machines count, and always to the same tables."""

from __future__ import annotations

import json
import os
import random
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import WorkerPlugin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus import __version__
from corus.analysis import Batch, Stratum, Tally, count
from corus.cli.bench import dask_tally, material
from corus.domain.answer import Answer, State, encode
from corus.domain.instrument import InstrumentVersion
from corus.domain.wave import WaveState
from corus.errors import ConflictError, InputError, RefusedError, UnavailableError
from corus.services import clusters, partitions, tallying
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

PEOPLE = 20_000
BENCH = InstrumentVersion.freeze(material.instrument())
SMALL = InstrumentVersion.freeze(make.instrument())
READER = {"role": "équipe de recherche", "purpose": "thèse"}


def _wave(store: Store, number: int = 40) -> int:
    """A wave with answers of both groups, several modes, choices and words."""
    wave = make.open_wave(store)
    draw = random.Random(3)
    with store.writing() as session:
        rows = [
            make.response(
                wave, _document(draw), group=draw.choice(("employees", "neighbours")),
                mode=draw.choice(("self", "paper")), channel=draw.choice(("open", "personal")),
            )
            for _ in range(number)
        ]  # fmt: skip
        store_rows(session, rows, states=frozenset({WaveState.OPEN.value}))
    return wave


def _document(draw: random.Random) -> bytes:
    answers = {
        "needs_met": Answer(State.GIVEN, draw.randrange(5)),
        "needs_missed": Answer(draw.choice((State.DONT_KNOW, State.SKIPPED))),
        "priority": Answer(State.GIVEN, (draw.choice(("needs", "democracy")),)),
        "surprise": Answer(State.GIVEN, f"Un café {draw.random()}"),
    }
    return encode(answers, make.instrument())


def _export(store: Store, folder: Path) -> list[Path]:
    with store.writing() as session:
        return partitions.export_partitions(session, "panier-2026", folder, make.DAY, **READER)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """20,000 generated answers in 8 partitions."""
    folder = tmp_path_factory.mktemp("partitions")
    return dask_tally.generate(folder, PEOPLE, BENCH.digest, rows=2_500)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two worker processes on 127.0.0.1."""
    with clusters.cluster(clusters.LOCAL, workers=2) as found:
        yield found


def test_the_files_of_a_wave_count_to_the_tables_of_the_wave(store: Store, tmp_path: Path) -> None:
    _wave(store)
    paths = _export(store, tmp_path / "answers")
    with store.writing() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        stored = tallying.refresh(session, wave).to_bytes()
    assert clusters.count_partitions(paths, SMALL).to_bytes() == stored


def test_a_partition_holds_no_key_no_day_and_no_language(
    sqlite_store: Store, tmp_path: Path
) -> None:
    wave = _wave(sqlite_store)
    (path,) = _export(sqlite_store, tmp_path / "answers")
    assert pq.read_schema(path).names == [
        "group", "variant", "mode", "channel", "completeness", "site", "document"
    ]  # fmt: skip
    with sqlite_store.reading() as session:
        keys = session.connection().exec_driver_sql("SELECT id FROM responses").scalars().all()
    content = path.read_bytes()
    assert len(keys) == 40
    assert not any(bytes(key) in content for key in keys)
    assert make.DAY.isoformat().encode() not in content
    assert wave


def test_the_order_of_the_rows_is_drawn_anew(tmp_path: Path) -> None:
    place = Stratum("employees", "standard", "self", "open", "complete")
    documents = [f'{{"marks":"{n:06o}"}}' for n in range(500)]
    orders = []
    for folder in ("one", "two"):
        (path,) = partitions.write_partitions([(place, documents)], tmp_path / folder, SMALL.digest)
        orders.append([d.decode() for d in pq.read_table(path)["document"].to_pylist()])
    assert sorted(orders[0]) == sorted(orders[1]) == documents
    for order in orders:
        ranks = [documents.index(d) for d in order]
        assert abs(np.corrcoef(ranks, range(500))[0, 1]) < 0.25
    assert orders[0] != orders[1]


def test_answers_leave_for_a_named_role_and_purpose_only_and_the_journal_says_so(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _wave(sqlite_store)
    with sqlite_store.writing() as session, pytest.raises(RefusedError, match="named role"):
        partitions.export_partitions(
            session, "panier-2026", tmp_path / "a", make.DAY, role=" ", purpose="thèse"
        )
    assert not (tmp_path / "a").exists()
    (path,) = _export(sqlite_store, tmp_path / "b")
    told = json.loads((tmp_path / "b" / "manifest.json").read_bytes())
    assert (told["notice"], told["by"], told["rows_in"], told["rows_out"]) == (
        "CONFIDENTIEL", "équipe de recherche", 40, 40
    )  # fmt: skip
    for one in (path, tmp_path / "b" / "manifest.json"):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600


def test_a_folder_that_holds_something_is_left_alone(sqlite_store: Store, tmp_path: Path) -> None:
    _wave(sqlite_store, 3)
    _export(sqlite_store, tmp_path / "answers")
    with pytest.raises(InputError, match="is not empty") as refused:
        _export(sqlite_store, tmp_path / "answers")
    assert refused.value.code == "PAR-002"


def test_writing_that_fails_leaves_no_half_wave(tmp_path: Path) -> None:
    place = Stratum("employees", "standard", "self", "open", "complete")

    def broken() -> Iterator[tuple[Stratum, list[str]]]:
        yield place, ["a"] * 5
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        partitions.write_partitions(broken(), tmp_path / "answers", SMALL.digest, size=2)
    assert list((tmp_path / "answers").iterdir()) == []


def test_a_wave_without_answers_is_one_empty_partition(sqlite_store: Store, tmp_path: Path) -> None:
    make.open_wave(sqlite_store)
    paths = _export(sqlite_store, tmp_path / "answers")
    assert len(paths) == 1
    assert clusters.count_partitions(paths, SMALL) == Tally.empty(SMALL.instrument)
    assert clusters.count_partitions([], SMALL) == Tally.empty(SMALL.instrument)


STRATA = [
    Stratum(group, "standard", mode, "open", "complete")
    for group in ("employees", "neighbours") for mode in ("self", "paper", "unknown")
]  # fmt: skip
MARKS = st.text(alphabet="01234dcsn-", min_size=4, max_size=4).map(lambda m: m + "--")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(st.integers(0, 5), MARKS), max_size=60),
    size=st.integers(1, 40),
    seed=st.randoms(use_true_random=False),
)
def test_any_partitioning_in_any_order_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[int, str]],
    size: int,
    seed: random.Random,
) -> None:
    documents = [f'{{"marks":"{marks}"}}' for _, marks in rows]
    batch = Batch(STRATA, np.array([place for place, _ in rows], np.int64), documents)
    expected = count(batch, SMALL.instrument).to_bytes()
    chunks = [(STRATA[place], [d]) for (place, _), d in zip(rows, documents, strict=True)]
    seed.shuffle(chunks)
    folder = tmp_path_factory.mktemp("any")
    paths = partitions.write_partitions(chunks, folder, SMALL.digest, size)
    assert len(paths) == max(1, -(-len(rows) // size))
    seed.shuffle(paths)
    assert clusters.count_partitions(paths, SMALL).to_bytes() == expected
    added = clusters._add([partitions.count_partition(p, SMALL).to_bytes() for p in paths])
    assert added == expected


def test_what_is_not_a_partition_of_this_instrument_is_refused(
    files: list[Path], tmp_path: Path
) -> None:
    other, broken, hole = (tmp_path / f"{name}.parquet" for name in ("other", "broken", "hole"))
    pq.write_table(pa.table({"a": [1]}), other)
    broken.write_bytes(b"PAR1 no")
    rows = pq.read_table(files[0]).slice(0, 3)
    empty = pa.array([None, "self", "self"], pa.string())
    pq.write_table(rows.set_column(2, "mode", empty), hole)
    cases = [
        (tmp_path / "missing.parquet", BENCH, "PAR-003"), (broken, BENCH, "PAR-003"),
        (other, BENCH, "PAR-004"), (hole, BENCH, "PAR-004"), (files[0], SMALL, "PAR-005"),
    ]  # fmt: skip
    for path, version, code in cases:
        with pytest.raises(InputError) as refused:
            partitions.count_partition(path, version)
        assert refused.value.code == code
        assert str(path) in str(refused.value)


def test_two_processes_count_what_one_counts_to_the_bit(client: Any, files: list[Path]) -> None:
    alone = clusters.count_partitions(files, BENCH)
    assert int(alone.responses.sum()) == PEOPLE
    assert clusters.count_on(client, files, BENCH).to_bytes() == alone.to_bytes()
    assert clusters.count_on(client, files[::-1], BENCH).to_bytes() == alone.to_bytes()


def _listening() -> list[str]:
    """Addresses on which this process waits for others."""
    import psutil

    found = psutil.Process().net_connections("tcp")
    return [one.laddr.ip for one in found if one.status == psutil.CONN_LISTEN]


def test_workers_started_here_listen_on_this_machine_alone_and_keep_their_memory(
    client: Any,
) -> None:
    assert all(address.startswith("tcp://127.0.0.1:") for address in client.nthreads())
    assert client.scheduler.address.startswith("tcp://127.0.0.1:")
    heard = _listening() + [a for some in client.run(_listening).values() for a in some]
    assert heard
    assert set(heard) == {"127.0.0.1"}
    kept = client.run(os.environ.get, "MALLOC_TRIM_THRESHOLD_")
    assert set(kept.values()) == {None}


class _DiesOnce(WorkerPlugin):
    """Ends the process of the first worker that has counted three partitions."""

    def __init__(self, mark: str) -> None:
        self.mark, self.done = mark, 0

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        self.done += "_count" in str(key) and finish == "memory"
        if self.done == 3 and not os.path.exists(self.mark):  # noqa: PTH110
            with open(self.mark, "x"):  # noqa: PTH123
                os._exit(9)


def test_a_worker_killed_in_the_middle_changes_nothing(
    client: Any, files: list[Path], tmp_path: Path
) -> None:
    mark = tmp_path / "died"
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    client.register_plugin(_DiesOnce(str(mark)), name="dies-once")
    try:
        found = clusters.count_on(client, files, BENCH)
    finally:
        client.unregister_worker_plugin("dies-once")
        cloudpickle.unregister_pickle_by_value(sys.modules[__name__])
    assert mark.exists()
    assert found.to_bytes() == clusters.count_partitions(files, BENCH).to_bytes()


def test_what_a_worker_refuses_is_told_in_its_own_words(
    client: Any, files: list[Path], tmp_path: Path
) -> None:
    missing = tmp_path / "elsewhere.parquet"
    with pytest.raises(InputError, match=r"elsewhere.*Every machine") as refused:
        clusters.count_on(client, [*files, missing], BENCH)
    assert refused.value.code == "PAR-003"


def test_a_worker_of_another_version_does_not_count(files: list[Path]) -> None:
    with pytest.raises(InputError, match=f"runs Corus {__version__}, and version 9") as refused:
        clusters._count(str(files[0]), BENCH.document, "9.9")
    assert refused.value.code == "PAR-006"


def test_a_scheduler_that_does_not_answer_is_named(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "WAIT", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(UnavailableError, match=address) as refused:
            clusters.count_partitions(files, BENCH, address)
        assert refused.value.code == "PAR-007"


def test_from_wave_to_partitions_to_counts_on_the_command_line(corus, tmp_path: Path) -> None:
    surveys = Path(__file__).parents[2] / "surveys"
    corus("publish", surveys / "social_utility.yaml")
    corus(
        "wave", "create", "w", "--organization", "Le Panier", "--instrument", "social_utility",
        "--contact", "a@panier.example", "--employees-informed", "2026-03-03", "--cse-informed",
        "none", "--minors", "none", "--protected-adults", "none", "--results-seen-by", "nous",
    )  # fmt: skip
    corus("wave", "open", "w")
    assert "[EXP-001]" in corus("partition", "write", "w", tmp_path / "p", code=1).stderr
    corus("partition", "write", "w", tmp_path / "p", "--role", "moi", "--purpose", "essai")
    told = corus("tally", "--engine", "here", tmp_path / "p", "--against", "w", "--json").output
    assert json.loads(told) | {"sha256": ""} == {
        "responses": 0, "partitions": 1, "sha256": "", "equals": "w"
    }  # fmt: skip
    told = corus("tally", "--engine", "here", tmp_path / "p", "--against", "w").output
    assert "Equal to the count tables of wave “w”, to the bit." in told
    assert "--engine here" in corus("tally", "w", "--against", "w", code=2).stderr
    corus("tally", "--engine", "here", tmp_path / "p", "-o", tmp_path / "counts.bin")
    assert stat.S_IMODE((tmp_path / "counts.bin").stat().st_mode) == 0o600
    assert "[PAR-003]" in corus("tally", "--engine", "here", tmp_path, code=1).stderr


@pytest.mark.deep
def test_ten_million_answers_on_two_workers_in_bounded_memory(tmp_path: Path) -> None:
    measures = dask_tally.run(10_000_000, rounds=1, workers=2, folder=tmp_path)
    for one in measures:
        print(one)
    assert measures[1].subject < 1


def test_a_bench_that_counts_otherwise_is_an_error(
    client: Any, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_tally, "count_on", lambda *_: Tally.empty(BENCH.instrument))
    with pytest.raises(ConflictError, match="something else"):
        dask_tally._round(client, files, BENCH)


def test_a_partition_written_before_there_were_sites_is_counted(
    sqlite_store: Store, tmp_path: Path
) -> None:
    wave = _wave(sqlite_store)
    (path,) = _export(sqlite_store, tmp_path / "answers")
    before = tmp_path / "before.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["site"]), before)
    counted = clusters.count_partitions([before], SMALL)
    assert counted.to_bytes() == clusters.count_partitions([path], SMALL).to_bytes()
    assert wave
