"""Reads the object schemas of sources through the companion API, where `schemaAuth` is set.

It only makes a plan better: where it fails, the plan is made without, and says so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from reconciler.backend.object_schemas import SchemaBackend
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.object_schema import ObjectSchema, SchemaContent
from reconciler.model.policy import Permission, SchemaPolicy
from reconciler.model.source import Description
from reconciler.planning.change import InAssets
from reconciler.planning.inputs import SourceInput
from reconciler.planning.object_schema.in_assets import to_count, with_objects
from reconciler.planning.object_schema.join import Join, JoinStop, has_types_of, join
from reconciler.planning.object_schema.object_values import ObjectValues, ValuesQuery
from reconciler.planning.object_schema.reading import SchemaReading, live_with
from reconciler.planning.object_schema.targets import targets_of, values_asked
from reconciler.planning.plan import Plan
from reconciler.render.errors import explanation
from reconciler.value import replace

T = TypeVar("T")

# So many queries a plan makes at most for what it tells, and again for what it loses: the API takes
# 500 of them a minute, from all.
MOST_QUERIES = 100
# Of so many object types a plan reads what objects hold.
_MOST_TYPES = 25
_LATER = f"the values of {_MOST_TYPES} object types are read by a plan; apply it and plan again"
_log = logging.getLogger(__name__)

# Of a site with more, an import source that does not tell its object schema is not looked for.
_MOST_TO_LOOK_AT = 25


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The object schemas of one workspace, each read once, whoever asks."""

    backend: SchemaBackend
    workspace_id: str
    _listed: "list[asyncio.Task[tuple[ObjectSchema, ...]]]" = field(default_factory=list)
    _read: "dict[str, asyncio.Task[SchemaContent]]" = field(default_factory=dict)

    async def reading(self, live: LiveDocument, description: Description) -> SchemaReading:
        """Return the object schema of a source with *live*, and what its elements are there.

        Raises the errors of the backend.
        """
        found = await self._content(live, description)
        if isinstance(found, JoinStop):
            return SchemaReading(workspace_id=self.workspace_id, join=Join(stop=found))
        return SchemaReading(
            workspace_id=self.workspace_id,
            content=found,
            join=join(live.document, description, found),
        )

    async def _content(
        self, live: LiveDocument, description: Description
    ) -> SchemaContent | JoinStop:
        schemas = await self._schemas()
        number = description.schema_number
        if number is not None:
            named = [each for each in schemas if each.id == number]
            return await self._content_of(named[0]) if named else JoinStop.NO_RIGHT
        if not 0 < len(schemas) <= _MOST_TO_LOOK_AT:
            return JoinStop.SCHEMA_UNKNOWN
        read = await asyncio.gather(*map(self._content_of, schemas))
        meant = [each for each in read if has_types_of(each, live.document)]
        return meant[0] if len(meant) == 1 else JoinStop.SCHEMA_UNKNOWN

    async def _schemas(self) -> tuple[ObjectSchema, ...]:
        if not self._listed:
            listing = self.backend.object_schemas(self.workspace_id)
            self._listed.append(asyncio.ensure_future(listing))
        return await self._listed[0]

    async def _content_of(self, schema: ObjectSchema) -> SchemaContent:
        if schema.id not in self._read:
            reading = self.backend.content(self.workspace_id, schema)
            self._read[schema.id] = asyncio.ensure_future(reading)
        return await self._read[schema.id]


Readings = Mapping[str, SchemaReading | ReconcilerError]


async def read_object_schemas(
    backend: SchemaBackend, sources: Iterable[SourceInput], policy: SchemaPolicy
) -> Readings:
    """Return what was read of the object schema of each of *sources*, or why it was not, by name.

    A source that shows nothing, or is not described, is left out. What objects hold is read only
    where an operation that *policy* allows depends on it.
    """
    sites: dict[str, Workspace] = {}
    found: dict[str, Awaitable[SchemaReading]] = {}
    for each in sources:
        workspace, live = each.ref.workspace_id, each.live
        if workspace is not None and live.document is not None and live.description is not None:
            site = sites.setdefault(workspace, Workspace(backend=backend, workspace_id=workspace))
            found[each.ref.name] = _reading(site, each, live.document, live.description, policy)
    read = await asyncio.gather(*map(_or_error, found.values()))
    return dict(zip(found, read, strict=True))


