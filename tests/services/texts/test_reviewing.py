"""Redaction: raw, reviewed, publishable; nothing gets there without a person and consent."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from corus.domain.answer import Answer, State, encode
from corus.errors import InputError, RefusedError
from corus.services import purging, returning
from corus.services.texts import codebooks, reviewing, voices
from corus.services.texts.reading import Errand
from corus.store import changes, open_answers, queries
from corus.store.engine import Store
from corus.store.models import (
    JournalEntry,
    Response,
)
from corus.store.text_models import RedactedText, StoredCodebook, StoredCoding
from corus.store.writer import store_rows
from tests import factories as make
from tests.services.test_purging import AFTER
from tests.services.test_returning import _send, _withdraw
from tests.services.texts import text_factories as t

SAID = [
    ("employees", "Merci à Marie Dupont.", True),
    ("employees", "Trop de bruit.", True),
    ("neighbours", "=SOMME(A1) Appelez le 06 12 34 56 78", False),
]


def standing(store: Store) -> reviewing.Standing:
    with store.reading() as session:
        [found] = reviewing.standings(session, t.WAVE)
    return found


def test_suggestions_come_with_the_text_and_ids_that_are_stored_nowhere(store: Store) -> None:
    t.written(store, SAID)
    found = t.suggested(store)
    assert {r["text"]: r["suggestion"] for r in found} == {
        "Merci à Marie Dupont.": "Merci à [nom].",
        "Trop de bruit.": "Trop de bruit.",
        "=SOMME(A1) Appelez le 06 12 34 56 78": "=SOMME(A1) Appelez le [téléphone]",
    }
    assert [r["id"] for r in found] == [r["id"] for r in t.suggested(store)]
    with store.reading() as session:
        keys = [key.hex() for key in session.scalars(select(Response.id))]
    assert not any(r["id"][1:] in key for r in found for key in keys)


def test_accepting_editing_refusing_and_withholding(sqlite_store: Store, tmp_path: Path) -> None:
    t.written(sqlite_store, [*SAID, ("employees", "Ana, 12 ans, a pleuré.", True)])
    decided = {"Merci": "accept", "Trop": "keep", "=SOMM": "edit", "Ana": "withhold"}
    filled = [
        row | {"decision": next(d for w, d in decided.items() if row["text"].startswith(w)),
               "redacted": "=SOMME Appelez" if row["text"].startswith("=") else ""}
        for row in t.suggested(sqlite_store)
    ]  # fmt: skip
    assert t.review(sqlite_store, tmp_path / "r.csv", filled) == {
        "accept": 1, "keep": 1, "edit": 1, "withhold": 1
    }  # fmt: skip
    with sqlite_store.reading() as session:
        wave = queries.wave_by_code(session, t.WAVE)
        kept = {r.text for r in open_answers.redacted(session, wave.id).values()}
        documents = "".join(session.scalars(select(Response.document)))
    assert kept == {
        "Merci à [nom].",
        "Trop de bruit.",
        "=SOMME Appelez",
        "[nom], 12 ans, a pleuré.",
    }
    assert "Marie Dupont" in documents
    assert t.suggested(sqlite_store) == []
    assert len(t.suggested(sqlite_store, everything=True)) == 4


def test_only_reviewed_texts_of_consenting_persons_become_publishable(
    sqlite_store: Store, tmp_path: Path
) -> None:
    t.written(sqlite_store, [*SAID, ("employees", "Ana, 12 ans, a pleuré.", True)])
    assert t.publish(sqlite_store) == reviewing.Published(0, 0, 0, 0, 4)
    rows = t.suggested(sqlite_store)
    for row in rows[:3]:
        row["decision"] = "withhold" if row["text"].startswith("Ana") else "accept"
    rows[3]["decision"] = "accept" if not rows[3]["text"].startswith("Ana") else "withhold"
    t.review(sqlite_store, tmp_path / "r.csv", rows)
    assert t.publish(sqlite_store) == reviewing.Published(2, 0, 1, 1, 0)
    assert t.publish(sqlite_store) == reviewing.Published(0, 2, 1, 1, 0)
    assert standing(sqlite_store) == reviewing.Standing("surprise", 4, 0, 2, 2, 1, 3)
    [name] = [r["id"] for r in t.suggested(sqlite_store, everything=True) if "Trop" in r["text"]]
    with sqlite_store.writing() as session:
        reviewing.unpublish(session, sqlite_store.key, t.WAVE, name, make.DAY)
    with sqlite_store.writing() as session, pytest.raises(RefusedError, match="TXT-017"):
        reviewing.unpublish(session, sqlite_store.key, t.WAVE, name, make.DAY)
    assert standing(sqlite_store).publishable == 1


def test_reviewing_again_takes_a_text_back_from_publication(
    sqlite_store: Store, tmp_path: Path
) -> None:
    t.written(sqlite_store, SAID)
    t.review_all(sqlite_store, tmp_path / "r.csv")
    t.publish(sqlite_store)
    again = [row | {"decision": "accept"} for row in t.suggested(sqlite_store, everything=True)]
    t.review(sqlite_store, tmp_path / "r.csv", again)
    assert standing(sqlite_store).publishable == 0


def test_every_fault_of_a_file_is_told_at_once_and_nothing_is_stored(
    sqlite_store: Store, tmp_path: Path
) -> None:
    t.written(sqlite_store, [("employees", f"Merci à Marie {i}.", True) for i in range(8)])
    rows = t.suggested(sqlite_store)
    rows[0] |= {"decision": "accept"}
    rows[1] |= {"decision": "perhaps"}
    rows[2] |= {"decision": "edit"}
    rows[3] |= {"decision": "accept", "redacted": "Merci."}
    rows[4] |= {"decision": "edit", "redacted": "Merci, ana@exemple.fr"}
    rows[5] |= {"decision": "accept", "suggestion": "Merci."}
    rows[6] |= {"decision": "accept", "text": "Merci."}
    rows[7] |= {"decision": "accept", "id": "t000000000000"}
    rows.append(rows[0])
    with pytest.raises(InputError) as refused:
        t.review(sqlite_store, tmp_path / "r.csv", rows)
    assert [f.code for f in refused.value.faults] == [
        "TXT-011", "TXT-014", "TXT-015", "TXT-016", "TXT-013", "TXT-012", "TXT-010", "TXT-005"
    ]  # fmt: skip
    assert not any("Marie" in str(f) or "ana@" in str(f) for f in refused.value.faults)
    assert standing(sqlite_store).raw == 8


def test_a_file_without_its_columns_or_a_decision_by_nobody_is_refused(
    sqlite_store: Store, tmp_path: Path
) -> None:
    t.written(sqlite_store, SAID)
    with pytest.raises(InputError, match="TXT-003"):
        t.review(sqlite_store, tmp_path / "r.csv", [{"id": "t1", "decision": "keep"}])
    with sqlite_store.writing() as session, pytest.raises(InputError, match="TXT-006"):
        reviewing.review(session, sqlite_store.key, t.WAVE, tmp_path / "r.csv", " ", make.DAY)


def test_texts_are_read_for_a_purpose_only_and_the_journal_says_so(sqlite_store: Store) -> None:
    t.written(sqlite_store, SAID)
    with sqlite_store.writing() as session, pytest.raises(RefusedError, match="TXT-002"):
        reviewing.suggest(session, sqlite_store.key, t.WAVE, Errand("", "x", make.DAY))
    t.suggested(sqlite_store)
    with sqlite_store.reading() as session:
        [line] = session.scalars(
            select(JournalEntry.detail).where(JournalEntry.action == "texts suggested")
        )
    assert line == {"role": t.ERRAND.role, "purpose": t.ERRAND.purpose, "rows": 3}


def test_texts_of_an_open_wave_are_not_read(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    with sqlite_store.writing() as session, pytest.raises(RefusedError, match="TXT-001"):
        reviewing.suggest(session, sqlite_store.key, t.WAVE, t.ERRAND)


def test_a_withdrawal_erases_what_was_made_of_a_text(store: Store, tmp_path: Path) -> None:
    make.open_wave(store)
    codes = [_send(store, n).code for n in range(3)]
    make.close_wave(store)
    t.review_all(store, tmp_path / "r.csv")
    t.code(store, tmp_path / "c.csv", "ana", lambda _: ("", "unexpected", "favourable"))
    assert _made(store) == (3, 3)
    _withdraw(store, codes[0])
    assert _made(store) == (2, 2)
    with store.writing() as session:  # the database alone sees to it, too
        session.execute(text("DELETE FROM responses"))
    assert _made(store) == (0, 0)


def _made(store: Store) -> tuple[int, ...]:
    with store.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(m)) or 0
            for m in (RedactedText, StoredCoding)
        )


def test_a_changed_answer_is_raw_again(store: Store, tmp_path: Path) -> None:
    make.open_wave(store)
    code = _send(store).code
    kept = returning.find(store, code)
    with store.writing() as session:
        redacted = open_answers.Redacted((kept.id, "surprise"), "reviewed", "keep", "MB", b"m" * 16,
                                         "Un jardin.")  # fmt: skip
        open_answers.keep_redacted(session, queries.wave_by_code(session, t.WAVE).id, [redacted])
    form = {"q.needs_met": ["4"], "q.surprise": ["Une mare."]}
    returning.change(store, kept, "fr", form, 1)
    assert _made(store) == (0, 0)


def test_a_text_that_is_not_the_one_reviewed_counts_as_raw(
    sqlite_store: Store, tmp_path: Path
) -> None:
    t.written(sqlite_store, SAID[:1])
    t.review_all(sqlite_store, tmp_path / "r.csv")
    t.publish(sqlite_store)
    said = {"surprise": Answer(State.GIVEN, "Autre chose, Paul.", quotable=True)}
    with sqlite_store.writing() as session:
        response = session.scalars(select(Response)).one()
        response.document = encode(said, make.instrument()).decode()
    assert (standing(sqlite_store).raw, standing(sqlite_store).publishable) == (1, 0)


def test_consent_taken_back_is_consent_no_more(sqlite_store: Store, tmp_path: Path) -> None:
    t.written(sqlite_store, t.texts("employees", 10))
    t.review_all(sqlite_store, tmp_path / "r.csv")
    t.publish(sqlite_store)
    with sqlite_store.writing() as session:
        response = session.scalars(select(Response)).first()
        assert response is not None
        response.document = response.document.replace('"quotable":true', '"quotable":false')
    with sqlite_store.reading() as session:
        cell = voices.voices(session, t.WAVE).quotations[0]
    # One who is not quoted alone would be described by what the others said: four more are not.
    assert (len(cell.quotations), cell.n) == (5, 10)


def test_a_purge_leaves_neither_redacted_texts_nor_codes(store: Store, tmp_path: Path) -> None:
    t.written(store, SAID)
    t.review_all(store, tmp_path / "r.csv")
    t.codebook(store, tmp_path / "b.csv", work="Parle du travail.")
    t.code(store, tmp_path / "c.csv", "ana", lambda _: ("work", "unexpected", "favourable"))
    done = purging.purge(store, t.WAVE, AFTER)
    assert [done.rows[k] for k in ("redacted texts", "codings", "codebooks")] == [3, 3, 1]
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredCodebook)) == 0
    assert _made(store) == (0, 0)


def test_closing_another_wave_keeps_what_was_made(store: Store, tmp_path: Path) -> None:
    t.written(store, SAID)
    t.review_all(store, tmp_path / "r.csv")
    t.codebook(store, tmp_path / "b.csv", work="Parle du travail.")
    t.code(store, tmp_path / "c.csv", "ana", lambda _: ("work", "unexpected", "favourable"))
    other = make.open_wave(store, "other-2026")
    with store.writing() as session:
        store_rows(session, [make.response(other)])
    make.close_wave(store, "other-2026")
    assert _made(store) == (3, 3)
    with store.reading() as session:
        assert codebooks.latest(session, t.WAVE)["surprise"].version == 1
        assert changes.find(
            session, session.scalars(select(RedactedText.response_id)).first() or b""
        )
