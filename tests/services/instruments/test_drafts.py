"""Drafts in the database: whose they are, two tabs, publishing, deleting; on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from corus.errors import ConflictError, InputError, NotFoundError
from corus.services import publishing, waves
from corus.services.instruments import difference, drafts, editing, library, questions
from corus.services.instruments.bounds import MAX_DRAFTS
from corus.services.instruments.questions import Wording
from corus.store import accounts, instrument_drafts, queries
from corus.store.engine import Store
from corus.store.models import Organization
from tests.factories import DAY, instrument, plan
from tests.services.instruments.draft_factories import CODE, house, question, stored


def add(draft):
    return questions.add(draft, "needs", question())[0]


def test_a_copy_says_where_it_comes_from_and_takes_a_code_of_its_owner(store: Store) -> None:
    with store.writing() as session:
        made = stored(session)
        assert made.code == CODE
        assert made.draft.origin["code"] == "small"
        assert (made.faults, made.changes, made.published, made.is_new) == ([], [], False, True)


def test_a_copy_needs_a_title_and_one_that_is_not_taken(store: Store) -> None:
    with store.writing() as session:
        owner = house(session)
        with pytest.raises(InputError) as caught:
            drafts.copy(session, owner, "small", "  ", DAY)
        assert [f.column for f in caught.value.faults] == ["title"]
        stored(session, owner)
        with pytest.raises(ConflictError, match="of this name"):
            stored(session, owner)


def test_so_many_drafts_and_no_more(sqlite_store: Store) -> None:
    with sqlite_store.writing() as session:
        owner = house(session)
        for number in range(MAX_DRAFTS):
            drafts.copy(session, owner, "small", f"Titre {number}", DAY)
        with pytest.raises(InputError, match="30 drafts"):
            drafts.copy(session, owner, "small", "Un de plus", DAY)


def test_a_save_from_another_tab_is_not_written_over(store: Store) -> None:
    with store.writing() as session:
        owner = house(session)
        first = stored(session, owner)
        drafts.save(session, first, 1, add, DAY)
        late = drafts.draft(session, owner, CODE)
        with pytest.raises(ConflictError, match="elsewhere"):
            drafts.save(session, late, 1, add, DAY)
        # Both read the same revision at the same moment: the database decides.
        stale = replace(late, revision=1)
        with pytest.raises(ConflictError, match="elsewhere"):
            drafts.save(session, stale, 1, add, DAY)
        assert drafts.draft(session, owner, CODE).revision == 2


def test_published_it_belongs_to_its_organization_alone(store: Store) -> None:
    with store.writing() as session:
        owner = house(session)
        other = waves.create_organization(session, "Autre")
        done = drafts.publish_draft(session, stored(session, owner), 1, None, DAY)
        assert (done.number, done.version.instrument.code) == (1, CODE)
        assert CODE in [o.instrument.code for o in library.offers(session, owner.id) if o.own]
        assert CODE not in [o.instrument.code for o in library.offers(session, other.id)]
        for name in (CODE, done.version.digest, done.version.digest[:8]):
            with pytest.raises(NotFoundError):
                library.find(session, name, other.id)
            with pytest.raises(NotFoundError):
                waves.create_wave(session, "w", other, name, plan())
        assert waves.create_wave(session, "w", owner, CODE, plan()).digest == done.version.digest
        with pytest.raises(NotFoundError):
            drafts.draft(session, other, CODE)


def test_a_code_belongs_to_whoever_published_it_first(store: Store) -> None:
    with store.writing() as session:
        owner = house(session)
        with pytest.raises(ConflictError, match="taken"):
            publishing.publish(session, instrument(edition="2"), DAY, owner=owner.id)
        own = instrument(code="own")
        publishing.publish(session, own, DAY, owner=owner.id)
        publishing.publish(session, instrument(code="own", edition="2"), DAY)
        assert queries.latest_edition(session, "own").organization_id == owner.id


def test_publishing_again_is_the_next_edition_and_only_where_something_changed(
    store: Store,
) -> None:
    with store.writing() as session:
        owner = house(session)
        drafts.publish_draft(session, stored(session, owner), 1, None, DAY)
        again = drafts.draft(session, owner, CODE)
        assert (again.published, again.is_new, again.revision) == (True, False, 2)
        with pytest.raises(ConflictError, match="Nothing changed"):
            drafts.publish_draft(session, again, 2, None, DAY)
        again = drafts.save(session, again, 2, add, DAY)
        with pytest.raises(ConflictError, match="elsewhere"):
            drafts.publish_draft(session, again, 2, None, DAY)
        done = drafts.publish_draft(session, again, 3, None, DAY)
        assert (done.number, done.version.instrument.edition) == (2, "2.0")
        assert done.version.instrument.changelog[1].startswith("2.0: 2 changes since 1.0")
        assert [row.action for row in accounts.audit(session, [owner.id], 9)] == [
            "published", "published",
        ]  # fmt: skip


def test_what_is_published_in_the_browser_may_no_longer_change_its_way_of_answering(
    sqlite_store: Store,
) -> None:
    with sqlite_store.writing() as session:
        owner = house(session)
        made = drafts.save(session, stored(session, owner), 1, add, DAY)
        drafts.publish_draft(session, made, 2, None, DAY)
        now = drafts.draft(session, owner, CODE)
        item = now.draft.item("own_on_mecoute")[1]
        assert questions.is_fixed(item, now.previous)


def test_a_draft_with_faults_is_not_published_and_each_is_listed(sqlite_store: Store) -> None:
    with sqlite_store.writing() as session:
        made = stored(session)

        def french(draft):
            return questions.add(draft, "needs", question(text={"fr": "Ici"}))[0]

        made = drafts.save(session, made, 1, french, DAY)
        with pytest.raises(InputError, match="1 things") as caught:
            drafts.publish_draft(session, made, 2, None, DAY)
        assert [(f.code, f.column) for f in caught.value.faults] == [("INS-030", "text")]


def test_a_deleted_draft_is_made_anew_from_the_version_that_was_published(store: Store) -> None:
    with store.writing() as session:
        owner = house(session)
        drafts.publish_draft(session, stored(session, owner), 1, None, DAY)
        drafts.delete(session, drafts.draft(session, owner, CODE), 2, None)
        assert instrument_drafts.drafts(session, owner.id) == []
        again = drafts.go_on(session, owner, CODE, DAY)
        assert (again.published, again.is_new, again.faults) == (True, False, [])
        assert drafts.go_on(session, owner, CODE, DAY).record.id == again.record.id
        with pytest.raises(NotFoundError):
            drafts.go_on(session, owner, "small", DAY)


def test_a_shipped_instrument_is_published_when_somebody_copies_it(sqlite_store: Store) -> None:
    with sqlite_store.writing() as session:
        owner = house(session)
        before = {o.instrument.code: o.number for o in library.offers(session, owner.id)}
        assert before["social_utility"] == 0
        drafts.copy(session, owner, "social_utility", "Le nôtre", DAY)
        after = {o.instrument.code: o.number for o in library.offers(session, owner.id)}
        assert after["social_utility"] == 1
        shipped = library.find(session, "social_utility", owner.id)
        assert library.published(session, "social_utility", owner.id, DAY) == shipped


def test_the_difference_names_each_question_its_words_and_the_groups(sqlite_store: Store) -> None:
    def edits(draft):
        draft = editing.switch(draft, "democracy", [])
        said = question(
            text={"fr": "Autres mots.", "en": "Statement needs_met."}, groups=("employees",)
        )
        return questions.change(add(draft), "needs_met", said, instrument())

    with sqlite_store.writing() as session:
        made = drafts.save(session, stored(session), 1, edits, DAY)
        told = difference.differences(made.changes, made.previous, made.instrument)
    breaking = {(d.about["fr"], d.said, d.before, d.after) for d in told if d.breaks}
    assert ("Autres mots.", "Worded otherwise", "Énoncé needs_met.", "Autres mots.") in breaking
    assert ("Énoncé democracy_met.", "No longer asked", "", "") in breaking
    (asked,) = [d for d in told if d.said == "Asked of other groups"]
    assert [label["fr"] for label in asked.lost] == ["Riverains"]
    assert ("On m’écoute.", "Added") in {(d.about["fr"], d.said) for d in told if not d.breaks}


def test_the_difference_names_the_group_whose_wording_changed(sqlite_store: Store) -> None:
    words = {"employees": Wording(text={"fr": "Pour moi.", "en": "For me."})}

    def edits(draft):
        said = questions.read(draft, draft.item("needs_met")[1])
        draft = questions.change(
            draft, "needs_met", replace(said, wording=words), instrument()
        )  # fmt: skip
        other = questions.read(draft, draft.item("needs_missed")[1])
        text = {"fr": "Pour tous.", "en": "For all."}
        return questions.change(draft, "needs_missed", replace(other, text=text), instrument())

    with sqlite_store.writing() as session:
        made = drafts.save(session, stored(session), 1, edits, DAY)
        told = difference.differences(made.changes, made.previous, made.instrument)
    named = {d.after: [label["fr"] for label in d.readers] for d in told if d.language == "fr"}
    assert named == {"Pour moi.": ["Salariées et salariés"], "Pour tous.": []}


def test_two_people_who_publish_the_same_draft_at_once_make_one_version(store: Store) -> None:
    with store.writing() as session:
        owner_id = stored(session).record.organization_id
    started = threading.Barrier(2)

    def publish(_number: int) -> str:
        with store.reading() as session:
            organization = session.get(Organization, owner_id)
            seen = drafts.draft(session, organization, CODE).revision
        started.wait(5)
        try:
            with store.writing() as session:
                organization = session.get(Organization, owner_id)
                found = drafts.draft(session, organization, CODE)
                return str(drafts.publish_draft(session, found, seen, None, DAY).number)
        except ConflictError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, range(2))) == ["1", "DRF-009"]
