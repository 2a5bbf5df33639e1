"""YAML to root entries by the rules of manifests. It is read as a whole, so it must be small."""

from collections.abc import Iterator

from reconciler.codes.file import FileCode
from reconciler.data.entries import DataError, RootEntry
from reconciler.data.roots import Roots
from reconciler.data.stream import DataStream, lines_of
from reconciler.errors import ManifestError
from reconciler.manifest.text.parser import parse

LARGEST_YAML = 16 * 1024 * 1024


def yaml_entries(data: DataStream, roots: Roots) -> Iterator[RootEntry]:
    """Yield the root entries of a YAML document. Raises DataError."""
    value = _value(data)
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from roots.loose(element, f"[{index}]")
    elif isinstance(value, dict):
        yield from roots.document(value)
    else:
        raise DataError(f"{data.file} is neither a list nor an object, so it has no entries")


def _value(data: DataStream) -> object:
    text = _text(data)
    try:
        parsed = parse(text, file="")  # a name ending in .json would make it JSON
        faults = parsed.faults
    except ManifestError as error:
        faults = error.diagnostics
    else:
        if not faults:
            return parsed.value
    first = faults[0]
    if first.code == FileCode.EMPTY_FILE:
        raise DataError(f"{data.file} is empty")
    if first.line is None:
        raise DataError(f"{data.file}: {first.text}", hint=first.hint)
    place = f"line {first.line}, column {first.column}"
    raise DataError(f"{data.file}: {place}: {first.text}", place=place, hint=first.hint)


def _text(data: DataStream) -> str:
    lines, size = [], 0
    for line in lines_of(data):
        lines.append(line.text)
        size += len(line.text)
        if size > LARGEST_YAML:
            raise DataError(
                f"{data.file} is larger than {LARGEST_YAML // 1024**2} MiB; YAML is read whole",
                hint="write large data as JSON or NDJSON, which are streamed",
            )
    return "".join(lines)
