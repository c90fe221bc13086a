"""Level: a point of a graded scale with a written reason and references of evidence.

Stored as the point's index, ``reason`` and ``evidence``. A level without evidence is accepted:
whoever displays it says that it is only declared. Knows nothing of markers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from corus.domain.answer import SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Cells, Form, Problem, Refusal
from corus.questions.common import limited, one_value, shorten
from corus.questions.rating import OnScale

PARTS = ("reason", "evidence")


class Level(OnScale):
    """Which level is reached, why, and what shows it."""

    name = "level"
    optional = frozenset({"descriptors", "evidence_hint", "max_length"})

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """As any scale, and one descriptor per point when there are descriptors."""
        yield from super().check(item, instrument)
        scale = instrument.scales.get(item.scale or "")
        if scale and item.descriptors and len(item.descriptors) != len(scale.points):
            yield Problem(
                "QST-008",
                f"There are {len(item.descriptors)} descriptors for the {len(scale.points)} "
                f"points of scale “{item.scale}”.",
                "Write one descriptor per point, from least to most.", "descriptors",
            )  # fmt: skip

    def parse(self, asked: Asked, form: Form) -> Answer:
        """Level, reason, and one reference of evidence per line. Raises ``Refusal``."""
        reason, evidence = (one_value(form, f"{asked.field}.{part}") for part in PARTS)
        return _reasoned(asked, super().parse(asked, form), reason, evidence)

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """The fields that would send ``answer``."""
        written = {f"{asked.field}.{part}": [text] for part, text in _parts(answer).items()}
        return {**super().fill(asked, answer), **written}

    def read(self, asked: Asked, cells: Cells) -> Answer:
        """The level and its columns ``reason`` and ``evidence``. Raises ``Refusal``."""
        reason, evidence = (cells.get(part, "") for part in PARTS)
        return _reasoned(asked, super().read(asked, cells), reason, evidence)

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """The level, its reason, and one reference of evidence per line."""
        return {**super().write(asked, answer), **dict.fromkeys(PARTS, ""), **_parts(answer)}


def _reasoned(asked: Asked, answer: Answer, reason: str, evidence: str) -> Answer:
    limit = asked.item.max_length
    reason, evidence = limited(reason, limit), limited(evidence, limit)
    lines = tuple(line.strip() for line in evidence.split("\n") if line.strip())
    if answer.state in (State.SKIPPED, State.NOT_SHOWN):
        if reason or lines:
            message = "“{sent}” was written but no level was chosen. Choose one."
            raise Refusal("ANS-117", message, {"sent": shorten(reason or lines[0])})
        return answer if answer.state is State.NOT_SHOWN else SKIPPED
    if not reason and answer.state is State.GIVEN:
        message = "A level was given without a reason. Say in a sentence why."
        raise Refusal("ANS-115", message)
    if not reason and answer.state is State.NOT_CONCERNED:
        message = "This was called not relevant without a reason. Say in a sentence why."
        raise Refusal("ANS-116", message)
    return replace(answer, reason=reason, evidence=lines)


def _parts(answer: Answer) -> dict[str, str]:
    found = {"reason": answer.reason, "evidence": "\n".join(answer.evidence)}
    return {part: text for part, text in found.items() if text}


LEVEL = Level()
