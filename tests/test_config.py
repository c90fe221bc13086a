"""Settings: the file, the variables over it, and every fault with its place and cure."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from corus.config import Mail, read_settings, write_settings
from corus.errors import InputError
from corus.settings_file import FILE, SETTINGS, TEMPLATE, split_sender, variable

MAIL = """
[mail]
smtp_host = "smtp.exemple.fr"
smtp_user = "enquete"
smtp_password_file = "smtp-password"
mail_from = "Le Panier des Hauts <enquete@exemple.fr>"
"""


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for section in SETTINGS.values():
        for name in section:
            monkeypatch.delenv(variable(name), raising=False)


def _write(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, "utf-8")
    return folder


def _faults(folder: Path) -> list[str]:
    with pytest.raises(InputError) as told:
        read_settings(folder)
    assert str(folder / FILE) in told.value.hint or told.value.code == "CFG-005"
    return [str(fault) for fault in told.value.faults]


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    found = read_settings(tmp_path)
    assert (found.public_url, found.proxies, found.mail) == ("", 0, None)
    assert found.database_url == f"sqlite:///{tmp_path / 'corus.sqlite'}"
    assert found.backups == tmp_path / "backups"


def test_the_file_says_the_address_the_proxies_the_database_and_the_mail_server(
    tmp_path: Path,
) -> None:
    _write(tmp_path, 'public_url = "https://enquete.exemple.fr/"\nproxies = 1\n'
           'database_url = "postgresql+psycopg://c@h/d"\n' + MAIL)  # fmt: skip
    found = read_settings(tmp_path)
    assert found.public_url == "https://enquete.exemple.fr"
    assert found.proxies == 1
    assert found.database_url == "postgresql+psycopg://c@h/d"
    assert found.mail == Mail(
        "smtp.exemple.fr", 587, "enquete", tmp_path / "smtp-password", "starttls",
        "Le Panier des Hauts <enquete@exemple.fr>", 60,
    )  # fmt: skip


def test_variables_win_over_the_file_and_arguments_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, 'public_url = "https://file.example"\nproxies = 1\n' + MAIL)
    for name, value in (
        ("CORUS_PUBLIC_URL", "https://variable.example"), ("CORUS_PROXIES", "2"),
        ("CORUS_SMTP_PORT", "465"), ("CORUS_SMTP_SECURITY", "tls"), ("CORUS_SMTP_USER", ""),
        ("CORUS_DATABASE_URL", "sqlite:///variable.sqlite"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    found = read_settings(tmp_path)
    assert (found.public_url, found.proxies) == ("https://variable.example", 2)
    assert found.mail
    assert (found.mail.smtp_port, found.mail.smtp_security) == (465, "tls")
    assert found.mail.smtp_user == "enquete"  # an empty variable says nothing
    assert found.database_url == "sqlite:///variable.sqlite"
    assert read_settings(tmp_path, "sqlite:///argument.sqlite").database_url.endswith(
        "argument.sqlite"
    )


def test_a_mail_server_may_be_named_by_variables_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORUS_SMTP_HOST", "localhost")
    monkeypatch.setenv("CORUS_MAIL_FROM", "enquete@exemple.fr")
    assert read_settings(tmp_path).mail == Mail("localhost", mail_from="enquete@exemple.fr")


def test_every_fault_is_told_at_once_with_its_line_and_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORUS_PROXIES", "many")
    _write(tmp_path, 'public_url = "enquete.exemple.fr"\nproxy = 1\nsmtp_host = "x"\n'
           '[mail]\nsmtp_port = 99999\nsmtp_security = "ssl"\nmail_from = "nobody"\n'
           "[other]\nx = 1\n")  # fmt: skip
    told = _faults(tmp_path)
    place = str(tmp_path / FILE)
    for start, cure in (
        (f"{place}:1:", "https://enquete.exemple.fr"),
        (f"{place}:2:", "Use one of: public_url"),
        (f"{place}:3:", "Write it under [mail]"),
        (f"{place}:5:", "from 1 to 65535"),
        (f"{place}:6:", "starttls, tls, none"),
        (f"{place}:7:", "e-mail address"),
        (f"{place}:8:", "Use one of: mail"),
        ("CORUS_PROXIES:", "whole number from 0 to 9"),
    ):
        assert [line for line in told if line.startswith(start) and cure in line], (start, told)
    assert len(told) == 8


@pytest.mark.parametrize(
    "url", ["https://a.fr/corus", "ftp://a.fr", "https://", "https://u:p@a.fr", "a b", "http://a.fr?x",
     "https://[::1", "https://a.fr:99999", "https://a.fr:0", "https://a.fr:", "https://[zz]"]
)  # fmt: skip
def test_a_public_address_is_scheme_and_host_only(tmp_path: Path, url: str) -> None:
    _write(tmp_path, f'public_url = "{url}"\n')
    assert len(_faults(tmp_path)) == 1


def test_a_mail_server_needs_a_sender(tmp_path: Path) -> None:
    _write(tmp_path, '[mail]\nsmtp_host = "smtp.exemple.fr"\n')
    assert "mail_from" in _faults(tmp_path)[0]


def test_a_file_that_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    _write(tmp_path, "proxies = 1\npublic_url = https://sans-guillemets.fr\n")
    told = _faults(tmp_path)
    assert told[0].startswith(f"{tmp_path / FILE}:2:")
    assert 'name = "text"' in told[0]
    (tmp_path / FILE).write_bytes(b'public_url = "\xff"')
    with pytest.raises(InputError, match="cannot be read"):
        read_settings(tmp_path)


def test_a_wrong_database_url_is_not_repeated(tmp_path: Path) -> None:
    _write(tmp_path, 'database_url = ["postgresql://corus:secret@host/db"]\n')
    assert "secret" not in "".join(_faults(tmp_path))


def test_the_template_is_valid_and_names_every_setting(tmp_path: Path) -> None:
    write_settings(tmp_path / FILE, {})
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert read_settings(tmp_path).mail is None
    for section in SETTINGS.values():
        for name in section:
            assert f"{name} = " in TEMPLATE
    (tmp_path / FILE).write_text(TEMPLATE.replace("# [mail]", "[mail]").replace("# smtp", "smtp")
                                 .replace("# mail_", "mail_").replace("# public_url", "public_url")
                                 .replace("# proxies", "proxies"))  # fmt: skip
    assert read_settings(tmp_path).mail


def test_writing_a_setting_changes_its_line_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / FILE
    write_settings(path, {"public_url": "https://a.fr"})
    path.write_text(path.read_text() + "# a remark of ours\n")
    write_settings(path, {"public_url": "https://b.fr", "proxies": 2})
    found = read_settings(tmp_path)
    assert (found.public_url, found.proxies) == ("https://b.fr", 2)
    assert path.read_text().count("public_url =") == 1
    assert path.read_text().endswith("# a remark of ours\n")
    _write(tmp_path, MAIL)
    write_settings(path, {"proxies": 1})
    assert read_settings(tmp_path).proxies == 1
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("url", ["https://a.fr:8443", "https://[::1]", "http://localhost:8000"])
def test_a_port_and_a_number_of_a_machine_are_addresses_too(tmp_path: Path, url: str) -> None:
    _write(tmp_path, f'public_url = "{url}"\n')
    assert read_settings(tmp_path).public_url == url


@pytest.mark.parametrize("secret", ["", "\n", "ab", "ab" * 31, "ab" * 33, "zz" * 32])
def test_a_secret_that_could_be_guessed_is_refused(tmp_path: Path, secret: str) -> None:
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(InputError, match="64 hexadecimal characters") as told:
        read_settings(tmp_path)
    assert told.value.code == "CFG-001"
    assert (tmp_path / "secret").read_text() == secret


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("enquete@exemple.fr", "", "enquete@exemple.fr"),
        ("Le Panier, des « Hauts » <enquete@exemple.fr>", "Le Panier, des « Hauts »",
         "enquete@exemple.fr"),
        ('"Le Panier, SCIC" <e@exemple.fr>', "Le Panier, SCIC", "e@exemple.fr"),
        ("Anne (accueil): bonjour; <e@exemple.fr>", "Anne (accueil): bonjour;", "e@exemple.fr"),
        ("e@enquête.fr", "", "e@xn--enqute-lva.fr"),
    ],
)  # fmt: skip
def test_a_sender_is_a_name_and_an_address_whatever_the_name_holds(
    tmp_path: Path, sender: str, name: str, address: str
) -> None:
    assert split_sender(sender) == (name, address)
    _write(tmp_path, f"[mail]\nsmtp_host = \"h\"\nmail_from = '{sender}'\n")
    found = read_settings(tmp_path).mail
    assert found is not None
    assert found.mail_from == sender


@pytest.mark.parametrize(
    "sender",
    ["nobody", "a@b@c", "A <a@b> <c@d>", "a@x, b@y", "é@exemple.fr", "a..b@x.fr", "a@x..fr"],
)  # fmt: skip
def test_what_is_no_sender_is_refused_by_the_settings(tmp_path: Path, sender: str) -> None:
    _write(tmp_path, f"[mail]\nmail_from = '{sender}'\n")
    assert "e-mail address" in _faults(tmp_path)[0]


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite+pysqlite://", "sqlite:///:memory:", "sqlite://?a=b",
            "sqlite:///file:x?mode=memory&uri=true"]
)  # fmt: skip
def test_a_database_that_forgets_everything_is_refused(tmp_path: Path, url: str) -> None:
    _write(tmp_path, f'database_url = "{url}"\n')
    assert "forgets every answer" in _faults(tmp_path)[0]


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbfproxies = 1\r\n")
    assert read_settings(tmp_path).proxies == 1
    write_settings(tmp_path / FILE, {"proxies": 2})
    assert read_settings(tmp_path).proxies == 2


@pytest.mark.parametrize("text", ['mail = "x"', "[[mail]]"])
def test_a_section_written_as_a_setting_is_told_as_such(tmp_path: Path, text: str) -> None:
    _write(tmp_path, f"{text}\n")
    (told,) = _faults(tmp_path)
    assert "is a section" in told
    assert "[mail] on a line of its own" in told


def test_any_text_is_written_as_it_is_and_a_file_that_cannot_be_read_stays(tmp_path: Path) -> None:
    path = tmp_path / FILE
    write_settings(path, {"database_url": 'sqlite:///a"b\\c é.sqlite'})
    assert read_settings(tmp_path).database_url == 'sqlite:///a"b\\c é.sqlite'
    _write(tmp_path, "what is this\n")
    with pytest.raises(InputError, match="CFG-005"):
        write_settings(path, {"proxies": 1})
    assert path.read_text() == "what is this\n"
