"""How a cell is said in words: scores, shares, bands, intervals, masks.

Decides no disclosure: it only says what the Profile holds, and says that the rest is withheld.
"""

from __future__ import annotations

from corus.charts.view import View
from corus.domain.profile import Coverage, DimensionCell, Gap, ItemCell, Share
from corus.domain.shown import LEFT_OUT
from corus.language import Words

NOT_ASKED = "–"
DIVIDED = "◐"
REVERSED = "⇄"
HATCHED = "▨"
"""Stands in a key for the hatching of what is masked."""
COMPLEMENTARY = "complementary"
REASONS = {
    COMPLEMENTARY: "withheld",
    LEFT_OUT: "withheld",
    "whole points": "rounded to whole points",
    "one decimal": "rounded to one decimal",
}
"""Reasons that are words: protecting a small cell elsewhere withholds or rounds this one."""
BANDS = {
    "high": "75% or more",
    "low": "25% or less",
    "middle": "between 25% and 75%",
}
FEWER = "n < "
"""How a reason says that too few answered."""


def score_mark(view: View, cell: DimensionCell) -> str:
    """What stands in a heat cell: a number, or why there is none."""
    say = view.words
    if cell.show == "not_asked":
        return NOT_ASKED
    if cell.show == "masked":
        return masked(view, cell.reason)
    if cell.score is None:
        return say("1 item") if cell.show == "single_item" else say("items only")
    number = say.number(cell.score)
    return number if cell.show == "full" else f"≈\u202f{number}"


def heat_key(view: View) -> tuple[tuple[str, str], ...]:
    """What the marks of the heat map mean: (mark, meaning)."""
    say, full = view.words, view.profile.thresholds.full
    return (
        (DIVIDED, say("divided opinions")),
        ("≈", say("rounded to 5: fewer than {full} answers, or to protect others", full=full)),
        (HATCHED, say("masked: too few answers, or to protect others")),
        (NOT_ASKED, say("not asked")),
    )


def score_sentence(view: View, cell: DimensionCell) -> str:
    """One heat cell told in full, for tooltips and screen readers."""
    say = view.words
    place = f"{view.group(cell.group)} · {view.dimension(cell.dimension)}"
    parts = [place, _score_words(view, cell)]
    if cell.n is not None:
        parts.append(say("n = {n}", n=say.number(cell.n)))
    if cell.divided:
        parts.append(say("divided opinions"))
    return " · ".join(parts)


def _score_words(view: View, cell: DimensionCell) -> str:
    say = view.words
    if cell.show == "not_asked":
        return say("not asked")
    if cell.show == "masked":
        return say("masked ({reason})", reason=masked(view, cell.reason))
    if cell.show == "single_item":
        return say("a single item: read the item, not a score")
    if cell.score is None:
        return say("no score: read the items")
    sure = score_range(view, cell) if cell.unanimous else interval(view, cell.low, cell.high)
    return " · ".join(filter(None, [score_mark(view, cell), sure, rounding(view, cell)]))


def score_range(view: View, cell: DimensionCell) -> str:
    """``61 to 75``, ``unanimous``, or "" when withheld."""
    if cell.unanimous and cell.score is not None:
        return view.words("unanimous")
    return span(view, cell.low, cell.high)


def span(view: View, low: float | None, high: float | None) -> str:
    """``8 to 45``, or "" when withheld."""
    if low is None or high is None:
        return ""
    return view.words("{low} to {high}", low=points(view, low), high=points(view, high))


def interval(view: View, low: float | None, high: float | None) -> str:
    """``95% interval: 8 to 45``, or "" when withheld."""
    told = span(view, low, high)
    return view.words("95% interval: {span}", span=told) if told else ""


def points(view: View, value: float) -> str:
    """A number of points, whole; never "-0"."""
    return view.words.number(value).replace("-", "−")


def signed(view: View, value: float) -> str:
    """A difference in whole points, with its sign: "+4", "−3", "0"."""
    return ("+" if value > 0 else "") + points(view, value)


def masked(view: View, reason: str) -> str:
    """The text of a masked cell: its reason, never a blank."""
    if reason == COMPLEMENTARY:
        return view.words("masked")
    if reason == LEFT_OUT:
        return view.words(LEFT_OUT)
    return reason or f"n < {view.profile.thresholds.shown}"


def _reason(view: View, reason: str) -> str:
    """A reason as the Profile codes it, said; a number such as ``5–9`` stays as it is."""
    return view.words(REASONS[reason]) if reason in REASONS else reason


def rounding(view: View, cell: DimensionCell) -> str:
    """How a full score was rounded to protect other answers, or ""; its interval is then not that
    of the persons."""
    told = _reason(view, cell.reason) if cell.show == "full" else ""
    return view.words("{rounded}: interval at its widest", rounded=told) if told else ""


