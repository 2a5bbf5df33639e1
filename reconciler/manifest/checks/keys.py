"""Unknown keys: probably misspelt, and the API would ignore them silently."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import ENVELOPE_KEYS, ManifestElement, Outline, Owner
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ENVELOPE,
    ICON,
    OBJECT_TYPE,
    STATUS,
    TYPE_MAPPING,
    Table,
)


def check_keys(document: Outline, report: Report) -> None:
    """Warn of each key that neither the API nor the manifest format knows."""
    if document.is_plain:
        return
    for path, keys in ENVELOPE.items():
        at = tuple(path.split(".")) if path else ()
        what, known = (at[-1], frozenset(keys)) if at else ("a manifest", ENVELOPE_KEYS.union(keys))
        _check(at, _follow(document.raw, at), what, known, report)
    for owners, table, inner in (
        (document.types, OBJECT_TYPE, ATTRIBUTE),
        (document.mappings, TYPE_MAPPING, ATTRIBUTE_MAPPING),
    ):
        for owner in owners:
            _check_element(owner, table, report)
            if not all(map(inner.keys.issuperset, owner.objects)):
                for each in owner.attributes:
                    _check_element(each, inner, report)
    for icon in document.icons:
        _check_element(icon, ICON, report)
    for status in document.statuses:
        _check_element(status, STATUS, report)


def _check_element(element: Owner | ManifestElement, table: Table, report: Report) -> None:
    if not element.raw.keys() <= table.keys:
        what = f"{'an' if table.noun[0] in 'aeiou' else 'a'} {table.noun}"
        _check(element.at, element.raw, what, table.keys, report, seen=table.seen)


def _check(
    at: Pointer,
    raw: Mapping[str, Any],
    what: str,
    known: AbstractSet[str],
    report: Report,
    *,
    seen: AbstractSet[str] = frozenset(),
) -> None:
    free = known - raw.keys()
    for key in raw:
        if key in known or key in seen:
            continue
        near = report.closest(key, free)
        report.add(
            FileCode.UNKNOWN_KEY,
            f"{quote(key)} is not a key of {what} and will be ignored by the API",
            (*at, key),
            at_key=True,
            hint=f"did you mean {quote(near)}?"
            if near
            else f"its keys are {', '.join(sorted(known))}",
        )


def _follow(raw: Any, at: Pointer) -> Mapping[str, Any]:
    for token in at:
        raw = raw.get(token) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}
