"""A poster that hands out the page given back to a group: its QR code and its address.

Knows nothing of what the page says.
"""

from __future__ import annotations

from corus.documents.printer import print_pdf, qr, script
from corus.language import words


def print_given_back(organization: str, group: str, url: str, contact: str, language: str) -> bytes:
    """A one-page PDF in ``language``; ``group`` is the label of the group it is hung up for."""
    t = words(language)
    heading = t("What you told us, and what we do about it")
    page = {
        "language": language, "script": script(language), "group": group, "heading": heading,
        "sentences": [
            t("Thank you for your answers to {organization}.", organization=organization),
            t("Nobody can be recognised on this page."),
        ],
        "url": url, "qr": qr(url),
        "scan": t("Scan this code with a telephone, or type this address:"), "closes": "",
        "ask": t("A question? Write to: {contact}", contact=contact), "site": "",
    }  # fmt: skip
    return print_pdf("posters.typ", {"title": heading, "pages": [page]}, language)
