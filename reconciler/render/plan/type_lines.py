"""The changes of one source under the object types that they touch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.planning.plan import Change, Edit
from reconciler.render.plan.change import Beside, field_lines, whole_lines
from reconciler.render.plan.symbols import label, owner_symbol
from reconciler.render.plan.tree import Element, ManifestView, PlanTree, Siblings, TypeNode
from reconciler.render.plan.values import detail, mapped
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Line, Style

_STEP = "    "


def tree_lines(tree: PlanTree, manifest: ManifestView, beside: Beside) -> Iterator[Line]:
    """Yield the lines of all changes: types with all that is theirs, then icons and statuses."""
    told = _Told(manifest=manifest, beside=beside)
    yield from told.types(tree.types, _STEP)
    for noun, elements in (("icon", tree.icons), ("status", tree.statuses)):
        for element in elements.values():
            yield from told.element(element, _STEP, f"{noun} ")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """Elements as lines; what stays as it is, is counted."""

    manifest: ManifestView
    beside: Beside

    def types(self, nodes: Siblings, indent: str) -> Iterator[Line]:
        for node in nodes:
            yield from self.own(node, indent)
            yield from self.types(node.children, indent + _STEP)

    def own(self, node: TypeNode, indent: str) -> Iterator[Line]:
        whole, fields = _split(node.changes)
        inner, called = indent + _STEP, label(node.name, node.key)
        if whole is not None:
            yield from whole_lines(whole, called, indent, detail(whole), self.beside)
        else:
            mark = owner_symbol((), node.all_changes) or (" ", Style.QUIET)
            yield (indent, mark, " ", *called)
        yield from self.fields(fields, inner)
        for element in node.attributes.values():
            yield from self.element(element, inner)
        if node.all_changes:
            same = self.manifest.attributes.get(node.identity or "", 0)
            yield from _unchanged(same, "attribute", inner)
        yield from self.mapping(node, inner)

    def element(self, element: Element, indent: str, prefix: str = "") -> Iterator[Line]:
        whole, fields = _split(element.changes)
        called = label(prefix + element.name, element.key)
        if whole is not None:
            yield from whole_lines(whole, called, indent, detail(whole), self.beside)
        elif fields:
            mark = owner_symbol((), fields)
            yield (indent, mark or " ", " ", *called)
        yield from self.fields(fields, indent + _STEP)

    def mapping(self, node: TypeNode, indent: str) -> Iterator[Line]:
        """Yield the mapping that feeds the type, beside it."""
        if not node.mapping and not node.attribute_mappings:
            return
        whole, fields = _split(node.mapping)
        inner = indent + _STEP
        if whole is not None:
            raw = whole.after if whole.action is Edit.ADD else whole.before
            raw = raw if isinstance(raw, Mapping) else {}
            selector = shorten(str(raw.get("selector") or ""))
            yield from whole_lines(whole, ("mapping",), indent, selector, self.beside)
            for attribute in raw.get("attributesMapping") or ():
                yield (inner, mapped(attribute))
        else:
            inside = (c for e in node.attribute_mappings.values() for c in e.changes)
            mark = owner_symbol((), (*fields, *inside))
            yield (indent, mark or " ", " mapping")
        yield from self.fields(fields, inner)
        for element in node.attribute_mappings.values():
            yield from self.element(element, inner)
        if whole is None:
            same = self.manifest.attribute_mappings.get(node.identity or "", 0)
            yield from _unchanged(same, "attribute mapping", inner)

    def fields(self, changes: Sequence[Change], indent: str) -> Iterator[Line]:
        width = max((len(c.field or "") for c in changes), default=0)
        for change in changes:
            yield from field_lines(change, indent, width, self.beside)


def _unchanged(number: int, noun: str, indent: str) -> Iterator[Line]:
    if number:
        yield (indent, (f"({count(number, noun)} unchanged)", Style.QUIET))


def _split(changes: Iterable[Change]) -> tuple[Change | None, list[Change]]:
    """Return the change of the element as a whole, and those of its fields."""
    whole, fields = None, []
    for change in changes:
        if change.field is None:
            whole = change
        else:
            fields.append(change)
    return whole, fields
