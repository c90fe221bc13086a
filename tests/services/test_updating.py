"""A new version in an open wave: what it breaks is said first, and two are never mixed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.domain.answer import Answer, State, decode, encode
from corus.domain.instrument import Instrument
from corus.errors import InputError, RefusedError
from corus.services import publishing, responding, tallying, updating, waves
from corus.services.mapping import layout, map_document
from corus.store import life, queries
from corus.store.engine import Store
from corus.store.models import PaperEntry
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
Document = dict[str, Any]


def _edited(edit: Callable[[Document], None], of: Instrument | None = None) -> Instrument:
    """The small instrument in its next edition, after ``edit``."""
    document = (of or make.instrument()).model_dump(mode="json") | {"edition": "1.1"}
    edit(document)
    return Instrument.model_validate(document)


def _item(document: Document, code: str) -> Document:
    nested = [i for d in document["dimensions"] for c in d["criteria"] for i in c["items"]]
    return next(i for i in (*nested, *document["questions"]) if i["code"] == code)


def _add_question(document: Document, place: int = 0) -> None:
    added = {"code": "more", "type": "text", "text": make.text("Autre chose ?"),
             "purpose": "improvement"}  # fmt: skip
    document["questions"].insert(place, added)


def _correct(document: Document) -> None:
    _item(document, "needs_met")["text"]["fr"] = "Énoncé needs met !"


def _reword(document: Document) -> None:
    _item(document, "needs_met")["text"]["fr"] = "Tout autre chose."


def _remove_surprise(document: Document) -> None:
    document["questions"] = [q for q in document["questions"] if q["code"] != "surprise"]


def _turn_options(document: Document) -> None:
    _item(document, "priority")["options"].reverse()


def _publish(store: Store, instrument: Instrument) -> str:
    with store.writing() as session:
        return publishing.publish(session, instrument, make.DAY).version.digest


def _answers(store: Store, wave: int, *answers: dict[str, Answer]) -> None:
    documents = [encode(one, make.instrument()) for one in answers]
    with store.writing() as session:
        store_rows(session, [make.response(wave, document) for document in documents])


def _look(store: Store, digest: str) -> updating.Comparison:
    with store.reading() as session:
        return updating.compare_wave(session, WAVE, digest)


def _map(store: Store, digest: str) -> updating.Comparison:
    with store.writing() as session:
        return updating.map_wave(session, WAVE, digest, make.DAY)


def _stored(store: Store) -> list[dict[str, Answer]]:
    """What is stored, read by the version that the wave is on."""
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        instrument = publishing.load_version(wave.published).instrument
        return [decode(row.document, instrument) for row in queries.answers(session, wave.id)]


SKIPPED = Answer(State.SKIPPED)
DONT_KNOW = Answer(State.DONT_KNOW)


def test_a_reworded_item_breaks_comparison_for_those_who_answered_it(store: Store) -> None:
    wave = make.open_wave(store)
    _answers(
        store, wave, {"needs_met": make.given(3)}, {"needs_met": DONT_KNOW},
        {"needs_met": SKIPPED, "democracy_met": make.given(1)}, {"democracy_met": make.given(2)},
    )  # fmt: skip
    new = _publish(store, _edited(_reword))
    found = _look(store, new)
    assert (found.told, found.told_broken, found.breaks) == (0, 0, True)
    assert [(c.change.kind, c.told, c.breaks) for c in found.consequences] == [("wording", 0, True)]
    with pytest.raises(RefusedError, match="breaks comparison for answers that were given"):
        _map(store, new)
    assert _look(store, new).breaks


def test_what_breaks_is_told_in_steps_of_each_group_as_a_status_is(sqlite_store: Store) -> None:
    """23 employees of whom 12 answered the item, and 3 neighbours, of whom nothing is told."""
    wave = make.open_wave(sqlite_store)
    said = [{"needs_met": make.given(3)}] * 12 + [{"democracy_met": make.given(1)}] * 11
    _answers(sqlite_store, wave, *said)
    new = _publish(sqlite_store, _edited(_reword))
    before = _look(sqlite_store, new)
    assert (before.told, before.told_broken) == (20, 10)
    assert [c.told for c in before.consequences] == [10]
    document = encode({"needs_met": make.given(3)}, make.instrument())
    for _ in range(3):
        with sqlite_store.writing() as session:
            store_rows(session, [make.response(wave, document, group="neighbours")])
        assert _look(sqlite_store, new) == before


def test_looking_changes_nothing(store: Store) -> None:
    wave = make.open_wave(store)
    _answers(store, wave, {"needs_met": make.given(3)})
    before = _stored(store)
    _look(store, _publish(store, _edited(_add_question)))
    assert _stored(store) == before
    with store.reading() as session:
        assert life.journal(session, wave, "updated") == []


def test_a_corrected_spelling_and_a_new_question_map_and_every_answer_stays(store: Store) -> None:
    wave = make.open_wave(store)
    given_answers = {
        "needs_met": make.given(3), "democracy_missed": DONT_KNOW,
        "surprise": Answer(State.GIVEN, "Un poulailler", quotable=True),
    }  # fmt: skip
    _answers(store, wave, given_answers)

    def edit(document: Document) -> None:
        _correct(document)
        _add_question(document)

    new = _publish(store, _edited(edit))
    assert not _map(store, new).breaks
    assert _stored(store) == [given_answers]
    with store.reading() as session:
        noted = life.journal(session, wave, "updated")[0]
        assert (noted["after"], noted["responses"]) == (new, 0)
        assert queries.wave_by_code(session, WAVE).digest == new


def test_an_option_that_moved_is_still_the_option_that_was_chosen() -> None:
    choice = {
        "code": "how", "type": "single_choice", "text": make.text("Comment ?"),
        "options": [{"code": c, "label": make.text(c)} for c in ("foot", "bike", "car")],
    }  # fmt: skip
    old = _edited(lambda d: d["questions"].append(choice))
    new = _edited(lambda d: d["questions"][-1]["options"].reverse(), old)
    stored = encode({"how": make.given(0)}, old).decode()
    assert decode(map_document(stored, old, new), new) == {"how": make.given(2)}


def test_a_removed_question_maps_while_nobody_answered_it_and_never_loses_an_answer(
    store: Store,
) -> None:
    wave = make.open_wave(store)
    _answers(store, wave, {"needs_met": make.given(3), "surprise": SKIPPED})
    new = _publish(store, _edited(_remove_surprise))
    said = Answer(State.GIVEN, "Un poulailler")
    _answers(store, wave, {"surprise": said})
    with pytest.raises(RefusedError, match="for answers that were given"):
        _map(store, new)
    assert {"surprise": said} in _stored(store)
    with store.writing() as session:
        for some in life.rows(session, wave):
            life.rewrite(session, [(s, i, encode({}, make.instrument()).decode())
                                   for s, i, d in some if "poulailler" in d])  # fmt: skip
    _map(store, new)
    assert {"needs_met": make.given(3)} in _stored(store)


def test_counts_kept_from_before_are_dropped_and_counted_afresh(store: Store) -> None:
    wave_id = make.open_wave(store)
    _answers(store, wave_id, *({"needs_met": make.given(3)} for _ in range(6)))
    with store.writing() as session:
        tallying.refresh(session, queries.wave_by_code(session, WAVE))
    _answers(store, wave_id, {"needs_met": make.given(1)})
    _map(store, _publish(store, _edited(_add_question)))
    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        assert tallying.refresh(session, wave).to_bytes() == (
            tallying.rebuild(session, wave).to_bytes()
        )


def test_a_form_opened_before_the_map_and_sent_after_it_is_stored_by_the_new_version(
    store: Store,
) -> None:
    make.open_wave(store)
    page = responding.questionnaire(store, WAVE, "employees", "standard")
    new = _publish(store, _edited(_add_question))
    _map(store, new)
    form = {"q.needs_met": ["4"], "q.surprise": ["Un poulailler"]}
    # ``page`` is what a server that has not looked again yet still holds.
    responding.submit(store, page, "fr", "a" * 32, form)
    stored = _stored(store)[0]
    assert stored["needs_met"] == make.given(3)
    assert stored["surprise"].value == "Un poulailler"


def test_a_retry_across_the_map_gets_the_same_receipt_and_another_answer_does_not(
    store: Store,
) -> None:
    make.open_wave(store)
    page = responding.questionnaire(store, WAVE, "employees", "standard")
    form = {"q.needs_met": ["4"]}
    first = responding.submit(store, page, "fr", "a" * 32, form)
    _map(store, _publish(store, _edited(_add_question)))
    for known in (page, responding.known_questionnaire(store, WAVE, "employees", "standard")):
        assert responding.submit(store, known, "fr", "a" * 32, form).code == first.code
    assert len(_stored(store)) == 1
    with pytest.raises(Exception, match="CON-001"):
        responding.submit(store, page, "fr", "a" * 32, {"q.needs_met": ["2"]})


def test_a_closed_wave_keeps_its_version(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    new = _publish(sqlite_store, _edited(_add_question))
    with sqlite_store.writing() as session:
        waves.close_wave(session, WAVE, make.DAY)
    with pytest.raises(RefusedError, match="no longer changes"):
        _map(sqlite_store, new)


def test_sheets_typed_once_are_finished_first(sqlite_store: Store) -> None:
    wave = make.open_wave(sqlite_store)
    new = _publish(sqlite_store, _edited(_add_question))
    with sqlite_store.writing() as session:
        session.add(
            PaperEntry(
                wave_id=wave, sheet="12", typing=1, group="employees", variant="standard",
                language="fr", mode="paper", clerk="A", document="{}", typed_on=make.DAY,
            )
        )  # fmt: skip
    with pytest.raises(RefusedError, match=r"1 paper sheet\(s\) wait"):
        _map(sqlite_store, new)


def test_a_version_without_a_group_of_the_wave_is_refused(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    new = _publish(sqlite_store, _edited(lambda d: d["groups"].pop()))
    with pytest.raises(InputError, match="no group “neighbours”"):
        _map(sqlite_store, new)


def test_the_same_version_again_is_nothing_to_do(sqlite_store: Store) -> None:
    wave = make.open_wave(sqlite_store)
    assert _map(sqlite_store, "small").same
    with sqlite_store.reading() as session:
        assert life.journal(session, wave, "updated") == []


def test_every_response_is_read_by_the_version_that_its_wave_names(store: Store) -> None:
    """A response holds no digest: its wave does, and what is stored fits that version."""
    wave = make.open_wave(store)
    _answers(store, wave, *({"needs_met": make.given(n)} for n in range(5)))
    _map(store, _publish(store, _edited(_add_question)))
    _answers_now = _stored(store)
    make.open_wave(store, "other-2026")
    with store.reading() as session:
        for record in queries.waves(session):
            version = publishing.load_version(record.published)
            assert version.digest == record.digest
            for row in queries.answers(session, record.id):
                marks = encode(decode(row.document, version.instrument), version.instrument)
                assert marks.decode() == row.document
    assert len(_answers_now) == 5


# A property: whatever was answered, and wherever new questions stand, common items stay equal.

CODES = tuple(i.code for i in make.instrument().items if i.type == "rating")
POINTS = st.one_of(
    st.integers(0, 4).map(make.given),
    st.sampled_from([Answer(s) for s in State if s is not State.GIVEN]),
)
TEXTS = st.one_of(
    st.just(SKIPPED),
    st.builds(lambda said, q: Answer(State.GIVEN, said, quotable=q), st.text(min_size=1),
              st.booleans()),
)  # fmt: skip
CHOICES = st.sampled_from([SKIPPED, Answer(State.GIVEN, ("needs",)),
                           Answer(State.GIVEN, ("democracy",))])  # fmt: skip
ANSWERS = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(CODES, POINTS), "surprise": TEXTS, "priority": CHOICES}
)


@given(answers=ANSWERS, order=st.permutations(range(2)), place=st.integers(0, 2),
       turned=st.booleans())  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_after_mapping_common_items_hold_the_answers_they_held(
    answers: dict[str, Answer], order: list[int], place: int, turned: bool
) -> None:
    def edit(document: Document) -> None:
        document["dimensions"] = [document["dimensions"][n] for n in order]
        _add_question(document, place)
        if turned:
            _turn_options(document)

    old, new = make.instrument(), _edited(edit)
    mapped = map_document(encode(answers, old).decode(), old, new)
    assert decode(mapped, new) == decode(encode(answers, old), old) == answers
    assert "more" not in decode(mapped, new)
    assert layout(old) != layout(new)


def test_answers_sent_while_the_wave_is_mapped_are_all_stored_by_one_version(store: Store) -> None:
    make.open_wave(store)
    new = _publish(store, _edited(_add_question))

    def send(number: int) -> str:
        page = responding.known_questionnaire(store, WAVE, "employees", "standard")
        form = {"q.needs_met": [str(number % 5 + 1)], "q.surprise": [f"Surprise {number}"]}
        return responding.submit(store, page, "fr", f"{number:032x}", form).code

    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(send, number) for number in range(60)]
        _map(store, new)
        assert len({one.result() for one in sent}) == 60
    said = {str(one["surprise"].value): one["needs_met"].value for one in _stored(store)}
    assert said == {f"Surprise {number}": number % 5 for number in range(60)}


def _retitle(document: Document) -> None:
    document["title"]["fr"] = "Un autre titre"


def test_an_edition_with_no_listed_change_is_adopted_by_a_wave_with_answers(store: Store) -> None:
    wave = make.open_wave(store)
    _answers(store, wave, {"needs_met": make.given(3)}, {"needs_met": DONT_KNOW})
    new = _publish(store, _edited(_retitle))
    found = _look(store, new)
    assert (found.same, found.consequences, found.breaks) == (False, (), False)
    assert not _map(store, new).same
    with store.reading() as session:
        assert queries.wave_by_code(session, WAVE).digest == new
    assert _look(store, new).same
    assert {"needs_met": make.given(3)} in _stored(store)
