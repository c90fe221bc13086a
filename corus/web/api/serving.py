"""How an operation of the table becomes a view: what is checked before, what is sent after."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, current_app, g, request
from pydantic import BaseModel

from corus.errors import InputError
from corus.services.accounts import moments
from corus.store import accounts
from corus.web import frame
from corus.web.access import needs, public
from corus.web.api.operations import JSON, PREFIX, Operation, Parameter, named
from corus.web.api.pace import Pace

PACE = "corus-api-pace"
"""Under which name an application keeps the pace of its keys."""
CACHE = "private, no-cache"

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
View = Callable[..., "BaseModel | Response"]


def serve(name: str) -> Callable[[View], View]:
    """Make a view the answer to the operation called ``name``."""
    one = named(name)

    def made(view: View) -> View:
        @wraps(view)
        def answer(**values: str) -> Response:
            _check(one)
            found = view(**values)
            return found if isinstance(found, Response) else _reply(found)

        declared = public(answer) if one.permission is None else needs(one.permission)(answer)
        blueprint.get(one.path, endpoint=name)(declared)
        return view

    return made


def _reply(model: BaseModel) -> Response:
    response = Response(model.model_dump_json(), content_type=JSON)
    response.headers["Cache-Control"] = CACHE
    return response


def given(parameter: Parameter) -> str:
    """What the address says for this parameter, or its usual value."""
    return request.args.get(parameter.name, parameter.usual)


def _check(one: Operation) -> None:
    """Raises ``InputError`` (``API-400``) for a parameter that is unknown, wrong or given twice."""
    known = {parameter.name: parameter.choices for parameter in one.parameters}
    for name, values in request.args.lists():
        if name not in known or len(values) > 1 or values[0] not in known[name]:
            raise BadRequest(
                "The address holds something that is not known here.",
                hint="See {document} for what may follow “?”.",
                names={"document": f"{PREFIX}/openapi.json"},
            )


class BadRequest(InputError):  # noqa: N818 - named for what HTTP calls it
    """The address holds a parameter that is not known here (``API-400``)."""

    status = 400
    code = "API-400"


@blueprint.record_once
def _begin(state) -> None:
    state.app.extensions[PACE] = Pace()


@blueprint.before_request
def _paced() -> None:
    who = g.get("person")
    if who is None:
        return
    token = g.get("token")
    current_app.extensions[PACE].take(("key", token.id) if token else ("account", who.id))
    if token and token.used_on != frame.today():
        with frame.store().writing() as session:
            accounts.mark_used(session, token.id, moments.now().date())
