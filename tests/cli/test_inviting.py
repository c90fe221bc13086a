"""``corus invite``: from a list to letters, with numbers and never names."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from corus.cli.common import store as opened_store
from corus.services.inviting import dispatch
from corus.services.inviting.pace import Pace
from tests.factories import open_wave
from tests.services.inviting.factories import PUBLIC, WAVE, parsed, post_office, table

HEAD = "group;email;name;language;postal address"
ROWS = [
    "employees;anne@x.example;Anne Dupré;fr;",
    "employees;luc@x.example;Luc;en;1 rue X|38000 Grenoble",
    "neighbours;;Zoé Martin;fr;2 rue Y|38000 Grenoble",
    "neighbours;=cmd@x.example;=1+1;fr;",
]


@pytest.fixture
def wave(corus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An open wave on the scratch instance, and a list to invite."""
    monkeypatch.setenv("CORUS_PUBLIC_URL", PUBLIC)
    found = opened_store()
    open_wave(found)
    found.engine.dispose()
    return table(tmp_path / "list.csv", ROWS, HEAD)


def test_a_list_becomes_numbers_links_and_letters(corus, wave: Path, tmp_path: Path) -> None:
    said = corus("invite", "import", WAVE, wave).output
    assert "4 read, 4 invited, 0 invited before" in said
    assert "0 invited, 4 invited before" in corus("invite", "import", WAVE, wave).output
    found = json.loads(corus("invite", "list", WAVE, "--json").output)
    assert [(g["group"], g["invited"], g["by_letter_only"]) for g in found["groups"]] == [
        ("employees", 2, 0), ("neighbours", 2, 1)
    ]  # fmt: skip
    assert "employees" in corus("invite", "list", WAVE).output
    done = corus("invite", "links", WAVE, "-o", tmp_path / "links.csv")
    assert "Confidential" in done.stderr
    assert stat.S_IMODE((tmp_path / "links.csv").stat().st_mode) == 0o600
    text = (tmp_path / "links.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len({row["link"] for row in rows}) == 4
    assert all(row["link"].startswith(f"{PUBLIC}/i/") for row in rows)
    assert "'=1+1" in {row["name"] for row in rows}
    corus("invite", "letters", WAVE, "-o", tmp_path / "letters.pdf")
    assert (tmp_path / "letters.pdf").read_bytes().startswith(b"%PDF")
    assert "1 letter(s)" in corus(
        "invite", "letters", WAVE, "--without-mail", "-o", tmp_path / "letters.pdf"
    ).output  # fmt: skip


def test_a_faulty_list_is_refused_with_rows_and_columns(corus, wave: Path, tmp_path: Path) -> None:
    path = table(
        tmp_path / "bad.csv", [*ROWS, "martians;x@x.example;;;", "employees;oops;;;"], HEAD
    )
    said = corus("invite", "import", WAVE, path, code=1)
    assert "bad.csv:6 (group)" in said.stderr
    assert "bad.csv:7 (email)" in said.stderr
    assert "oops" not in said.stderr
    assert "0" in corus("invite", "list", WAVE).output


def test_a_dry_run_sends_and_stores_nothing_and_its_specimens_are_of_nobody(
    corus, wave: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORUS_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("CORUS_SMTP_PORT", "1")
    monkeypatch.setenv("CORUS_MAIL_FROM", "enquete@panier.example")
    corus("invite", "import", WAVE, wave)
    for kind in ("invitation", "reminder"):
        options = ["--reminder"] if kind == "reminder" else []
        said = corus("invite", "send", WAVE, "--dry-run", "--to", tmp_path / kind, *options)
        assert "employees" in said.output
        assert "x.example" not in said.output
        assert ("Nobody is named" in said.output) == (kind == "reminder")
        made = sorted((tmp_path / kind).glob("*.eml"))
        assert [p.stem for p in made] == [
            f"{kind}-{g}-{lang}" for g in ("employees", "neighbours") for lang in ("en", "fr")
        ]
        for path in made:
            assert parsed(path.read_bytes())["To"].addresses[0].domain == "example.org"
            assert b"x.example" not in path.read_bytes()
    assert json.loads(corus("invite", "list", WAVE, "--json").output)["mailings"] == []


def test_sending_by_command_and_what_it_says(
    corus, wave: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "MAI-010" in corus("invite", "send", WAVE, code=1).stderr
    corus("invite", "import", WAVE, wave)
    with post_office(tmp_path) as office:
        monkeypatch.setenv("CORUS_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("CORUS_SMTP_PORT", str(office.port))
        monkeypatch.setenv("CORUS_SMTP_SECURITY", "none")
        monkeypatch.setenv("CORUS_MAIL_FROM", "Le Panier <enquete@panier.example>")
        said = corus("invite", "send", WAVE, "--rate", "6000").output
        assert f"invitation of {WAVE}: 3 sent." in said
        assert "0 sent" in corus("invite", "send", WAVE).output
        assert "MAI-004" in corus("invite", "send", WAVE, "--reminder", code=1).stderr
        messages = office.messages()
        assert sorted(messages) == ["=cmd@x.example", "anne@x.example", "luc@x.example"]
        assert messages["luc@x.example"]["Subject"] == "Your opinion on Le Panier des Hauts"
        assert messages["anne@x.example"]["Subject"] == "Votre avis sur Le Panier des Hauts"
    assert corus("invite", "uncertain", WAVE).output == ""
    assert json.loads(corus("invite", "uncertain", WAVE, "--json").output) == []


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A mail server that the scratch instance uses."""
    with post_office(tmp_path) as office:
        monkeypatch.setenv("CORUS_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("CORUS_SMTP_PORT", str(office.port))
        monkeypatch.setenv("CORUS_SMTP_SECURITY", "none")
        monkeypatch.setenv("CORUS_MAIL_FROM", "Le Panier <enquete@panier.example>")
        yield office


def _pausing(monkeypatch: pytest.MonkeyPatch, pause) -> None:
    monkeypatch.setattr(dispatch, "Pace", lambda rate: Pace(rate, sleep=pause))


def test_a_refused_reminder_is_told_in_steps(
    corus, wave: Path, tmp_path: Path, mailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pausing(monkeypatch, lambda _s: None)
    rows = [f"employees;nobody{n}@x.example;;fr;" for n in range(5)]
    corus("invite", "import", WAVE, table(tmp_path / "l.csv", rows, HEAD))
    said = corus("invite", "send", WAVE, "--reminder").output
    assert "at most 9 refused: the address does not exist" in said
    # None is told like a few.
    assert "fewer than 5 uncertain" in said
    assert "5 refused" not in said.replace("than 5 refused", "")
    assert "fewer than 5 handing, at most 9 refused" in corus("invite", "list", WAVE).output


def test_a_pause_is_announced_with_what_waits_and_how_long(
    corus, wave: Path, tmp_path: Path, mailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pausing(monkeypatch, lambda _s: None)
    rows = [f"employees;later{n}@x.example;;fr;" for n in range(2)]
    corus("invite", "import", WAVE, table(tmp_path / "l.csv", rows, HEAD))
    done = corus("invite", "send", WAVE)
    assert "2 put off by the mail server; they are tried again in 1 min." in done.stderr
    assert "2 sent" in done.output


def test_a_pause_that_is_interrupted_ends_with_a_sentence_and_the_next_run_goes_on(
    corus, wave: Path, tmp_path: Path, mailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(seconds: float) -> None:
        if seconds >= 60:
            raise KeyboardInterrupt

    _pausing(monkeypatch, interrupted)
    rows = ["employees;later@x.example;;fr;", "employees;a@x.example;;fr;"]
    corus("invite", "import", WAVE, table(tmp_path / "l.csv", rows, HEAD))
    said = corus("invite", "send", WAVE, code=1).stderr
    assert "What was sent is sent" in said
    assert "MAI-013" in said
    corus("invite", "send", WAVE)
    assert sorted(mailed.to()) == ["a@x.example", "later@x.example"]


def test_what_came_back_is_recorded_by_number(corus, wave: Path, tmp_path: Path) -> None:
    corus("invite", "import", WAVE, wave)
    notice = tmp_path / "back.eml"
    notice.write_text(
        "Content-Type: multipart/report; boundary=b\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; anne@x.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    said = corus("invite", "bounces", WAVE, notice).output
    assert "1 address(es) marked as bounced" in said
    assert "anne" not in said


def test_where_a_wave_stands_is_measured_against_the_rows_of_those_it_invites(corus) -> None:
    done = corus("bench", "status", "--size", "500", "--rounds", "1", "--json")
    (measure,) = json.loads(done.output)
    assert measure["ratio"] > 0


def test_an_invitation_is_taken_back(corus, wave: Path) -> None:
    corus("invite", "import", WAVE, wave)
    corus("invite", "revoke", WAVE, "--address", "ANNE@x.example")
    said = corus("invite", "revoke", WAVE, "--address", "nobody@x.example", code=1).stderr
    assert "INV-002" in said
    assert "nobody@" not in said
    found = json.loads(corus("invite", "list", WAVE, "--json").output)["groups"][0]
    assert (found["invited"], found["revoked"]) == (1, 1)


def test_an_address_given_plain_is_told_which_option_takes_it(corus, wave: Path) -> None:
    corus("invite", "import", WAVE, wave)
    said = corus("invite", "revoke", WAVE, "anne@x.example", code=2).stderr
    assert "--address anne@x.example" in said


def test_without_a_public_address_no_link_is_made(
    corus, wave: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CORUS_PUBLIC_URL")
    said = corus("invite", "links", WAVE, "-o", tmp_path / "links.csv", code=1)
    assert "INV-005" in said.stderr
    assert not (tmp_path / "links.csv").exists()


def test_a_folder_that_does_not_exist_is_told_and_not_made(
    corus, wave: Path, tmp_path: Path
) -> None:
    corus("invite", "import", WAVE, wave)
    for command, name in (("links", "x.csv"), ("letters", "x.pdf")):
        told = corus("invite", command, WAVE, "-o", tmp_path / "nowhere" / name, code=1).stderr
        assert f"There is no folder {tmp_path / 'nowhere'}" in told
        assert "FIL-003" in told
    assert not (tmp_path / "nowhere").exists()
    assert "FIL-004" in corus("invite", "letters", WAVE, "-o", tmp_path / "x.txt", code=1).stderr


def test_a_file_that_is_no_notification_is_told(corus, wave: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.eml").write_bytes(bytes(range(256)) * 20)
    told = corus("invite", "bounces", WAVE, tmp_path / "noise.eml", code=1).stderr
    assert "none is a delivery notification" in told
    assert "MAI-012" in told


def test_a_list_of_nobody_is_told(corus, wave: Path, tmp_path: Path) -> None:
    for rows in ([], ["", ";;;;"]):
        empty = table(tmp_path / "empty.csv", rows, HEAD)
        told = corus("invite", "import", WAVE, empty, code=1).stderr
        assert "empty.csv holds nobody" in told
        assert "CTC-018" in told
