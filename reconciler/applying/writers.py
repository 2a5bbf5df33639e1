"""Who may write for a source: the holder of its lease, and of that of its object schema.

Schema operations have one writer for each object schema, whatever its source and environment. A
PATCH writes to it as well: where the environment has `schemaAuth`, so that others may be about
to send schema operations, it takes its turn with them. Elsewhere sources are independent, and
the runs of shards do not wait for each other (design.md#sending-schema-operations).
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping

from reconciler.applying.context import Held, SourceTask
from reconciler.applying.locks import Locks
from reconciler.journal.leases import writing_lease
from reconciler.value import Value, field


class Writers(Value):
    """The leases of sources, and of object schemas; None where sources are independent.

    Sources of one run take `turns` on an object schema, for a run holds a lease as a whole.
    """

    of_sources: Locks
    of_schemas: Locks | None = None
    turns: Mapping[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @contextlib.asynccontextmanager
    async def turn(self, task: SourceTask) -> AsyncIterator[tuple[Held, ...]]:
        """Be the one who writes for *task* during the block; yield the leases that it needs.

        Raises Locked and JournalError.
        """
        async with contextlib.AsyncExitStack() as held:
            await held.enter_async_context(self.of_sources.hold(task.name))
            holds = [Held(locks=self.of_sources, name=task.name)]
            if self.of_schemas is not None and task.schema_id is not None:
                name = writing_lease(task.ref.workspace_id, task.schema_id)
                await held.enter_async_context(self.turns[name])
                await held.enter_async_context(self.of_schemas.hold(name, waiter=task.name))
                holds.append(Held(locks=self.of_schemas, name=name))
            yield tuple(holds)

    async def renew_forever(self) -> None:
        """Renew the held leases forever."""
        both = [self.of_sources, self.of_schemas]
        await asyncio.gather(*(each.renew_forever() for each in both if each is not None))
