"""A new version of the instrument in a wave that has begun: what it breaks, and mapping onto it.

Never two versions in one wave: either every stored answer is written as the new version orders
it, or another wave goes on as a new series (``succession``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from corus.analysis.counting.decoding import read_codes
from corus.analysis.counting.layout import SYMBOLS
from corus.analysis.profile.reach import told_in_all
from corus.authoring import Change, compare
from corus.domain.instrument import Instrument, Item
from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.services.editing import check_fits
from corus.services.mapping import layout, map_document
from corus.services.publishing import load_version, usable, version_of
from corus.services.waves import plan_of
from corus.store import life, queries
from corus.store.models import PublishedInstrument, Wave

UNANSWERED = frozenset("-sn")
"""Marks of items not asked, skipped and not shown: nothing was said that could be lost."""


@dataclass(frozen=True)
class Consequence:
    """One change, and at least how many stored responses answered what it changes."""

    change: Change
    breaks: bool
    """Whether answers that exist could no longer be compared with those to come."""
    told: int
    """Sum of what may be told of each group, in steps; 0 where each has fewer than are told."""


@dataclass(frozen=True)
class Comparison:
    """What a new version would do to a wave; nothing is changed by looking."""

    before: str
    """Digest of the version the wave is on."""
    digest: str
    told: int
    """Responses of the wave, and ``told_broken`` of them with an answer to anything whose
    comparison would break: sums of what may be told of each group, as of each consequence."""
    consequences: tuple[Consequence, ...]
    told_broken: int
    shown: int
    """Fewer of a group are not told."""

    @property
    def breaks(self) -> bool:
        """Whether comparison would break for an answer that exists."""
        return any(one.breaks for one in self.consequences)

    @property
    def same(self) -> bool:
        """Whether the wave is on this very version already.

        An edition without any consequence (a title, a proofreading) is another version all the
        same: the wave may go over to it.
        """
        return self.digest == self.before


def compare_wave(session: Session, code: str, instrument: str) -> Comparison:
    """What the published ``instrument`` (code or digest) would change in the wave.

    Raises ``RefusedError`` (``WAV-040``) once the wave is closed.
    """
    wave = queries.wave_by_code(session, code)
    _require_begun(wave)
    published = usable(session, instrument, wave.organization_id)
    old, new = version_of(wave).instrument, load_version(published).instrument
    changes = compare(old, new) if wave.digest != published.digest else []
    return _counted(session, wave, published.digest, old, changes)


def _require_begun(wave: Wave) -> None:
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
        raise RefusedError(
            f"Wave “{wave.code}” is {wave.state}: its questionnaire no longer changes.",
            hint="Create another wave on the new version.", code="WAV-040",
        )  # fmt: skip


def _counted(
    session: Session, wave: Wave, digest: str, old: Instrument, changes: list[Change]
) -> Comparison:
    touched = [_touched(change, old) for change in changes]
    breaking = np.array([change.breaks for change in changes], np.bool_)
    # By group: all of them, those broken, then those that each change touches.
    counts: dict[str, NDArray[np.int64]] = {}
    for (group, *_), documents in queries.documents(session, wave.id):
        answered = _answered(documents, len(old.items))
        hits = np.array(
            [_hit(items, groups, group, answered) for items, groups in touched], np.bool_
        ).reshape(len(changes), len(documents))
        broken = hits[breaking].any(axis=0).sum()
        found = np.array([len(documents), broken, *hits.sum(axis=1)], np.int64)
        counts[group] = counts[group] + found if group in counts else found
    return _told(wave, digest, changes, counts)


def _told(
    wave: Wave, digest: str, changes: list[Change], counts: dict[str, NDArray[np.int64]]
) -> Comparison:
    """Never exact: looking again after each answer would tell what the one who came answered."""
    thresholds = plan_of(wave).thresholds
    by_group = {group: found.tolist() for group, found in counts.items()}
    everybody, broken, *each = (
        told_in_all({group: found[place] for group, found in by_group.items()}, thresholds)
        for place in range(2 + len(changes))
    )
    touched = sum(counts.values(), start=np.zeros(2 + len(changes), np.int64))[2:]
    consequences = tuple(
        Consequence(change, change.breaks and bool(n), told)
        for change, n, told in zip(changes, touched, each, strict=True)
    )
    return Comparison(wave.digest, digest, everybody, consequences, broken, thresholds.shown)


Answered = NDArray[np.bool_]
"""Shape [item, response]: whether something was answered."""


def _answered(documents: list[str], n_items: int) -> Answered:
    silent = [SYMBOLS.index(mark) for mark in UNANSWERED]
    return ~np.isin(read_codes(documents, n_items), silent)


def _hit(items: list[int], groups: frozenset[str], group: str, answered: Answered) -> Answered:
    """Which responses answered one of these items or belong to one of these groups."""
    if group in groups:
        return np.ones(answered.shape[1], np.bool_)
    return np.asarray(answered[items].any(axis=0), np.bool_)


def _touched(change: Change, old: Instrument) -> tuple[list[int], frozenset[str]]:
    """Places of the items that a change is about, and groups it is about."""
    code = change.code
    concerned = (
        {code}
        | {i.code for i in old.items if code in _scales(i)}
        | {item for item, dimension in old.dimension_of.items() if dimension == code}
    )
    places = [n for n, item in enumerate(old.items) if item.code in concerned]
    return places, frozenset({code} & old.groups.keys())


def _scales(item: Item) -> Iterator[str | None]:
    yield item.scale
    for wording in item.wording.values():
        if wording.easy:
            yield wording.easy.scale


def map_wave(session: Session, code: str, instrument: str, day: date) -> Comparison:
    """Put the wave on the new version and write every stored answer as it orders them.

    All or nothing, in the caller's transaction: a new item is "not asked" in what was answered
    before. Raises ``RefusedError`` when comparison would break for an answer that exists
    (``WAV-041``) or sheets wait for their second typing (``WAV-042``).
    """
    life.hold(session, code)
    found = compare_wave(session, code, instrument)
    if found.same:
        return found
    wave = queries.wave_by_code(session, code)
    _refuse_loss(session, wave, found)
    published = queries.instrument_by_name(session, found.digest)
    check_fits(plan_of(wave), load_version(published).instrument)
    before = wave.digest
    _rewrite(session, wave, published)
    life.forget_counts(session, wave.id)
    wave.published = published
    queries.note(
        session, wave, day, "updated", before=before, after=found.digest,
        responses=found.told, changes=[c.change.what for c in found.consequences],
    )  # fmt: skip
    session.flush()
    return found


def _refuse_loss(session: Session, wave: Wave, found: Comparison) -> None:
    if found.breaks:
        raise RefusedError(
            "The new version breaks comparison for answers that were given.",
            hint=f"Start a new series: `corus wave update {wave.code} --instrument "
            f"{found.digest[:8]} --new-series …`.",
            code="WAV-041",
        )
    waiting = life.waiting_sheets(session, wave.id)
    if waiting:
        raise RefusedError(
            f"{waiting} paper sheet(s) wait for their second typing.",
            hint="Finish them first: they were typed under the present version.", code="WAV-042",
        )  # fmt: skip


def _rewrite(session: Session, wave: Wave, published: PublishedInstrument) -> None:
    old, new = version_of(wave).instrument, load_version(published).instrument
    if layout(old) == layout(new):
        return
    for some in life.rows(session, wave.id):
        written = ((s, i, d, map_document(d, old, new)) for s, i, d in some)
        life.rewrite(session, [(s, i, new_d) for s, i, d, new_d in written if new_d != d])
