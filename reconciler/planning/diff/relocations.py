"""Relocated mappings: the same data now fill another attribute or type.

A mapping is identified by its attribute or type, so a relocation is one mapping removed and
one added. A reader of the plan should see that nothing is lost.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.planning.change import Change, Edit, Kind, Verdict

Key = Hashable | None


def relocated_mappings(changes: Iterable[Change]) -> Mapping[Address, Address]:
    """Return the relocations: the address of the removed mapping to that of the added one.

    An attribute's mapping is matched by locators, IQL and identity flag, within its type
    rather than across types. A type's mapping that is only live is matched with a new one by
    its selector. No address is in two relocations, and ambiguous ones are not guessed.
    """
    whole = [c for c in changes if c.field is None]
    entries = [c for c in whole if c.kind is Kind.ATTRIBUTE_MAPPING and c.verdict.is_sent]
    found = dict(_pairs(entries, _entry_within_type))
    settled = found.keys() | set(found.values())
    found |= _pairs([c for c in entries if c.address not in settled], _entry)
    mappings = [c for c in whole if c.kind is Kind.MAPPING and _may_be_paired(c)]
    found |= _pairs(mappings, _selector)
    return found


def _pairs(
    changes: Sequence[Change], key: Callable[[Change], Key]
) -> Iterator[tuple[Address, Address]]:
    removed: defaultdict[Key, list[Address]] = defaultdict(list)
    added: defaultdict[Key, list[Address]] = defaultdict(list)
    for change in changes:
        same = key(change)
        if same is not None:
            (removed if change.action is Edit.REMOVE else added)[same].append(change.address)
    for same, old in removed.items():
        new = added.get(same, ())
        if len(old) == len(new) == 1:
            yield old[0], new[0]


def _may_be_paired(change: Change) -> bool:
    if change.action is Edit.REMOVE:
        return change.verdict is Verdict.ORPHAN
    return change.verdict.is_sent


def _raw(change: Change) -> Mapping[str, Any]:
    raw = change.before if change.action is Edit.REMOVE else change.after
    return raw if isinstance(raw, Mapping) else {}


def _entry(change: Change) -> Key:
    raw = _raw(change)
    locators, iql = raw.get("attributeLocators"), raw.get("objectMappingIQL")
    if not locators and not iql:
        return None
    return json.dumps([locators or [], iql or "", bool(raw.get("externalIdPart"))])


def _entry_within_type(change: Change) -> Key:
    entry = _entry(change)
    return None if entry is None else (change.names[:-1], entry)


def _selector(change: Change) -> Key:
    selector = _raw(change).get("selector")
    return selector if isinstance(selector, str) and selector else None
