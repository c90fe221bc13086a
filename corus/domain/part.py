"""Which part of a release a profile shows, in words; the whole has none.

Any attribute of answers may bound a part: one that has no words here is told by its own name.
"""

from __future__ import annotations

from collections.abc import Callable

from corus.language import Words

Part = tuple[tuple[str, str], ...]
"""(attribute, value) pairs: the answers that have one of the values of each attribute.

No pair: every answer, as a view shows them, without scores and words.
"""
MODES = {
    "self": "on their own",
    "assisted": "with help",
    "assisted_relative": "with the help of someone close",
    "assisted_structure": "with the help of the structure",
    "assisted_other": "with the help of someone else",
    "paper": "on paper",
    "interview": "in an interview",
    "unknown": "mode unknown",
}
"""How answers were given, as coverage says it."""
ATTRIBUTES = {
    "group": "group",
    "site": "site",
    "variant": "questionnaire",
    "mode": "answered",
    "channel": "arrived",
    "completeness": "sent",
}
VALUES = {
    "variant": {"standard": "standard", "easy": "easy to read", "express": "short form"},
    "mode": MODES,
    "channel": {
        "personal": "by personal link",
        "open": "by open link",
        "kiosk": "on a shared tablet",
        "paper": "on paper",
        "import": "imported from elsewhere",
        "unknown": "way unknown",
    },
    "completeness": {"complete": "in full", "partial": "in part"},
}
"""Words of the values that everybody has; others, such as groups, are named by the caller."""
EVERY_ANSWER = "every answer"


def coded(part: Part) -> str:
    """``group=employees mode=paper,self``: for programs, the same in every language."""
    found = ((attribute, ",".join(values)) for attribute, values in _by_attribute(part).items())
    return " ".join(f"{attribute}={values}" for attribute, values in found) or "all"


def decoded(text: str) -> Part:
    """What ``coded`` wrote."""
    if text == "all":
        return ()
    pairs = (token.partition("=") for token in text.split())
    return tuple((attribute, value) for attribute, _, v in pairs for value in v.split(","))


def named(part: Part, say: Words, label: Callable[[str, str], str]) -> str:
    """``group: Employees; answered: on paper or with help``.

    ``label`` names values that are not words of the house: (attribute, value) → words.
    """
    told = (
        say("{attribute}: {values}", attribute=say(ATTRIBUTES.get(attribute, attribute)),
            values=say(" or ").join(_value(say, label, attribute, value) for value in values))
        for attribute, values in _by_attribute(part).items()
    )  # fmt: skip
    return say("; ").join(told) or say(EVERY_ANSWER)


def _by_attribute(part: Part) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for attribute, value in part:
        found.setdefault(attribute, []).append(value)
    return found


def _value(say: Words, label: Callable[[str, str], str], attribute: str, value: str) -> str:
    own = VALUES.get(attribute, {}).get(value)
    return say(own) if own else label(attribute, value)
