"""The table of what changed since an earlier wave: every change, or why there is none.

Knows no HTML: rows of text that a template lays out.
"""

from __future__ import annotations

from dataclasses import dataclass

from corus.charts.phrases import signed
from corus.charts.slopes import anchor
from corus.charts.view import View
from corus.domain.changes import GroupSince
from corus.domain.same_persons import SamePersons
from corus.language import Words


@dataclass(frozen=True)
class SinceRow:
    """One group on one dimension in both waves; ``told`` says what the change allows to say."""

    anchor: str
    href: str
    dimension: str
    group: str
    first: str
    second: str
    change: str
    interval: str
    told: str
    same: str
    sure: bool


def since_rows(view: View) -> list[SinceRow]:
    """Dimension by dimension, as the changes come; those that do not compare say why."""
    since = view.profile.since
    if since is None:
        return []
    same = {(one.dimension, one.group): one for one in since.same_persons}
    return [_row(view, cell, same.get((cell.dimension, cell.group))) for cell in since.cells]


def _row(view: View, cell: GroupSince, same: SamePersons | None) -> SinceRow:
    say = view.words
    compares = cell.value is not None
    return SinceRow(
        anchor=anchor(cell),
        href=f"#d-{cell.dimension}-{cell.group}",
        dimension=view.dimension(cell.dimension),
        group=view.group(cell.group),
        first=_end(say, cell.first, cell.first_n) if compares else "",
        second=_end(say, cell.second, cell.second_n) if compares else "",
        change=signed(view, cell.value) if cell.value is not None else "",
        interval=_interval(view, cell.low, cell.high),
        told=say(cell.told, **_named(view, cell)),
        same=_same(view, same) if same else "",
        sure=cell.sure,
    )


def _named(view: View, cell: GroupSince) -> dict[str, str]:
    """Codes that the sentence names, in words: items by what they are about."""
    known = view.profile.instrument.item_by_code
    found = dict(cell.names)
    for name in ("item", "by"):
        if found.get(name) in known:
            found[name] = view.topic(found[name])
    if found.get("dimension") in view.dimensions:
        found["dimension"] = view.dimension(found["dimension"])
    return found


def _end(say: Words, value: float | None, n: int | None) -> str:
    return f"{say.number(value or 0)} ({say('n = {n}', n=say.number(n or 0))})"


def _interval(view: View, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return view.words("{low} to {high}", low=signed(view, low), high=signed(view, high))


def _same(view: View, one: SamePersons) -> str:
    """``Same persons (n = 23): +4 (+1 to +7)``; withheld figures say so."""
    say = view.words
    if one.withheld or one.value is None:
        return f"{say('Same persons')}{say(': ')}{say('withheld')}"
    told = signed(view, one.value)
    if sure := _interval(view, one.low, one.high):
        told = f"{told} ({sure})"
    return (
        f"{say('Same persons')} ({say('n = {n}', n=say.number(one.pairs or 0))}){say(': ')}{told}"
    )
