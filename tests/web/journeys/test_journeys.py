"""Four people in a real browser, from their first page to what they came for, in both languages.

A manager from a one-time link to a published dashboard; a respondent on a telephone; a researcher
to the answers, the notebook and a key for programs; a reader for accreditation to the evidence.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from corus.services import demo, publishing, responding
from corus.services.accounts import moments, tickets
from corus.services.accounts import people as accounts
from corus.store import queries
from tests.web import respond_factories as make
from tests.web import workspace_factories as people
from tests.web.journeys.conftest import ARTEFACTS, DESKTOP, PHONE, Visit
from tests.web.journeys.walking import Keyboard, Pointer, Way

pytestmark = pytest.mark.browser
Visiting = Callable[..., Visit]
HERE = f"/waves/{demo.WAVE}"
MOVES = """() => [document.getAnimations().length,
  getComputedStyle(document.documentElement).scrollBehavior,
  document.documentElement.scrollWidth <= innerWidth]"""
"""Animations, the way of scrolling, and whether everything is in the window."""
FILES = {"fr": {"report.pdf": b"%PDF-", "evidence.xlsx": b"PK"}, "en": {"evidence.xlsx": b"PK"}}
"""What is taken along: the report once, because it is set anew in each language."""
ASKED = ("employees", "neighbours", "funders")
"""Groups of the manager's wave; the last stays under the threshold."""


def _sign_up(app: Flask, email: str, language: str) -> str:
    """The one-time link that ``corus user add`` prints."""
    with app.extensions["corus"].store.writing() as session:
        who, _ = accounts.add(session, email, people.today(), language=language, proven=True)
        return f"/account/link/{tickets.issue(session, who, 'invitation', moments.now())}"


def _answer(app: Flask, wave: str) -> None:
    """The people of the demonstration answer this wave too."""
    store = app.extensions["corus"].store
    with store.reading() as session:
        instrument = publishing.load_version(queries.wave_by_code(session, wave).published)
    for person in demo.respondents(instrument.instrument, seed=sum(wave.encode())):
        if person.group in ASKED:
            page = responding.questionnaire(store, wave, person.group, person.variant)
            responding.submit(store, page, "fr", person.submission_id, person.form)


def _sign_in(visit: Visit, app: Flask, role: str, language: str) -> None:
    email = f"{role}-{language}@journeys.example"
    who = people.with_password(app, people.account(app, [role], email=email, language=language))
    visit.page.goto(f"/sign-in?next={HERE}")
    if role == "researcher":
        visit.look("sign-in")
    visit.page.locator("[name='signin.email']").fill(who.email)
    visit.page.locator("[name='signin.password']").fill(people.PASSWORD)
    Pointer(visit.page).press("main form button")


def _to_an_open_wave(visit: Visit, way: Way, name: str) -> str:
    """Password, organization, wave, groups, opening; returns the code of the wave."""
    visit.look("password")
    way.fill("name", "Inès Gérance")
    way.fill("password", people.PASSWORD)
    way.press("main form button")
    visit.look("organization")
    way.fill("name", name)
    way.choose("legal_form", "Association")
    way.press("main form.card button")
    visit.look("wave")
    way.press("main form.card button")
    for group in ASKED:
        way.tick(f"[name=groups][value={group}]")
        way.fill(f"people-{group}", "80")
    visit.look("groups")
    way.press("main form.card button")
    visit.look("opening")
    way.day("employees_informed")
    for point in ("cse", "minors", "protected_adults"):
        way.tick(f"[name={point}][value=none]")
    way.fill("results_seen_by", "Le conseil, puis chaque groupe qui a répondu")
    way.press("button[value=open]")
    visit.look("opened")
    return visit.page.url.split("/")[-2]


