"""The layout of the drawing, computed in time n log n.

Types are placed below one another, children indented, with their references to the right. The
references to one type run into one trunk, which leads to that type. Trunks that do not overlap
share a lane; if there are too many, only the labels show the target.
"""

import heapq
from collections.abc import Mapping, Sequence

from reconciler.render.escape import escape
from reconciler.render.html.object_types import DrawnType, Reference, references_into
from reconciler.render.shorten import shorten
from reconciler.render.wrapping import cells
from reconciler.value import Value

MARGIN = 14
INDENT = 28
BOX = 28
LINE = 17
GAP = 12
MARK = 24
# The space of a reference below the arrow that arrives at the top of the box.
_FIRST = 19
_DEEPEST = 24
_CELL = 7.3
_DOT = 20
_NAME = 40
_LABEL = 48
_LANE = 12
_MOST_LANES = 48
_NEAR = 30


class Box(Value):
    """The position of a type."""

    x: int
    y: int
    width: int
    name: str
    parent: int | None

    @property
    def right(self) -> int:
        """The x of the start of its references."""
        return self.x + self.width

    @property
    def middle(self) -> int:
        """The y at which the line from its parent arrives."""
        return self.y + BOX // 2

    @property
    def arrival(self) -> int:
        """The y at which references to it arrive."""
        return self.y + 6


class Stub(Value):
    """A reference: its label and the ends of its line; no line to a type outside the drawing."""

    number: int
    at: int
    x: int
    y: int
    label: str
    start: int
    end: int | None


class Trunk(Value):
    """The line that joins the references to one type."""

    to: int
    lane: int
    top: int
    bottom: int


class DiagramLayout(Value):
    """The whole drawing."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    stubs: tuple[Stub, ...]
    trunks: tuple[Trunk, ...]


def layout(types: Sequence[DrawnType]) -> DiagramLayout:
    """Return the positions of *types* and their references."""
    boxes = _boxes(types)
    places = {
        (number, at): boxes[number].y + _FIRST + at * LINE
        for number, drawn in enumerate(types)
        for at in range(len(drawn.references))
    }
    spans = {
        to: _span(boxes[to].arrival, [places[each] for each in sources])
        for to, sources in references_into(types).items()
    }
    labels = {
        (number, at): _label(reference)
        for number, drawn in enumerate(types)
        for at, reference in enumerate(drawn.references)
    }
    ends = {each: boxes[each[0]].right + GAP + _width(label) for each, label in labels.items()}
    first = max((*ends.values(), *(box.right for box in boxes)), default=0) + _NEAR
    lanes = _lanes(spans)
    stubs = []
    for (number, at), label in labels.items():
        to = types[number].references[at].to
        stubs.append(
            Stub(
                number=number,
                at=at,
                x=boxes[number].right + GAP,
                y=places[number, at],
                label=label,
                start=ends[number, at] + 4,
                end=first + lanes[to] * _LANE if to in lanes else None,
            )
        )
    trunks = tuple(
        Trunk(to=to, lane=first + lane * _LANE, top=spans[to][0], bottom=spans[to][1])
        for to, lane in lanes.items()
    )
    widest = max((t.lane for t in trunks), default=first - _NEAR)
    return DiagramLayout(
        width=widest + MARGIN,
        height=_below(types, boxes) + MARGIN,
        boxes=boxes,
        stubs=tuple(stubs),
        trunks=trunks,
    )


def _boxes(types: Sequence[DrawnType]) -> tuple[Box, ...]:
    boxes: list[Box] = []
    y = MARGIN
    for drawn in types:
        name = shorten(escape(drawn.name), _NAME)
        boxes.append(
            Box(
                x=MARGIN + min(drawn.depth, _DEEPEST) * INDENT,
                y=y,
                width=MARK + _width(name) + 2 * GAP + _DOT,
                name=name,
                parent=drawn.parent,
            )
        )
        y += _height(drawn) + GAP
    return tuple(boxes)


def _label(reference: Reference) -> str:
    """Return the label of the line, shortened if it is too long for the drawing."""
    text = f"{reference.mark.symbol} {reference.name} → {reference.target}".lstrip()
    return shorten(escape(text), _LABEL)


def _height(drawn: DrawnType) -> int:
    return max(BOX, _FIRST + LINE * (len(drawn.references) - 1) + LINE // 2)


def _below(types: Sequence[DrawnType], boxes: Sequence[Box]) -> int:
    return boxes[-1].y + _height(types[-1]) if boxes else 0


def _span(arrival: int, starts: Sequence[int]) -> tuple[int, int]:
    return min(arrival, *starts), max(arrival, *starts)


def _lanes(spans: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Return the lane of each trunk: one that is free at the start of the trunk.

    If too many run side by side, the trunk that ends last has none, so that most trunks are
    drawn.
    """
    lanes: dict[int, int] = {}
    free = list(range(_MOST_LANES))
    first: list[tuple[int, int]] = []
    last: list[tuple[int, int]] = []
    for to, (top, bottom) in sorted(spans.items(), key=lambda item: item[1]):
        while first and first[0][0] < top:
            removed = heapq.heappop(first)[1]
            if removed in lanes:
                heapq.heappush(free, lanes[removed])
        heapq.heappush(first, (bottom, to))
        heapq.heappush(last, (-bottom, to))
        if free:
            lanes[to] = heapq.heappop(free)
        elif (longest := heapq.heappop(last)[1]) != to:
            lanes[to] = lanes.pop(longest)
    return lanes


def _width(text: str) -> int:
    """Return the width of *text* in a monospaced font."""
    return round(cells(text) * _CELL)
