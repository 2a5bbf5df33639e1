"""How a selector or a locator is written: what is certainly no dotted path, and what was meant.

A dotted path is the only form that is documented (selectors) or in use (locators). Names of data
hold nearly anything (`@odata.id`, `Serial No.`), so only what no name plausibly has is a fault.
"""

import re
from collections.abc import Sequence

from reconciler.regex import regex
from reconciler.value import Value

_PLAIN = regex(r"\w+(?:\.\w+)*")  # nearly all of them, and ten times faster to tell
_PLAIN_LINES = regex(r"\w++(?:[.\n]\w++)*+")
_ROOT = r"[$@]\.+(?=.)|\$(?=\[)"
_SUBSCRIPT = r"""\[(?:\*|-?\d*|'(?P<one>[^']*)'|"(?P<two>[^"]*)")\]"""
_BEYOND = r"\[\?|\.\."  # a filter, a search at any depth
_ALONE = r"\A[$@]\Z|(?:\A|\.)\*(?:\.|\Z)"  # the whole of the data, every member
_QUOTED = r"""\A(["'`])(?P<inner>.+)\1\Z"""
# A step too many, but not an abbreviation as a heading: `No.`, `Serial No.`.
_OPEN_END = r"\A(?![A-Z]\w{0,4}\.\Z)\w+(?:\.\w+)*\.\Z"
_WAYS = {  # what tells another way of writing → what is said of it
    r"\$\{": "is a placeholder, which only objectMappingIQL takes",
    rf"\A(?:{_ROOT})|{_SUBSCRIPT}|{_BEYOND}|{_ALONE}": "is written as a JSONPath",
    r"\A/": "is written as a JSON Pointer",
    r"\A\.": "begins with a dot",
    r"\A\s|\s\Z": "has blanks at its ends",
    _OPEN_END: "ends with a dot",
    _QUOTED: "stands in quotation marks",
    r"\A[^{]*\}|\{[^}]*\Z": "has one brace without the other",
}


class PathFault(Value):
    """Why a path is none, as the end of a sentence, and the path that was probably meant."""

    text: str
    meant: str | None = None


def are_plain(paths: Sequence[str]) -> bool:
    """Return whether *paths* are dotted paths of letters, digits and underscores, told at once."""
    lines = "\n".join(paths)
    return _PLAIN_LINES.fullmatch(lines) is not None and lines.count("\n") == len(paths) - 1


def path_fault(path: str) -> PathFault | None:
    """Return what is wrong with *path*, None if it is a dotted path."""
    if _PLAIN.fullmatch(path):
        return None
    if not path.strip():
        return PathFault(text="is blank" if path else "is empty")
    text = _why(path)
    if text is None:
        return None
    meant = _meant(path)
    return PathFault(text=text, meant=meant if meant and _why(meant) is None else None)


def _why(path: str) -> str | None:
    found = (text for way, text in _WAYS.items() if re.search(way, path))
    unseen = None if path.isprintable() else "holds a character that nobody sees"
    return next(found, unseen)


def _meant(path: str) -> str:
    """Return *path* as a dotted path, as far as that means the same; empty if it does not."""
    path = re.sub(r"\$\{\d*\}?", "", path)  # which one of several values
    path = re.sub(r"\$\{([^${}]*)\}?", r"\1", path)
    path = re.sub(_QUOTED, r"\g<inner>", path)
    path = re.sub(rf"\A(?:{_ROOT})", "", path)
    if path.startswith("/"):
        path = path[1:].replace("/", ".")
    path = re.sub(_SUBSCRIPT, _step, path)
    seen = "".join(character for character in path if character.isprintable())
    return "" if re.search(_BEYOND, seen) else seen.strip().strip(".{}")


def _step(subscript: re.Match[str]) -> str:
    """Return the name in brackets as a step; all elements of a list need none."""
    name = subscript["one"] or subscript["two"]
    if name:
        return f".{name}"
    return "" if subscript[0] in {"[*]", "[]"} else ".."  # no path means one element alone
