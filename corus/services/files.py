"""Writing a file whole or not at all: a full disk never leaves half a workbook."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from corus.errors import UnavailableError


def write_file(path: Path, content: bytes) -> None:
    """Write aside, then put in place; raises ``UnavailableError`` and leaves the old file."""
    aside = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except OSError as error:
        if aside:
            Path(aside).unlink(missing_ok=True)
        raise UnavailableError(
            f"{path} could not be written: {error.strerror}.",
            hint="Check the folder and the free space.",
            code="FIL-001",
        ) from error
