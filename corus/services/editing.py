"""Changing what a wave declares, as far as it may still change: every change is noted by its day.

What respondents were told only ever changes to their advantage once somebody has answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from corus.domain.instrument import Instrument
from corus.domain.wave import GroupPlan, WavePlan, WaveState
from corus.errors import InputError, RefusedError
from corus.services.publishing import version_of
from corus.services.waves import check_plan, groups_of, plan_of
from corus.store import life, queries
from corus.store.models import Wave

Changes = dict[str, tuple[Any, Any]]
"""Name of what changed, such as ``groups.clients.population`` → before and after."""


def declared(wave: Wave) -> WavePlan:
    """The wave's plan with every group surveyed written out, to start a change from."""
    plan = plan_of(wave)
    groups = {g: plan.groups.get(g, GroupPlan()) for g in groups_of(wave)}
    return plan.model_copy(update={"groups": groups})


def change_wave(session: Session, code: str, to: WavePlan, day: date) -> Changes:
    """Give the wave the plan ``to``; what changed, before and after.

    Raises ``InputError`` for a plan that cannot be (``WAV-004``, ``WAV-009``, ``WAV-033``) and
    ``RefusedError`` for a change that may no longer be made (``WAV-030`` for this state,
    ``WAV-031`` a threshold lowered, ``WAV-032`` answers exist, ``WAV-046`` a last day passed).
    """
    life.hold(session, code)
    wave = queries.wave_by_code(session, code)
    before = _flat(declared(wave).model_dump(mode="json"))
    after = _flat(to.model_dump(mode="json"))
    names = [n for n in (before | after) if before.get(n) != after.get(n)]
    facts = _Facts(session, wave, day)
    for name in names:
        _rule(name)(facts, _option(name), before.get(name), after.get(name))
    check_fits(to, version_of(wave).instrument)
    changes = {_option(name): (before.get(name), after.get(name)) for name in names}
    if changes:
        wave.plan = to.model_dump_json()
        queries.note(session, wave, day, "changed", what={n: list(c) for n, c in changes.items()})
        session.flush()
    return changes


def check_fits(plan: WavePlan, instrument: Instrument) -> None:
    """Raises ``InputError`` when the instrument lacks a group or a language of the plan."""
    foreign = [one for one in plan.languages if one not in instrument.languages]
    if foreign or not plan.languages:
        said = f"The instrument is not in “{foreign[0]}”." if foreign else "No language is left."
        known = ", ".join(instrument.languages)
        raise InputError(said, hint=f"Its languages are: {known}.", code="WAV-033")
    check_plan(plan, instrument.groups)


def _flat(document: dict[str, Any], above: str = "") -> dict[str, Any]:
    """``{"groups": {"clients": {"population": 3}}}`` → ``{"groups.clients.population": 3}``."""
    flat: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{above}{name}.")
        else:
            flat[above + name] = None if value == {} else value
    return flat


@dataclass(frozen=True)
class _Facts:
    session: Session
    wave: Wave
    day: date

    @property
    def state(self) -> WaveState:
        return WaveState(self.wave.state)

    @property
    def answered(self) -> bool:
        return life.has_answers(self.session, self.wave.id)

    @property
    def invited(self) -> bool:
        begun = self.state is not WaveState.DRAFT
        return begun and life.has_invitations(self.session, self.wave.id)

    @property
    def released(self) -> bool:
        return life.has_release(self.session, self.wave.id)


Rule = Callable[[_Facts, str, Any, Any], None]


def _until(last: WaveState) -> Rule:
    order = list(WaveState)

    def rule(facts: _Facts, name: str, _before: Any, _after: Any) -> None:
        if order.index(facts.state) > order.index(last):
            raise RefusedError(
                "“{name}” cannot change: the wave is {state}.",
                hint="It may be changed until the wave is {next}.",
                code="WAV-030",
                names={"name": name, "state": facts.state, "next": order[order.index(last) + 1]},
            )

    return rule


def _raised(facts: _Facts, name: str, before: int, after: int) -> None:
    _until(WaveState.CLOSED)(facts, name, before, after)
    if after < before:
        raise RefusedError(
            "“{name}” is {before} and cannot be lowered to {after}.",
            hint="A threshold is a promise made to respondents: it can only be raised.",
            code="WAV-031",
            names={"name": name, "before": before, "after": after},
        )
    if facts.released:
        raise RefusedError(
            "“{name}” cannot change: results were released under {before}.",
            hint="Two releases under two thresholds could be subtracted.", code="WAV-031",
            names={"name": name, "before": before},
        )  # fmt: skip


