"""Sampling honesty: what a reader may not conclude, said whenever it is so and only then."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.analysis.profile.honesty import cautions
from corus.domain.caution import SENTENCES, Caution
from corus.domain.instrument import Agreement, Convention
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.domain.wave import GroupPlan
from corus.language import catalogue
from tests.analysis.factories_analysis import (
    dimension,
    instrument,
    item,
    profile,
    rated,
    small,
    stratum,
    tally,
)

THE = small()
GROUPS = ("employees", "users", "suppliers")


def made(
    answers: dict[str, int] | None = None,
    *,
    the: Any = THE,
    groups: dict[str, GroupPlan] | None = None,
    **place: str,
) -> Profile:
    """A profile with this many like answers per group."""
    rows = [
        (stratum(group, **place), rated(the, 3 + n % 2, n % 2))
        for group, number in (answers or {}).items()
        for n in range(number)
    ]
    return profile(the, tally(the, rows), groups=groups or {})


def named(found: Profile, **options: Any) -> dict[str, Caution]:
    """Cautions by code; those that come one per group under ``code:group``."""
    told = cautions(found, **options)
    several = {c.code for c in told if [one.code for one in told].count(c.code) > 1}
    return {f"{c.code}:{c.groups[0]}" if c.code in several else c.code: c for c in told}


def said(found: Profile, code: str, language: str = "en") -> str:
    return Reading(found, language).caution(named(found)[code])


def test_eight_of_forty_suppliers_say_nothing_of_the_thirty_two_others() -> None:
    groups = {"suppliers": GroupPlan(population=40, open_link=False)}
    found = made({"suppliers": 8}, groups=groups, channel="personal")
    assert said(found, "reversible") == (
        "Suppliers: 8 of 40 answered (20%). Those who did not (32) are at least as many: what they "
        "think could reverse any majority shown. Do not write that the whole group thinks so."
    )
    assert said(found, "reversible", "fr") == (
        "Suppliers\u202f: 8 réponses sur 40 possibles (20\u202f%). Les réponses qui manquent (32) "
        "sont au moins aussi nombreuses\u202f: elles pourraient renverser toute majorité montrée "
        "ici. N’écrivez pas que tout le groupe le pense."
    )


@pytest.mark.parametrize(
    ("population", "code"),
    [(None, "no_rate"), (20, None), (21, "non_response"), (39, "non_response"),
     (40, "reversible"), (400, "reversible"), (19, "too_many")],
)  # fmt: skip
def test_what_twenty_answers_allow_depends_on_how_many_people_there_are(
    population: int | None, code: str | None
) -> None:
    """At 20 of 40 even a unanimous group may be split in half; at 20 of 39 it may not."""
    groups = {"employees": GroupPlan(population=population, open_link=False)}
    found = named(made({"employees": 20}, groups=groups, channel="personal"))
    about = {"no_rate", "non_response", "reversible", "too_many"} & set(found)
    assert about == ({code} if code else set())


@pytest.mark.parametrize("received", [0, 1, 4])
def test_a_hidden_group_is_missing_whether_nobody_or_four_answered(received: int) -> None:
    found = made({"employees": 12, "users": received})
    caution = named(found)["too_few"]
    assert (caution.groups, caution.texts) == (("users", "suppliers"), {"shown": "n < 5"})
    assert cautions(found) == cautions(made({"employees": 12}))


def test_when_nothing_is_shown_everybody_is_missing_and_nothing_else_is_claimed() -> None:
    found = named(made())
    assert found["too_few"].groups == GROUPS
    assert set(found) == {"too_few", "not_co_constructed", "perceptions"}


def test_groups_that_were_not_asked_are_named() -> None:
    found = named(made({"users": 12}, groups={"users": GroupPlan()}))
    assert found["not_surveyed"].groups == ("employees", "suppliers")
    assert "too_few" not in found


def test_three_suppliers_who_answered_once_each_are_a_majority_and_no_share() -> None:
    found = made({"suppliers": 3}, groups={"suppliers": GroupPlan()}, channel="personal")
    assert said(found, "majority_only").startswith("Suppliers: only 3–4 organizations answered.")


def test_five_to_nine_answers_are_a_rough_picture() -> None:
    found = named(made({"employees": 9, "users": 10}))
    assert (found["bands_only"].groups, found["bands_only"].texts) == (
        ("employees",), {"full": "10"}
    )  # fmt: skip


@pytest.mark.parametrize(("channel", "open_link", "is_open"), [
    ("open", True, True), ("kiosk", True, True), ("open", False, True),
    ("personal", True, False), ("import", True, False), ("paper", False, False),
])  # fmt: skip
def test_answers_by_an_open_address_are_not_a_number_of_people(
    channel: str, open_link: bool, is_open: bool
) -> None:
    groups = {"users": GroupPlan(population=40, open_link=open_link)}
    found = named(made({"users": 12}, groups=groups, channel=channel))
    assert ("open_link" in found) == is_open


@pytest.mark.parametrize("declared", ["not_said", "everyone", "drawn", "chosen"])
def test_who_was_asked_is_told_when_the_structure_chose_or_does_not_say(declared: str) -> None:
    groups = {
        "users": GroupPlan(population=90, invited=30, open_link=False, sample=declared)
    }  # fmt: skip
    found = named(made({"users": 12}, groups=groups, channel="personal"))
    assert ("chosen" in found) == (declared == "chosen")
    assert ("sample_not_said" in found) == (declared == "not_said")


def test_everybody_invited_leaves_nothing_to_say_about_the_choice() -> None:
    groups = {"users": GroupPlan(population=30, invited=30, open_link=False)}
    assert "sample_not_said" not in named(made({"users": 12}, groups=groups, channel="personal"))


def _mixed(**modes: int) -> Profile:
    rows = [
        (stratum("users", mode=mode), rated(THE, n % 3 + 2 * (mode == "self"), n % 5))
        for mode, number in modes.items()
        for n in range(number)
    ]
    return profile(THE, tally(THE, rows), groups={"users": GroupPlan()})


def test_groups_are_listed_by_name_or_as_all_that_are_shown() -> None:
    assert said(made({"employees": 12, "users": 12}), "open_link").startswith("Employees; Users: ")
    everybody = made(dict.fromkeys(GROUPS, 12))
    assert said(everybody, "no_rate").startswith("All the groups shown: ")
    assert said(everybody, "no_rate", "fr").startswith("Tous les groupes montrés\u202f: ")


def test_answers_written_by_the_structure_are_counted_where_they_may_be() -> None:
    found = named(_mixed(self=30, interview=10))
    assert found["by_structure"].shares == {"share": 0.25}
    assert "hand_unknown" not in found
    assert "hand_unknown" in named(_mixed(unknown=30))
    assert not {"by_structure", "hand_unknown"} & set(named(_mixed(self=30)))


def test_a_difference_between_alone_and_helped_is_seen_not_seen_or_not_testable() -> None:
    assert named(_mixed(self=40, interview=40))["mode_seen"].dimensions == ("needs",)
    alike = [
        (stratum("users", mode=mode), rated(THE, n % 5, n % 3))
        for mode in ("self", "interview") for n in range(30)
    ]  # fmt: skip
    found = named(profile(THE, tally(THE, alike), groups={"users": GroupPlan()}))
    assert "mode_not_seen" in found
    assert "mode_seen" not in found
    assert "mode_not_tested" in named(_mixed(self=40, interview=9))
    assert "mode_not_tested" in named(_mixed(interview=40))
    assert not [code for code in named(_mixed(self=40)) if code.startswith("mode")]


def test_groups_that_answered_each_in_their_own_way_cannot_be_told_from_the_way() -> None:
    rows = [
        (stratum(group, mode=mode), rated(THE, n % 5, n % 5))
        for group, mode in (("employees", "self"), ("users", "interview")) for n in range(20)
    ]  # fmt: skip
    caution = named(profile(THE, tally(THE, rows)))["mode_confounded"]
    assert (caution.groups, caution.others) == (("employees",), ("users",))


def test_scores_over_other_questions_do_not_compare() -> None:
    the = instrument(
        dimension("needs", item("a"), item("b"), item("c", asked_to=("users",))),
        dimension("work", item("d"), item("e")),
    )
    rows = [
        (stratum(group), rated(the, 3, n % 2, n % 5 if group == "users" else "n", 2, n % 3))
        for group in ("users", "employees") for n in range(20)
    ]  # fmt: skip
    found = named(profile(the, tally(the, rows)))
    assert found["other_items"].dimensions == ("needs",)
    assert "equal_meaning" in found


def test_items_that_do_not_add_up_are_read_one_by_one() -> None:
    found = made({"users": 20, "employees": 20})
    assert named(found, items_only=("needs",))["items_only"].dimensions == ("needs",)
    assert not {"equal_meaning", "other_items"} & set(named(found, items_only={"needs"}))
    assert "items_only" not in named(found)


def test_one_group_alone_is_compared_with_nobody() -> None:
    assert "equal_meaning" not in named(made({"users": 20}))


def test_a_group_that_says_dont_know_to_everything_has_no_score_and_not_a_low_one() -> None:
    rows = [(stratum("users"), rated(THE, "d", "d")) for _ in range(20)]
    found = named(profile(THE, tally(THE, rows), groups={"users": GroupPlan()}))
    assert (found["unscored"].groups, found["unscored"].dimensions) == (("users",), ("needs",))


@pytest.mark.parametrize(("dont_know", "told"), [(10, False), (12, False), (13, True), (20, True)])
def test_under_seventy_percent_of_opinions_is_pointed_out(dont_know: int, told: bool) -> None:
    """12 don't know of 40 leave exactly 70 %; people not concerned do not count."""
    rows = [
        (stratum("users"), rated(THE, "d" if n < dont_know else n % 5, n % 5)) for n in range(40)
    ] + [(stratum("users"), rated(THE, "c", n % 5)) for n in range(20)]
    found = named(profile(THE, tally(THE, rows), groups={"users": GroupPlan()}))
    assert ("few_opinions" in found) == told


