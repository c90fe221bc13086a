"""``corus texts …``: open answers of a closed wave, through files that a spreadsheet opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import click

from corus.cli.common import in_language, print_json, reading, store, today, writing
from corus.domain.base import say
from corus.domain.open_answers import UNCODED, VALENCES, Only, QuotationCell
from corus.domain.profile import ChoiceCell
from corus.language import Words, words
from corus.services.files import PRIVATE, write_file
from corus.services.texts import codebooks, coding, reviewing, voices
from corus.services.texts.reading import Errand, closed_wave, instrument_of
from corus.store.engine import Store

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
OUTPUT = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False)
)
ROLE = click.option("--role", default="", help="Who receives the texts.")
PURPOSE = click.option("--purpose", default="", help="What for; written in the journal.")
LANGUAGE = in_language()
STANDING = {
    "written": "written", "raw texts": "raw", "reviewed": "reviewed",
    "publishable": "publishable", "withheld texts": "withheld", "consent": "consenting",
}  # fmt: skip
"""How far texts have come: heading, a key of the catalogue → what is counted under it."""
CONFIDENTIAL = (
    "Confidential: what people wrote. Never pass it on; delete it once it has been taken in."
)


@click.group("texts")
def texts_command() -> None:
    """Open answers of a closed wave: redact them, code them, see what may be quoted.

    The order: `suggest`, fill in the file, `review`; `codebook`; `code` by two persons,
    `agreement`, `disagreements`; `publish`; `quotations` shows what a release would say.
    """


@texts_command.command("list")
@click.argument("wave")
@click.option("--json", "as_json", is_flag=True)
@LANGUAGE
def list_command(wave: str, as_json: bool, lang: str) -> None:
    """How many texts of WAVE have come how far, by question; never what they say."""
    with reading() as session:
        found = reviewing.standings(session, wave)
    if as_json:
        print_json([asdict(line) for line in found])
        return
    heads = [words(lang)(head) for head in STANDING]
    click.echo(f"{'':<23}" + "".join(f"  {head}" for head in heads))
    for line in found:
        counts = [getattr(line, name) for name in STANDING.values()]
        told = (f"  {n:>{len(head)}}" for head, n in zip(heads, counts, strict=True))
        click.echo(f"{line.item[:23]:<23}" + "".join(told))


@texts_command.command("suggest")
@click.argument("wave")
@OUTPUT
@ROLE
@PURPOSE
@click.option("--all", "everything", is_flag=True, help="Reviewed texts too.")
@LANGUAGE
def suggest_command(
    wave: str, output: Path, role: str, purpose: str, everything: bool, lang: str
) -> None:
    """Write the raw texts of WAVE, each with a suggested masking, to a CSV to fill in.

    Under “decision”: accept (the suggestion), edit (your version under “redacted”), keep
    (nothing to mask) or withhold (counted, never quoted). Empty: later.
    """
    _hand_out(
        output,
        lambda opened: _in(opened, lambda s: reviewing.suggest(
            s, opened.key, wave, Errand(role, purpose, today()), everything=everything
        )),
        words(lang),
    )  # fmt: skip


@texts_command.command("review")
@click.argument("wave")
@FILE
@click.option("--by", "reviewer", required=True, help="Who decided: initials or a role.")
@LANGUAGE
def review_command(wave: str, file: Path, reviewer: str, lang: str) -> None:
    """Take in the decisions of a file written by `suggest`: all or nothing."""
    opened = store()
    with opened.writing() as session:
        counts = reviewing.review(session, opened.key, wave, file, reviewer, today())
    say = words(lang)
    told = ", ".join(f"{say.number(n)} {decision}" for decision, n in sorted(counts.items()))
    click.echo(
        say("{wave}: decisions taken in: {told}.", wave=wave, told=told or say("no decision"))
    )


@texts_command.command("publish")
@click.argument("wave")
@click.option("--take-back", metavar="ID", help="Take one text back instead.")
@LANGUAGE
def publish_command(wave: str, take_back: str | None, lang: str) -> None:
    """Let the next release of WAVE quote reviewed texts whose authors consent."""
    opened, say = store(), words(lang)
    with opened.writing() as session:
        if take_back:
            reviewing.unpublish(session, opened.key, wave, take_back, today())
            click.echo(
                say("{text} will not be quoted, and has left the releases made before. Files "
                    "already handed out still quote it.", text=take_back)
            )  # fmt: skip
            return
        done = reviewing.publish(session, wave, today())
    told = {name: say.number(n) for name, n in asdict(done).items()}
    click.echo(
        say("{wave}: {published} made publishable, {already} were already.", wave=wave, **told)
    )
    click.echo(
        say("Not publishable: {without_consent} without consent, {withheld} withheld, {raw} not "
            "reviewed.", **told)
    )  # fmt: skip


@texts_command.command("codebook")
@click.argument("wave")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the codebooks to edit them.")  # fmt: skip
@LANGUAGE
def codebook_command(wave: str, file: Path | None, output: Path | None, lang: str) -> None:
    """Show the codebooks of WAVE, write them to a CSV, or take in a new version from FILE."""
    if file is not None:
        _revise(wave, file, words(lang))
        return
    with reading() as session:
        found, content = codebooks.latest(session, wave), codebooks.as_csv(session, wave)
    if output is not None:
        write_file(output, content, PRIVATE)
        click.echo(str(output))
        return
    say = words(lang)
    for book in found.values():
        click.echo(say("{item}, version {version}", item=book.item, version=book.version))
        for c in book.codes:
            click.echo(f"  {c.code:<22} {c.name}{say(': ')}{c.definition}")


def _revise(wave: str, file: Path, say: Words) -> None:
    with writing() as session:
        revised = codebooks.revise(session, wave, file, today())
    for r in revised:
        parts = {"new codes": r.added, "codes gone": r.removed, "codes redefined": r.redefined}
        told = say("; ").join(
            f"{say(name)}{say(': ')}{', '.join(codes)}" for name, codes in parts.items() if codes
        )
        version = say("{item}, version {version}", item=r.item, version=r.version)
        click.echo(f"{version}{say(': ')}{told or say('names or examples')}.")
    if any(r.version > 1 and (r.added or r.redefined) for r in revised):
        again = "Texts are to be coded again for new and redefined codes: `corus texts code`."
        click.echo(say(again))
    if not revised:
        click.echo(say("Nothing differs: no new version."))


@texts_command.command("code")
@click.argument("wave")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--coder", required=True, help="Initials; “agreed” settles what coders dispute.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write what this coder has still to code.")  # fmt: skip
@click.option("--second", is_flag=True, help="With -o: only the share that two persons code.")
@ROLE
@PURPOSE
@LANGUAGE
def code_command(
    wave: str, file: Path | None, coder: str, output: Path | None, second: bool, role: str,
    purpose: str, lang: str,
) -> None:  # fmt: skip
    """Write the redacted texts of WAVE to a CSV to code (-o), or take its codes in (FILE).

    Under “codes”: one or several with | between, or - when none applies.
    """
    if (file is None) == (output is None):
        raise click.UsageError("Give either FILE, to take codes in, or -o, to write texts out.")
    if output is not None:
        _hand_out(
            output,
            lambda opened: _in(opened, lambda s: coding.to_code(
                s, opened.key, wave, coder, Errand(role, purpose, today()), second=second
            )),
            words(lang),
        )  # fmt: skip
    elif file is not None:
        opened = store()
        with opened.writing() as session:
            n = coding.take_in(session, opened.key, wave, file, coder, today())
        told = words(lang).many(
            "{wave}: {n} text coded by {coder}.", "{wave}: {n} texts coded by {coder}.", n,
            wave=wave, coder=coder,
        )  # fmt: skip
        click.echo(told)


@texts_command.command("agreement")
@click.argument("wave")
@click.option("--json", "as_json", is_flag=True)
@LANGUAGE
def agreement_command(wave: str, as_json: bool, lang: str) -> None:
    """How far coders of WAVE agree, by question and code: percent and Krippendorff's α."""
    with reading() as session:
        found = coding.agreements(session, wave)
    if as_json:
        print_json([{"item": a.item, "code": a.code, **asdict(a.found)} for a in found])
        return
    say = words(lang)
    heads = (say("texts"), say("by two"), say("alike"), "α")
    click.echo(f"{'':<42}" + "".join(f"{head:>11}" for head in heads))
    for a in found:
        f = a.found
        alike = "–" if f.percent is None else say.percent(f.percent)
        alpha = "–" if f.alpha is None else say.number(f.alpha, 2)
        cells = (say.number(f.texts), say.number(f.doubled), alike, alpha)
        click.echo(f"{a.item[:19]:<20}{a.code[:21]:<22}" + "".join(f"{c:>11}" for c in cells)
                   + f"  {say(VERDICTS[f.verdict])}")  # fmt: skip
    click.echo(say("α ≥ .80: use; .667–.80: tentative; below: unreliable (Krippendorff)."))


