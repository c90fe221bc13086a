"""What the API answers, to whom: the same as the screens, with the same silences."""

from __future__ import annotations

import hashlib
import json

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from corus.domain.instrument import Instrument
from corus.domain.profile import Profile
from corus.domain.roles import Permission
from corus.services.accounts.tickets import digest
from corus.store import accounts
from corus.web.access.needs import needed
from corus.web.api.operations import OPERATIONS, PREFIX
from corus.web.api.pace import Pace, TooManyError
from corus.web.api.serving import PACE
from tests.web import workspace_factories as workspace
from tests.web.api.conftest import DRAFT, ELSEWHERE, HOME, ROLES, WAVE, bearer

Keys = dict[str, str]


def ask(api: FlaskClient, key: str, path: str, status: int = 200, **headers: str) -> object:
    answer = api.get(PREFIX + path, headers=bearer(key, **headers))
    assert answer.status_code == status, answer.text[:300]
    return answer.json


def test_the_profile_is_the_file_that_pages_offer(app: Flask, api: FlaskClient, keys: Keys) -> None:
    answer = api.get(f"{PREFIX}/waves/{WAVE}/profile", headers=bearer(keys["accreditor"]))
    page = workspace.signed_in(app, "manager", HOME, email="same@file.example")
    assert answer.data == page.get(f"/waves/{WAVE}/fr/profile.json").data
    profile = Profile.model_validate_json(answer.data)
    assert profile.release == 1
    assert profile.masked_groups == ("neighbours",)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]


def test_a_profile_is_sent_once_to_who_keeps_its_etag(api: FlaskClient, keys: Keys) -> None:
    path, key = f"{PREFIX}/waves/{WAVE}/profile", keys["researcher"]
    for packed in ({}, {"Accept-Encoding": "gzip"}):
        first = api.get(path, headers=bearer(key, **packed))
        tag = first.headers["ETag"]
        assert tag.startswith('"')
        again = api.get(path, headers=bearer(key, **packed, **{"If-None-Match": tag}))
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        other = api.get(path, headers=bearer(key, **packed, **{"If-None-Match": '"other"'}))
        assert other.status_code == 200


def test_the_digest_of_a_wave_is_that_of_the_instrument_as_sent(
    api: FlaskClient, keys: Keys
) -> None:
    wave = ask(api, keys["accreditor"], f"/waves/{WAVE}")
    sent = api.get(f"{PREFIX}/waves/{WAVE}/instrument", headers=bearer(keys["accreditor"])).data
    assert hashlib.sha256(sent).hexdigest() == wave["digest"]
    assert Instrument.model_validate_json(sent).code == wave["instrument"]


def test_a_wave_says_where_it_stands_and_its_releases(api: FlaskClient, keys: Keys) -> None:
    wave = ask(api, keys["manager"], f"/waves/{WAVE}")
    assert (wave["state"], wave["release"], wave["organization"]) == ("closed", 1, HOME)
    told = ask(api, keys["manager"], f"/waves/{WAVE}/releases")
    assert told == {"releases": [{"number": 1, "released_on": "2026-03-03", "last": True}]}
    assert ask(api, keys["manager"], f"/waves/{DRAFT}/releases") == {"releases": []}


def test_coverage_moves_in_steps_of_five_and_never_tells_a_number(
    api: FlaskClient, keys: Keys
) -> None:
    reached = ask(api, keys["facilitator"], f"/waves/{WAVE}/coverage")
    assert [(g["group"], g["received"]) for g in reached["groups"]] == [
        ("employees", "≥ 10"), ("neighbours", "n < 5")
    ]  # fmt: skip
    assert reached["groups"][0]["label"]["fr"] == "Salariées et salariés"


def test_a_reader_for_accreditation_learns_of_released_waves_alone(
    app: Flask, api: FlaskClient, keys: Keys
) -> None:
    def listed(role: str) -> list[str]:
        found = ask(api, keys[role], f"/organizations/{HOME}/waves")
        return [wave["code"] for wave in found["waves"]]

    assert listed("accreditor") == [WAVE]
    assert listed("facilitator") == listed("manager") == listed("researcher") == [WAVE, DRAFT]
    ask(api, keys["accreditor"], f"/waves/{WAVE}/coverage", 403)
    for part in ("", "/instrument", "/releases", "/profile", "/exports", "/exports/counts.csv"):
        hidden = ask(api, keys["accreditor"], f"/waves/{DRAFT}{part}", 404)
        nothing = ask(api, keys["accreditor"], f"/waves/none{part}", 404)
        assert hidden == nothing
    reader = workspace.signed_in(app, "accreditor", HOME, email="reader@esus.example")
    assert DRAFT not in reader.get(f"/organizations/{HOME}").text
    for path in (f"/waves/{DRAFT}/fr", f"/waves/{DRAFT}/fr/profile.json"):
        assert reader.get(path).status_code == 404, path
    for path in ("fieldwork", "single-answers", "paper/fr"):
        assert reader.get(f"/waves/{WAVE}/{path}").status_code in (403, 404), path


