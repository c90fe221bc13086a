"""Gzip bodies spliced from parts compressed once; knows nothing of pages or requests.

A form page differs from one visit to the next by its submission id only. What stands before and
after it is compressed once; serving a visit then costs two joins and a checksum.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from dataclasses import dataclass

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""Gzip member header (RFC 1952): deflate, no name, no time, best compression, unknown system."""
BLOCK_LIMIT = 0xFFFF
"""Longest content of a stored deflate block (RFC 1951, 3.2.4)."""


@dataclass(frozen=True)
class Splice:
    """A page cut where its one varying text goes: plain and deflated halves, and a checksum."""

    before: bytes
    after: bytes
    deflated_before: bytes
    deflated_after: bytes
    checksum: int
    """CRC-32 of ``before``."""

    @classmethod
    def cut(cls, page: bytes, mark: bytes) -> Splice:
        """Cut ``page`` at its only ``mark``; ``ValueError`` when it is there 0 or 2 times."""
        if page.count(mark) != 1:
            raise ValueError(f"the page holds its mark {page.count(mark)} times instead of once")
        before, after = page.split(mark)
        return cls(
            before,
            after,
            HEADER + _deflate(before, zlib.Z_FULL_FLUSH),
            _deflate(after, zlib.Z_FINISH),
            zlib.crc32(before),
        )

    def plain(self, text: bytes) -> bytes:
        """The page with ``text`` at the cut."""
        return self.before + text + self.after

    def gzipped(self, text: bytes) -> bytes:
        """The same page as one gzip member; ``text`` travels uncompressed (at most 65,535 bytes).

        Nothing after the cut refers back across it, so any text of any length fits.
        """
        checksum = zlib.crc32(self.after, zlib.crc32(text, self.checksum))
        size = len(self.before) + len(text) + len(self.after)
        return b"".join(
            (
                self.deflated_before,
                _stored(text),
                self.deflated_after,
                struct.pack("<II", checksum, size & 0xFFFFFFFF),
            )
        )


def squeeze(body: bytes) -> bytes:
    """``body`` gzipped as small as it gets, without a time: the same bytes give the same bytes."""
    return gzip.compress(body, 9, mtime=0)


def _deflate(part: bytes, flush: int) -> bytes:
    """Raw deflate ending on a byte boundary, so that a stored block may follow."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeezer.compress(part) + squeezer.flush(flush)


def _stored(text: bytes) -> bytes:
    """``text`` as one stored block that is not the last."""
    if len(text) > BLOCK_LIMIT:
        raise ValueError("a stored block holds at most 65,535 bytes")
    return struct.pack("<BHH", 0, len(text), len(text) ^ BLOCK_LIMIT) + text
