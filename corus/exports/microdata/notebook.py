"""``open_these_answers.ipynb``: a notebook that lies beside microdata and opens them.

Written without any output: whoever has the file runs it.
"""

from __future__ import annotations

from typing import Any

import orjson

from corus.domain.instrument import Instrument
from corus.exports.microdata.manifest import WARNING
from corus.language import words

NAME = "open_these_answers.ipynb"
READ = {
    "answers.csv": (
        "import pandas as pd",
        "",
        'answers = pd.read_csv("{file}", dtype=str, keep_default_na=False)',
    ),
    "answers.parquet": (
        "import pandas as pd",
        "",
        'answers = pd.read_parquet("{file}")',
    ),
    "answers.sav": (
        "import pyreadstat",
        "",
        "answers, about = pyreadstat.read_sav(",
        '    "{file}", apply_value_formats=True, user_missing=True',
        ")",
    ),
}
"""Format → how Python reads it: as text, as the tidy frame of ``load_wave``, with labels."""


def notebook(form: str, file_name: str, instrument: Instrument, language: str) -> bytes:
    """A notebook in format 4.5 whose first cell reads ``file_name`` from its own folder."""
    say = words(language)
    item = next((one.code for one in instrument.items if one.scale), instrument.items[0].code)
    cells = [
        _words(f"# {say('CONFIDENTIAL')}\n\n{say(WARNING)}"),
        _code("\n".join(READ[form]).replace("{file}", file_name) + "\nanswers.shape"),
        _words(say("One row per person. How many of each group answered; under 5, keep it here:")),
        _code('answers["group"].value_counts()'),
        _words(say("One question, group by group. The manifest beside this file names them all:")),
        _code(f'import pandas as pd\n\npd.crosstab(answers["group"], answers["{item}"])'),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [],
        "source": text.splitlines(keepends=True),
    }  # fmt: skip
