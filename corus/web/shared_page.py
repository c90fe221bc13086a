"""The page given back to one group, for whoever has its link: no account, no cookie, no script."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for

from corus.language import words
from corus.services.giving_back import links, pages
from corus.services.giving_back.pages import GivenBack
from corus.web import frame, replies
from corus.web.access import public
from corus.web.pages import asset_url, direction

blueprint = Blueprint("shared_page", __name__, url_prefix="/g/<token>")
blueprint.after_request(replies.secure)


@blueprint.get("")
@public
def arrive(token: str) -> Response:
    """To the page in the browser's language."""
    with frame.store().reading() as opened:
        links.opened(opened, token)
    language = request.accept_languages.best_match(list(frame.LANGUAGES)) or "fr"
    response = redirect(url_for("shared_page.show", token=token, language=language))
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<any(fr, en):language>")
@public
def show(token: str, language: str) -> Response:
    """What this group said, what was decided, and what came of it."""
    with frame.store().reading() as opened:
        wave, group = links.opened(opened, token)
        found = pages.page(opened, wave.code, group, language)
    others = {
        code: url_for("shared_page.show", token=token, language=code)
        for code in frame.LANGUAGES
        if code != language
    }
    return drawn(found, language, others=others)


def drawn(
    found: GivenBack, language: str, *, back: str = "", others: dict[str, str] | None = None
) -> Response:
    """The page itself, as everybody sees it; ``back`` leads who previews it to where they were."""
    text = render_template(
        "giving_back/shared.html", t=words(language), language=language, page=found, back=back,
        others=others or {}, names=frame.LANGUAGES, asset_url=asset_url, direction=direction,
    )  # fmt: skip
    return replies.page(text)