def test_criteria_nobody_agreed_on_are_not_presented_as_theirs() -> None:
    agreed = Convention(
        status="co_constructed", by=(Agreement(college={"en": "All"}, people=3),),
        dissent=({"en": "Too long"},),
    )  # fmt: skip
    own = THE.model_copy(update={"convention": agreed})
    assert "not_co_constructed" in named(made({"users": 12}))
    found = named(made({"users": 12}, the=own))
    assert "not_co_constructed" not in found
    assert "dissent" in found


def test_every_sentence_is_said_in_both_languages_with_its_parameters() -> None:
    french = catalogue("fr")
    for code, english in SENTENCES.items():
        assert english in french, code
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", french[english]))
        assert not re.search(r"(?<!\u202f)[;?!]| :|(?<!\u202f):", french[english]), code


MODES = st.sampled_from(("self", "interview", "paper", "assisted_other", "unknown"))
CHANNELS = st.sampled_from(("open", "personal", "kiosk", "paper"))
ROWS = st.lists(st.tuples(st.sampled_from(GROUPS), MODES, CHANNELS, st.integers(0, 30)), max_size=8)
NUMBERS = st.none() | st.integers(0, 90)
PLANS = st.dictionaries(
    st.sampled_from(GROUPS),
    st.builds(
        GroupPlan, population=NUMBERS, invited=NUMBERS,
        open_link=st.booleans(), sample=st.sampled_from(("not_said", "chosen", "drawn")),
    ),
)  # fmt: skip


