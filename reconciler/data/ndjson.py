"""NDJSON to root entries, line by line."""

from collections.abc import Iterator
from typing import Any

from reconciler.data.entries import DataError, RootEntry, data_error
from reconciler.data.json import Broken, JsonValues, RefusedValue
from reconciler.data.roots import Roots
from reconciler.data.stream import DataStream, Line, lines_of
from reconciler.manifest.wording import quote

_SPACE = " \t\r\n"


def ndjson_entries(data: DataStream, roots: Roots) -> Iterator[RootEntry]:
    """Yield the root entries of the lines, skipping blank ones. Raises DataError."""
    values = JsonValues()
    for line in lines_of(data):
        if line.text.strip(_SPACE):
            yield from roots.loose(_value(line, data.file, values), f"line {line.number}")


def _value(line: Line, file: str, values: JsonValues) -> Any:
    text = line.text.rstrip(_SPACE)
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        value, end = values.at(text, start)
    except Broken as broken:
        sentence = broken.text.replace("the file ends", "the line ends")
        hint = None
        if sentence != broken.text:
            hint = "in NDJSON each line is a whole value; is it JSON? --data-format json"
        raise data_error(file, line.position(broken.at), sentence, hint=hint) from None
    except RefusedValue as error:
        place = f"line {line.number}"
        raise DataError(f"{file}: {place} {error}", place=place) from None
    if end < len(text):
        found = text[end:].lstrip(_SPACE)[0]
        sentence = f"the value of this line has ended, and {quote(found)} follows"
        raise data_error(file, line.position(text.index(found, end)), sentence)
    return value
