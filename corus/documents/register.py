"""The processing-register entry of a wave (RGPD, article 30), as text and as PDF.

It says what the wave knows and what this software really does; whatever neither can know is
marked « à compléter » instead of being guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from corus.documents.notice import legal_basis, purpose, recipients, retention
from corus.documents.printer import print_pdf
from corus.domain.base import say
from corus.domain.instrument import Instrument
from corus.domain.wave import WavePlan, keep_until
from corus.language import Words, words


@dataclass(frozen=True)
class Facts:
    """What is known of a wave when its entry is written."""

    organization: str
    wave: str
    plan: WavePlan
    instrument: Instrument
    digest: str
    opened_on: date | None = None
    closed_on: date | None = None
    contacts: bool = False
    """Whether the wave holds a list of persons to invite."""
    public_url: str = ""


@dataclass(frozen=True)
class Entry:
    """One heading of the register: what is known, and what somebody has to complete."""

    heading: str
    lines: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Register:
    """The whole entry, in the order of article 30."""

    title: str
    subtitle: str
    language: str
    entries: tuple[Entry, ...]


def register_of(facts: Facts, language: str) -> Register:
    """The entry filled in from the wave."""
    t = words(language)
    subtitle = f"{facts.organization} · {facts.plan.title} ({facts.wave})"
    entries = tuple(_entries(facts, language, t))
    return Register(t("Record of processing activities"), subtitle, language, entries)


def as_markdown(register: Register) -> str:
    """The entry as Markdown; what is missing stands in bold."""
    label = words(register.language)("to be completed:")
    lines = [f"# {_plain(register.title)}", "", _plain(register.subtitle), ""]
    for entry in register.entries:
        lines += [f"## {_plain(entry.heading)}", ""]
        lines += [f"- {_plain(line)}" for line in entry.lines]
        lines += [f"- **{label}** {_plain(line)}" for line in entry.missing]
        lines.append("")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is written."""
    one_line = " ".join(text.split("\n"))
    return "".join(f"\\{c}" if c in r"\`*_[]<>#|" else c for c in one_line)


def as_pdf(register: Register) -> bytes:
    """The entry as a tagged PDF."""
    label = words(register.language)("to be completed:")
    return print_pdf("register.typ", {**asdict(register), "label": label}, register.language)


def _entries(facts: Facts, language: str, t: Words) -> Iterator[Entry]:
    plan, name = facts.plan, facts.organization
    yield Entry(
        t("Controller"),
        (plan.notice.controller, plan.notice.contact),
        (t("Name of the legal representative, and of any joint controller."),),
    )
    yield _officer(plan, t)
    yield Entry(t("Purpose of the processing"), (purpose(plan, name, language),))
    yield Entry(t("Legal basis"), (legal_basis(plan, name, language),))
    yield Entry(t("Categories of persons"), tuple(_persons(facts, language, t)))
    yield _categories(facts, t)
    yield _recipients(facts, language, t)
    yield Entry(
        t("Transfers outside the European Union"),
        (t("None by this software."),),
        (t("The country where the server and its backups are."),),
    )
    yield _kept_until(facts, t)
    yield _security(facts, t)
    yield _told(facts, t)
    yield Entry(t("Rights of the persons"), tuple(_rights(plan, t)))
    yield Entry(t("Dates and references"), tuple(_dates(facts, t)))


def _officer(plan: WavePlan, t: Words) -> Entry:
    heading = t("Data protection officer")
    if plan.notice.dpo:
        return Entry(heading, (plan.notice.dpo,))
    return Entry(heading, (), (t("Name and contact, or “none appointed”."),))


def _persons(facts: Facts, language: str, t: Words) -> Iterator[str]:
    plans = facts.plan.groups
    for code, group in facts.instrument.groups.items():
        if plans and code not in plans:
            continue
        population = plans[code].population if code in plans else None
        label = say(group.label, language)
        if population is None:
            yield t("{group}: number unknown", group=label)
        else:
            yield t.many("{group}: {n} person", "{group}: {n} persons", population, group=label)


def _categories(facts: Facts, t: Words) -> Entry:
    lines = [t("Answers to the questionnaire: opinions, one per question, none compulsory.")]
    if any(item.type == "text" for item in facts.instrument.items):
        lines.append(
            t(
                "Free texts: the form asks that nobody be recognisable in them; they are read "
                "again before any quotation."
            )
        )
    lines.append(t("Group, language, day of the answer, and how the form was filled in."))
    if facts.plan.sites:
        lines.append(t("The site of the structure, where a link or a sheet says it."))
    if facts.plan.anonymity == "anonymous":
        lines.append(
            t("At closing, sites, ways and languages that few of a group have are forgotten.")
        )
    else:
        lines.append(t("A pseudonym that links the answers of one person between surveys."))
    if facts.contacts:
        lines.append(
            t(
                "Apart from the answers, to invite: name, e-mail or postal address, group, "
                "language, and site where there are several."
            )
        )
    check = t("Check that no question asks for health, opinions or origins (article 9).")
    return Entry(t("Categories of data"), tuple(lines), (check,))


