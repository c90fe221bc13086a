"""Known populations that what happened contradicts: pointed out, never refused.

A group may have grown since, or people from elsewhere have its open address: who runs the survey
knows, we do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corus.analysis.profile.reach import told
from corus.domain.profile import Coverage
from corus.domain.wave import WavePlan
from corus.language import Words
from corus.store.queries import Place

INVITED = (
    "The known population of the group “{group}” is {population}, but the number invited is {n}: "
    "see which of the two is wrong."
)
RECEIVED = (
    "The known population of the group “{group}” is {population}, but at least {n} answers were "
    "received: see which of the two is wrong."
)


@dataclass(frozen=True)
class Contradiction:
    """A group with more people than it is said to have; ``said`` is the sentence that says so."""

    group: str
    population: int
    n: int
    said: str

    def line(self, t: Words, group: str) -> str:
        """The sentence in the language of ``t``; ``group`` is the group's name there."""
        return t(self.said, group=group, population=t.number(self.population), n=t.number(self.n))


def contradictions(
    coverage: Sequence[Coverage], strata: dict[Place, int], plan: WavePlan
) -> Iterator[Contradiction]:
    """Groups of which more were invited, or more answered, than they are said to have.

    Of answers, no more is used than is shown of an open wave (steps of five, none under the
    threshold): otherwise trying one population after another would tell how many there are.
    """
    for line in coverage:
        received = sum(n for place, n in strata.items() if place[0] == line.group)
        seen = ((line.invited or 0, INVITED), (told(received, plan.thresholds), RECEIVED))
        for n, said in seen:
            if line.population is not None and n > line.population:
                yield Contradiction(line.group, line.population, n, said)
