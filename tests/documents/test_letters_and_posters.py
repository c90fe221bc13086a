"""Letters and posters: the right address, in print and as a QR code, in the right window."""

from __future__ import annotations

import re
import time

import pytest
import segno
import typst

from corus.documents import printer
from corus.documents.given_back import print_given_back
from corus.documents.letters import Letter, Sender, grouped, print_letters
from corus.documents.posters import Poster, print_posters
from corus.documents.printer import QR_MASK, lacking, qr
from corus.documents.register import Facts, as_pdf, register_of
from corus.errors import CorusError, InputError
from corus.language import catalogue
from tests.documents.paper_factories import ORGANIZATION, a_plan, built_in
from tests.documents.reading_pdf import is_accessible, language_of, pages_of, plain, words_of

SENDER = Sender(ORGANIZATION, a_plan(), "https://avis.panier.example")
HOSTILE = '#include "x" *A* <b> "C" \\ $d$ @e'


def _letter(n: int = 0, **changes: str) -> Letter:
    code = f"abcd2345efgh{n:04}"
    fields = {
        "name": f"Camille Dupont {n}", "postal": "12 rue des Lilas\n59000 Lille",
        "url": f"https://avis.panier.example/i/{code}", "code": code,
        "group_label": "Salariées et salariés", "language": "fr",
    }  # fmt: skip
    return Letter(**{**fields, **changes})  # type: ignore[arg-type]


def _drawn(svg: str) -> list[list[int]]:
    """The modules that a QR code drawn by segno fills."""
    size = int(re.search(r'width="(\d+)"', svg)[1])  # type: ignore[index]
    grid = [[0] * size for _ in range(size)]
    x = y = 0.0
    path = re.search(r' d="(.*?)"', svg)[1]  # type: ignore[index]
    for move, arguments in re.findall(r"([Mmh])([-\d. ]+)", path):
        numbers = [float(n) for n in arguments.split()]
        if move == "h":
            for column in range(int(x), int(x + numbers[0])):
                grid[int(y)][column] = 1
            x += numbers[0]
        else:
            x, y = numbers if move == "M" else (x + numbers[0], y + numbers[1])
    return grid


@pytest.mark.parametrize("address", ["https://a.fr/i/abcd", "https://été.example/s/" + "x" * 120])
def test_the_code_that_is_drawn_is_the_code_of_the_address(address: str) -> None:
    expected = segno.make_qr(address, error="m", mask=QR_MASK).matrix
    assert _drawn(qr(address)) == [list(row) for row in expected]


def test_each_person_gets_one_page_with_name_address_link_and_code() -> None:
    pdf = print_letters([_letter(n) for n in range(3)], SENDER)
    words = words_of(pdf)
    assert pages_of(pdf) == 3
    assert is_accessible(pdf)
    for n in range(3):
        said = f"Camille Dupont {n} 12 rue des Lilas 59000 Lille Votre avis sur {ORGANIZATION}"
        assert said in words
        assert f"https://avis.panier.example/i/abcd2345efgh{n:04}" in words
        assert f"ABCD 2345 EFGH {n:04}" in words
    assert "https://avis.panier.example/i et tapez ce code :" in words
    assert "rien ne relie vos réponses à votre nom" in words
    assert "jusqu’au 30 avril 2026" in words


def test_each_letter_is_in_the_language_of_its_person() -> None:
    pdf = print_letters([_letter(1), _letter(2, language="en")], SENDER)
    words = words_of(pdf)
    assert "Bonjour," in words
    assert "Hello," in words
    assert language_of(pdf) == "fr"


def test_a_confidential_wave_promises_no_anonymity_by_letter() -> None:
    sender = Sender(ORGANIZATION, a_plan(anonymity="confidential"), "https://a.example")
    assert "anonyme" not in words_of(print_letters([_letter()], sender))


def test_the_same_letters_are_the_same_bytes() -> None:
    assert print_letters([_letter()], SENDER) == print_letters([_letter()], SENDER)


def test_codes_are_read_in_groups_of_four() -> None:
    assert grouped("abcd2345efgh67") == "ABCD 2345 EFGH 67"
    assert grouped("ab cd 23") == "ABCD 23"


