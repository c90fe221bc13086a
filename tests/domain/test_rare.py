"""After closing, group and site together name nobody."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from corus.domain.rare import too_small

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