def _of(rows: list[tuple[str, str, str, int]], groups: dict[str, GroupPlan]) -> Profile:
    answers = [
        (stratum(g, mode=m, channel=c), rated(THE, n % 5, (n * 7) % 5))
        for g, m, c, number in rows for n in range(number)
    ]  # fmt: skip
    return profile(THE, tally(THE, answers), groups=groups)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, groups=PLANS)
def test_cautions_put_published_numbers_only_in_whole_sentences(
    rows: list[tuple[str, str, str, int]], groups: dict[str, GroupPlan]
) -> None:
    found = _of(rows, groups)
    lines = {line.group: line for line in found.coverage}
    for caution in cautions(found):
        for language in ("fr", "en"):
            text = Reading(found, language).caution(caution)
            assert text
            assert not re.search(r"[{}]|None|nan", text)
        for group in caution.groups if caution.counts else ():
            line = lines[group]
            assert line.received is not None
            known = {line.received, line.population, line.invited}
            assert set(caution.counts.values()) - {(line.population or 0) - line.received} <= known


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, groups=PLANS, fewer=st.integers(0, 4), mode=MODES, channel=CHANNELS)
def test_no_caution_tells_one_hidden_group_from_another(
    rows: list[tuple[str, str, str, int]],
    groups: dict[str, GroupPlan],
    fewer: int,
    mode: str,
    channel: str,
) -> None:
    """Whatever 0–4 persons of a group did, in whatever way, the same sentences come out."""
    others = [row for row in rows if row[0] != "users"]
    hidden = _of([*others, ("users", mode, channel, fewer)], groups)
    assert cautions(hidden) == cautions(_of(others, groups))


def test_a_profile_written_before_samples_were_declared_reads_on() -> None:
    found = made({"users": 12})
    document = found.model_dump(mode="json")
    for line in document["coverage"]:
        del line["sample"], line["open_link"]
    old = Profile.model_validate(document)
    assert {c.code for c in cautions(old)} == {c.code for c in cautions(found)}
