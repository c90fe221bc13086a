"""``codebook.ddi.xml``: every variable of the microdata in DDI-Codebook 2.5, for data archives.

Describes ``answers.sav`` variable by variable and holds no answer and no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from corus import __version__
from corus.domain.base import Text
from corus.domain.instrument import Item
from corus.domain.profile import Profile
from corus.exports.base import Exporter
from corus.exports.codebook import interface, languages
from corus.exports.microdata.coding import HIGHEST_MISSING, LOWEST_MISSING, Coded, plan
from corus.exports.microdata.manifest import WARNING
from corus.exports.safe_text import clean

NAMESPACE = "ddi:codebook:2_5"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FILE = "answers.sav"
SAME = (
    "answers.parquet holds the same variables with codes instead of numbers, and says why a value "
    "is missing in columns ending in __state."
)
NATURE = {"scale": "ratio", "nominal": "nominal", "ordinal": "ordinal"}


def write(profile: Profile, language: str) -> bytes:
    """The codebook of a wave: labels in every language, texts of the study in ``language``."""
    coded = plan(profile.instrument, profile.organization, profile.sites)
    root = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE}, version="2.5")
    root.set(LANG, language)
    _study(_add(root, "stdyDscr"), profile, language)
    _file(_add(root, "fileDscr", ID="F1"), coded, profile)
    _variables(_add(root, "dataDscr"), coded, profile)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _add(parent: Any, tag: str, text: str = "", /, **attributes: str) -> Any:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", **attributes)
    child.text = clean(text) or None
    return child


def _said(parent: Any, tag: str, text: Text, /, **attributes: str) -> None:
    """One element per language."""
    for language, words in text.items():
        if words:
            _add(parent, tag, words, **attributes).set(LANG, language)


def _study(study: Any, profile: Profile, language: str) -> None:
    _citation(_add(study, "citation"), profile, language)
    summary = _add(_add(study, "stdyInfo"), "sumDscr")
    for event, day in (("start", profile.opened_on), ("end", profile.closed_on)):
        if day is not None:
            _add(summary, "collDate", day.isoformat(), date=day.isoformat(), event=event)
    for code in profile.groups:
        _said(summary, "universe", profile.instrument.groups[code].label, clusion="I")
    _add(summary, "dataKind", "survey data")
    use = _add(_add(study, "dataAccs"), "useStmt")
    # The schema takes one declaration: in the language of the document.
    _add(use, "confDec", interface(WARNING, (language,))[language], required="yes")


def _citation(citation: Any, profile: Profile, language: str) -> None:
    title = _add(citation, "titlStmt")
    about = f"{profile.organization} – {profile.wave_title}"
    _add(title, "titl", about).set(LANG, language)
    _add(title, "IDNo", profile.wave, agency="Corus")
    _add(_add(citation, "rspStmt"), "AuthEnty", profile.organization)
    production = _add(citation, "prodStmt")
    _add(production, "prodDate", profile.released_on.isoformat(),
         date=profile.released_on.isoformat())  # fmt: skip
    _add(production, "software", "Corus", version=__version__)
    edition = f"{profile.instrument.code} {profile.instrument.edition}, {profile.digest}"
    _add(_add(citation, "verStmt"), "version", edition)


def _file(file: Any, coded: Sequence[Coded], profile: Profile) -> None:
    text = _add(file, "fileTxt")
    _add(text, "fileName", FILE)
    # No number of cases: how many answered a small group is for releases to say.
    _add(_add(text, "dimensns"), "varQnty", str(len(coded)))
    _add(text, "fileType", "SPSS system file")
    _said(file, "notes", interface(SAME, languages(profile.instrument)))


def _variables(data: Any, coded: Sequence[Coded], profile: Profile) -> None:
    """Groups of variables by dimension, then the variables."""
    names = {c.name: f"V{number}" for number, c in enumerate(coded, start=1)}
    for dimension in profile.instrument.dimensions:
        members = [names[c.name] for c in coded if c.variable.dimension == dimension.code]
        group = _add(data, "varGrp", type="subject", name=dimension.code, var=" ".join(members))
        _said(group, "labl", dimension.label)
    for item in profile.instrument.items:
        members = [names[c.name] for c in coded if c.variable.item == item and c.variable.option]
        if members:
            group = _add(data, "varGrp", type="multipleResp", name=item.code, var=" ".join(members))
            _said(group, "labl", _filled(item.text, profile))
    for one in coded:
        _variable(data, one, names[one.name], profile)


def _variable(data: Any, coded: Coded, name: str, profile: Profile) -> None:
    """Children in the order the schema wants."""
    variable = coded.variable
    interval = "contin" if coded.measure == "scale" and coded.type == "number" else "discrete"
    found = _add(data, "var", ID=name, name=coded.name, files="F1", intrvl=interval,
                 nature=NATURE[coded.measure])  # fmt: skip
    _said(found, "labl", variable.label)
    if variable.item is not None:
        _questions(found, variable.item, profile)
    if coded.missing:
        lowest = min(number for number, _ in coded.missing)
        _range(found, "valrng", sorted(number for number, _ in coded.values))
        _range(found, "invalrng", (max(lowest, LOWEST_MISSING), HIGHEST_MISSING))
    _said(found, "universe", variable.universe, clusion="I")
    _categories(found, coded)
    if variable.dimension:
        _add(found, "concept", variable.dimension)
    _add(found, "varFormat", type="character" if coded.type == "text" else "numeric",
         schema="SPSS", category="date" if coded.type == "day" else "other")  # fmt: skip
    if variable.item is not None and variable.item.direction == "reversed":
        _said(found, "notes", interface(REVERSED, languages(profile.instrument)))


REVERSED = "Agreement is unfavourable; values are as asked, not turned round."


def _range(parent: Any, name: str, values: Sequence[int]) -> None:
    if len(values) > 1:
        _add(_add(parent, name), "range", UNITS="INT", min=str(values[0]), max=str(values[-1]))


def _questions(parent: Any, item: Item, profile: Profile) -> None:
    """The question as written, then each other wording with the group it is put to."""
    _question(parent, (), _filled(item.text, profile))
    for group, wording in item.wording.items():
        if wording.text:
            _question(parent, (group,), _filled(wording.text, profile))
        if wording.easy:
            _question(parent, (group, "easy"), _filled(wording.easy.text, profile))


def _question(parent: Any, put_to: Iterable[str], text: Text) -> None:
    question = _add(parent, "qstn")
    _said(question, "qstnLit", text)
    if told := " ".join(put_to):
        _add(question, "ivuInstr", told)


def _filled(text: Text, profile: Profile) -> Text:
    return {k: v.replace("{organization}", profile.organization) for k, v in text.items()}


def _categories(parent: Any, coded: Coded) -> None:
    """Valid values with the code they have elsewhere, then the reasons for a missing one."""
    codes = [code for code, _ in coded.variable.values]
    for (number, label), code in zip(coded.values, codes, strict=True):
        category = _add(parent, "catgry")
        _add(category, "catValu", str(number))
        _said(category, "labl", label)
        if code != number:
            _add(category, "txt", str(code))
    for number, label in coded.missing:
        category = _add(parent, "catgry", missing="Y")
        _add(category, "catValu", str(number))
        _said(category, "labl", label)


DDI = Exporter(
    "codebook.ddi.xml", "application/xml", "The codebook of the answers in DDI-Codebook 2.5, for "
    "archives.", write,
)  # fmt: skip
