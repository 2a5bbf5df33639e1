"""Edits of a manifest's JSON as values, which are applied to the JSON or to its text.

Every pointer refers to the manifest before the edits, so their order does not matter. No edit
is inside a part that another edit drops or puts.
"""

import copy
from collections.abc import Iterable
from typing import Any

from reconciler.manifest.text.pointer import Pointer
from reconciler.value import Value


class Put(Value):
    """Sets the key at *at* to this value, whether it existed or not."""

    at: Pointer
    value: Any


class Add(Value):
    """Appends an item to the list at *at*."""

    at: Pointer
    value: Any


class Drop(Value):
    """Removes the item or key at *at*."""

    at: Pointer


Edit = Put | Add | Drop


def apply_edits(value: Any, edits: Iterable[Edit], *, below: Pointer = ()) -> Any:
    """Return *value*, whose place is *below*, edited; what no edit touches is shared with it."""
    made = copy.copy(value)
    copies: dict[Pointer, Any] = {(): made}

    def own(at: Pointer) -> Any:
        if at not in copies:
            above = own(at[:-1])
            above[at[-1]] = copies[at] = copy.copy(above[at[-1]])
        return copies[at]

    drops: list[Pointer] = []
    for edit in edits:
        at = edit.at[len(below) :]
        match edit:
            case Put():
                own(at[:-1])[at[-1]] = edit.value
            case Add():
                own(at).append(edit.value)
            case Drop():
                drops.append(at)
    # From the end, so that the remaining indices stay valid.
    for at in sorted(drops, reverse=True):
        del own(at[:-1])[at[-1]]
    return made
