"""``answers.parquet``: the frame as it is, with labels in the file's own metadata.

Knows nothing of who may have it.
"""

from __future__ import annotations

import io
from typing import Any

import orjson

from corus.exports.microdata.base import Format, Microdata, Written, need
from corus.exports.microdata.frame import answers_frame
from corus.exports.microdata.variables import Variable, variables
from corus.language import words

KEY = b"corus"
"""Key of the file's metadata under which the description of every column lies, as JSON."""


def write(data: Microdata) -> Written:
    """The frame of ``load_wave``, value for value and type for type."""
    arrow, parquet = need("pyarrow", data.language), need("pyarrow.parquet", data.language)
    instrument, say = data.version.instrument, words(data.language)
    frame = answers_frame(data.rows, instrument, organization=data.organization, sites=data.sites)
    table = arrow.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: described(data)})
    stream = io.BytesIO()
    parquet.write_table(table, stream, compression="zstd")
    about = {
        "labels": say("In the metadata of the file, under the key “corus”, as JSON."),
        "missing": say("A missing value is empty; the column ending in __state says why."),
    }
    return Written(stream.getvalue(), tuple(map(str, frame.columns)), len(frame), about)


def described(data: Microdata) -> bytes:
    """JSON: what the file is and the meaning of each column, in every language."""
    instrument = data.version.instrument
    document = {
        "notice": words(data.language)("CONFIDENTIAL"),
        "wave": data.wave,
        "instrument": instrument.code,
        "edition": instrument.edition,
        "instrument_digest": data.version.digest,
        "columns": {
            v.name: _column(v) for v in variables(instrument, data.organization, data.sites)
        },
    }
    return orjson.dumps(document)


def _column(variable: Variable) -> dict[str, Any]:
    found: dict[str, Any] = {"label": variable.label, "role": variable.role}
    if variable.values:
        found["values"] = [{"code": code, "label": label} for code, label in variable.values]
    told = {
        "item": variable.item.code if variable.item else "",
        "direction": variable.item.direction if variable.item else "",
        "scale": variable.scale,
        "option": variable.option,
        "dimension": variable.dimension,
    }
    return found | {name: text for name, text in told.items() if text}


PARQUET = Format("answers.parquet", "Typed columns for Python, R and databases.", write)
