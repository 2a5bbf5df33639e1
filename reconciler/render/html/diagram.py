"""The drawing of a source's object types, and an equivalent list for screen readers."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.planning.plan import SourcePlan
from reconciler.render.html.diagram_layout import (
    BOX,
    GAP,
    MARK,
    Box,
    DiagramLayout,
    Stub,
    Trunk,
    layout,
)
from reconciler.render.html.object_types import DrawnType, drawn_types
from reconciler.render.shorten import count
from reconciler.value import Value


class ListItem(Value):
    """A type in the list: whether a list of children opens, and how many lists end after it."""

    drawn: DrawnType
    opens: bool
    closes: int


class Drawing(Value):
    """A drawing; `boxes` and `stubs` are paired with the type or reference that they show."""

    width: int
    height: int
    title: str
    description: str
    boxes: tuple[tuple[Box, DrawnType, str], ...]
    stubs: tuple[tuple[Stub, str], ...]
    trunks: tuple[tuple[Trunk, str, str], ...]
    items: tuple[ListItem, ...]


def drawing(source: SourcePlan) -> Drawing | None:
    """Return the drawing, None if *source* has no object type."""
    types = drawn_types(source)
    if not types:
        return None
    placed = layout(types)
    return Drawing(
        width=placed.width,
        height=placed.height,
        title=f"Object types of {source.source}",
        description=_description(types, placed),
        boxes=tuple(
            (box, drawn, _branch(box, placed))
            for box, drawn in zip(placed.boxes, types, strict=True)
        ),
        stubs=tuple((s, types[s.number].references[s.at].mark.style.tone) for s in placed.stubs),
        trunks=tuple(_trunk(trunk, placed) for trunk in placed.trunks),
        items=tuple(_items(types)),
    )


def _description(types: Sequence[DrawnType], placed: DiagramLayout) -> str:
    marks = Counter(drawn.mark.word for drawn in types)
    references = sum(len(drawn.references) for drawn in types)
    words = ", ".join(f"{number} {word}" for word, number in marks.most_common())
    bare = sum(stub.end is None for stub in placed.stubs)
    untraced = f", {bare} of them told by name only, without a line" if bare else ""
    text = f"{count(len(types), 'object type')} ({words}), {count(references, 'reference')}"
    return f"{text}{untraced}. The list below the drawing says the same in words."


def _branch(box: Box, placed: DiagramLayout) -> str:
    """Return the line from the parent, empty for a root."""
    if box.parent is None:
        return ""
    parent = placed.boxes[box.parent]
    x = min(parent.x, box.x) + MARK // 2
    return f"M{x} {parent.y + BOX}V{box.middle}H{box.x}"


def _trunk(trunk: Trunk, placed: DiagramLayout) -> tuple[Trunk, str, str]:
    """Return the trunk with its line and its arrowhead."""
    box = placed.boxes[trunk.to]
    y, tip = box.arrival, box.right + 2
    line = f"M{trunk.lane} {trunk.top}V{trunk.bottom}M{trunk.lane} {y}H{tip + GAP // 2}"
    return trunk, line, f"M{tip} {y}l8 -4v8z"


def _items(types: Sequence[DrawnType]) -> Iterator[ListItem]:
    for drawn, after in zip(types, [*(t.depth for t in types[1:]), 0], strict=True):
        yield ListItem(drawn=drawn, opens=after > drawn.depth, closes=max(0, drawn.depth - after))
