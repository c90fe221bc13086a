"""The settings file of an instance, and the variables that override it: every fault at once.

Knows what each setting may be, never what it is for.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corus.errors import Fault, InputError, UnavailableError

FILE = "settings.toml"
SECURITIES = ("starttls", "tls", "none")
Values = dict[str, str | int]
"""Setting → value, of those that somebody set."""

TEMPLATE = """\
# Settings of this instance of Corus; restart the server after a change.
# Each may also be given by a variable: CORUS_ and its name in capitals, as in CORUS_PUBLIC_URL.

# The address that people type. Personal links and QR codes are made from it.
# public_url = "https://enquete.exemple.fr"

# Trusted proxies in front of the server: 1 behind nginx (docs/deploy/nginx.conf), 0 without.
# proxies = 1

# Only for PostgreSQL; without it, the database is the file corus.sqlite beside this one.
# database_url = "postgresql+psycopg://corus@localhost/corus"

# The mail server that sends invitations; remove the # before [mail] as well.
# [mail]
# smtp_host = "smtp.exemple.fr"
# smtp_port = 587
# smtp_security = "starttls"            # or "tls" (usually port 465), or "none"
# smtp_user = "enquete@exemple.fr"
# smtp_password_file = "smtp-password"  # a file beside this one, holding the password alone
# mail_from = "Le Panier des Hauts <enquete@exemple.fr>"
# mail_rate_per_minute = 60
"""


class _UnfitError(ValueError):
    """A value that a setting cannot take; its words are the cure."""


_ORIGIN = re.compile(r"https?://([\w.-]*\w[\w.-]*|\[[0-9a-fA-F:.]+\])(:\d{1,5})?")
_SENDER = re.compile(r"(?:(?P<name>[^<>\n]*) <(?P<within>[^<>\s]+)>|(?P<bare>[^<>\s]+))")
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_WORD}(\.{_WORD})*@[\w.-]+")
_IN_MEMORY = re.compile(r"sqlite(\+\w+)?:/{0,3}(\?.*)?|sqlite.*(:memory:|mode=memory).*")


def _url(value: Any) -> str:
    text = _text(value).rstrip("/")
    try:
        # The port is only looked at when it is asked for.
        usable = _ORIGIN.fullmatch(text) is not None and urlsplit(text).port != 0
    except ValueError:
        usable = False
    if not usable:
        raise _UnfitError("Write scheme and host only, such as https://enquete.exemple.fr.")
    return text


def _database(value: Any) -> str:
    text = _text(value)
    if _IN_MEMORY.fullmatch(text):
        raise _UnfitError("A database in memory forgets every answer: name a file or a server.")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        raise _UnfitError("Write a text on one line, between quotes.")
    return value.strip()


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        cure = f"Write a whole number from {least} to {most}, without quotes."
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", str(value)):
            raise _UnfitError(cure)
        if not least <= int(value) <= most:
            raise _UnfitError(cure)
        return int(value)

    return parse


def _security(value: Any) -> str:
    if value not in SECURITIES:
        raise _UnfitError(f"Use one of: {', '.join(SECURITIES)}.")
    return str(value)


def split_sender(text: str) -> tuple[str, str]:
    """Name ("" when there is none) and address of ``Name <name@example.org>``.

    Quotes around the name are taken off; accents in the domain become IDNA. Raises ``ValueError``
    for anything else.
    """
    found = _SENDER.fullmatch(text.strip())
    address = (found["within"] or found["bare"]) if found else ""
    if found is None or not _ADDRESS.fullmatch(address):
        raise ValueError("not a sender")
    local, _, domain = address.rpartition("@")
    name = (found["name"] or "").strip()
    if re.fullmatch(r'"([^"\\]|\\.)*"', name):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, f"{local}@{domain.encode('idna').decode()}"


def _address(value: Any) -> str:
    text = _text(value)
    try:
        split_sender(text)
    except ValueError as error:
        raise _UnfitError("Write an e-mail address, or: Name <name@example.org>.") from error
    return text


SETTINGS: dict[str, dict[str, Callable[[Any], str | int]]] = {
    # section of the file ("" above all sections) → setting → what it may be
    "": {"public_url": _url, "proxies": _whole(0, 9), "database_url": _database},
    "mail": {
        "smtp_host": _text, "smtp_port": _whole(1, 65_535), "smtp_user": _text,
        "smtp_password_file": _text, "smtp_security": _security, "mail_from": _address,
        "mail_rate_per_minute": _whole(1, 100_000),
    },
}  # fmt: skip


def read_values(path: Path, environment: Mapping[str, str]) -> Values:
    """What the file says, overridden by ``CORUS_<SETTING>`` variables that are not empty.

    Raises ``InputError`` listing every fault, with its line in the file or its variable.
    """
    text = _content(path)
    faults: list[Fault] = []
    found: Values = {}
    document = _parsed(text, path)
    for section, settings in SETTINGS.items():
        given = document.pop(section, {}) if section else _top(document)
        if not isinstance(given, dict):
            given = {}
            faults.append(_no_setting(path, text, section))
        for name in given.keys() - settings.keys():
            faults.append(_unknown(path, text, name, settings))
        _take(found, faults, settings, given, lambda n: (str(path), _line(text, n)))
        named = {n: environment.get(variable(n)) for n in settings}
        _take(found, faults, settings, {n: v for n, v in named.items() if v},
              lambda n: (variable(n), 0))  # fmt: skip
    faults += [_unknown(path, text, name, ["mail"]) for name in document]
    faults += _incomplete(path, text, found)
    if faults:
        raise InputError(
            f"The settings of this instance have {len(faults)} fault(s).",
            hint=f"Mend {path}, or the variables named above.",
            code="CFG-003", faults=sorted(faults),
        )  # fmt: skip
    return found


def checked(name: str, value: str, place: str) -> str:
    """``value`` as setting ``name`` takes it.

    Raises ``InputError`` (``CFG-006``) saying ``place``, where somebody gave it.
    """
    found: Values = {}
    faults: list[Fault] = []
    known = {n: parse for settings in SETTINGS.values() for n, parse in settings.items()}
    _take(found, faults, known, {name: value}, lambda _: (place, 0))
    if faults:
        raise InputError(f"{place} cannot be used.", code="CFG-006", faults=faults)
    return str(found[name])


def variable(name: str) -> str:
    """The environment variable that overrides a setting."""
    return f"CORUS_{name.upper()}"


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # Notepad puts a mark in front
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.",
            hint="Check its rights, and that it is saved as UTF-8.", code="CFG-004",
        ) from error  # fmt: skip


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        fault = Fault(
            str(path), line, "CFG-005", f"This is not written as settings are: {error}.",
            'Write one setting by line: name = "text" or name = 1; # starts a remark.',
        )  # fmt: skip
        raise InputError(
            "The settings file cannot be read.", code="CFG-005", faults=[fault]
        ) from error


def _top(document: dict[str, Any]) -> dict[str, Any]:
    """Takes what stands above all sections out of the document."""
    return {n: document.pop(n) for n in [n for n, v in document.items() if not _section(n, v)]}


def _section(name: str, value: object) -> bool:
    return isinstance(value, dict) or name in SETTINGS


def _take(
    found: Values,
    faults: list[Fault],
    settings: Mapping[str, Callable[[Any], str | int]],
    given: Mapping[str, Any],
    place: Callable[[str], tuple[str, int]],
) -> None:
    for name in settings.keys() & given.keys():
        try:
            found[name] = settings[name](given[name])
        except _UnfitError as error:
            fact = f"“{name}” cannot be {str(given[name])[:80]!r}."
            if name == "database_url":
                fact = "“database_url” is not usable."  # it may hold a password
            faults.append(Fault(*place(name), "CFG-006", fact, str(error)))


def _unknown(path: Path, text: str, name: str, known: Mapping[str, object] | list[str]) -> Fault:
    cure = f"Use one of: {', '.join(known)}."
    for section, settings in SETTINGS.items():
        if name in settings:
            cure = f"Write it under [{section}]." if section else "Write it above [mail]."
    return Fault(str(path), _line(text, name), "CFG-007", f"No setting “{name}” here.", cure)


def _no_setting(path: Path, text: str, section: str) -> Fault:
    return Fault(
        str(path), _line(text, section), "CFG-010", f"“{section}” is a section, not a setting.",
        f"Write [{section}] on a line of its own, and its settings below.",
    )  # fmt: skip


def _incomplete(path: Path, text: str, found: Values) -> list[Fault]:
    """A mail server without a sender cannot write to anybody."""
    if "smtp_host" not in found or "mail_from" in found:
        return []
    return [Fault(
        str(path), _line(text, "smtp_host"), "CFG-008", "The mail server has no sender.",
        'Add mail_from = "name@example.org" under [mail].',
    )]  # fmt: skip


def _line(text: str, name: str) -> int:
    """The line that sets ``name``, or 0."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[?\s*["']?{re.escape(name)}["']?\s*[=\].]""", line):
            return number
    return 0


def write_settings(path: Path, changes: Mapping[str, str | int]) -> None:
    """Create the file from its template, or change these settings in it and nothing else.

    Readable by its owner only: a database URL may hold a password. Raises ``InputError``
    (``CFG-005``) and leaves the file as it is when it could not be read afterwards.
    """
    text = _content(path) or TEMPLATE
    for name, value in changes.items():
        # Texts of JSON are texts of TOML.
        text = _changed(text, name, f"{name} = {json.dumps(value, ensure_ascii=False)}")
    _parsed(text, path)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UnavailableError(
            f"{path} could not be written: {error.strerror}.",
            hint="Check the rights on the folder and the free space.", code="CFG-009",
        ) from error  # fmt: skip


def _changed(text: str, name: str, shown: str) -> str:
    """The text with ``shown`` where ``name`` is set, or suggested, or else first of all."""
    for mark in ("", "# ?"):
        line = re.compile(rf"^[ \t]*{mark}{name}[ \t]*=.*$", re.MULTILINE)
        if line.search(text):
            return line.sub(lambda _: shown, text, count=1)
    return f"{shown}\n{text}"
