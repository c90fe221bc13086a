"""``corus print``: files that open, and words instead of traces."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.reading_pdf import is_accessible, pages_of, words_of

SURVEYS = Path(__file__).parents[2] / "surveys"


@pytest.fixture
def wave(corus) -> str:
    corus("publish", SURVEYS / "social_utility.yaml")
    corus(
        "wave", "create", "panier-2026", "--organization", "Le Panier #des* <Hauts>",
        "--instrument", "social_utility", "--contact", "donnees@panier.example",
        "--group", "beneficiaries", "--group", "clients",
    )  # fmt: skip
    return "panier-2026"


def test_a_simple_sheet_in_numbered_copies(corus, wave: str, tmp_path: Path) -> None:
    made = tmp_path / "sheet.pdf"
    said = corus(
        "print", "questionnaire", wave, "--group", "beneficiaries", "--easy", "--copies", 2,
        "--from", 41, "--return-to", "l’accueil", "-o", made,
    ).output  # fmt: skip
    assert said.strip() == str(made)
    words = words_of(made.read_bytes())
    for expected in ("Feuille n° 41", "Feuille n° 42", "l’accueil", "Le Panier #des* <Hauts>"):
        assert expected in words
    assert "Feuille n° 43" not in words


def test_large_print_in_english(corus, wave: str, tmp_path: Path) -> None:
    made = tmp_path / "large.pdf"
    corus("print", "questionnaire", wave, "--group", "clients", "--language", "en", "--large",
          "-o", made)  # fmt: skip
    assert is_accessible(made.read_bytes())
    assert "Sheet no." in words_of(made.read_bytes())


def test_a_sheet_of_a_site_that_the_wave_has(corus, wave: str, tmp_path: Path) -> None:
    made = tmp_path / "sheet.pdf"
    corus("wave", "set", wave, "--sites", "lille=Lille")
    asked = ("print", "questionnaire", wave, "--group", "clients", "-o", made, "--site")
    corus(*asked, "lille")
    assert "Site : Lille" in words_of(made.read_bytes())
    refused = corus(*asked, "nowhere", code=1)
    assert "WAV-052" in refused.output + refused.stderr


def test_posters_for_every_group_in_two_languages(corus, wave: str, tmp_path: Path) -> None:
    made = tmp_path / "posters.pdf"
    corus("print", "poster", wave, "--url", "https://a.example", "--lang", "fr", "--lang", "en",
          "-o", made)  # fmt: skip
    assert pages_of(made.read_bytes()) == 4
    assert "https://a.example/s/panier-2026/clients" in words_of(made.read_bytes())
    corus("print", "poster", wave, "--url", "https://a.example", "--kiosk", "-o", made)
    assert "https://a.example/k/panier-2026/clients" in words_of(made.read_bytes())


def test_the_register_entry_as_pdf_and_as_text(corus, wave: str, tmp_path: Path) -> None:
    pdf, text = tmp_path / "register.pdf", tmp_path / "register.md"
    corus("print", "register", wave, "-o", pdf)
    corus("print", "register", wave, "-o", text)
    assert is_accessible(pdf.read_bytes())
    assert text.read_text().startswith("# Registre des activités de traitement\n")


@pytest.mark.parametrize("name", ["reg.txt", "reg", "reg.docx"])
def test_nothing_is_written_under_an_ending_that_says_otherwise(
    corus, wave: str, tmp_path: Path, name: str
) -> None:
    for arguments in (("register", wave), ("questionnaire", wave, "--group", "clients"),
                      ("poster", wave, "--url", "https://a.example")):  # fmt: skip
        refused = corus("print", *arguments, "-o", tmp_path / name, code=1).stderr
        assert "FIL-004" in refused
        assert ".pdf" in refused
    assert not (tmp_path / name).exists()
    corus("print", "register", wave, "-o", tmp_path / "REG.MD")
    assert (tmp_path / "REG.MD").read_text().startswith("# ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("questionnaire", "panier-2026", "--group", "nobody"), "PRI-001"),
        (("questionnaire", "panier-2026", "--group", "clients", "--easy"), "PRI-006"),
        (("poster", "panier-2026"), "PRI-005"),
        (("register", "nowhere"), "NOT-"),
    ],
)
def test_mistakes_are_told_with_their_cure(
    corus, wave: str, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    refused = corus("print", *arguments, "-o", tmp_path / "x.pdf", code=1)
    assert code in refused.stderr
    assert not (tmp_path / "x.pdf").exists()
