"""Parses a file's text to a JSON value: strings, booleans, numbers, null, lists, objects."""

from collections.abc import Iterator
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import duplicate_key, fault
from reconciler.manifest.text.parsers.json_parser import parse_json
from reconciler.manifest.text.parsers.yaml_parser import parse_yaml
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import write_pointer
from reconciler.manifest.text.value import Raw, oddities
from reconciler.value import Value, replace


class Parsed(Value):
    """The value of a text, the places of its parts, and its duplicate keys."""

    value: Any
    places: Places
    faults: tuple[Diagnostic, ...]


def parse(text: str, *, file: str) -> Parsed:
    """Return the value of *text*: JSON if *file* has that extension, else YAML.

    Raises ManifestError if it does not parse, is empty or is nested too deeply.
    """
    return _parse(text, file=file, is_json=file.lower().endswith(".json"))


def json_value(text: str, *, file: str) -> Any:
    """Return the value of the JSON *text*, the content of *file*.

    Raises ManifestError if it does not parse, is empty or null, is nested too deeply, or holds
    what UTF-8 or 64 bits cannot.
    """
    parsed = _parse(text, file=file, is_json=True)
    if parsed.faults:
        raise ManifestError(parsed.faults)
    return parsed.value


def _parse(text: str, *, file: str, is_json: bool) -> Parsed:
    places = Places(text, is_json=is_json)
    if not text or text.isspace():
        raise _empty(file)
    raw = parse_json(text, file=file) if is_json else parse_yaml(text, places, file=file)
    if raw.value is None:
        raise _empty(file)
    duplicates = [*_duplicates(raw, places, file)]
    if raw.is_odd and (odd := [*_odd(raw, places, file, is_json=is_json)]):
        raise ManifestError([*duplicates, *odd])
    return Parsed(value=raw.value, places=places, faults=tuple(duplicates))


def _duplicates(raw: Raw, places: Places, file: str) -> Iterator[Diagnostic]:
    if raw.has_duplicates:
        for duplicate in places.tree.duplicates:
            yield duplicate_key(duplicate, file=file)
        if not places.tree.duplicates:  # libyaml gave up before it came there
            yield fault(FileCode.DUPLICATE_KEY, "an object has the same key twice", file=file)


def _odd(raw: Raw, places: Places, file: str, *, is_json: bool) -> Iterator[Diagnostic]:
    for oddity in oddities(raw.value, merge_keys=not is_json):
        place = places.of_key(oddity.at) if oddity.at_key else places.of(oddity.at)
        found = fault(oddity.code, oddity.text, file=file, place=place, hint=oddity.hint)
        yield replace(found, pointer=write_pointer(oddity.at))


def _empty(file: str) -> ManifestError:
    return ManifestError([fault(FileCode.EMPTY_FILE, f"{file} is empty", file=file)])
