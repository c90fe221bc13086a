"""Rating: one point of a scale, or an opt-out beside it.

Stored as the point's index. Knows nothing of what the points mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corus.domain.answer import SKIPPED, Answer, State
from corus.domain.base import say
from corus.domain.instrument import Instrument, Item
from corus.domain.scale import Scale
from corus.questions.base import Asked, Problem, ValueType
from corus.questions.common import MAX_OPTIONS, OneOf, once


@once
def _answers(scale: Scale) -> dict[str, Answer]:
    found = {str(p.value): Answer(State.GIVEN, i) for i, p in enumerate(scale.points)}
    found.update({opt_out: Answer(State(opt_out)) for opt_out in scale.opt_outs})
    found[""] = SKIPPED
    return found


class OnScale(OneOf):
    """A question answered on its scale; the codes are the points' values and the opt-outs."""

    required = frozenset({"scale"})
    optional: frozenset[str] = frozenset()
    value_type: ValueType = "number"

    def answers(self, asked: Asked) -> Mapping[str, Answer]:
        """Point value or opt-out → answer; one shared table per scale."""
        return _answers(scale_of(asked))

    def code(self, asked: Asked, index: int) -> str:
        """The point's value."""
        return str(scale_of(asked).points[index].value)

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """A scale this type can use has 2 to 36 points. Undefined scales are not its business."""
        scale = instrument.scales.get(item.scale or "")
        if scale and not 2 <= len(scale.points) <= MAX_OPTIONS:
            yield Problem(
                "QST-005", f"Scale “{item.scale}” has {len(scale.points)} points.",
                f"Give it from 2 to {MAX_OPTIONS} points.", "scale",
            )  # fmt: skip

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """Points from least to most, then the opt-outs."""
        scale = scale_of(asked)
        points = [(str(p.value), say(p.label, language)) for p in scale.points]
        return points + [(code, say(label, language)) for code, label in scale.opt_outs.items()]


def scale_of(asked: Asked) -> Scale:
    """The scale of an item that cannot do without one."""
    if asked.scale is None:
        raise ValueError(f"item {asked.item.code!r} has no scale")
    return asked.scale


class Rating(OnScale):
    """How far a person agrees, how often, how much."""

    name = "rating"
    one_look = True
    optional = frozenset({"direction"})


RATING = Rating()
