"""The format of a data file: by its extension, otherwise by its first bytes."""

import json
from pathlib import PurePath

from reconciler.data.entries import DataError, DataFormat
from reconciler.data.stream import DataStream
from reconciler.regex import regex

BY_EXTENSION = {
    ".csv": DataFormat.CSV,
    ".json": DataFormat.JSON,
    ".jsonl": DataFormat.NDJSON,
    ".ndjson": DataFormat.NDJSON,
    ".tsv": DataFormat.CSV,
    ".yaml": DataFormat.YAML,
    ".yml": DataFormat.YAML,
}
_BY_FIRST_BYTE = {
    b"[": DataFormat.JSON,
    b'"': DataFormat.CSV,
    b"#": DataFormat.YAML,
    b"%": DataFormat.YAML,
    b"-": DataFormat.YAML,
}
_YAML_KEY = regex(rb"[^,;\t]+:(\s|$)")
_SEPARATOR = regex(rb"[,;\t]")


def format_of(data: DataStream) -> DataFormat:
    """Return the format of *data*. Raises DataError if it cannot be determined."""
    extension = PurePath(data.file).suffix.lower()
    return BY_EXTENSION.get(extension) or _by_beginning(data)


def _by_beginning(data: DataStream) -> DataFormat:
    text = data.head.lstrip()
    line, _, rest = text.partition(b"\n")
    if text.startswith(b"{"):
        return DataFormat.NDJSON if rest.strip() and _is_object(line) else DataFormat.JSON
    if (known := _BY_FIRST_BYTE.get(text[:1])) is not None:
        return known
    if _YAML_KEY.match(line):
        return DataFormat.YAML
    if _SEPARATOR.search(line):
        return DataFormat.CSV
    raise DataError(
        f"{data.file} does not show how it is written",
        hint=f"say so with --data-format {', '.join(DataFormat)}",
    )


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
