"""The rows of a source, grouped by the object types that they concern."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from reconciler.model.policy import Risk
from reconciler.planning.change import Kind
from reconciler.render.html.rows import PageRow
from reconciler.render.plan import groups as plan
from reconciler.render.plan.symbols import KINDS, Mark
from reconciler.render.shorten import count
from reconciler.value import Value

R = TypeVar("R")


class PageGroup(Value):
    """The rows about one object type, or about all icons; *above* are the ancestors of the type.

    `remains` is whether they are what stays after the plan is applied.
    """

    title: str
    rows: tuple[PageRow, ...]
    above: str = ""
    key: str | None = None
    mark: Mark | None = None
    unchanged: str = ""
    remains: bool = False

    @property
    def counts(self) -> str:
        """The number of rows by mark, and of those with a risk: `3 changed, 2 with a risk`."""
        marks = Counter(row.mark.word for row in self.rows)
        risks = sum(row.data.get("risk", Risk.NONE) != Risk.NONE for row in self.rows)
        numbers = [count(number, word, word) for word, number in marks.most_common()]
        return ", ".join([*numbers, *([f"{risks} with a risk"] if risks else [])])


def page_groups(
    found: Iterable[plan.Group[R]], row: Callable[[R, str], PageRow]
) -> Iterator[PageGroup]:
    """Yield the groups of *found* that are not empty; *row* renders a row under a name."""
    for group in found:
        # The heading names the type, and the icons or statuses name themselves.
        rows = tuple(
            row(each, "" if element.kind in {Kind.OBJECT_TYPE, Kind.MAPPING} else element.name)
            for element in group.elements
            for each in element.rows
        )
        if rows and group.kind is Kind.OBJECT_TYPE:
            yield _of_type(group, rows)
        elif rows:
            yield PageGroup(title=KINDS[group.kind][1].capitalize(), rows=rows)


def _of_type(group: plan.Group[R], rows: tuple[PageRow, ...]) -> PageGroup:
    of_type, *_ = group.elements
    same = ((group.same_attributes, "attribute"), (group.same_mapped, "attribute mapping"))
    return PageGroup(
        title=of_type.name,
        above=" / ".join(group.above),
        key=of_type.key,
        mark=of_type.mark,
        unchanged=", ".join(count(number, noun) for number, noun in same if number),
        rows=rows,
    )
