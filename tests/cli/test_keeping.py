"""``corus init``, ``backup``, ``restore``, ``upgrade``: looking after an instance."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from corus.cli.local import free_port, wait_for
from corus.cli.running import alone, with_others
from corus.config import read_settings
from corus.errors import ConflictError
from corus.services import copies
from corus.store.engine import open_store
from tests import factories as make
from tests.conftest import _database
from tests.services.copies_factories import answer, content


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def instance(corus, tmp_path: Path) -> Path:
    """An instance with an open wave and five answers."""
    corus("init")
    folder = tmp_path / "instance"
    store = _store(folder)
    answer(store, make.open_wave(store), 5)
    store.engine.dispose()
    return folder


def _store(folder: Path):
    found = read_settings(folder)
    return open_store(found.database_url, found.key("store"))


def test_everything_that_init_makes_is_its_owners(corus, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o755)
    said = corus("init", "--public-url", "https://enquete.exemple.fr", "--proxies", 1).output
    assert "https://enquete.exemple.fr" in said
    assert str(folder / "secret") in said
    assert _mode(folder) == 0o700
    assert {_mode(path) for path in folder.iterdir()} == {0o600}
    found = read_settings(folder)
    assert (found.public_url, found.proxies) == ("https://enquete.exemple.fr", 1)


def test_init_again_changes_what_is_said_and_nothing_else(corus, tmp_path: Path) -> None:
    corus("init", "--public-url", "https://a.fr", "--proxies", 1)
    corus("init")
    corus("init", "--public-url", "https://b.fr")
    found = read_settings(tmp_path / "instance")
    assert (found.public_url, found.proxies) == ("https://b.fr", 1)
    said = corus("init", "--public-url", "b.fr/corus", code=1).stderr
    assert "--public-url:" in said
    assert "scheme and host" in said
    assert read_settings(tmp_path / "instance").public_url == "https://b.fr"


def test_init_mends_an_address_that_was_written_wrong(corus, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    assert "scheme and host" in corus("init", "--public-url", "a.fr", code=1).stderr
    assert not folder.exists()
    corus("init", "--public-url", "https://a.fr")
    for wrong in ('"a.fr"', '"https://[::1"', "https://a.fr"):
        (folder / "settings.toml").write_text(f"public_url = {wrong}\nproxies = 1\n")
        corus("init", code=1)
        corus("init", "--public-url", "https://b.fr")
        found = read_settings(folder)
        assert (found.public_url, found.proxies) == ("https://b.fr", 1)


def test_microdata_and_their_manifest_are_their_owners(corus, instance: Path) -> None:
    corus("wave", "close", "panier-2026")
    target = instance.parent / "answers.csv"
    corus("export", "panier-2026", "--as", "answers.csv", "-o", target, "--role", "recherche",
          "--purpose", "essai")  # fmt: skip
    found = [p for p in instance.parent.iterdir() if p.name.startswith("answers.csv")]
    assert len(found) >= 2
    assert {_mode(path) for path in found} == {0o600}


def test_a_backup_says_where_it_is_and_what_it_lacks(corus, instance: Path) -> None:
    said = corus("backup").output
    made = next((instance / "backups").iterdir())
    assert str(made) in said
    assert str(instance / "secret") in said
    assert "Wave panier-2026 is open" in said
    assert _mode(made) == 0o600
    assert _mode(made.parent) == 0o700
    secret = (instance / "secret").read_bytes().strip()
    assert secret not in made.read_bytes()
    checked = corus("backup", "--check", made).output
    assert "responses" in checked
    assert "whole" in checked
    corus("backup")
    assert len(list(made.parent.iterdir())) == 2
    assert "left as it is" in corus("backup", "-o", made, code=1).stderr


def test_a_restore_prints_what_it_proved(corus, instance: Path) -> None:
    corus("backup", "-o", instance / "b")
    assert "--replace" in corus("restore", instance / "b", code=1).stderr
    said = corus("restore", instance / "b", "--replace")
    assert "counts and digests are equal" in said.output
    assert "What was there before is in" in said.output
    assert said.stderr == ""
    target = f"sqlite:///{instance / 'second.sqlite'}"
    assert "What was there" not in corus("restore", instance / "b", "--into", target).output
    second = open_store(target, b"k" * 32)
    assert len(content(second)["responses"]) == 5
    second.engine.dispose()


@pytest.mark.postgres
def test_an_instance_moves_to_postgresql(corus, instance: Path, postgres_url: str) -> None:
    url = _database(postgres_url)
    corus("backup", "-o", instance / "b")
    corus("restore", instance / "b", "--into", url)
    (instance / "settings.toml").write_text(f'database_url = "{url}"\n')
    assert "panier-2026" in corus("wave", "list").output
    corus("backup", "-o", instance / "c")
    assert "restored" in corus("restore", instance / "c", "--into",
                               f"sqlite:///{instance / 'back.sqlite'}").output  # fmt: skip


def test_another_secret_is_told_after_a_restore(corus, instance: Path) -> None:
    corus("backup", "-o", instance / "b")
    kept = (instance / "secret").read_text()
    (instance / "secret").write_text("ab" * 32)
    told = corus("restore", instance / "b", "--replace").stderr
    assert "another secret" in told
    assert kept not in told


def test_damage_is_told_with_the_file_and_the_cure(corus, instance: Path) -> None:
    corus("backup", "-o", instance / "b")
    content_ = bytearray((instance / "b").read_bytes())
    content_[len(content_) // 2] ^= 0xFF
    (instance / "b").write_bytes(content_)
    for command in (("backup", "--check", instance / "b"), ("restore", instance / "b")):
        told = corus(*command, code=1).stderr
        assert str(instance / "b") in told
        assert "BAK-" in told
        assert "Use another backup" in told


def test_an_older_instance_is_refused_then_upgraded(corus, instance: Path) -> None:
    corus("upgrade", "--to", "0001")
    told = corus("wave", "list", code=1).stderr
    assert "MIG-002" in told
    assert "corus upgrade" in told
    assert "MIG-002" in corus("serve", "--port", free_port(), code=1).stderr
    said = corus("upgrade").output
    assert "From revision 0001 to" in said
    assert "Backup: " in said
    assert "Nothing to do" in corus("upgrade").output
    assert "panier-2026" in corus("wave", "list").output
    assert "no revision" in corus("upgrade", "--to", "zzz", code=1).stderr


def test_nothing_is_replaced_under_a_running_server(corus, instance: Path) -> None:
    corus("backup", "-o", instance / "b")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "corus", "serve", "--port", str(port), "--workers", "1"],
        env=os.environ | {"CORUS_INSTANCE": str(instance)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, server)
        for command in (("restore", instance / "b", "--replace"), ("upgrade",)):
            assert "Stop it first" in corus(*command, code=1).stderr
        assert "no revision" in corus("upgrade", "--to", "zzz", code=1).stderr
        corus("backup")
        beside = f"sqlite:///{instance / 'beside.sqlite'}"
        assert "equal" in corus("restore", instance / "b", "--into", beside).output
        (instance / "link").symlink_to(instance)
        for same in (instance / "corus.sqlite", instance / "link" / "corus.sqlite"):
            told = corus("restore", instance / "b", "--replace", "--into", f"sqlite:///{same}",
                         code=1)  # fmt: skip
            assert "RUN-001" in told.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    _eventually_alone(instance)
    corus("restore", instance / "b", "--replace")


def _eventually_alone(instance: Path) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            with alone(instance):
                return
        except ConflictError:
            time.sleep(0.1)
    pytest.fail("the server has ended and still holds its lock")


def test_servers_share_an_instance_and_one_command_has_it_alone(tmp_path: Path) -> None:
    with with_others(tmp_path), with_others(tmp_path), pytest.raises(ConflictError):
        alone(tmp_path).__enter__()
    with alone(tmp_path):
        pass


def test_a_disk_without_room_leaves_no_backup_and_no_trace(instance: Path) -> None:
    store = _store(instance)
    with store.reading() as session:
        wave = make.response(session.connection().exec_driver_sql("SELECT id FROM waves").scalar())
    # Not to be compressed: the file must outgrow what the system allows.
    answer(store, wave.wave_id, 1, document=os.urandom(200_000).hex().encode())
    store.engine.dispose()
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 100; exec {sys.executable} -m corus backup"],
        env=os.environ | {"CORUS_INSTANCE": str(instance)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr
    assert list((instance / "backups").iterdir()) == []


def test_a_backup_killed_midway_leaves_no_file_that_passes_for_one(instance: Path) -> None:
    store = _store(instance)
    answer(store, 1, 40, document=b'{"marks":"------","rest":"' + b"x" * 50_000 + b'"}')
    store.engine.dispose()
    for pause in (0.3, 0.45, 0.6):
        done = subprocess.Popen(
            [sys.executable, "-m", "corus", "backup"], stdout=subprocess.DEVNULL,
            env=os.environ | {"CORUS_INSTANCE": str(instance)},
        )  # fmt: skip
        time.sleep(pause)
        done.kill()
        done.wait()
        for made in (instance / "backups").glob("*.corus-backup"):
            subprocess.run([sys.executable, "-m", "corus", "backup", "--check", made], check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
    shutil.rmtree(instance / "backups", ignore_errors=True)


def test_old_backups_go_when_asked(corus, instance: Path) -> None:
    store = _store(instance)
    old = copies.free_place(instance / "backups", date(2020, 1, 1))
    copies.back_up(store, old)
    store.engine.dispose()
    corus("backup")
    assert f"Deleted: {old.path.name}" in corus("backup", "--keep-days", 30).output
    assert len(list((instance / "backups").iterdir())) == 2
    corus("backup", "--keep-days", 0, code=2)


def test_a_copy_is_not_restored_into_what_forgets_it(corus, instance: Path) -> None:
    corus("backup", "-o", instance / "b")
    told = corus("restore", instance / "b", "--into", "sqlite://", code=1).stderr
    assert "--into:" in told
    assert "forgets every answer" in told
