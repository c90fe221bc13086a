"""Double entry: two typings that agree are one response; whatever happens, never two."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from corus.domain.answer import State, decode
from corus.domain.instrument import Instrument
from corus.errors import ConflictError, CorusError, InputError, NotFoundError, RefusedError
from corus.questions.base import Form
from corus.services import editing, entering, responding, sheets, waves
from corus.services.entering import Kept
from corus.services.responding import AnswersRefused, Questionnaire
from corus.services.sheets import Cover
from corus.store import changes, queries
from corus.store.engine import Store
from corus.store.models import PaperEntry, Response, Stratum
from tests import factories as make
from tests.web.respond_factories import every_type

WAVE = "panier-2026"
ANA = Cover("42", "Ana", "employees")
BORIS = replace(ANA, clerk="Boris", typing=2)
FORM = {"q.needs_met": ["4"], "q.democracy_met": ["dont_know"], "q.surprise": ["Un jardin"]}
OTHERWISE = FORM | {"q.needs_met": ["5"]}


def _page(store: Store) -> Questionnaire:
    return responding.known_questionnaire(store, WAVE, "employees", "standard")


def _type(store: Store, cover: Cover, form: Form = FORM) -> Kept:
    page = _page(store)
    with store.writing() as session:
        return entering.type_sheet(session, store.key, page, cover, form, make.DAY)


def _decide(store: Store, form: Form, seen: entering.Comparison | None = None) -> Kept:
    page = _page(store)
    with store.writing() as session:
        seen = seen or entering.comparison(session, page, "42")
        return entering.decide(session, store.key, page, seen, form, make.DAY)


def _stored(store: Store) -> list[tuple[Response, Stratum]]:
    with store.reading() as session:
        found = list(session.execute(select(Response, Stratum).join(Stratum)))
        session.expunge_all()
    return [(row[0], row[1]) for row in found]


def _typings(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(PaperEntry)) or 0


def _report(store: Store) -> sheets.PaperReport:
    with store.reading() as session:
        return sheets.report(session, WAVE)


def test_two_typings_that_agree_are_one_paper_response_and_both_are_erased(store: Store) -> None:
    make.open_wave(store)
    assert _type(store, ANA).state == "waiting"
    assert _stored(store) == []
    assert _type(store, BORIS).state == "stored"
    ((row, stratum),) = _stored(store)
    assert (stratum.channel, stratum.mode, stratum.completeness) == ("paper", "paper", "complete")
    assert decode(row.document, make.instrument())["democracy_met"].state is State.DONT_KNOW
    assert row.received_on == make.DAY
    assert b"42" not in row.id
    assert _typings(store) == 0
    assert _report(store) == sheets.PaperReport(
        typed_once=0, differing=0, stored=1, voided=0, one_clerk=0, fields=6, differed=0,
        illegible=0,
    )  # fmt: skip


def test_the_mode_the_clerk_chose_is_stored(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    helped = replace(ANA, mode="assisted_structure", language="en")
    _type(sqlite_store, helped)
    with sqlite_store.reading() as session:
        again = replace(helped, clerk="Boris")
        second = entering.open_sheet(session, sqlite_store.key, WAVE, again)
    assert second == replace(again, typing=2)
    assert _type(sqlite_store, second).state == "stored"
    ((row, stratum),) = _stored(sqlite_store)
    assert (stratum.mode, row.language) == ("assisted_structure", "en")


def test_typings_that_differ_wait_for_a_decision_on_what_differs_only(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    kept = _type(sqlite_store, BORIS, OTHERWISE)
    assert kept.state == "differs"
    assert kept.comparison is not None
    assert kept.comparison.codes == ("needs_met",)
    assert kept.comparison.clerks == ("Ana", "Boris")
    assert _stored(sqlite_store) == []
    with sqlite_store.reading() as session:
        assert sheets.waiting(session, WAVE) == sheets.Waiting(once=0, differing=1)


SITES = {"north": {"fr": "Nord"}, "south": {"fr": "Sud"}, "east": {"fr": "Est"}}
NORTH = replace(ANA, site="north")
ELSEWHERE = replace(BORIS, site="south", mode="interview", language="en")


def _open_with_sites(store: Store) -> None:
    make.open_wave(store)
    with store.writing() as session:
        start = editing.declared(queries.wave_by_code(session, WAVE))
        editing.change_wave(session, WAVE, start.model_copy(update={"sites": SITES}), make.DAY)


@pytest.mark.parametrize("mark", ["site", "mode", "language"])
def test_a_site_a_mode_or_a_language_typed_otherwise_waits_for_a_decision(
    store: Store, mark: str
) -> None:
    _open_with_sites(store)
    _type(store, NORTH)
    second = replace(NORTH, clerk="Boris", typing=2, **{mark: getattr(ELSEWHERE, mark)})
    kept = _type(store, second)
    assert kept.state == "differs"
    assert kept.comparison is not None
    assert (kept.comparison.marks, kept.comparison.codes) == ((mark,), ())
    assert _stored(store) == []
    assert _type(store, second) == kept, "the same typing sent again"


@pytest.mark.parametrize(
    ("picks", "expected"),
    [
        (("first", "first", "first"), ("north", "paper", "fr")),
        (("second", "second", "second"), ("south", "interview", "en")),
        (("other", "first", "second"), ("east", "paper", "en")),
    ],
)
def test_what_is_decided_of_site_mode_and_language_is_what_is_stored(
    store: Store, picks: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    _open_with_sites(store)
    _type(store, NORTH)
    seen = _type(store, ELSEWHERE, OTHERWISE).comparison
    form = {
        f"pick.cover.{m}": [p] for m, p in zip(("site", "mode", "language"), picks, strict=True)
    }
    form |= {"pick.needs_met": ["second"], "cover.site": ["east"]}
    for _ in range(2):
        assert _decide(store, form, seen).state == "stored"
    ((row, stratum),) = _stored(store)
    assert (stratum.site, stratum.mode, row.language) == expected
    with pytest.raises(ConflictError) as otherwise:
        _decide(
            store, form | {"pick.cover.mode": ["other"], "cover.mode": ["assisted_other"]}, seen
        )
    assert otherwise.value.code == "PAP-001"


@pytest.mark.parametrize(
    "sent", [{}, {"pick.cover.site": ["other"]},
             {"pick.cover.site": ["other"], "cover.site": ["nowhere"]}],
)  # fmt: skip
def test_an_undecided_or_unknown_site_is_refused_and_nothing_is_stored(
    sqlite_store: Store, sent: Form
) -> None:
    _open_with_sites(sqlite_store)
    _type(sqlite_store, NORTH)
    _type(sqlite_store, replace(BORIS, site=""), OTHERWISE)
    with pytest.raises(AnswersRefused) as refused:
        _decide(sqlite_store, sent)
    assert set(refused.value.refusals) == {"cover.site", "needs_met"}
    assert _stored(sqlite_store) == []
    said = {"pick.cover.site": ["other"], "cover.site": ["-"], "pick.needs_met": ["first"]}
    _decide(sqlite_store, said)
    assert _stored(sqlite_store)[0][1].site == ""


def test_what_was_decided_between_two_covers_is_not_taken_for_two_others(
    sqlite_store: Store,
) -> None:
    _open_with_sites(sqlite_store)
    _type(sqlite_store, NORTH)
    seen = _type(sqlite_store, replace(BORIS, site="south")).comparison
    with sqlite_store.writing() as session:
        entering.void(session, sqlite_store.key, WAVE, "42")
    _type(sqlite_store, NORTH)
    _type(sqlite_store, replace(BORIS, site="east"))
    with pytest.raises(ConflictError) as anew:
        _decide(sqlite_store, {"pick.cover.site": ["first"]}, seen)
    assert anew.value.code == "PAP-007"


@pytest.mark.parametrize(
    ("decision", "point"),
    [
        ({"pick.needs_met": ["first"]}, 3),
        ({"pick.needs_met": ["second"]}, 4),
        ({"pick.needs_met": ["other"], "q.needs_met": ["1"]}, 0),
    ],
)
def test_a_decision_stores_the_first_the_second_or_another_answer(
    sqlite_store: Store, decision: Form, point: int
) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    _type(sqlite_store, BORIS, OTHERWISE)
    assert _decide(sqlite_store, decision).state == "stored"
    ((row, _),) = _stored(sqlite_store)
    assert decode(row.document, make.instrument())["needs_met"].value == point
    assert _typings(sqlite_store) == 0
    found = _report(sqlite_store)
    assert (found.fields, found.differed) == (6, 1)
    assert found.error_rate == pytest.approx(1 / 6)


def test_nothing_is_stored_while_a_difference_is_undecided(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    _type(sqlite_store, BORIS, OTHERWISE)
    with pytest.raises(AnswersRefused) as refused:
        _decide(sqlite_store, {})
    assert set(refused.value.refusals) == {"needs_met"}
    with pytest.raises(AnswersRefused):
        _decide(sqlite_store, {"pick.needs_met": ["other"], "q.needs_met": ["6"]})
    assert _stored(sqlite_store) == []
    assert _typings(sqlite_store) == 2


def test_a_decision_sent_again_is_the_same_and_another_is_told_that_it_came_too_late(
    store: Store,
) -> None:
    make.open_wave(store)
    _type(store, ANA)
    _type(store, BORIS, OTHERWISE)
    with store.reading() as session:
        seen = entering.comparison(session, _page(store), "42")
    for _ in range(2):
        assert _decide(store, {"pick.needs_met": ["first"]}, seen).state == "stored"
    with pytest.raises(ConflictError) as late:
        _decide(store, {"pick.needs_met": ["second"]}, seen)
    assert late.value.code == "PAP-001"
    assert len(_stored(store)) == 1
    assert _report(store).stored == 1


def test_a_decision_on_typings_that_changed_meanwhile_is_refused(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    _type(sqlite_store, BORIS, OTHERWISE)
    with sqlite_store.writing() as session:
        seen = entering.comparison(session, _page(sqlite_store), "42")
        entering.void(session, sqlite_store.key, WAVE, "42")
    with pytest.raises(ConflictError) as gone:
        _decide(sqlite_store, {"pick.needs_met": ["first"]}, seen)
    assert gone.value.code == "PAP-004"
    _type(sqlite_store, ANA, OTHERWISE)
    _type(sqlite_store, BORIS)
    with pytest.raises(ConflictError) as anew:
        _decide(sqlite_store, {"pick.needs_met": ["first"]}, seen)
    assert anew.value.code == "PAP-007"
    assert _stored(sqlite_store) == []


def test_a_double_click_on_either_typing_changes_nothing(store: Store) -> None:
    make.open_wave(store)
    assert [_type(store, ANA).state for _ in range(2)] == ["waiting"] * 2
    assert _typings(store) == 1
    assert [_type(store, BORIS).state for _ in range(2)] == ["stored"] * 2
    assert len(_stored(store)) == 1
    assert _report(store).stored == 1
    with pytest.raises(ConflictError) as late:
        _type(store, BORIS, OTHERWISE)
    assert late.value.code == "PAP-001"


def test_two_tabs_of_one_clerk_keep_the_first_and_say_so(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    with pytest.raises(ConflictError) as twice:
        _type(sqlite_store, ANA, OTHERWISE)
    assert twice.value.code == "PAP-009"
    assert _typings(sqlite_store) == 1


def test_two_clerks_who_open_one_new_sheet_at_once_have_typed_it_twice(store: Store) -> None:
    make.open_wave(store)
    _type(store, ANA)
    assert _type(store, replace(BORIS, typing=1)).state == "stored"
    assert len(_stored(store)) == 1


def test_a_third_typing_does_not_replace_the_second(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    _type(sqlite_store, BORIS, OTHERWISE)
    with pytest.raises(ConflictError) as third:
        _type(sqlite_store, replace(BORIS, clerk="Chloé"))
    assert third.value.code == "PAP-007"


def test_the_second_typing_is_somebody_elses_unless_nobody_else_is_there(
    sqlite_store: Store,
) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    again = replace(ANA, clerk=" ana ", typing=2)
    with pytest.raises(RefusedError) as same:
        _type(sqlite_store, again)
    assert same.value.code == "PAP-005"
    assert _type(sqlite_store, replace(again, alone=True)).state == "stored"
    assert _report(sqlite_store).one_clerk == 1


def test_a_sheet_first_typed_as_another_questionnaire_is_not_compared(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    with sqlite_store.reading() as session, pytest.raises(ConflictError) as other:
        entering.open_sheet(session, sqlite_store.key, WAVE, replace(BORIS, group="neighbours"))
    assert other.value.code == "PAP-002"


@pytest.mark.parametrize("typed", ["42", " 042 ", "n° 42", "４２"])
def test_a_sheet_is_the_same_however_its_number_is_written(typed: str) -> None:
    assert sheets.cleaned(replace(ANA, sheet=typed)).sheet == "42"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"sheet": ""}, "PAP-020"), ({"sheet": "<b>"}, "PAP-020"), ({"clerk": " "}, "PAP-021"),
     ({"mode": "self"}, "PAP-022")],
)  # fmt: skip
def test_a_cover_without_number_name_or_mode_is_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as refused:
        sheets.cleaned(replace(ANA, **change))  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’été  à\nla ferme", "L'été à la ferme"),
        ("« Bien »", '"Bien"'),
        ("e\u0301te\u0301", "été"),
        ("dix\u00a0heures\u202f!", "dix heures !"),
    ],
)
def test_spaces_and_typographic_signs_make_no_difference(
    sqlite_store: Store, one: str, other: str
) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA, FORM | {"q.surprise": [one]})
    assert _type(sqlite_store, BORIS, FORM | {"q.surprise": [other]}).state == "stored"


def test_other_words_and_other_consents_do(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA)
    second = FORM | {"q.surprise": ["Un Jardin"]}
    assert _type(sqlite_store, BORIS, second).state == "differs"
    with sqlite_store.writing() as session:
        entering.void(session, sqlite_store.key, WAVE, "42")
    _type(sqlite_store, ANA)
    quotable = FORM | {"q.surprise.quotable": ["yes"]}
    assert _type(sqlite_store, BORIS, quotable).state == "differs"


def test_an_illegible_answer_is_skipped_and_counted_whatever_stands_there(
    sqlite_store: Store,
) -> None:
    make.open_wave(sqlite_store)
    two_ticks = FORM | {"q.needs_met": ["1", "4"]}
    with pytest.raises(AnswersRefused):
        _type(sqlite_store, ANA, two_ticks)
    unread = two_ticks | {"illegible": ["needs_met"]}
    _type(sqlite_store, ANA, unread)
    blank = {name: sent for name, sent in FORM.items() if name != "q.needs_met"}
    assert _type(sqlite_store, BORIS, blank).state == "stored"
    ((row, _),) = _stored(sqlite_store)
    assert decode(row.document, make.instrument())["needs_met"].state is State.SKIPPED
    assert "illegible" not in row.document
    assert _report(sqlite_store).illegible == 1


def test_who_reads_what_the_other_could_not_decides_with_the_paper_in_hand(
    sqlite_store: Store,
) -> None:
    make.open_wave(sqlite_store)
    _type(sqlite_store, ANA, FORM | {"illegible": ["needs_met"]})
    assert _type(sqlite_store, BORIS).state == "differs"
    _decide(sqlite_store, {"pick.needs_met": ["second"]})
    ((row, _),) = _stored(sqlite_store)
    assert decode(row.document, make.instrument())["needs_met"].value == 3
    assert _report(sqlite_store).illegible == 0


def test_a_blank_sheet_is_not_stored(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    with pytest.raises(InputError) as blank:
        _type(sqlite_store, ANA, {"q.needs_met": [""]})
    assert blank.value.code == "PAP-012"
    assert _typings(sqlite_store) == 0


def _routed(store: Store, of: Instrument | None = None) -> None:
    make.open_wave(store, of=of or every_type())


def test_answers_that_others_made_pointless_are_set_aside_and_told(sqlite_store: Store) -> None:
    _routed(sqlite_store)
    form = {"q.since": ["under_1_year"], "q.early_days": ["Calme."]}
    assert _type(sqlite_store, ANA, form).set_aside == ("early_days",)
    assert _type(sqlite_store, BORIS, form).set_aside == ("early_days",)
    ((row, _),) = _stored(sqlite_store)
    assert decode(row.document, every_type())["early_days"].state is State.NOT_SHOWN


def test_a_misread_filter_does_not_lose_what_depends_on_it(sqlite_store: Store) -> None:
    _routed(sqlite_store)
    written = {"q.since": ["longer"], "q.early_days": ["Calme."]}
    _type(sqlite_store, ANA, written | {"q.since": ["under_1_year"]})
    kept = _type(sqlite_store, BORIS, written)
    assert kept.comparison is not None
    assert kept.comparison.codes == ("since",)
    _decide(sqlite_store, {"pick.since": ["second"]})
    ((row, _),) = _stored(sqlite_store)
    assert decode(row.document, every_type())["early_days"].value == "Calme."


def test_a_void_sheet_is_erased_counted_and_may_be_typed_again(store: Store) -> None:
    make.open_wave(store)
    _type(store, ANA)
    with store.writing() as session:
        entering.void(session, store.key, WAVE, "42")
    assert _typings(store) == 0
    assert _report(store).voided == 1
    with pytest.raises(ConflictError) as gone:
        _type(store, BORIS)
    assert gone.value.code == "PAP-004"
    with store.writing() as session, pytest.raises(NotFoundError):
        entering.void(session, store.key, WAVE, "42")
    _type(store, ANA)
    _type(store, BORIS)
    with store.writing() as session, pytest.raises(ConflictError):
        entering.void(session, store.key, WAVE, "42")
    assert len(_stored(store)) == 1


def test_a_withdrawn_sheet_does_not_come_again(store: Store) -> None:
    make.open_wave(store)
    _type(store, ANA)
    _type(store, BORIS)
    with store.writing() as session:
        changes.withdraw(session, entering.sheet_key(store.key, WAVE, "42"), make.DAY)
    with pytest.raises(ConflictError) as gone:
        _type(store, ANA)
    assert gone.value.code == "PAP-006"
    assert _stored(store) == []


def _move(store: Store, *moves: Callable[..., object]) -> None:
    with store.writing() as session:
        for move in moves:
            move(session, WAVE, make.DAY)
    store.cache.clear()


def test_a_closed_wave_takes_late_paper_and_an_archived_one_takes_nothing(store: Store) -> None:
    make.open_wave(store)
    _move(store, waves.close_wave)
    _type(store, ANA)
    _type(store, BORIS)
    assert len(_stored(store)) == 1
    _type(store, replace(ANA, sheet="43"))
    _move(store, waves.archive_wave)
    for refused in (ANA, replace(BORIS, sheet="43")):
        with pytest.raises(RefusedError) as late:
            _type(store, refused)
        assert late.value.code == "PAP-030"
    assert len(_stored(store)) == 1


def test_sheets_waiting_are_listed_by_number_and_say_no_answer(store: Store) -> None:
    make.open_wave(store)
    for number in ("10", "9", "A-1"):
        _type(store, replace(ANA, sheet=number))
    _type(store, replace(BORIS, sheet="10"), OTHERWISE)
    with store.reading() as session:
        found = sheets.sheets(session, WAVE)
        assert [(s.sheet, s.differs) for s in found] == [("9", False), ("10", True), ("A-1", False)]
        assert sheets.waiting(session, WAVE) == sheets.Waiting(once=2, differing=1)
    assert "document" not in vars(found[0])


def _at_once(*acts: Callable[[], Kept]) -> list[str]:
    start, said = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Kept]) -> None:
        start.wait()
        try:
            said.append(act().state)
        except CorusError as error:
            said.append(error.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.mark.parametrize("turn", range(2))
def test_a_sheet_finished_by_several_at_once_is_one_response(store: Store, turn: int) -> None:
    make.open_wave(store)
    _type(store, ANA)
    same = [lambda: _type(store, BORIS)] * 3
    other = [lambda: _type(store, replace(BORIS, clerk="Chloé"))]
    assert _at_once(*same, *other) == ["stored"] * 4
    assert len(_stored(store)) == 1
    assert _typings(store) == 0
    assert _report(store).stored == 1


def test_a_sheet_decided_otherwise_in_two_tabs_is_one_response(store: Store) -> None:
    make.open_wave(store)
    _type(store, ANA)
    _type(store, BORIS, OTHERWISE)
    with store.reading() as session:
        seen = entering.comparison(session, _page(store), "42")
    said = _at_once(
        lambda: _decide(store, {"pick.needs_met": ["first"]}, seen),
        lambda: _decide(store, {"pick.needs_met": ["second"]}, seen),
    )
    assert said == ["PAP-001", "stored"]
    assert len(_stored(store)) == 1


def test_two_who_start_one_sheet_at_once_make_two_typings_and_no_more(store: Store) -> None:
    make.open_wave(store)
    others = [replace(ANA, clerk=name) for name in ("Ana", "Boris", "Chloé")]
    said = _at_once(*(lambda c=c: _type(store, c) for c in others))  # type: ignore[misc]
    assert said == ["stored", "stored", "waiting"]
    assert len(_stored(store)) == 1


def test_a_crash_between_storing_and_erasing_leaves_both_typings_or_one_response(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.open_wave(store)
    _type(store, ANA)

    def fail(*_: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("corus.services.entering.paper.forget", fail)
        with pytest.raises(ZeroDivisionError):
            _type(store, BORIS)
    assert _stored(store) == []
    assert _typings(store) == 1
    assert _type(store, BORIS).state == "stored"
    assert len(_stored(store)) == 1
