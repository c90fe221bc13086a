"""A text that was quoted leaves every stored release with its author; the counts stay."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import select

from corus.charts.assets import Assets
from corus.charts.page import render
from corus.domain.profile import Profile
from corus.exports.profile_json import PROFILE_JSON
from corus.services import releasing, responding, returning
from corus.services.responding import Way
from corus.services.texts import reviewing
from corus.store.engine import Store
from corus.store.models import Release
from corus.store.text_models import StoredCodebook
from tests import factories as make
from tests.exports.reading_back import opened, written
from tests.services.test_returning import _withdraw
from tests.services.texts import text_factories as t
from tests.services.texts.test_released_words import employees, meaning, release

NOTE = "Depuis cette publication, {n} texte a été retiré par la personne qui l’avait écrit."


def wrote(store: Store, n: int, refusing: int = 0) -> list[str]:
    """Receipt codes of ``n`` employees, the first ``refusing`` of whom are not to be quoted."""
    make.open_wave(store)
    page = responding.questionnaire(store, t.WAVE, "employees", "standard")
    return [_send(store, page, i, quotable=i >= refusing) for i in range(n)]


def _send(store: Store, page: responding.Questionnaire, i: int, *, quotable: bool) -> str:
    form = {"q.needs_met": ["4"], "q.surprise": [f"Un effet numéro {i} sur le quartier."]}
    form |= {"q.surprise.quotable": ["yes"]} if quotable else {}
    return responding.submit(store, page, "fr", f"{i:032x}", form, Way()).code


@pytest.fixture
def quoted(store: Store, tmp_path: Path) -> tuple[Store, list[str]]:
    """Twelve employees, all quoted and coded in release 1: five of noise, seven of bonds."""
    codes = wrote(store, 12)
    make.close_wave(store)
    t.review_all(store, tmp_path / "r.csv")
    book = [
        {"item": "surprise", "code": code, "name": code, "definition": code, "example": example}
        for code, example in (("noise", "un effet NUMÉRO 3 sur"), ("bonds", "Le jardin."))
    ]
    with store.writing() as session:
        t.codebooks.revise(session, t.WAVE, t.save(tmp_path / "b.csv", book), make.DAY)
    t.code(store, tmp_path / "c.csv", "ana", meaning)
    t.publish(store)
    release(store)
    return store, codes


def stored(store: Store) -> list[Profile]:
    with store.reading() as session:
        found = session.scalars(select(Release.profile).order_by(Release.number))
        return [Profile.model_validate_json(bytes(one)) for one in found]


def everywhere(store: Store) -> str:
    """All that anybody may still get of the stored releases, in French."""
    with store.reading() as session:
        profile = releasing.latest_profile(session, t.WAVE)
        raw = " ".join(bytes(one).decode() for one in session.scalars(select(Release.profile)))
        books = " ".join(session.scalars(select(StoredCodebook.document)))
    cells = [str(c.value) for sheet in opened(written(profile, "fr")) for r in sheet for c in r]
    page = html.document_fromstring(render(profile, "fr", assets=Assets.at("/assets/")))
    told = PROFILE_JSON.write(profile, "fr").decode()
    return " ".join([raw, books, told, *cells, page.text_content()]).casefold()


def test_withdrawn_words_are_gone_from_release_page_workbook_and_json_at_once(
    quoted: tuple[Store, list[str]],
) -> None:
    store, codes = quoted
    assert "effet numéro 3 sur" in everywhere(store)
    _withdraw(store, codes[3])
    left = everywhere(store)
    assert "effet numéro 3 sur" not in left
    assert left.count(NOTE.format(n=1).casefold()) == 2
    assert "le jardin." in left


def test_counts_of_the_release_stay_and_tell_nothing_of_who_left(
    quoted: tuple[Store, list[str]],
) -> None:
    """Twelve were quoted; four more are held back, or the rest would tell one person's valence."""
    store, codes = quoted
    [before] = stored(store)
    _withdraw(store, codes[3])
    [after] = stored(store)
    old, new = employees(before), employees(after)
    assert (len(old.quotations), len(new.quotations)) == (12, 7)
    assert (new.n, new.valences, new.expectations) == (old.n, old.valences, old.expectations)
    assert sum(new.left_out.values()) == 5
    for valence, persons in new.left_out.items():
        quoted_now = sum(q.valence == valence for q in new.quotations)
        assert persons == new.valences[valence] - quoted_now
    assert (after.withdrawn, after.taken_back) == (1, 0)
    kept = {"quotations", "codebooks", "withdrawn"}
    assert after.model_dump(exclude=kept) == before.model_dump(exclude=kept)
    assert [c.definition for c in after.codebooks[0].codes] == ["noise", "bonds"]


