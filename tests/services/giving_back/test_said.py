"""What a group is told it said: picked from what the dashboard shows, and never more than that."""

from __future__ import annotations

import re

import pytest

from corus.charts.view import View
from corus.domain.open_answers import Quotation, QuotationCell
from corus.domain.profile import ItemCell, Profile, Share, TextCell
from corus.services.giving_back.picking import NOTABLE, TOLD, picked
from corus.services.giving_back.said import Said, said, told
from corus.services.giving_back.written import PRINTED, written
from tests.charts import computed_profiles as profiles

LANGUAGES = ("fr", "en")


def _everybody(profile: Profile, language: str = "fr") -> list[Said]:
    return [said(profile, group, language) for group in profile.groups]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_the_same_whoever_is_hidden_and_whatever_they_answered(language: str) -> None:
    one, other = profiles.with_hidden_groups(), profiles.with_others_hidden()
    assert _everybody(one, language) == _everybody(other, language)


def test_a_masked_group_is_told_nothing_but_its_name() -> None:
    profile = profiles.with_hidden_groups()
    for group in profile.masked_groups:
        page = said(profile, group, "fr")
        assert page == Said(group, page.label, masked=True)
    assert profile.masked_groups


def test_every_figure_told_is_one_that_the_profile_shows_of_that_group() -> None:
    profile = profiles.with_hidden_groups()
    for group in profile.groups:
        page = said(profile, group, "fr")
        view = View(profile, "fr")
        for finding in (*page.best, *page.least, *page.divided):
            cells = view.cells[finding.item, group]
            shares = (getattr(c, s) for c in cells for s in ("favourable", "unfavourable"))
            shown = {round(s.value * 100 + 1e-9) for s in shares if s and s.value is not None}
            figures = {int(n) for n in re.findall(r"(\d+)\u202f% (?!ou|et)", finding.told)}
            exact = any(c.show == "full" for c in cells)
            assert figures <= (shown if exact else {25, 75})


def test_at_most_three_of_each_and_no_sentence_twice() -> None:
    for page in _everybody(profiles.demo_like()):
        sentences = [f.item for f in (*page.best, *page.least, *page.divided)]
        assert len(sentences) == len(set(sentences))
        assert max(len(page.best), len(page.least), len(page.divided)) <= TOLD


def _shares(profile: Profile, group: str) -> dict[str, tuple[float, float]]:
    """Item → favourable and unfavourable share of a group that is shown exactly."""
    view = View(profile, "fr")
    return {
        c.item: (c.favourable.value or 0, c.unfavourable.value or 0)
        for c in profile.items
        if c.group == group and c.favourable and c.unfavourable and not view.is_easy(c)
        and view.item(c.item).purpose == "perception"
    }  # fmt: skip


def test_what_goes_least_well_is_what_most_find_bad_and_best_what_most_find_good() -> None:
    profile = profiles.demo_like()
    page, share = said(profile, "employees", "fr"), _shares(profile, "employees")
    worst = sorted(share, key=lambda item: (-share[item][1], share[item][0]))[:TOLD]
    assert [f.item for f in page.least] == worst
    others = [item for item in share if item not in worst]
    good = sorted(others, key=lambda item: (-share[item][0], share[item][1]))
    assert [f.item for f in page.best] == good[:TOLD]


def test_a_page_says_how_many_sentences_it_has_no_room_for() -> None:
    profile = profiles.demo_like()
    page, share = said(profile, "employees", "fr"), _shares(profile, "employees")
    told = {f.item for f in (*page.best, *page.least, *page.divided)}
    rest = [share[item] for item in share if item not in told]
    assert page.more.all == len(rest) > 0
    assert page.more.least == sum(bad >= NOTABLE for _, bad in rest) > 0
    assert page.more.best == sum(good >= NOTABLE for good, _ in rest)


def test_a_sentence_that_everybody_finds_bad_is_never_what_goes_best() -> None:
    bad = _cell(favourable=Share(value=0.1), unfavourable=Share(value=0.9))
    alone = picked([bad])
    assert (alone.best, alone.least) == ([], [bad])
    good = _cell(favourable=Share(value=0.9), unfavourable=Share(value=0.1))
    assert picked([good]).best == [good]


def test_of_two_alike_the_one_asked_first_comes_first() -> None:
    cells = [_cell(item=f"item_{n}") for n in range(8)]
    found = picked(cells)
    assert [c.item for c in found.least] == ["item_0", "item_1", "item_2"]
    assert [c.item for c in found.best] == ["item_3", "item_4", "item_5"]
    assert (found.more.all, found.more.least) == (2, 2)