@texts_command.command("disagreements")
@click.argument("wave")
@OUTPUT
@ROLE
@PURPOSE
@LANGUAGE
def disagreements_command(wave: str, output: Path, role: str, purpose: str, lang: str) -> None:
    """Write the texts of WAVE that coders coded differently, to be settled together.

    Taken in with `corus texts code WAVE FILE --coder agreed`.
    """
    _hand_out(
        output,
        lambda opened: _in(
            opened,
            lambda s: coding.disputes(s, opened.key, wave, Errand(role, purpose, today())),
        ),
        words(lang),
    )


@texts_command.command("quotations")
@click.argument("wave")
@click.option("--valence", multiple=True, type=click.Choice([*VALENCES, UNCODED]))
@click.option("--code", "codes", multiple=True, metavar="CODE")
@click.option("--json", "as_json", is_flag=True)
@LANGUAGE
def quotations_command(
    wave: str, valence: tuple[str, ...], codes: tuple[str, ...], as_json: bool, lang: str
) -> None:
    """What a release of WAVE would say: quotations, and always the count of what is left out.

    A look for those who redact and code; results come from `corus release` alone.
    """
    with reading() as session:
        found = voices.voices(session, wave, only=Only(valences=valence, codes=codes))
        instrument = instrument_of(closed_wave(session, wave))
    if as_json:
        cells = {"quotations": found.quotations, "codes": found.codes}
        print_json({name: [c.model_dump(mode="json") for c in of] for name, of in cells.items()})
        return
    for cell in found.quotations:
        label = say(instrument.groups[cell.group].label, lang)
        for line in (*_told(cell, label, lang), *_counted(found.codes, cell)):
            click.echo(line)


