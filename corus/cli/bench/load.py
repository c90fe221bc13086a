"""The load: clients on kept connections that fetch the form, send it, read the confirmation.

As light as can be, since it shares the processors with the server that it measures.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from corus.cli.bench.material import answers

OPEN = "/s/bench/g0/fr"
HEADERS = "HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"


@dataclass
class Load:
    """What one half round did: cycles acknowledged, each cycle's seconds, refusals seen."""

    seconds: float
    cycles: list[float] = field(default_factory=list)
    failures: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Cycles per second."""
        return len(self.cycles) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds under which this share of cycles ended."""
        ranked = sorted(self.cycles)
        return 1000 * ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def bodies(seed: int, number: int) -> list[bytes]:
    """Seeded forms, each without its submission id, which is drawn when sent."""
    draw = random.Random(seed)  # noqa: S311 - answers to a benchmark, not secrets
    forms = ({f"q.q{n:02}": value for n, value in enumerate(answers(draw))} for _ in range(number))
    return [urlencode(form).encode() for form in forms]


def run(port: int, seconds: float, clients: int, paths: Iterator[str], seed: int = 1) -> Load:
    """Load the server for ``seconds`` with ``clients`` at once; bounded in time.

    Each cycle takes the next of ``paths``: one address for all, or one personal link each.
    """
    return asyncio.run(_run(port, seconds, clients, paths, bodies(seed, 200)))


async def _run(
    port: int, seconds: float, clients: int, paths: Iterator[str], forms: list[bytes]
) -> Load:
    load = Load(seconds)
    end = time.perf_counter() + seconds
    await asyncio.gather(*(_client(port, end, paths, forms, load) for _ in range(clients)))
    return load


async def _client(
    port: int, end: float, paths: Iterator[str], forms: list[bytes], load: Load
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = secrets.randbelow(len(forms))
    while (start := time.perf_counter()) < end:
        number = (number + 1) % len(forms)
        ok = await cycle(reader, writer, next(paths), forms[number])
        if ok is None:
            load.cycles.append(time.perf_counter() - start)
        else:
            load.failures.append(ok)
    writer.close()


async def cycle(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, form: bytes
) -> bytes | None:
    """One whole cycle; None, or the first line of an answer that was not 200."""
    writer.write(f"GET {path} {HEADERS}\r\n".encode())
    status, _ = await answer(reader)
    if b" 200 " not in status:
        return status
    body = b"submission_id=" + secrets.token_hex(16).encode() + b"&" + form
    writer.write(
        f"POST {path} {HEADERS}"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    status, _ = await answer(reader)
    return None if b" 200 " in status else status


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Status line and body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    length = int(lower[at + 15 : lower.index(b"\r\n", at)]) if at >= 0 else 0
    return head[: head.index(b"\r\n")], await reader.readexactly(length)
