"""Counts what would be lost with the deletions that a plan may hold, before it is made.

Zero has a second witness, for a client once got it for every query
(api.md#companion-deletions).
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence

from reconciler.applying.object_schemas import MOST_QUERIES, Readings
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.errors import BackendError, ReconcilerError
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.object_schema.deletions import UncountedDeletions, uncounted_deletions
from reconciler.planning.object_schema.reading import SchemaReading

_TOO_MANY = f"a plan counts with {MOST_QUERIES} queries at most: plan again after this one"


async def count_losses(
    backend: SchemaBackend,
    sources: Sequence[SourceInput],
    readings: Readings,
    options: PlanOptions,
) -> tuple[SourceInput, ...]:
    """Return *sources* with what each deletion loses that policy allows, or why nobody knows."""
    found = {
        source.ref.name: (reading.workspace_id, uncounted_deletions(source, content, options))
        for source in sources
        if isinstance(reading := readings.get(source.ref.name), SchemaReading)
        and (content := reading.content) is not None
    }
    asked = [
        (workspace, query)
        for workspace, each in found.values()
        for queries in each.queries.values()
        for query in queries
    ]
    first = [*dict.fromkeys(asked)][:MOST_QUERIES]
    numbers = await asyncio.gather(*(_or_why(counted(backend, *each)) for each in first))
    counts: Mapping[tuple[str, str], int | str] = {
        **dict.fromkeys(asked, _TOO_MANY),
        **dict(zip(first, numbers, strict=True)),
    }
    return tuple(
        _counted(source, *found[source.ref.name], counts) if source.ref.name in found else source
        for source in sources
    )


def _counted(
    source: SourceInput,
    workspace: str,
    deletions: UncountedDeletions,
    counts: Mapping[tuple[str, str], int | str],
) -> SourceInput:
    own = {query: n for (where, query), n in counts.items() if where == workspace}
    return deletions.counted(source, own)


async def counted(backend: SchemaBackend, workspace_id: str, aql: str) -> int:
    """Return how many objects *aql* finds. Raises BackendError, also if that contradicts itself."""
    number = await backend.count(workspace_id, aql)
    if not number and await backend.has_objects(workspace_id, aql):
        raise BackendError("the API counts no object, and shows some", request=f"count of {aql}")
    return number


async def _or_why(asked: Awaitable[int]) -> int | str:
    try:
        return await asked
    except ReconcilerError as error:
        return f"its objects could not be counted: {error}"
