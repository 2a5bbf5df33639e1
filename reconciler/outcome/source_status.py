"""Where a source stands: its configuration, its last apply and its last data execution."""

from reconciler.backend.import_sources import ExecutionStatus
from reconciler.errors import ReconcilerError
from reconciler.model.source import ConfigStatus, Description
from reconciler.outcome.records import SentRecord
from reconciler.value import Value


class SourceStatus(Value):
    """The status of one source, with the error if the API could not be queried."""

    source: str
    config_status: ConfigStatus | ReconcilerError
    last_apply: SentRecord | None
    last_execution: ExecutionStatus | ReconcilerError | None
    description: Description | None = None
