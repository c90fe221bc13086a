"""How other programs and other people spell things: columns about the person, empty, don't know.

Data and folding only: knows neither files nor questionnaires.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Source = Literal["limesurvey", "kobo", "table", "corus"]

_GENDER_DOTS = re.compile(r"(?<=[^\W\d_])[·•.‧](?=[^\W\d_])")
_NOT_WORDS = re.compile(r"[^\w]+")


def fold(text: str) -> str:
    """``text`` for comparing labels: no case, accents, apostrophes, dots or outer marks.

    « Tout à fait d’accord » and "tout a fait d'accord" fold alike; so do « Salarié·e·s »,
    « Salarié(e)s » and « salarié.e.s ».
    """
    text = re.sub(r"(?<=\w)\((\w{1,3})\)", r"\1", text)
    text = _GENDER_DOTS.sub("", text)
    text = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return _NOT_WORDS.sub(" ", text).strip()


def fold_code(text: str) -> str:
    """``text`` for comparing codes: LimeSurvey's allow letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).lower())


def _folded(*spellings: str) -> frozenset[str]:
    return frozenset(map(fold, spellings))


DONT_KNOW = _folded(
    "dont_know", "don't know", "dont know", "do not know", "I don't know", "DK", "not sure",
    "no opinion", "unsure", "ne sait pas", "ne sais pas", "nsp", "je ne sais pas", "sans avis",
    "sans opinion", "pas d’avis", "ne se prononce pas", "je ne me prononce pas",
)  # fmt: skip
NOT_CONCERNED = _folded(
    "not_concerned", "not concerned", "not applicable", "N/A", "NA", "n.a.", "nc",
    "non concerné", "non concernée", "non concerné(e)", "non concerné·e", "pas concerné",
    "pas concerné(e)", "je ne suis pas concerné(e)", "cela ne me concerne pas", "sans objet",
    "this does not concern me",
)  # fmt: skip
EMPTY = {
    # LimeSurvey writes “N/A” for a yes/no or a box that was not displayed or not answered.
    "limesurvey": _folded("N/A", "Sans objet", "No answer", "Sans réponse", "Pas de réponse"),
    "kobo": _folded(),
    "table": _folded("No answer", "Sans réponse", "Pas de réponse"),
    "corus": _folded(),
}
"""What stands for an empty cell in the exports of each program."""
OTHER = _folded("-oth-", "other", "autre", "autres")
YES = frozenset({"1", "y", "yes", "o", "oui", "true", "vrai", "x"})
NO = frozenset({"", "0", "n", "no", "non", "false", "faux", "n a"})

GROUP_HEADINGS = _folded("group", "groupe", "stakeholder group", "collège", "partie prenante")

E_MAIL = "e-mail addresses are never stored"
ADDRESS = "network addresses are never stored"
TOKEN = "what joins an answer with an invited person is never stored"  # noqa: S105 - a sentence
PERSON = "what names a person is never stored"
TIME = "precise times are never stored"
DEVICE = "what recognizes a device is never stored"
TECHNICAL = "technical column of the program that made the file"

_PRIVATE = {
    E_MAIL: "email, e_mail, mail, courriel, adresse e-mail, email address, adresse mail, "
            "adresse électronique, invitation email, email du participant, "
            "e-mail, e-mail address, your email, your email address, your e-mail, "
            "your e-mail address, adresse de messagerie, adresse de messagerie électronique, "
            "adresse courriel, adresse de courriel, votre adresse de messagerie, "
            "votre adresse électronique, votre adresse e-mail, votre adresse mail, votre e-mail, "
            "votre mail, votre courriel",
    ADDRESS: "ipaddr, ip, ip address, adresse ip, ip_address, geoip",
    TOKEN: "token, jeton, code d’accès, access code, attribute_1, attribute_2, attribute_3, tid, "
           "participant_id, sent, remindersent, remindercount, usesleft, validfrom, validuntil",
    PERSON: "firstname, lastname, first name, last name, name, nom, prénom, username, "
            "_submitted_by, _validation_status, _validated_by, phonenumber, phone, téléphone, "
            "telephone, simserial, subscriberid, enumerator, enqueteur, participant",
    TIME: "startdate, datestamp, start, end, date de lancement, date de la dernière action, "
          "date started, date last action, interviewtime, temps total, total time, "
          "durée de l’entretien, _duration, time",
    DEVICE: "deviceid, device_id, imei, refurl, referrer url, url de référence, audit, "
            "background-audio, _geolocation, _attachments, user_agent, formhub/uuid, "
            "meta/instanceid, meta/rootuuid, meta/deprecatedid, _geolocation_latitude, "
            "_geolocation_longitude",
}  # fmt: skip
_TECHNICAL = (
    "_id, seed, tête de série, lastpage, dernière page, last page, quota_exit, _index, _tags, "
    "_notes, __version__, _version_, _version, _status, _xform_id_string, _parent_table_name, "
    "_parent_index, _bamboo_dataset_id, _media_all_received, rootuuid"
)


def _columns(reason: str, headings: str) -> dict[str, str]:
    return {fold(heading): reason for heading in headings.split(", ")}


PRIVATE = {heading: r for r, names in _PRIVATE.items() for heading in _columns(r, names)}
"""Folded heading → why the column is never stored, whatever a mapping says."""
DROPPED = {**PRIVATE, **_columns(TECHNICAL, _TECHNICAL)}
"""Folded heading → why the column is left out when no mapping asks for it."""

ID_HEADINGS = ("_uuid", "id", "ID de la réponse", "Response ID", "_id", "instanceID")
"""Columns by which a row may be known again, best first."""
LANGUAGES = _folded("startlanguage", "Langue de départ", "Start language", "Langue de base",
                    "_language", "langue", "language")  # fmt: skip
COMPLETED = _folded("submitdate", "Date de soumission", "Date submitted", "Completed")
DATES = _folded("submitdate", "Date de soumission", "Date submitted", "Completed",
                "_submission_time", "today", "received_on")  # fmt: skip

MAIL_PATTERN = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
IP_PATTERN = re.compile(
    r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b(?!\.\d)"
    r"|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b",
    re.IGNORECASE,
)


def program_of(header: tuple[str, ...]) -> Source:
    """Which program wrote these headings."""
    if "_uuid" in header or "_submission_time" in header:
        return "kobo"
    folded = set(map(fold, header))
    marks = _folded("submitdate", "lastpage", "startlanguage", "Date de soumission",
                    "Dernière page", "Langue de départ", "Last page", "Start language")  # fmt: skip
    return "limesurvey" if len(folded & marks) >= 2 else "table"
