"""``corus print …``: questionnaires, posters and the register entry of a wave, on paper."""

from __future__ import annotations

from pathlib import Path

import click

from corus.cli.common import reading, settings, tell_boxes
from corus.services import printing
from corus.services.files import check_ending, write_file

OUTPUT = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False)
)
URL = click.option("--url", default="", help="Address of the server [default: its setting].")

SMALL_SITE = (
    "Where a group counts few persons at this site, no result tells of them, but whoever reads the "
    "answers themselves could recognise them: hang the poster without a site there."
)


@click.group("print")
def print_command() -> None:
    """Questionnaires, posters and the register entry of a wave, as PDF."""


@print_command.command("questionnaire")
@click.argument("wave")
@click.option("--group", required=True, help="Whose questions.")
@click.option("--language", "--lang", default="fr", show_default=True)
@click.option("--easy", is_flag=True, help="The simple version, with pictograms.")
@click.option("--large", is_flag=True, help="Large print.")
@click.option(
    "--copies",
    type=click.IntRange(1, printing.MOST_COPIES),
    help="Numbered copies, so that a sheet is found again when it is typed in.",
)
@click.option(
    "--from",
    "first",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Number of the first copy.",
)
@click.option("--return-to", default="", help="Where the sheet is handed in.")
@click.option("--site", default="", metavar="CODE", help="The sheet says that it is of this site.")
@OUTPUT  # fmt: skip
def questionnaire_command(
    wave: str,
    group: str,
    language: str,
    easy: bool,
    large: bool,
    copies: int | None,
    first: int,
    return_to: str,
    site: str,
    output: Path,
) -> None:
    """The paper questionnaire of one group of WAVE."""
    check_ending(output, ".pdf")
    with reading() as session:
        made = printing.questionnaire_of(
            session, wave, group, language, variant="easy" if easy else "standard", large=large,
            sheets=range(first, first + copies) if copies else (), return_to=return_to,
            site=site,
        )  # fmt: skip
        boxed = printing.lacking_in(session, wave)
    _write(output, made, boxed)


@print_command.command("poster")
@click.argument("wave")
@click.option("--group", "groups", multiple=True, help="Repeat for several [default: all].")
@click.option("--language", "--lang", "languages", multiple=True,
              help="Repeat for several [default: the first of the wave].")  # fmt: skip
@click.option("--kiosk", is_flag=True, help="Lead to the kiosk pages instead.")
@click.option("--site", default="", metavar="CODE", help="Answers by it are of this site.")
@URL
@OUTPUT
def poster_command(
    wave: str,
    groups: tuple[str, ...],
    languages: tuple[str, ...],
    kiosk: bool,
    site: str,
    url: str,
    output: Path,
) -> None:
    """Posters of WAVE: a page per group and language, with the QR code of its address."""
    check_ending(output, ".pdf")
    with reading() as session:
        made = printing.posters_of(
            session, wave, url or settings().public_url, groups=groups, languages=languages,
            path=printing.KIOSK if kiosk else printing.OPEN, site=site,
        )  # fmt: skip
        few = printing.small_at(session, wave, site, groups=groups) if site else []
        boxed = printing.lacking_in(session, wave)
    _write(output, made, boxed)
    if site:
        click.echo(SMALL_SITE + (f" Here: {', '.join(few)}." if few else ""), err=True)


@print_command.command("register")
@click.argument("wave")
@click.option("--language", "--lang", default="fr", show_default=True)
@URL
@OUTPUT
def register_command(wave: str, language: str, url: str, output: Path) -> None:
    """The processing-register entry of WAVE, as .pdf or .md."""
    check_ending(output, ".pdf", ".md")
    address = url or settings().public_url
    with reading() as session:
        if output.suffix.lower() == ".md":
            text = printing.register_text_of(session, wave, language, public_url=address)
            made = text.encode()
        else:
            made = printing.register_pdf_of(session, wave, language, public_url=address)
        boxed = "" if output.suffix.lower() == ".md" else printing.lacking_in(session, wave)
    _write(output, made, boxed)


def _write(output: Path, content: bytes, boxed: str = "") -> None:
    write_file(output, content)
    click.echo(str(output))
    tell_boxes(boxed)
