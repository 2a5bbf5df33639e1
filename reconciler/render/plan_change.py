"""The lines of a single change, and what stands behind them: risk, grade, remedy."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.planning.plan import Change, Edit, Kind, Risk, Verdict
from reconciler.render.plan_symbols import symbol
from reconciler.render.shorten import difference, shorten, value
from reconciler.render.terminal import Line, Span, Style
from reconciler.semantics.capabilities import CAPABILITIES

_KEY_WIDTH = 120
_RULES = {capability.rule: capability.text for capability in CAPABILITIES.values()}


def label(name: str, key: str | None) -> tuple[Span, ...]:
    """Return the name and, where there is one, the id: both always shown, never left out."""
    shown = (shorten(name, _KEY_WIDTH), Style.STRONG)
    return (shown, ("  " + shorten(key, _KEY_WIDTH), Style.QUIET)) if key else (shown,)


def field_lines(change: Change, indent: str, width: int) -> Iterator[Line]:
    """Yield the lines of one changed field, the field's name padded to *width*."""
    mark, style = symbol(change)
    sent_change = change.verdict.is_sent and change.action is Edit.CHANGE
    shown = " " if sent_change else mark
    yield (
        indent,
        (shown, style),
        f" {(change.field or '').ljust(width)}   ",
        _values(change),
        *notes(change),
    )
    yield from why_lines(change, indent + "    ")


def whole_lines(
    change: Change, name: str, key: str | None, indent: str, detail: str = ""
) -> Iterator[Line]:
    """Yield the lines of an element that is added, or that live alone has."""
    yield (
        indent,
        symbol(change),
        " ",
        *label(name, key),
        f"   {detail}" if detail else "",
        *notes(change),
    )
    yield from why_lines(change, indent + "    ")


def notes(change: Change) -> tuple[Span, ...]:
    """Return what a reader should know of a change beside its values."""
    spans: list[Span] = []
    if change.verdict is Verdict.ORPHAN:
        spans.append(("   in live only", Style.ODD))
    elif change.verdict is Verdict.WRITE_ONLY:
        spans.append(("   not sent: live does not show it", Style.QUIET))
    elif change.verdict is Verdict.IGNORED:
        spans.append(("   ignored", Style.QUIET))
    elif change.verdict is Verdict.PATCH_UNDOCUMENTED:
        spans.append(("   (undocumented: sent, then verified by reading back)", Style.CHANGE))
    elif change.verdict.is_sent and change.confidence is not Confidence.DOCUMENTED:
        spans.append((f"   ({change.confidence})", Style.QUIET))
    if change.risk is not Risk.NONE:
        code = f": {change.risk_code}" if change.risk_code else ""
        style = Style.STOP if change.risk is Risk.DATA else Style.CHANGE
        spans.append((f"   risk {change.risk}{code}", style))
    return tuple(spans)


def why_lines(change: Change, indent: str) -> Iterator[Line]:
    """Yield why an impossible change is so, and what to do instead."""
    if change.verdict is not Verdict.IMPOSSIBLE:
        return
    if change.predicted_code:
        yield (indent, f"the API would answer {change.predicted_code} ({change.confidence})")
    else:
        text = _RULES.get(change.rule, "this API cannot do it")
        yield (indent, f"{text} ({change.confidence})")
    for line in (change.remedy or "").splitlines():
        yield (indent, line)


def told(change: Change, source: str) -> str:
    """Return a change on one line by its address, for lists outside of the tree."""
    place = change.address.removeprefix(f"{source}/")
    if change.before is not None and change.after is not None:
        return f"{place}   {difference(change.before, change.after)}"
    return f"{place}   {value(change.after if change.before is None else change.before)}"


def detail(change: Change) -> str:
    """Return the little that tells an added or orphaned element from its like."""
    raw = change.after if change.action is Edit.ADD else change.before
    if not isinstance(raw, Mapping):
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


def mapped(raw: Mapping[str, Any]) -> str:
    """Return `Path ← path` for one attribute mapping of the API's JSON."""
    name = str(raw.get("attributeName") or raw.get("attributeExternalId") or "?")
    return f"{shorten(name)} {_attribute_mapping(raw)}"


def _values(change: Change) -> str:
    if change.action is Edit.CHANGE and change.field is not None:
        return difference(change.before, change.after)
    return value(change.after if change.action is Edit.ADD else change.before)


def _attribute(raw: Mapping[str, Any]) -> str:
    target = raw.get("referenceObjectTypeName") or raw.get("referenceObjectTypeExternalId")
    parts = [f"{raw.get('type') or '?'}{f' to {target}' if target else ''}"]
    least, most = raw.get("minimumCardinality"), raw.get("maximumCardinality")
    if least is not None or most is not None:
        parts.append(f"{least or 0}..{'*' if most == -1 else 1 if most is None else most}")
    parts += [word for word in ("label", "unique") if raw.get(word) is True]
    return shorten(", ".join(parts), _KEY_WIDTH)


def _attribute_mapping(raw: Mapping[str, Any]) -> str:
    locators = raw.get("attributeLocators") or ()
    parts = [", ".join(map(str, locators))] if locators else []
    if iql := raw.get("objectMappingIQL"):
        parts.append(f"IQL {iql}")
    if raw.get("externalIdPart") is True:
        parts.append("identity")
    return shorten(f"← {' · '.join(parts)}", _KEY_WIDTH)
