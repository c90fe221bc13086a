"""Printed matter of a wave: questionnaires, letters, posters, its entry in the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from corus.documents.letters import Letter, Sender, print_letters
from corus.documents.posters import Poster, print_posters
from corus.documents.printer import lacking
from corus.documents.questionnaire import Paper, print_questionnaire
from corus.documents.register import Facts, Register, as_markdown, as_pdf, register_of
from corus.domain.base import say
from corus.domain.instrument import InstrumentVersion, Variant
from corus.domain.wave import WavePlan
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services.inviting import invite
from corus.services.publishing import version_of
from corus.services.waves import check_site, groups_of, plan_of
from corus.store import queries
from corus.store.models import Invitation, Wave

OPEN, KIOSK = "/s/{wave}/{group}", "/k/{wave}/{group}"
"""Where a poster may lead: the address everybody shares, or that of the device on the spot."""
MOST_COPIES = 300
"""Copies of one print: each is laid out anew, and a printer wants a pause as well."""


@dataclass(frozen=True)
class _Setting:
    """A wave as its printed matter needs it."""

    wave: Wave
    plan: WavePlan
    version: InstrumentVersion
    groups: tuple[str, ...]

    @property
    def organization(self) -> str:
        return self.wave.organization.name


def _setting(session: Session, code: str) -> _Setting:
    wave = queries.wave_by_code(session, code)
    return _Setting(wave, plan_of(wave), version_of(wave), groups_of(wave))


def questionnaire_of(
    session: Session,
    code: str,
    group: str,
    language: str,
    *,
    variant: Variant = "standard",
    large: bool = False,
    sheets: Sequence[int] = (),
    return_to: str = "",
    site: str = "",
) -> bytes:
    """The questionnaire of one group as PDF; with ``sheets``, one numbered copy for each.

    Raises ``NotFoundError`` for a group, language or variant this wave does not have, and
    ``InputError`` for too many copies or numbers under 1 (``PRI-003``) and for an unknown site
    (``WAV-052``).
    """
    found = _setting(session, code)
    check_site(found.plan, site)
    _check_group(found, group)
    _check_language(found, language)
    _check_variant(found, group, variant)
    if len(sheets) > MOST_COPIES or (sheets and min(sheets) < 1):
        raise InputError(
            f"Print from 1 to {MOST_COPIES} copies at a time, numbered from 1.", code="PRI-003"
        )
    paper = Paper(
        found.version, found.plan, found.organization, group, language, variant, large, return_to,
        site,
    )  # fmt: skip
    return print_questionnaire(paper, sheets=sheets)


def posters_of(
    session: Session,
    code: str,
    base_url: str,
    *,
    groups: Sequence[str] = (),
    languages: Sequence[str] = (),
    path: str = OPEN,
    site: str = "",
) -> bytes:
    """A poster per group and language, as one PDF; all groups with an open address by default.

    ``path`` is where the QR code leads under ``base_url``, at this ``site`` if one is given.
    Raises ``NotFoundError`` for an unknown group or language, ``InputError`` (``WAV-052``) for an
    unknown site, ``RefusedError`` (``PRI-004``) for a group that answers by
    personal link only, ``InputError`` (``PRI-005``) for an address that no telephone can open.
    """
    found = _setting(session, code)
    check_site(found.plan, site)
    named = f"@{site}" if site else ""
    posters = [
        Poster(
            say(found.version.instrument.groups[group].label, language),
            language,
            _address(base_url) + path.format(wave=code, group=group + named),
            found.version.instrument.groups[group].minutes,
            say(found.plan.sites.get(site, {}), language),
        )
        for group in _open_groups(found, groups)
        for language in _languages(found, languages)
    ]
    return print_posters(posters, found.organization, found.plan)


def small_at(session: Session, code: str, site: str, *, groups: Sequence[str] = ()) -> list[str]:
    """Groups for whose posters at a site few persons are known to be invited there."""
    found = _setting(session, code)
    few = invite.small_cells(session, found.wave)
    return [group for group in _open_groups(found, groups) if (group, site) in few]


def lacking_in(session: Session, code: str) -> str:
    """Letters of a wave's own words for which its printed matter has a box; "" for none."""
    found = _setting(session, code)
    return lacking(
        found.organization, found.plan.model_dump_json(), found.version.instrument.model_dump_json()
    )


def letters_of(session: Session, code: str, letters: Iterable[Letter], public_url: str) -> bytes:
    """A letter per person, as one PDF; the caller made the personal addresses and codes.

    Raises ``InputError`` (``DOC-002``, ``DOC-003``, ``PRI-005``).
    """
    found = _setting(session, code)
    return print_letters(letters, Sender(found.organization, found.plan, _address(public_url)))


def register_pdf_of(session: Session, code: str, language: str, *, public_url: str = "") -> bytes:
    """The entry of a wave in the register of processing activities, as PDF."""
    return as_pdf(_register(session, code, language, public_url))


def register_text_of(session: Session, code: str, language: str, *, public_url: str = "") -> str:
    """The entry of a wave in the register of processing activities, as Markdown."""
    return as_markdown(_register(session, code, language, public_url))


def _register(session: Session, code: str, language: str, public_url: str) -> Register:
    found = _setting(session, code)
    wave = found.wave
    # Without a group is only the mark of who wants no more messages.
    invited = select(exists().where(Invitation.wave_id == wave.id, Invitation.group != ""))
    facts = Facts(
        organization=found.organization, wave=code, plan=found.plan,
        instrument=found.version.instrument, digest=wave.digest, opened_on=wave.opened_on,
        closed_on=wave.closed_on, contacts=bool(session.scalar(invited)), public_url=public_url,
    )  # fmt: skip
    return register_of(facts, language)


def _check_group(found: _Setting, group: str) -> None:
    if group not in found.groups:
        raise NotFoundError(
            f"This wave has no group “{group}”.", hint=f"Its groups: {', '.join(found.groups)}.",
            code="PRI-001",
        )  # fmt: skip


def _check_language(found: _Setting, language: str) -> None:
    if language not in found.plan.languages:
        raise NotFoundError(
            f"This wave is not in the language “{language}”.",
            hint=f"Its languages: {', '.join(found.plan.languages)}.", code="PRI-002",
        )  # fmt: skip


def _check_variant(found: _Setting, group: str, variant: Variant) -> None:
    if variant == "easy" and not found.version.instrument.has_easy(group):
        raise NotFoundError(
            f"There is no simple version for the group “{group}”.",
            hint="Print the large one, or write easy wordings in the instrument.", code="PRI-006",
        )  # fmt: skip


def _open_groups(found: _Setting, asked: Sequence[str]) -> list[str]:
    for group in asked:
        _check_group(found, group)
        if not _is_open(found.plan, group):
            raise RefusedError(
                f"The group “{group}” answers by personal link only.",
                hint="Print letters for it.", code="PRI-004",
            )  # fmt: skip
    return [g for g in found.groups if _is_open(found.plan, g) and (not asked or g in asked)]


def _is_open(plan: WavePlan, group: str) -> bool:
    return group not in plan.groups or plan.groups[group].open_link


def _languages(found: _Setting, asked: Sequence[str]) -> Sequence[str]:
    for language in asked:
        _check_language(found, language)
    return asked or found.plan.languages[:1]


def _address(base_url: str) -> str:
    """Scheme and host, without a final slash."""
    if not base_url.startswith(("https://", "http://")):
        raise InputError(
            "The public address is not known, so no code can lead to it.",
            hint="Give --url https://…, or set it for this instance.", code="PRI-005",
        )  # fmt: skip
    return base_url.rstrip("/")
