"""The elements of a PATCH body, each with the body that lacks it; stubs are none."""

import copy
from collections.abc import Callable, Iterator

from reconciler.model.document import Document, walk_types
from tests.support.strategies.documents import Json, all_types, roots, walk

Drop = Callable[[Json], None]


def lacking(body: Json, live: Document) -> Iterator[tuple[str, Json]]:
    """Yield, for each element of *body*, its name and the body without it."""
    for name, drop in [*_of_types(body, live), *_of_mappings(body), *_of_icons(body)]:
        rest = copy.deepcopy(body)
        drop(rest)
        yield name, rest


def _of_types(body: Json, live: Document) -> Iterator[tuple[str, Drop]]:
    known = {t.external_id or t.name: t for t, _ in walk_types(live.object_types)}
    for i, sent in enumerate(all_types(body)):
        name = sent.get("externalId", sent["name"])
        for j, attribute in enumerate(sent.get("attributes", [])):
            if attribute["name"] != "Key":
                yield f"attribute {attribute['name']} of {name}", _without_attribute(i, j)
        if "iconKey" in sent:
            yield f"icon of {name}", _without_key(i, "iconKey")
        if name not in known:
            yield f"type {name}", _without_type(i)
        elif sent["description"] != (was := known[name].description):
            yield f"description of {name}", _described(i, was or "")


def _of_mappings(body: Json) -> Iterator[tuple[str, Drop]]:
    for i, mapping in enumerate(body["mapping"]["objectTypeMappings"]):
        yield f"mapping {i}", lambda b, i=i: b["mapping"]["objectTypeMappings"].pop(i)  # type: ignore[misc]
        for j, _ in enumerate(mapping.get("attributesMapping", [])):
            yield f"entry {j} of mapping {i}", _without_entry(i, j)


def _of_icons(body: Json) -> Iterator[tuple[str, Drop]]:
    for part, elements in (("iconSchema", "icons"), ("statusSchema", "statuses")):
        for i, _ in enumerate(body["schema"].get(part, {}).get(elements, [])):
            yield f"{part} {i}", _without_one(part, elements, i)


def _without_attribute(i: int, j: int) -> Drop:
    return lambda body: all_types(body)[i]["attributes"].pop(j)


def _without_key(i: int, key: str) -> Drop:
    return lambda body: all_types(body)[i].pop(key)


def _described(i: int, text: str) -> Drop:
    return lambda body: all_types(body)[i].update(description=text)


def _without_type(i: int) -> Drop:
    def drop(body: Json) -> None:
        chosen = all_types(body)[i]
        for siblings in [roots(body), *(t.get("children", []) for t in walk(roots(body)))]:
            siblings[:] = [t for t in siblings if t is not chosen]

    return drop


def _without_entry(i: int, j: int) -> Drop:
    return lambda body: body["mapping"]["objectTypeMappings"][i]["attributesMapping"].pop(j)


def _without_one(part: str, elements: str, i: int) -> Drop:
    def drop(body: Json) -> None:
        body["schema"][part][elements].pop(i)
        if not body["schema"][part][elements]:
            del body["schema"][part]

    return drop
