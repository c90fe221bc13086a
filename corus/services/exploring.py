"""Parts of a release for pages: what may be asked, what was shown, and asking for more.

Decides nothing: whether a part may be shown is ``viewing``'s answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from corus.domain.instrument import Variant
from corus.domain.part import ATTRIBUTES, VALUES, decoded
from corus.domain.profile import Coverage, Profile
from corus.domain.reading import Reading
from corus.errors import CorusError, InputError
from corus.services import releasing, viewing
from corus.services.view_ledger import Journal
from corus.services.viewing import Filter
from corus.store import queries

AXES = ("group", "variant", "mode", "channel", "completeness", "site")
FORMS: tuple[Variant, ...] = ("standard", "easy", "express")


def choices(profile: Profile) -> dict[str, tuple[str, ...]]:
    """Axis → the values that the release itself names, so that the list tells nothing new.

    An axis with a single value is left out: it would cut nothing.
    """
    shown = [line for line in profile.coverage if line.group not in profile.masked_groups]
    forms = (f for f in FORMS if any(profile.instrument.offers(g, f) for g in profile.groups))
    found: dict[str, list[str]] = {
        "group": [group for group in profile.groups if group not in profile.masked_groups],
        "variant": list(forms),
        "mode": list(dict.fromkeys(mode for line in shown for mode in line.by_mode)),
        "channel": list(dict.fromkeys(way for line in shown for way in line.by_channel)),
        "completeness": list(VALUES["completeness"]) if any(_partly(c) for c in shown) else [],
        "site": list(profile.sites),
    }
    cuts = {axis: values for axis, values in found.items() if len(values) > 1 or axis == "group"}
    return {axis: tuple(values) for axis, values in cuts.items()}


def _partly(line: Coverage) -> bool:
    """Whether some answers of the group may have been sent in part."""
    return line.partial is None or line.partial > 0


def filter_of(chosen: Mapping[str, list[str]]) -> Filter:
    """Values by axis as a filter; the same values in any order make the same one."""
    return Filter(**{axis: tuple(sorted(set(chosen.get(axis, ())))) for axis in AXES})


def ask(session: Session, code: str, wanted: Filter, day: date) -> None:
    """Have a part shown from now on, and noted, or refused as ``viewing.view`` refuses it.

    Raises ``InputError`` (``VIE-007``) where nothing is wanted, which is the release itself.
    """
    if wanted == Filter():
        raise InputError(
            "Nothing was chosen: that is the whole release.",
            hint="Tick at least one answer, or go back to the profile.", code="VIE-007",
        )  # fmt: skip
    viewing.view(session, code, wanted, day)


def again(session: Session, code: str, wanted: Filter) -> Profile | None:
    """The profile of a part that was shown before, or None."""
    tally = viewing.again(session, code, wanted)
    if tally is None:
        return None
    return releasing.profile_of_part(session, queries.wave_by_code(session, code), tally, wanted)


def shown(session: Session, code: str) -> list[Filter]:
    """The parts of the last release that were shown, the last first, each once."""
    wave = queries.wave_by_code(session, code)
    last = queries.latest_release(session, wave.id)
    noted = Journal().shown(session, wave)
    found = (one.filter for one in reversed(noted) if last and one.release == last.number)
    return list(dict.fromkeys(found))


def in_words(error: CorusError, reading: Reading) -> CorusError:
    """The same refusal, with the names that people gave for groups, sites and items."""
    names = {name: _named(reading, name, value) for name, value in error.names.items()}
    if "known" in names:
        names |= _values(reading, error.names)
    message, hint = error.patterns
    return type(error)(message, hint=hint, code=error.code, names=names)


def _named(reading: Reading, name: str, value: object) -> object:
    text, known = str(value), reading.profile.instrument
    if name == "group" and text in known.groups:
        return reading.group(text)
    if name == "site":
        return reading.site(text)
    if name == "axis":
        return reading.words(ATTRIBUTES.get(text, text))
    if name == "beside":
        return reading.words("; ").join(_view(reading, one) for one in text.split("; "))
    return value


def _values(reading: Reading, names: Mapping[str, object]) -> dict[str, object]:
    """The value that no answer has, and those there are, as the form says them."""
    axis, value, known = (str(names[name]) for name in ("axis", "value", "known"))
    said = [reading.named_value(axis, one) for one in known.split(", ") if one]
    # A group that the instrument lacks keeps the code it was asked by.
    asked = _named(reading, axis, value) if axis == "group" else reading.named_value(axis, value)
    return {"value": asked, "known": ", ".join(said)}


def _view(reading: Reading, name: str) -> str:
    """``release 1: group=employees`` as a person would say it."""
    release, _, part = name.partition(": ")
    told = reading.named_part(decoded(part))
    number = release.removeprefix("release ")
    return reading.words("“{part}” (release {number})", part=told, number=number)
