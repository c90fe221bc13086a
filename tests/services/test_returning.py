"""Coming back with a code: what is read is what was sent, and what was withdrawn is gone."""

from __future__ import annotations

import secrets
import threading

import pytest
from sqlalchemy import select, text

from corus.domain.answer import Answer, State
from corus.domain.wave import WaveState
from corus.errors import ConflictError, NotFoundError, RefusedError
from corus.services import links, releasing, responding, returning, succession, tallying
from corus.services.responding import Receipt, Way
from corus.services.returning import Withdrawn
from corus.store import changes, queries
from corus.store.engine import Store
from corus.store.models import Invitation, JournalEntry, Response, StoredTally, Withdrawal
from corus.store.writer import store_rows
from tests import factories as make
from tests.services.test_updating import _edited, _publish, _reword

ANY_STATE = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
FORM = {
    "q.needs_met": ["4"], "q.needs_missed": ["dont_know"], "q.democracy_met": ["not_concerned"],
    "q.priority": ["needs"], "q.surprise": ["Un jardin.\nPartagé."], "q.surprise.quotable": ["yes"],
}  # fmt: skip


def _send(store: Store, number: int = 1, way: Way | None = None) -> Receipt:
    page = responding.questionnaire(store, "panier-2026", "employees", "standard")
    return responding.submit(store, page, "fr", f"{number:032x}", FORM, way or Way())


def _withdraw(store: Store, code: str) -> None:
    kept = returning.find(store, code)
    with store.writing() as session:
        returning.withdraw(session, kept, make.DAY)


def test_the_form_is_found_again_exactly_as_it_was_sent(store: Store) -> None:
    make.open_wave(store)
    kept = returning.find(store, _send(store).code)
    assert kept.fields == FORM
    assert kept.answers["democracy_missed"] == Answer(State.SKIPPED)
    assert (kept.revision, kept.finished) == (1, True)


def test_a_change_keeps_the_way_an_answer_came_and_its_pseudonym(store: Store) -> None:
    make.open_wave(store)
    way = Way("kiosk", "assisted_relative", finished=False, pseudonym=b"p" * 16)
    kept = returning.find(store, _send(store, way=way).code)
    returning.change(store, kept, "en", FORM | {"q.needs_met": ["1"]}, 1)
    with store.reading() as session:
        assert session.scalar(select(Response.pseudonym)) == b"p" * 16
        [place] = queries.strata(session, kept.questionnaire.wave_id)
    assert place == ("employees", "standard", "assisted_relative", "kiosk", "complete", "")


def test_what_was_changed_counts_once_whether_it_was_counted_before_or_not(store: Store) -> None:
    wave = make.open_wave(store)
    codes = [_send(store, n).code for n in range(3)]
    _counted(store)
    _send(store, 4)
    codes.append(_send(store, 5, Way(finished=False)).code)
    for code in (codes[0], codes[3]):
        returning.change(store, returning.find(store, code), "fr", FORM | {"q.needs_met": ["1"]}, 1)
    with store.writing() as session:
        record = queries.wave_by_code(session, "panier-2026")
        tally = tallying.refresh(session, record)
        assert tally == tallying.rebuild(session, record)
        assert tally.responses == sum(queries.strata(session, wave).values()) == 5


def _counted(store: Store) -> None:
    with store.writing() as session:
        tallying.refresh(session, queries.wave_by_code(session, "panier-2026"))


def test_two_changes_at_once_from_two_pages_leave_one_and_tell_the_other(store: Store) -> None:
    make.open_wave(store)
    kept = returning.find(store, _send(store).code)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def change(value: str) -> None:
        start.wait(30)
        try:
            returning.change(store, kept, "fr", FORM | {"q.needs_met": [value]}, 1)
            outcomes.append(value)
        except ConflictError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=change, args=(value,)) for value in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "CON-004" in outcomes
    [stored] = set(outcomes) - {"CON-004"}
    assert returning.find(store, kept.code).fields["q.needs_met"] == [stored]


def test_a_change_to_a_closed_wave_loses_nothing(store: Store) -> None:
    make.open_wave(store)
    kept = returning.find(store, _send(store).code)
    make.close_wave(store)
    with pytest.raises(RefusedError, match="closed"):
        returning.change(store, kept, "fr", FORM | {"q.needs_met": ["1"]}, 1)
    assert returning.find(store, kept.code).fields == FORM


def test_a_withdrawal_erases_the_content_and_leaves_a_mark_and_a_day(store: Store) -> None:
    make.open_wave(store)
    code = _send(store).code
    _withdraw(store, code)
    with pytest.raises(Withdrawn) as gone:
        returning.find(store, code)
    assert gone.value.day == make.DAY
    with store.reading() as session:
        assert session.scalars(select(Response)).all() == []
        assert len(session.scalars(select(Withdrawal)).all()) == 1
        lines = session.execute(
            select(JournalEntry.done_on, JournalEntry.detail).where(
                JournalEntry.action == "withdrawn"
            )
        ).all()  # fmt: skip
    assert lines == [(make.DAY, {})]


