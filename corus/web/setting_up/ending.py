"""Closing, publishing, putting away: each asked once more on a page that says what follows."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from corus.domain.roles import Permission
from corus.errors import CorusError
from corus.services import closing
from corus.services.setting_up import ending
from corus.web import frame
from corus.web.access import needs
from corus.web.setting_up.base import blueprint, me, plain, settings

MOVE = "/waves/<wave>/<any(close, publish, put_away):act>"


@blueprint.get(MOVE)
@needs(Permission.SET_UP)
def before(wave: str, act: str) -> Response:
    """What the move would do, and the button that does it."""
    return _page(wave, act)


@blueprint.post(MOVE)
@needs(Permission.SET_UP)
def move(wave: str, act: str) -> Response:
    """Does it, once it was asked for on the page that says what follows."""
    if request.form.get("sure") != "yes":
        return redirect(url_for("setting_up.before", wave=wave, act=act), 303)
    try:
        return {"close": _close, "publish": _publish, "put_away": _put_away}[act](wave)
    except CorusError as error:
        return _page(wave, act, error)


def _close(wave: str) -> Response:
    found = settings()
    ending.close(
        frame.store(), wave, frame.today(), closing.Keeping(found.backups, found.mark), me(),
        drop_paper="drop_paper" in request.form,
    )  # fmt: skip
    back = redirect(url_for("setting_up.wave", wave=wave), 303)
    return frame.tell(back, "The wave is closed. Its results can be published now.")


def _publish(wave: str) -> Response:
    with frame.store().writing() as session:
        number = ending.publish(session, wave, frame.today(), me())
    there = redirect(url_for("results.arrive", wave=wave), 303)
    return frame.tell(there, "Release {n} is published.", n=number)


def _put_away(wave: str) -> Response:
    with frame.store().writing() as session:
        ending.put_away(session, wave, frame.today(), me())
    back = redirect(url_for("setting_up.wave", wave=wave), 303)
    return frame.tell(back, "The wave is put away; its results stay.")


def _page(wave: str, act: str, error: CorusError | None = None) -> Response:
    with frame.store().reading() as session:
        found = ending.ahead(session, wave)
    return frame.page(
        "setting_up/ending.html", status=error.status if error else 200, wave=wave, act=act,
        ahead=found, error=plain(error),
    )  # fmt: skip