def number_of(view: View, cell: ItemCell | DimensionCell) -> str:
    """n, or the text that stands for it (``5–9``) where it is withheld."""
    if cell.n is not None:
        return view.words.number(cell.n)
    return _reason(view, cell.reason) or NOT_ASKED


def share(view: View, part: Share | None) -> str:
    """A share as a percentage or as its band; a dash of words when it is withheld."""
    say = view.words
    if part is None or (part.value is None and part.band is None):
        return say("withheld")
    if part.value is not None:
        return say.percent(part.value)
    return say(BANDS[part.band or "middle"])


def share_interval(view: View, part: Share | None) -> str:
    """``45 to 77 %``, or "" when withheld."""
    if part is None or part.low is None or part.high is None:
        return ""
    say = view.words
    return say("{low} to {high}", low=say.number(100 * part.low), high=say.percent(part.high))


def cell_told(view: View, cell: ItemCell) -> str:
    """A cell that is not drawn as a bar, told in words; "" for cells that are drawn."""
    say = view.words
    if cell.show == "masked":
        return masked(view, cell.reason)
    if cell.show == "majority":
        return say(MAJORITY[cell.majority or "none"])
    if cell.show == "banded" and cell.favourable is not None:
        told = [say("favourable: {share}", share=share(view, cell.favourable))]
        if cell.unfavourable is not None:
            told.append(say("unfavourable: {share}", share=share(view, cell.unfavourable)))
        return " · ".join(told)
    return ""


MAJORITY = {
    "favourable": "favourable majority",
    "mixed": "mixed majority",
    "unfavourable": "unfavourable majority",
    "none": "no majority",
}


def received(view: View, coverage: Coverage | None) -> str:
    """``34 answers of 41``, ``46 answers``, ``fewer than 5 answers``."""
    say = view.words
    if coverage is None:
        return ""
    if coverage.received is None:
        return _about(view, coverage.received_text)
    told = say.many("{n} answer", "{n} answers", coverage.received)
    if coverage.population is None:
        return told
    return say(
        "{answers} of {population}", answers=told, population=say.number(coverage.population)
    )


def _about(view: View, text: str) -> str:
    """A number withheld, told: ``n < 5`` is "fewer than 5 answers", ``≥ 10`` "≥ 10 answers"."""
    say = view.words
    if not text:
        return say("withheld")
    if text.startswith(FEWER):
        return say("fewer than {n} answers", n=text.removeprefix(FEWER))
    return say("{about} answers", about=text)


def is_masked(coverage: Coverage) -> bool:
    """Whether so few answered that even their number is not told."""
    return coverage.received is None and not coverage.received_text.startswith("≥")


def of_group(view: View, code: str) -> str:
    """``of employees``, ready to follow a number of answers."""
    return named_group(view.words, view.group(code))


def named_group(say: Words, label: str) -> str:
    """A label after "of"; one that does not read as a plural is quoted as a name.

    French « des » never elides and agrees with any plural, so that no label is ever misspelt.
    """
    if reads_as_plural(label):
        return say("of {group}", group=label[0].lower() + label[1:])
    return say("of the group “{group}”", group=label)


def reads_as_plural(label: str) -> bool:
    """Whether the first word of a label is a plural noun, in French or English."""
    first = label.split()[0].rstrip(",;") if label.split() else ""
    name = first.split("·")[0] if "·" in first else first
    plural = first.endswith(("s", "x")) and first.lower() not in {"les", "des", "tous", "nos"}
    return plural and len(name) > 3 and not name.isupper()


def gap_values(view: View, gap: Gap) -> tuple[str, str]:
    """Both values of a gap: percentages for items, scores for dimensions."""
    say = view.words
    if gap.kind == "item":
        return say.percent(gap.first_value / 100), say.percent(gap.second_value / 100)
    return say.number(gap.first_value), say.number(gap.second_value)


def gap_unit(view: View, gap: Gap) -> str:
    """What the values of a gap are, and whether its two sides speak of the same people."""
    unit = view.words("favourable answers" if gap.kind == "item" else "score")
    if view.compares_self_and_others(gap):
        return f"{unit} · {view.words('self / others')}"
    return unit


def self_and_others(view: View) -> str:
    """Why some comparisons bear the mark “self / others”."""
    return view.words(
        "self / others: some people speak of themselves (easy-to-read wording), the others of "
        "other people; the gap may come from that."
    )


def gap_topic(view: View, gap: Gap) -> str:
    """What a gap is about."""
    return view.topic(gap.code) if gap.kind == "item" else view.dimension(gap.code)
