"""Operations that may still take effect: as long as one may, nothing is sent beside it."""

from datetime import UTC, datetime

from reconciler.applying.context import Context, SourceTask
from reconciler.command_line import command_line
from reconciler.errors import JournalError, Unsettled
from reconciler.journal.runs import Journal
from reconciler.outcome.records import OperationRecord, SchemaOperationRecord

# Of a later moment no end can be told.
_LAST = datetime(9000, 1, 1, tzinfo=UTC)


def in_flight_beside(journal: Journal, task: SourceTask) -> tuple[SchemaOperationRecord, ...]:
    """Return the schema operations that may still act on what *task* is about, newest first.

    They are those for its import source, and those on the object schemas that it writes to; its
    own, which it has settled or is about to repeat, are none of them.
    """
    schemas = frozenset(each.object.schema_id for each in task.planned.schema_operations)
    ref, calls = task.ref, journal.schema_operations
    return calls.in_flight(
        ref.workspace_id, schemas, ref.import_source_id, besides=(task.run_id, task.name)
    )


def unsettled(
    context: Context, other: OperationRecord | SchemaOperationRecord, to: str
) -> Unsettled:
    """Return the error that *other* was sent *to* what is about to be written, and may still act.

    Live is as it was planned for, and yet it may change at any moment, into what that one sent.
    Only `--resume` can tell that it will not: no clock does.
    """
    at = sent_at(other)
    return Unsettled(
        f"what was sent to {to} at {at:%Y-%m-%d %H:%M:%S} UTC may still take effect",
        hint=f"settle it first, from {at + context.longest:%Y-%m-%d %H:%M:%S} UTC "
        f"at the latest: {command_line('apply --resume')}",
    )


def sent_at(record: OperationRecord | SchemaOperationRecord) -> datetime:
    """Return when the operation was sent. Raises JournalError if that cannot be read."""
    try:
        return min(_LAST, datetime.fromisoformat(record.sent_at or "").astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise JournalError(
            f"the journal is damaged: {record.source} was sent at a time that cannot be read",
            hint=f"plan again, for live shows what became of it: {command_line('plan')}",
        ) from error
