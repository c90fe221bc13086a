"""The contract of sending, over sockets, against the production server, on both databases."""

from __future__ import annotations

import http.client
import threading
import time

import pytest

from corus.domain.wave import WaveState
from corus.services import following, waves
from corus.services.responding import FRESH_SECONDS
from tests.factories import DAY
from tests.server.site_factories import FORM_TYPE, RECEIPT, Reply, Site, form, fresh, raw
from tests.web.respond_factories import EASY, FORM, every_type, wave

A, B = "a", "b"
"""Two submission ids, that is to say two pages."""
FOUR, ONE = {"q__mutual_help": "4"}, {"q__mutual_help": "1"}
ENGLISH = FORM.removesuffix("fr") + "en"
OTHERS = FORM.replace("employees", "beneficiaries")

# What happens: (page, address, answers) sent twice; status of the second, rows, same receipt
TABLE = {
    "a retry": ((A, FORM, FOUR), (A, FORM, FOUR), 200, 1, True),
    "a retry in the other language": ((A, FORM, FOUR), (A, ENGLISH, FOUR), 200, 1, True),
    "other answers from the same page": ((A, FORM, FOUR), (A, FORM, ONE), 409, 1, False),
    "more answers from the same page":
        ((A, FORM, FOUR), (A, FORM, FOUR | {"q__visits": "3"}), 409, 1, False),
    "the same page as another group": ((A, FORM, FOUR), (A, OTHERS, FOUR), 409, 1, False),
    "the same page in another version":
        ((A, OTHERS, {"q__visits": "3"}), (A, EASY, {"q__visits": "3"}), 409, 1, False),
    "two tabs with the same answers": ((A, FORM, FOUR), (B, FORM, FOUR), 200, 2, False),
    "two tabs with other answers": ((A, FORM, FOUR), (B, FORM, ONE), 200, 2, False),
    "an answer mended before it was taken":
        ((A, FORM, {"q__visits": "abc"}), (A, FORM, {"q__visits": "3"}), 200, 1, False),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_what_is_sent_twice_is_stored_as_the_table_says(site: Site, case: str) -> None:
    first, second, status, rows, same = TABLE[case]
    numbers = {A: fresh(), B: fresh()}
    before = site.count()
    one, two = (site.send(numbers[page], path, **given) for page, path, given in (first, second))
    assert two.status == status
    assert site.count() - before == rows
    receipts = [RECEIPT.findall(reply.body) for reply in (one, two)]
    assert (receipts[0] == receipts[1] != []) is same
    if status == 409:
        assert "premières réponses sont gardées" in two.text
        answers = site.stored()[site.stored_id(numbers[A])]
        assert answers["mutual_help"].value == (3 if "q__mutual_help" in first[2] else None)


def test_a_retry_gets_the_same_receipt_byte_for_byte(site: Site) -> None:
    number = fresh()
    replies = [site.send(number) for _ in range(5)]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert len(RECEIPT.findall(replies[0].body)) == 1


def test_a_client_gone_before_the_answer_finds_its_receipt_when_it_tries_again(site: Site) -> None:
    before, numbers = site.count(), [fresh() for _ in range(10)]
    for number in numbers:
        raw(site.port, _request(form(number)), quit_now=True)
    assert before <= site.count() <= before + len(numbers)
    for number in numbers:
        again = site.send(number)
        assert again.status == 200
        assert RECEIPT.search(again.body)
    assert site.count() == before + len(numbers)


@pytest.mark.parametrize("kept", [20, 45, 70])
def test_a_line_cut_while_sending_stores_nothing_and_the_retry_is_whole(
    site: Site, kept: int
) -> None:
    number, before = fresh(), site.count()
    whole = form(number, q__story="Un jardin partagé avec toute la rue.")
    request = _request(whole)
    raw(site.port, request[: len(request) - len(whole) + kept], quit_now=True)
    again = site.post(whole)
    assert again.status == 200
    assert site.count() == before + 1
    assert site.stored()[site.stored_id(number)]["story"].value.endswith("toute la rue.")


def test_a_double_click_of_eight_at_once_stores_one_row_and_all_get_its_receipt(site: Site) -> None:
    before = site.count()
    for _ in range(5):
        number = fresh()
        replies = _at_once(site, [form(number)] * 8)
        assert [reply.status for reply in replies] == [200] * 8
        assert len({reply.body for reply in replies}) == 1
    assert site.count() == before + 5


def test_eight_different_forms_from_one_page_at_once_keep_exactly_one(site: Site) -> None:
    before, number = site.count(), fresh()
    replies = _at_once(site, [form(number, q__visits=str(n)) for n in range(8)])
    assert sorted(reply.status for reply in replies) == [200] + [409] * 7
    [kept] = [n for n, reply in enumerate(replies) if reply.status == 200]
    assert site.count() == before + 1
    assert site.stored()[site.stored_id(number)]["visits"].value == kept


def test_a_retry_after_the_wave_closed_gets_its_receipt_and_a_new_answer_does_not(
    fragile: Site,
) -> None:
    fragile.prepare()
    wave(fragile.store, every_type(), "short-2026")
    fragile.start()
    path, number = "/s/short-2026/employees/fr", fresh()
    first = fragile.send(number, path)
    with fragile.store.writing() as session:
        waves.close_wave(session, "short-2026", DAY)
        assert following.list_waves(session)[-1].state == WaveState.CLOSED
    time.sleep(FRESH_SECONDS + 0.2)  # each process may believe for so long that it is open
    assert fragile.get(path).status == 410
    assert fragile.send(number, path).body == first.body
    late = fragile.send(fresh(), path)
    assert late.status == 410
    assert "n’ont pas été enregistrées" in late.text
    assert fragile.send(number, path, **ONE).status == 409
    assert fragile.send(fresh(), path, q__visits="abc").status == 410
    assert fragile.count() == 1


def _request(body: bytes) -> bytes:
    head = f"POST {FORM} HTTP/1.1\r\nHost: corus\r\nContent-Type: {FORM_TYPE}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _at_once(site: Site, bodies: list[bytes]) -> list[Reply]:
    """Send every body at the same moment, each over a connection already open."""
    start = threading.Barrier(len(bodies))
    replies: dict[int, Reply] = {}

    def send(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        connection.connect()
        start.wait(30)
        connection.request("POST", FORM, bodies[place], {"Content-Type": FORM_TYPE})
        answer = connection.getresponse()
        replies[place] = Reply(answer.status, {}, answer.read())
        connection.close()

    threads = [threading.Thread(target=send, args=(place,)) for place in range(len(bodies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [replies[place] for place in range(len(bodies))]