def _recipients(facts: Facts, language: str, t: Words) -> Entry:
    lines = [recipients(facts.plan, facts.organization, language)]
    if facts.plan.checklist.results_seen_by:
        lines.append(t("Results seen by: {text}", text=facts.plan.checklist.results_seen_by))
    missing = t("The host of the server, and any other processor, with its contract.")
    return Entry(t("Recipients"), tuple(lines), (missing,))


def _kept_until(facts: Facts, t: Words) -> Entry:
    lines = [t("Answers: {text}", text=retention(facts.plan, t))]
    if facts.closed_on:
        last = keep_until(facts.closed_on, facts.plan.notice.retention_months)
        lines.append(t("Last day: {day}", day=t.date(last)))
    missing: tuple[str, ...] = ()
    if facts.contacts and facts.plan.anonymity == "anonymous":
        lines.append(t("Names and addresses of those invited: until the survey closes."))
    elif facts.contacts:
        missing = (t("The day on which the list of persons to invite is erased."),)
    return Entry(t("Retention"), tuple(lines), missing)


def _told(facts: Facts, t: Words) -> Entry:
    """Who was told beforehand, and what was done for those whom the law protects."""
    known, plans = facts.plan.checklist, facts.plan.groups
    lines = [t("The whole notice comes with the questionnaire, on screen and on paper.")]
    missing = []
    if "employees" in (plans or facts.instrument.groups):
        days = {
            t("Employees told of the survey: {text}"): known.employees_informed,
            t("Employees’ committee (CSE) told of the survey: {text}"): known.cse_informed,
        }
        lines += [_said(sentence, day, t) for sentence, day in days.items() if day]
        missing += [_asked(sentence) for sentence, day in days.items() if not day]
    protected = {
        t("Minors: {text}"): known.minors,
        t("Adults under legal protection: {text}"): known.protected_adults,
    }
    lines += [_said(sentence, how, t) for sentence, how in protected.items() if how]
    missing += [_asked(sentence) for sentence, how in protected.items() if not how]
    return Entry(t("Information of the persons"), tuple(lines), tuple(missing))


def _said(sentence: str, found: date | str, t: Words) -> str:
    if isinstance(found, date):
        return sentence.format(text=t.date(found))
    return sentence.format(text=t("none") if found == "none" else found)


def _asked(sentence: str) -> str:
    """A sentence whose end is to be completed: « Mineurs : … »."""
    return sentence.format(text="…")


def _security(facts: Facts, t: Words) -> Entry:
    shown = facts.plan.thresholds.shown
    masked = "Nothing is shown for fewer than {n} persons, nor what subtraction would reveal."
    lines = [
        t("An answer carries a day and no hour, no name, no address of the device."),
        t("Answers are stored under keyed hashes, with a key that the server’s owner alone reads."),
        t(masked, n=shown),
        t("Results exist only as numbered releases, once the survey is closed."),
        t("Pages with results ask for a code."),
        t("Answers are exported only for a named role and a stated purpose, kept in a journal."),
    ]  # fmt: skip
    if facts.plan.anonymity == "anonymous":
        lines.insert(0, t("No table joins an invitation with an answer."))
    missing = [t("Who may enter the server, how it is backed up and kept up to date.")]
    if facts.public_url.startswith("https://"):
        lines.append(t("Pages travel encrypted (https): {address}", address=facts.public_url))
    else:
        missing.append(t("Encryption on the way (https)."))
    return Entry(t("Security measures in place"), tuple(lines), tuple(missing))


def _rights(plan: WavePlan, t: Words) -> Iterator[str]:
    if plan.anonymity == "anonymous":
        yield t("Answers cannot be found again from a name; the notice says so.")
    yield t("The receipt carries a code with which the answer is read, changed or withdrawn.")
    yield t("Requests and objections: {contact}", contact=plan.notice.contact)


def _dates(facts: Facts, t: Words) -> Iterator[str]:
    if facts.opened_on:
        yield t("Opened on {day}", day=t.date(facts.opened_on))
    if facts.closed_on:
        yield t("Closed on {day}", day=t.date(facts.closed_on))
    elif facts.plan.closes_on:
        yield t("Closes on {day}", day=t.date(facts.plan.closes_on))
    if not facts.opened_on:
        yield t("Not open yet")
    yield t("Questionnaire: {title}, edition {edition}, digest {digest}",
            title=say(facts.instrument.title, t.language), edition=facts.instrument.edition,
            digest=facts.digest[:16])  # fmt: skip