def _told(cell: QuotationCell, group: str, language: str) -> Iterable[str]:
    said = words(language)
    n = said("n = {n}", n=said.number(cell.n)) if cell.n is not None else ""
    yield f"{cell.item} · {group}{said(': ')}{_reason(said, cell.reason) or n}"
    for quotation in cell.quotations:
        yield f"  {said('“{text}”', text=quotation.text)}"
    for valence, band in cell.bands.items():
        yield f"  {said(EFFECTS[valence])}{said(': ')}{said(BANDS[band])}"
    left = ", ".join(f"{said(EFFECTS[v])} {n}" for v, n in cell.left_out.items() if n)
    if left:
        yield f"  {said('Not quoted here:')} {left}"


def _reason(say: Words, reason: str) -> str:
    """``n < 5`` and ``5–9`` as they are; a reason that is a word, said."""
    return say("masked") if reason == "complementary" else reason


BANDS = {"low": "a quarter or less", "middle": "between", "high": "three quarters or more"}
EFFECTS = {
    "favourable": "favourable effects",
    "unfavourable": "unfavourable effects",
    "ambivalent": "ambivalent effects",
    UNCODED: "not coded, or coders disagree",
}
VERDICTS = {
    "use": "use",
    "tentative": "tentative",
    "unreliable": "unreliable",
    "no_variation": "no variation",
    "too_few": "too few texts coded twice",
}
"""What an agreement allows → how it is said, a key of the catalogue."""


def _counted(cells: Iterable[ChoiceCell], place: QuotationCell) -> Iterable[str]:
    for cell in cells:
        if (cell.item, cell.group) == (place.item, place.group) and cell.chosen is not None:
            yield f"    {cell.option:<22} {cell.chosen} / {cell.n}"


def _in(opened: Store, use: Callable[..., bytes]) -> bytes:
    # Committed before the file is written: texts never leave without their line in the journal.
    with opened.writing() as session:
        return use(session)


def _hand_out(output: Path, make: Callable[[Store], bytes], say: Words) -> None:
    write_file(output, make(store()), PRIVATE)
    click.echo(str(output))
    click.echo(say(CONFIDENTIAL))
