"""The file of a backup: tables as lines of JSON in a zip, a manifest, and a seal over every byte.

The seal tells damage, not forgery. Knows nothing of databases.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

from corus.errors import InputError
from corus.services.files import new_file

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = 64
"""Hexadecimal digits at the very end of the file: SHA-256 of all that comes before."""
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""Zip wants a time; ours tells nothing."""
PIECE = 1 << 20
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, KeyError,
    TypeError, NotImplementedError, RuntimeError, OverflowError, IndexError, OSError,
)  # fmt: skip
"""What reading damaged bytes may raise."""
CURE = "Use another backup: `corus backup --check FILE` proves one."


@dataclass(frozen=True)
class TableCopy:
    """What one table must hold: how many rows, and the SHA-256 of its lines in key order."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    corus: str
    """Version of the program that made it."""
    revision: str
    """Revision of the tables."""
    database: str
    taken_on: date
    open_waves: tuple[str, ...]
    """Waves that took answers on that day: their closing erases this backup."""
    secret: str
    """A mark of the instance's secret, from which the secret cannot be found."""
    tables: tuple[TableCopy, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables)


class Copying:
    """A backup under way: tables are added one after the other, the manifest last."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._stream = stream
        self.tables: list[TableCopy] = []

    def add(self, name: str, lines: Iterable[bytes]) -> None:
        """Write down every line of a table."""
        with self._zip.open(_entry(_place(name)), "w", force_zip64=True) as entry:
            self.tables.append(counted(name, lines, entry))

    def end(self, manifest: Manifest) -> None:
        """Write the manifest and seal the file."""
        text = json.dumps({"format": FORMAT} | asdict(manifest), default=str, indent=1)
        self._zip.writestr(_entry(MANIFEST), text)
        self._zip.comment = b"0" * SEAL
        self._zip.close()
        seal = _digest_before_seal(self._stream)
        self._stream.seek(-SEAL, 2)
        self._stream.write(seal)

    def let_go(self) -> None:
        """Leave an unfinished file alone: forgotten open, it would be written to once more."""
        with suppress(OSError, ValueError):
            self._zip.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _place(name: str) -> str:
    return f"tables/{name}.jsonl"


def counted(name: str, lines: Iterable[bytes], entry: IO[bytes] | None = None) -> TableCopy:
    """Rows and digest of a table's lines, written to ``entry`` on the way."""
    digest, rows = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        rows += 1
        if entry is not None:
            entry.write(line)
    return TableCopy(name, rows, digest.hexdigest())


def _digest_before_seal(stream: IO[bytes]) -> bytes:
    left = stream.seek(0, 2) - SEAL
    stream.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (piece := stream.read(min(left, PIECE))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest().encode()


@contextmanager
def making(path: Path) -> Iterator[Copying]:
    """A new backup at ``path``, whole at the end of the block or not there at all."""
    with new_file(path) as stream:
        copying = Copying(stream)
        try:
            yield copying
        finally:
            copying.let_go()


class Backup:
    """A backup being read; every fault is an ``InputError`` with the file and the table."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.path = path
        self._stream = stream
        with self._reading("the list of its parts"):
            self._zip = zipfile.ZipFile(stream)
        self.manifest = self._manifest()

    def lines(self, name: str) -> Iterator[bytes]:
        """The rows of a table, as they were written."""
        with (
            self._reading(f"table “{name}”"),
            self._zip.open(_place(name)) as entry,
            BufferedReader(entry) as lines,  # type: ignore[type-var]
        ):
            yield from lines

    def prove(self) -> None:
        """Read everything again: each table as its manifest says, no part more, no byte changed."""
        there = set(self._zip.namelist())
        for table in self.manifest.tables:
            if _place(table.name) not in there:
                raise self._fault(f"table “{table.name}” is missing", "BAK-003")
            found = counted(table.name, self.lines(table.name))
            if found.rows != table.rows:
                said = f"table “{table.name}” has {found.rows} rows instead of {table.rows}"
                raise self._fault(said, "BAK-004")
            if found != table:
                raise self._fault(f"table “{table.name}” is not what was written", "BAK-004")
        if len(there) != len(self.manifest.tables) + 1:
            raise self._fault("it holds parts that its manifest does not name", "BAK-003")
        self._prove_seal()

    def _prove_seal(self) -> None:
        with self._reading("its seal"):
            found = _digest_before_seal(self._stream)
            if self._stream.read(SEAL + 1) != found:
                raise self._fault("bytes have changed since it was made", "BAK-005")

    def _manifest(self) -> Manifest:
        with self._reading("its manifest"):
            read = json.loads(self._zip.read(MANIFEST))
            if read.pop("format") != FORMAT:
                raise InputError(
                    f"{self.path}: this backup was made by a newer Corus.",
                    hint="Use that version.", code="BAK-002",
                )  # fmt: skip
            return _manifest(read)

    @contextmanager
    def _reading(self, part: str) -> Iterator[None]:
        try:
            yield
        except DAMAGE as error:
            raise self._fault(f"{part} cannot be read: it is damaged or cut short") from error

    def _fault(self, what: str, code: str = "BAK-001") -> InputError:
        return InputError(f"{self.path}: {what}.", hint=CURE, code=code)


def _manifest(read: dict[str, Any]) -> Manifest:
    tables = tuple(TableCopy(str(t["name"]), int(t["rows"]), str(t["sha256"]))
                   for t in read.pop("tables"))  # fmt: skip
    day = date.fromisoformat(read.pop("taken_on"))
    waves = tuple(read.pop("open_waves"))
    return Manifest(**read, taken_on=day, open_waves=waves, tables=tables)


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """The backup at ``path``; ``InputError`` when there is none or it cannot be read."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(
            f"{path}: there is no backup to read here ({error.strerror}).",
            hint="Check its name; `ls` shows what is in a folder.", code="BAK-006",
        ) from error  # fmt: skip
    with stream:
        yield Backup(path, stream)
