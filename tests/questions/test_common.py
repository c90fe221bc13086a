"""What question types share: the identity cache, and the cut of what is repeated."""

from __future__ import annotations

import gc
import weakref

from hypothesis import given
from hypothesis import strategies as st

from corus.domain.scale import Scale
from corus.questions.common import clean, once, shorten
from tests.questions.factories import a_scale


def test_a_value_is_computed_once_per_object_and_not_per_equal_object() -> None:
    seen: list[Scale] = []
    size = once(lambda scale: seen.append(scale) or len(scale.points))
    first, equal = a_scale(3), a_scale(3)
    assert [size(first), size(first), size(equal)] == [3, 3, 3]
    assert len(seen) == 2


def test_an_object_is_forgotten_with_its_value() -> None:
    table = once(lambda scale: a_scale(len(scale.points)))
    key = a_scale(4)
    kept = weakref.ref(table(key))
    assert kept() is table(key)
    del key
    gc.collect()
    assert kept() is None


def test_what_was_sent_is_repeated_in_forty_characters() -> None:
    assert shorten("a" * 40) == "a" * 40
    assert shorten("a" * 41) == "a" * 39 + "…"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


def test_signs_that_show_nothing_make_no_text_but_stay_within_one() -> None:
    for nothing in ("\u200b", "\ufeff \u200d", "\u2060\n\u200c", "\u00ad"):
        assert clean(nothing) == ""
    family, persian = "👩\u200d👧", "می\u200cخواهم"
    assert clean(f" {family} {persian} ") == f"{family} {persian}"
