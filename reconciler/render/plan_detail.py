"""The little that tells an added or orphaned element from its like: type, cardinality, locators."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.planning.plan import Change, Edit, Kind
from reconciler.render.shorten import shorten

_WIDTH = 120


def detail(change: Change) -> str:
    """Return what is told of an element that comes or goes, beside its name."""
    raw = whole(change)
    if raw is None:
        return ""
    if change.kind is Kind.ATTRIBUTE:
        return _attribute(raw)
    if change.kind is Kind.ATTRIBUTE_MAPPING:
        return _attribute_mapping(raw)
    if change.kind is Kind.STATUS:
        return shorten(str(raw.get("category") or ""))
    if change.kind is Kind.OBJECT_TYPE and raw.get("iconKey"):
        return f"icon {shorten(str(raw['iconKey']))}"
    return ""


def selector(change: Change) -> str:
    """Return the selector of a mapping that comes or goes."""
    return shorten(str((whole(change) or {}).get("selector") or ""))


def mapped_in(change: Change) -> Iterator[str]:
    """Yield `Path ← path` for each attribute of a mapping that comes or goes."""
    for raw in (whole(change) or {}).get("attributesMapping") or ():
        name = str(raw.get("attributeName") or raw.get("attributeExternalId") or "?")
        yield f"{shorten(name)} {_attribute_mapping(raw)}"


def whole(change: Change) -> Mapping[str, Any] | None:
    """Return the element that comes or goes, in the API's JSON; None where it is none."""
    raw = change.after if change.action is Edit.ADD else change.before
    return raw if isinstance(raw, Mapping) else None


def _attribute(raw: Mapping[str, Any]) -> str:
    target = raw.get("referenceObjectTypeName") or raw.get("referenceObjectTypeExternalId")
    parts = [f"{raw.get('type') or '?'}{f' to {target}' if target else ''}"]
    least, most = raw.get("minimumCardinality"), raw.get("maximumCardinality")
    if least is not None or most is not None:
        parts.append(f"{least or 0}..{'*' if most == -1 else 1 if most is None else most}")
    parts += [word for word in ("label", "unique") if raw.get(word) is True]
    return shorten(", ".join(parts), _WIDTH)


def _attribute_mapping(raw: Mapping[str, Any]) -> str:
    locators = raw.get("attributeLocators") or ()
    parts = [", ".join(map(str, locators))] if locators else []
    if iql := raw.get("objectMappingIQL"):
        parts.append(f"IQL {iql}")
    if raw.get("externalIdPart") is True:
        parts.append("identity")
    return shorten(f"← {' · '.join(parts)}", _WIDTH)
