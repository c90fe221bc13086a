"""Ranking: options in order of preference, all of them or the first few.

Stored as option codes, first rank first. Knows nothing of what the options mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corus.domain.answer import NOT_SHOWN, SKIPPED, Answer, State
from corus.domain.instrument import Instrument, Item
from corus.questions.base import Asked, Cells, Form, Problem, Refusal, ValueType
from corus.questions.common import (
    NOT_SHOWN_WORD,
    main_cell,
    named_twice,
    not_offered,
    option_labels,
    option_problems,
    parts,
    shorten,
    state_cells,
)

SEPARATOR = ">"


class Ranking:
    """In which order; ``max_choices`` ranks at most."""

    name = "ranking"
    required = frozenset({"options"})
    optional = frozenset({"max_choices"})
    value_type: ValueType = "options"

    def check(self, item: Item, instrument: Instrument) -> Iterator[Problem]:
        """At least two distinct options, and no more ranks than options."""
        return option_problems(item)

    def parse(self, asked: Asked, form: Form) -> Answer:
        """Ranks 1, 2, 3… beside the options; unranked options stay blank. Raises ``Refusal``."""
        return self._ordered(asked, parts(asked, form))

    def fill(self, asked: Asked, answer: Answer) -> dict[str, list[str]]:
        """One rank beside each option that has one."""
        ranked = enumerate(_order(answer), start=1)
        return {f"{asked.field}.{code}": [str(rank)] for rank, code in ranked}

    def read(self, asked: Asked, cells: Cells) -> Answer:
        """``b>a>c`` → b first. Raises ``Refusal``."""
        cell = main_cell(cells)
        if cell == NOT_SHOWN_WORD:
            return NOT_SHOWN
        ranks: dict[str, str] = {}
        offered = {option.code for option in asked.item.options}
        codes = [code.strip() for code in cell.split(SEPARATOR)] if cell else []
        for rank, code in enumerate(codes, start=1):
            if code not in offered:
                raise not_offered(code)
            if code in ranks:
                raise named_twice(code)
            ranks[code] = str(rank)
        return self._ordered(asked, ranks)

    def write(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """``b>a>c``."""
        order = _order(answer)
        return {"": SEPARATOR.join(order)} if order else state_cells(answer)

    def codebook(self, asked: Asked, language: str) -> list[tuple[str, str]]:
        """The options; a cell holds several, first rank first, separated by ``>``."""
        return option_labels(asked.item, language)

    def _ordered(self, asked: Asked, written: Mapping[str, str]) -> Answer:
        limit = asked.item.max_choices or len(asked.item.options)
        by_rank: dict[int, str] = {}
        for code, sent in written.items():
            rank = _rank(sent, limit)
            if rank in by_rank:
                message = "Rank {rank} was given twice. Give each rank to one option only."
                raise Refusal("ANS-107", message, {"rank": rank})
            by_rank[rank] = code
        for rank in range(1, len(by_rank) + 1):
            if rank not in by_rank:
                message = "Rank {rank} is missing. Use the ranks 1, 2, 3… without leaving one out."
                raise Refusal("ANS-108", message, {"rank": rank})
        order = tuple(by_rank[rank] for rank in sorted(by_rank))
        return Answer(State.GIVEN, order) if order else SKIPPED


def _rank(sent: str, limit: int) -> int:
    rank = int(sent) if sent.isdecimal() and len(sent) < 10 else 0
    if not 1 <= rank <= limit:
        message = "“{sent}” is not a rank. Use whole numbers from 1 to {limit}."
        raise Refusal("ANS-106", message, {"sent": shorten(sent), "limit": limit})
    return rank


def _order(answer: Answer) -> tuple[str, ...]:
    return answer.value if isinstance(answer.value, tuple) else ()


RANKING = Ranking()