def test_an_address_that_the_window_would_cut_is_refused_without_naming_anybody() -> None:
    long = _letter(7, postal="\n".join("abcdef"))
    with pytest.raises(InputError, match="letter 2 has 7 lines") as caught:
        print_letters([_letter(), long], SENDER)
    assert caught.value.code == "DOC-003"
    assert "Camille" not in str(caught.value)


def test_nothing_to_print_is_said() -> None:
    with pytest.raises(InputError) as caught:
        print_letters([], SENDER)
    assert caught.value.code == "DOC-002"
    with pytest.raises(InputError) as caught:
        print_posters([], ORGANIZATION, a_plan())
    assert caught.value.code == "DOC-004"


def test_hostile_names_are_printed_as_they_are_written() -> None:
    sender = Sender(HOSTILE, a_plan(title=HOSTILE), "https://a.example")
    letter = _letter(name=HOSTILE, postal=HOSTILE, group_label=HOSTILE)
    assert words_of(print_letters([letter], sender)).count(plain(HOSTILE)) >= 5
    poster = Poster(HOSTILE, "fr", "https://a.example/s/x/y")
    assert words_of(print_posters([poster], HOSTILE, a_plan())).count(plain(HOSTILE)) >= 2


def test_a_poster_says_for_whom_how_long_and_where() -> None:
    address = "https://avis.panier.example/s/panier-2026/clients"
    pdf = print_posters(
        [Poster("Clientes et clients", "fr", address, 7), Poster("Clients", "en", address, 7)],
        ORGANIZATION,
        a_plan(),
    )
    words = words_of(pdf)
    assert pages_of(pdf) == 2
    assert is_accessible(pdf)
    assert words.count(address) == 2
    assert "7 minutes au plus." in words
    assert "7 minutes at most." in words


@pytest.mark.deep
def test_a_thousand_letters_take_seconds() -> None:
    start = time.process_time()
    print_letters([_letter(n) for n in range(1000)], SENDER)
    assert time.process_time() - start < 20


UNKNOWN = "\U0010fffe"


def test_a_sign_that_no_font_has_is_printed_as_a_box_on_letters_posters_and_the_register() -> None:
    name = f"Panier {UNKNOWN}"
    letter = print_letters([_letter(name=f"Ana {UNKNOWN}")], Sender(name, a_plan(), "https://a.fr"))
    assert "Ana □" in words_of(letter)
    assert "Votre avis sur Panier □" in words_of(letter)
    poster = print_posters([Poster("Salariés", "fr", "https://a.fr/s/x/y")], name, a_plan())
    assert "Votre avis sur Panier □" in words_of(poster)
    back = print_given_back(name, "Salariés", "https://a.fr/g/x", "a@b.fr", "fr")
    assert "Panier □" in words_of(back)
    facts = Facts(name, "panier-2026", a_plan(), built_in().instrument, "ab" * 32)
    assert "Panier □" in words_of(as_pdf(register_of(facts, "fr")))


def test_only_signs_that_no_font_has_are_said_to_be_lacking() -> None:
    assert lacking("Café, œuvre, 12 € – « oui »", "🙂 ✓") == ""
    assert lacking(f"a{UNKNOWN}b", UNKNOWN) == UNKNOWN


class PanicException(BaseException):
    """What typst raises where it is at fault: no ``Exception``."""


@pytest.mark.parametrize("failure", [PanicException("range"), typst.TypstError("unknown variable")])
def test_a_fault_of_the_printer_is_an_error_in_words(
    failure: BaseException, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(printer.typst, "compile", fail)
    with pytest.raises(CorusError) as caught:
        print_letters([_letter()], SENDER)
    assert (caught.value.code, caught.value.status) == ("DOC-005", 500)
    assert "typst failed" in caplog.text
    for sentence in caught.value.patterns:
        assert sentence in catalogue("fr")


def test_an_interruption_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(printer.typst, "compile", stop)
    with pytest.raises(KeyboardInterrupt):
        print_letters([_letter()], SENDER)
