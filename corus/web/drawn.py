"""Pages and files of releases, drawn once: a release never changes, but for words that leave it.

Knows no page: whoever asks names what the content follows from, and draws it when it is not here.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from flask import Response, request

from corus.web.replies import takes_gzip

MOST = 96
TEXT = ("text/", "application/json")


@dataclass(frozen=True)
class Drawn:
    """What was drawn, gzipped where it is text, and a name of this very content."""

    content: bytes
    kind: str
    tag: str

    @property
    def packed(self) -> bool:
        """Whether the content is gzipped."""
        return self.kind.startswith(TEXT)

    def reply(self) -> Response:
        """The content as an answer, or that the visitor's copy still holds."""
        packed = self.packed and takes_gzip(request.environ)
        content = self.content if packed or not self.packed else gzip.decompress(self.content)
        response = Response(content, content_type=self.kind)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding, Cookie"
        response.headers["Cache-Control"] = "private, no-cache"
        response.set_etag(f"{self.tag}{'-gzip' if packed else ''}")
        return response.make_conditional(request)


_kept: OrderedDict[Hashable, Drawn] = OrderedDict()
_turn = Lock()


def drawn(key: Hashable, draw: Callable[[], tuple[bytes, str]]) -> Drawn:
    """What was drawn under this key, or what ``draw`` now gives: content and its kind."""
    with _turn:
        if found := _kept.get(key):
            _kept.move_to_end(key)
            return found
    found = _made(*draw())
    with _turn:
        _kept[key] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def _made(content: bytes, kind: str) -> Drawn:
    tag = hashlib.sha256(content).hexdigest()[:24]
    packed = gzip.compress(content, mtime=0) if kind.startswith(TEXT) else content
    return Drawn(packed, kind, tag)
