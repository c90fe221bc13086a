"""A mail server of its own process: writes down what it took before it says so.

``python post_office.py PORT LOG``: one JSON line for each message taken. The local part of an
address decides its fate: ``nobody…`` 550, ``later…`` 451 the first time, ``spam…`` 554 at the end,
``relay…`` 554 5.7.1.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

from aiosmtpd.controller import Controller

NAME = re.compile(rb"^Message-ID: <([0-9a-f]{32})@", re.MULTILINE)


class Office:
    def __init__(self, log: str) -> None:
        self.log = log
        self.seen: set[str] = set()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if address.startswith("relay"):
            return "554 5.7.1 Relay access denied"
        if address.startswith("later") and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 Message content rejected"
        line = {
            "to": envelope.rcpt_tos, "from": envelope.mail_from,
            "name": NAME.search(envelope.content)[1].decode(),
            "content": envelope.content.decode("latin-1"),
        }  # fmt: skip
        with open(self.log, "a") as stream:  # noqa: PTH123
            stream.write(json.dumps(line) + "\n")
        return "250 OK: taken"


if __name__ == "__main__":
    controller = Controller(Office(sys.argv[2]), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    asyncio.new_event_loop().run_forever()
