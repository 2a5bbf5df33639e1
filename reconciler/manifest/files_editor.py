"""Applies edits of an effective document to the files that make it.

A value is written where it stands: that of an overlay in the overlay, all else in the head and in
the parts, each of which may state it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.merge import identity_of
from reconciler.manifest.text.editor import edit_text
from reconciler.manifest.text.edits import Add, Drop, Edit, Put
from reconciler.manifest.text.pointer import Pointer
from reconciler.model.fields import ELEMENTS, IDENTITIES
from reconciler.value import replace

_IDS = frozenset(keys[0] for keys in IDENTITIES.values())
_NAMING = frozenset(key for keys in IDENTITIES.values() for key in keys)


def edit_files(
    texts: Sequence[ManifestText], edits: Sequence[Edit], whole: Mapping[str, Any]
) -> tuple[ManifestText, ...]:
    """Return *texts*, the files of *whole* from the head on, with the *edits* of *whole* applied.

    Raises ReconcilerError if the notation of a text cannot be edited.
    """
    if len(texts) == 1:
        return (edit_text(texts[0], edits),)
    values = [each.parsed.value for each in texts]
    overlays = frozenset(number for number, each in enumerate(texts) if each.is_overlay)
    own: list[list[Edit]] = [[] for _ in texts]
    for edit in edits:
        for number, each in _own_edits(edit, values, whole, overlays):
            own[number].append(each)
    return tuple(
        edit_text(each, found) if found else each for each, found in zip(texts, own, strict=True)
    )


def _own_edits(
    edit: Edit, values: Sequence[Any], whole: Mapping[str, Any], overlays: frozenset[int]
) -> Iterator[tuple[int, Edit]]:
    """Yield what *edit* is for each file that it concerns, with the number of that."""
    stated = _all(edit.at, values, whole)
    if isinstance(edit, Put) and edit.at[-1] in ELEMENTS and stated:
        # Each file has its own elements of the list, and only one needs the new ones.
        for nth, (number, there) in enumerate(stated):
            yield number, Put(at=there, value=[] if nth else edit.value)
        return
    for number, there in _places(edit, stated, values, whole, overlays):
        yield number, replace(edit, at=there)


def _places(
    edit: Edit,
    stated: list[tuple[int, Pointer]],
    values: Sequence[Any],
    whole: Mapping[str, Any],
    overlays: frozenset[int],
) -> Iterator[tuple[int, Pointer]]:
    """Yield the numbers of the files that *edit* is for, with its pointer in each."""
    match edit:
        case Drop():
            yield from stated  # what a file above said of it would be of nothing
        case Add():
            yield from stated[:1]
        case Put():
            *above, key = edit.at
            owners = [(i, (*at, key)) for i, at in _all(tuple(above), values, whole)]
            if key in _IDS:
                yield from owners  # they all go on speaking of the same element
            elif key in _NAMING:
                yield from stated or owners[:1]
            else:
                overlaid = [each for each in stated if each[0] in overlays]
                yield from overlaid or stated or owners[:1]  # head and parts state the same


def _all(at: Pointer, values: Sequence[Any], whole: Any) -> list[tuple[int, Pointer]]:
    found = ((number, _within(value, whole, at)) for number, value in enumerate(values))
    return [(number, there) for number, there in found if there is not None]


def _within(value: Any, whole: Any, at: Pointer) -> Pointer | None:
    """Return the pointer in *value* of what has the pointer *at* in *whole*, None if it lacks it.

    The last key of *at* need not be in *whole*: an overlay may say that it is gone.
    """
    out: list[str | int] = []
    last: str | int = ""
    for token in at:
        if isinstance(whole, list):
            if not isinstance(value, list) or last not in ELEMENTS:
                return None
            table, whole = ELEMENTS[str(last)], whole[int(token)]
            identity = identity_of(whole, table)
            same = (i for i, each in enumerate(value) if identity_of(each, table) == identity)
            if (i := next(same, None)) is None:
                return None
            out.append(i)
            value = value[i]
        else:
            if not isinstance(value, Mapping) or token not in value:
                return None
            out.append(token)
            value, whole = value[str(token)], whole.get(token)
        last = token
    return tuple(out)
