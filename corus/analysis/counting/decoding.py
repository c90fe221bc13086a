"""Stored documents as one array of mark codes, a million responses at a time.

Knows the form of a document (``corus.domain.answer``) and nothing of what the marks mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from corus.analysis.counting.layout import SYMBOLS
from corus.errors import InputError

Document = str | bytes
Codes = NDArray[np.uint8]
"""Marks as indexes into ``SYMBOLS``, shape [item, response]."""

_HEAD = b'{"marks":"'
_UNKNOWN = 255
_TABLE = bytes(
    SYMBOLS.index(chr(byte)) if chr(byte) in SYMBOLS else _UNKNOWN for byte in range(256)
)


def read_codes(documents: Sequence[Document], n_items: int) -> Codes:
    """Mark codes of every document, shape [``n_items``, len(documents)].

    Raises ``InputError`` (``TAL-001``) when a document does not hold one known mark per item.
    """
    marks = _cut(documents, n_items)
    if marks is None:
        marks = _parse(documents, n_items)
    codes = np.frombuffer(marks.T.tobytes().translate(_TABLE), np.uint8)
    codes = codes.reshape(n_items, len(documents))
    if codes.size and codes.max() == _UNKNOWN:
        raise _broken(n_items)
    return codes


def read_rest(document: Document) -> dict[str, Any]:
    """What a document holds beside its marks, by item code."""
    rest: dict[str, Any] = orjson.loads(document).get("rest", {})
    return rest


def _cut(documents: Sequence[Document], n_items: int) -> NDArray[np.uint8] | None:
    """The marks cut out of canonical documents, or None when one is written otherwise.

    Documents are written by one function, canonically: the marks stand at the same place in
    each. Cutting them there takes a tenth of the time of parsing; what is around them is
    checked, and anything unexpected is parsed instead.
    """
    width = len(_HEAD) + n_items + 1
    heads = [document[:width] for document in documents]
    try:
        joined = _join(heads)
    except (UnicodeEncodeError, TypeError):
        return None
    if len(joined) != width * len(heads):
        return None
    grid = np.frombuffer(joined, np.uint8).reshape(len(heads), width)
    start = len(_HEAD)
    canonical = (grid[:, :start] == np.frombuffer(_HEAD, np.uint8)).all()
    if not canonical or not (grid[:, -1] == ord('"')).all():
        return None
    return grid[:, start:-1]


def _join(heads: list[Any]) -> bytes:
    """All heads in one run of bytes; ``TypeError`` when text and bytes are mixed."""
    if heads and isinstance(heads[0], bytes):
        return b"".join(heads)
    return "".join(heads).encode("ascii")


def _parse(documents: Sequence[Document], n_items: int) -> NDArray[np.uint8]:
    """The marks of documents in any JSON form, shape [response, item]."""
    marks = [str(orjson.loads(document)["marks"]) for document in documents]
    if any(len(m) != n_items for m in marks):
        raise _broken(n_items)
    try:
        joined = "".join(marks).encode("latin-1")
    except UnicodeEncodeError:
        raise _broken(n_items) from None
    return np.frombuffer(joined, np.uint8).reshape(len(marks), n_items)


def _broken(n_items: int) -> InputError:
    return InputError(
        f"A stored response does not hold one known mark for each of the {n_items} items.",
        hint="It was written for another instrument, or damaged: restore it from the backup.",
        code="TAL-001",
    )
