"""Whether a text says what it should, whatever it looks like."""

from typing import Any

from reconciler.errors import ManifestError
from reconciler.manifest.text.parser import parse


def says(text: str, wanted: Any, *, file: str) -> bool:
    """Return whether *text*, read as a manifest in *file*, has the value *wanted*."""
    try:
        parsed = parse(text, file=file)
    except ManifestError:
        return False
    return not parsed.faults and _same(parsed.value, wanted)


def _same(one: Any, other: Any) -> bool:
    """Whether both are the same JSON; unlike `==`, true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
