"""What the scripts of respondents' pages need: conditions and words, as JSON inside a page.

Knows no template and no request; the server decides again whatever a script decided.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from markupsafe import Markup

from corus.language import Words
from corus.questions.relevance import parse
from corus.web.cards import Card


def form_data(cards: Sequence[Card], t: Words, *, keeps_drafts: bool) -> Markup:
    """Conditions and words of one form; ``keeps_drafts``: whether this device may keep answers."""
    conditions = {
        card.item.code: parse(card.item.relevant).to_json() for card in cards if card.item.relevant
    }
    data = {"conditions": conditions, "drafts": keeps_drafts, "words": _form_words(t)}
    return _json(data)


def waiting_data(t: Words) -> Markup:
    """Words that every page may need: answers waiting on the device, a kiosk left alone."""
    return _json({**_waiting_words(t), **_kiosk_words(t)})


def _json(data: object) -> Markup:
    return Markup(orjson.dumps(data).replace(b"<", b"\\u003c").decode())  # noqa: S704


def _form_words(t: Words) -> dict[str, str]:
    return {
        "step": t("step {step} of {steps}", step="{step}", steps="{steps}"),
        "next": t("Continue"),
        "back": t("Back"),
        "sending": t("Sending…"),
        "new_tab": t("(new tab)"),
        "chosen": t("{n} chosen, {max} at most", n="{n}", max="{max}"),
        "too_many": t("{n} chosen: keep {max} at most.", n="{n}", max="{max}"),
        "sum": t("Total: {n} of {total}", n="{n}", total="{total}"),
        "sum_off": t("Total: {n}. It should be {total}.", n="{n}", total="{total}"),
        "listen": t("Listen"),
        "stop": t("Stop"),
        "keep": t("Keep my answers on this device to finish later"),
        "kept": t(
            "Your answers are kept on this device for 14 days at most, and erased once they are "
            "sent. They are not sent yet. Whoever uses this device can see them."
        ),
        "found": t("Here are the answers you had kept on this device. They are not sent yet."),
        "erase": t("Erase them from this device"),
        "erased": t("They are erased from this device."),
        "cannot_keep": t("This device does not let us keep anything."),
        "offline_title": t("There is no network"),
        "offline": t(
            "Your answers are not sent, and this device does not let us keep them. Leave this "
            "page open, and send again once the network is back."
        ),
        "unsaved": t(
            "Your answers are not saved. Leave this page open, and try again once the network is "
            "back."
        ),
    }


def _waiting_words(t: Words) -> dict[str, str]:
    return {
        "kept_title": t("Your answers are kept on this device"),
        "kept": t(
            "They are not sent yet, because there is no network. They will leave as soon as it is "
            "back: leave this page open, or close it and open the link of the survey again later "
            "on this device. Once sent, they are erased from it."
        ),
        "kept_kiosk": t(
            "There is no network. They will be sent as soon as it is back, and cannot be read on "
            "this screen. Without a network no receipt can be given."
        ),
        "one": t("Answers are waiting on this device to be sent."),
        "several": t("{n} sets of answers are waiting on this device to be sent.", n="{n}"),
        "send": t("Send now"),
        "still_off": t("There is still no network. Nothing is lost."),
        "sent_title": t("Thank you. Your answers are stored."),
        "sent": t("Answers that were waiting on this device have just been sent."),
        "receipt": t("Your receipt"),
        "note_it": t("Note this code: it is not kept on this device."),
        "refused_title": t("Answers kept on this device could not be stored"),
        "refused": t("Answers kept on this device could not be stored. Tell the staff."),
        "look": t("Look at them again"),
        "erase": t("Erase them from this device"),
        "sure": t("Press again to erase them. They will not be sent."),
        "another": t("Fill in another questionnaire"),
    }


def _kiosk_words(t: Words) -> dict[str, str]:
    return {
        "thanks": t("Thank you"),
        "next_person": t("Next person"),
        "there": t("Are you still there?"),
        "there_text": t(
            "Otherwise your answers will be erased in {n} seconds, without being sent.", n="{n}"
        ),
        "go_on": t("Yes, I am continuing"),
        "clears": t("This page will be erased in {n} seconds.", n="{n}"),
        "more_time": t("I need more time"),
    }
