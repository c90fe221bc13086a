"""« À lire d'abord »: sentences written from the data, before any chart.

Unfavourable findings are said as readily as favourable ones; nothing is ranked or totalled, and
nothing is said of a masked cell beyond that it is masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from corus.charts.phrases import gap_topic, gap_values, of_group, points, self_and_others
from corus.charts.view import View
from corus.domain.instrument import Item
from corus.domain.profile import (
    ChoiceCell,
    Coverage,
    DimensionCell,
    Gap,
    ItemCell,
    Profile,
    Share,
    TextCell,
)

GAPS = 3
FINDINGS = 2
"""As many unfavourable sentences as favourable ones."""
NOTABLE = 0.25
"""A side is told from a quarter of the answers on, as for divided opinions."""
LISTED = 6

Kind = Literal[
    "gap", "unfavourable", "favourable", "divided", "unexpected", "masked", "sample", "caution"
]


@dataclass(frozen=True)
class Sentence:
    """One thing to read: ``lead`` in bold, ``text`` after it, ``href`` to where it is shown."""

    kind: Kind
    lead: str
    text: str
    href: str = ""
    joint: str = ": "

    def __str__(self) -> str:
        return f"{self.lead}{self.joint}{self.text}"


def first_read(profile: Profile, language: str) -> list[Sentence]:
    """Sentences in a fixed order: findings, then their limits. Empty kinds say nothing."""
    view = View(profile, language)
    joint = view.words(": ")
    return [replace(sentence, joint=joint) for sentence in _sentences(view)]


def basis(profile: Profile, language: str) -> list[Sentence]:
    """What every sentence rests on, in a line: how many answered, who is masked, one caution."""
    view = View(profile, language)
    say, hidden = view.words, profile.masked_groups
    shown = say.many("{n} answer shown", "{n} answers shown", profile.shown_responses)
    found = [Sentence("sample", shown, "", "#coverage", "")]
    if not view.has_results:
        return found
    if hidden:
        names = say(": ") + ", ".join(map(view.group, hidden))
        found.append(Sentence("masked", say("Too few answers") + names, "", "#method-masked", ""))
    else:
        found.append(Sentence("masked", say("No group is masked"), "", "#method-masked", ""))
    caution = say("Perceptions, not proof")
    return [*found, Sentence("caution", caution, "", "#method", "")]


def _sentences(view: View) -> list[Sentence]:
    if not view.has_results:
        return [*_sample(view), *_cautions(view)]
    return [
        *_gaps(view),
        *_findings(view, "unfavourable"),
        *_findings(view, "favourable"),
        *_divided(view),
        *_unexpected(view),
        *_masked(view),
        *_sample(view),
        *_cautions(view),
    ]


def _gaps(view: View) -> Iterator[Sentence]:
    flagged = [gap for gap in view.profile.gaps if gap.flagged]
    flagged.sort(key=lambda g: (-g.gap, g.kind, g.code, g.first, g.second))
    told: set[str] = set()
    for gap in flagged:
        if gap.code not in told and len(told) < GAPS:
            told.add(gap.code)
            yield _gap(view, gap)
    if not flagged and view.profile.gaps:
        text = view.words("No pair of groups differs by 25 points or more on a shared item.")
        yield Sentence("gap", view.words("Similar views"), text, "#gaps")


def _gap(view: View, gap: Gap) -> Sentence:
    say = view.words
    first, second = gap_values(view, gap)
    pattern = (
        "{second} of the answers {second_group} are favourable, against {first} {first_group}: "
        "a gap of {gap} points (95% interval: {low} to {high}; n = {second_n} and {first_n})."
        if gap.kind == "item"
        else "the perception score is {second} in the answers {second_group}, against {first} "
        "{first_group}: a gap of {gap} points (95% interval: {low} to {high}; "
        "n = {second_n} and {first_n})."
    )
    text = say(
        pattern,
        first=first,
        second=second,
        first_group=of_group(view, gap.first),
        second_group=of_group(view, gap.second),
        gap=points(view, gap.gap),
        low=points(view, gap.low),
        high=points(view, gap.high),
        first_n=say.number(gap.first_n),
        second_n=say.number(gap.second_n),
    )
    if view.compares_self_and_others(gap):
        caution = self_and_others(view)
        text = f"{text} {caution[0].upper()}{caution[1:]}"
    lead = say("{topic}, different views", topic=gap_topic(view, gap))
    href = f"#i-{gap.code}" if gap.kind == "item" else f"#d-{gap.code}"
    return Sentence("gap", lead, text, href)


Side = Literal["favourable", "unfavourable"]


def _findings(view: View, side: Side) -> Iterator[Sentence]:
    """The items on which one side weighs most in one group; one sentence per item."""
    found = [
        (_weight(getattr(cell, side)), cell)
        for cell in view.profile.items
        if view.item(cell.item).purpose == "perception" and not view.is_easy(cell)
    ]
    found = [(weight, cell) for weight, cell in found if weight >= NOTABLE]
    found.sort(key=lambda pair: (-pair[0], pair[1].item, pair[1].group))
    told: set[str] = set()
    for _, cell in found:
        if cell.item not in told and len(told) < FINDINGS:
            told.add(cell.item)
            yield _finding(view, cell, side)
    if side == "unfavourable" and _none_unfavourable(view):
        text = view.words(
            "no item gathers more than 25% of unfavourable answers in any group shown."
        )
        yield Sentence("unfavourable", view.words("Unfavourable answers"), text, "#items")


def _none_unfavourable(view: View) -> bool:
    """Whether every item shown has at most a quarter of unfavourable answers, for certain."""
    shown = [
        cell.unfavourable
        for cell in view.profile.items
        if cell.show in ("full", "banded", "majority")
        and view.item(cell.item).purpose == "perception"
    ]
    return bool(shown) and all(
        share is not None
        and (share.value < NOTABLE if share.value is not None else share.band == "low")
        for share in shown
    )


def _weight(share: Share | None) -> float:
    """Published shares only; a band counts from its lower bound."""
    if share is None:
        return 0.0
    if share.value is not None:
        return share.value
    return 0.75 if share.band == "high" else 0.0


def _finding(view: View, cell: ItemCell, side: Side) -> Sentence:
    say = view.words
    share: Share = getattr(cell, side)
    n = say(" (n = {n})", n=say.number(cell.n)) if cell.n is not None else ""
    answered = side_words(view, cell, side)
    pattern = (
        "{share} of the answers {group} are {answered} to “{item}”{n}."
        if share.value is not None
        else "75% or more of the answers {group} are {answered} to “{item}”{n}."
    )
    text = say(
        pattern,
        share=say.percent(share.value or 0),
        group=of_group(view, cell.group),
        answered=answered,
        item=view.wordings(cell)[0].rstrip("."),
        n=n,
    )
    return Sentence(side, view.topic(cell.item), text, f"#i-{cell.item}-{cell.group}")


def side_words(view: View, cell: ItemCell, side: Side) -> str:
    """The very words of the scale on that side, read in the item's direction."""
    say = view.words
    scale = view.scale(cell)
    if scale is None or cell.merged:
        return say("favourable" if side == "favourable" else "unfavourable")
    low, _, high = scale.thirds()
    flipped = _reversed(view.item(cell.item))
    chosen = high if (side == "favourable") is not flipped else low
    labels = [view.say(scale.points[index].label) for index in sorted(chosen)]
    quoted = [say("“{label}”", label=label) for label in labels]
    return say(" or ").join(quoted)


