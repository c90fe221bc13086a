"""Invited again to a confidential survey: the new link opens what was answered by the old one."""

import re

import pytest

from corus.services import links
from corus.services.inviting import invite
from corus.store.models import Invitation
from tests.factories import DAY
from tests.web import respond_factories as make
from tests.web.contract_factories import HIDDEN
from tests.web.contract_factories import invite as invited

WAVE = "secret-2026"


def _again(store, link, tmp_path, group="employees", row="{group};{address}"):
    """Take the invitation behind this link back, and invite its person again; the new link."""
    token = link.split("/")[2]
    address = f"{token}@panier.example"
    file = tmp_path / "again.csv"
    file.write_text("groupe;courriel\n" + row.format(group=group, address=address), "utf-8")
    with store.writing() as session:
        [old] = [one.id for one in session.query(Invitation) if _token(store, one.id) == token]
        invite.revoke(session, store.key, WAVE, address, DAY)
        invite.import_contacts(session, store.key, WAVE, file, DAY, revoked="invited_again")
    return f"/i/{_token(store, links.successor(store.key, bytes(old)))}/fr"


def _token(store, invitation_id):
    return links.token(store.key, bytes(invitation_id))


@pytest.mark.parametrize("save", [{"save": "1"}, {}])
def test_what_was_saved_or_sent_by_the_old_link_is_gone_on_with_by_the_new_one(
    visitor, wave_store, tmp_path, save
):
    old = invited(wave_store, WAVE)
    number = make.fresh_id(visitor, old)
    visitor.post(old, data={"submission_id": number, "q.story": "Début.", **save})
    new = _again(wave_store, old, tmp_path)
    assert visitor.get(old).status_code == 410
    page = visitor.get(new)
    assert "Début.</textarea>" in page.text
    hidden = dict(HIDDEN.findall(page.text))
    assert "Vos " in visitor.post(new, data=hidden | {"q.story": "Début et fin."}).text
    [answers] = make.stored(wave_store, make.every_type())
    assert answers["story"].value == "Début et fin."


def test_the_new_link_of_who_had_not_answered_opens_an_empty_form_and_answers_once(
    visitor, wave_store, tmp_path
):
    new = _again(wave_store, invited(wave_store, WAVE), tmp_path)
    sent = {"submission_id": make.fresh_id(visitor, new), "q.story": "Tout."}
    assert visitor.post(new, data=sent).status_code == 200
    assert visitor.post(new, data=sent).status_code == 200
    assert visitor.post(new, data=sent | {"q.story": "Autre."}).status_code == 409
    assert make.count(wave_store) == 1


def test_who_is_invited_again_in_another_group_finds_the_form_they_had_filled_in(
    visitor, wave_store, tmp_path
):
    old = invited(wave_store, WAVE, "beneficiaries")
    sent = {"submission_id": make.fresh_id(visitor, f"{old}/easy"), "q.mutual_help": "3"}
    visitor.post(f"{old}/easy", data=sent)
    new = _again(wave_store, old, tmp_path, group="employees")
    page = visitor.get(new)
    assert page.status_code == 200
    assert re.search(r'name="q.mutual_help" value="3"[^>]* checked', page.text)
