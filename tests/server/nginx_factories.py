"""nginx run on the example that we ship, on free ports of the loopback, in front of a server."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

from corus.cli.local import free_port
from tests.server.site_factories import PATIENCE, Reply, eventually

EXAMPLE = Path(__file__).parents[2] / "docs/deploy/nginx.conf"
NAME = "enquete.exemple.fr"
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/main-error.log info;
events {{}}
http {{
    # As on Debian: what a site does not say otherwise is logged.
    access_log {folder}/access.log;
    error_log {folder}/error.log info;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


@dataclass(frozen=True)
class Front:
    """A running nginx: where it listens, and where all that it writes goes."""

    folder: Path
    plain: int
    secure: int

    def request(
        self, method: str, path: str, body: bytes | None = None, *, tls: bool = True,
        **headers: str,
    ) -> Reply:  # fmt: skip
        """One request as a browser of somebody sends it, by the name of the site."""
        known = {"Host": NAME} | {name.replace("_", "-"): text for name, text in headers.items()}
        with closing(self._connection(tls=tls)) as connection:
            connection.request(method, path, body, known)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

    def _connection(self, *, tls: bool) -> HTTPConnection:
        if not tls:
            return HTTPConnection("127.0.0.1", self.plain, timeout=PATIENCE)
        context = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        context.check_hostname = False
        return HTTPSConnection("127.0.0.1", self.secure, timeout=PATIENCE, context=context)

    def written(self) -> dict[str, str]:
        """Everything that nginx has written for itself, file by file."""
        files = (
            f for f in self.folder.rglob("*") if f.is_file() and f.suffix not in (".pem", ".conf")
        )
        return {f.name: f.read_text(errors="replace") for f in files}


@contextmanager
def nginx(program: str, folder: Path, behind: int) -> Iterator[Front]:
    """nginx on the shipped example, in front of the port ``behind``; only places are changed."""
    folder.mkdir()
    front = Front(folder, free_port(), free_port())
    _certify(folder)
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        AROUND.format(user=user, folder=folder, site=_placed(EXAMPLE.read_text(), front, behind))
    )
    checked = subprocess.run(
        [program, "-t", "-p", folder, "-c", folder / "nginx.conf"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr, checked.stderr
    process = subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf"])
    try:
        eventually(lambda: _listens(front))
        yield front
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _placed(example: str, front: Front, behind: int) -> str:
    """The example with other ports and another certificate, and not a word else."""
    changes = {
        r"listen 80;": f"listen 127.0.0.1:{front.plain};",
        r"listen \[::\]:80;": "",
        r"listen 443 ssl;": f"listen 127.0.0.1:{front.secure} ssl;",
        r"listen \[::\]:443 ssl;": "",
        r"/etc/letsencrypt/live/enquete\.exemple\.fr/": f"{front.folder}/",
        r"http://127\.0\.0\.1:8000": f"http://127.0.0.1:{behind}",
    }
    for pattern, text in changes.items():
        example, n = re.subn(pattern, text, example)
        assert n, pattern
    return example


def _certify(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-keyout", folder / "privkey.pem",
         "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def _listens(front: Front) -> bool:
    try:
        return front.request("GET", "/", tls=False).status == 301
    except OSError:
        time.sleep(0.05)
        return False
