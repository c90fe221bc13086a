"""The saved dashboard read again says what the Profile says, number by number, and no more.

Figures carry full numbers; tables print them rounded. Where the Profile withholds, figures hold
null and tables a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from corus.charts.gaps import widest
from corus.charts.view import View
from corus.domain.profile import Coverage, DimensionCell, Gap, ItemCell, Profile
from corus.services.exporting import exporters
from tests.charts.computed_profiles import demo_like, with_hidden_groups, with_others_hidden
from tests.charts.reading_page import Page, prints

Read = tuple[Profile, Page, View]


@pytest.fixture(params=["fr", "en"], scope="module")
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[demo_like, with_hidden_groups], ids=["demo", "hidden"], scope="module")
def read(request: pytest.FixtureRequest, language: str) -> Read:
    profile: Profile = request.param()
    return profile, Page(profile, language), View(profile, language)


def _traces(figure: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["type"] == kind]


# Heat map


def test_the_heat_map_holds_every_score_in_full_and_null_where_there_is_none(read: Read) -> None:
    profile, page, view = read
    figure = page.figure("heat")
    [heat], [texts] = _traces(figure, "heatmap"), _traces(figure, "scatter")
    cells = [[view.score(d, group) for d in view.dimensions] for group in profile.groups]
    assert heat["z"] == [[cell.score for cell in row] for row in cells]
    flat = [cell for row in cells for cell in row]
    assert {c.show for c in flat} >= {"full", "banded", "masked", "single_item", "not_asked"}
    width = len(view.dimensions)
    assert list(zip(texts["x"], texts["y"], strict=True)) == [
        (i % width, i // width) for i in range(len(flat))
    ]
    for cell, text, anchor in zip(flat, texts["text"], texts["customdata"], strict=True):
        _check_mark(page, cell, text.replace("&lt;", "<"))
        assert (anchor == "") is (cell.show == "not_asked")
        assert not anchor or page.by_id(anchor[1:]) is not None


def _check_mark(page: Page, cell: DimensionCell, mark: str) -> None:
    if cell.score is not None:
        assert prints(page.numbers(mark), cell.score)
        assert ("◐" in mark) is cell.divided
    elif cell.show == "masked":
        _check_mask(cell.reason, mark)
    else:
        assert cell.show == "single_item" or page.numbers(mark) == []


def _check_mask(reason: str, text: str) -> None:
    """A hidden cell says its reason, or that it protects others: the same for all of them."""
    assert text == reason if reason.startswith("n <") else text in ("masqué", "masked")


def test_boxes_of_the_heat_map_stand_where_there_is_no_score(read: Read) -> None:
    profile, page, view = read
    hatched, bare = _traces(page.figure("heat"), "bar")
    places = {
        (x, y): view.score(d, g)
        for y, g in enumerate(profile.groups)
        for x, d in enumerate(view.dimensions)
    }
    masked = [place for place, cell in places.items() if cell.show == "masked"]
    empty = [p for p, cell in places.items() if cell.score is None and cell.show != "masked"]
    for boxes, wanted in ((hatched, masked), (bare, empty)):
        found = zip(boxes["x"], boxes["base"], boxes["y"], strict=True)
        assert [(x, round(base + height / 2)) for x, base, height in found] == wanted
        assert len(set(boxes["y"])) <= 1


def test_the_heat_table_prints_the_same_scores(read: Read) -> None:
    profile, page, view = read
    rows = page.table("//table[@class='heat']")
    assert len(rows) == len(profile.groups)
    for group, (_, *marks) in zip(profile.groups, rows, strict=True):
        for dimension, mark in zip(view.dimensions, marks, strict=True):
            _check_mark(page, view.score(dimension, group), mark)


def test_scores_are_printed_with_their_n_and_their_interval(read: Read) -> None:
    profile, page, _ = read
    for cell in profile.dimensions:
        row = page.by_id(f"d-{cell.dimension}-{cell.group}")
        if cell.show == "not_asked":
            assert row is None
            continue
        _, mark, n, interval = page.row(row)
        divided = mark + ("◐" if "◐" in interval else "")
        _check_mark(page, cell, divided if cell.score is not None else mark)
        told = page.numbers(interval)
        if cell.n is not None:
            assert prints(page.numbers(n), cell.n)
        if cell.low is not None and cell.high is not None and cell.show == "full":
            assert prints(told, cell.low, cell.high)
        else:
            assert told == []


# Items


def test_bars_of_items_hold_the_shares_of_every_answer_in_full(read: Read) -> None:
    profile, page, view = read
    drawn = 0
    for dimension in view.dimensions:
        figure = page.figure(dimension)
        parts = _parts(figure)
        for y, cell in _placed(view, dimension):
            found = parts.pop(y, [])
            if cell.show != "full":
                assert found == []
                continue
            shares, left = _shares(view, cell)
            assert [share for _, share in found] == [s for s in shares if s > 0]
            assert found[0][0] == pytest.approx(left, abs=1e-12)
            for (start, share), (following, _) in pairwise(found):
                assert following == pytest.approx(start + share, abs=1e-12)
            drawn += 1
        assert parts == {}
    assert drawn == sum(c.show == "full" and bool(c.n) for c in _of_dimensions(profile))


def _of_dimensions(profile: Profile) -> Iterator[ItemCell]:
    known = profile.instrument.dimension_of
    return (cell for cell in profile.items if cell.item in known)


def _placed(view: View, dimension: str) -> Iterator[tuple[float, ItemCell]]:
    """Where each cell stands: a heading per item, a line per cell, room between items."""
    y = 0.0
    for item in view.dimension_items(dimension):
        for cell in view.item_cells(item.code):
            y += 1
            yield y, cell
        y += 1.4


def _bars(figure: dict[str, Any], axis: str) -> list[dict[str, Any]]:
    return [t for t in _traces(figure, "bar") if t.get("xaxis", "x") == axis]


def _parts(figure: dict[str, Any]) -> dict[float, list[tuple[float, float]]]:
    """y → (start, share) of its coloured parts, from left to right."""
    found: dict[float, list[tuple[float, float]]] = {}
    for trace in _bars(figure, "x"):
        if "pattern" in trace["marker"]:
            continue
        for y, start, share in zip(trace["y"], trace["base"], trace["x"], strict=True):
            found.setdefault(y, []).append((start, share))
    return {y: sorted(parts) for y, parts in found.items()}


def _shares(view: View, cell: ItemCell) -> tuple[list[float], float]:
    """Shares from unfavourable to favourable, and where the first one starts."""
    unfavourable, mixed, _ = (_value(cell, name) for name in THIRDS)
    left = -unfavourable - mixed / 2
    if cell.merged:
        return [_value(cell, name) for name in THIRDS], left
    shares = [count / (cell.n or 1) for count in cell.counts]
    if view.item(cell.item).direction == "reversed":
        shares.reverse()
    return shares, left


THIRDS = ("unfavourable", "mixed", "favourable")


def _value(cell: ItemCell, name: str) -> float:
    share = getattr(cell, name)
    return float(share.value)


def test_hidden_items_are_hatched_all_alike_and_carry_nothing_else(read: Read) -> None:
    profile, page, view = read
    hidden = 0
    for dimension in view.dimensions:
        figure = page.figure(dimension)
        wanted = [y for y, cell in _placed(view, dimension) if cell.show == "masked"]
        hatched = [t for t in _bars(figure, "x") if "pattern" in t["marker"]]
        places = [y for t in hatched for y in t["y"]]
        assert places == wanted
        assert {(b, x) for t in hatched for b, x in zip(t["base"], t["x"], strict=True)} <= {
            (-0.5, 1)
        }
        others = [t for t in figure["data"] if t not in hatched and t.get("mode") != "text"]
        assert not {y for t in others for y in t["y"]} & set(wanted)
        told = {y: text for t in _traces(figure, "scatter") for y, text in
                zip(t["y"], t["text"], strict=True) if y in wanted}  # fmt: skip
        assert all(page.numbers(text) in ([], [profile.thresholds.shown]) for text in told.values())
        hidden += len(wanted)
    assert hidden == sum(c.show == "masked" for c in _of_dimensions(profile)) > 0


def test_those_who_do_not_know_are_drawn_apart_with_their_share_in_full(read: Read) -> None:
    _, page, view = read
    for dimension in view.dimensions:
        figure = page.figure(dimension)
        shares = [(y, c.dont_know_share) for y, c in _placed(view, dimension)
                 if c.dont_know_share is not None]  # fmt: skip
        [bar] = _bars(figure, "x2")
        [words] = [t for t in _traces(figure, "scatter") if t.get("xaxis") == "x2"]
        assert list(zip(bar["y"], bar["x"], strict=True)) == shares
        cells = [c for _, c in _placed(view, dimension) if c.dont_know_share is not None]
        for cell, text in zip(cells, words["text"], strict=True):
            others = [cell.not_concerned_share] if cell.not_concerned_share else []
            known = [100 * share for share in (cell.dont_know_share, *others) if share is not None]
            assert prints(page.numbers(text), *known), (cell, text)


def test_the_tables_of_items_print_every_number_of_every_cell(read: Read) -> None:
    profile, page, view = read
    checked = 0
    for dimension in view.dimensions:
        for item in view.dimension_items(dimension):
            [body] = page.tree.xpath(f"//tbody[@id='i-{item.code}']")
            rows = [page.row(row) for row in body.xpath("./tr")][1:]
            cells = view.item_cells(item.code)
            assert len(rows) == len(cells)
            for cell, row in zip(cells, rows, strict=True):
                _check_item(page, cell, row[1:])
                checked += 1
    assert checked == sum(c.show != "not_asked" for c in _of_dimensions(profile))


def _check_item(page: Page, cell: ItemCell, row: list[str]) -> None:
    if cell.show == "masked":
        [text] = row
        _check_mask(cell.reason, text)
        return
    n, counts, favourable, mixed, unfavourable, *rates = row
    if cell.show != "full":
        assert n == cell.reason
        told = [*map(page.numbers, (favourable, mixed, unfavourable))]
        assert all(set(numbers) <= {25, 75} for numbers in told)
        assert [page.numbers(text) for text in (counts, *rates)] == [[], [], [], []]
        return
    assert prints(page.numbers(n), cell.n or 0)
    assert prints(page.numbers(counts), *(() if cell.merged else cell.counts))
    shares = (cell.favourable, cell.mixed, cell.unfavourable)
    for text, share in zip((favourable, mixed, unfavourable), shares, strict=True):
        assert share is not None
        assert share.value is not None
        interval = (share.low, share.high) if share is cell.favourable else ()
        known = [100 * v for v in (share.value, *interval) if v is not None]
        assert prints(page.numbers(text), *known), (cell, text)
    known = (cell.dont_know_share, cell.not_concerned_share, cell.skipped_share)
    for text, rate in zip(rates, known, strict=True):
        assert prints(page.numbers(text), *(() if rate is None else (100 * rate,)))


# Gaps, all groups together, help


def test_dumbbells_hold_both_ends_and_the_interval_in_full(read: Read) -> None:
    profile, page, _ = read
    shown = widest(profile)
    link, lower, higher, intervals = page.figure("gaps")["data"]
    assert lower["x"] == [gap.second_value for gap in shown]
    assert higher["x"] == [gap.first_value for gap in shown]
    ends = [(gap.second_value, gap.first_value, None) for gap in shown]
    assert link["x"] == [end for pair in ends for end in pair]
    assert intervals["x"] == [gap.gap for gap in shown]
    error = intervals["error_x"]
    for gap, up, down in zip(shown, error["array"], error["arrayminus"], strict=True):
        assert gap.gap + up == pytest.approx(gap.high, abs=1e-12)
        assert gap.gap - down == pytest.approx(gap.low, abs=1e-12)
    for gap, text, hover in zip(shown, intervals["text"], intervals["hovertext"], strict=True):
        assert prints(page.numbers(text), gap.gap)
        assert prints(page.numbers(hover)[1:], gap.low, gap.high)


def test_the_table_of_gaps_prints_them_with_both_n(read: Read) -> None:
    profile, page, view = read
    drawn = widest(profile)
    told = [*drawn, *(gap for gap in profile.gaps if gap.flagged and gap not in drawn)]
    rows = page.table("//section[@id='gaps']//table")
    assert len(rows) == len(told) > 0
    for gap, (_, first, second, size, interval) in zip(told, rows, strict=True):
        ends = ((first, gap.first, gap.first_value, gap.first_n),
                (second, gap.second, gap.second_value, gap.second_n))  # fmt: skip
        for text, group, value, n in ends:
            assert text.startswith(view.group(group))
            assert prints(page.numbers(text), value, n)
        assert prints(page.numbers(size), gap.gap)
        assert prints(page.numbers(interval), gap.low, gap.high)


def test_gaps_are_of_published_figures_alone(read: Read) -> None:
    profile, _, view = read
    for gap in profile.gaps:
        for group, value in ((gap.first, gap.first_value), (gap.second, gap.second_value)):
            assert value in _published(view, gap, group)


def _published(view: View, gap: Gap, group: str) -> list[float]:
    if gap.kind == "dimension":
        cell = view.score(gap.code, group)
        return [cell.score] if cell.show == "full" and cell.score is not None else []
    cells = view.cells.get((gap.code, group), ())
    values = [c.favourable.value for c in cells if c.show == "full" and c.favourable]
    return [100 * v for v in values if v is not None]


def test_all_groups_together_are_printed_as_the_profile_has_them(read: Read) -> None:
    profile, page, _ = read
    if not profile.together:
        assert page.by_id("together") is None
        return
    rows = page.table("//section[@id='together']//table")
    for one, row in zip(profile.together, rows, strict=True):
        assert prints(page.numbers(row[1]), len(one.groups), len(one.groups + one.absent))
        assert prints(page.numbers(row[-3]), one.spread)
        icc = [x for x in (one.icc1, one.icc1_low, one.icc1_high) if x is not None]
        assert prints(page.numbers(row[-1]), *(100 * max(0, x) for x in icc))
        for text, line in zip(row[2:-3], one.lines, strict=True):
            known = [x for x in (line.score, line.low, line.high) if x is not None]
            if line.convention == "negotiated" and one.absent and one.weight_present:
                known.append(100 * one.weight_present)
            assert prints(page.numbers(text), *known)


def test_mode_effects_are_printed_as_the_profile_has_them(read: Read) -> None:
    profile, page, view = read
    if not profile.mode_effects:
        assert page.tree.xpath("//section[@id='modes']//table") == []
        return
    rows = {row[0]: row[1:] for row in page.table("//section[@id='modes']//table")}
    assert len(rows) == len(profile.mode_effects)
    for one in profile.mode_effects:
        gap, interval = rows[f"{view.dimension(one.dimension)} · {view.group(one.group)}"]
        assert prints(page.numbers(gap.replace("+", "")), one.gap)
        assert prints(page.numbers(interval.replace("+", "")), one.low, one.high)


# Importance


def test_dots_of_importance_hold_share_and_score_in_full_with_both_intervals(read: Read) -> None:
    profile, page, _ = read
    panels = [one for one in profile.importance if one.placed]
    traces = page.figure("importance")["data"] if panels else []
    assert len(traces) == 2 * len(panels)
    for one, crosses, dots in zip(panels, traces[::2], traces[1::2], strict=True):
        assert dots["x"] == [dot.named for dot in one.placed]
        assert dots["y"] == [dot.score for dot in one.placed]
        x: list[float | None] = []
        y: list[float | None] = []
        for dot in one.placed:
            x += [dot.low, dot.high, None]
            y += [dot.score, dot.score, None]
            if dot.score_low is not None:
                x += [dot.named, dot.named, None]
                y += [dot.score_low, dot.score_high, None]
        assert (crosses["x"], crosses["y"]) == (x, y)
        for dot, told in zip(one.placed, dots["hovertext"], strict=True):
            assert prints(page.numbers(told), dot.named, dot.score)


def test_tables_of_importance_print_the_same_numbers(read: Read) -> None:
    profile, page, _ = read
    tables = page.tree.xpath("//section[@id='importance']//table")
    panels = [one for one in profile.importance if one.placed]
    for one, table in zip(panels, tables, strict=True):
        for dot, row in zip(one.placed, table.xpath("./tbody/tr"), strict=True):
            _, named, score = page.row(row)
            interval = [x for x in (dot.score_low, dot.score_high) if x is not None]
            assert prints(page.numbers(named), dot.named, dot.low, dot.high)
            assert prints(page.numbers(score), dot.score, *interval)


# Coverage, choices, words


def test_participation_is_drawn_and_printed_as_the_profile_has_it(read: Read) -> None:
    profile, page, _ = read
    figure = page.figure("coverage")
    bars, hatched = _traces(figure, "bar")
    known = [(y, c.rate) for y, c in enumerate(profile.coverage) if c.rate is not None]
    assert list(zip(bars["y"], bars["x"], strict=True)) == [(y, min(r, 1)) for y, r in known]
    hidden = [y for y, c in enumerate(profile.coverage) if c.received is None]
    assert hatched["y"] == hidden
    assert len(hidden) == len(profile.masked_groups) > 0
    assert set(hatched["x"]) == {0.15}
    [texts] = _traces(figure, "scatter")
    rows = page.table("//section[@id='coverage']//table")
    for one, text, row in zip(profile.coverage, texts["text"], rows, strict=True):
        _check_coverage(page, one, text, row[1:])


def _check_coverage(page: Page, one: Coverage, text: str, row: list[str]) -> None:
    rate = () if one.rate is None else (100 * one.rate,)
    people = () if one.population is None else (one.population,)
    if one.received is None:
        shown = page.numbers(one.received_text)
        assert page.numbers(text) == page.numbers(row[2]) == shown
        assert [page.numbers(cell) for cell in row[3:]] == [[], [], []]
        return
    assert prints(page.numbers(text), one.received, *people, *rate)
    assert prints(page.numbers(row[0]), *people)
    assert prints(page.numbers(row[2]), one.received)
    assert prints(page.numbers(row[3]), *(() if one.complete is None else (one.complete,)))
    assert prints(page.numbers(row[4]), *rate)
    told = [n for n in one.by_mode.values() if isinstance(n, int)]
    assert [n for n in page.numbers(row[5]) if n not in (5, 9)] == [
        n for n in told if n not in (5, 9)
    ]


def test_choices_are_printed_with_share_and_n_or_the_reason_why_not(read: Read) -> None:
    profile, page, view = read
    labels = {view.say(i.text): i.code for i in profile.instrument.items}
    cells = {(c.item, c.option, c.group): c for c in profile.choices}
    seen = 0
    for article in page.tree.xpath("//article[starts-with(@aria-labelledby, 'choice-')]"):
        item = view.item(labels[article.findtext("h3")])
        groups = [g for g in profile.groups if any(c.item == item.code and c.group == g
                                                   for c in profile.choices)]  # fmt: skip
        table = article.find(".//table")
        rows = [page.row(row) for row in table.xpath("./tbody/tr")]
        for option, (_, *texts) in zip(item.options, rows, strict=True):
            for group, text in zip(groups, texts, strict=True):
                _check_choice(page, cells[item.code, option.code, group], text)
                seen += 1
        heads = page.row(table.xpath("./thead/tr")[0])[1:]
        for group, head in zip(groups, heads, strict=True):
            n = cells[item.code, item.options[0].code, group].n
            assert prints(page.numbers(head), *(() if n is None else (n,)))
    assert seen == len(profile.choices) > 0


def _check_choice(page: Page, cell: Any, text: str) -> None:
    if cell.show == "masked":
        _check_mask(cell.reason, text)
    elif cell.share is not None and cell.share.value is not None:
        assert prints(page.numbers(text), 100 * cell.share.value)
    else:
        assert set(page.numbers(text)) <= {25, 75}


def test_words_and_their_counts_are_those_of_the_profile(read: Read) -> None:
    profile, page, view = read
    section = page.by_id("effects")
    quoted = [q.text for q in section.iter("q")]
    assert quoted == [q.text for cell in profile.quotations for q in cell.quotations]
    told = {cell.group: cell for cell in profile.texts if cell.item == "unexpected_effect"}
    counts = section.xpath(".//dl[@class='counts']")[0]
    shown = {d.findtext("dt"): d.findtext("dd") for d in counts.findall("div")}
    for group, cell in told.items():
        if cell.show == "not_asked":
            continue
        if cell.n is None:
            _check_mask(cell.reason, shown[view.group(group)])
        else:
            assert prints(page.numbers(shown[view.group(group)]), cell.n)
    effects, themes = section.findall(".//table")
    for cell, row in zip(profile.quotations, effects.xpath("./tbody/tr"), strict=True):
        printed = page.row(row)[1:]
        known = [*cell.valences.values(), *cell.expectations.values()]
        if cell.show == "full":
            assert prints([n for text in printed for n in page.numbers(text)], *known)
        else:
            assert {n for text in printed for n in page.numbers(text)} <= {5, 25, 75}
    by_theme = [c for c in profile.codes if c.group == "employees"]
    rows = [page.row(row) for row in themes.xpath("./tbody/tr")]
    for code, row in zip(by_theme, rows, strict=True):
        assert code.share is not None
        assert prints(page.numbers(row[1]), 100 * (code.share.value or 0))


# Nothing beside


def test_the_page_is_the_same_whoever_is_hidden_and_whatever_they_answered(language: str) -> None:
    pages = [
        exporters()["dashboard.html"].write(make(), language)
        for make in (with_hidden_groups, with_others_hidden)
    ]
    assert pages[0] == pages[1]


def test_the_page_has_no_figure_that_is_not_read_back_here(read: Read) -> None:
    profile, page, view = read
    placed = {"importance"} if any(one.placed for one in profile.importance) else set()
    dots = {
        f"{c.dimension}-scores" for c in profile.dimensions
        if c.show in ("full", "banded") and c.score is not None
    }  # fmt: skip
    assert set(page.figures()) == {"heat", "gaps", "coverage", *view.dimensions} | placed | dots


def test_dots_of_scores_and_their_intervals_are_those_of_the_profile(read: Read) -> None:
    profile, page, view = read
    seen = 0
    for code in view.dimensions:
        cells = [c for c in profile.dimensions if c.dimension == code and c.show != "not_asked"]
        dotted = [c for c in cells if c.show in ("full", "banded") and c.score is not None]
        if not dotted:
            continue
        figure = page.figure(f"{code}-scores")
        [hatched] = _traces(figure, "bar")
        lines, dots, words = _traces(figure, "scatter")
        assert hatched["y"] == [y for y, c in enumerate(cells) if c.show == "masked"]
        assert set(hatched["x"]) <= {100}
        assert dots["x"] == [c.score for c in dotted]
        ends = [x for c in dotted if c.show == "full" for x in (c.low, c.high) if x is not None]
        assert [x for x in lines["x"] if x is not None] == ends
        for cell, text in zip(cells, words["text"], strict=True):
            if cell in dotted:
                sure = [x for x in (cell.low, cell.high) if x is not None and cell.show == "full"]
                assert prints(page.numbers(text), cell.score or 0, *sure)
        seen += len(dotted)
    assert seen > 0


def test_every_dot_of_importance_is_a_share_and_a_score_of_the_profile(read: Read) -> None:
    profile, page, _ = read
    panels = [one for one in profile.importance if one.placed]
    if not panels:
        return
    dots = [t for t in page.figure("importance")["data"] if "text" in t]
    choices = {(c.item, c.option, c.group): c for c in profile.choices}
    scores = {(c.dimension, c.group): c for c in profile.dimensions}
    for one, drawn in zip(panels, dots, strict=True):
        for dot, x, y in zip(one.placed, drawn["x"], drawn["y"], strict=True):
            share = choices[one.item, dot.dimension, one.group].share
            assert share is not None
            assert x == pytest.approx(100 * (share.value or 0), abs=1e-9)
            assert y == scores[dot.dimension, one.group].score
