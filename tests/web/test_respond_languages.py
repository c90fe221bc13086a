"""A further language, written from right to left, needs a questionnaire and a catalogue only."""

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.messages import Catalog
from babel.messages.pofile import write_po
from playwright.sync_api import expect

from corus import language
from corus.domain.instrument import Instrument
from corus.errors import InputError
from corus.store.engine import open_store
from tests.web import respond_factories as make
from tests.web.respond_factories import card

pytestmark = pytest.mark.browser
FORM = "/s/arabe-2026/employees/ar"
SAID = {
    "Continue": "متابعة",
    "Back": "رجوع",
    "Send my answers": "إرسال إجاباتي",
    "Thank you. Your answers are stored.": "شكرا. تم تسجيل إجاباتكم.",
    "step {step} of {steps}": "الخطوة {step} من {steps}",
}
"""Real words where a test looks for them; elsewhere the word for "text"."""


def arabic(sentence):
    """A stand-in as long as the original, with its parameters."""
    words = len(sentence.split())
    return SAID.get(sentence) or " ".join(["نص"] * words + re.findall(r"{\w+}", sentence))


def in_arabic(value):
    """An authored document with every text said in Arabic too, first."""
    if isinstance(value, list):
        return [in_arabic(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "fr" in value:
        return {"ar": arabic(value["fr"]), **value}
    return {key: in_arabic(part) for key, part in value.items()}


def forget_languages():
    for known in (language.languages, language.catalogue, language.unsaid, language.words):
        known.cache_clear()


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """A folder of catalogues of its own: the French ones, and an Arabic one, whole."""
    wanted = language.unsaid("ar")
    shutil.copytree(str(language.FOLDER / "fr"), tmp_path / "fr")
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    made = Catalog(locale="ar", charset="utf-8")
    for sentence in wanted:
        made.add(sentence, arabic(sentence))
    (tmp_path / "ar").mkdir()
    with (tmp_path / "ar" / "respond.po").open("wb") as stream:
        write_po(stream, made)
    forget_languages()
    yield made
    forget_languages()


@pytest.fixture
def arabic_store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'corus.sqlite'}", b"k" * 32)
    yield opened
    opened.engine.dispose()


def instrument():
    document = in_arabic(make.every_type().model_dump(mode="json", exclude_none=True))
    return Instrument.model_validate(document | {"languages": ["ar", "fr", "en"]})


def wave(store):
    return make.wave(store, instrument(), "arabe-2026", languages=("ar", "fr"))


def test_form_runs_from_right_to_left_and_can_be_sent(catalogues, arabic_store, chrome):
    wave(arabic_store)
    with make.serving(make.application(arabic_store)) as address:
        page = chrome.new_page(viewport=make.PHONE, base_url=address)
        page.goto(FORM)
        page.set_default_timeout(5000)
        root = page.locator("html")
        expect(root).to_have_attribute("dir", "rtl")
        expect(root).to_have_attribute("lang", "ar")
        row = card(page, "mutual_help").locator("label.row").first
        tick, words = row.locator("input").bounding_box(), row.locator("span").bounding_box()
        assert tick["x"] > words["x"]
        for step in range(3):
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            assert Axe().run(page).response["violations"] == []
            if step < 2:
                page.get_by_role("button", name="متابعة").click()
        card(page, "visits").get_by_role("textbox").fill("3")
        page.get_by_role("button", name="إرسال إجاباتي").click()
        expect(page.get_by_role("heading", name="شكرا")).to_be_visible()
        expect(page.locator(".receipt .code")).to_have_attribute("dir", "ltr")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.close()
    assert make.count(arabic_store) == 1


def test_other_language_is_named_in_its_own_words(catalogues, arabic_store):
    wave(arabic_store)
    client = make.application(arabic_store).test_client()
    assert '<a href="fr" lang="fr" hreflang="fr">Français</a>' in client.get(FORM).text
    french = client.get("/s/arabe-2026/employees/fr").text
    assert '<html lang="fr" dir="ltr">' in french
    assert 'lang="ar" hreflang="ar">العربية</a>' in french


def test_language_with_a_sentence_missing_is_not_offered(arabic_store, catalogues):
    catalogues.delete("Send my answers")
    with (language.FOLDER / "ar" / "respond.po").open("wb") as stream:
        write_po(stream, catalogues)
    forget_languages()
    assert language.unsaid("ar") == ("Send my answers",)
    with pytest.raises(InputError, match=r"1 sentence.*Send my answers") as told:
        wave(arabic_store)
    assert told.value.code == "WAV-038"


def test_language_without_a_catalogue_is_not_offered(arabic_store):
    with pytest.raises(InputError, match="do not speak “ar”") as told:
        wave(arabic_store)
    assert "corus/translations/ar/respond.po" in told.value.hint


def test_every_style_follows_the_direction_of_the_page():
    sheet = (make.Path("corus/web/static/respond.css")).read_text()
    sided = re.findall(r"(?:margin|padding|border|align:?) ?-?(?:left|right)", sheet)
    assert set(sided) <= {"padding-left", "padding-right"}
    assert sheet.count("padding-left") == sheet.count("padding-right") == 1
