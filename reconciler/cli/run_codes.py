"""The exit codes of runs that send something (design.md#exit-codes)."""

from reconciler.cli.exit_codes import ExitCode
from reconciler.outcome.results import ApplyReport, Ending, IngestEnding, IngestReport

_ENDINGS = {
    Ending.DONE: ExitCode.DONE,
    Ending.BLOCKED: ExitCode.BLOCKED,
    Ending.FAILED: ExitCode.ERROR,
    Ending.INTERRUPTED: ExitCode.INTERRUPTED,
}
_INGEST_ENDINGS = {
    IngestEnding.DONE: ExitCode.DONE,
    IngestEnding.WITH_ERRORS: ExitCode.BLOCKED,
    IngestEnding.FAILED: ExitCode.ERROR,
    IngestEnding.CANCELLED: ExitCode.ERROR,
    IngestEnding.OPEN: ExitCode.ERROR,
    IngestEnding.INTERRUPTED: ExitCode.INTERRUPTED,
}


def of_report(report: ApplyReport) -> ExitCode:
    """Return the code of `apply`."""
    return _ENDINGS[report.ending]


def of_ingestion(report: IngestReport) -> ExitCode:
    """Return the code of `ingest run` and `ingest resume`."""
    return _INGEST_ENDINGS[report.ending]


def run_ending(code: ExitCode) -> Ending:
    """Return the ending of a run of `apply` that exits with *code*."""
    return next((ending for ending, exits in _ENDINGS.items() if exits is code), Ending.FAILED)
