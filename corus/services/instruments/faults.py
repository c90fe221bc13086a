"""What is wrong with a draft, each fault beside the field that it concerns.

The rules are those of ``corus.authoring``; here their places become fields of a page, and their
facts sentences for people who never saw the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corus.authoring.builder import build
from corus.authoring.places import Where
from corus.authoring.reader import Document
from corus.domain.instrument import Instrument
from corus.errors import Fault
from corus.services.instruments import bounds
from corus.services.instruments.document import OTHERS, Draft, Json

CURES = {
    # code: what a person reads, how to mend it; both are keys of the catalogues
    "INS-025": ("It is asked to a group that does not exist here.", "Tick the groups again."),
    "INS-028": (
        "This group is asked nothing.",
        "Switch on a question for it.",
    ),
    "INS-029": ("No question is left.", "Switch on at least one."),
    "INS-030": (
        "This text is missing in one of the languages.",
        "Write it in each language, or take the language off in “Title and length”.",
    ),
    "INS-033": bounds.BRACES,
    "INS-071": ("Something that this kind of question needs is missing.", "Fill it in."),
    "INS-090": (
        "A published question cannot become of another kind.",
        "Switch it off and write a new one.",
    ),
    "INS-091": (
        "A published question cannot change its direction.",
        "Switch it off and write a new one.",
    ),
    "INS-092": (
        "A published question cannot change its number of answers.",
        "Switch it off and write a new one.",
    ),
    "QST-001": ("There are fewer than two answers to choose from.", "Write at least two."),
    "QST-002": ("Two answers are the same.", "Word one of them otherwise."),
    "QST-003": ("One of the answers has a name that is reserved.", "Word it otherwise."),
    "QST-004": (
        "More choices are allowed than there are answers.",
        "Allow fewer, or write more answers.",
    ),
    "QST-006": ("There are more answers than can be kept.", "Leave some out."),
    "REL-002": (
        "It is only shown after an answer to another question, which is not asked.",
        "Switch the other question on, or show this one to everybody asked.",
    ),
    "REL-003": (
        "It is only shown after an answer to another question, which comes later.",
        "Move one of the two, or show this one to everybody asked.",
    ),
    "REL-005": (
        "It is only shown after an answer to another question, which some of its groups are not "
        "asked.",
        "Ask the other question of the same groups, or show this one to everybody asked.",
    ),
    "REL-006": (
        "It is only shown after an answer to another question, which comes in a later part.",
        "Move the parts, or show this one to everybody asked.",
    ),
}
"""Code of a fault that these pages let people make → fact and cure in their words."""
UNFORESEEN = (
    "Something is written in a way that cannot be published.",
    "Undo the last change, or ask whoever looks after this site, with the code beside.",
)
"""What these pages should never let anybody make."""
OF_ONE_LANGUAGE = frozenset({"INS-033"})
"""Faults placed at the text of one language; a field of the pages holds all languages."""


@dataclass(frozen=True)
class Placed:
    """One fault, with the part, the item and the field it concerns ("" where there is none)."""

    part: str
    item: str
    field: str
    code: str
    fact: str
    cure: str


def built(
    draft: Draft, previous: Instrument | None = None
) -> tuple[Instrument | None, list[Placed]]:
    """The instrument as it would be published and everything wrong with it; with faults, None."""
    document = draft.asked()
    lines = {where: number for number, where in enumerate(_places(document, ()), start=1)}
    found, faults = build(_Paths(document["code"], document, lines), previous)
    return found, list(dict.fromkeys(_placed(document, fault) for fault in faults))


class _Paths(Document):
    """A document without a file: its faults keep their path, in the order of its values."""

    def fault(self, where: Where, code: str, message: str, hint: str = "") -> Fault:
        """A fault placed at ``where``."""
        path = "/".join(map(str, where))
        return Fault(self.file, self.line(where), code, message, hint, path)


def _places(value: object, where: Where) -> Iterator[Where]:
    yield where
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _places(part, (*where, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _places(part, (*where, number))


def _placed(document: Json, fault: Fault) -> Placed:
    steps = fault.column.split("/") if fault.column else []
    where = tuple(int(step) if step.isdigit() else step for step in steps)
    part, item, rest = _split(document, where)
    fact, cure = CURES.get(fault.code, UNFORESEEN)
    rest = rest[:-1] if fault.code in OF_ONE_LANGUAGE else rest
    return Placed(part, item, ".".join(map(str, rest)), fault.code, fact, cure)


def _split(document: Json, where: Where) -> tuple[str, str, Where]:
    """(part, item, place within the item), or what is left of it."""
    if where[:1] == ("questions",) and len(where) > 1:
        return OTHERS, document["questions"][where[1]]["code"], where[2:]
    if where[:1] != ("dimensions",) or len(where) < 2:
        return "", "", where
    dimension = document["dimensions"][where[1]]
    if len(where) < 6:
        return dimension["code"], "", where[2:]
    criterion = dimension["criteria"][where[3]]
    return dimension["code"], criterion["items"][where[5]]["code"], where[6:]
