"""``corus texts …``: open answers of a closed wave, through files that a spreadsheet opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import click

from corus.cli.common import print_json, reading, store, today, writing
from corus.domain.base import say
from corus.domain.open_answers import UNCODED, VALENCES, Only, QuotationCell
from corus.domain.profile import ChoiceCell
from corus.language import words
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
LANGUAGE = click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="en", show_default=True
)  # fmt: skip
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
def list_command(wave: str, as_json: bool) -> None:
    """How many texts of WAVE have come how far, by question; never what they say."""
    with reading() as session:
        found = reviewing.standings(session, wave)
    if as_json:
        print_json([asdict(line) for line in found])
        return
    click.echo(f"{'':<24}written     raw  reviewed  publishable  withheld  consent")
    for s in found:
        click.echo(
            f"{s.item[:23]:<24}{s.written:>7}{s.raw:>8}{s.reviewed:>10}{s.publishable:>13}"
            f"{s.withheld:>10}{s.consenting:>9}"
        )


@texts_command.command("suggest")
@click.argument("wave")
@OUTPUT
@ROLE
@PURPOSE
@click.option("--all", "everything", is_flag=True, help="Reviewed texts too.")
def suggest_command(wave: str, output: Path, role: str, purpose: str, everything: bool) -> None:
    """Write the raw texts of WAVE, each with a suggested masking, to a CSV to fill in.

    Under “decision”: accept (the suggestion), edit (your version under “redacted”), keep
    (nothing to mask) or withhold (counted, never quoted). Empty: later.
    """
    _hand_out(
        output,
        lambda opened: _in(opened, lambda s: reviewing.suggest(
            s, opened.key, wave, Errand(role, purpose, today()), everything=everything
        )),
    )  # fmt: skip


@texts_command.command("review")
@click.argument("wave")
@FILE
@click.option("--by", "reviewer", required=True, help="Who decided: initials or a role.")
def review_command(wave: str, file: Path, reviewer: str) -> None:
    """Take in the decisions of a file written by `suggest`: all or nothing."""
    opened = store()
    with opened.writing() as session:
        counts = reviewing.review(session, opened.key, wave, file, reviewer, today())
    told = ", ".join(f"{n} {decision}" for decision, n in sorted(counts.items())) or "none"
    click.echo(f"{wave}: decisions taken in: {told}.")


@texts_command.command("publish")
@click.argument("wave")
@click.option("--take-back", metavar="ID", help="Take one text back instead.")
def publish_command(wave: str, take_back: str | None) -> None:
    """Let the next release of WAVE quote reviewed texts whose authors consent."""
    opened = store()
    with opened.writing() as session:
        if take_back:
            reviewing.unpublish(session, opened.key, wave, take_back, today())
            click.echo(f"{take_back} will not be quoted. Releases made before still quote it.")
            return
        done = reviewing.publish(session, wave, today())
    click.echo(f"{wave}: {done.published} made publishable, {done.already} were already.")
    click.echo(
        f"Not publishable: {done.without_consent} without consent, {done.withheld} withheld, "
        f"{done.raw} not reviewed."
    )


@texts_command.command("codebook")
@click.argument("wave")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the codebooks to edit them.")  # fmt: skip
def codebook_command(wave: str, file: Path | None, output: Path | None) -> None:
    """Show the codebooks of WAVE, write them to a CSV, or take in a new version from FILE."""
    if file is not None:
        _revise(wave, file)
        return
    with reading() as session:
        found, content = codebooks.latest(session, wave), codebooks.as_csv(session, wave)
    if output is not None:
        write_file(output, content, PRIVATE)
        click.echo(str(output))
        return
    for book in found.values():
        click.echo(f"{book.item}, version {book.version}")
        for c in book.codes:
            click.echo(f"  {c.code:<22} {c.name}: {c.definition}")


def _revise(wave: str, file: Path) -> None:
    with writing() as session:
        revised = codebooks.revise(session, wave, file, today())
    for r in revised:
        parts = {"new": r.added, "gone": r.removed, "redefined": r.redefined}
        told = "; ".join(f"{name}: {', '.join(codes)}" for name, codes in parts.items() if codes)
        click.echo(f"{r.item}, version {r.version}: {told or 'names or examples'}.")
    if any(r.version > 1 and (r.added or r.redefined) for r in revised):
        click.echo("Texts are to be coded again for new and redefined codes: `corus texts code`.")
    if not revised:
        click.echo("Nothing differs: no new version.")


@texts_command.command("code")
@click.argument("wave")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--coder", required=True, help="Initials; “agreed” settles what coders dispute.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write what this coder has still to code.")  # fmt: skip
@click.option("--second", is_flag=True, help="With -o: only the share that two persons code.")
@ROLE
@PURPOSE
def code_command(
    wave: str, file: Path | None, coder: str, output: Path | None, second: bool, role: str,
    purpose: str,
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
        )  # fmt: skip
    elif file is not None:
        opened = store()
        with opened.writing() as session:
            n = coding.take_in(session, opened.key, wave, file, coder, today())
        click.echo(f"{wave}: {n} texts coded by {coder}.")


@texts_command.command("agreement")
@click.argument("wave")
@click.option("--json", "as_json", is_flag=True)
def agreement_command(wave: str, as_json: bool) -> None:
    """How far coders of WAVE agree, by question and code: percent and Krippendorff's α."""
    with reading() as session:
        found = coding.agreements(session, wave)
    if as_json:
        print_json([{"item": a.item, "code": a.code, **asdict(a.found)} for a in found])
        return
    click.echo(f"{'':<20}{'':<22}  texts  by two  alike      α")
    for a in found:
        f = a.found
        alike = "–" if f.percent is None else f"{f.percent:.0%}"
        alpha = "–" if f.alpha is None else f"{f.alpha:.2f}"
        click.echo(f"{a.item[:19]:<20}{a.code[:21]:<22}{f.texts:>7}{f.doubled:>8}{alike:>7}"
                   f"{alpha:>7}  {f.verdict.replace('_', ' ')}")  # fmt: skip
    click.echo("α ≥ .80: use; .667–.80: tentative; below: unreliable (Krippendorff).")


