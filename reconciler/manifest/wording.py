"""The words of messages for elements, keys and values, and suggestions for misspelt words."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

from reconciler.manifest.text.pointer import Pointer
from reconciler.model.display import display
from reconciler.model.fields import ELEMENTS

_NOUNS = {key: table.noun for key, table in ELEMENTS.items()}
_NAMING_KEYS = ("name", "objectTypeName", "attributeName", "key")
_KINDS = ((bool, "true or false"), (str, "text"), (int | float, "a number"), (list, "a list"))
_LONGEST_SHOWN = 60


def element_at(root: Any, at: Pointer) -> str:
    """Return the words for the element at or above *at*: `attribute "Path"`, `policy`."""
    end = _end_of_element(at)
    if not end:
        return ".".join(map(str, at)) or "the document"
    noun = _NOUNS[str(at[end - 2])]
    element = _follow(root, at[:end])
    names = map(element.get, _NAMING_KEYS) if isinstance(element, Mapping) else ()
    name = next((name for name in names if isinstance(name, str)), None)
    return f"{noun} #{int(at[end - 1]) + 1}" if name is None else f"{noun} {quote(name)}"


def key_at(root: Any, at: Pointer) -> str:
    """Return the words for the key at *at*: `"label" of attribute "Path"`, `"policy"`."""
    start = _end_of_element(at)
    if start == len(at):
        return element_at(root, at)
    if not start:
        start = len(at) - 1
    key = f'"{".".join(map(str, at[start:]))}"'
    return f"{key} of {element_at(root, at[:start])}" if start else key


def quote(value: Any) -> str:
    """Return *value* as it is displayed, shortened; for lists and objects only the kind."""
    if value is None or isinstance(value, list | Mapping):
        return kind_of(value)
    text = display(value)
    return text if len(text) <= _LONGEST_SHOWN else f'{text[: _LONGEST_SHOWN - 2]}…"'


def kind_of(value: Any) -> str:
    """Return the kind of *value*, without showing it."""
    if value is None:
        return "null"
    return next((word for kind, word in _KINDS if isinstance(value, kind)), "an object")


def any_of(words: Iterable[Any]) -> str:
    """Return `"a", "b" or "c"`."""
    *most, last = map(quote, words)
    return f"{', '.join(most)} or {last}" if most else last


def _end_of_element(at: Pointer) -> int:
    for end in range(len(at), 1, -1):
        if isinstance(at[end - 1], int) and at[end - 2] in _NOUNS:
            return end
    return 0


def _follow(root: Any, at: Pointer) -> Any:
    for token in at:
        root = root[token]
    return root


# difflib compares with each candidate, in the square of the lengths: bounded, or a typo costs
# seconds.
_MOST_COMPARED = 1_000
_LONGEST_COMPARED = 100


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the word of *known* that is closest to *word*, None if none is near.

    External ids are often paths, so a common prefix up to the last slash does not count.
    """
    head, slash, tail = word.rpartition("/")
    cut = len(head + slash)
    names = sorted(known)
    beside = [name[cut:] for name in names if name[:cut] == word[:cut]]
    if (near := _nearest(tail, beside)) is not None:
        return word[:cut] + near
    return _nearest(word, [name for name in names if name[:cut] != word[:cut]])


def _nearest(word: str, candidates: Sequence[str]) -> str | None:
    folded = {name.casefold(): name for name in candidates}
    if (same := folded.get(word.casefold())) is not None:
        return same
    return next(iter(nearest(word, candidates)), None)


def nearest(
    word: str, candidates: Iterable[str], *, most: int = 1, cutoff: float = 0.7
) -> list[str]:
    """Return the *most* of *candidates* that are like *word*, best first.

    No long text is compared, and of very many candidates not all.
    """
    if len(word) > _LONGEST_COMPARED:
        return []
    short = (each for each in candidates if len(each) <= _LONGEST_COMPARED)
    return get_close_matches(word, islice(short, _MOST_COMPARED), n=most, cutoff=cutoff)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the hint for a misspelt *word*, None if no known word is near."""
    near = closest(word, known)
    return None if near is None else f"did you mean {quote(near)}?"