@pytest.mark.parametrize("role", ROLES)
def test_another_organization_s_wave_is_as_one_that_does_not_exist(
    api: FlaskClient, keys: Keys, role: str
) -> None:
    for part in ("", "/coverage", "/profile", "/exports/counts.csv", "/instrument", "/releases"):
        there = ask(api, keys[role], f"/waves/{ELSEWHERE}{part}", 404)
        assert there == ask(api, keys[role], f"/waves/none{part}", 404)
    assert ask(api, keys[role], "/organizations/ailleurs/waves", 404)["code"] == "ACC-015"


def test_a_key_acts_in_one_role_and_says_so(api: FlaskClient, keys: Keys) -> None:
    found = ask(api, keys["facilitator"], "/organizations")["organizations"]
    assert [(one["code"], one["roles"]) for one in found] == [(HOME, ["facilitator"])]
    assert found[0]["may"] == ["field", "follow", "read"]


def test_every_file_that_pages_offer_can_be_had_and_single_answers_cannot(
    api: FlaskClient, keys: Keys
) -> None:
    key = keys["researcher"]
    for one in ask(api, key, f"/waves/{WAVE}/exports")["exports"]:
        assert set(one["summary"]) >= {"fr", "en"}
        if one["name"] == "report.pdf":
            continue  # printed in the tests of reports
        path = f"{PREFIX}/waves/{WAVE}/exports/{one['name']}?language=en"
        answer = api.get(path, headers=bearer(key))
        assert (answer.status_code, answer.mimetype) == (
            200, one["media_type"].partition(";")[0]
        )  # fmt: skip
        assert f"{WAVE}-en-{one['name']}" in answer.headers["Content-Disposition"]
    for name in ("answers.csv", "answers.parquet", "answers.sav", "../profile.json"):
        ask(api, key, f"/waves/{WAVE}/exports/{name}", 404)
    assert ask(api, key, f"/waves/{DRAFT}/exports") == {"exports": []}


@pytest.mark.parametrize("address", ["?lang=fr", "?language=xx", "?language=fr&language=en", "?x"])
def test_what_is_not_documented_after_the_question_mark_is_refused(
    api: FlaskClient, keys: Keys, address: str
) -> None:
    path = f"/waves/{WAVE}/exports/counts.csv{address}"
    assert ask(api, keys["manager"], path, 400)["code"] == "API-400"


def test_every_refusal_is_a_problem_in_json_with_a_code_that_stays(
    api: FlaskClient, keys: Keys
) -> None:
    key = keys["manager"]
    found = {
        (401, "API-401"): api.get(f"{PREFIX}/organizations"),
        (403, "ACC-403"): api.get(
            f"{PREFIX}/waves/{WAVE}/coverage", headers=bearer(keys["accreditor"])
        ),
        (404, "WEB-404"): api.get(f"{PREFIX}/nothing", headers=bearer(key)),
        (404, "REL-003"): api.get(f"{PREFIX}/waves/{DRAFT}/profile", headers=bearer(key)),
        (405, "WEB-405"): api.post(f"{PREFIX}/organizations", headers=bearer(key), data=b"x"),
    }  # fmt: skip
    for (status, code), answer in found.items():
        assert answer.status_code == status, answer.text
        assert answer.mimetype == "application/problem+json"
        assert answer.json["code"] == code
        assert set(answer.json) == {"type", "title", "status", "detail", "code"}
        assert answer.json["status"] == status
    assert found[401, "API-401"].headers["WWW-Authenticate"].startswith("Bearer")
    assert "GET" in found[405, "WEB-405"].headers["Allow"]


def test_a_problem_speaks_french_to_who_asks_for_it(api: FlaskClient, keys: Keys) -> None:
    headers = bearer(keys["accreditor"], **{"Accept-Language": "fr"})
    answer = api.get(f"{PREFIX}/waves/{WAVE}/coverage", headers=headers)
    assert answer.headers["Content-Language"] == "fr"
    assert answer.json["title"] == "Votre rôle ne le permet pas."


