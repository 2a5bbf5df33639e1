"""What a PUT creates, compactly: a line per object type with its attributes' names."""

from collections.abc import Iterable, Iterator

from reconciler.planning.plan import Change
from reconciler.render.plan.change import Beside, notes, whole_lines
from reconciler.render.plan.symbols import aspect, label, owner_symbol
from reconciler.render.plan.tree import Element, PlanTree, Siblings, TypeNode
from reconciler.render.plan.values import detail
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Line, Style

_NAMES_WIDTH = 100


def created_lines(tree: PlanTree, beside: Beside) -> Iterator[Line]:
    """Yield the lines of everything that the PUT brings, then how much that is."""
    yield from _types(tree.types, "    ", beside)
    yield from _named("icons", tree.icons)
    yield from _named("statuses", tree.statuses)
    yield (f"    {_count(tree)}",)


def _types(nodes: Siblings, indent: str, beside: Beside) -> Iterator[Line]:
    for node in nodes:
        mark = owner_symbol(node.changes, node.all_changes) or (" ", Style.QUIET)
        names = ", ".join(e.name for e in node.attributes.values() if _sent(e))
        mapping = "   mapped" if any(c.verdict.is_sent for c in node.mapping) else ""
        yield (
            indent,
            mark,
            " ",
            *label(node.name, node.key),
            f"   {shorten(names, _NAMES_WIDTH)}" if names else "",
            (mapping, Style.QUIET),
            *(note for change in node.changes for note in notes(change)),
        )
        yield from _left_out(node, indent + "    ", beside)
        yield from _types(node.children, indent + "  ", beside)


def _left_out(node: TypeNode, indent: str, beside: Beside) -> Iterator[Line]:
    """Yield in full what the PUT does not simply add: refused elements, and live's own."""
    for change in node.all_changes:
        if change.verdict.is_sent:
            continue
        name = aspect(change) or (change.names[-1] if change.names else str(change.address))
        yield from whole_lines(change, label(name, None), indent, detail(change), beside)


def _named(noun: str, elements: dict[str, Element]) -> Iterator[Line]:
    if elements:
        names = ", ".join(e.name for e in elements.values())
        yield ("    ", ("+", Style.ADD), f" {noun}   {shorten(names, _NAMES_WIDTH)}")


def _count(tree: PlanTree) -> str:
    nodes = list(_walk(tree.types))
    parts = [
        count(_whole(c for n in nodes for c in n.changes), "object type"),
        count(sum(_sent(e) for n in nodes for e in n.attributes.values()), "attribute"),
        count(_whole(c for n in nodes for c in n.mapping), "mapping"),
    ]
    parts += [count(len(tree.icons), "icon")] if tree.icons else []
    parts += [count(len(tree.statuses), "status", "statuses")] if tree.statuses else []
    return ", ".join(parts)


def _walk(nodes: Iterable[TypeNode]) -> Iterator[TypeNode]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _whole(changes: Iterable[Change]) -> int:
    return sum(c.field is None and c.verdict.is_sent for c in changes)


def _sent(element: Element) -> bool:
    return any(c.verdict.is_sent for c in element.changes)
