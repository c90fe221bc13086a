"""Views of a release: its figures for a part of the answers, and the ledger that keeps them safe.

A view is asked by filters (group, variant, mode, channel, completeness, site). It is shown only
where, beside the release and every view shown before, it singles nobody out; what is shown is
noted in the wave's journal before it is returned. Knows the rule's name, not the rule: that is
``analysis.views``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from corus.analysis import Tally
from corus.analysis.disclosure.views import Refusal, refuses
from corus.analysis.profile.reach import surveyed
from corus.domain.part import VALUES
from corus.domain.profile import ChoiceCell, ItemCell, Profile
from corus.domain.shown import LEFT_OUT
from corus.domain.wave import Thresholds
from corus.errors import InputError, RefusedError
from corus.services.publishing import version_of
from corus.services.release_parts import Filter, Shown, by_form
from corus.services.same_persons import refuse_views
from corus.services.view_ledger import (
    ACTION,
    Journal,
    Ledger,
    Told,
    as_view,
    atoms_of,
    by_group,
    layers_of,
    refusal_of,
    released,
)
from corus.services.viewed_parts import left_alone, rows, told_before
from corus.services.waves import plan_of
from corus.services.weighing.beside import refuse_parts
from corus.store import queries
from corus.store.models import Wave

NO_SITE = ""
"""What is stored of an answer that names no site."""
C = TypeVar("C", ItemCell, ChoiceCell)

__all__ = ["ACTION", "Filter", "Journal", "Ledger", "Shown", "again", "left_out", "view"]


def view(
    session: Session, code: str, wanted: Filter, day: date, *, ledger: Ledger | None = None
) -> Tally:
    """Counts of the wanted answers in the wave's last release, by item; noted as shown.

    Each group is a view of its own. Where no group was asked for, those that may not be shown are
    left out: they read as masked.

    Without dimension scores, which a part would sharpen beside the whole. The tally is not for
    eyes: ``analysis`` turns it into cells under the same rule as any other. The wave is held
    meanwhile, so that two views asked at once are decided one after the other.

    Raises ``NotFoundError`` (``REL-003``) before the first release, ``InputError`` (``VIE-002``)
    for values no answer can have, and ``RefusedError`` (``VIE-001``) when too few persons would
    be singled out, the wave was compared person by person (``VIE-003``), its number of persons at
    these sites is withheld (``VIE-004``), the group was weighted to margins (``VIE-005``), or a
    part of it was told in an earlier release and its answers changed since (``VIE-006``).
    """
    wave, ledger = queries.wave_by_code(session, code), ledger or Journal()
    queries.hold(session, wave)
    told = released(session, wave)
    tallies = told.tallies
    known = _known(wave)
    _check(wanted, known)
    earlier = list(by_group(ledger.shown(session, wave), tallies))
    allowed: list[Shown] = []
    refused: list[RefusedError] = []
    for asked in _asked(Shown(max(tallies), wanted), known["group"]):
        if asked not in earlier:
            try:
                refuse_views(session, wave)
                if asked.filter.cuts:
                    refuse_parts(session, wave, *asked.filter.group)
                _refuse_withheld(session, wave, asked)
                _refuse_changed(asked, earlier, told)
                _refuse_isolation(asked, earlier, told)
            except RefusedError as refusal:
                refused.append(refusal)
                continue
            ledger.keep(session, wave, asked, day)
            earlier.append(asked)
        allowed.append(asked)
    if refused and (wanted.group or not allowed):
        raise refused[0]
    return _part(tallies[max(tallies)], [one.filter for one in allowed])


def again(
    session: Session, code: str, wanted: Filter, *, ledger: Ledger | None = None
) -> Tally | None:
    """The counts of a view that was shown of the last release, as ``view`` gave them; else None.

    Notes nothing. Where no group is wanted, it is of those of which the view was shown.
    Raises like ``view`` for values that no answer can have, and before the first release.
    """
    wave, ledger = queries.wave_by_code(session, code), ledger or Journal()
    told = released(session, wave)
    known = _known(wave)
    _check(wanted, known)
    last = max(told.tallies)
    shown = list(by_group(ledger.shown(session, wave), told.tallies))
    asked = list(_asked(Shown(last, wanted), known["group"]))
    found = [one.filter for one in asked if one in shown]
    if not found or (wanted.group and len(found) < len(asked)):
        return None
    return _part(told.tallies[last], found)


def left_out(cells: Iterable[C], tally: Tally, small: Iterable[str]) -> Iterator[C]:
    """``cells`` of a view, those of groups that it leaves out with the reason that says so.

    Groups that the release itself masks, ``small``, are known to be small, and read so.
    """
    seen = {*(stratum.group for stratum in tally.strata), *small}
    for cell in cells:
        if cell.show == "masked" and cell.group not in seen:
            yield cell.model_copy(update={"reason": LEFT_OUT})
        else:
            yield cell


def _asked(one: Shown, surveyed: Sequence[str]) -> Iterator[Shown]:
    """One view per group named, else per group asked; where nobody is there, it is refused too:
    a group left out because nobody answered would tell that of others somebody did."""
    groups = one.filter.group or surveyed
    for group in sorted(set(groups)):
        yield Shown(one.release, one.filter.of_group(group))


def _refuse_withheld(session: Session, wave: Wave, asked: Shown) -> None:
    """A site is shown only where the number of its persons is: others would follow from it."""
    if not asked.filter.site:
        return
    [last] = [r for r in queries.releases(session, wave.id) if r.number == asked.release]
    told = Profile.model_validate_json(bytes(last.profile)).by_site
    known = {(cell.group, cell.site) for cell in told if cell.n is not None}
    [group] = asked.filter.group
    withheld = [site for site in asked.filter.site if (group, site) not in known]
    if withheld:
        raise RefusedError(
            "How many of “{group}” answered at “{site}” is withheld: smaller numbers would follow "
            "from it.",
            hint="Ask for another site, or for the whole group.", code="VIE-004",
            names={"group": group, "site": withheld[0]},
        )  # fmt: skip


def _known(wave: Wave) -> dict[str, tuple[str, ...]]:
    """Axis → values that an answer may have: those of plan and questionnaire, never of answers.

    Otherwise a value would be known or unknown by whether anybody gave it, which tells nobody
    from one to four.
    """
    plan = plan_of(wave)
    groups = surveyed(plan, version_of(wave).instrument)
    of_the_house = {axis: tuple(values) for axis, values in VALUES.items()}
    return {"group": groups, "site": (*plan.sites, NO_SITE), **of_the_house}


def _check(wanted: Filter, known: Mapping[str, Sequence[str]]) -> None:
    """A misspelt value would select nobody, and be refused as too few."""
    for axis, values in vars(wanted).items():
        for value in values:
            if value not in known[axis]:
                raise InputError(
                    "No answer can have {axis} “{value}”.",
                    hint="Use one of: {known}.",
                    code="VIE-002",
                    names={
                        "axis": axis, "value": value, "known": ", ".join(filter(None, known[axis])),
                    },
                )  # fmt: skip


def _refuse_isolation(asked: Shown, earlier: list[Shown], beside: Told) -> None:
    told = (
        refusal_of(asked, earlier, beside)
        or _refusal_by_form(asked, earlier, beside)
        or _refusal_by_numbers(asked, earlier, beside)
    )
    if told:
        raise _too_few(told, beside.thresholds)


def _too_few(told: Refusal, thresholds: Thresholds) -> RefusedError:
    """Beside others it says one number only: whether 1–4 or 5–9 are left is not told.

    Nor is the item at which they are: of somebody who left it out, it would tell that.
    """
    return RefusedError(
        TOO_FEW[bool(told.beside)],
        hint="Ask for a larger part, or for one of the views already shown.",
        code="VIE-001",
        names={
            "beside": "; ".join(told.beside),
            "shown": thresholds.full if told.beside else thresholds.shown,
        },
    )  # fmt: skip


def _refuse_changed(asked: Shown, earlier: list[Shown], beside: Told) -> None:
    if not asked.filter.cuts:
        return
    [group], told = asked.filter.group, [*earlier, *beside.sides]
    before = told_before(asked.release, group, told, beside)
    if before is not None:
        raise RefusedError(
            "Release {release} or a view of it told a part of “{group}”, whose answers changed "
            "since: beside it, another part could single somebody out.",
            hint="Use the figures of the whole group.", code="VIE-006",
            names={"group": group, "release": before},
        )  # fmt: skip
    others = [number for number in beside.tallies if number != asked.release]
    before = left_alone(asked.release, group, [asked, *told], beside, others)
    if before is not None:
        whole = Shown(before, Filter(group=(group,)))
        raise _too_few(Refusal(asked.name, (whole.name,)), beside.thresholds)


TOO_FEW = {
    False: "This view would single out fewer than {shown} persons.",
    True: "This view beside {beside} would single out fewer than {shown} persons.",
}
"""Whether it does so beside other views → what is refused."""


def _refusal_by_form(asked: Shown, earlier: list[Shown], beside: Told) -> Refusal | None:
    """What the forms of the questionnaire tell by themselves: where answers to two of them merge,
    counts by point are those of one. A form too small to be told is withheld by the rule."""
    if not asked.filter.cuts:
        return None
    found = (refusal_of(part, earlier, beside) for part in by_form(asked))
    return next((refusal for refusal in found if refusal and refusal.beside), None)


def _refusal_by_numbers(asked: Shown, earlier: list[Shown], beside: Told) -> Refusal | None:
    """Whether it tells how many a few persons are, whose number the release withholds.

    One family of numbers at a time, beside views that name its axis: of others a reader does not
    know whom they have in common. What the numbers tell without this view is not its doing.
    """
    layers, there = layers_of(beside, "")
    atoms = {number: atoms_of(layers, str(number)) for number in beside.tallies}
    [group] = asked.filter.group
    whole = Shown(asked.release, Filter(group=(group,)))
    for axis, family in beside.numbers.get((asked.release, group), {}).items():
        if not family or not getattr(asked.filter, axis):
            continue
        views = [v for v in by_group(earlier, beside.tallies) if _names(v, group, axis)]
        known = [as_view(one, atoms) for one in (*family, *views)]
        all_of_them = as_view(whole, atoms)
        told = refuses(as_view(asked, atoms), [all_of_them, *known], there, beside.thresholds)
        if told and not refuses(all_of_them, known, there, beside.thresholds):
            return told
    return None


def _names(shown: Shown, group: str, axis: str) -> bool:
    return shown.filter.group == (group,) and bool(getattr(shown.filter, axis))


def _part(tally: Tally, wanted: Sequence[Filter]) -> Tally:
    return rows(tally, lambda s: any(one.takes(s) for one in wanted))
