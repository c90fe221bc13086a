"""What a wave declares, as options of ``corus wave create`` and ``corus wave set``.

Reads words of a command into a ``WavePlan``; what may still change is the service's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, get_args

import click
from pydantic import ValidationError

from corus.cli.sites import put_sites
from corus.domain.wave import MOST_PEOPLE, MOST_SHOWN, Sample, WavePlan
from corus.errors import Fault, InputError

Options = dict[str, Any]
"""Options of a command by name; those not given are None, empty or False."""

DAY = "DAY"
TEXT = "LANG=TEXT"
DECLARED = (
    click.option("--title", help="Title of the wave, as respondents see it."),
    click.option("--opens-on", metavar=DAY, help="2026-03-03, or none."),
    click.option("--closes-on", metavar=DAY, help="Last day for answering, or none."),
    click.option("--language", "languages", multiple=True, metavar="LANG",
                 help="Languages offered, the first one first; give them all."),
    click.option("--group", "groups", multiple=True, metavar="CODE[=NUMBER]",
                 help="Group surveyed and its population: a number or unknown."),
    click.option("--open-link", "open_links", multiple=True, metavar="CODE=on|off",
                 help="Whether anybody who has the group's address may answer."),
    click.option("--sample", "samples", multiple=True, metavar="CODE=WHO",
                 help="Who of it is asked: everyone, drawn (by lot), chosen (by you), not_said."),
    click.option("--sites", "sites", multiple=True, metavar="FILE|CODE=NAME",
                 help="Sites to tell answers by: a table with columns code and fr, en …, or one "
                 "site each; none takes all away."),
    click.option("--anonymity", type=click.Choice(["anonymous", "confidential"]),
                 help="Frozen at the first answer."),
    click.option("--strict", is_flag=True, help="Mask under 11 persons instead of 5."),
    click.option("--mask-under", type=click.IntRange(5, MOST_SHOWN),
                 help="Persons; can only be raised."),
    click.option("--full-from", type=click.IntRange(10, MOST_SHOWN),
                 help="Persons; can only be raised."),
    click.option("--organizations-from", type=click.IntRange(3, MOST_SHOWN),
                 help="Organizations answering once each; can only be raised."),
    click.option("--controller", help="Who is responsible for the data."),
    click.option("--dpo", help="Data protection officer, if there is one."),
    click.option("--keep-months", type=click.IntRange(1, 120),
                 help="Months the answers are kept after closing [24]."),
    click.option("--purpose", multiple=True, metavar=TEXT, help="In place of the usual sentence."),
    click.option("--legal-basis", multiple=True, metavar=TEXT, help="The same."),
    click.option("--recipients", multiple=True, metavar=TEXT, help="The same."),
    click.option("--employees-informed", metavar=DAY, help="Day employees were told."),
    click.option("--cse-informed", metavar=DAY, help="Day the CSE was told; none without a CSE."),
    click.option("--minors", metavar="TEXT", help="none, or what was done for them."),
    click.option("--protected-adults", metavar="TEXT", help="none, or what was done for them."),
    click.option("--results-seen-by", metavar="TEXT", help="Who may see the results."),
    click.option("--burst", type=click.IntRange(5, MOST_SHOWN),
                 help="Answers in ten minutes by an open link that are pointed out [20]."),
)  # fmt: skip


def declares(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every option that a plan has."""
    for option in reversed(DECLARED):
        command = option(command)
    return command


def declared(plan: WavePlan, options: Options) -> WavePlan:
    """``plan`` with what the options say put in it; ``InputError`` lists what cannot be."""
    document = plan.model_dump(mode="json")
    _whole(document, options)
    _thresholds(document["thresholds"], options)
    _groups(document["groups"], options)
    put_sites(document, options.get("sites") or ())
    _notice(document["notice"], document["languages"], options)
    _checklist(document["checklist"], options)
    try:
        return WavePlan.model_validate(document)
    except ValidationError as error:
        raise _refused(error) from error


def _put(document: Options, options: Options, names: Iterable[str]) -> None:
    for name in names:
        if options.get(name) is not None:
            document[name] = options[name]


def _whole(document: Options, options: Options) -> None:
    _put(document, options, ("title", "anonymity", "burst"))
    for name in ("opens_on", "closes_on"):
        if options.get(name) is not None:
            document[name] = _day(options[name])
    if options.get("languages"):
        document["languages"] = list(dict.fromkeys(options["languages"]))


def _day(word: str) -> str | None:
    if word == "none":
        return None
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError as error:
        raise InputError(
            f"“{word}” is not a day.", hint="Write for example 2026-03-03.", code="WAV-034"
        ) from error


