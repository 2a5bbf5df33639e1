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
from reconciler.render.html.object_types import DrawnType, drawn_types, near_changes
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


# More types than this are a map, and no picture of a change.
_MOST_AT_ONCE = 60


def drawings(source: SourcePlan) -> tuple[Drawing, ...]:
    """Return the drawings of *source*: its object types, or what changes and its neighbours first.

    None of no type; where there are many and nothing changes, there is but the whole.
    """
    types = drawn_types(source)
    near = near_changes(types) if len(types) > _MOST_AT_ONCE else ()
    whole = f"All object types of {source.source}" if near else f"Object types of {source.source}"
    first = f"Object types of {source.source} that change, and their neighbours"
    every = ((near, first), (types, whole)) if len(near) < len(types) else ((types, whole),)
    return tuple(_drawing(those, title) for those, title in every if those)


def _drawing(types: Sequence[DrawnType], title: str) -> Drawing:
    placed = layout(types)
    return Drawing(
        width=placed.width,
        height=placed.height,
        title=title,
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
    untraced = f", {bare} of them by name only, without a line" if bare else ""
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