def _frozen_by_answers(facts: _Facts, name: str, before: str, after: str) -> None:
    _until(WaveState.OPEN)(facts, name, before, after)
    promised = ""
    if facts.answered:
        promised = "“{name}” stays {before}: answers exist, given under that promise."
    elif facts.invited:
        # A page opened before would send under a promise that no longer holds, and, of a
        # confidential wave, under a number that its invitation leads to.
        promised = (
            "“{name}” stays {before}: people were invited by personal link under that promise."
        )
    if promised:
        raise RefusedError(
            promised,
            hint="It is frozen at the first answer; another promise needs another wave.",
            code="WAV-032",
            names={"name": name, "before": before, "after": after},
        )


def _kept(facts: _Facts, name: str, before: int, after: int) -> None:
    _until(WaveState.CLOSED)(facts, name, before, after)
    if after > before and (facts.answered or facts.invited):
        raise RefusedError(
            "“{name}” cannot go from {before} to {after}: "
            "answers exist, and respondents were told {before}."
            if facts.answered
            else "“{name}” cannot go from {before} to {after}: "
            "the people invited were told {before}.",
            hint="It can be shortened.",
            code="WAV-032",
            names={"name": name, "before": before, "after": after},
        )


def _last_day(facts: _Facts, name: str, before: str | None, after: str | None) -> None:
    _until(WaveState.OPEN)(facts, name, before, after)
    if after is not None and date.fromisoformat(after) < facts.day:
        raise RefusedError(
            "“{name}” cannot be {after}: that day has passed.",
            hint="Give today or a later day; `corus wave close` closes a wave at once.",
            code="WAV-046",
            names={"name": name, "after": after},
        )


def _of_group(facts: _Facts, name: str, before: Any, after: Any) -> None:
    existed = name.split(".")[1] in groups_of(facts.wave)
    remains = after is not None or name.endswith((".population", ".invited"))
    joined_or_left = not existed or not remains
    if joined_or_left:
        _until(WaveState.DRAFT)(facts, name, before, after)
    last = WaveState.OPEN if name.endswith(".open_link") else WaveState.CLOSED
    _until(last)(facts, name, before, after)


def _never(_facts: _Facts, name: str, before: Any, _after: Any) -> None:
    raise RefusedError(
        f"“{name}” is {before or 'empty'} and follows from what was done to the wave.",
        hint="`corus wave update` starts a new series.", code="WAV-030",
    )  # fmt: skip


def _site(facts: _Facts, name: str, before: str | None, after: str | None) -> None:
    _until(WaveState.CLOSED)(facts, name, before, after)
    if before is not None and (
        facts.answered or life.has_invitations(facts.session, facts.wave.id)
    ):
        raise RefusedError(
            "“{name}” stays {before}: people answered, or were invited, under that name.",
            hint="Further sites may be added; none is renamed or taken away.", code="WAV-032",
            names={"name": name, "before": before},
        )  # fmt: skip


RULES: dict[str, Rule] = {
    "title": _until(WaveState.CLOSED),
    "languages": _until(WaveState.OPEN),
    "anonymity": _frozen_by_answers,
    "opens_on": _until(WaveState.DRAFT),
    "closes_on": _last_day,
    "burst": _until(WaveState.OPEN),
    "thresholds": _raised,
    "groups": _of_group,
    "sites": _site,
    "negotiated": _until(WaveState.DRAFT),
    "notice.retention_months": _kept,
    "notice.contact": _until(WaveState.CLOSED),
    "notice.dpo": _until(WaveState.CLOSED),
    "notice": _until(WaveState.OPEN),
    "checklist": _until(WaveState.CLOSED),
    "succeeds": _never,
    "succeeded_by": _never,
}
"""By the first words of what changes: the longest that fits rules."""


def _option(name: str) -> str:
    """What changes, by the name under which it is set."""
    return name.replace("negotiated", "weights", 1)


def _rule(name: str) -> Rule:
    fitting = [known for known in RULES if name == known or name.startswith(known + ".")]
    return RULES[max(fitting, key=len)]
