"""What the log tells of, as people call it: titles instead of codes, fields in words.

The log keeps codes, which stay; what they are called is looked up when somebody reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corus.domain.base import Text, say
from corus.domain.part import Part, named
from corus.domain.wave import WavePlan
from corus.language import Words
from corus.services.accounts.said import ROLES
from corus.services.publishing import load_version, version_of
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.models import Wave

FIELDS = {
    "title": "its title",
    "languages": "the languages offered",
    "anonymity": "the promise made to respondents",
    "opens_on": "the day it is to open",
    "closes_on": "the last day to answer",
    "burst": "how many answers in ten minutes are pointed out",
    "thresholds": "the numbers of persons from which results are shown",
    "groups": "the groups asked",
    "sites": "the sites",
    "weights": "the weights of the groups",
    "notice": "the notice to respondents",
    "notice.controller": "who is responsible for the data",
    "notice.contact": "whom respondents may write to",
    "notice.dpo": "the data protection officer",
    "notice.retention_months": "how long the answers are kept",
    "checklist": "what is settled before opening",
    "checklist.employees_informed": "the day employees were told",
    "checklist.cse_informed": "the day the employees’ committee (CSE) was told",
    "checklist.minors": "what is seen to for minors",
    "checklist.protected_adults": "what is seen to for adults under legal protection",
    "checklist.results_seen_by": "who sees the results",
}
"""What changes of a wave, or the first words of it → how the log says it."""
OF_GROUP = {
    "population": "how many people a group counts ({group})",
    "invited": "how many people of a group were invited ({group})",
    "open_link": "how a group is reached ({group})",
    "sample": "who of a group is asked ({group})",
}


@dataclass(frozen=True)
class CalledWave:
    """One wave: its title, told apart where another has the same, and what it is made of."""

    title: str
    plan: WavePlan
    groups: Mapping[str, Text]

    def group(self, code: str, language: str) -> str:
        """A group's label, or its code where the questionnaire lacks it."""
        return say(self.groups[code], language) if code in self.groups else code

    def label(self, attribute: str, value: str, language: str) -> str:
        """A value that bounds a part of the results."""
        if attribute == "site" and value in self.plan.sites:
            return say(self.plan.sites[value], language)
        return self.group(value, language) if attribute == "group" else value


@dataclass(frozen=True)
class Called:
    """What the codes in some lines of the log are called now."""

    waves: Mapping[str, CalledWave]
    instruments: Mapping[str, Text]

    def in_words(self, detail: Mapping[str, object], t: Words) -> dict[str, object]:
        """``detail`` with words in the place of codes; what nobody knows any more stays."""
        names, wave = dict(detail), self.waves.get(str(detail.get("wave")))
        if "role" in names:
            names["role"] = t(ROLES[str(names["role"])])
        if "code" in names:
            names["code"] = self._instrument(detail, t)
        if wave is not None:
            names["wave"] = t("“{label}”", label=wave.title)
            names |= _of_wave(wave, detail, t)
        return names

    def _instrument(self, detail: Mapping[str, object], t: Words) -> str:
        code = str(detail["code"])
        known = self.instruments.get(code)
        title = say(known, t.language) if known else str(detail.get("title", ""))
        return t("“{label}”", label=title) if title else code


def called(session: Session, details: Iterable[Mapping[str, object]]) -> Called:
    """What the waves and questionnaires named in ``details`` are called."""
    rows = list(details)
    waves = {str(row["wave"]) for row in rows if "wave" in row}
    codes = {str(row["code"]) for row in rows if "code" in row}
    editions = ((code, queries.latest_edition(session, code)) for code in codes)
    return Called(
        dict(_waves(session, waves)) if waves else {},
        {code: load_version(one).instrument.title for code, one in editions if one},
    )


def _waves(session: Session, codes: set[str]) -> Iterator[tuple[str, CalledWave]]:
    every = [(wave, plan_of(wave)) for wave in queries.waves(session)]
    same = Counter((wave.organization_id, plan.title) for wave, plan in every)
    for wave, plan in every:
        if wave.code in codes:
            alike = same[wave.organization_id, plan.title] > 1
            yield wave.code, _wave(wave, plan, f"{plan.title} ({wave.code})" if alike else "")


def _wave(wave: Wave, plan: WavePlan, title: str) -> CalledWave:
    groups = version_of(wave).instrument.groups
    return CalledWave(
        title or plan.title, plan, {code: group.label for code, group in groups.items()}
    )


def _of_wave(wave: CalledWave, detail: Mapping[str, object], t: Words) -> dict[str, object]:
    found: dict[str, object] = {}
    if "group" in detail:
        group = wave.group(str(detail["group"]), t.language)
        found["group"] = t("“{label}”", label=group)
    if "what" in detail:
        fields = (_field(wave, name, t) for name in str(detail["what"]).split(", "))
        found["what"] = ", ".join(dict.fromkeys(fields))
    if "part" in detail:
        found["part"] = named(
            _part(str(detail["part"])), t, lambda a, value: wave.label(a, value, t.language)
        )
    return found


def _part(text: str) -> Part:
    """``group employees, mode paper``, as the log keeps it."""
    pairs = (pair.partition(" ") for pair in text.split(", ") if pair)
    return tuple((attribute, value) for attribute, _, value in pairs)


def _field(wave: CalledWave, name: str, t: Words) -> str:
    first, _, rest = name.partition(".")
    group, _, what = rest.partition(".")
    if first == "groups" and group in (wave.plan.groups or wave.groups) and what in OF_GROUP:
        return t(OF_GROUP[what], group=wave.group(group, t.language))
    known = FIELDS.get(name) or FIELDS.get(first)
    return t(known) if known else name