def test_bands_and_majorities_that_are_bad_come_before_milder_figures() -> None:
    cells = [
        _cell(item="mild", unfavourable=Share(value=0.5)),
        _cell(item="band", show="banded", favourable=Share(band="low"), unfavourable=None),
        _cell(item="most", show="majority", favourable=None, unfavourable=None,
              majority="unfavourable"),
        *(_cell(item=f"good_{n}", favourable=Share(value=0.9), unfavourable=Share(value=0.05))
          for n in range(3)),
    ]  # fmt: skip
    assert {c.item for c in picked(cells).least} == {"mild", "band", "most"}


def _cell(**changes: object) -> ItemCell:
    values: dict[str, object] = {
        "item": "work_load", "group": "employees", "show": "full", "scale": "agreement_5", "n": 20,
        "favourable": Share(value=0.35), "unfavourable": Share(value=0.4),
    }  # fmt: skip
    return ItemCell(**(values | changes))  # type: ignore[arg-type]


def _reversed_item(profile: Profile) -> str:
    return next(
        i.code
        for i in profile.instrument.items
        if i.direction == "reversed" and profile.instrument.asks(i, "employees", "standard")
    )


def test_a_sentence_worded_the_other_way_round_is_told_in_the_words_people_chose() -> None:
    view = View(profiles.demo_like(), "fr")
    cell = _cell(item=_reversed_item(view.profile))
    assert told(view, cell) == (
        "40\u202f% ont répondu «\u202fPlutôt d’accord\u202f» ou «\u202fTout à fait d’accord\u202f»"
        "\u202f; 35\u202f% «\u202fPas du tout d’accord\u202f» ou "
        "«\u202fPlutôt pas d’accord\u202f» (20 avis)."
    )


def test_small_groups_are_told_in_bands_without_their_number() -> None:
    view = View(profiles.demo_like(), "en")
    cell = _cell(
        item=_reversed_item(view.profile), show="banded", n=None, reason="5–9",
        favourable=Share(band="high"), unfavourable=None,
    )  # fmt: skip
    assert told(view, cell) == (
        "75% or more answered “Strongly disagree” or “Rather disagree” (5–9 opinions)."
    )
    few = _cell(item=cell.item, show="majority", favourable=None, majority="none")
    assert told(view, few) == "No answer was given by most."


def test_subjects_that_cannot_be_shown_are_named() -> None:
    profile = profiles.with_hidden_groups()
    page = next(p for p in _everybody(profile) if p.missing)
    view = View(profile, "fr")
    topics = {view.topic(c.item) for c in profile.items
              if c.group == page.group and c.show == "masked"}  # fmt: skip
    assert set(page.missing) <= topics
    assert not {f.item for f in (*page.best, *page.least)} & {
        i.code for i in profile.instrument.items if view.topic(i.code) in page.missing
    }


def _wrote(count: dict[str, int]) -> Profile:
    quotations = tuple(
        Quotation(text=f"{valence} {n}", valence=valence)  # type: ignore[arg-type]
        for valence, persons in count.items()
        for n in range(persons)
    )
    cell = QuotationCell(
        item=profiles.ITEM, group="employees", show="full", n=40, quotations=quotations,
        left_out={"favourable": 6, "unfavourable": 5},
    )  # fmt: skip
    text = TextCell(item=profiles.ITEM, group="employees", show="full", n=40)
    return profiles.demo_like().model_copy(update={"quotations": (cell,), "texts": (text,)})


def test_a_short_page_leaves_out_unfavourable_words_only_with_their_count() -> None:
    profile = _wrote({"favourable": 20, "unfavourable": 9})
    (one,) = written(View(profile, "en"), "employees")
    assert len(one.quotations) == PRINTED
    assert sum(q.startswith("unfavourable") for q in one.quotations) == PRINTED // 2
    assert one.more == "unfavourable effects 5 · favourable effects 16"
    assert one.left_out == "favourable effects 6 · unfavourable effects 5"


def test_unfavourable_effects_are_counted_where_nothing_is_quoted() -> None:
    profile = _wrote({})
    cell = profile.quotations[0].model_copy(update={"valences": {"unfavourable": 5}})
    (one,) = written(
        View(profile.model_copy(update={"quotations": (cell,)}), "en"), "employees"
    )  # fmt: skip
    assert one.left_out == "favourable effects 6 · unfavourable effects 5"


def test_only_words_that_the_release_quotes_are_given_back() -> None:
    profile = profiles.demo_like()
    for group in profile.groups:
        quoted = {q.text for c in profile.quotations if c.group == group for q in c.quotations}
        given = {w for one in said(profile, group, "fr").written for w in one.quotations}
        assert given <= quoted
