"""Targets that names alone tell: the object schema itself, and statuses that a manifest renames.

The name and description of an object schema are those of all its sources. That a status has another
name is stated, the old one beside the new one, and never guessed (design.md#schema-operations).
"""

from collections.abc import Iterator, Mapping

from reconciler.model.document import Document
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Requirement,
    SchemaElement,
    SchemaKind,
)
from reconciler.planning.object_schema.reading import SchemaReading
from reconciler.planning.object_schema.rules import unmet_by
from reconciler.planning.object_schema.seen import Seen, has_name
from reconciler.planning.object_schema.target import SchemaTarget, StatusRename
from reconciler.semantics.companion_numbers import CATEGORIES

_NO_CATEGORY = "Assets does not say which category it has"


def object_schema_target(
    reading: SchemaReading, live: Document, desired: Document
) -> Iterator[SchemaTarget]:
    """Yield the object schema of *reading* if *desired* wants it otherwise than *live* shows it."""
    is_as_wanted = desired.schema_texts.items() <= live.schema_texts.items()
    if reading.content is None or is_as_wanted:
        return
    schema = reading.content.schema
    yield SchemaTarget(
        element=SchemaElement(
            kind=ElementKind.OBJECT_SCHEMA, id=schema.id, name=schema.name, schema_id=schema.id
        ),
        live_name=live.name,
        is_confirmed=bool(reading.join.confirmed),
        definition={"description": schema.description},
    )


def to_be_renamed(
    seen: Seen, desired: Document, stated: Mapping[str, str]
) -> Iterator[SchemaTarget]:
    """Yield the statuses of *stated*, new names by old ones, that are *seen* by the old one alone.

    Of those names *desired* must define the new one alone, too.
    """
    wanted = {each.name for each in desired.statuses}
    # The object schema's own, which come first, before the site's.
    there = {each.name: each for each in reversed(seen.content.statuses)} if stated else {}
    for old, new in stated.items():
        if old not in there or new in there or old in wanted or new not in wanted:
            continue
        found = there[old]
        element = SchemaElement(
            kind=ElementKind.STATUS, id=found.id, name=old, schema_id=seen.content.schema.id
        )
        rules = WAYS[SchemaKind.RENAME, ElementKind.STATUS].rules
        why = unmet_by((Requirement(rule=rule) for rule in rules), element, seen)
        if why is None and found.category not in CATEGORIES:
            why = _NO_CATEGORY
        yield SchemaTarget(
            element=element,
            live_name=old,
            is_confirmed=False,
            obstacles={} if why is None else {SchemaKind.RENAME: why},
            holders=tuple(sorted(has_name(new, but=element, among=seen.content.statuses))),
            rename=StatusRename(
                new_name=new, description=found.description, category=found.category
            ),
        )
