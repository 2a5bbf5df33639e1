"""Operations that may still take effect: as long as one may, nothing is sent beside it."""

from datetime import UTC, datetime

from reconciler.applying.context import ApplyTask, Context, SourceTask
from reconciler.applying.off_loop import off_loop
from reconciler.command_line import command_line
from reconciler.errors import JournalError, Unsettled
from reconciler.journal.in_flight import WriteTarget
from reconciler.journal.runs import Journal
from reconciler.outcome.records import OperationRecord, SentRecord
from reconciler.value import replace

# Of a later moment no end can be told.
_LAST = datetime(9000, 1, 1, tzinfo=UTC)


async def refuse_beside(context: Context, task: SourceTask) -> None:
    """Raise Unsettled if something else may still act on what *task* is about to write to.

    A PATCH is sent beside another source's, but beside no schema operation, and a schema
    operation beside nothing. Live is as it was planned for, and yet it may change at any moment,
    into what that one sent. Only `--resume` can tell that it will not: no clock does.
    """
    for other in await off_loop(_in_flight, context.journal, task):
        is_of_source = isinstance(other, OperationRecord) and _is_of(other, task)
        at, to = sent_at(other), "the source" if is_of_source else "its object schema"
        raise Unsettled(
            f"what was sent to {to} at {at:%Y-%m-%d %H:%M:%S} UTC may still take effect",
            hint=f"settle it first, from {at + context.longest:%Y-%m-%d %H:%M:%S} UTC "
            f"at the latest: {command_line('apply --resume')}",
        )


def _in_flight(journal: Journal, task: SourceTask) -> tuple[SentRecord, ...]:
    target = WriteTarget(
        run_id=task.run_id,
        source=task.name,
        workspace_id=task.ref.workspace_id,
        import_source_id=task.ref.import_source_id,
        schema_id=task.schema_id,
    )
    beside = replace(target, schema_id=None) if isinstance(task, ApplyTask) else target
    return (*journal.in_flight(beside), *journal.schema_operations.in_flight(target))


def _is_of(other: OperationRecord, task: SourceTask) -> bool:
    return other.import_source_id == task.ref.import_source_id


def sent_at(record: SentRecord) -> datetime:
    """Return when the operation was sent. Raises JournalError if that cannot be read."""
    try:
        return min(_LAST, datetime.fromisoformat(record.sent_at or "").astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise JournalError(
            f"the journal is damaged: {record.source} was sent at a time that cannot be read",
            hint=f"plan again, for live shows what became of it: {command_line('plan')}",
        ) from error
