"""The changes of one source under the object types that they touch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.planning.plan import Change, Edit
from reconciler.render.plan_change import detail, field_lines, label, mapped, whole_lines
from reconciler.render.plan_symbols import owner_symbol
from reconciler.render.plan_tree import Element, PlanTree, Siblings, TypeNode
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Line, Style

_STEP = "    "


def tree_lines(tree: PlanTree) -> Iterator[Line]:
    """Yield the lines of all changes: types with all that is theirs, then icons and statuses."""
    yield from _types(tree.types, _STEP)
    for noun, elements in (("icon", tree.icons), ("status", tree.statuses)):
        for element in elements.values():
            yield from _element(element, _STEP, f"{noun} ")


def _types(nodes: Siblings, indent: str) -> Iterator[Line]:
    for node in nodes:
        yield from _own(node, indent)
        yield from _types(node.children, indent + _STEP)


def _own(node: TypeNode, indent: str) -> Iterator[Line]:
    whole, fields = _split(node.changes)
    inner = indent + _STEP
    if whole is not None:
        yield from whole_lines(whole, node.name, node.key, indent, detail(whole))
    else:
        mark = owner_symbol((), node.all_changes) or (" ", Style.QUIET)
        yield (indent, mark, " ", *label(node.name, node.key))
    yield from _fields(fields, inner)
    for element in node.attributes.values():
        yield from _element(element, inner)
    yield from _mapping(node, inner)


def _element(element: Element, indent: str, prefix: str = "") -> Iterator[Line]:
    whole, fields = _split(element.changes)
    name = prefix + element.name
    if whole is not None:
        yield from whole_lines(whole, name, element.key, indent, detail(whole))
    elif fields:
        mark = owner_symbol((), fields)
        yield (indent, mark or " ", " ", *label(name, element.key))
    yield from _fields(fields, indent + _STEP)


def _mapping(node: TypeNode, indent: str) -> Iterator[Line]:
    """Yield the mapping that feeds the type, beside it."""
    if not node.mapping and not node.attribute_mappings:
        return
    whole, fields = _split(node.mapping)
    inner = indent + _STEP
    if whole is not None:
        raw = whole.after if whole.action is Edit.ADD else whole.before
        raw = raw if isinstance(raw, Mapping) else {}
        selector = shorten(str(raw.get("selector") or ""))
        yield from whole_lines(whole, "mapping", None, indent, selector)
        for attribute in raw.get("attributesMapping") or ():
            yield (inner, mapped(attribute))
    else:
        inside = (c for e in node.attribute_mappings.values() for c in e.changes)
        mark = owner_symbol((), (*fields, *inside))
        yield (indent, mark or " ", " mapping")
    yield from _fields(fields, inner)
    for element in node.attribute_mappings.values():
        yield from _element(element, inner)


def _fields(changes: Sequence[Change], indent: str) -> Iterator[Line]:
    width = max((len(c.field or "") for c in changes), default=0)
    for change in changes:
        yield from field_lines(change, indent, width)


def _split(changes: Iterable[Change]) -> tuple[Change | None, list[Change]]:
    """Return the change of the element as a whole, and those of its fields."""
    whole, fields = None, []
    for change in changes:
        if change.field is None:
            whole = change
        else:
            fields.append(change)
    return whole, fields
