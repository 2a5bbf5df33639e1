"""NDJSON to root entries, line by line."""

from collections.abc import Iterator
from typing import Any

from reconciler.data.entries import DataError, RootEntry, refused
from reconciler.data.json import Broken, JsonValues, Refused
from reconciler.data.roots import Roots
from reconciler.data.stream import Line, Opened, lines_of
from reconciler.manifest.wording import shown

_SPACE = " \t\r\n"


def ndjson_entries(opened: Opened, roots: Roots, values: JsonValues) -> Iterator[RootEntry]:
    """Yield the root entries of the lines, skipping blank ones. Raises DataError."""
    for line in lines_of(opened):
        if line.text.strip(_SPACE):
            yield from roots.loose(_value(line, opened.file, values), f"line {line.number}")


def _value(line: Line, file: str, values: JsonValues) -> Any:
    text = line.text.rstrip(_SPACE)
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        value, end = values.at(text, start)
    except Broken as broken:
        said = broken.text.replace("the file ends", "the line ends")
        hint = None
        if said != broken.text:
            hint = "in NDJSON each line is a whole value; is it JSON? --data-format json"
        raise refused(file, line.spot(broken.at), said, hint=hint) from None
    except Refused as error:
        place = f"line {line.number}"
        raise DataError(f"{file}: {place} {error}", place=place) from None
    if end < len(text):
        found = text[end:].lstrip(_SPACE)[0]
        said = f"the value of this line has ended, and {shown(found)} follows"
        raise refused(file, line.spot(text.index(found, end)), said)
    return value
