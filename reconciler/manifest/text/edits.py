"""What is to change in a manifest's JSON, as values; applied to the JSON, or to its text.

Every pointer names a place in the manifest as it was, so the edits of one manifest
do not depend on their order. None is inside of what another one drops or puts.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reconciler.manifest.text.pointer import Pointer


@dataclass(frozen=True, kw_only=True, slots=True)
class Put:
    """The key that *at* ends in gets this value, whether it was there or not."""

    at: Pointer
    value: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Add:
    """The list at *at* gets one more item, at its end."""

    at: Pointer
    value: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """The item or key at *at* goes."""

    at: Pointer


Edit = Put | Add | Drop


def apply_edits(value: Any, edits: Iterable[Edit], *, below: Pointer = ()) -> Any:
    """Return *value* after the edits, itself untouched; *below* is where it stands."""
    made = copy.deepcopy(value)
    drops: list[Pointer] = []
    for edit in edits:
        at = edit.at[len(below) :]
        match edit:
            case Put():
                item(made, at[:-1])[at[-1]] = copy.deepcopy(edit.value)
            case Add():
                item(made, at).append(copy.deepcopy(edit.value))
            case Drop():
                drops.append(at)
    # From the end, so that the places of what is still to go stay right.
    for at in sorted(drops, reverse=True):
        del item(made, at[:-1])[at[-1]]
    return made


def item(value: Any, at: Pointer) -> Any:
    """Return what stands at *at* in *value*."""
    for token in at:
        value = value[token]
    return value
