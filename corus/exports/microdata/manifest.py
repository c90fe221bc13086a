"""The manifest beside microdata: what the file is, for whom and what for, and its fingerprints.

Says that it is confidential; reads no answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

import orjson

from corus import __version__
from corus.exports.microdata.base import Microdata, Written
from corus.language import words

WARNING = (
    "Individual answers. Not results: never publish them, never put them in an evidence "
    "pack or on a dashboard, never try to recognize anybody. Delete them once the purpose "
    "is reached."
)


def manifest(
    written: Written,
    data: Microdata,
    *,
    file_name: str,
    release: int | None,
    exported_on: date,
    role: str,
    purpose: str,
) -> bytes:
    """JSON to keep beside the file: confidential, counted, fingerprinted, with its purpose.

    ``release`` is the wave's last one, None before the first. Rows in are those stored, rows out
    those written: they are equal, or the export is at fault.
    """
    say, version = words(data.language), data.version
    files = {file_name: written.content}
    files |= {f"{file_name}{suffix}": content for suffix, content in written.beside.items()}
    document = {
        "notice": say("CONFIDENTIAL"),
        "warning": say(WARNING),
        "wave": data.wave,
        "release": release,
        "instrument": version.instrument.code,
        "edition": version.instrument.edition,
        "instrument_digest": version.digest,
        "exported_on": exported_on.isoformat(),
        "by": role,
        "purpose": purpose,
        "software": f"corus {__version__}",
        "rows_in": len(data.rows),
        "rows_out": written.rows_out,
        "sha256": hashlib.sha256(written.content).hexdigest(),
        "bytes": len(written.content),
        "files": _fingerprints(files),
        "columns": list(written.columns),
        "format": dict(written.about),
        "losses": list(written.losses) or [say("Nothing: the file carries everything.")],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _fingerprints(files: Mapping[str, bytes]) -> list[dict[str, object]]:
    return [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
