"""What `status`, `history`, `pull`, `unlock` and those of `ingest` print as JSON.

A line each, whose schema is `reconciler schema KIND`; of `ingest resume` and `ingest cancel` a line
for each ingestion. Every field is present, null without a value.
"""

from typing import TYPE_CHECKING, Any

from reconciler.errors import ReconcilerError
from reconciler.model.json_form import to_json
from reconciler.model.source import ConfigStatus
from reconciler.outcome.imports import import_result
from reconciler.outcome.records import RunRecord, SchemaOperationRecord, SentRecord
from reconciler.outcome.source_status import SourceStatus
from reconciler.render.errors import error_json
from reconciler.render.ingest.result import import_result_json
from reconciler.render.json_line import TOOL, json_line

if TYPE_CHECKING:  # each command makes reports of its own kind, and loads no other
    from reconciler.outcome.command_results import PulledManifest
    from reconciler.render.report import Ingested, JournalEntries, Pulled, ReleasedLocks, Statuses

FORMAT_VERSION = "1.0"


def status_json(report: "Statuses") -> str:
    """Return the status of the sources."""
    return _json(
        environment=report.environment,
        sources=[_status(each) for each in report.statuses],
        diagnostics=to_json(report.diagnostics),
    )


def history_json(report: "JournalEntries") -> str:
    """Return the runs and the ingestions of the journal."""
    runs = [_run(each) for each in report.entries if isinstance(each, RunRecord)]
    ingestions = [to_json(each) for each in report.entries if not isinstance(each, RunRecord)]
    return _json(runs=runs, ingestions=ingestions)


def pull_json(report: "Pulled") -> str:
    """Return what was taken over of each source, and why nothing was."""
    return _json(
        environment=report.environment,
        dry_run=not report.is_done,
        manifests=[_manifest(each) for each in report.manifests],
        not_configured=dict(report.not_configured),
        errors=[{"source": name, **error_json(e)} for name, e in sorted(report.errors.items())],
        diagnostics=to_json(report.diagnostics),
    )


def unlock_json(report: "ReleasedLocks") -> str:
    """Return whose locks were taken away."""
    locks = [
        {
            "source": each.source,
            "runner": each.runner,
            "host": each.host,
            "pid": each.pid,
            "since": each.since,
            "unlocked": is_unlocked,
        }
        for each, is_unlocked in report.held
    ]
    return _json(environment=report.environment, locks=locks, free=list(report.free))


def ingestion_json(report: "Ingested") -> str:
    """Return how the ingestion ended, and what was imported."""
    ended = report.report
    return _json(
        environment=report.environment,
        source=ended.source,
        ending=ended.ending,
        sent=ended.sent,
        seconds=ended.seconds,
        execution=ended.result and import_result_json(ended.source, ended.result),
        error=error_json(ended.error) if ended.error else None,
        note=ended.note,
    )


def _json(**fields: Any) -> str:
    return json_line({"format_version": FORMAT_VERSION, "tool": TOOL, **fields})


def _status(each: SourceStatus) -> dict[str, Any]:
    config, execution, known = each.config_status, each.last_execution, each.description
    found = None
    if execution is not None and not isinstance(execution, ReconcilerError):
        result = import_result(execution.status, execution.progress_result)
        found = import_result_json(each.source, result)
    errors = (answer for answer in (config, execution) if isinstance(answer, ReconcilerError))
    fields = ("name", "object_schema", "module", "fault", "schedule")
    return {
        "source": each.source,
        "config_status": config if isinstance(config, ConfigStatus) else None,
        "last_apply": each.last_apply and _operation(each.last_apply),
        "last_execution": found,
        "import_source": known and {name: getattr(known, name) for name in fields},
        "errors": [error_json(error) for error in errors],
    }


def _run(run: RunRecord) -> dict[str, Any]:
    fields = ("id", "environment", "plan_digest", "started_at", "ended_at", "interrupted", "runner")
    return {
        **{name: getattr(run, name) for name in fields},
        "operations": [*map(_operation, run.in_order)],
    }


def _operation(sent: SentRecord) -> dict[str, Any]:
    of_schema = sent if isinstance(sent, SchemaOperationRecord) else None
    fields = ("source", "import_source_id", "method", "path", "state", "sent_at", "ended_at")
    return {
        **{name: getattr(sent, name) for name in fields},
        "message": sent.message,
        "kind": of_schema and of_schema.kind,
        "element": of_schema and of_schema.element_name,
    }


def _manifest(each: "PulledManifest") -> dict[str, Any]:
    fields = ("source", "file", "settled", "object_types", "attributes", "mappings", "is_partial")
    return {
        **{name: getattr(each, name) for name in fields},
        "is_new": each.before is None,
        "changed_files": [file.file for file in each.changed],
    }
