"""Writing a file whole or not at all: a full disk never leaves half a workbook."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from corus.errors import ConflictError, InputError, UnavailableError

PRIVATE = 0o600
"""For files that hold answers: their owner alone reads them."""
SHARED = 0o644


def write_file(path: Path, content: bytes, mode: int = SHARED) -> None:
    """Write aside, then put in place; raises ``UnavailableError`` and leaves the old file.

    Raises ``InputError`` (``FIL-003``) when there is no such folder: it may be misspelt.
    """
    if not path.parent.is_dir():
        raise InputError(
            f"There is no folder {path.parent}.", hint="Make it first, or name another with -o.",
            code="FIL-003",
        )  # fmt: skip
    with _aside(path, mode) as (stream, aside):
        stream.write(content)
        _settle(stream)
        aside.replace(path)


def check_ending(path: Path, *endings: str) -> None:
    """Raises ``InputError`` (``FIL-004``) for a name that would say something else than it is."""
    if path.suffix.lower() not in endings:
        raise InputError(
            f"{path} cannot be written: its name must end in {' or '.join(endings)}.",
            hint="Name another file with -o.", code="FIL-004",
        )  # fmt: skip


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A private file to write and read back, that appears at the end of the block or never.

    Raises ``ConflictError`` when there is one already: it is left as it is.
    """
    if path.exists():
        raise _taken(path)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True)
    with _aside(path, PRIVATE) as (stream, aside):
        yield stream
        _settle(stream)
        _put(aside, path)


def _put(aside: Path, path: Path) -> None:
    try:
        os.link(aside, path)
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError:
        # Memory sticks know no links: there, a name taken meanwhile is the smaller risk.
        if path.exists():
            raise _taken(path) from None
        aside.rename(path)


def _taken(path: Path) -> ConflictError:
    return ConflictError(
        f"{path} is already there, and is left as it is.", hint="Name another file with -o.",
        code="FIL-002",
    )  # fmt: skip


@contextmanager
def _aside(path: Path, mode: int) -> Iterator[tuple[IO[bytes], Path]]:
    aside: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        aside = Path(name)
        with os.fdopen(descriptor, "w+b") as stream:
            if mode != PRIVATE:
                aside.chmod(mode)
            yield stream, aside
        sync_folder(path.parent)
    except OSError as error:
        raise UnavailableError(
            f"{path} could not be written: {error.strerror}.",
            hint="Check the folder and the free space.",
            code="FIL-001",
        ) from error
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)


def _settle(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Names written to or removed from a folder survive a power cut from now on."""
    # Some systems and disks cannot: the file itself is safe there.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
