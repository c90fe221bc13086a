"""Letters of invitation: one page per person, for a French window envelope.

Whoever prints them hands over names and codes; nothing here keeps or logs them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from corus.documents.notice import promise
from corus.documents.printer import print_pdf, qr, script
from corus.domain.wave import WavePlan
from corus.errors import InputError
from corus.language import words

ADDRESS_LINES = 6
"""Lines that a French postal address may have, the name included."""


@dataclass(frozen=True)
class Letter:
    """One person to invite: where to write, and the personal address that opens the form."""

    name: str
    postal: str
    """Postal address without the name, one line per line of the envelope."""
    url: str
    code: str
    """What the person types where a QR code cannot be read."""
    group_label: str
    language: str
    minutes: int = 10
    """Length announced, in minutes."""


@dataclass(frozen=True)
class Sender:
    """Who invites, to what, and where codes are typed."""

    organization: str
    plan: WavePlan
    public_url: str


def print_letters(letters: Iterable[Letter], sender: Sender) -> bytes:
    """PDF with one page per letter, in the order given.

    Raises ``InputError``: ``DOC-002`` without any letter, ``DOC-003`` for an address of more
    than six lines, which the window would cut.
    """
    pages = [_page(n, letter, sender) for n, letter in enumerate(letters, 1)]
    if not pages:
        raise InputError("There is no letter to print.", code="DOC-002")
    first = pages[0]
    data = {"title": first["subject"], "organization": sender.organization, "pages": pages}
    return print_pdf("letters.typ", data, first["language"])


def grouped(code: str, size: int = 4) -> str:
    """A code in capitals, in groups that the eye can hold: ``7KQ4 PM2X``."""
    plain = "".join(code.split()).upper()
    return " ".join(plain[at : at + size] for at in range(0, len(plain), size))


def _page(n: int, letter: Letter, sender: Sender) -> dict[str, Any]:
    return {
        "language": letter.language,
        "script": script(letter.language),
        "address": _address(n, letter),
        "contact": sender.plan.notice.contact,
        "url": letter.url,
        "qr": qr(letter.url),
        "code": grouped(letter.code),
        **_sentences(letter, sender),
    }


def _address(n: int, letter: Letter) -> list[str]:
    lines = [line.strip() for line in (letter.name, *letter.postal.splitlines())]
    found = [line for line in lines if line]
    if len(found) > ADDRESS_LINES:
        # By its place in the list: an error message names nobody.
        raise InputError(
            f"The address of letter {n} has {len(found)} lines with the name; an envelope "
            f"shows {ADDRESS_LINES}.",
            hint="Shorten this address in the list of contacts.",
            code="DOC-003",
        )
    return found


def _sentences(letter: Letter, sender: Sender) -> dict[str, Any]:
    t, plan = words(letter.language), sender.plan
    typed = sender.public_url.rstrip("/") + "/i"
    closes = plan.closes_on
    return {
        "subject": t("Your opinion on {organization}", organization=sender.organization),
        "hello": t("Hello,"),
        "group": t("You are asked here as: {group}.", group=letter.group_label),
        "body": [
            t(
                "{organization} would like to know how you see what it does: what is going well, "
                "what is missing, what has surprised you. There are no right or wrong answers.",
                organization=sender.organization,
            ),
            t.many(
                "Answering takes {n} minute at most. Taking part is voluntary, and every "
                "question is optional.",
                "Answering takes {n} minutes at most. Taking part is voluntary, and every "
                "question is optional.",
                letter.minutes,
            ),
        ],
        "promise": promise(plan, t),
        "once": t("This letter is for you alone: its address serves for one answer only."),
        "ways": t("To answer, choose what suits you"),
        "scan": t("Scan this code with a telephone."),
        "type": t("Or type this address in a browser:"),
        "enter": t("Or go to {address} and enter this code:", address=typed),
        "closes": t("You may answer until {day}.", day=t.date(closes)) if closes else "",
        "ask": t("A question, or another way of answering? Write to: {contact}",
                 contact=plan.notice.contact),
        "thanks": t("Thank you for the time you give."),
    }  # fmt: skip
