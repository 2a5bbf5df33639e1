"""The changes of a source under the object types that they touch, one group after another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from reconciler.planning.plan import Change, SourcePlan
from reconciler.render.html.rows import Mark, Row
from reconciler.render.plan.residual import out_of_reach, within_reach
from reconciler.render.plan.tree import (
    Element,
    ManifestView,
    PlanTree,
    TypeNode,
    grow,
    manifest_view,
)
from reconciler.render.shorten import count


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What is said of one object type, or of all icons; *above* are the types it stands under."""

    title: str
    rows: tuple[Row, ...]
    above: str = ""
    key: str | None = None
    mark: Mark | None = None
    unchanged: str = ""


class RowMaker(Protocol):
    """Tells the changes of one source."""

    def head(self, node: TypeNode, /) -> Mark | None:
        """Return what is said of the type as a whole."""

    def row(self, change: Change, name: str | None = None, /) -> Row:
        """Return the row of *change*, called by *name*, or by its path where there is none."""


_NOTHING_KNOWN = ManifestView(ids={}, attributes={}, attribute_mappings={})


def groups(source: SourcePlan, make: RowMaker) -> tuple[Group, ...]:
    """Return the groups in the order of the manifest, what cannot be reached last."""
    found = list(grouped(within_reach(source), make, manifest_view(source)))
    if left := out_of_reach(source):
        stay = "stays" if len(left) == 1 else "stay"
        title = f"Out of reach: {count(len(left), 'difference')} {stay} (residual)"
        found.append(Group(title=title, rows=tuple(make.row(change) for change in left)))
    return tuple(found)


def grouped(
    changes: Iterable[Change], make: RowMaker, manifest: ManifestView = _NOTHING_KNOWN
) -> Iterator[Group]:
    """Yield the *changes* of a source by what they touch, as far as *manifest* tells in its order.

    What does not change is counted where *manifest* is known.
    """
    tree = grow(changes, manifest.ids)
    for node in _nodes(tree):
        if node.all_changes:
            yield _of_type(node, manifest, make)
    for title, elements in (("Icons", tree.icons), ("Statuses", tree.statuses)):
        if elements:
            yield Group(title=title, rows=tuple(_rows(elements, make)))


def _nodes(tree: PlanTree) -> Iterator[TypeNode]:
    stack = list(tree.types)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack += list(node.children)[::-1]


def _of_type(node: TypeNode, manifest: ManifestView, make: RowMaker) -> Group:
    key = node.identity or ""
    same = [(manifest.attributes.get(key, 0), "attribute")]
    touched = node.mapping or node.attribute_mappings
    # A mapping that comes or goes brings or takes all that it maps.
    if touched and all(change.field is not None for change in node.mapping):
        same.append((manifest.attribute_mappings.get(key, 0), "attribute mapping"))
    return Group(
        title=node.name,
        above=" / ".join(node.path[:-1]),
        key=node.key,
        mark=make.head(node),
        unchanged=", ".join(count(number, noun) for number, noun in same if number),
        rows=(
            *(make.row(change, "") for change in node.changes),
            *_rows(node.attributes, make),
            *(make.row(change, "") for change in node.mapping),
            *_rows(node.attribute_mappings, make),
        ),
    )


def _rows(elements: dict[str, Element], make: RowMaker) -> Iterator[Row]:
    for element in elements.values():
        for change in element.changes:
            yield make.row(change, element.name)