@texts_command.command("disagreements")
@click.argument("wave")
@OUTPUT
@ROLE
@PURPOSE
def disagreements_command(wave: str, output: Path, role: str, purpose: str) -> None:
    """Write the texts of WAVE that coders coded differently, to be settled together.

    Taken in with `corus texts code WAVE FILE --coder agreed`.
    """
    _hand_out(
        output,
        lambda opened: _in(
            opened,
            lambda s: coding.disputes(s, opened.key, wave, Errand(role, purpose, today())),
        ),
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
    yield f"{cell.item} · {group}: " + (cell.reason or f"n = {cell.n}")
    for quotation in cell.quotations:
        yield f"  {said('“{text}”', text=quotation.text)}"
    for valence, band in cell.bands.items():
        yield f"  {said(valence + ' effects')}: {said(BANDS[band])}"
    left = ", ".join(f"{said(v + ' effects')} {n}" for v, n in cell.left_out.items() if n)
    if left:
        yield f"  {said('Not quoted here:')} {left}"


BANDS = {"low": "a quarter or less", "middle": "between", "high": "three quarters or more"}


def _counted(cells: Iterable[ChoiceCell], place: QuotationCell) -> Iterable[str]:
    for cell in cells:
        if (cell.item, cell.group) == (place.item, place.group) and cell.chosen is not None:
            yield f"    {cell.option:<22} {cell.chosen} / {cell.n}"


def _in(opened: Store, use: Callable[..., bytes]) -> bytes:
    # Committed before the file is written: texts never leave without their line in the journal.
    with opened.writing() as session:
        return use(session)


def _hand_out(output: Path, make: Callable[[Store], bytes]) -> None:
    write_file(output, make(store()), PRIVATE)
    click.echo(str(output))
    click.echo(CONFIDENTIAL)
