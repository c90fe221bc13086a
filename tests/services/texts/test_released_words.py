"""From raw texts to a release, its workbook and its dashboard; and what a second release tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from corus.charts.assets import Assets
from corus.charts.page import render
from corus.domain.profile import Profile
from corus.errors import RefusedError
from corus.services import releasing
from corus.services.texts import reviewing
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Release
from tests import factories as make
from tests.exports.reading_back import opened, records, written
from tests.services.test_returning import _send, _withdraw
from tests.services.texts import text_factories as t

WORDS = ("quotations", "codes", "codebooks")


def release(store: Store) -> Profile:
    with store.writing() as session:
        return releasing.release(session, t.WAVE, make.DAY)


def number(text: str) -> int:
    return int(text.split("numéro ")[1].split()[0])


def meaning(text: str, bad: int = 5) -> tuple[str, str, str]:
    """The first texts speak of noise, which is bad; the others of bonds, which are good."""
    if number(text) < bad:
        return "noise", "unexpected", "unfavourable"
    return "bonds", "expected", "favourable"


def coded(store: Store, folder: Path) -> None:
    t.codebook(store, folder / "b.csv", noise="Parle de bruit.", bonds="Parle de liens.")
    t.code(store, folder / "c.csv", "ana", meaning)


@pytest.fixture
def read(store: Store, tmp_path: Path) -> Store:
    """Twelve employees, ten of whom may be quoted, and four neighbours; all reviewed and coded."""
    said = [(g, s, "numéro 1 " not in s and "numéro 7 " not in s)
            for g, s, _ in t.texts("employees", 12)]  # fmt: skip
    t.written(store, [*said, *t.texts("neighbours", 4)])
    t.review_all(store, tmp_path / "r.csv")
    coded(store, tmp_path)
    return store


def employees(profile: Profile) -> Any:
    return next(c for c in profile.quotations if c.group == "employees")


def test_from_raw_texts_to_the_workbook_and_the_dashboard(read: Store) -> None:
    t.publish(read)
    profile = release(read)
    cell = employees(profile)
    # Ten may be quoted; three are held back, so that five are not.
    assert (cell.n, len(cell.quotations)) == (12, 7)
    assert cell.valences == {"favourable": 7, "unfavourable": 5, "ambivalent": 0, "uncoded": 0}
    assert cell.left_out == {"favourable": 3, "unfavourable": 2, "ambivalent": 0, "uncoded": 0}
    assert cell.expectations == {"expected": 7, "unexpected": 5}
    rows = records(opened(written(profile, "fr")), "effects")
    assert {r["Ce qui est compté"]: r["Personnes"] for r in rows if r["Sur"] == 12} == {
        "effets favorables": 7, "effets défavorables": 5, "effets ambivalents": 0,
        "non codés, ou codés différemment": 0, "effets attendus": 7, "effets inattendus": 5,
        "thème\u202f: Noise": 5, "thème\u202f: Bonds": 7,
    }  # fmt: skip
    quoted = [r["Mots"] for r in records(opened(written(profile, "fr")), "quotations")]
    assert sum("Un effet numéro" in str(words) for words in quoted) == 7
    page = html.document_fromstring(render(profile, "fr", assets=Assets.at("/assets/")))
    section = page.get_element_by_id("effects")
    assert len(section.findall(".//q")) == 7
    assert "effets défavorables 2" in " ".join(section.text_content().split())


def test_a_group_under_the_threshold_has_no_word_in_the_release(read: Store) -> None:
    t.publish(read)
    told = [c for c in release(read).quotations if c.group == "neighbours"]
    assert [(c.show, c.reason, c.n, c.quotations, c.valences) for c in told] == [
        ("masked", "n < 5", None, (), {})
    ]


def test_the_profile_before_a_release_holds_the_same_words(read: Store) -> None:
    t.publish(read)
    with read.writing() as session:
        wave = queries.wave_by_code(session, t.WAVE)
        now = releasing.current_profile(session, wave, 1, make.DAY)
    assert now == release(read)


def test_words_published_later_make_a_second_release_and_then_nothing_changes(
    read: Store,
) -> None:
    first = release(read)
    assert employees(first).quotations == ()
    t.publish(read)
    second = release(read)
    assert (first.release, second.release) == (1, 2)
    assert len(employees(second).quotations) == 7
    assert employees(second).valences == employees(first).valences
    assert release(read) == second


def test_words_taken_back_from_publication_leave_the_next_release(read: Store) -> None:
    t.publish(read)
    release(read)
    [name] = [r["id"] for r in t.suggested(read, everything=True) if "numéro 11 " in r["text"]]
    with read.writing() as session:
        reviewing.unpublish(session, read.key, t.WAVE, name, make.DAY)
    cell = employees(release(read))
    assert not [q for q in cell.quotations if "numéro 11 " in q.text]
    assert (len(cell.quotations), sum(cell.left_out.values())) == (7, 5)


def code_again(store: Store, path: Path, bad: int) -> None:
    every = t.to_code(store, "boris")
    t.code(store, path, "ana", lambda text: meaning(text, bad), every)


def test_a_code_that_few_persons_gain_between_two_releases_is_refused(
    read: Store, tmp_path: Path
) -> None:
    release(read)
    code_again(read, tmp_path / "d.csv", 4)
    with pytest.raises(RefusedError, match="fewer than 5") as refused:
        release(read)
    assert refused.value.code == "REL-002"
    assert "texts be coded several at a time" in (refused.value.hint or "")
    assert "surprise" not in str(refused.value)


def test_counts_of_words_are_compared_with_every_earlier_release(
    read: Store, tmp_path: Path
) -> None:
    """Five less, then six more: one person stands between the first release and the third, which
    codes a third way. What the first one told may be told again."""
    release(read)
    code_again(read, tmp_path / "d.csv", 0)
    assert release(read).release == 2
    code_again(read, tmp_path / "e.csv", 6)
    with pytest.raises(RefusedError, match="coded otherwise again") as refused:
        release(read)
    assert refused.value.code == "REL-023"
    assert "surprise" not in str(refused.value)
    code_again(read, tmp_path / "f.csv", 5)
    assert release(read).release == 3


def test_words_coded_after_a_first_release_are_told_when_no_valence_moves_by_few(
    store: Store, tmp_path: Path
) -> None:
    """Nothing coded, then five and seven of twelve: nobody is singled out by the difference."""
    t.written(store, t.texts("employees", 12))
    t.review_all(store, tmp_path / "r.csv")
    first = release(store)
    assert employees(first).valences["uncoded"] == 12
    coded(store, tmp_path)
    assert employees(release(store)).valences["unfavourable"] == 5


def test_after_a_withdrawal_the_second_release_waits_until_it_singles_nobody_out(
    store: Store, tmp_path: Path
) -> None:
    make.open_wave(store)
    codes = [_send(store, n).code for n in range(20)]
    make.close_wave(store)
    t.review_all(store, tmp_path / "r.csv")
    t.code(store, tmp_path / "c.csv", "ana", lambda _: ("", "unexpected", "favourable"))
    t.publish(store)
    assert len(employees(release(store)).quotations) == 20
    _withdraw(store, codes[0])
    with pytest.raises(RefusedError, match="fewer than 5"):
        release(store)
    for code in codes[1:5]:
        _withdraw(store, code)
    second = release(store)
    assert (second.release, len(employees(second).quotations)) == (2, 15)
    assert employees(second).valences["favourable"] == 15


def test_a_release_stored_before_words_were_kept_is_read_as_holding_none(read: Store) -> None:
    made = release(read)
    with read.writing() as session:
        record = session.scalars(select(Release)).one()
        old = {k: v for k, v in json.loads(record.profile).items() if k not in WORDS}
        record.profile = json.dumps(old).encode()
    with read.reading() as session:
        found = releasing.latest_profile(session, t.WAVE)
    assert found == made.model_copy(update=dict.fromkeys(WORDS, ()))
    again = release(read)
    assert again == made.model_copy(update={"release": 2})
