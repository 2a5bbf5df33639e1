"""What was read of a source's object schema, and what live is with it."""

from collections.abc import Iterator, Mapping

from reconciler.model.document import Document, ObjectType, Status
from reconciler.model.normalise import LiveDocument
from reconciler.model.object_schema import FROM_ASSETS, SchemaAttribute, SchemaContent
from reconciler.planning.object_schema.join import Join
from reconciler.planning.object_schema.object_values import ObjectValues
from reconciler.value import Value, field, replace


class SchemaReading(Value):
    """The content of a source's object schema, and which of its elements live's are.

    `content` is None where `join` says that the object schema is not known. `values` are what
    objects hold of attributes, by their ids, or why that is not known, as far as it was asked.
    """

    workspace_id: str
    content: SchemaContent | None = None
    join: Join
    values: Mapping[str, ObjectValues | str] = field(default_factory=dict)


def live_with(reading: SchemaReading, live: LiveDocument, desired: Document) -> LiveDocument:
    """Return *live* with what importsource hides: statuses, and those that attributes take.

    What it shows stays as it is, for apply compares live with that. Of the site's own statuses
    those that *desired* names: they are everybody's. Icons stay hidden, for no operation lists
    those of an object schema. Nothing is added where the object schema is not known
    (api.md#companion-join).
    """
    if reading.join.stop is not None or (content := reading.content) is None:
        return live
    hidden = FROM_ASSETS - live.shown
    document = live.document
    if "typeValues" in hidden:
        taken = dict(_taken(reading.join, content))
        document = replace(document, object_types=tuple(_types(document.object_types, taken)))
    if "statuses" in hidden:
        document = replace(document, statuses=tuple(_statuses(content, desired)))
    return LiveDocument(document=document, shown=live.shown | hidden)


def _statuses(content: SchemaContent, desired: Document) -> Iterator[Status]:
    """Yield the object schema's own statuses, and those of the site's that *desired* names."""
    wanted = {each.name for each in desired.statuses}
    there = [s for s in content.statuses if s.schema_id is not None or s.name in wanted]
    statuses = {
        each.name: Status(
            name=each.name, description=each.description or None, category=each.category
        )
        for each in reversed(there)  # its own, which come first, before the site's
    }
    yield from (statuses[name] for name in sorted(statuses))


def _taken(join: Join, content: SchemaContent) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the external id of each status attribute with the names of the statuses it takes."""
    names = {each.id: each.name for each in content.statuses}
    for external_id, found in join.attributes.items():
        if isinstance(found, SchemaAttribute) and found.type == "status":
            yield external_id, tuple(sorted(names[i] for i in found.status_ids if i in names))


def _types(
    types: tuple[ObjectType, ...], taken: Mapping[str, tuple[str, ...]]
) -> Iterator[ObjectType]:
    for each in types:
        yield replace(
            each,
            attributes=tuple(
                replace(a, type_values=taken.get(a.external_id or "", a.type_values))
                for a in each.attributes
            ),
            children=tuple(_types(each.children, taken)),
        )
