"""Posters: an A4 page per group and language, with the QR code of the address that all share.

Knows nothing of who answers: the address is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from corus.documents.notice import promise
from corus.documents.printer import print_pdf, qr, script
from corus.domain.wave import WavePlan
from corus.errors import InputError
from corus.language import Words, words


@dataclass(frozen=True)
class Poster:
    """One page: for which group, in which language, leading to which address."""

    group_label: str
    language: str
    url: str
    minutes: int = 10
    """Length announced, in minutes."""
    site: str = ""
    """Name of the site where it hangs, in small print, for whoever hangs it."""


def print_posters(posters: Iterable[Poster], organization: str, plan: WavePlan) -> bytes:
    """PDF with one page per poster. Raises ``InputError`` (``DOC-004``) without any."""
    pages = [_page(poster, organization, plan) for poster in posters]
    if not pages:
        raise InputError(
            "There is no poster to print: no group answers by a shared address.", code="DOC-004"
        )
    data = {"title": pages[0]["heading"], "pages": pages}
    return print_pdf("posters.typ", data, pages[0]["language"])


def _page(poster: Poster, organization: str, plan: WavePlan) -> dict[str, Any]:
    t = words(poster.language)
    return {
        "language": poster.language,
        "script": script(poster.language),
        "group": poster.group_label,
        "heading": t("Your opinion on {organization}", organization=organization),
        "sentences": [
            t("What is going well, what is missing, what has surprised you: tell us."),
            _length(poster, t),
            promise(plan, t),
        ],
        "url": poster.url,
        "qr": qr(poster.url),
        "scan": t("Scan this code with a telephone, or type this address:"),
        "closes": t("Until {day}.", day=t.date(plan.closes_on)) if plan.closes_on else "",
        "ask": t("A question, or another way of answering? Write to: {contact}",
                 contact=plan.notice.contact),
        "site": t("Site: {site}", site=poster.site) if poster.site else "",
    }  # fmt: skip


def _length(poster: Poster, t: Words) -> str:
    said = t.many("{n} minute at most", "{n} minutes at most", poster.minutes)
    return f"{said}. {t('No question is compulsory.')}"
