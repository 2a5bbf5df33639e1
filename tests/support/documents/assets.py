"""What the companion API shows of a document, and sources whose object schema was read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import Any

from reconciler.model.document import Attribute, Document, walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.model.object_schema import (
    ObjectSchema,
    SchemaAttribute,
    SchemaContent,
    SchemaStatus,
    SchemaType,
)
from reconciler.model.policy import Permission, SchemaPolicy
from reconciler.model.source import ConfigStatus, Description, Live, SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.inputs import Baseline, PlanOptions, SourceInput
from reconciler.planning.object_schema.deletions import uncounted_deletions
from reconciler.planning.object_schema.join import join
from reconciler.planning.object_schema.object_values import ObjectValues
from reconciler.planning.object_schema.reading import SchemaReading
from reconciler.planning.object_schema.targets import targets_of, values_asked
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan, surrounded
from reconciler.planning.surroundings import SiteSource
from reconciler.semantics.companion_numbers import DEFAULT_TYPES, type_number
from reconciler.value import field_names, replace
from tests.support.documents.planned import live_of, plan_options
from tests.support.documents.site_document import Edit, document

# Without that for the object schema itself, whose name is compared only where policy has it.
ALLOW = SchemaPolicy(
    **dict.fromkeys({*field_names(SchemaPolicy)} - {"object_schema"}, Permission.ALLOW)
)

# Those that the object schema has, from the id 2001 on.
STATUSES = ("Active",)


def content_of(shown: Document) -> SchemaContent:
    """Return the object schema of *shown*: types from 301 on in their order, attributes 1001."""
    walked = list(walk_types(shown.object_types))
    ids = {t.external_id: str(301 + at) for at, (t, _) in enumerate(walked)}
    numbers = iter(range(1001, 2000))
    statuses = {each: str(2001 + at) for at, each in enumerate(STATUSES)}
    return SchemaContent(
        schema=ObjectSchema(
            id="41", name=shown.name, description=shown.description, is_managed=True
        ),
        types=tuple(
            SchemaType(
                id=ids[t.external_id],
                name=t.name,
                parent_id=ids[above[-1].external_id] if above else None,
            )
            for t, above in walked
        ),
        attributes=tuple(
            _attribute(a, str(next(numbers)), ids[t.external_id], ids, statuses)
            for t, _ in walked
            for a in t.attributes
        ),
        statuses=tuple(
            SchemaStatus(id=number, name=name, category="active", schema_id="41")
            for name, number in statuses.items()
        ),
    )


Shown = Callable[[SchemaContent], SchemaContent]


def object_type(called: str, /, **fields: Any) -> Shown:
    """Assets shows the type *called* so with other fields."""
    return lambda shown: replace(
        shown, types=tuple(replace(t, **fields) if t.name == called else t for t in shown.types)
    )


def attribute(called: str, /, **fields: Any) -> Shown:
    """Assets shows the attribute *called* so with other fields."""
    return lambda shown: replace(
        shown,
        attributes=tuple(replace(a, **fields) if a.name == called else a for a in shown.attributes),
    )


def all_of(*changes: Shown) -> Shown:
    """Assets shows all of *changes*; without any what it showed before."""
    return lambda shown: reduce(lambda made, change: change(made), changes, shown)


def _attribute(
    attribute: Attribute,
    number: str,
    owner_id: str,
    ids: dict[str | None, str],
    statuses: dict[str, str],
) -> SchemaAttribute:
    target = ids.get(attribute.reference_external_id)
    # What importsource hides.
    names = STATUSES if attribute.type_values is None else attribute.type_values
    taken = tuple(statuses[each] for each in names if each in statuses)
    is_label, is_unique = attribute.label is True, attribute.unique is True
    fewest, most = attribute.minimum_cardinality or 0, attribute.maximum_cardinality or 1
    of_kind: dict[str, Any] = {"referenceObjectTypeId": target} if target else {}
    if attribute.type == "status":
        of_kind = {"typeValueMulti": list(taken)}
    if attribute.type in DEFAULT_TYPES:
        of_kind = {"defaultType": {"id": DEFAULT_TYPES[attribute.type][0], "name": attribute.type}}
    return SchemaAttribute(
        id=number,
        owner_id=owner_id,
        name=attribute.name,
        type=attribute.type,
        target_id=target,
        label=is_label,
        unique=is_unique,
        minimum_cardinality=fewest,
        maximum_cardinality=most,
        status_ids=taken,
        definition={
            "id": number,
            "name": attribute.name,
            "label": is_label,
            "type": type_number(attribute.type),
            **of_kind,
            "editable": True,
            "minimumCardinality": fewest,
            "maximumCardinality": most,
            "uniqueAttribute": is_unique,
            "suffix": "GB",
        },
    )


def _filled(live: Document, content: SchemaContent) -> Iterator[tuple[str, frozenset[str]]]:
    named = join(live, Description(), content).types
    for mapping in live.mappings:
        there = named.get(mapping.object_type_external_id or "")
        if isinstance(there, SchemaType):
            yield mapping.selector or "", frozenset({there.id})


def source_of(
    *edits: Edit,
    name: str = "s",
    live: LiveDocument | None = None,
    content: SchemaContent | None = None,
    status: ConfigStatus = ConfigStatus.IDLE,
    base: Baseline | None = None,
    beside: Sequence[Document] = (),
    is_confirmed: bool = True,
    values: Mapping[str, ObjectValues | str] | None = None,
    renamed_statuses: Mapping[str, str] = MappingProxyType({}),
) -> SourceInput:
    """Return a source that wants the document with these edits, its object schema read.

    Where it *is_confirmed* the source says which types it fills, else names alone do. *values* are
    what objects hold of attributes, by their ids; of those that are asked about and not there,
    nothing: there are no objects.
    """
    desired = read_document(document(*edits))
    shown = live or live_of()
    read = content or content_of(shown.document)
    filled = dict(_filled(shown.document, read)) if is_confirmed else {}
    description = Description(object_schema="schema-1", filled=filled)
    reading = SchemaReading(
        workspace_id="w", content=read, join=join(shown.document, description, read)
    )
    asked = values_asked(reading, shown.document, desired)
    known = {**dict.fromkeys(asked, ObjectValues.of(())), **(values or {})}
    return SourceInput(
        ref=SourceRef(name=name, import_source_id=f"id {name}", workspace_id="w"),
        desired=desired,
        live=Live(status=status, document=shown, description=description),
        baseline=base,
        targets=targets_of(
            replace(reading, values=known),
            shown.document,
            desired,
            baseline=base,
            beside=beside,
            renamed_statuses=renamed_statuses,
        ),
        reads_assets=True,
    )


def plan_with_assets(
    *sources: SourceInput,
    schema: SchemaPolicy = ALLOW,
    content: SchemaContent | None = None,
    counts: Mapping[str, int | str] | None = None,
    beside: Sequence[SiteSource] = (),
    **options: Any,
) -> Plan:
    """Return the plan of *sources* under the policy *schema*, beside sources that were not read.

    With *counts*, by query, it was counted what is lost with deletions from *content*: 0 unless
    they say otherwise.
    """
    chosen = plan_options(schema=schema, **options)
    given = surrounded(sources, beside)
    if counts is not None:
        given = tuple(_counted(each, content, counts, chosen) for each in given)
    return make_plan(
        given,
        environment="test",
        options=chosen,
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
    )


def _counted(
    source: SourceInput,
    content: SchemaContent | None,
    counts: Mapping[str, int | str],
    options: PlanOptions,
) -> SourceInput:
    assert source.live.document is not None
    shown = content or content_of(source.live.document.document)
    found = uncounted_deletions(source, shown, options)
    asked = {query for queries in found.queries.values() for query in queries}
    return found.counted(source, {query: counts.get(query, 0) for query in asked})


def calls(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield source, path and new name of each rename, in order."""
    for source in plan.sources:
        for each in source.schema_operations:
            yield source.source, each.path, (each.body or {})["name"]
