"""Changing an answer that is stored: the form filled in, and what becomes of what is sent.

The same for those who typed a code and for those whose link leads to their answer.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import partial

from flask import Response

from corus.errors import ConflictError, CorusError, InputError, RefusedError, UnavailableError
from corus.language import words
from corus.services import returning
from corus.services.responding import SUBMISSION_ID, AnswersRefused
from corus.services.returning import Kept
from corus.web import answers, forms, pages, replies
from corus.web.doors import HELPERS
from corus.web.pages import Alert, Before

REVISION = re.compile(r"[0-9]{1,5}")
Sent = dict[str, list[str]]


def opened(kept: Kept, language: str, hidden: Mapping[str, str], number: str) -> Response:
    """The form as it was filled in; ``hidden`` is what makes it find this answer again.

    Where its wave has ended, the answers to be read, and what may still be done with them.
    """
    if not kept.questionnaire.takes_answers():
        return ended(kept, language)
    before = _before(kept, hidden)
    return replies.page(
        pages.form_page(
            kept.questionnaire, language, number,
            values=kept.fields, helper=_helper(kept), before=before,
            door=pages.door_of(kept.channel), site=kept.site,
        )
    )  # fmt: skip


def ended(kept: Kept, language: str, status: int = 200) -> Response:
    """The answers to be read: a form of this wave could not be sent any more."""
    return replies.page(answers.answers_page(kept, language), status)


def _too_late(language: str, back: str) -> Response:
    texts = ("The answers you just sent were not stored.", "What was stored before stays.")
    link = (back or f"/r/{language}", "Read my answers" if back else "Find my answers again")
    return replies.problem(410, "This survey is closed", texts, link=link)


def sent(
    kept: Kept, language: str, hidden: Mapping[str, str], form: Sent, back: str = ""
) -> Response:
    """A receipt, or the form again with what to mend; 409 when another page was quicker.

    ``back`` is the address that shows these answers without their code, if there is one.
    """
    number = "".join(form.pop("submission_id", ()))
    base = "".join(form.pop("base", ()))
    helper = "".join(form.pop("helper", ())) or None
    finished = form.pop("save", None) is None
    unsent = form.pop("unsent", None) is not None
    known = forms.known_fields(kept.questionnaire, form)
    if not (known and SUBMISSION_ID.fullmatch(number) and REVISION.fullmatch(base)):
        return replies.tampered()
    if helper not in (None, *HELPERS):
        return replies.tampered()
    again = partial(
        pages.form_page, kept.questionnaire, language, number,
        values=form, helper=helper or _helper(kept), before=_before(kept, hidden, int(base)),
        door=pages.door_of(kept.channel), site=kept.site,
    )  # fmt: skip
    try:
        receipt = returning.change(
            replies.store(), kept, language, form, int(base),
            mode=HELPERS[helper] if helper else None, finished=finished,
        )  # fmt: skip
    except AnswersRefused as error:
        return replies.page(again(refusals=error.refusals), error.status)
    except (InputError, UnavailableError) as error:
        page = again(alert=_alert(language, error))
        return replies.later(replies.page(page, error.status), error)
    except RefusedError:
        return _too_late(language, back)
    except ConflictError:
        return overtaken(returning.find(replies.store(), kept.code), language, hidden, form)
    return replies.page(
        pages.receipt_page(
            kept.questionnaire, language, receipt, form,
            # A retry of the first sending finds it sent already, and is still the first.
            changed=kept.finished and not unsent, home=replies.home(),
            door=pages.door_of(kept.channel), site=kept.site,
            at=pages.open_door(kept.questionnaire, kept.site) if "code" in hidden else "",
        )
    )  # fmt: skip


def _alert(language: str, error: CorusError) -> Alert:
    t = words(language)
    if error.code != "ANS-004":
        return replies.alert(t, error)
    return Alert(
        t("No question is answered any more"),
        t(
            "Nothing was changed: what was stored before stays. To take it back, use your code: "
            "“Find my answers again”, then “Withdraw my answers”."
        ),
    )


def overtaken(kept: Kept, language: str, hidden: Mapping[str, str], form: Sent) -> Response:
    """The form as it was sent, which would now replace what another page stored meanwhile."""
    if not kept.questionnaire.takes_answers():
        return ended(kept, language, 409)
    t = words(language)
    alert = Alert(
        t("These answers were changed meanwhile"),
        t(
            "Another page, perhaps on another device, stored something else since this one was "
            "opened. What you have just sent is not stored; it is still here. Sending it again "
            "puts it in the place of what is stored."
        ),
    )
    page = pages.form_page(
        kept.questionnaire, language, secrets.token_hex(16),
        values=form, alert=alert, helper=_helper(kept), before=_before(kept, hidden),
        door=pages.door_of(kept.channel), site=kept.site,
    )  # fmt: skip
    return replies.page(page, 409)


def _before(kept: Kept, hidden: Mapping[str, str], base: int | None = None) -> Before:
    revision = kept.revision if base is None else base
    unsent = {} if kept.finished else {"unsent": "1"}
    return Before(
        {**hidden, "base": str(revision), **unsent},
        kept.finished,
        kept.received_on,
        "code" in hidden,
    )


def _helper(kept: Kept) -> str | None:
    """Who helped, as far as it is known; what was sent keeps the mode it was sent in."""
    named = {mode: helper for helper, mode in HELPERS.items()}
    return None if kept.finished else named.get(kept.mode)
