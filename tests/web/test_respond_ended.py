"""A confidential survey that goes on elsewhere and is then closed: no form that cannot be sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corus.services import links, succession, waves
from corus.services.inviting import invite
from corus.store.engine import Store
from corus.store.models import Invitation
from tests import factories as build
from tests.services.test_updating import _edited, _publish, _reword
from tests.web import respond_factories as make
from tests.web.contract_factories import HIDDEN, RECEIPT, forget_pages
from tests.web.contract_factories import invite as invited

OLD, NEW = "secret-2026", "secret-2026-b"
ALONE = "Votre lien personnel répond une seule fois"
ENDED = "L’enquête ne prend plus de réponses"


@pytest.fixture
def asked(store: Store) -> Store:
    """A confidential wave that is open."""
    make.wave(store, build.instrument(), OLD, anonymity="confidential")
    return store


@pytest.fixture
def visitor(asked: Store) -> FlaskClient:
    return make.application(asked).test_client()


def answer(visitor: FlaskClient, link: str, **more: str) -> str:
    """What the page says once an answer was sent, or saved."""
    number = make.fresh_id(visitor, link)
    sent = {"submission_id": number, "q.surprise": "Un jardin."} | more
    return visitor.post(link, data=sent).text


def go_on(store: Store, *, close: bool = True) -> None:
    _publish(store, _edited(_reword))
    with store.writing() as session:
        succession.new_series(session, OLD, "small", NEW, build.DAY)
    if close:
        with store.writing() as session:
            waves.close_wave(session, OLD, build.DAY)
    forget_pages(store)


def again(store: Store, link: str, folder: Path) -> str:
    """The link of the same person once taken back and invited again in the new series."""
    token = link.split("/")[2]
    file = folder / "again.csv"
    file.write_text(f"groupe;courriel\nemployees;{token}@panier.example\n", "utf-8")
    with store.writing() as session:
        [old] = [o.id for o in session.query(Invitation) if _token(store, o.id) == token]
        invite.revoke(session, store.key, NEW, f"{token}@panier.example", build.DAY)
        invite.import_contacts(session, store.key, NEW, file, build.DAY, revoked="invited_again")
    return f"/i/{_token(store, links.successor(store.key, bytes(old)))}/fr"


def _token(store: Store, invitation: bytes) -> str:
    return links.token(store.key, bytes(invitation))


@pytest.mark.parametrize("save", [{"save": "1"}, {}], ids=["saved", "sent"])
@pytest.mark.parametrize("renewed", [False, True], ids=["same link", "invited again"])
def test_the_link_shows_what_is_stored_to_read_and_to_withdraw_and_says_why_no_more(
    asked: Store, visitor: FlaskClient, tmp_path: Path, save: dict[str, str], renewed: bool
) -> None:
    link = invited(asked, OLD)
    answer(visitor, link, **save)
    go_on(asked)
    if renewed:
        link = again(asked, link, tmp_path)
    page = visitor.get(link)
    assert page.status_code == 200
    assert "Un jardin." in page.text
    assert 'id="answers"' not in page.text
    assert ENDED in page.text
    assert ALONE in page.text
    assert ("compte comme une réponse partielle" in page.text) == bool(save)
    assert not re.search(r"[.!?][A-ZÀÉÊÎŒ]", re.sub(r"<[^>]+>", " ", page.text))
    code = re.search(r'name="code" value="([^"]+)"', page.text)[1]
    gone = visitor.post("/r/fr/withdraw", data={"code": code, "sure": "1"})
    assert "retirées" in gone.text
    assert visitor.get(link).status_code == 410


@pytest.mark.parametrize("save", [{"save": "1"}, {}], ids=["saved", "sent"])
def test_while_the_old_wave_is_open_the_link_still_changes_what_it_stored(
    asked: Store, visitor: FlaskClient, save: dict[str, str]
) -> None:
    link = invited(asked, OLD)
    answer(visitor, link, **save)
    go_on(asked, close=False)
    hidden = dict(HIDDEN.findall(visitor.get(link).text))
    assert visitor.post(link, data=hidden | {"q.surprise": "Deux."}).status_code == 200


def test_a_form_opened_before_closing_is_answered_with_a_way_back_to_what_is_kept(
    asked: Store, visitor: FlaskClient
) -> None:
    link = invited(asked, OLD)
    answer(visitor, link, save="1")
    hidden = dict(HIDDEN.findall(visitor.get(link).text))
    go_on(asked)
    late = visitor.post(link, data=hidden | {"q.surprise": "Trop tard."})
    assert late.status_code == 410
    assert f'href="{link}"' in late.text
    assert "Un jardin." in visitor.get(link).text


def test_an_empty_form_in_another_tab_is_not_turned_into_one_that_cannot_be_sent(
    asked: Store, visitor: FlaskClient
) -> None:
    link = invited(asked, OLD)
    typed = dict(re.findall(r'name="(submission_id|wave)" value="([^"]+)"', visitor.get(link).text))
    answer(visitor, link, save="1")
    go_on(asked)
    for wave in (OLD, NEW):
        page = visitor.post(link, data=typed | {"wave": wave, "q.surprise": "Autre."})
        assert page.status_code == 409
        assert 'id="answers"' not in page.text
        assert ENDED in page.text


def test_a_page_opened_before_an_answer_was_withdrawn_says_so_and_shows_no_form(
    asked: Store, visitor: FlaskClient
) -> None:
    link = invited(asked, OLD)
    typed = dict(re.findall(r'name="(submission_id|wave)" value="([^"]+)"', visitor.get(link).text))
    code = RECEIPT.search(answer(visitor, link))[1]
    visitor.post("/r/fr/withdraw", data={"code": code, "sure": "1"})
    go_on(asked)
    page = visitor.post(link, data=typed | {"q.surprise": "Autre."})
    assert page.status_code == 410
    assert "retirées" in page.text


def test_who_had_not_answered_finds_the_new_questions(asked: Store, visitor: FlaskClient) -> None:
    link = invited(asked, OLD)
    go_on(asked)
    assert "Vos réponses sont enregistrées" in answer(visitor, link)


@pytest.mark.parametrize(("save", "led"), [({"save": "1"}, True), ({}, False)])
def test_who_saved_by_an_open_address_is_led_to_the_new_form_from_their_code(
    asked: Store, visitor: FlaskClient, save: dict[str, str], led: bool
) -> None:
    code = RECEIPT.search(answer(visitor, f"/s/{OLD}/employees/fr", **save))[1]
    go_on(asked)
    page = visitor.post("/r/fr", data={"code": code})
    onward = f'href="/s/{NEW}/employees/fr"'
    assert (onward in page.text) == led
    assert visitor.get(f"/s/{NEW}/employees/fr").status_code == 200