def _reversed(item: Item) -> bool:
    return item.direction == "reversed"


def _divided(view: View) -> Iterator[Sentence]:
    cells = [cell for cell in view.profile.items if cell.divided]
    if not cells:
        return
    say = view.words
    names = [f"{view.topic(c.item)} ({view.group(c.group)})" for c in cells]
    text = say(
        "at least 25% favourable and 25% unfavourable, or two opposed camps: {names}",
        names=_list(view, names),
    )
    lead = say.many("Divided opinions in {n} place", "Divided opinions in {n} places", len(cells))
    yield Sentence("divided", lead, text, f"#i-{cells[0].item}-{cells[0].group}")


def _list(view: View, names: list[str]) -> str:
    """``a; b; c.``, or the first ones and how many more."""
    told = view.words("; ").join(names[:LISTED])
    more = len(names) - LISTED
    if more <= 0:
        return f"{told}."
    return told + view.words.many("; and {n} more.", "; and {n} more.", more)


def _unexpected(view: View) -> Iterator[Sentence]:
    """Counts only: the words themselves are read by a person first."""
    say = view.words
    asked = [
        t
        for t in view.profile.texts
        if view.item(t.item).purpose == "unexpected_effect" and t.show != "not_asked"
    ]
    if not asked:
        return
    told = [t for t in asked if t.n is not None]
    read = say("Good or bad, each is read before anything is quoted.")
    if not told:
        few = say("too few answers to be counted.")
        yield Sentence("unexpected", say("Unplanned effects"), f"{few} {read}", "#effects")
        return
    total = sum(t.n or 0 for t in told)
    lead = say.many(
        "{n} answer reports an effect nobody had planned",
        "{n} answers report an effect nobody had planned",
        total,
    )
    named = [f"{view.group(t.group)} {say.number(t.n or 0)}" for t in told if t.n]
    parts = [say("; ").join(named) + "." if named else ""]
    if len(told) < len(asked):
        parts.append(say("Groups under the threshold are not counted here."))
    parts.append(read)
    yield Sentence("unexpected", lead, " ".join(filter(None, parts)), "#effects")