def test_every_release_loses_the_words_and_the_next_one_says_nothing_of_it(
    quoted: tuple[Store, list[str]], tmp_path: Path
) -> None:
    store, codes = quoted
    every = t.to_code(store, "boris")
    t.code(store, tmp_path / "d.csv", "ana", lambda text: meaning(text, 0), every)
    assert release(store).release == 2
    for code in codes[2:7]:
        _withdraw(store, code)
    assert all("numéro 3 " not in one.model_dump_json() for one in stored(store))
    assert release(store).release == 3
    assert stored(store)[2].withdrawn == 0


def test_a_text_that_was_not_quoted_changes_no_release(sqlite_store: Store, tmp_path: Path) -> None:
    codes = wrote(sqlite_store, 14, refusing=6)
    make.close_wave(sqlite_store)
    t.review_all(sqlite_store, tmp_path / "r.csv")
    t.publish(sqlite_store)
    release(sqlite_store)
    before = stored(sqlite_store)
    assert len(employees(before[0]).quotations) == 8
    _withdraw(sqlite_store, codes[0])
    assert stored(sqlite_store) == before


def test_with_enough_others_unquoted_one_text_goes_and_no_other(
    sqlite_store: Store, tmp_path: Path
) -> None:
    codes = wrote(sqlite_store, 14, refusing=6)
    make.close_wave(sqlite_store)
    t.review_all(sqlite_store, tmp_path / "r.csv")
    t.publish(sqlite_store)
    release(sqlite_store)
    _withdraw(sqlite_store, codes[9])
    texts = [q.text for q in employees(stored(sqlite_store)[0]).quotations]
    assert len(texts) == 7
    assert not any("numéro 9 " in text for text in texts)


def test_of_two_persons_with_the_same_words_one_is_still_quoted(
    sqlite_store: Store, tmp_path: Path
) -> None:
    codes = wrote(sqlite_store, 12, refusing=5)
    make.close_wave(sqlite_store)
    same = [r | {"decision": "edit", "redacted": "Un effet."} for r in t.suggested(sqlite_store)]
    t.review(sqlite_store, tmp_path / "r.csv", same)
    t.publish(sqlite_store)
    release(sqlite_store)
    _withdraw(sqlite_store, codes[8])
    assert len(employees(stored(sqlite_store)[0]).quotations) == 6


def test_two_who_withdraw_at_once_both_leave(quoted: tuple[Store, list[str]]) -> None:
    store, codes = quoted
    start = threading.Barrier(2)

    def leave(code: str) -> None:
        start.wait(30)
        _withdraw(store, code)

    threads = [threading.Thread(target=leave, args=(code,)) for code in codes[3:5]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = stored(store)[0].model_dump_json()
    assert "numéro 3 " not in told
    assert "numéro 4 " not in told
    assert stored(store)[0].withdrawn in (1, 2)  # 1: the other's words were held back meanwhile


def one(store: Store, word: str) -> dict[str, str]:
    [found] = [r for r in t.suggested(store, everything=True) if word in r["text"]]
    return found


def test_words_taken_back_by_those_who_redact_leave_every_release_too(
    quoted: tuple[Store, list[str]],
) -> None:
    store, _ = quoted
    name = one(store, "numéro 3 ")["id"]
    with store.writing() as session:
        reviewing.unpublish(session, store.key, t.WAVE, name, make.DAY)
    [after] = stored(store)
    assert (after.withdrawn, after.taken_back) == (0, 1)
    told = everywhere(store)
    assert "effet numéro 3 sur" not in told
    assert "1 texte a été retiré par les personnes chargées de la relecture." in told


@pytest.mark.parametrize(
    "again", [{"decision": "edit", "redacted": "Un effet."}, {"decision": "withhold"}]
)
def test_words_redacted_otherwise_or_withheld_leave_every_release(
    quoted: tuple[Store, list[str]], tmp_path: Path, again: dict[str, str]
) -> None:
    store, codes = quoted
    t.review(store, tmp_path / "again.csv", [one(store, "numéro 3 ") | again])
    assert "effet numéro 3 sur" not in everywhere(store)
    assert stored(store)[0].taken_back == 1
    _withdraw(store, codes[3])
    assert stored(store)[0].withdrawn == 0


def test_words_reviewed_again_to_the_same_end_stay(
    quoted: tuple[Store, list[str]], tmp_path: Path
) -> None:
    store, _ = quoted
    before = stored(store)
    t.review(store, tmp_path / "again.csv", [one(store, "numéro 3 ") | {"decision": "accept"}])
    assert stored(store) == before


def test_nothing_stored_with_a_release_tells_which_answer_a_quotation_came_from(
    quoted: tuple[Store, list[str]],
) -> None:
    store, codes = quoted
    with store.reading() as session:
        [profile] = [json.loads(bytes(p)) for p in session.scalars(select(Release.profile))]
    kinds = {key for c in profile["quotations"] for q in c["quotations"] for key in q}
    assert kinds == {"text", "language", "codes", "expectation", "valence"}
    for code in codes:
        assert returning.find(store, code).id.hex() not in json.dumps(profile)
