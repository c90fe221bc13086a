"""The dashboard as one HTML page: sentences, then charts, then tables, readable without script.

Knows no web framework and no URL of its own: links and assets are given by the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import orjson
import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from corus.charts import importance, palette, phrases, side_tables, tables, voices
from corus.charts.alike import alike_rows
from corus.charts.assets import WIDE, Assets
from corus.charts.coverage import coverage
from corus.charts.diverging_bars import diverging_bars
from corus.charts.first_read import basis, first_read
from corus.charts.gaps import gaps
from corus.charts.heat_map import heat_map
from corus.charts.method import method, release
from corus.charts.score_dots import drawn as dots_drawn
from corus.charts.score_dots import score_dots
from corus.charts.since_table import since_rows
from corus.charts.sites import site_table
from corus.charts.slopes import panels, slopes
from corus.charts.view import View
from corus.domain.leaving import words_gone
from corus.domain.profile import Profile

Link = tuple[str, str]
"""(label, URL)."""


OWN = frozenset(
    ("first", "profile", "gaps", "together", "items", "importance", "since", "effects", "coverage",
     "sites", "cautions", "modes", "method")
)  # fmt: skip
"""Names of the page's sections: a dimension or item so called has its longer address only."""


@dataclass(frozen=True)
class Drawing:
    """A figure for the page's script: its place, its text alternative, its data, its title."""

    place: str
    told: str
    data: Markup
    title: str
    width: int = WIDE
    key: tuple[tuple[str, str], ...] = ()
    """(mark, meaning), which an image takes along."""
    ramp: tuple[str, ...] = ()
    """Colours of its scale from 0 to 100."""


@dataclass(frozen=True)
class DimensionCard:
    """One dimension: its scores by group, its items, its figure."""

    code: str
    label: str
    description: str
    internal: bool
    scores: list[tables.ScoreRow]
    dots: Drawing | None
    items: list[tables.ItemBlock]
    drawing: Drawing


def render(
    profile: Profile,
    language: str,
    *,
    assets: Assets,
    languages: Sequence[Link] = (),
    downloads: Sequence[Link] = (),
    ways: Sequence[Link] = (),
) -> str:
    """The whole page. ``languages``: switch; ``downloads``: files that hold the same numbers;
    ``ways``: where else to go, such as to parts of the release."""
    view = View(profile, language)
    return (
        _templates()
        .get_template("page.html")
        .render(
            view=view,
            profile=profile,
            language=language,
            t=view.words,
            assets=assets,
            languages=languages,
            downloads=downloads,
            ways=ways,
            source=_source(view),
            basis=basis(profile, language),
            sentences=first_read(profile, language),
            heat=tables.heat(view),
            heat_drawing=_heat_drawing(view),
            cards=list(_cards(view)),
            gaps=side_tables.gap_rows(view),
            gaps_drawing=_gaps_drawing(view),
            self_and_others=phrases.self_and_others(view),
            cautions=[view.caution(one) for one in profile.cautions],
            together=side_tables.together_rows(view),
            alike=alike_rows(view),
            conventions=view.conventions,
            negotiated=bool(profile.negotiated and profile.negotiated.groups),
            same_order=view.same_order,
            since=since_rows(view),
            since_drawing=_since_drawing(view),
            coverage=side_tables.coverage_rows(view),
            sites=site_table(view),
            modes=side_tables.mode_rows(view),
            coverage_drawing=_coverage_drawing(view),
            choices=side_tables.choices(view),
            importance=importance.tables(view),
            importance_drawing=_importance_drawing(view),
            texts=voices.text_rows(view),
            words_gone=list(words_gone(view)),
            method=method(view),
            bar_width=tables.BAR,
            span=tables.SPAN,
            own=OWN,
        )
    )