def _to_a_dashboard(visit: Visit, way: Way, app: Flask, wave: str) -> None:
    """Fieldwork, closing, publishing, reading, giving back."""
    way.press(f"main a.go[href$='/waves/{wave}/fieldwork']")
    visit.look("fieldwork-first")
    _answer(app, wave)
    way.press("main a.go[href*='invitations']")
    visit.look("invitations")
    way.press("nav.wave-ways a[href$='/fieldwork']")
    visit.look("fieldwork")
    way.press(f"nav.wave-ways a[href$='/waves/{wave}/settings']")
    visit.look("settings")
    way.press("a[href$='/close']")
    visit.look("close")
    way.press("main form.card button")
    visit.look("closed")
    way.press("a[href$='/publish']")
    visit.look("publish")
    way.press("main form.card button")
    visit.look("dashboard")


@pytest.mark.parametrize(
    ("language", "size", "walk"),
    [("fr", DESKTOP, Keyboard), ("en", PHONE, Pointer)],
    ids=["by keyboard in French", "on a telephone in English"],
)
def test_a_manager_goes_from_a_link_to_a_published_dashboard(
    demonstration: Flask, visit: Visiting, language: str, size: dict[str, int],
    walk: type[Keyboard | Pointer],
) -> None:  # fmt: skip
    link = _sign_up(demonstration, f"ines-{language}@journeys.example", language)
    on = visit("manager", size, language)
    on.page.goto(link)
    way = walk(on.page)
    wave = _to_an_open_wave(on, way, f"Les Jardins {language.upper()}")
    _to_a_dashboard(on, way, demonstration, wave)
    assert on.page.url.endswith(f"/waves/{wave}/{language}")
    drawn = "#plot-heat.ready" if size["width"] > 700 else "table.heat"
    expect(on.page.locator(drawn)).to_be_visible()
    expect(on.page.locator("table.heat")).to_contain_text("n < 5")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_respondent_answers_on_a_telephone_and_gets_a_receipt(
    visit: Visiting, language: str
) -> None:
    on = visit("respondent", PHONE, language, has_touch=True)
    page = on.page
    page.goto(f"/s/{demo.TRIAL}/neighbours/{language}")
    on.look("form")
    forward = page.locator("#moves button.primary:not(#send)")
    while True:
        for choices in page.locator("fieldset:visible").all():
            points = choices.locator("label:visible:has(input[type=radio])")
            if points.count() > 1:
                points.nth(1).tap()
        if not forward.is_visible():
            break
        forward.tap()
    on.look("last-step")
    page.locator("#send").tap()
    expect(page.get_by_text(make.CODE)).to_be_visible()
    on.look("receipt")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_researcher_goes_from_the_dashboard_to_the_answers_and_a_key(
    demonstration: Flask, visit: Visiting, language: str, tmp_path: Path
) -> None:
    on = visit("researcher", language=language)
    _sign_in(on, demonstration, "researcher", language)
    expect(on.page.locator("#first")).to_be_visible()
    _parts(on)
    _single_answers(on, tmp_path)
    _key(on)


def _parts(on: Visit) -> None:
    way = Pointer(on.page)
    way.press(f"a[href$='{HERE}/views']")
    on.look("parts")
    # The form that nobody filled in; what singles people out is refused in the same place.
    way.tick("[name=variant][value=express]")
    way.press("main form button:not(.plain)")
    expect(on.page.locator("[role=alert]")).to_be_visible()
    on.look("refused")
    on.page.locator("[name=variant][value=express]").uncheck()
    way.tick("[name=group][value=beneficiaries]")
    way.press("main form button:not(.plain)")
    assert "/views/" in on.page.url
    on.look("part")


def _single_answers(on: Visit, folder: Path) -> None:
    page, way = on.page, Pointer(on.page)
    page.goto(HERE + "/single-answers")
    way.fill("role", "Laboratoire des Hauts")
    way.fill("purpose", "Thèse sur l’écoute")
    on.look("single-answers")
    with page.expect_download() as waiting:
        page.locator("main form button").first.click()
    taken = folder / "taken.zip"
    waiting.value.save_as(taken)
    with zipfile.ZipFile(taken) as archive:
        archive.extractall(folder)
    assert len(_run(folder)) == sum(group.answers for group in demo.GROUPS.values())


