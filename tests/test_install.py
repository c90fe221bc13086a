"""The pages that say how to install: what they name exists, and both say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from corus.cli import main
from corus.cli.common import COMMANDS
from corus.settings_file import SETTINGS, read_values

ROOT = Path(__file__).parents[1]
FRENCH = (ROOT / "docs/INSTALL.fr.md").read_text("utf-8")
ENGLISH = (ROOT / "docs/INSTALL.md").read_text("utf-8")
UNIT = (ROOT / "docs/deploy/corus.service").read_text()
NGINX = (ROOT / "docs/deploy/nginx.conf").read_text()


def _blocks(page: str) -> list[str]:
    return re.findall(r"```\n(.*?)```", page, re.DOTALL)


def _commands(page: str) -> set[str]:
    """Every line and every word in the text that calls ``corus``."""
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    lines = [*"".join(_blocks(page)).splitlines(), *re.findall(r"`([^`]+)`", prose)]
    return {line for line in lines if re.search(r"(^|bin/)corus [a-z]", line)}


def test_both_languages_give_the_same_commands_in_the_same_order() -> None:
    assert _blocks(FRENCH) == _blocks(ENGLISH)
    parts = re.compile(r"^## (\d)", re.MULTILINE)
    assert parts.findall(FRENCH) == parts.findall(ENGLISH) == list("12345678")
    codes = re.compile(r"\[[A-Z]{3}-[\d…]+\]")
    assert codes.findall(FRENCH) == codes.findall(ENGLISH)


@pytest.mark.parametrize("page", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_command_and_option_named_exists(page: str) -> None:
    named = _commands(page)
    assert len(named) >= 10
    for line in named:
        words = re.split(r"(?:^|bin/)corus ", line)[-1].split()
        assert words[0] in COMMANDS, line
        # "wave close …" is told by "wave close --help".
        named_twice = words[0] in ("wave", "invite", "print", "paper", "user")
        name, rest = words[: 1 + named_twice], words[1 + named_twice :]
        done = CliRunner().invoke(main, [*name, "--help"])
        assert done.exit_code == 0, line
        told = done.output
        for option in (word for word in rest if word.startswith("--")):
            assert option in told, line


@pytest.mark.parametrize("page", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_error_code_named_is_one_that_is_raised(page: str) -> None:
    source = "\n".join(p.read_text() for p in (ROOT / "corus").rglob("*.py"))
    for code in re.findall(r"\[([A-Z]{3}-\d{3})\]", page):
        assert f'"{code}"' in source, code


@pytest.mark.parametrize("page", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_setting_and_file_named_exists(page: str) -> None:
    known = {name for section in SETTINGS.values() for name in section}
    assert set(re.findall(r"\b([a-z_]+) = ", page)) <= known
    for path in re.findall(r"/opt/corus/(docs/[\w./-]+\w)", page):
        assert (ROOT / path).is_file(), path


def test_the_server_listens_where_the_proxy_asks_and_keeps_data_where_the_page_says() -> None:
    assert "--port 8000" in UNIT
    assert "proxy_pass http://127.0.0.1:8000;" in NGINX
    assert "Environment=CORUS_INSTANCE=/var/lib/corus/instance" in UNIT
    assert "StateDirectory=corus" in UNIT
    assert "/opt/corus/.venv/bin/corus serve" in UNIT


def test_the_proxy_keeps_no_address_and_says_the_scheme_and_the_host() -> None:
    servers = NGINX.split("server {")[1:]
    assert len(servers) == 2
    for server in servers:
        assert "access_log off;" in server
        assert "error_log /dev/null crit;" in server
    assert 'X-Forwarded-For ""' in NGINX
    for header in ("X-Forwarded-Proto $scheme", "X-Forwarded-Host $host"):
        assert f"proxy_set_header {header};" in NGINX


def test_the_french_page_is_written_as_french_is() -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", FRENCH, flags=re.DOTALL)
    assert re.findall(r".{12} [:;?!»%]", prose) == []
    assert re.findall(r"« .{12}|\w'\w", prose) == []


@pytest.mark.parametrize("page", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_night_waves_are_closed_then_erased_then_backed_up(page: str) -> None:
    lines = re.findall(
        r"^(\d+) (\d+) \* \* \* corus .*/corus (.*) > /dev/null$", page, re.MULTILINE
    )
    nightly = sorted((int(hour), int(minute), command) for minute, hour, command in lines)
    assert [command for _, _, command in nightly] == [
        "wave close --due", "wave purge --due", "backup --keep-days 30"
    ]  # fmt: skip


@pytest.mark.parametrize("page", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_the_mail_part_sets_everything_and_tries_before_it_sends(page: str, tmp_path: Path) -> None:
    (section,) = [block for block in _blocks(page) if block.startswith("[mail]")]
    (tmp_path / "settings.toml").write_text(section)
    assert read_values(tmp_path / "settings.toml", {}).keys() == SETTINGS["mail"].keys()
    sent = [line for line in page.splitlines() if line.startswith("corus invite send")]
    assert "--dry-run" in sent[0]
    assert "--dry-run" not in sent[-1]
