"""After closing, group and site together name nobody."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from corus.domain.rare import UNKNOWN, hidden, too_small

COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["employees", "clients"]), st.sampled_from(["", *"abcdef"])),
    st.integers(0, 30),
    max_size=12,
)


@given(COUNTS, st.integers(1, 12))
def test_what_stays_at_a_site_is_many_and_what_goes_is_not_told_apart(counts, least):
    gone = too_small(counts, least)
    after: Counter[tuple[str, str]] = Counter()
    for (group, site), n in counts.items():
        after[group, "" if (group, site) in gone else site] += n
    for (_, site), n in after.items():
        if site:
            assert n == 0 or n >= least
    for group in {g for g, _ in gone}:
        alone = sum(n for (g, _), n in counts.items() if g == group)
        assert after[group, ""] >= min(least, alone)


@given(COUNTS)
def test_done_again_nothing_more_goes(counts):
    gone = too_small(counts, 5)
    after: Counter[tuple[str, str]] = Counter()
    for (group, site), n in counts.items():
        after[group, "" if (group, site) in gone else site] += n
    assert not {(g, s) for g, s in too_small(after, 5) if s and after[g, s] >= 5}


def test_a_wave_of_large_sites_keeps_them_all():
    assert not too_small({("clients", "a"): 5, ("clients", "b"): 40, ("clients", ""): 5}, 5)


def test_few_who_said_no_site_are_joined_by_the_smallest():
    assert too_small({("clients", "a"): 5, ("clients", "b"): 40, ("clients", ""): 2}, 5) == {
        ("clients", "a")
    }


def test_the_only_small_site_takes_the_next_smallest_with_it():
    counts = {("clients", "a"): 1, ("clients", "b"): 6, ("clients", "c"): 40}
    assert too_small(counts, 5) == {("clients", "a"), ("clients", "b")}


WAYS = st.dictionaries(
    st.sampled_from(["self", "paper", "interview", "assisted", UNKNOWN]), st.integers(0, 40)
)


@given(WAYS, st.integers(1, 12))
def test_every_way_that_is_kept_is_shared_by_many_and_so_is_the_unknown_one(counts, least):
    gone = hidden(counts, UNKNOWN, least)
    after = {way: n - gone.get(way, 0) for way, n in counts.items() if way != UNKNOWN}
    after[UNKNOWN] = counts.get(UNKNOWN, 0) + sum(gone.values())
    assert min(after.values()) >= 0
    assert sum(after.values()) == sum(counts.values())
    if sum(counts.values()) >= least:
        assert all(n == 0 or n >= least for n in after.values())
    else:
        assert after[UNKNOWN] == sum(counts.values())


@given(WAYS, st.integers(1, 12))
def test_a_second_closing_forgets_no_more(counts, least):
    gone = hidden(counts, UNKNOWN, least)
    after = {way: n - gone.get(way, 0) for way, n in counts.items()}
    after[UNKNOWN] = counts.get(UNKNOWN, 0) + sum(gone.values())
    assert not hidden(after, UNKNOWN, least)


def test_no_more_join_the_rare_ones_than_they_need_to_hide_among():
    assert hidden({"self": 36, "paper": 4}, UNKNOWN, 5) == {"paper": 4, "self": 1}
    assert hidden({"self": 36, "paper": 5}, UNKNOWN, 5) == {}
    assert hidden({"self": 8, "paper": 2}, UNKNOWN, 5) == {"paper": 2, "self": 3}
    assert hidden({"self": 8, "paper": 1}, UNKNOWN, 5) == {"paper": 1, "self": 8}
    assert hidden({"self": 3}, UNKNOWN, 5) == {"self": 3}