def _run(folder: Path) -> object:
    """What the notebook of the archive calls ``answers``, run where it was unpacked."""
    document = json.loads((folder / "open_these_answers.ipynb").read_bytes())
    before, space = Path.cwd(), {}
    os.chdir(folder)
    try:
        for cell in document["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), "notebook", "exec"), space)
    finally:
        os.chdir(before)
    return space["answers"]


def _key(on: Visit) -> None:
    page = on.page
    page.goto("/account#keys")
    page.locator("#f-key-name").fill("notebook")
    Pointer(page).press("form[action*='/keys'] button.second")
    key = page.locator("code.key").inner_text()
    page.evaluate("document.querySelector('code.key').textContent = 'corus_…'")
    on.look("key")
    program = {"Authorization": f"Bearer {key}"}
    found = page.context.request.get(f"/api/v1{HERE}", headers=program)
    assert found.status == 200
    assert found.json()["code"] == demo.WAVE


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_reader_for_accreditation_is_invited_until_a_day_and_reads_only_what_was_published(
    demonstration: Flask, visit: Visiting, language: str, tmp_path: Path
) -> None:
    manager = visit("inviting", language=language)
    _sign_in(manager, demonstration, "manager", language)
    link = _invite(manager, f"agrement-{language}@prefecture.example")
    on = visit("accreditor", {"fr": DESKTOP, "en": PHONE}[language], language)
    page, way = on.page, Pointer(on.page)
    page.goto(link)
    way.fill("password", people.PASSWORD)
    way.press("main form button")
    # With one organization to read, its waves are the home.
    on.look("home")
    _elsewhere(page)
    way.press(f"main a.go[href='{HERE}']")
    _picture(on, "dashboard")
    for name, begins in FILES[language].items():
        with page.expect_download() as waiting:
            page.locator(f"a[href$='/{name}']").first.click()
        waiting.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    page.goto(HERE + "/single-answers")
    on.look("refused")


def _picture(on: Visit, name: str) -> None:
    """What is in the window; axe had the same page in ``test_every_page``."""
    ARTEFACTS.mkdir(exist_ok=True)
    on.page.screenshot(path=ARTEFACTS / f"{on.name}-{name}.png")


def _invite(on: Visit, email: str) -> str:
    """The manager gives the role until a day; returns the link that is shown once."""
    page, way = on.page, Pointer(on.page)
    page.goto("/organizations/le_panier_des_hauts/people")
    way.fill("email", email)
    way.fill("name", "Alex Agrément")
    way.tick("[name=role][value=accreditor][type=radio]")
    way.fill("until", (people.today() + timedelta(90)).isoformat())
    way.press("main form[method=post]:not([action]) button")
    link = page.locator("code.key").inner_text()
    page.evaluate("document.querySelector('code.key').textContent = 'https://…'")
    on.look("people")
    return link


def _elsewhere(page: Page) -> None:
    """Nothing but reading is offered, and nothing else is there when asked for by hand."""
    offered = page.locator("nav a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert offered == ["/organizations/le_panier_des_hauts"]
    for place in ("fieldwork", "settings", "views", "single-answers", "invitations", "paper/fr"):
        assert page.context.request.get(f"{HERE}/{place}").status in (403, 404), place


@pytest.mark.parametrize("language", ["fr", "en"])
def test_at_twice_the_size_and_with_reduced_motion_nothing_moves_or_leaves_the_window(
    demonstration: Flask, visit: Visiting, language: str
) -> None:
    # 640 px is what a window of 1280 px has left at 200 %.
    size = {"width": 640, "height": 450}
    on = visit("twice", size, language, reduced_motion="reduce")
    _sign_in(on, demonstration, "manager", language)
    trial = f"/waves/{demo.TRIAL}"
    for name, where in {
        "dashboard": HERE, "board": f"{trial}/fieldwork", "groups": f"{trial}/groups",
        "settings": f"{trial}/settings",
    }.items():  # fmt: skip
        on.page.goto(where)
        _picture(on, name)
        assert on.page.evaluate(MOVES) == [0, "auto", True], name
