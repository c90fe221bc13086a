"""What two persons say of one sheet beside its answers: site, how it was filled in, language.

They are compared and decided like answers; group and version must be the same, since they say
which questions the sheet holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from corus.errors import InputError
from corus.questions.base import Form, Refusal
from corus.services.responding import Questionnaire
from corus.services.sheets import ON_PAPER, Cover
from corus.services.waves import check_site
from corus.store.changes import StoredResponse

UNSAID = "-"
"""No site, as a form says it: no code of a site is written so."""


def choices(page: Questionnaire) -> dict[str, tuple[str, ...]]:
    """What a sheet of this wave may be marked with, by the mark."""
    plan = page.plan
    return {"site": ("", *plan.sites), "mode": ON_PAPER, "language": tuple(plan.languages)}


def require_known(page: Questionnaire, cover: Cover) -> None:
    """Raises ``InputError`` (``PAP-023`` language, ``WAV-052`` site) for what the wave lacks."""
    if cover.language not in page.plan.languages:
        raise InputError("This wave has no questionnaire in that language.", code="PAP-023")
    check_site(page.plan, cover.site)


def unlike(one: Cover, other: Cover) -> tuple[str, ...]:
    """The marks on which two covers differ: of ``site``, ``mode``, ``language``."""
    return tuple(m for m in ("site", "mode", "language") if getattr(one, m) != getattr(other, m))


def decided(
    first: Cover, second: Cover, form: Form, allowed: Mapping[str, tuple[str, ...]]
) -> tuple[Cover, dict[str, Refusal]]:
    """The cover as a person decided, and what is left undecided, by ``cover.<mark>``.

    ``pick.cover.<mark>`` says ``first``, ``second`` or ``other``; ``cover.<mark>`` then says what.
    """
    cover, refusals = first, dict[str, Refusal]()
    for mark in unlike(first, second):
        said = _picked(mark, first, second, form)
        if said in allowed[mark]:
            cover = replace(cover, **{mark: said})  # type: ignore[arg-type]
        else:
            message = "Choose the first typing, the second, or another answer."
            refusals[f"cover.{mark}"] = Refusal("PAP-010", message)
    return cover, refusals


def _picked(mark: str, first: Cover, second: Cover, form: Form) -> str | None:
    pick = "".join(form.get(f"pick.cover.{mark}", ()))
    if pick in ("first", "second"):
        return str(getattr(first if pick == "first" else second, mark))
    said = "".join(form.get(f"cover.{mark}", ())) if pick == "other" else ""
    return "" if said == UNSAID else said or None


def stored_as(stored: StoredResponse, cover: Cover) -> bool:
    """Whether an answer is stored with the marks of this cover."""
    return (stored.site, stored.mode, stored.language) == (cover.site, cover.mode, cover.language)
