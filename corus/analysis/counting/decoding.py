"""Stored documents as one array of mark codes, a million responses at a time.

Knows the form of a document (``corus.domain.answer``) and nothing of what the marks mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast, overload

import numpy as np
import orjson
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from corus.analysis.counting.layout import SYMBOLS
from corus.errors import InputError

Document = str | bytes
Codes = NDArray[np.uint8]
"""Marks as indexes into ``SYMBOLS``, shape [item, response]."""

_NEW_LINE = 10
_HEAD = b'{"marks":"'
_UNKNOWN = 255
_TABLE = bytes(
    SYMBOLS.index(chr(byte)) if chr(byte) in SYMBOLS else _UNKNOWN for byte in range(256)
)


@dataclass(frozen=True, eq=False)
class Lines(Sequence[bytes]):
    """Documents in one run of bytes, one a line: none of them is an object of its own.

    Line i is ``text[starts[i] : starts[i + 1] - 1]``.
    """

    text: bytes
    starts: NDArray[np.intp]
    """Where each line begins, and one place past the end of the last and its line end."""

    @classmethod
    def of(cls, text: bytes) -> Lines:
        """The lines of ``text``; the last one does not end in a new line."""
        ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEW_LINE)
        starts = np.empty(len(ends) + 2, np.intp)
        starts[0], starts[1:-1], starts[-1] = 0, ends + 1, len(text) + 1
        return cls(text, starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Lines: ...
    def __getitem__(self, index: int | slice) -> bytes | Lines:
        if isinstance(index, slice):
            first, last, _ = index.indices(len(self))
            return Lines(self.text, self.starts[first : last + 1])
        start, after = self.starts[range(len(self))[index] :][:2]
        return self.text[start : after - 1]

    def heads(self, width: int) -> NDArray[np.uint8] | None:
        """The first ``width`` bytes of each, shape [line, width]; None where one is shorter."""
        length = np.diff(self.starts)
        if not len(length) or length.min() <= width:
            return None
        whole = np.frombuffer(self.text, np.uint8)
        if (length == length[0]).all():
            # All as long: no byte need move. The very last line has no line end of its own.
            first, n, step = int(self.starts[0]), len(length), int(length[0])
            rows = np.ndarray((n, width), np.uint8, whole, first, (step, 1))
            return cast(NDArray[np.uint8], rows)
        return np.asarray(sliding_window_view(whole, width)[self.starts[:-1]])


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
    grid = _heads(documents, len(_HEAD) + n_items + 1)
    if grid is None:
        return None
    start = len(_HEAD)
    canonical = (grid[:, :start] == np.frombuffer(_HEAD, np.uint8)).all()
    if not canonical or not (grid[:, -1] == ord('"')).all():
        return None
    return grid[:, start:-1]


def _heads(documents: Sequence[Document], width: int) -> NDArray[np.uint8] | None:
    """The first ``width`` bytes of each, or None where they are not so many bytes of ASCII."""
    if isinstance(documents, Lines):
        return documents.heads(width)
    try:
        joined = _join([document[:width] for document in documents])
    except (UnicodeEncodeError, TypeError):
        return None
    if len(joined) != width * len(documents):
        return None
    return np.frombuffer(joined, np.uint8).reshape(len(documents), width)


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
