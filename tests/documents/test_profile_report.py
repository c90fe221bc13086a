"""The printed profile: accessible, in the words and numbers of the dashboard, and no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from click.testing import Result

from corus.charts import side_tables, tables, voices
from corus.charts.first_read import first_read
from corus.charts.method import method
from corus.charts.phrases import score_mark
from corus.charts.view import View
from corus.documents.profile import Report
from corus.documents.profile_blocks import Heat, Items, Scores
from corus.domain.glossary import GLOSSARY
from corus.domain.open_answers import Quotation, QuotationCell
from corus.domain.profile import Profile
from corus.language import FOLDER, catalogue
from corus.services import reporting
from corus.services.reporting import report_of, report_pdf
from tests.charts.computed_profiles import (
    demo_like,
    of_few_groups,
    with_hidden_groups,
    with_nothing_shown,
    with_others_hidden,
)
from tests.charts.factories_charts import a_profile, an_open_wave
from tests.cli.test_commands import SETTLED
from tests.documents.reading_pdf import (
    Printed,
    is_accessible,
    language_of,
    pages_of,
    tags_of,
    words_of,
)
from tests.exports.factories_exports import make_profile

WAVE = "panier-2026"
SURVEYS = Path(__file__).parents[2] / "surveys"
SAID_BY = [*Path(reporting.__file__).parent.glob("*.py")]


@dataclass(frozen=True)
class Read:
    """One profile printed in one language and read back."""

    profile: Profile
    view: View
    pdf: bytes
    words: Printed


@cache
def printed(source: Callable[[], Profile], language: str) -> Read:
    profile = source()
    pdf = report_pdf(profile, language)
    return Read(profile, View(profile, language), pdf, words_of(pdf))


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[demo_like, with_hidden_groups], ids=["demo", "hidden"])
def read(request: pytest.FixtureRequest, language: str) -> Read:
    return printed(request.param, language)


def in_a_row(*parts: str) -> str:
    """Parts as they are read one after the other; readers of PDF drop narrow spaces."""
    return " ".join(part.replace("\u202f", "") for part in parts if part)


# A document that everybody can read


def test_the_report_is_tagged_titled_and_says_its_language(read: Read, language: str) -> None:
    assert is_accessible(read.pdf)
    assert language_of(read.pdf).startswith(language)
    tags = tags_of(read.pdf)
    assert tags["H1"] >= 6
    assert tags["H2"] >= len(read.view.dimensions)
    assert tags["Table"] >= 2 * len(read.view.dimensions)
    assert tags["TH"] > tags["Table"]
    assert b"/Outlines" in read.pdf
    assert f"1 / {pages_of(read.pdf)}" in read.words


def test_every_dot_is_told_in_words_to_those_who_do_not_see_it(read: Read) -> None:
    rows = [row for block in blocks(read, Scores) for row in block.rows]
    assert rows
    assert all(row.group in row.told for row in rows)
    assert read.pdf.count(b"/Alt") >= len(rows)


def test_the_same_profile_gives_the_same_bytes() -> None:
    again = report_pdf(with_hidden_groups(), "fr")
    assert printed(with_hidden_groups, "fr").pdf == again


def test_sections_stand_in_the_order_in_which_they_are_read() -> None:
    titles = [s.title for s in report_of(demo_like(), "fr").sections if s.level == 1]
    assert titles == [
        "Ce que perçoit chaque partie prenante", "Là où les regards diffèrent",
        "Énoncé par énoncé", "Tous les groupes ensemble", "Ce qui compte, à côté de ce qui est "
        "perçu", "Effets imprévus et questions ouvertes", "Qui a répondu",
        "Ce que ces résultats ne permettent pas de dire", "Seul·e, ou avec de l’aide",
        "Méthode et limites",
    ]  # fmt: skip


@pytest.mark.parametrize("source", [of_few_groups, with_nothing_shown])
def test_a_wave_of_few_groups_prints_and_leaves_out_what_nobody_was_asked(
    source: Callable[[], Profile], language: str
) -> None:
    read = printed(source, language)
    asked = {cell.item for cell in read.profile.items if cell.show != "not_asked"}
    told = [item for block in blocks(read, Items) for item in block.items]
    assert is_accessible(read.pdf)
    assert {item.anchor.removeprefix("i-") for item in told} <= asked
    assert all(item.rows for item in told)
    unasked = [i for i in read.profile.instrument.items if i.scale and i.code not in asked]
    assert "territory_knowledge" in {item.code for item in unasked}
    assert [i.code for i in unasked if read.view.say(i.text) in read.words] == []


# The words and numbers of the dashboard


def test_the_first_page_says_who_when_what_to_read_first_and_what_not_to_conclude(
    read: Read, language: str
) -> None:
    first = Printed(read.words.split("1 / ")[0])
    profile = read.profile
    for said in (profile.organization, profile.wave_title, profile.wave):
        assert said in first
    for sentence in first_read(profile, language):
        assert in_a_row(str(sentence)) in first


def test_the_heat_map_prints_every_mark_group_by_group(read: Read) -> None:
    view = read.view
    for group in read.profile.groups:
        marks = [score_mark(view, view.score(code, group)) for code in view.dimensions]
        received = tables.heat(view)[read.profile.groups.index(group)].received
        assert in_a_row(view.group(group), received, *marks) in read.words


def test_the_heat_map_keeps_the_fixed_scale_and_gives_no_colour_to_what_is_not_told(
    read: Read,
) -> None:
    [heat] = blocks(read, Heat)
    for group, row in zip(read.profile.groups, heat.rows, strict=True):
        for code, cell in zip(read.view.dimensions, row.cells, strict=True):
            source = read.view.score(code, group)
            assert bool(cell.fill) is (source.show in ("full", "banded"))
            assert cell.masked is (source.show == "masked")
            assert not (cell.masked and cell.divided)
    report = report_of(read.profile, read.view.language)
    assert [at for _, at in report.ramp] == [0, 25, 50, 75, 100]


def test_every_score_stands_with_its_n_and_its_interval(read: Read) -> None:
    for code in read.view.dimensions:
        for row in tables.scores(read.view, code):
            assert in_a_row(row.group, row.mark, row.n, row.interval) in read.words


def test_dots_lie_where_the_profile_says_and_intervals_only_where_they_are_published(
    read: Read,
) -> None:
    rows = {row.anchor: row for block in blocks(read, Scores) for row in block.rows}
    for cell in read.profile.dimensions:
        if cell.show == "not_asked":
            continue
        row = rows[f"d-{cell.dimension}-{cell.group}"]
        assert row.at == (cell.score if cell.show in ("full", "banded") else None)
        assert (row.low, row.high) == (cell.low, cell.high) or cell.show != "full"
        assert cell.show == "full" or (row.low, row.high) == (None, None)


def test_every_item_stands_with_its_wording_and_every_number_of_each_group(read: Read) -> None:
    for code in read.view.dimensions:
        for item in tables.items(read.view, code):
            assert item.text in read.words
            for row in item.rows:
                assert _item_row(read.view, row) in read.words


def _item_row(view: View, row: tables.ItemRow) -> str:
    quoted = [view.words("“{label}”", label=wording) for wording in row.wordings]
    start = (row.group, *quoted, row.note)
    if row.masked:
        return in_a_row(*start, row.masked)
    if row.told:
        return in_a_row(*start, row.n, row.told)
    counts = row.counts if row.bar else view.words("bands only")
    return in_a_row(
        *start, row.n, counts, row.favourable, row.favourable_interval, row.mixed,
        row.unfavourable, row.dont_know, row.not_concerned, row.skipped,
    )  # fmt: skip


def test_bars_are_drawn_for_published_distributions_only_and_hold_all_answers(read: Read) -> None:
    for block in blocks(read, Items):
        for item in block.items:
            for row in item.rows:
                if row.bar:
                    assert sum(part.share for part in row.bar) == pytest.approx(1)
                    assert -1 <= row.bar[0].start <= row.bar[-1].start <= 1
                assert not (row.bar and row.told)
    drawn = sum(bool(r.bar) for b in blocks(read, Items) for i in b.items for r in i.rows)
    assert 0 < drawn <= sum(cell.show == "full" for cell in read.profile.items)


def test_gaps_coverage_and_cautions_are_those_of_the_dashboard(read: Read) -> None:
    view = read.view
    for row in side_tables.gap_rows(view):
        first, second = (end.replace(" · ", " ") for end in (row.first, row.second))
        assert in_a_row(row.kind, first, second, row.gap, row.interval) in read.words
    for line in side_tables.coverage_rows(view):
        told = (line.group, line.population, line.invited, line.received, line.complete, line.rate)
        assert in_a_row(*told, line.modes) in read.words
    for caution in read.profile.cautions:
        assert view.caution(caution) in read.words


def test_open_answers_are_counted_and_quoted_as_the_profile_publishes_them(read: Read) -> None:
    say = read.view.words
    for row in voices.text_rows(read.view):
        for group, count in row.counts:
            assert in_a_row(group, count) in read.words
        for one in row.quoted:
            for text, coding in one.quotations:
                assert in_a_row(say("“{label}”", label=text), coding) in read.words
            assert in_a_row(one.left_out) in read.words
    assert "Les camions réveillent la rue à six heures." in read.words


def test_the_method_page_says_thresholds_conventions_digest_version_and_words(read: Read) -> None:
    told = method(read.view)
    for sentence in (*told.reading, *told.masking, *told.limits, *told.criteria):
        assert sentence in read.words
    for name, value in told.facts:
        assert in_a_row(name, value) in read.words
    for term, meaning in GLOSSARY.items():
        say = read.view.words
        assert in_a_row(say(term), say(meaning)) in read.words


# Nothing beside


def test_the_report_is_the_same_whoever_is_hidden_and_whatever_they_answered() -> None:
    assert report_pdf(with_others_hidden(), "fr") == printed(with_hidden_groups, "fr").pdf


def test_a_part_says_that_it_is_a_part_and_tells_items_and_choices_only() -> None:
    part = a_profile(part=(("mode", "paper"),), dimensions=(), gaps=(), texts=())
    words = words_of(report_pdf(part, "fr"))
    assert View(part, "fr").part in words
    assert "Ce que perçoit chaque partie prenante" not in words
    assert "Effets imprévus" not in words
    assert "Énoncé par énoncé" in words


@pytest.mark.parametrize(
    "source",
    [an_open_wave, a_profile, make_profile,
     lambda: make_profile(items=(), dimensions=(), gaps=(), choices=(), texts=(), coverage=(),
                          shown_responses=0)],
    ids=["open", "small", "exports", "empty"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_any_profile_is_printed_accessible(source: Callable[[], Profile], language: str) -> None:
    pdf = report_pdf(source(), language)
    assert is_accessible(pdf)
    assert "Le Panier des Hauts" in words_of(pdf) or source is not a_profile


def test_a_name_that_looks_like_markup_is_printed_as_it_is_written() -> None:
    name = '#read("/etc/passwd") *gras* <b> $x$ @i-x'
    words = words_of(report_pdf(a_profile(organization=name), "fr"))
    assert name in words


def test_a_sign_that_no_font_has_becomes_a_box_and_the_report_says_so() -> None:
    said = QuotationCell(
        item="unexpected", group="employees", show="full", n=14,
        quotations=(Quotation(text="Un merci \U000f1234 et\u0007 voilà, 80 % d’accord !"),),
    )  # fmt: skip
    words = words_of(report_pdf(a_profile(quotations=(said,)), "fr"))
    assert "Un merci □ et□ voilà, 80 % d’accord !" in words
    assert "□ tient la place d’un signe" in words
    assert "□" not in printed(demo_like, "fr").words


# French


def test_french_has_its_narrow_spaces_and_no_word_of_english() -> None:
    for text in _texts(asdict(report_of(demo_like(), "fr"))):
        assert not re.search(r"[^\u202f\u00a0\d][:;?!»%](?![/\w])(\s|$)", text), text
        assert not re.search(r"«(?!\u202f)|[“”]", text), text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _literals() -> set[str]:
    found = {*GLOSSARY, *GLOSSARY.values()}
    for source in SAID_BY:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("say", "words"):
                    found |= {
                        a.value for a in node.args[:1]
                        if isinstance(a, ast.Constant) and isinstance(a.value, str)
                    }  # fmt: skip
    return found


def test_every_sentence_of_the_report_has_its_french_and_none_is_orphaned() -> None:
    said = _literals()
    assert len(said) > 100
    assert sorted(said - catalogue("fr").keys()) == []
    with (FOLDER / "fr" / "report.po").open("rb") as stream:
        own = {str(m.id) for m in read_po(stream, locale="fr") if m.id}
    assert own - said == {"The profile as an accessible document to read and print (PDF/UA)."}


# Where people ask for it


def test_a_release_is_exported_as_a_report_from_the_command_line(
    corus: Callable[..., Result], tmp_path: Path
) -> None:
    assert "report.pdf" in corus("exports").output
    corus("publish", SURVEYS / "social_utility.yaml")
    corus(
        "wave", "create", WAVE, "--organization", "Le Panier des Hauts", "--instrument",
        "social_utility", "--contact", "donnees@panier.example", *SETTLED,
    )  # fmt: skip
    for step in (("wave", "open"), ("wave", "close"), ("release",)):
        corus(*step, WAVE)
    file = tmp_path / "report.pdf"
    corus("export", WAVE, "--as", "report.pdf", "-o", file, "--lang", "fr")
    assert is_accessible(file.read_bytes())
    assert "Publication : n° 1" in words_of(file.read_bytes())


def blocks(read: Read, kind: type) -> list[Any]:
    report: Report = report_of(read.profile, read.view.language)
    return [b for section in report.sections for b in section.blocks if isinstance(b, kind)]
