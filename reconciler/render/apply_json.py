"""What is planned, how each source ended and how all did, as JSON values.

The events of `apply --format json` and the report of `--output json=FILE` are made of
these. Their schemas are `reconciler schema apply-event` and `apply-report`.
"""

import json
from dataclasses import asdict, replace
from typing import Any

from reconciler import __version__
from reconciler.model.json_form import to_json
from reconciler.outcome.account import Account
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.outcome.traffic import Counts
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.render.error_json import error_json
from reconciler.render.escape import escape_json

FORMAT_VERSION = "1.0"
TOOL = {"name": "reconciler", "version": __version__}

_OF_SOURCES = ("create", "update", "no_op", "blocked")
# Nobody knows, or knows yet, that these are as planned.
_ERRORED = {
    Outcome.STALE,
    Outcome.NOT_CONVERGED,
    Outcome.FAILED,
    Outcome.UNKNOWN,
    Outcome.INTERRUPTED,
}


def json_line(value: dict[str, Any]) -> str:
    """Return *value* on one line with its end, safe to print on a terminal.

    All ASCII: it goes down pipes of any encoding, and stays JSON there.
    """
    return escape_json(json.dumps(value)) + "\n"


def planned_json(planned: SourcePlan, plan: Plan, digest: str) -> dict[str, Any]:
    """Return what *plan*, which has this *digest*, holds for one source."""
    counts = asdict(replace(plan, sources=(planned,)).summary)
    return {
        "source": planned.source,
        "import_source_id": planned.import_source_id,
        "action": planned.action,
        "method": planned.operation.method if planned.operation else None,
        "summary": {name: number for name, number in counts.items() if name not in _OF_SOURCES},
        "convergence": planned.convergence,
        "plan_digest": digest,
    }


def is_errored(result: SourceResult) -> bool:
    """Whether *result* is told as an error: it is not, or not known to be, as planned."""
    return result.outcome in _ERRORED


def result_json(result: SourceResult) -> dict[str, Any]:
    """Return how it ended for one source; what remains and what moved as addresses."""
    return {
        "source": result.source,
        "method": result.method,
        "outcome": result.outcome,
        "seconds": round(result.seconds, 3),
        "attempts": result.attempts,
        "message": result.message,
        "remaining": [str(change.address) for change in result.remaining],
        "moved": [str(moved.change.address) for moved in result.moved],
    }


def result_error_json(result: SourceResult) -> dict[str, Any]:
    """Return why *result* is errored: its error, else its outcome in the same shape."""
    if result.error is not None:
        return error_json(result.error)
    return {
        "code": str(result.outcome),
        "message": result.message,
        "hint": None,
        "request": None,
        "status": None,
        "api_codes": [],
        "raw": None,
    }


def summary_json(account: Account) -> dict[str, Any]:
    """Return how the whole run ended, in numbers."""
    outcomes = [result.outcome for result in account.report.results]
    plan = account.plan
    return {
        "environment": plan.environment if plan else None,
        "plan_digest": plan.digest if plan else None,
        "counts": {o.replace("-", "_"): outcomes.count(o) for o in Outcome},
        "ending": account.ending,
        "interrupted": account.report.interrupted,
        "exit_code": account.exit_code,
        "seconds": round(account.seconds, 3),
        "retries": account.traffic.retries,
        "waited": round(account.traffic.waited, 3),
        "error": error_json(account.error) if account.error else None,
    }


def report_json(account: Account) -> str:
    """Return the report, one document on one line."""
    plan = account.plan
    planned = {s.source: s for s in plan.sources} if plan else {}
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "tool": TOOL,
            "started_at": account.started_at,
            "ended_at": account.ended_at,
            **summary_json(account),
            "sources": [
                _source_json(account, planned[result.source], result)
                for result in account.report.results
            ],
            "diagnostics": to_json(plan.diagnostics) if plan else [],
        }
    )


def _source_json(account: Account, planned: SourcePlan, result: SourceResult) -> dict[str, Any]:
    counts = account.traffic_of.get(result.source, Counts())
    return {
        "import_source_id": planned.import_source_id,
        "action": planned.action,
        **result_json(result),
        "retries": counts.retries,
        "waited": round(counts.waited, 3),
        "error": result_error_json(result) if is_errored(result) else None,
    }
