"""Waves in every state for the respondent's pages, and visitors with and without a browser."""

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import select

from corus.authoring import load_instrument
from corus.services import waves
from corus.store.engine import open_store
from corus.store.models import Organization, Response
from tests.factories import DAY, plan
from tests.web import respond_factories as make


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """The same hashes with less work: hundreds of people sign in here."""
    from argon2 import PasswordHasher

    from corus.services.accounts import passwords

    usual = passwords._hasher
    passwords._hasher = lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield
    passwords._hasher = usual


@pytest.fixture(scope="module")
def waves_store(tmp_path_factory):
    """Open, confidential, draft and closed waves, and one on the shipped instrument."""
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'corus.sqlite'}", b"k" * 32)
    make.wave(opened, make.every_type())
    make.wave(opened, make.every_type(), "secret-2026", anonymity="confidential")
    make.wave(opened, load_instrument(make.SHIPPED), "shipped-2026")
    with opened.writing() as session:
        owner = session.scalar(select(Organization))
        waves.create_wave(session, "draft-2026", owner, "every_type", plan(groups={}))
    make.wave(opened, make.every_type(), "closed-2026")
    with opened.writing() as session:
        waves.close_wave(session, "closed-2026", DAY)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def wave_store(waves_store):
    """The same, without any response."""
    with waves_store.writing() as session:
        session.query(Response).delete()
    return waves_store


@pytest.fixture
def visitor(wave_store):
    """A browser without JavaScript, in short."""
    return make.application(wave_store).test_client()


@pytest.fixture(scope="module")
def respond_site(tmp_path_factory):
    """A running server: its address, its store, and the paths of the POSTs it received."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'corus.sqlite'}", b"k" * 32)
    make.wave(store, make.every_type())
    app = make.application(store)
    app.extensions["received"] = received = []

    behind = app.wsgi_app

    def noting(environ, start):
        # In front of everything: the usual visit never reaches Flask.
        if environ["REQUEST_METHOD"] == "POST":
            received.append(environ["PATH_INFO"])
        return behind(environ, start)

    app.wsgi_app = noting
    with make.serving(app) as address:
        yield address, store, received
    store.engine.dispose()


@pytest.fixture(scope="module")
def chrome(chromium):
    """One browser for the tests of a file."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def expected(said):
    """What a browser says by itself of a refused page, and of a network that was taken away."""
    return "status of 4" in said or "Failed to load resource: net::ERR_" in said


@pytest.fixture
def visit(respond_site, chrome):
    """Opens pages; at the end nothing was complained of, kept, or fetched elsewhere."""
    address, store, received = respond_site
    with store.writing() as session:
        session.query(Response).delete()
    received.clear()
    contexts, said, elsewhere = [], [], []

    def opened(path=make.FORM, *, script=True, size=make.PHONE, clock=False, before=""):
        context = chrome.new_context(
            viewport=size, java_script_enabled=script, base_url=address, locale="fr-FR"
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        if before:
            context.add_init_script(before)
        page = context.new_page()
        if clock:
            page.clock.install()
        page.on("console", lambda m: said.append(m.text) if not expected(m.text) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.on(
            "request", lambda r: r.url.startswith((address, "data:")) or elsewhere.append(r.url)
        )
        page.goto(path)
        return page

    yield opened
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert (said, elsewhere, cookies) == ([], [], [])


@pytest.fixture
def answers(respond_site):
    """Reads the answers stored so far."""
    return lambda: make.stored(respond_site[1], make.every_type())
