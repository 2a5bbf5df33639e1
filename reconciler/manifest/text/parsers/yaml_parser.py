"""Parses YAML 1.2: a library builds the value, and the tree of the text has the places of faults.

Only what JSON can express is accepted: no tags, no merge keys, text keys, one document.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import conflict_marker, duplicate_key, fault, place_at
from reconciler.manifest.text.line_breaks import LineBreaks
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.tree import Place
from reconciler.manifest.text.value import DEEPEST, Raw, is_plain, with_whole_numbers
from reconciler.manifest.wording import quote
from reconciler.regex import regex

# libyaml looks at each open bracket for each token; this much takes a fifth of a second.
_AFFORDABLE = 200_000_000
_MOST_DIRECTIVES = 100
_TAG_DIRECTIVE = regex(r"^%TAG", re.MULTILINE)
_MAYBE_TAG = regex(r"!(?<![^\s\[{,]!)")  # begins with what is searched for quickly
_PLACE = regex(r" at line (\d+) column (\d+)")
_POSITION = regex(r" at position (\d+)$")


def parse_yaml(text: str, places: Places, *, file: str) -> Raw:
    """Return the value of *text*. Raises ManifestError with every fault that prevents that."""
    if slow := [*_slow(text, places, file)]:
        raise ManifestError(slow)
    breaks = LineBreaks(text)
    try:
        values = _loads_all()(breaks.readable)
    except (ValueError, TypeError, RecursionError) as error:
        raise ManifestError([*_faults(str(error), breaks.readable, places, file)]) from None
    # `null`, or nothing at all behind a last `---`?
    if any(each is not None for each in values[1:]) or (values[1:] and places.tree.more_documents):
        raise ManifestError([_more_documents(places.tree.more_documents, file)])
    value = breaks.restored_value(values[0] if values else None)
    if _MAYBE_TAG.search(text) and places.tree.tags:
        raise ManifestError([_tag_fault(tag, place, file) for tag, place in places.tree.tags])
    if is_plain(value):
        return Raw(value=value)
    return Raw(value=with_whole_numbers(value), is_odd=True)


def _loads_all() -> Callable[[str], list[Any]]:
    """Return what reads all documents of a text: ryaml, or what stands in where it has no wheel."""
    try:
        import ryaml  # noqa: PLC0415 - only where there is YAML
    except ImportError:
        from reconciler.manifest.text.parsers import yaml_composer  # noqa: PLC0415 - only then

        return yaml_composer.loads_all
    loads_all: Callable[[str], list[Any]] = ryaml.loads_all  # type: ignore[attr-defined]  # its stub
    return loads_all


def _slow(text: str, places: Places, file: str) -> Iterator[Diagnostic]:
    """Yield what libyaml would find only after time in the square of the text's length."""
    brackets = text.count("{") + text.count("[")
    is_slow = brackets > DEEPEST and brackets * len(text) > _AFFORDABLE
    # Its events come one by one: no more is read than to the first that is too deep. What needs
    # no tree has two levels of brackets at most.
    if is_slow and places.need_tree and (place := places.tree.too_deep) is not None:
        yield _too_deep(file, place)
    if "%TAG" in text and len(_TAG_DIRECTIVE.findall(text)) > _MOST_DIRECTIVES:
        yield fault(
            FileCode.YAML_TAG,
            f"the file has more than {_MOST_DIRECTIVES} %TAG directives",
            file=file,
            hint="leave them out: tags are not supported",
        )


def _faults(message: str, text: str, places: Places, file: str) -> Iterator[Diagnostic]:
    if "recursion limit" in message or "repetition limit" in message:
        yield _limit_fault(message, file)
        return
    tree = places.tree
    if "duplicate entry" in message and tree.duplicates:
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


def _more_documents(places: Sequence[Place], file: str) -> Diagnostic:
    return fault(
        FileCode.MULTIPLE_DOCUMENTS,
        "the file holds more than one YAML document",
        file=file,
        place=next(iter(places), None),
        hint="one manifest, one file",
    )


def _tag_fault(tag: str, place: Place, file: str) -> Diagnostic:
    return fault(
        FileCode.YAML_TAG,
        f"the YAML tag {quote(tag)} is not supported",
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
    return _too_deep(file, _place_in(message))


def _too_deep(file: str, place: Place | None) -> Diagnostic:
    return fault(
        FileCode.TOO_DEEP,
        f"lists and objects are nested more than {DEEPEST} levels, or an alias holds itself",
        file=file,
        place=place,
    )


def _syntax_fault(message: str, text: str, file: str) -> Diagnostic:
    place = _place_in(message) or (1, 1)  # ryaml names every place but the first
    if (position := _POSITION.search(message)) is not None:
        place = place_at(text, int(position[1]))
    # The second place of "problem at …, while parsing … at …" is the start of that part.
    problem, _, context = message.partition(", while ")
    sentence = _POSITION.sub("", _PLACE.sub("", problem))
    began = _PLACE.search(context)
    hint = f"while {_PLACE.sub('', context)} that began on line {began[1]}" if began else None
    if (marker := conflict_marker(text, file=file)) is not None:
        return marker
    if "a tab character" in problem or (
        "cannot start any token" in problem and _is_tab(text, place)
    ):
        hint = "YAML is indented with spaces, never with tabs"
    elif "Unicode character escape" in problem:
        hint = "YAML writes an emoji as \\U0001F600, not in two halves; JSON belongs in .json files"
    return fault(
        FileCode.YAML_SYNTAX, f"not valid YAML: {sentence}", file=file, place=place, hint=hint
    )


def _is_tab(text: str, place: Place) -> bool:
    lines = text.split("\n")
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    return line[place[1] - 1 : place[1]] == "\t"


def _place_in(message: str) -> Place | None:
    found = _PLACE.search(message)
    return None if found is None else (int(found[1]), int(found[2]))