def _heat_drawing(view: View) -> Drawing:
    told = view.words(
        "Heat map: perception scores from 0 to 100 by stakeholder group and dimension. "
        "The same values are in the table."
    )
    title = view.words("What each stakeholder group perceives")
    return Drawing(
        "heat", told, _data(heat_map(view.profile, view.language)), title,
        key=phrases.heat_key(view), ramp=tuple(colour for _, colour in palette.HEAT_STOPS),
    )  # fmt: skip


def _gaps_drawing(view: View) -> Drawing:
    told = view.words(
        "Dumbbell chart: for each topic, the values of two groups, and their gap with its "
        "interval. The same values are in the table."
    )
    title = view.words("Where groups look differently")
    return Drawing("gaps", told, _data(gaps(view.profile, view.language)), title)


def _coverage_drawing(view: View) -> Drawing:
    told = side_tables.coverage_summary(view)
    title = view.words("Who answered")
    return Drawing("coverage", told, _data(coverage(view.profile, view.language)), title)


def _importance_drawing(view: View) -> Drawing | None:
    """None where nothing could be placed: a figure without dots tells nothing."""
    if not importance.drawn(view.profile):
        return None
    told = view.words(
        "Dots by group: how many people named each dimension as important, and its score. "
        "The same values are in the table."
    )
    title = view.words("What matters, beside what is perceived")
    data = _data(importance.importance(view.profile, view.language))
    return Drawing("importance", told, data, title, key=importance.key(view))


def _since_drawing(view: View) -> Drawing | None:
    """None where no earlier wave compares."""
    if not panels(view.profile.since):
        return None
    told = view.words(
        "Slopes by group: the score of each dimension in the earlier wave and in this one. "
        "The same values are in the table."
    )
    title = view.words("Since the last wave")
    return Drawing("since", told, _data(slopes(view.profile, view.language)), title)


def _source(view: View) -> str:
    """What stands under a figure that leaves the page as an image."""
    profile = view.profile
    parts = (
        profile.organization,
        profile.wave_title,
        view.part_name,
        f"{view.words('Release')} {release(view)}",
        view.words("perceptions, not proof"),
    )
    return " · ".join(filter(None, parts))  # fmt: skip


def _cards(view: View) -> Iterator[DimensionCard]:
    """Dimensions that some group of the wave was asked about: the others have nothing to show."""
    if view.has_results:
        cards = (_card(view, code) for code in view.dimensions)
        yield from (card for card in cards if card.scores or card.items)


def _card(view: View, code: str) -> DimensionCard:
    told = view.words(
        "Diverging bars: how the answers of each group divide on the items of “{dimension}”. "
        "The same values are in the table.",
        dimension=view.dimension(code),
    )
    return DimensionCard(
        code,
        view.dimension(code),
        view.say(view.dimensions[code].description),
        view.dimensions[code].internal,
        tables.scores(view, code),
        _dots(view, code),
        tables.items(view, code),
        Drawing(
            code, told, _data(diverging_bars(view.profile, view.language, code)),
            view.dimension(code),
        ),
    )  # fmt: skip


def _dots(view: View, code: str) -> Drawing | None:
    """None where no group has a score on it: a figure without dots tells nothing."""
    if not dots_drawn(view, code):
        return None
    title = view.words("Scores: {dimension}", dimension=view.dimension(code))
    told = view.words(
        "Dots: the score of each group on “{dimension}”, from 0 to 100, with its interval. "
        "The same values are in the table.",
        dimension=view.dimension(code),
    )
    data = _data(score_dots(view.profile, view.language, code))
    return Drawing(f"{code}-scores", told, data, title)


def _data(figure: go.Figure) -> Markup:
    """A figure as JSON inside ``<script>``: no ``<`` is left that could end the element."""
    text = orjson.dumps(figure.to_plotly_json(), default=_own_json).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - escaped on this line


def _own_json(value: object) -> object:
    """Plotly's own objects inside a figure, such as its empty template."""
    if isinstance(value, go.layout.Template):
        return value.to_plotly_json()
    raise TypeError(type(value).__name__)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("corus.charts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
