"""Releases: numbered, frozen publications of a closed wave, and the only source of results."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from corus import __version__
from corus.analysis import ProfileContext, Tally, build_profile, unsafe_changes, with_invariance
from corus.analysis.counting.tally import differing
from corus.analysis.profile.modes import without_effects
from corus.analysis.profile.recoded import unsafe_voices
from corus.domain.profile import Profile
from corus.domain.wave import Thresholds, WaveState
from corus.errors import NotFoundError, RefusedError
from corus.services.beside_views import beside_views, silent_on_modes
from corus.services.closing import require_sealed
from corus.services.publishing import version_of
from corus.services.same_persons import beside_linked
from corus.services.tallying import refresh
from corus.services.texts.voices import Voices, of_wave
from corus.services.third_states import refuse_third_states
from corus.services.viewing import Filter, left_out
from corus.services.waves import plan_of
from corus.services.weighing.after import refuse_beside_weights
from corus.store import queries
from corus.store.models import Release, Wave


def release(session: Session, code: str, day: date) -> Profile:
    """Publish the closed wave's profile under the next number.

    Raises ``RefusedError`` while the wave is open (``REL-001``) or its closing is not finished
    (``CLO-002``), and when a cell, or the counts of what people wrote, would differ from an
    earlier release or view by 1–4 persons (``REL-002``): the difference of two isolates nobody.
    A group is told in two states at most, so that there is no other sum of releases: a third is
    refused (``REL-022``; ``REL-023`` for the codes of what people wrote).
    Also where a group changed that was weighted to known margins, and somebody could be singled
    out beside the weighted scores (``REL-020``, ``REL-021``). Mode effects of a group are left out
    where somebody could be beside a part of the group that was told earlier.
    When nothing changed, neither answers nor what may be quoted and how it is coded, the last
    release is returned again.
    """
    wave = queries.wave_by_code(session, code)
    if wave.state != WaveState.CLOSED:
        raise RefusedError(
            f"Wave “{code}” is {wave.state}: results are released once it is closed.",
            hint=f"Coverage is shown meanwhile; close with `corus wave close {code}`.",
            code="REL-001",
        )
    require_sealed(session, wave)
    tally, said = refresh(session, wave), of_wave(session, wave)
    earlier = queries.releases(session, wave.id)
    if earlier and not _changed(earlier[0], tally, said):
        return _profile(earlier[0])
    refuse_third_states(earlier, tally, said)
    for one in earlier:
        # Against every one of them: five that came and four that left are one between the ends.
        _refuse_isolation(one, tally, said, wave)
    silent = silent_on_modes(session, wave, tally)
    _refuse_beside_views(session, wave, tally, silent)
    if beside_linked(session, wave, earlier, tally):
        raise _too_few(plan_of(wave).thresholds)
    refuse_beside_weights(session, wave, earlier, tally)
    return _store(session, wave, tally, said, len(earlier) + 1, day, silent)


def _changed(last: Release, tally: Tally, said: Voices) -> bool:
    told = _profile(last)
    before = Voices(told.quotations, told.codes, told.codebooks)
    return bool(differing(_counts(last), tally)) or before != said


def _refuse_isolation(previous: Release, new: Tally, said: Voices, wave: Wave) -> None:
    thresholds = plan_of(wave).thresholds
    instrument, told = version_of(wave).instrument, _profile(previous)
    if unsafe_changes(_counts(previous), new, thresholds, instrument) or unsafe_voices(
        [*told.quotations, *told.codes], [*said.quotations, *said.codes], thresholds
    ):
        raise _too_few(thresholds)


def _refuse_beside_views(session: Session, wave: Wave, new: Tally, silent: frozenset[str]) -> None:
    if beside_views(session, wave, new, silent):
        raise _too_few(plan_of(wave).thresholds)


def _too_few(thresholds: Thresholds) -> RefusedError:
    """One sentence, whatever the reason: neither where nor at how many places, nor beside what.

    A place named would tell that the one who came, or took an answer back, is counted there; and
    how many places are left, after answers of one's own were added, what that person said.
    """
    return RefusedError(
        "A new release would single out fewer than {shown} persons, beside one that is published.",
        hint="Wait for more answers: whatever changed must have changed by at least {shown} "
        "persons, and texts be coded several at a time. If no more come, the next wave tells it; "
        "what is published stays.",
        code="REL-002", names={"shown": thresholds.shown},
    )  # fmt: skip


def current_profile(session: Session, wave: Wave, number: int, day: date) -> Profile:
    """The profile as the answers now stand; shown to nobody until a release stores it.

    While the wave is open nobody reads what people wrote, and none of it is there.
    """
    profile = build_profile(refresh(session, wave), _context(wave, number, day))
    if wave.state != WaveState.CLOSED:
        return profile
    return _with_words(profile, of_wave(session, wave))


def _with_words(profile: Profile, said: Voices) -> Profile:
    return profile.model_copy(
        update={
            "quotations": said.quotations, "codes": said.codes, "codebooks": said.codebooks
        }
    )  # fmt: skip


OF_THE_WHOLE = (
    "coverage", "dimensions", "gaps", "texts", "mode_effects", "together", "adding", "invariance",
    "importance", "cautions",
    "quotations", "codes", "codebooks", "by_site",
)  # fmt: skip


def profile_of_part(session: Session, wave: Wave, tally: Tally, wanted: Filter) -> Profile:
    """A part of the last release under the rule of the whole: items and choices, nothing else.

    ``tally`` holds the answers that ``wanted`` takes; the profile says which they are. Without
    coverage, scores or words, which would say more beside those of the release.
    """
    release = latest_profile(session, wave.code)
    found = build_profile(tally, _context(wave, release.release, release.released_on))
    groups = tuple(g for g in release.groups if not wanted.group or g in wanted.group)
    small = [g for g in release.masked_groups if g in groups]
    kept = {
        "part": wanted.part,
        "groups": groups,
        "items": tuple(left_out((c for c in found.items if c.group in groups), tally, small)),
        "choices": tuple(left_out((c for c in found.choices if c.group in groups), tally, small)),
        "masked_groups": tuple(small),
        "shown_responses": found.shown_responses,
        "concordance": None,
        "tested": 0,
        "withdrawn": 0,
        "taken_back": 0,
    }
    return release.model_copy(update=dict.fromkeys(OF_THE_WHOLE, ()) | kept)


def _store(
    session: Session,
    wave: Wave,
    tally: Tally,
    said: Voices,
    number: int,
    day: date,
    silent: frozenset[str],
) -> Profile:
    told = without_effects(build_profile(tally, _context(wave, number, day)), silent)
    found = with_invariance(told, tally)
    profile = _with_words(found, said)
    session.add(
        Release(
            wave_id=wave.id, number=number, released_on=day,
            profile=profile.model_dump_json().encode(), counts=tally.to_bytes(),
        )
    )  # fmt: skip
    queries.note(session, wave, day, "released", number=number)
    session.flush()
    return profile


def _context(wave: Wave, number: int, day: date) -> ProfileContext:
    return ProfileContext(
        release=number,
        released_on=day,
        corus_version=__version__,
        organization=wave.organization.name,
        organization_details=dict(wave.organization.details),
        wave=wave.code,
        wave_title=plan_of(wave).title,
        wave_state=WaveState(wave.state),
        opened_on=wave.opened_on,
        closed_on=wave.closed_on,
        digest=wave.digest,
        instrument=version_of(wave).instrument,
        plan=plan_of(wave),
    )


def latest_profile(session: Session, code: str) -> Profile:
    """The profile of the wave's last release; ``NotFoundError`` when there is none yet."""
    wave = queries.wave_by_code(session, code)
    last = queries.latest_release(session, wave.id)
    if last is None:
        raise NotFoundError(
            "Wave “{wave}” has no release yet.",
            hint="Close it, then `corus release {wave}`.",
            code="REL-003",
            names={"wave": code},
        )
    return _profile(last)


def _profile(record: Release) -> Profile:
    return Profile.model_validate_json(bytes(record.profile))


def _counts(record: Release) -> Tally:
    return Tally.from_bytes(bytes(record.counts))
