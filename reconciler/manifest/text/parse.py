"""A file's text to a plain JSON value: strings, booleans, numbers, null, lists, objects.

JSON to a value, the outline telling where its faults are.

YAML 1.2 to a value. ryaml makes the value, the outline tells where its faults are.

Only what JSON can say is taken: no tags, no merge keys, keys are text, one document.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import duplicate_key, fault
from reconciler.manifest.text.json_values import (
    DEEPEST,
    LARGEST_INTEGER,
    SMALLEST_INTEGER,
    Raw,
    is_plain,
    is_too_deep,
    oddities,
    whole_number,
    with_whole_numbers,
)
from reconciler.manifest.text.places import Place, Places
from reconciler.manifest.text.pointer import write_pointer
from reconciler.manifest.wording import shown

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_MOST_DIGITS = len(str(SMALLEST_INTEGER))


class _Reading:
    """What the hooks of one reading notice."""

    def __init__(self) -> None:
        self.is_odd = False
        self.has_duplicates = False

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) != len(pairs):
            self.has_duplicates = True
        return out

    def integer(self, digits: str) -> int | float:
        # Thousands of digits cost quadratic time, and Python refuses them.
        value = int(digits) if len(digits) <= _MOST_DIGITS else LARGEST_INTEGER + 1
        if not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            self.is_odd = True
        return value

    def fraction(self, digits: str) -> int | float:
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            self.is_odd = True
            return value
        return whole_number(value)

    def constant(self, name: str) -> float:
        self.is_odd = True
        return float(name)


def parse_json(text: str, *, file: str) -> Raw:
    """Return the value of *text*; of a key that is there twice, the last. Raises ManifestError."""
    reading = _Reading()
    try:
        value = json.loads(
            text,
            object_pairs_hook=reading.object,
            parse_int=reading.integer,
            parse_float=reading.fraction,
            parse_constant=reading.constant,
        )
    except json.JSONDecodeError as error:
        said = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        place = error.lineno, error.colno
        raise ManifestError([fault(FileCode.JSON_SYNTAX, said, file=file, place=place)]) from None
    except RecursionError:
        raise _too_deep(file) from None
    if is_too_deep(value):
        raise _too_deep(file)
    return Raw(
        value=value,
        is_odd=reading.is_odd or _SURROGATE_ESCAPE.search(text) is not None,
        has_duplicates=reading.has_duplicates,
    )


def _too_deep(file: str) -> ManifestError:
    text = f"lists and objects are nested more than {DEEPEST} levels"
    return ManifestError([fault(FileCode.TOO_DEEP, text, file=file)])


_MAYBE_TAG = re.compile(r"(?:^|[\s\[{,])!", re.MULTILINE)
_PLACE = re.compile(r" at line (\d+) column (\d+)")
_POSITION = re.compile(r" at position (\d+)$")


def parse_yaml(text: str, places: Places, *, file: str) -> Raw:
    """Return the value of *text*. Raises ManifestError with every fault that leaves none."""
    import ryaml  # noqa: PLC0415 - only where there is YAML

    try:
        value = ryaml.loads(text)  # type: ignore[attr-defined]  # its stub forgets to export it
    except (ValueError, TypeError, RecursionError) as error:
        raise ManifestError([*_faults(str(error), text, places, file)]) from None
    if _MAYBE_TAG.search(text) and places.tree.tags:
        raise ManifestError([_tag_fault(tag, place, file) for tag, place in places.tree.tags])
    if is_plain(value):
        return Raw(value=value)
    return Raw(value=with_whole_numbers(value), is_odd=True)


def _faults(message: str, text: str, places: Places, file: str) -> Iterator[Diagnostic]:
    if "recursion limit" in message or "repetition limit" in message:
        yield _limit_fault(message, file)
        return
    tree = places.tree
    if "more than one document" in message:
        yield fault(
            FileCode.MULTIPLE_DOCUMENTS,
            "the file holds more than one YAML document",
            file=file,
            place=tree.documents[1] if len(tree.documents) > 1 else None,
            hint="one manifest, one file",
        )
    elif "duplicate entry" in message and tree.duplicates:
        for duplicate in tree.duplicates:
            yield duplicate_key(duplicate, file=file)
    elif "unhashable" in message or tree.odd_keys:
        for place in tree.odd_keys or (None,):
            yield fault(
                FileCode.KEY_NOT_TEXT, "a list or an object cannot be a key", file=file, place=place
            )
    elif "invalid type: integer" in message:
        yield fault(
            FileCode.NUMBER_RANGE,
            "the number does not fit into 64 bits",
            file=file,
            place=_place_in(message),
        )
    else:
        yield _syntax_fault(message, text, file)


def _tag_fault(tag: str, place: Place, file: str) -> Diagnostic:
    return fault(
        FileCode.YAML_TAG,
        f"the YAML tag {shown(tag)} is not supported",
        file=file,
        place=place,
        hint="write the value without a tag",
    )


def _limit_fault(message: str, file: str) -> Diagnostic:
    if "repetition" in message:
        return fault(
            FileCode.ALIAS_EXPANSION,
            "the aliases of this file expand to too much",
            file=file,
            hint="write the repeated parts out",
        )
    return fault(
        FileCode.TOO_DEEP,
        f"lists and objects are nested more than {DEEPEST} levels, or an alias holds itself",
        file=file,
        place=_place_in(message),
    )


def _syntax_fault(message: str, text: str, file: str) -> Diagnostic:
    place = _place_in(message) or (1, 1)  # ryaml names every place but the first
    if (position := _POSITION.search(message)) is not None:
        before = text[: int(position[1])]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
    # Of "problem at …, while parsing … at …" the second place says where that began.
    problem, _, context = message.partition(", while ")
    said = _POSITION.sub("", _PLACE.sub("", problem))
    began = _PLACE.search(context)
    hint = f"while {_PLACE.sub('', context)} that began on line {began[1]}" if began else None
    if "cannot start any token" in problem and _is_tab(text, place):
        hint = "YAML is indented with spaces, never with tabs"
    elif "Unicode character escape" in problem:
        hint = "YAML writes an emoji as \\U0001F600, not in two halves; JSON belongs in .json files"
    return fault(FileCode.YAML_SYNTAX, f"not valid YAML: {said}", file=file, place=place, hint=hint)


def _is_tab(text: str, place: Place) -> bool:
    lines = text.splitlines()
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    return line[place[1] - 1 : place[1]] == "\t"


def _place_in(message: str) -> Place | None:
    found = _PLACE.search(message)
    return None if found is None else (int(found[1]), int(found[2]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """The value of a text, where its parts stand, and the keys that are there twice."""

    value: Any
    places: Places
    faults: tuple[Diagnostic, ...]


def parse(text: str, *, file: str) -> Parsed:
    """Return what *text* holds: JSON where the name *file* ends so, else YAML.

    Raises ManifestError where it does not parse, is empty or nested too deeply.
    """
    is_json = file.lower().endswith(".json")
    places = Places(text, is_json=is_json)
    if not text.strip():
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