def test_a_code_that_never_was_and_one_of_another_instance_are_not_told_apart(store: Store) -> None:
    make.open_wave(store)
    _send(store)
    for typed in ("AAAA-AAAA-AAAA", "nonsense", ""):
        with pytest.raises(NotFoundError) as error:
            returning.find(store, typed)
        assert error.value.code == "RET-001"


def test_figures_follow_a_withdrawal_only_when_five_persons_differ(store: Store) -> None:
    """After release 1: one withdrawal is refused with its reason, five pass, all is recounted."""
    wave = make.open_wave(store)
    codes = [_send(store, n).code for n in range(20)]
    make.close_wave(store)
    assert _released(store) == (1, 20)
    _withdraw(store, codes[0])
    with pytest.raises(RefusedError, match="fewer than 5 persons") as refused:
        _released(store)
    assert refused.value.code == "REL-002"
    with store.reading() as session:
        assert releasing.latest_profile(session, "panier-2026").shown_responses == 20
    for code in codes[1:5]:
        _withdraw(store, code)
    assert _released(store) == (2, 15)
    with store.reading() as session:
        assert sum(queries.strata(session, wave).values()) == 15


def _released(store: Store) -> tuple[int, int]:
    with store.writing() as session:
        profile = releasing.release(session, "panier-2026", make.DAY)
    return profile.release, profile.shown_responses


def test_late_answers_after_a_withdrawal_count_once(store: Store) -> None:
    wave = make.open_wave(store)
    codes = [_send(store, n).code for n in range(12)]
    _counted(store)
    _withdraw(store, codes[0])
    with store.reading() as session:
        assert session.scalars(select(StoredTally)).all() == []
    for round_ in range(2):
        with store.writing() as session:
            rows = [make.response(wave) for _ in range(3)]
            store_rows(session, rows, states=ANY_STATE)
        _counted(store)
        with store.writing() as session:
            record = queries.wave_by_code(session, "panier-2026")
            assert tallying.refresh(session, record).responses == 11 + 3 * (round_ + 1)
            assert tallying.refresh(session, record) == tallying.rebuild(session, record)


def test_a_withdrawal_while_somebody_counts_is_not_counted_in_the_end(store: Store) -> None:
    make.open_wave(store)
    kept = returning.find(store, _send(store).code)
    done = threading.Event()

    def withdraw() -> None:
        with store.writing() as session:
            returning.withdraw(session, kept, make.DAY)
        done.set()

    other = threading.Thread(target=withdraw)
    with store.writing() as session:
        record = queries.wave_by_code(session, "panier-2026")
        tallying.refresh(session, record)
        other.start()
        assert not done.wait(0.5), "the withdrawal did not wait for the count"
    other.join(30)
    with store.writing() as session:
        record = queries.wave_by_code(session, "panier-2026")
        assert tallying.refresh(session, record).counts_by_stratum() == {}


def test_the_number_behind_a_link_follows_from_the_link_in_confidential_waves_only() -> None:
    one, other = "a" * 16, "b" * 16
    key = b"k" * 32
    assert links.submission_id(key, one) == links.submission_id(key, one)
    assert links.submission_id(key, one) != links.submission_id(key, other)
    assert responding.SUBMISSION_ID.fullmatch(links.submission_id(key, one))


def test_a_change_of_an_answer_that_waits_to_be_counted_is_possible(store: Store) -> None:
    make.open_wave(store)
    _counted(store)
    kept = returning.find(store, _send(store, way=Way(finished=False)).code)
    with store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM untallied")) == 1
    returning.change(store, kept, "fr", FORM, 1)
    with store.reading() as session:
        found = changes.find(session, kept.id)
    assert found is not None
    assert found.completeness == "complete"


def test_in_a_confidential_wave_a_person_who_writes_to_the_contact_can_be_given_their_code(
    store: Store,
) -> None:
    wave = make.open_wave(store)
    key = secrets.token_bytes(16)
    token = links.token(store.key, key)
    with store.writing() as session:
        session.add(
            Invitation(
                id=key, wave_id=wave, group="employees", language="fr",
                who=links.who(store.key, token), address="a@panier.example",
            )
        )  # fmt: skip

    def asked(address: str) -> str:
        with store.writing() as session:
            return returning.code_of(session, store.key, "panier-2026", address, make.DAY)

    with pytest.raises(RefusedError, match="anonymous"):
        asked("a@panier.example")
    with store.writing() as session:
        plan = make.plan(anonymity="confidential").model_dump_json()
        queries.wave_by_code(session, "panier-2026").plan = plan
    number = links.find(store, token).submission_id
    for address in ("a@panier.example", "b@panier.example"):
        with pytest.raises(NotFoundError, match="No answer came"):
            asked(address)
    page = responding.fresh_questionnaire(store, "panier-2026", "employees", "standard")
    receipt = responding.submit(store, page, "fr", str(number), FORM)
    assert asked("A@panier.example ") == receipt.code
    _publish(store, _edited(_reword))
    with store.writing() as session:
        succession.new_series(session, "panier-2026", "small", "panier-2026-b", make.DAY)
    assert asked("a@panier.example") == receipt.code
    with pytest.raises(NotFoundError, match="No answer came"):
        asked("b@panier.example")
