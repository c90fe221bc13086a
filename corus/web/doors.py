"""The doors to a questionnaire: an open link, a kiosk, a personal link.

Reads addresses and says whose questionnaire they open and by what way answers come; the pages
behind every door are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from corus.domain.instrument import Variant
from corus.domain.wave import Channel, Mode
from corus.errors import ConflictError, NotFoundError, RefusedError
from corus.services import links, responding
from corus.services.responding import Questionnaire, Way
from corus.store.engine import Store

Kind = Literal["open", "kiosk", "personal"]
PREFIXES: dict[str, Kind] = {
    "/s/<wave>/<group>": "open", "/k/<wave>/<group>": "kiosk", "/i/<token>": "personal"
}  # fmt: skip
AT = "@"
"""Between group and site in the address of an open link or a kiosk: ``clients@north``."""
NUL = "\0"
RESPONDENTS = ("/s/", "/k/", "/i/", "/r/", "/g/")
"""Beginnings of the addresses that are open to everybody."""
VARIANTS: dict[str, Variant] = {"": "standard", "/easy": "easy", "/express": "express"}
HELPERS: dict[str, Mode] = {
    "none": "self",
    "relative": "assisted_relative",
    "structure": "assisted_structure",
    "other": "assisted_other",
}
"""Who helped, as the last card of the form sends it, and the mode in which it is stored."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: whose questionnaire it opens, and what its answers are marked with."""

    kind: Kind
    base: str
    """Address in front of the language, without a slash at its end."""
    wave: str
    group: str
    language: str = ""
    """The language of the invitation, if there was one."""
    link: links.Link | None = None
    site: str = ""

    def address(self, language: str, variant: Variant) -> str:
        """Address of the form behind this door."""
        return f"{self.base}/{language}" + ("" if variant == "standard" else f"/{variant}")

    @property
    def number(self) -> str | None:
        """The number of the one answer behind this door; None where each page draws its own."""
        return self.link.submission_id if self.link else None

    @property
    def answered(self) -> bool:
        """Whether its link leads to the answer that came by it (confidential waves)."""
        return self.number is not None and self.link is not None and self.link.used

    def way(self, mode: Mode = "self", *, finished: bool = True) -> Way:
        """By what way answers through this door come."""
        channel: Channel = self.kind
        if self.link is None:
            return Way(channel, mode, finished, site=self.site)
        return Way(channel, mode, finished, self.link.once, self.link.pseudonym, self.site)

    def questionnaire(self, store: Store, variant: Variant) -> Questionnaire:
        """What this door opens to a visitor who is about to answer.

        Raises ``ConflictError`` (``CON-002``) when a personal link has answered, ``RefusedError``
        (``LNK-001``) when the group answers by personal link only.
        """
        found = responding.questionnaire(store, self.wave, self.group, variant)
        self.check(found)
        if self.link and self.link.used and self.number is None:
            raise ConflictError("This personal link has already answered.", code="CON-002")
        return found

    def looked_up(self, store: Store) -> Door:
        """The same with its link as the database has it now."""
        link = links.find_now(store, self.base.removeprefix("/i/"))
        place = {"wave": link.wave, "group": link.group, "site": link.site}
        return replace(self, link=link, language=link.language, **place)

    def up_to_date(self, store: Store, variant: Variant, opened: str = "") -> Door:
        """The same, looked up again where its wave has ended, goes on or is not that of the page.

        ``opened`` is the wave that the page was made for; links remembered may have moved since.
        """
        if self.link is None:
            return self
        known = responding.known_questionnaire(store, self.wave, self.group, variant)
        stays = known.takes_answers() and not known.plan.succeeded_by
        return self if stays and opened in ("", self.wave) else self.looked_up(store)

    def check_site(self, questionnaire: Questionnaire) -> None:
        """Raises ``NotFoundError`` (``NOT-003``) for an address with a site the wave lacks."""
        if self.link is None and self.site and self.site not in questionnaire.plan.sites:
            raise NotFoundError("This survey has no such site.", code="NOT-003")

    def check(self, questionnaire: Questionnaire) -> None:
        """Whether this door may be used at all for this questionnaire."""
        if self.link and self.link.revoked:
            raise RefusedError("This personal link is no longer valid.", code="LNK-002")
        self.check_site(questionnaire)
        group = questionnaire.plan.groups.get(self.group)
        if self.link is None and group is not None and not group.open_link:
            raise RefusedError("This group answers by personal link.", code="LNK-001")


def door(store: Store, kind: Kind, values: dict[str, str], *, sending: bool = False) -> Door:
    """The door of an address; takes its own parts out of ``values``.

    ``sending`` when answers come through it: its link may then be remembered from before.
    Raises ``NotFoundError`` for a personal link that was never given out, and for an address
    with a NUL in it, or in which a site should follow and none does.
    """
    if kind == "personal":
        token = values.pop("token")
        link = (links.found_before if sending else links.find)(store, token)
        return Door(kind, f"/i/{token}", link.wave, link.group, link.language, link, link.site)
    wave, named = values.pop("wave"), values.pop("group")
    if NUL in wave or NUL in named:
        # Nothing is called so, and one of the databases cannot even be asked.
        raise NotFoundError("This survey has no such page.", code="NOT-003")
    # Part of the address, so that every page behind the door keeps it.
    group, at, site = named.partition(AT)
    if at and not site:
        raise NotFoundError("This survey has no such site.", code="NOT-003")
    letter = "k" if kind == "kiosk" else "s"
    return Door(kind, f"/{letter}/{wave}/{named}", wave, group, site=site)