def _thresholds(document: Options, options: Options) -> None:
    said = {"shown": "mask_under", "full": "full_from", "organizations": "organizations_from"}
    for name, option in said.items():
        if options.get(option) is not None:
            document[name] = options[option]
        if options.get("strict"):
            document[name] = max(document[name], 11)
    if options.get("full_from") is None:
        document["full"] = max(document["full"], document["shown"])


def _once(given: Iterable[str], what: str) -> None:
    """Nothing may be said twice: of two numbers, the first would be lost without a word."""
    codes = [text.partition("=")[0] for text in given]
    twice = [code for n, code in enumerate(codes) if code in codes[:n]]
    if twice:
        raise InputError(
            f"{what} is given twice for “{twice[0]}”.", hint="Give it once.", code="WAV-048"
        )


def _groups(document: Options, options: Options) -> None:
    _once(options.get("groups") or (), "--group")
    _once(options.get("open_links") or (), "--open-link")
    _once(options.get("samples") or (), "--sample")
    for text in options.get("groups") or ():
        code, _, population = text.partition("=")
        if population and population != "unknown" and not _is_number(population):
            raise InputError(
                f"“{text}” does not say a population.",
                hint=f"Write for example employees=40 ({MOST_PEOPLE} at most), "
                "or employees=unknown.", code="WAV-006",
            )  # fmt: skip
        group = document.setdefault(code, {})
        if population or "population" not in group:
            group["population"] = int(population) if _is_number(population) else None
    for text in options.get("open_links") or ():
        code, _, word = text.partition("=")
        if word not in ("on", "off") or (document and code not in document):
            raise InputError(
                f"“{text}” does not say whether a group's open link is on.",
                hint="Name a group surveyed: clients=on or clients=off.", code="WAV-035",
            )  # fmt: skip
        document.setdefault(code, {})["open_link"] = word == "on"
    for text in options.get("samples") or ():
        code, _, word = text.partition("=")
        if word not in get_args(Sample) or (document and code not in document):
            raise InputError(
                f"“{text}” does not say who of a group is asked.",
                hint="Name a group surveyed: clients=everyone, clients=drawn (by lot), "
                "clients=chosen (by the organization) or clients=not_said.", code="WAV-049",
            )  # fmt: skip
        document.setdefault(code, {})["sample"] = word


def _is_number(text: str) -> bool:
    # The length first: some texts of digits are too long to be read at all.
    return text.isascii() and text.isdigit() and len(text) <= 8 and int(text) <= MOST_PEOPLE


def _notice(document: Options, languages: list[str], options: Options) -> None:
    if options.get("contact") is not None and not options["contact"].strip():
        raise no_contact()
    _put(document, options, ("controller", "contact", "dpo"))
    if options.get("keep_months") is not None:
        document["retention_months"] = options["keep_months"]
    for name in ("purpose", "legal_basis", "recipients"):
        given = options.get(name) or ()
        _once(given, f"--{name.replace('_', '-')}")
        document[name] = document[name] | dict(_said(text, languages) for text in given)


def no_contact() -> InputError:
    """The error of a notice that names nobody to write to (``WAV-007``)."""
    return InputError(
        "Nobody can be asked about the data.", hint="Give --contact an e-mail or an address.",
        code="WAV-007",
    )  # fmt: skip


def _said(text: str, languages: list[str]) -> tuple[str, str]:
    language, mark, said = text.partition("=")
    if not mark:
        raise InputError(
            f"“{text}” does not say in which language.", hint='Write fr="…".', code="WAV-036"
        )
    # Emptying one is always possible: the language may have been dropped since.
    if said and language not in languages:
        raise InputError(
            f"The wave is not offered in “{language}”.",
            hint=f"Its languages are: {', '.join(languages)}.", code="WAV-036",
        )  # fmt: skip
    return language, said


def _checklist(document: Options, options: Options) -> None:
    _put(document, options, ("minors", "protected_adults", "results_seen_by"))
    if options.get("employees_informed") is not None:
        document["employees_informed"] = _day(options["employees_informed"])
    if options.get("cse_informed") is not None:
        document["cse_informed"] = _day(options["cse_informed"]) or "none"


def _refused(error: ValidationError) -> InputError:
    faults = [
        Fault("", 0, "WAV-037", f"{'.'.join(map(str, one['loc']))}: {one['msg']}.")
        for one in error.errors()
    ]
    return InputError("The wave cannot be declared so.", code="WAV-037", faults=faults)
