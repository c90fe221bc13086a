"""The contract of one answer, row by row over HTTP, on both databases.

Each row: what respondents do, what they are answered, what is stored in the end, and how many
receipts there are. ``-v`` prints the table as sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import delete, update

from corus.store.engine import Store, open_store
from corus.store.models import Response, UsedLink, Wave, Withdrawal
from tests.conftest import KEY
from tests.server.site_factories import new_database
from tests.web import respond_factories as make
from tests.web.contract_factories import Desk, forget_pages, invite

Steps = tuple[tuple[str, ...], ...]


class Row(NamedTuple):
    """One line of the table."""

    steps: Steps
    statuses: list[int]
    stored: list[str]
    receipts: int
    """How many different codes were given out."""


TABLE = {
    "the same page sent again with the same answers is the same answer":
        Row((("send", "A", "4"), ("send", "A", "4")), [200, 200], ["complete 4"], 1),
    "the same page sent again with other answers is refused, and the first stay":
        Row((("send", "A", "4"), ("send", "A", "2")), [200, 409], ["complete 4"], 1),
    "the same page sent again after the survey closed gets its receipt again":
        Row((("send", "A", "4"), ("close",), ("send", "A", "4")), [200, 200], ["complete 4"], 1),
    "a page sent for the first time after the survey closed is refused":
        Row((("open", "A"), ("close",), ("send", "A", "4")), [200, 410], [], 0),
    "an answer changed with its code takes the place of the first":
        Row((("send", "A", "4"), ("edit", "A", "2")), [200, 200], ["complete 2"], 1),
    "a change made from a page older than the last change is refused":
        Row((("send", "A", "4"), ("edit", "A", "2"), ("edit", "A", "5")), [200, 200, 409],
            ["complete 2"], 1),
    "the refused change, sent again knowingly, takes its place":
        Row((("send", "A", "4"), ("edit", "A", "2"), ("edit", "A", "5"), ("edit", "A", "5", "2")),
            [200, 200, 409, 200], ["complete 5"], 1),
    "the same change sent again is the same change":
        Row((("send", "A", "4"), ("edit", "A", "2"), ("edit", "A", "2")), [200, 200, 200],
            ["complete 2"], 1),
    "a change clicked eight times at once is made once":
        Row((("send", "A", "4"), ("edit_click", "A", "2"), ("edit", "A", "3", "2")),
            [200] * 10, ["complete 3"], 1),
    "a change after the survey closed is refused, and what is stored stays":
        Row((("send", "A", "4"), ("close",), ("edit", "A", "2")), [200, 410], ["complete 4"], 1),
    "a change sent again after the survey closed gets its receipt again":
        Row((("send", "A", "4"), ("edit", "A", "2"), ("close",), ("edit", "A", "2")),
            [200, 200, 200], ["complete 2"], 1),
    "the first page, sent again after a change, does not undo it":
        Row((("send", "A", "4"), ("edit", "A", "2"), ("send", "A", "4")), [200, 200, 409],
            ["complete 2"], 1),
    "an answer saved is a partial answer":
        Row((("save", "A", "4"),), [200], ["partial 4"], 1),
    "an answer saved, then sent with its code, is one complete answer":
        Row((("save", "A", "4"), ("edit", "A", "2")), [200, 200], ["complete 2"], 1),
    "an answer saved, then sent from the page one went back to, is one complete answer":
        Row((("save", "A", "4"), ("send", "A", "2"), ("send", "A", "2")), [200, 200, 200],
            ["complete 2"], 1),
    "an answer saved, then sent as it was, is complete":
        Row((("save", "A", "4"), ("send", "A", "4")), [200, 200], ["complete 4"], 1),
    "an answer saved twice is one partial answer":
        Row((("save", "A", "4"), ("resave", "A", "2")), [200, 200], ["partial 2"], 1),
    "what was sent stays sent when a change to it is saved":
        Row((("send", "A", "4"), ("resave", "A", "2")), [200, 200], ["complete 2"], 1),
    "an answer saved and changed elsewhere is not overwritten by the first page":
        Row((("save", "A", "4"), ("resave", "A", "2"), ("send", "A", "5")), [200, 200, 409],
            ["partial 2"], 1),
    "an answer saved stays partial when the survey closes, and may still be read":
        Row((("save", "A", "4"), ("close",), ("read", "A"), ("edit", "A", "2")),
            [200, 200, 410], ["partial 4"], 1),
    "an answer withdrawn is gone":
        Row((("send", "A", "4"), ("withdraw", "A"), ("read", "A")), [200, 200, 410], [], 1),
    "an answer withdrawn twice is withdrawn once":
        Row((("send", "A", "4"), ("withdraw", "A"), ("withdraw", "A")), [200, 200, 410], [], 1),
    "an answer withdrawn does not come again, from its page or by its code":
        Row((("send", "A", "4"), ("withdraw", "A"), ("send", "A", "4"), ("edit", "A", "2")),
            [200, 200, 409, 410], [], 1),
    "an answer may be withdrawn after the survey closed":
        Row((("send", "A", "4"), ("close",), ("withdraw", "A")), [200, 200], [], 1),
    "two tabs of an open link are two answers":
        Row((("send", "A", "4"), ("send", "B", "4")), [200, 200], ["complete 4", "complete 4"], 2),
    "two tabs of a personal link: the second is told that the link has answered":
        Row((("open", "A", "link"), ("open", "B", "link"), ("send", "A", "4"), ("send", "B", "2")),
            [200, 200, 200, 409], ["complete 4"], 1),
    "a personal link opened again after answering leads to no answer":
        Row((("open", "A", "link"), ("send", "A", "4"), ("open", "B", "link")), [200, 200, 409],
            ["complete 4"], 1),
    "a personal link is used by saving, and its code goes on":
        Row((("open", "A", "link"), ("save", "A", "4"), ("open", "B", "link"), ("edit", "A", "2")),
            [200, 200, 409, 200], ["complete 2"], 1),
    "two devices with one confidential link: the second is told, and may replace knowingly":
        Row((("open", "A", "secret"), ("open", "B", "secret"), ("send", "A", "4"),
             ("send", "B", "2"), ("edit", "A", "2")), [200, 200, 200, 409, 200],
            ["complete 2"], 1),
    "two devices with one confidential link and the same answers are one answer":
        Row((("open", "A", "secret"), ("open", "B", "secret"), ("send", "A", "4"),
             ("send", "B", "4")), [200, 200, 200, 200], ["complete 4"], 1),
    "a confidential link opened again goes on with what was saved":
        Row((("open", "A", "secret"), ("save", "A", "4"), ("open", "B", "secret"),
             ("send", "B", "2")), [200, 200, 200, 200], ["complete 2"], 1),
    "a confidential link opened on two devices after saving: the slower one is told":
        Row((("open", "A", "secret"), ("save", "A", "4"), ("open", "B", "secret"),
             ("open", "C", "secret"), ("send", "B", "2"), ("send", "C", "5")),
            [200, 200, 200, 200, 200, 409], ["complete 2"], 1),
    "a confidential link whose answer was withdrawn says so, and takes no other":
        Row((("open", "A", "secret"), ("send", "A", "4"), ("withdraw", "A"),
             ("open", "B", "secret"), ("send", "A", "5")), [200, 200, 200, 410, 409], [], 1),
    "a confidential link: saved, gone back, sent as it was, is complete":
        Row((("open", "A", "secret"), ("save", "A", "4"), ("send", "A", "4"), ("send", "A", "4")),
            [200] * 4, ["complete 4"], 1),
    "a kiosk: saved, gone back, sent as it was, is complete":
        Row((("open", "A", "kiosk"), ("save", "A", "4"), ("send", "A", "4"), ("send", "A", "4")),
            [200] * 4, ["complete 4"], 1),
    "a kiosk: the next person does not change what was saved":
        Row((("open", "A", "kiosk"), ("save", "A", "4"), ("send", "A", "2")), [200, 200, 409],
            ["partial 4"], 1),
    "saved, changed by its code, gone back, sent as it now is, is complete":
        Row((("save", "A", "4"), ("resave", "A", "2"), ("send", "A", "2")), [200] * 3,
            ["complete 2"], 1),
    "saved, then sent as it was after the survey closed, is refused and stays partial":
        Row((("save", "A", "4"), ("close",), ("send", "A", "4")), [200, 410], ["partial 4"], 1),
    "saved, then sent with other answers after the survey closed, is refused and stays partial":
        Row((("save", "A", "4"), ("close",), ("send", "A", "2")), [200, 410], ["partial 4"], 1),
    "saved, then saved again after the survey closed, gets its receipt again":
        Row((("save", "A", "4"), ("close",), ("save", "A", "4")), [200, 200], ["partial 4"], 1),
    "the number of a saved answer at another door is refused":
        Row((("save", "A", "4"), ("as_page", "B", "A", "kiosk"), ("send", "B", "4")), [200, 409],
            ["partial 4"], 1),
    "a receipt lost on its way is given again":
        Row((("lose", "A", "4"), ("send", "A", "4")), [200], ["complete 4"], 1),
    "eight clicks at once are one answer":
        Row((("click", "A", "4"),), [200] * 8, ["complete 4"], 1),
    "eight clicks on a personal link are one answer":
        Row((("open", "A", "link"), ("click", "A", "4")), [200] * 9, ["complete 4"], 1),
    "the same number from another group is refused":
        Row((("send", "A", "4"), ("as_page", "B", "A", "group"), ("send", "B", "4")), [200, 409],
            ["complete 4"], 1),
    "the same number from another survey is refused":
        Row((("send", "A", "4"), ("as_page", "B", "A", "wave"), ("send", "B", "4")), [200, 409],
            ["complete 4"], 1),
    "the number of a saved answer from another group is refused":
        Row((("save", "A", "4"), ("as_page", "B", "A", "group"), ("send", "B", "2")), [200, 409],
            ["partial 4"], 1),
}  # fmt: skip


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, str]]:
    """Three open surveys on a running server."""
    url = f"sqlite:///{tmp_path_factory.mktemp('contract') / 'corus.sqlite'}"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    store = open_store(url, KEY)
    make.wave(store, make.every_type())
    make.wave(store, make.every_type(), "other-2026")
    make.wave(store, make.every_type(), "secret-2026", anonymity="confidential")
    with make.serving(make.application(store)) as address:
        yield store, address
    store.engine.dispose()


@pytest.fixture
def desk(served: tuple[Store, str]) -> Desk:
    """Nobody has answered yet; one personal link to an anonymous survey, one to a confidential."""
    store, address = served
    with store.writing() as session:
        for table in (UsedLink, Withdrawal, Response):
            session.execute(delete(table))
        session.execute(update(Wave).values(state="open"))
    forget_pages(store)
    paths = {
        "form": make.FORM,
        "group": make.FORM.replace("employees", "beneficiaries"),
        "wave": make.FORM.replace("panier", "other"),
        "kiosk": make.KIOSK,
        "link": invite(store, "panier-2026"),
        "secret": invite(store, "secret-2026"),
    }
    return Desk(store, address, paths)


@pytest.mark.parametrize("sentence", TABLE)
def test_contract(desk: Desk, sentence: str) -> None:
    row = TABLE[sentence]
    replies = [reply for verb, *words in row.steps for reply in desk.do(verb, *words)]
    assert [reply.status for reply in replies] == row.statuses
    assert desk.stored() == row.stored
    assert len({reply.receipt for reply in replies} - {""}) == row.receipts


def test_a_link_is_marked_once_whatever_is_done_by_it_and_each_answer_taken_back_leaves_a_mark(
    desk: Desk,
) -> None:
    desk.open("A", "link")
    for verb, *words in (("save", "A", "4"), ("edit", "A", "2"), ("edit", "A", "2")):
        desk.do(verb, *words)
    assert desk.marks() == (1, 0)
    desk.withdraw("A")
    assert desk.marks() == (1, 1)


@pytest.mark.parametrize("where", ["form", "kiosk", "secret"])
def test_what_was_sent_is_never_said_to_be_unsent_nor_the_reverse(desk: Desk, where: str) -> None:
    desk.open("A", where)
    [saved] = desk.save("A", "4")
    unsent = re.compile(r"<h1>[^<]*Elles ne sont pas encore envoyées")
    assert unsent.search(saved.text)
    [sent] = desk.send("A", "4")
    assert "<h1>Merci. Vos réponses sont enregistrées" in sent.text
    [again] = desk.save("A", "4")
    assert again.receipt
    assert not unsent.search(again.text)
    assert desk.stored() == ["complete 4"]


def test_too_late_for_what_was_saved_says_that_it_is_kept(desk: Desk) -> None:
    desk.save("A", "4")
    desk.close()
    [late] = desk.send("A", "4")
    assert "Ce que vous aviez enregistré est gardé" in late.text
    assert not late.receipt
    [never] = desk.send("A", None, submission_id="0" * 32, **{"q.mutual_help": "4"})
    assert never.status == 410
    assert "est gardé" not in never.text
