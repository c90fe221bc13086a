"""Inviting in the browser: all or nothing, faults where they are, reminders that name nobody."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corus.app import create_app
from corus.config import Settings
from corus.services.inviting import behind, lists
from corus.store import deliveries, queries
from tests import factories as make
from tests.documents.reading_pdf import words_of
from tests.services.inviting.factories import PUBLIC, PostOffice, post_office
from tests.web import workspace_factories as people

PAGE = "/waves/panier-2026/fieldwork/invitations"
LIST = "groupe;courriel;nom;adresse\nemployees;ana@panier.example;Ana;\n"
POSTAL = "neighbours;;Bob Rue;3 rue des Lilas 75001 Paris\n"


def _site(folder: Path, office: PostOffice | None = None) -> Flask:
    found = Settings(
        folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32,
        public_url=PUBLIC if office else "", mail=office.mail if office else None,
    )  # fmt: skip
    app = create_app(found)
    make.open_wave(app.extensions["corus"].store)
    return app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = _site(tmp_path)
    yield made
    made.extensions["corus"].store.engine.dispose()


@pytest.fixture
def mailing_app(tmp_path: Path) -> Iterator[tuple[Flask, PostOffice]]:
    with post_office(tmp_path) as office:
        made = _site(tmp_path, office)
        yield made, office
        made.extensions["corus"].store.engine.dispose()


def _give(client: FlaskClient, text: str | bytes, name: str = "liste.csv") -> TestResponse:
    content = text.encode() if isinstance(text, str) else text
    return client.post(f"{PAGE}/list", data={"list": (io.BytesIO(content), name)})


def _words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def _invited(app: Flask) -> int:
    with app.extensions["corus"].store.reading() as session:
        return sum(line.invited for line in lists.numbers(session, "panier-2026"))


def test_everybody_on_a_list_is_invited_and_counted_by_group(app: Flask) -> None:
    client = people.signed_in(app, "facilitator")
    answer = _give(client, LIST + POSTAL)
    assert answer.status_code == 200
    assert "2 personnes ont été invitées." in _words(answer.text)
    assert "ana@panier.example" not in answer.text
    assert _invited(app) == 2


def test_one_wrong_row_invites_nobody_and_each_fault_says_its_row_and_column(app: Flask) -> None:
    client = people.signed_in(app)
    answer = _give(client, LIST + "salades;pas une adresse;;\n" + LIST.splitlines()[1] + "\n")
    assert answer.status_code == 422
    said = _words(answer.text)
    assert "3 défauts dans la liste" in said
    assert "3 groupe Le groupe manque, ou la vague n’en a pas de ce nom." in said
    assert "3 courriel Ce n’est pas une adresse de courriel" in said
    assert "La même personne est sur une autre ligne." in said
    assert "pas une adresse" not in answer.text.replace("Ce n’est pas une adresse", "")
    assert _invited(app) == 0


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "vide.csv", "Choisissez d’abord un fichier."),
        (b"%PDF-1.7 x", "liste.pdf", "Ce n’est ni du CSV ni du XLSX."),
        (b"nom\nAna\n", "liste.csv", "ce n’est pas une liste de contacts"),
        (b"groupe;courriel\n", "liste.csv", "Cette liste ne contient personne."),
        (b"\xd0\xcf\x11\xe0old", "liste.xls", "C’est un ancien classeur"),
        (b"groupe;courriel\nemployees;\"a@b.fr\n", "l.csv", "lu jusqu’au bout"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_words(
    app: Flask, content: bytes, name: str, said: str
) -> None:
    answer = _give(people.signed_in(app), content, name)
    assert answer.status_code == 422
    assert said in _words(answer.text)
    assert "/tmp" not in answer.text


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_opened(app: Flask) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    answer = _give(people.signed_in(app), packed.getvalue(), "liste.xlsx")
    assert answer.status_code == 422
    assert "trop gros une fois décompressé" in _words(answer.text)


def test_without_a_mail_server_the_page_says_so_and_offers_links_and_letters(app: Flask) -> None:
    client = people.signed_in(app)
    _give(client, LIST + POSTAL)
    said = _words(client.get(PAGE).text)
    assert "Aucun courriel ne peut partir d’ici" in said
    assert "Envoyer l’invitation…" not in said
    links = client.get(f"{PAGE}/links.csv?group=employees")
    assert links.headers["Content-Disposition"] == 'attachment; filename="panier-2026-links.csv"'
    assert links.headers["Cache-Control"] == "no-store"
    assert "http://localhost/i/" in links.text
    assert "Bob" not in links.text
    letters = client.get(f"{PAGE}/letters.pdf")
    assert letters.mimetype == "application/pdf"
    assert letters.data.startswith(b"%PDF")


def test_who_took_links_with_names_stands_in_the_log(app: Flask) -> None:
    client = people.signed_in(app)
    _give(client, LIST)
    client.get(f"{PAGE}/links.csv")
    said = _words(client.get("/organizations/le_panier_des_hauts/log").text)
    assert "a pris links.csv de la vague « Vague 2026 »" in said
    assert "Des personnes ont été invitées à la vague « Vague 2026 »" in said


def test_an_invitation_is_taken_back_by_its_address(app: Flask) -> None:
    client = people.signed_in(app)
    _give(client, LIST)
    wrong = client.post(f"{PAGE}/revoke", data={"address": "nobody@panier.example"})
    assert wrong.status_code == 404
    assert 'value="nobody@panier.example"' in wrong.text
    done = client.post(f"{PAGE}/revoke", data={"address": "ana@panier.example"})
    assert done.status_code == 303
    assert _invited(app) == 0


def _until_sent(app: Flask, kind: behind.Kind) -> None:
    found = behind.last(app.extensions["corus"].store, "panier-2026", kind)
    assert found.thread is not None
    found.thread.join(20)
    assert found.error is None


def test_what_would_be_sent_is_shown_first_and_sent_once(mailing_app) -> None:
    app, office = mailing_app
    client = people.signed_in(app)
    _give(client, LIST + "neighbours;bob@panier.example;;\n")
    shown = client.get(f"{PAGE}/invitation")
    assert "1 message" in _words(shown.text)
    assert "https://enquete.panier.example/i/specimen" in shown.text
    assert "ana@panier.example" not in shown.text
    assert office.count() == 0
    sent = client.post(f"{PAGE}/invitation", data={"go": "on"})
    assert sent.status_code == 303, sent.text
    assert sent.headers["Location"] == PAGE
    _until_sent(app, "invitation")
    assert sorted(office.to()) == ["ana@panier.example", "bob@panier.example"]
    assert "Il n’y a personne à qui écrire" in _words(client.get(f"{PAGE}/invitation").text)
    assert client.post(f"{PAGE}/invitation", data={"go": "on"}).status_code == 422
    assert office.count() == 2


def test_a_reminder_tells_no_name_and_no_exact_number(mailing_app) -> None:
    app, _ = mailing_app
    client = people.signed_in(app)
    rows = "".join(f"employees;p{n}@panier.example;;\n" for n in range(7))
    _give(client, "groupe;courriel;nom;adresse\n" + rows)
    client.post(f"{PAGE}/invitation", data={"go": "on"})
    _until_sent(app, "invitation")
    said = _words(client.get(f"{PAGE}/reminder").text)
    assert "au plus 7" in said
    assert "Personne n’est nommé" in said
    today = client.post(f"{PAGE}/reminder", data={"go": "on"})
    assert today.status_code == 403
    assert "Relancez demain au plus tôt." in _words(today.text)


def test_what_a_stopped_server_left_is_sent_by_going_on(mailing_app) -> None:
    app, office = mailing_app
    store, client = app.extensions["corus"].store, people.signed_in(app)
    _give(client, LIST)
    with store.writing() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        mailing = deliveries.new_mailing(session, wave.id, "invitation", 1, make.DAY)
        from corus.store import invitations

        ids = invitations.ids_of(invitations.people(session, wave.id))
        deliveries.add(session, mailing.id, ids)
    assert "Continuer l’envoi" in client.get(PAGE).text
    client.post(f"{PAGE}/invitation", data={"go": "on"})
    _until_sent(app, "invitation")
    assert office.to() == ["ana@panier.example"]
    assert "Continuer l’envoi" not in client.get(PAGE).text


def test_a_mail_server_that_is_away_is_told_and_what_waits_still_waits(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        gone = office.mail
    from dataclasses import replace

    app = create_app(
        Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32,
                 public_url=PUBLIC, mail=replace(gone, smtp_host="127.0.0.1"))
    )  # fmt: skip
    store = app.extensions["corus"].store
    make.open_wave(store)
    client = people.signed_in(app)
    _give(client, LIST)
    from corus.services.inviting import sending

    usual, sending.RECONNECTIONS = sending.RECONNECTIONS, ()
    try:
        client.post(f"{PAGE}/invitation", data={"go": "on"})
        found = behind.last(store, "panier-2026", "invitation")
        assert found.thread is not None
        found.thread.join(20)
    finally:
        sending.RECONNECTIONS = usual
    said = _words(client.get(PAGE).text)
    assert "Le serveur de courrier ne répond pas" in said
    assert "encore à envoyer : 1" in said.replace("\u202f", " ")
    store.engine.dispose()


def test_a_name_that_no_font_can_print_holds_back_no_letter_and_is_told(app: Flask) -> None:
    client = people.signed_in(app)
    _give(client, "groupe,nom,adresse postale\nemployees,Ana \U0010fffe,1 rue A 59000 Lille\n")
    letters = client.get("/waves/panier-2026/fieldwork/invitations/letters.pdf")
    assert letters.mimetype == "application/pdf"
    assert "Ana □" in words_of(letters.data)
    told = _words(client.get("/waves/panier-2026/fieldwork/invitations").text)
    assert "Aucune police du serveur n’a ces signes : \U0010fffe." in told
