"""Who answered, what may not be concluded, how numbers were made, what the words mean."""

from __future__ import annotations

from collections.abc import Iterator

from corus.charts import method as methods
from corus.charts import side_tables
from corus.charts.sites import SiteTable, site_table
from corus.charts.view import View
from corus.documents.profile_blocks import (
    Block,
    Bullets,
    Cell,
    Facts,
    Paragraph,
    Section,
    Table,
    Told,
)
from corus.domain.glossary import GLOSSARY


def coverage(view: View) -> Iterator[Section]:
    """Who was reached, what that forbids to conclude, whether help changed answers."""
    say = view.words
    title = say("Who answered")
    if view.part:
        text = say("The release as a whole tells who answered; a part of it does not.")
        yield Section(title, (Paragraph(text),), "coverage")
    else:
        yield Section(title, tuple(_coverage(view)), "coverage")
    if view.profile.cautions:
        told = Bullets(tuple(Told(view.caution(one)) for one in view.profile.cautions))
        heading = say("What these results do not allow you to say")
        yield Section(heading, (told,), "cautions")
    if view.has_results and not view.part:
        yield Section(say("Alone, or with help"), tuple(_modes(view)), "modes")


def _coverage(view: View) -> Iterator[Block]:
    say = view.words
    heads = (
        say("Group"), say("Population"), say("Invitations"), say("Answers received"),
        say("Complete"), say("Answers ÷ population"), say("How"),
    )  # fmt: skip
    rows = (
        (Cell(r.group), Cell(r.population), Cell(r.invited), Cell(r.received, masked=r.masked),
         Cell(r.complete), Cell(r.rate), Cell(r.modes))
        for r in side_tables.coverage_rows(view)
    )  # fmt: skip
    yield Table(heads, tuple(rows), words=(6,))
    alone = say("Groups are never added into one rate: an open link has no known population.")
    yield Paragraph(f"{alone} {view.arrival}".strip(), soft=True)
    if sites := site_table(view):
        yield from _sites(view, sites)


def _sites(view: View, found: SiteTable) -> Iterator[Block]:
    say = view.words
    yield Paragraph(say("Answers by site"))
    rows = ((Cell(group), *map(Cell, numbers)) for group, numbers in found.rows)
    yield Table((say("Group"), *found.sites), tuple(rows))
    yield Paragraph(
        say(
            "A number is withheld when it is small, when a small one would follow from it, or when "
            "closing forgot a site that few of a group had."
        ),
        soft=True,
    )


def _modes(view: View) -> Iterator[Block]:
    say, rows = view.words, side_tables.mode_rows(view)
    if not rows:
        yield Paragraph(
            say(
                "Nothing can be said of the effect of help: it takes, in one group, at least "
                "{full} persons who answered alone and {full} who did not.",
                full=view.profile.thresholds.full,
            )
        )
        return
    yield Paragraph(
        say(
            "People answer otherwise when somebody reads or writes for them. Within one group: "
            "score of those who answered alone, minus score of those who were helped, answered on "
            "paper or in an interview."
        ),
        soft=True,
    )
    heads = (say("Dimension and group"), say("Difference in points"), say("95% interval"))
    yield Table(heads, tuple((Cell(r.place), Cell(r.gap), Cell(r.interval)) for r in rows))


def method(view: View) -> Iterator[Section]:
    """How to read, what is masked, limits, who chose the criteria, this publication, words."""
    say, told = view.words, methods.method(view)
    yield Section(say("Method and limits"), (), "method", new_page=True)
    for heading, sentences in (
        (say("How to read the numbers"), told.reading),
        (say("What is masked, and why"), told.masking),
        (say("Limits"), told.limits),
    ):
        bullets = Bullets(tuple(Told(sentence) for sentence in sentences))
        yield Section(heading, (bullets,), level=2)
    criteria = tuple(Paragraph(text) for text in told.criteria)
    yield Section(say("Who chose the criteria"), criteria, level=2)
    yield Section(say("This publication"), (Facts(told.facts),), level=2)
    terms = tuple((say(term), say(meaning)) for term, meaning in GLOSSARY.items())
    yield Section(say("The words of this report"), (Facts(terms),), "glossary", level=2)