def with_readings(sources: Sequence[SourceInput], readings: Readings) -> list[SourceInput]:
    """Return *sources* with what their object schemas show: in live, and their targets."""
    # By the id of the object schema; a source of which it is not known may be in any.
    sharing: dict[str | None, list[tuple[str, Document]]] = {}
    for each in sources:
        found = readings.get(each.ref.name)
        content = found.content if isinstance(found, SchemaReading) else None
        if (live := each.live.document) is not None:
            home = sharing.setdefault(content.schema.id if content else None, [])
            home.append((each.ref.name, live.document))

    def beside(source: SourceInput, schema_id: str) -> Iterator[Document]:
        for home in (schema_id, None):
            yield from (d for name, d in sharing.get(home, ()) if name != source.ref.name)

    def shown(source: SourceInput) -> SourceInput:
        reading, live = readings.get(source.ref.name), source.live
        if not isinstance(reading, SchemaReading) or live.document is None:
            return source
        schema_id = reading.content.schema.id if reading.content else ""
        return replace(
            source,
            live=replace(live, document=live_with(reading, live.document, source.desired)),
            targets=targets_of(
                reading,
                live.document.document,
                source.desired,
                baseline=source.baseline,
                beside=beside(source, schema_id),
                renamed_statuses=source.renamed_statuses,
            ),
            reads_assets=reading.join.stop is None,
        )

    return [*map(shown, sources)]


async def _reading(
    site: Workspace,
    source: SourceInput,
    live: LiveDocument,
    description: Description,
    policy: SchemaPolicy,
) -> SchemaReading:
    reading = await site.reading(live, description)
    return await _with_values(site.backend, source, reading, policy)


async def _with_values(
    backend: SchemaBackend, source: SourceInput, reading: SchemaReading, policy: SchemaPolicy
) -> SchemaReading:
    """Return *reading* with what objects hold, where operations that *policy* allows need it.

    Attributes of the same objects are read together, and types one after the other.
    """
    live = source.live.document
    if live is None or policy.settings is Permission.DENY:
        return reading
    asked = values_asked(reading, live.document, source.desired)
    found: dict[str, ObjectValues | str] = {}
    together: dict[str, list[str]] = {}
    for attribute, query in asked.items():
        if isinstance(query, ValuesQuery):
            together.setdefault(query.aql, []).append(attribute)
        else:
            found[attribute] = query
    for number, (aql, attributes) in enumerate(together.items()):
        if number >= _MOST_TYPES:
            found |= dict.fromkeys(attributes, _LATER)
            continue
        query = ValuesQuery(aql=aql, attributes=frozenset(attributes))
        answer = await _or_error(backend.object_values(reading.workspace_id, query))
        if isinstance(answer, ReconcilerError):
            found |= dict.fromkeys(attributes, f"its values cannot be read: {answer}")
        else:
            found |= answer
    return replace(reading, values=found)


def unused(readings: Readings) -> tuple[Diagnostic, ...]:
    """Return the remarks on what could not be read, or told apart: of equal ones the first."""
    remarks: dict[str, Diagnostic] = {}
    for name, found in readings.items():
        if isinstance(found, ReconcilerError):
            why, hint = str(found), explanation(found)
        elif found.join.stop is not None:
            why, hint = found.join.stop.value, None
        else:
            continue
        text = f"what schemaAuth shows of the object schema of {name} is not used: {why}"
        remark = RunCode.OBJECT_SCHEMA_UNUSED.diagnostic(text, hint=hint, source=name)
        remarks.setdefault(why, remark)
    return tuple(remarks.values())


async def count_objects(backend: SchemaBackend, plan: Plan, readings: Readings) -> Plan:
    """Return *plan* whose changes say how many objects they are about, as far as can be counted.

    Of a plan with very many such changes the first are counted.
    """
    known = {name: each for name, each in readings.items() if isinstance(each, SchemaReading)}
    wanted = {
        (source.source, address): each
        for source in plan.sources
        if source.source in known
        for address, each in to_count(source, known[source.source]).items()
    }
    asked = [key for key, each in wanted.items() if each.aql is not None][:MOST_QUERIES]
    counts = await asyncio.gather(
        *(
            _or_error(backend.count(known[key[0]].workspace_id, wanted[key].aql or ""))
            for key in asked
        )
    )
    elements: dict[str, dict[Address, InAssets]] = {name: {} for name in known}
    for (name, address), each in wanted.items():
        elements[name][address] = each.element
    for (name, address), counted in zip(asked, counts, strict=True):
        if isinstance(counted, int):
            elements[name][address] = replace(elements[name][address], objects=counted)
        else:
            _log.info("objects are not counted: %s", counted)
    return replace(
        plan,
        sources=tuple(
            with_objects(each, elements[each.source]) if each.source in known else each
            for each in plan.sources
        ),
    )


async def _or_error(asked: Awaitable[T]) -> T | ReconcilerError:
    try:
        return await asked
    except ReconcilerError as error:
        return error