def _masked(view: View) -> Iterator[Sentence]:
    say = view.words
    hidden = view.profile.masked_groups
    if hidden:
        text = say.many(
            "too few answers to be shown. Nothing can be concluded for this group.",
            "too few answers to be shown. Nothing can be concluded for these groups.",
            len(hidden),
        )
        yield Sentence("masked", ", ".join(view.group(g) for g in hidden), text, "#coverage")
    kinds = _masked_elsewhere(view)
    if total := sum(kinds.values()):
        lead = say.many("{n} cell masked elsewhere", "{n} cells masked elsewhere", total)
        named = [say.many(one, several, kinds[one, several]) for one, several in kinds]
        text = say("too few answers, or nobody must be recognisable by subtraction.")
        yield Sentence("masked", f"{lead} ({', '.join(named)})", text, "#items")


def _masked_elsewhere(view: View) -> dict[tuple[str, str], int]:
    """Cells masked in groups that are shown, by the singular and plural words of their kind."""
    profile = view.profile
    kinds: dict[tuple[str, str], set[tuple[str, ...]]] = {
        ("{n} item", "{n} items"): {
            (c.item, c.group, c.scale) for c in profile.items if _hidden(view, c)
        },
        ("{n} dimension", "{n} dimensions"): {
            (c.dimension, c.group) for c in profile.dimensions if _hidden(view, c)
        },
        ("{n} choice question", "{n} choice questions"): {
            (c.item, c.group) for c in profile.choices if _hidden(view, c)
        },
        ("{n} open question", "{n} open questions"): {
            (c.item, c.group) for c in profile.texts if _hidden(view, c)
        },
    }
    return {words: len(cells) for words, cells in kinds.items() if cells}


def _hidden(view: View, cell: ItemCell | DimensionCell | ChoiceCell | TextCell) -> bool:
    return cell.show == "masked" and cell.group not in view.profile.masked_groups


def _sample(view: View) -> Iterator[Sentence]:
    say = view.words
    known = [c for c in view.profile.coverage if c.rate is not None]
    known.sort(key=lambda c: (c.rate or 0, c.group))
    absent = say("Those who did not answer may think otherwise.")
    if view.part:
        # Populations are of whole groups: they tell nothing of a part.
        reached = ""
    elif not known:
        reached = say("no population is known, so that no rate can be computed.")
    elif len(known) == 1:
        reached = say("{one}.", one=_rate(view, known[0]))
    else:
        reached = say(
            "from {lowest} to {highest}.",
            lowest=_rate(view, known[0]),
            highest=_rate(view, known[-1]),
        )
    shown = view.profile.shown_responses
    lead = say.many("{n} answer shown", "{n} answers shown", shown)
    told = f"{reached} {absent}".strip()
    yield Sentence("sample", lead, told[0].lower() + told[1:], "#coverage")
    if view.arrival:
        text = view.arrival[0].lower() + view.arrival[1:]
        yield Sentence("sample", say("How they came"), text, "#coverage")


def _rate(view: View, row: Coverage) -> str:
    say = view.words
    return say(
        "{rate} {group} ({received} of {population})",
        rate=say.percent(row.rate or 0),
        group=of_group(view, row.group),
        received=say.number(row.received or 0),
        population=say.number(row.population or 0),
    )


def _cautions(view: View) -> Iterator[Sentence]:
    say = view.words
    text = say(
        "these answers say what people perceive; they prove neither an effect nor its cause."
    )
    yield Sentence("caution", say("Perceptions, not proof"), text, "#method")
    if view.profile.instrument.convention.status == "shipped":
        text = say(
            "this is a starting questionnaire: the people concerned have not yet agreed on it."
        )
        yield Sentence("caution", say("Criteria not co-constructed"), text, "#method")
