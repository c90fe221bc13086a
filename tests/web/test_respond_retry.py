"""A form sent again by a personal link gets its receipt, whatever became of the link meanwhile.

What was not stored by it stays refused, in the words of that refusal, and nothing new is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from corus.services import returning, succession, updating, waves
from corus.services.inviting import invite
from corus.store.engine import Store
from corus.store.models import Response, Stratum, UsedLink
from corus.web import replies, respond
from tests.factories import DAY, text
from tests.services.test_updating import _edited, _item, _publish
from tests.web import respond_factories as make
from tests.web.contract_factories import HIDDEN, RECEIPT, forget_pages
from tests.web.contract_factories import invite as invited

WAVES = {"anonymous": "panier-2026", "confidential": "secret-2026"}
OPENED = re.compile(r'name="wave" value="([^"]+)"')
TITLE = re.compile(r"<h1[^>]*>([^<]+)<")
Worker = Callable[[], FlaskClient]


@dataclass(frozen=True)
class Invited:
    """Somebody invited to a wave by a personal link."""

    store: Store
    wave: str
    link: str
    scratch: Path

    @property
    def address(self) -> str:
        """Where the link was sent."""
        return f"{self.link.split('/')[2]}@panier.example"


def revoked(one: Invited, wave: str = "") -> None:
    with one.store.writing() as session:
        invite.revoke(session, one.store.key, wave or one.wave, one.address, DAY)


def invited_again(one: Invited) -> None:
    revoked(one)
    file = one.scratch / f"{one.wave}.csv"
    file.write_text(f"groupe;courriel\nemployees;{one.address}\n", "utf-8")
    with one.store.writing() as session:
        key = one.store.key
        invite.import_contacts(session, key, one.wave, file, DAY, revoked="invited_again")


def _change(document: dict[str, Any]) -> None:
    _item(document, "mutual_help")["text"]["fr"] = "Tout autre chose."
    # The new questions have no express form: its page leads nowhere any more.
    _item(document, "story")["express"] = False


def gone_on(one: Invited) -> None:
    _publish(one.store, _edited(_change, make.every_type()))
    with one.store.writing() as session:
        succession.new_series(session, one.wave, "every_type", f"{one.wave}-b", DAY)


def closed(one: Invited, wave: str = "") -> None:
    with one.store.writing() as session:
        waves.close_wave(session, wave or one.wave, DAY)


def gone_on_then_closed(one: Invited) -> None:
    gone_on(one)
    closed(one)


def gone_on_and_ended(one: Invited) -> None:
    gone_on_then_closed(one)
    closed(one, f"{one.wave}-b")


def gone_on_then_revoked(one: Invited) -> None:
    gone_on(one)
    revoked(one, f"{one.wave}-b")


def closed_then_revoked(one: Invited) -> None:
    closed(one)
    revoked(one)


HAPPENINGS = (
    revoked, invited_again, gone_on, gone_on_then_closed, gone_on_and_ended,
    gone_on_then_revoked, closed_then_revoked,
)  # fmt: skip


def _worker(store: Store) -> Worker:
    """Starts one more worker: the same database, a memory of its own."""
    return lambda: make.application(replace(store, cache={})).test_client()


@pytest.fixture
def worker(store: Store) -> Worker:
    return _worker(store)


@pytest.fixture
def sqlite_worker(sqlite_store: Store) -> Worker:
    return _worker(sqlite_store)


def _everybody(store: Store, scratch: Path) -> dict[str, Invited]:
    """Somebody invited to an open wave of each mode of anonymity."""
    for mode, wave in WAVES.items():
        make.wave(store, make.every_type(), wave, anonymity=mode)
    return {m: Invited(store, wave, invited(store, wave), scratch) for m, wave in WAVES.items()}


@pytest.fixture
def people(store: Store, tmp_path: Path) -> dict[str, Invited]:
    return _everybody(store, tmp_path)


@pytest.fixture
def sqlite_people(sqlite_store: Store, tmp_path: Path) -> dict[str, Invited]:
    return _everybody(sqlite_store, tmp_path)


def _page(visitor: FlaskClient, link: str, **answers: str) -> dict[str, str]:
    """A form filled in, as the page would send it."""
    page = visitor.get(link).text
    hidden = dict(HIDDEN.findall(page))
    hidden |= {"wave": found[1]} if (found := OPENED.search(page)) else {}
    return hidden | ({f"q.{code}": said for code, said in answers.items()} or {"q.visits": "3"})


def _all(store: Store) -> list[list[Any]]:
    """Every answer and every used link there is."""
    columns = (Response.id, Response.document, Response.revision, Stratum.completeness)
    query = select(*columns).join(Stratum, Stratum.id == Response.stratum_id)
    with store.reading() as session:
        answers, used = session.execute(query), session.execute(select(UsedLink.once))
        return [sorted(map(tuple, rows)) for rows in (answers, used)]


def _sent(visitor: FlaskClient, link: str, form: dict[str, str]) -> str:
    """The page of the receipt."""
    answer = visitor.post(link, data=form)
    assert answer.status_code == 200
    assert RECEIPT.search(answer.text)
    return answer.text


def _refused(visitor: FlaskClient, link: str, form: dict[str, str]) -> tuple[int, str]:
    """Status and title of the page that says so."""
    answer = visitor.post(link, data=form)
    assert not RECEIPT.search(answer.text)
    said = "Des questions ont changé" if "Des questions ont changé" in answer.text else ""
    return answer.status_code, said or TITLE.search(answer.text)[1]


def _forget(visitor: FlaskClient) -> None:
    forget_pages(visitor.application.extensions["corus"].store)


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_the_same_answers_sent_again_get_the_same_receipt(
    people: dict[str, Invited], worker: Worker, happening: Callable[[Invited], None]
) -> None:
    for one in people.values():
        visitor = worker()
        form = _page(visitor, one.link)
        first = _sent(visitor, one.link, form)
        happening(one)
        _forget(visitor)
        before = _all(one.store)
        unnamed = {name: said for name, said in form.items() if name != "wave"}
        for anybody in (visitor, worker()):
            assert _sent(anybody, one.link, form) == first
            assert _sent(anybody, one.link, unnamed) == first
        assert _all(one.store) == before


INVALID = (410, "Ce lien personnel n’est plus valable")
USED = (409, "Ce lien a déjà servi à répondre")
CHANGED = (422, "Des questions ont changé")
CLOSED = (410, "Cette enquête est terminée")
OTHERS = {
    "revoked": (INVALID, INVALID),
    "gone_on": (USED, CHANGED),
    "gone_on_then_closed": (USED, (409, "Mes réponses")),
    "gone_on_and_ended": (CLOSED, (409, "Mes réponses")),
    "gone_on_then_revoked": (INVALID, INVALID),
    "closed_then_revoked": (INVALID, INVALID),
}
"""What other answers are told, in an anonymous wave and in a confidential one."""


@pytest.mark.parametrize("happening", [h for h in HAPPENINGS if h.__name__ in OTHERS])
def test_other_answers_stay_refused_in_the_same_words_and_are_not_stored(
    sqlite_people: dict[str, Invited],
    sqlite_worker: Worker,
    happening: Callable[[Invited], None],
) -> None:
    for one, told in zip(sqlite_people.values(), OTHERS[happening.__name__], strict=True):
        visitor = sqlite_worker()
        form, tab = _page(visitor, one.link), _page(visitor, one.link)
        _sent(visitor, one.link, form)
        happening(one)
        before = _all(one.store)
        other = ({"q.visits": "4"}, {"q.story": "Et puis ?"}, tab | {"q.visits": "5"})
        for changes in other:
            assert _refused(sqlite_worker(), one.link, form | changes) == told
        assert _all(one.store) == before


def test_a_page_that_was_never_sent_stores_nothing_by_a_revoked_link(
    sqlite_people: dict[str, Invited], sqlite_worker: Worker
) -> None:
    for one in sqlite_people.values():
        form = _page(sqlite_worker(), one.link)
        revoked(one)
        before = _all(one.store)
        answer = sqlite_worker().post(one.link, data=form)
        assert answer.status_code == 410
        assert "n’ont pas été enregistrées" in answer.text
        assert _all(one.store) == before


@pytest.mark.parametrize("happening", [gone_on, gone_on_then_revoked])
def test_a_form_that_the_new_questions_lack_still_has_its_receipt(
    sqlite_people: dict[str, Invited],
    sqlite_worker: Worker,
    happening: Callable[[Invited], None],
) -> None:
    for one in sqlite_people.values():
        express, visitor = f"{one.link}/express", sqlite_worker()
        form = _page(visitor, express, story="Un jardin.")
        first = _sent(visitor, express, form)
        happening(one)
        _forget(visitor)
        for anybody in (visitor, sqlite_worker()):
            assert _sent(anybody, express, form) == first
            assert _refused(anybody, express, form | {"q.story": "Un four."})[0] == 404


@pytest.mark.parametrize("happening", [revoked, gone_on])
def test_what_was_saved_is_still_saved_and_is_not_sent_by_a_link_that_is_refused(
    sqlite_people: dict[str, Invited],
    sqlite_worker: Worker,
    happening: Callable[[Invited], None],
) -> None:
    for one, told in zip(sqlite_people.values(), OTHERS[happening.__name__], strict=True):
        visitor = sqlite_worker()
        form = _page(visitor, one.link)
        first = _sent(visitor, one.link, form | {"save": "1"})
        happening(one)
        before = _all(one.store)
        assert _sent(sqlite_worker(), one.link, form | {"save": "1"}) == first
        assert _refused(sqlite_worker(), one.link, form) == told
        assert _all(one.store) == before


def test_answers_that_were_left_out_are_told_again(
    sqlite_people: dict[str, Invited], sqlite_worker: Worker
) -> None:
    for one in sqlite_people.values():
        visitor = sqlite_worker()
        form = _page(visitor, one.link, since="under_1_year", early_days="Difficile.")
        first = _sent(visitor, one.link, form)
        assert "Comment était-ce au début" in first
        revoked(one)
        assert _sent(sqlite_worker(), one.link, form) == first


@pytest.mark.parametrize("happening", [revoked, gone_on_then_revoked])
def test_a_change_sent_again_is_the_same_change(
    sqlite_people: dict[str, Invited],
    sqlite_worker: Worker,
    happening: Callable[[Invited], None],
) -> None:
    one, visitor = sqlite_people["confidential"], sqlite_worker()
    first_form = _page(visitor, one.link)
    _sent(visitor, one.link, first_form)
    change = _page(visitor, one.link, visits="8")
    assert "base" in change
    changed = _sent(visitor, one.link, change)
    happening(one)
    before = _all(one.store)
    assert _sent(sqlite_worker(), one.link, change) == changed
    for other in (change | {"q.visits": "9"}, first_form):
        assert _refused(sqlite_worker(), one.link, other) == INVALID
    assert _all(one.store) == before


def test_what_was_sent_before_a_mapping_is_recognised_after_it(
    sqlite_people: dict[str, Invited], sqlite_worker: Worker
) -> None:
    def _add(document: dict[str, Any]) -> None:
        more = {"code": "more", "type": "text", "text": text("Autre chose ?", "Anything else?")}
        document["questions"].insert(0, more)
        document["sections"][-1]["shows"].append("more")

    store = sqlite_people["anonymous"].store
    firsts = {}
    for one in sqlite_people.values():
        form = _page(sqlite_worker(), one.link)
        firsts[one.link] = form, RECEIPT.search(_sent(sqlite_worker(), one.link, form))[1]
    digest = _publish(store, _edited(_add, make.every_type()))
    for one in sqlite_people.values():
        with store.writing() as session:
            updating.map_wave(session, one.wave, digest, DAY)
        revoked(one)
        form, code = firsts[one.link]
        assert RECEIPT.search(_sent(sqlite_worker(), one.link, form))[1] == code
        assert _refused(sqlite_worker(), one.link, form | {"q.more": "Oui."}) == INVALID


def test_an_answer_withdrawn_has_no_receipt_any_more(
    sqlite_people: dict[str, Invited], sqlite_worker: Worker
) -> None:
    for one in sqlite_people.values():
        visitor = sqlite_worker()
        form = _page(visitor, one.link)
        code = RECEIPT.search(_sent(visitor, one.link, form))[1]
        with one.store.writing() as session:
            returning.withdraw(session, returning.find(one.store, code), DAY)
        revoked(one)
        assert _refused(sqlite_worker(), one.link, form) == INVALID
        assert _all(one.store)[0] == []


def test_a_revoked_link_shows_no_receipt_of_another_survey_or_group_nor_for_a_forged_form(
    sqlite_people: dict[str, Invited], sqlite_worker: Worker
) -> None:
    one, visitor = sqlite_people["anonymous"], sqlite_worker()
    make.wave(one.store, make.every_type(), "other-2026")
    own = _page(visitor, one.link)
    _sent(visitor, one.link, own)
    forms = [own | {"admin": "1"}, own | {"wave": "other-2026"}, own | {"wave": "a\0b"}]
    for there in (invited(one.store, "other-2026"), invited(one.store, one.wave, "beneficiaries")):
        forms.append(_page(visitor, there))
        _sent(visitor, there, forms[-1])
    revoked(one)
    for form in forms:
        assert _refused(sqlite_worker(), one.link, form) == INVALID


def test_an_answer_that_is_taken_is_looked_for_by_nobody(
    sqlite_people: dict[str, Invited], sqlite_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("looked for an answer that no refusal was about")

    monkeypatch.setattr(respond, "receipt_again", never)
    for one in sqlite_people.values():
        visitor = sqlite_worker()
        form = _page(visitor, one.link)
        assert visitor.post(one.link, data=form | {"q.visits": "99"}).status_code == 422
        _sent(visitor, one.link, form)
        _sent(visitor, one.link, form)


ADDRESSES = (
    "/s/a%00b/employees/fr", "/s/panier-2026/employees%00/fr", "/s/panier-2026/employees@a%00/fr",
    "/s/panier-2026/employees/f%00r", "/s/panier-2026/employees/fr/e%00", "/s/a%00b/employees",
    "/k/a%00b/employees/fr", "/k/panier-2026/%00/fr/notice", "/s/a%00b/employees/fr/notice",
    "/i/aaaaaaaa%00aaaaaaa/fr", "/i/aaaaaaaaaaaaaaaa%00/fr", "/s/-/%00/%00.css",
    "/S/A%00B/Employees/FR", "/r/%00",
)  # fmt: skip


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_with_a_nul_in_it_is_known(
    store: Store, method: str, capfd: pytest.CaptureFixture[str]
) -> None:
    make.wave(store, make.every_type())
    visitor = make.application(store).test_client()
    for address in ADDRESSES:
        if method == "get" or not address.startswith(("/s/-", "/S/")):
            answer = getattr(visitor, method)(address, data={"q.visits": "3"})
            assert answer.status_code in ((404,) if method == "get" else (404, 405)), address
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("said", "taken"),
    {
        "gzip": True, "br, gzip": True, "gzip, deflate, br, zstd": True, "GZIP;q=1": True,
        "gzip;q=0.5": True, "gzip; q=0.001, br": True, "br;q=1.0, gzip;q=0.8, *;q=0.1": True,
        "deflate;q=0, gzip": True, "gzip ; q=1.000": True, "x-gzip;q=0, gzip": True,
        "gzip;q=0": False, "gzip;q=0.": False, "gzip; q=0.000": False, "br, gzip ;q=0.0": False,
        "": False, "identity": False, "br;q=1, *;q=0": False, "gzip;q=much": False,
        "bgzip;q=1": False, "br;gzip=1": False,
    }.items(),
)  # fmt: skip
def test_gzip_goes_to_whoever_takes_it_however_little_they_like_it(said: str, taken: bool) -> None:
    assert replies.takes_gzip({"HTTP_ACCEPT_ENCODING": said}) is taken
