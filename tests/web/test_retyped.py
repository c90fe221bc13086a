"""Addresses typed from a letter or a poster lead where they were meant to, whatever slipped in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from corus.app import create_app
from corus.config import Settings
from corus.services import links
from corus.store.engine import Store
from corus.store.models import Invitation
from corus.web.doors import RESPONDENTS
from corus.web.retyped import corrected, read_code
from tests.factories import open_wave

GROUP = "/s/panier-2026/employees"
ID = bytes(range(16))


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings)
    store: Store = app.extensions["corus"].store
    open_wave(store)
    with store.writing() as session:
        session.add(Invitation(
            id=ID, wave_id=1, group="employees", language="fr", name="Zoé",
            who=links.who(store.key, links.token(store.key, ID)), address="zoe@x.example",
        ))  # fmt: skip
    yield app.test_client()
    store.engine.dispose()


@pytest.fixture
def token(client: FlaskClient) -> str:
    return links.token(client.application.extensions["corus"].store.key, ID)


@pytest.mark.parametrize("typed", [
    "/S/panier-2026/employees", "/s/Panier-2026/Employees", f"{GROUP}/", f"{GROUP}.", f"{GROUP} ",
    f"{GROUP}/FR", f"{GROUP}/fr/", f"{GROUP}/fr).", "/s/panier–2026/employees/fr",
    "/s/ panier-2026 / employees", "/K/PANIER-2026/EMPLOYEES/", f"{GROUP}\u202f»",
])  # fmt: skip
def test_the_address_of_a_poster_opens_the_form_and_never_the_door_of_the_staff(
    client: FlaskClient, typed: str
) -> None:
    opened = client.get(typed, follow_redirects=True)
    assert opened.status_code == 200
    assert opened.request.path in (f"{GROUP}/fr", GROUP.replace("/s/", "/k/") + "/fr")


@pytest.mark.parametrize("shape", [
    "/I/{0}", "/i/{1}", "/i/{0}/", "/i/{0}.", "/i/{2}", "/I/{3} ", "/i/{3}/FR", "/i/{4}", "/i//{0}",
])  # fmt: skip
def test_the_code_of_a_letter_is_an_address_however_it_is_typed(
    client: FlaskClient, token: str, shape: str
) -> None:
    fours = [token[n : n + 4] for n in range(0, 16, 4)]
    misread = token.replace("o", "0").replace("i", "1").replace("b", "8")
    typed = shape.format(token, token.upper(), "-".join(fours).upper(), " ".join(fours), misread)
    opened = client.get(typed, follow_redirects=True)
    assert opened.status_code == 200
    assert opened.request.path.lower() == f"/i/{token}/fr"


@pytest.mark.parametrize("typed", [
    "/S/none/employees", f"{GROUP}/xx/", "/I/aaaaaaaaaaaaaaaa", "/i/9999", "/S", "/s/a/b/c/d/",
])  # fmt: skip
def test_what_nobody_can_have_meant_is_one_page_that_says_so(
    client: FlaskClient, typed: str
) -> None:
    found = client.get(typed, follow_redirects=True)
    assert found.status_code == 404
    assert len(found.history) <= 1
    assert "Location" not in found.headers


def test_what_is_sent_to_a_wrong_address_is_not_sent_elsewhere(client: FlaskClient) -> None:
    assert client.post("/S/panier-2026/employees/fr", data={"q.a": "1"}).status_code == 404


def test_the_staff_s_own_addresses_stay_behind_the_sign_in(client: FlaskClient) -> None:
    for typed in (
        "/WAVES/panier-2026/fr",
        "/waves/panier-2026/fr/",
        "/sWAVES",
        "/s-/x",
        "/x/s/a/b",
    ):
        assert client.get(typed).headers["Location"].startswith("/sign-in"), typed


def test_a_code_that_was_read_to_somebody_needs_no_guess() -> None:
    code = "ab2d" * 4
    for written in (
        code,
        f"https://x.example/i/{code}/fr",
        f"x.example/I/{code.upper()}.",
        f" {code}/",
    ):
        assert read_code(written) == code, written
    # 9 stands for no letter alone: it is left for the person to look at again.
    assert read_code("9b2d" * 4) == "9b2d" * 4


PIECES = st.sampled_from(
    [*"sikr/. ADo01-@", "\u202f", "fr", "Panier", "..", "%2F", "\\", "ab2d" * 4]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_corrected_address_is_on_this_site_and_needs_no_second_correction(typed: str) -> None:
    meant = corrected(f"/{typed}")
    if meant is not None:
        assert f"{meant}/".startswith(RESPONDENTS)
        assert "//" not in meant
        assert corrected(meant) is None
        assert meant == meant.lower()
