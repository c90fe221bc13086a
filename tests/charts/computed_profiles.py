"""Profiles computed from answers by the analysis floor: the demonstration, and a small wave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import count

from corus.analysis import Stratum
from corus.domain.answer import Answer, encode
from corus.domain.open_answers import VALENCES, Codebook, CodeDefinition, Quotation, QuotationCell
from corus.domain.profile import ChoiceCell, Profile, Share
from corus.domain.wave import GroupPlan
from corus.domain.weighing import Negotiated
from corus.questions import QUESTION_TYPES
from corus.questions.base import Asked
from corus.services import demo
from tests.analysis.factories_analysis import profile, tally
from tests.surveys.built_in import built_in

NO_SEED: Mapping[str, int] = {}
ITEM = "unexpected_effect"
FEW = {"employees": 24, "beneficiaries": 12, "volunteers": 4, "board": 7, "suppliers": 3,
       "partners": 11, "neighbours": 1}  # fmt: skip
"""Four groups are published, in full or in bands; three are hidden."""


@cache
def demo_like() -> Profile:
    """The demonstration's 401 answers, some of them quoted, coded and helped."""
    sizes = {group: size.answers for group, size in demo.GROUPS.items()}
    return _computed(sizes, {g: size.population for g, size in demo.GROUPS.items()})


@cache
def with_hidden_groups() -> Profile:
    """A small wave: hidden groups, groups in bands, and cells withheld to protect them."""
    return _computed(FEW, {"employees": 30, "suppliers": 9})


@cache
def of_few_groups() -> Profile:
    """Four groups are asked: some items, and the whole of some dimensions, were for others."""
    return _computed(
        {"employees": 24, "beneficiaries": 12, "clients": 6, "funders": 3}, {"employees": 41}
    )


@cache
def with_nothing_shown() -> Profile:
    """So few answers in each group that nothing at all may be told."""
    return _computed({"employees": 4, "clients": 2}, {"employees": 41})


def with_others_hidden() -> Profile:
    """The same wave, but for the persons hidden: others, and in other numbers."""
    others = {"volunteers": 2, "suppliers": 4, "neighbours": 3}
    return _computed(
        FEW | others, {"employees": 30, "suppliers": 9}, seeds=dict.fromkeys(others, 7)
    )


def _computed(
    sizes: dict[str, int], populations: dict[str, int | None], *, seeds: Mapping[str, int] = NO_SEED
) -> Profile:
    instrument = built_in("social_utility")
    groups = {g: GroupPlan(population=populations.get(g)) for g in instrument.groups if g in sizes}
    agreed = AGREED.model_copy(update={"groups": dict(zip(groups, count(1.0), strict=False))})
    found = profile(
        instrument, tally(instrument, _responses(sizes, seeds)), groups=groups, negotiated=agreed
    )
    return found.model_copy(update={"quotations": VOICES, "codes": CODES, "codebooks": (BOOK,)})


def _responses(sizes: dict[str, int], seeds: Mapping[str, int]) -> Iterator[tuple[Stratum, bytes]]:
    instrument = built_in("social_utility")
    seen: Counter[str] = Counter()
    people = [p for p in demo.respondents(instrument) if p.group not in seeds]
    for group, seed in seeds.items():
        people += [p for p in demo.respondents(instrument, seed) if p.group == group]
    for person in people:
        seen[person.group] += 1
        if seen[person.group] > sizes.get(person.group, 0):
            continue
        mode = "self" if person.helper == "none" else f"assisted_{person.helper}"
        stratum = Stratum(person.group, person.variant, mode, "open", "complete")
        yield stratum, encode(dict(_answers(person)), instrument)


def _answers(person: demo.Respondent) -> Iterator[tuple[str, Answer]]:
    instrument = built_in("social_utility")
    for item in instrument.items:
        if instrument.asks(item, person.group, person.variant):
            asked = Asked.of(instrument, item, person.group, person.variant)
            yield item.code, QUESTION_TYPES[item.type].parse(asked, person.form)


AGREED = Negotiated(agreed_on=date(2026, 3, 1), file="weights.csv", sha256="ab" * 32)
NONE = dict.fromkeys((*VALENCES, "uncoded"), 0)
VOICES = (
    QuotationCell(
        item=ITEM, group="employees", show="full", n=14,
        quotations=(
            Quotation(text="Des voisins se sont mis à cuisiner ensemble.", codes=("links",),
                      expectation="unexpected", valence="favourable"),
            Quotation(text="Les camions réveillent la rue à six heures.", codes=("noise", "links"),
                      expectation="unexpected", valence="unfavourable"),
        ),
        valences=NONE | {"favourable": 9, "unfavourable": 4, "uncoded": 1},
        left_out=NONE | {"favourable": 8, "unfavourable": 3, "uncoded": 1},
        expectations={"expected": 2, "unexpected": 11},
    ),
    QuotationCell(item=ITEM, group="board", show="banded", reason="5–9",
                  bands=dict.fromkeys(NONE, "low") | {"favourable": "high"}),
    QuotationCell(item=ITEM, group="suppliers", show="masked", reason="n < 5"),
)  # fmt: skip
CODES = tuple(
    cell
    for code, chosen in (("links", 9), ("noise", 4))
    for cell in (
        ChoiceCell(item=ITEM, group="employees", option=code, show="full", n=13, chosen=chosen,
                   share=Share(value=chosen / 13, low=chosen / 20, high=chosen / 10)),
        ChoiceCell(item=ITEM, group="board", option=code, show="banded", reason="5–9",
                   share=Share(band="low")),
        ChoiceCell(item=ITEM, group="suppliers", option=code, show="masked", reason="n < 5"),
    )
)  # fmt: skip
BOOK = Codebook(
    item=ITEM, version=1,
    codes=(CodeDefinition(code="links", name="liens entre voisins", definition="Se parler."),
           CodeDefinition(code="noise", name="bruit", definition="Bruit des livraisons.")),
)  # fmt: skip
