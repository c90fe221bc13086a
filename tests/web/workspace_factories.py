"""People of the workspace for tests: signed in by cookie, with roles in every organization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from corus.domain.roles import Role
from corus.services import releasing
from corus.services.accounts import members, people
from corus.store import accounts
from corus.store.account_models import Account
from corus.store.writer import store_rows
from corus.web.access import session
from tests import factories as make

HERE = "http://localhost"
EMAIL = "{role}@{organization}.example"
PASSWORD = "une gare sans horloge"


def account(
    app: Flask, roles: Iterable[str] = ("manager",), organization: str | None = None,
    *, email: str = "", admin: bool = False, language: str = "fr",
) -> Account:  # fmt: skip
    """An account with these roles, in one organization or in all there are."""
    day = datetime.now(UTC).date()
    roles = list(roles)
    kind = "-".join(roles) or ("admin" if admin else "nobody")
    email = email or EMAIL.format(role=kind, organization=organization or "all")
    with app.extensions["corus"].store.writing() as opened:
        made, _ = people.add(
            opened, email.replace("_", "-"), day, admin=admin, proven=True, language=language
        )
        for place in accounts.organizations(opened):
            if organization in (None, place.code):
                for role in roles:
                    members.give(opened, made, place, Role(role), day)
        opened.flush()
        opened.expunge(made)
    return made


def with_password(app: Flask, who: Account | None = None) -> Account:
    """The same person once they chose ``PASSWORD``."""
    who = who or account(app)
    with app.extensions["corus"].store.writing() as opened:
        found = people.by_number(opened, who.id)
        people.set_password(opened, found, PASSWORD)
        opened.flush()
        opened.expunge(found)
    return found


def sign_in_form(who: Account, password: str = PASSWORD, **more: str) -> dict[str, str]:
    """What the page to sign in sends."""
    return {"signin.email": who.email, "signin.password": password, **more}


def cookie(app: Flask, who: Account) -> str:
    """What the browser of this person holds."""
    return session.seal(app.extensions["corus"].settings, who)


def let_in(client: FlaskClient, app: Flask, who: Account | None = None) -> FlaskClient:
    """Sign this client in, as a manager of every organization unless somebody is named."""
    client.set_cookie(session.COOKIE, cookie(app, who or account(app)))
    return client


def signed_in(
    app: Flask, role: str = "manager", organization: str | None = None, **more: object
) -> FlaskClient:
    """A client of somebody with this role (or ``admin``, ``nobody``), sending forms from here."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = HERE
    roles = [] if role in ("admin", "nobody") else [role]
    who = account(app, roles, organization, admin=role == "admin", **more)  # type: ignore[arg-type]
    return let_in(client, app, who)


def open_context(
    browser: Browser, app: Flask, address: str, who: Account | None = None, **options: object
) -> BrowserContext:
    """A browser's context in which somebody is signed in."""
    context = browser.new_context(base_url=address, locale="fr-FR", **options)  # type: ignore[arg-type]
    context.set_default_timeout(8000)
    value = cookie(app, who or account(app))
    context.add_cookies(
        [{"name": session.COOKIE, "value": value, "url": address, "httpOnly": True}]
    )
    return context


def open_page(
    browser: Browser, app: Flask, address: str, who: Account | None = None, **options: object
) -> Page:
    """A page of that context."""
    return open_context(browser, app, address, who, **options).new_page()


KNOWN = {
    "wave": "panier-2026", "organization": "le_panier_des_hauts", "language": "fr",
    "name": "evidence.xlsx", "group": "employees", "fingerprint": "x", "filename": "x",
    "token": "a" * 16, "act": "end",
}  # fmt: skip
"""Values of addresses: a wave and an organization that are there, for the rest anything."""


def address(rule: Rule, **instead: str) -> str:
    """The address of a rule, its parts filled from ``KNOWN``; numbers are 1, choices the first."""
    values: dict[str, object] = {}
    for argument, converter in rule._converters.items():
        given = {**KNOWN, **instead}.get(argument)
        if isinstance(converter, IntegerConverter):
            values[argument] = 1
        elif isinstance(converter, AnyConverter) and given not in converter.items:
            values[argument] = sorted(converter.items)[0]
        else:
            values[argument] = given or "x"
    built = rule.build(values)
    assert built is not None, rule
    return built[1]


def addresses(app: Flask, method: str, **instead: str) -> Iterator[tuple[str, Rule]]:
    """Every address of the application that takes this method, with its rule."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield address(rule, **instead), rule


def today() -> date:
    """The day, as the pages count it."""
    return datetime.now(UTC).date()


def released(app: Flask, code: str = "panier-2026") -> None:
    """A wave of twelve answers alike, closed and released."""
    store, of = app.extensions["corus"].store, make.instrument()
    wave = make.open_wave(store, code, of)
    with store.writing() as session:
        store_rows(session, [make.response(wave, make.marks("3232ss", of)) for _ in range(12)])
    make.close_wave(store, code)
    with store.writing() as session:
        releasing.release(session, code, make.DAY)
