"""Who may reach what, written out by hand beside what the views declare: a new page joins here."""

from __future__ import annotations

REACH: dict[str, dict[str, str]] = {
    "public": {
        "api": "document",
        "help": "index",
        "links": "ask choose forgotten show",
        "results": "asset",
        "shared_page": "arrive show",
        "signing_in": "check sample sign_in sign_out",
    },
    "own": {
        "api": "organizations reference",
        "home": "index",
        "own": (
            "change_password drop_key end_sessions make_key rename second_factor_off "
            "second_factor_on second_factor_page show speak"
        ),
        "setting_up": "begin begin_it",
    },
    "instance": {
        "instance": "add change index log",
    },
    "members": {
        "members": "index invite log withdraw",
    },
    "set_up": {
        "giving_back": "change delete edit share withdraw write",
        "instruments": (
            "add_question confirm_deletion confirm_publishing copy delete describe draft "
            "go_on index move_section new_question part preview preview_draft publish "
            "question save_description save_part save_question show"
        ),
        "setting_up": (
            "ask before change describe groups make_wave move new_wave opened opening "
            "organization settle wave"
        ),
    },
    "field": {
        "entering": "compare decided desk sheet spoken typed void",
        "fieldwork": (
            "add_list before_sending invitations letters links posters questionnaire revoke "
            "send sent_now to_print"
        ),
        "giving_back": "poster",
    },
    "follow": {
        "api": "coverage",
        "fieldwork": "board now",
    },
    "ask": {
        "exploring": "ask form",
    },
    "read": {
        "api": "export exports instrument profile releases wave waves",
        "exploring": "download shown",
        "giving_back": "index preview",
        "home": "organization",
        "results": "arrive dashboard download",
    },
    "microdata": {
        "researching": "index take",
    },
}
"""Permission → blueprint → its views."""