def test_what_goes_wrong_on_our_side_is_a_problem_without_a_trace(
    app: Flask, api: FlaskClient, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corus.web.api import views

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(views.seeing, "waves", breaks)
    answer = api.get(f"{PREFIX}/organizations/{HOME}/waves", headers=bearer(keys["manager"]))
    assert (answer.status_code, answer.json["code"]) == (500, "WEB-500")
    assert "secret" not in answer.text


def test_keys_that_are_wrong_withdrawn_or_given_otherwise_open_nothing(
    api: FlaskClient, keys: Keys
) -> None:
    for given in ("Bearer x", "Bearer ", f"Basic {keys['manager']}", keys["manager"], "Bearer é"):
        answer = api.get(f"{PREFIX}/organizations", headers={"Authorization": given})
        assert answer.status_code == 401, given
    assert api.get(f"{PREFIX}/organizations?key={keys['manager']}").status_code == 401


def test_pages_may_read_with_their_cookie_and_only_read(app: Flask) -> None:
    client = workspace.signed_in(app, "manager", HOME, email="cookie@panier.example")
    assert client.get(f"{PREFIX}/waves/{WAVE}").status_code == 200
    assert client.head(f"{PREFIX}/waves/{WAVE}").status_code == 200
    assert client.post(f"{PREFIX}/waves/{WAVE}", data=b"x").status_code == 401


def test_head_answers_as_get_without_a_body(api: FlaskClient, keys: Keys) -> None:
    path = f"{PREFIX}/waves/{WAVE}/profile"
    get = api.get(path, headers=bearer(keys["manager"]))
    head = api.head(path, headers=bearer(keys["manager"]))
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(get.data))


def test_the_day_a_key_was_used_is_kept_for_its_owner(
    app: Flask, api: FlaskClient, keys: Keys
) -> None:
    ask(api, keys["manager"], "/organizations")
    with app.extensions["corus"].store.reading() as session:
        token = accounts.token_by_digest(session, digest(keys["manager"]))
        assert token is not None
        assert token.used_on is not None


def test_a_key_that_asks_too_fast_waits_and_others_do_not(
    app: Flask, api: FlaskClient, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, PACE, Pace(per_minute=2))
    for _ in range(2):
        ask(api, keys["manager"], "/organizations")
    answer = api.get(f"{PREFIX}/organizations", headers=bearer(keys["manager"]))
    assert (answer.status_code, answer.json["code"]) == (429, "API-429")
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    ask(api, keys["accreditor"], "/organizations")


def test_a_bucket_fills_again_and_forgets_who_has_gone() -> None:
    now = [0.0]
    pace = Pace(per_minute=60, clock=lambda: now[0])
    for _ in range(60):
        pace.take("a")
    with pytest.raises(TooManyError) as refused:
        pace.take("a")
    assert refused.value.wait == 1
    now[0] = 1.0
    pace.take("a")
    with pytest.raises(TooManyError):
        pace.take("a")
    now[0] = 10_000.0
    for _ in range(60):
        pace.take("a")


def test_the_document_is_for_everybody_and_names_each_operation(api: FlaskClient) -> None:
    answer = api.get(f"{PREFIX}/openapi.json")
    assert answer.status_code == 200
    named = {found["get"]["operationId"] for found in json.loads(answer.data)["paths"].values()}
    assert named == {one.name for one in OPERATIONS}


def test_every_route_of_the_api_is_in_the_document_and_the_reverse(app: Flask) -> None:
    routes = {
        rule.rule: rule.methods - {"HEAD", "OPTIONS"}
        for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
    }  # fmt: skip
    assert routes.pop(f"{PREFIX}/reference") == {"GET"}
    assert routes == {PREFIX + one.path: {"GET"} for one in OPERATIONS}


def test_no_address_for_readers_tells_of_a_wave_in_preparation(app: Flask) -> None:
    """Whoever reads for accreditation finds the same at a draft as at a wave that is not there."""
    reader = workspace.signed_in(app, "accreditor", HOME, email="walk@esus.example")
    told = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if needed(view) is not Permission.READ or "wave" not in rule.arguments:
            continue
        if "GET" not in rule.methods:
            continue
        known = {"language": "fr", "group": "employees", "name": "profile.json"}
        values = {name: known.get(name, "1") for name in rule.arguments}
        with app.test_request_context():
            draft, none = (url_for(rule.endpoint, **values | {"wave": w}) for w in (DRAFT, "none"))
        if reader.get(draft).status_code != reader.get(none).status_code:
            told[rule.rule] = reader.get(draft).status_code
    assert told == {}
