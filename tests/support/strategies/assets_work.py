"""What people do in Assets through the companion API, each as the one request that does it.

Some of it is refused: then nothing has happened.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st

from reconciler.model.object_schema import (
    SchemaAttribute,
    SchemaContent,
    SchemaStatus,
    SchemaType,
)
from tests.support.strategies.picking import Draw

T = TypeVar("T")


class Work(NamedTuple):
    """A request. It names elements by the numbers that they had when it was thought of."""

    method: str
    path: str
    body: dict[str, Any] | None = None


Thought = Callable[[SchemaContent, Draw], Work | None]


def rename_type(content: SchemaContent, draw: Draw) -> Work | None:
    if (chosen := _one(draw, content.types)) is None:
        return None
    name = draw(_names(chosen.name, [each.name for each in content.types]))
    return Work("PUT", f"objecttype/{chosen.id}", {"name": name})


def move_type(content: SchemaContent, draw: Draw) -> Work | None:
    if (chosen := _one(draw, content.types)) is None:
        return None
    above = draw(st.sampled_from(({}, *({"toObjectTypeId": t.id} for t in content.types))))
    return Work("POST", f"objecttype/{chosen.id}/position", {"position": 0, **above})


def delete_type(content: SchemaContent, draw: Draw) -> Work | None:
    chosen: SchemaType | None = _one(draw, content.types)
    return Work("DELETE", f"objecttype/{chosen.id}") if chosen else None


def rename_attribute(content: SchemaContent, draw: Draw) -> Work | None:
    if (chosen := _an_attribute(content, draw)) is None:
        return None
    # Assets takes the name of one beside it, and then nobody can tell by name which is which.
    name = draw(_names(chosen.name, [each.name for each in content.types]))
    beside = {each.name for each in content.attributes if each.owner_id == chosen.owner_id}
    return None if name in beside else _put(chosen, name=name)


def describe_attribute(content: SchemaContent, draw: Draw) -> Work | None:
    chosen = _an_attribute(content, draw)
    return _put(chosen, description=draw(st.sampled_from(("other", "by hand")))) if chosen else None


def relabel(content: SchemaContent, draw: Draw) -> Work | None:
    chosen = _an_attribute(content, draw)
    return _put(chosen, label=True) if chosen else None


def set_cardinality(content: SchemaContent, draw: Draw) -> Work | None:
    low, high = draw(st.sampled_from(((0, 1), (1, 1), (0, -1), (2, 5))))
    chosen = _an_attribute(content, draw)
    return _put(chosen, minimumCardinality=low, maximumCardinality=high) if chosen else None


def delete_attribute(content: SchemaContent, draw: Draw) -> Work | None:
    chosen = _an_attribute(content, draw)
    return Work("DELETE", f"objecttypeattribute/{chosen.id}") if chosen else None


def rename_status(content: SchemaContent, draw: Draw) -> Work | None:
    if (chosen := _a_status(content, draw)) is None:
        return None
    name = draw(_names(chosen.name, [each.name for each in content.statuses]))
    return Work("PUT", f"config/statustype/{chosen.id}", {"name": name, "category": 1})


def delete_status(content: SchemaContent, draw: Draw) -> Work | None:
    chosen = _a_status(content, draw)
    return Work("DELETE", f"config/statustype/{chosen.id}") if chosen else None


ASSETS_WORK: tuple[Thought, ...] = (
    rename_type, move_type, delete_type, rename_attribute, describe_attribute, relabel,
    set_cardinality, delete_attribute, rename_status, delete_status,
)  # fmt: skip


def _one(draw: Draw, elements: Any) -> Any:
    return draw(st.sampled_from(elements)) if elements else None


def _an_attribute(content: SchemaContent, draw: Draw) -> SchemaAttribute | None:
    found: SchemaAttribute | None = _one(draw, [a for a in content.attributes if not a.is_system])
    return found


def _a_status(content: SchemaContent, draw: Draw) -> SchemaStatus | None:
    found: SchemaStatus | None = _one(draw, [s for s in content.statuses if s.schema_id])
    return found


def _names(name: str, taken: list[str]) -> st.SearchStrategy[str]:
    """What a manifest may want, what it had, another's name, and something else."""
    return st.sampled_from((f"{name} renamed", name.removesuffix(" renamed"), *taken, "By hand"))


def _put(chosen: SchemaAttribute, **body: Any) -> Work:
    return Work("PUT", f"objecttypeattribute/{chosen.owner_id}/{chosen.id}", body)
