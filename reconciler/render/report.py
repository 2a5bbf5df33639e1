"""Reports of more than one value, and the renaming of the files in a report."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from reconciler.diagnostics import Diagnostic
from reconciler.planning.change import Change
from reconciler.planning.plan import Plan
from reconciler.planning.shown_plan import shown_plan, without_prefix
from reconciler.render import limits
from reconciler.value import Value, replace

if TYPE_CHECKING:  # each command makes reports of its own kind, and loads no other
    from reconciler.errors import Holder, ReconcilerError
    from reconciler.outcome.command_results import PreviewResult, PulledManifest
    from reconciler.outcome.imports import ImportedObject, LatestImport
    from reconciler.outcome.ingestions import PastIngestion
    from reconciler.outcome.records import RunRecord
    from reconciler.outcome.results import IngestReport
    from reconciler.outcome.source_status import SourceStatus
    from reconciler.planning.drift.report import DriftReport

Naming = Callable[[str], str]


class PlanOrigin(Value):
    """Where a plan comes from: its project, and the commit that was checked out, by whom."""

    project: str
    commit: str | None = None
    author: str | None = None


class PlanReport(Value):
    """A plan to show; Markdown has at most `limit` characters, and `whole` is where the rest is.

    `directory` is the project's. `next_command` is what sends the plan, None if nothing does;
    text names it, and folds sources without differences unless it `lists_all`. A page has the
    `origin`.
    """

    plan: Plan
    directory: str
    limit: int = limits.MARKDOWN
    whole: str | None = None
    next_command: str | None = None
    lists_all: bool = False
    origin: PlanOrigin | None = None


class Validation(Value):
    """The diagnostics of `validate`, and the files that it read."""

    diagnostics: tuple[Diagnostic, ...]
    manifests: tuple[str, ...] = ()


class LatestImports(Value):
    """The latest data execution of each selected source, and remarks about the API's answers."""

    environment: str
    latest: "Sequence[LatestImport]"
    diagnostics: tuple[Diagnostic, ...] = ()


class Statuses(Value):
    """The status of each selected source, and remarks about files and the selection."""

    environment: str
    statuses: "Sequence[SourceStatus]"
    diagnostics: tuple[Diagnostic, ...] = ()


class JournalEntries(Value):
    """Applies and ingestions of the journal, newest first: all, or if it `is_partial` some."""

    entries: "tuple[RunRecord | PastIngestion, ...]"
    is_partial: bool = False


class Pulled(Value):
    """What a pull wrote, or would write unless it `is_done`, and why not, by source."""

    environment: str
    is_done: bool
    manifests: "Sequence[PulledManifest]"
    not_configured: Mapping[str, str]
    errors: "Mapping[str, ReconcilerError]"
    diagnostics: tuple[Diagnostic, ...] = ()


class ReleasedLocks(Value):
    """The locks that there were, and whether each was taken away; named sources without one."""

    environment: str
    held: "tuple[tuple[Holder, bool], ...]"
    free: tuple[str, ...] = ()


class Ingested(Value):
    """How an ingestion ended."""

    environment: str
    report: "IngestReport"


class SourceObjects(Value):
    """The objects of a source in an emulator."""

    source: str
    objects: "Sequence[ImportedObject]"


def plan_report_named(report: PlanReport, naming: Naming) -> PlanReport:
    """Return *report* with directory and files renamed by *naming*."""
    plan = plan_named(report.plan, naming)
    return replace(report, plan=plan, directory=naming(report.directory))


def for_summary(report: PlanReport) -> PlanReport:
    """Return *report* as the step summary of a report that is printed has it."""
    return replace(report, limit=limits.SUMMARY)


def validation_named(found: Validation, naming: Naming) -> Validation:
    """Return *found* with its files renamed by *naming*."""
    return Validation(
        diagnostics=diagnostics_named(found.diagnostics, naming),
        manifests=tuple(map(naming, found.manifests)),
    )


def plan_named(plan: Plan, naming: Naming) -> Plan:
    """Return *plan* as people read it, with its files renamed by *naming*."""
    shown = without_prefix(plan)
    return shown_plan(
        shown,
        sources=tuple(
            replace(
                s,
                file=_named(s.file, naming),
                changes=changes_named(s.changes, naming),
                residual=changes_named(s.residual, naming),
            )
            for s in shown.sources
        ),
        diagnostics=diagnostics_named(shown.diagnostics, naming),
    )


def drift_named(report: "DriftReport", naming: Naming) -> "DriftReport":
    """Return *report* with the files of its sources and diagnostics renamed by *naming*."""
    return replace(
        report,
        sources=tuple(
            replace(
                s,
                file=_named(s.file, naming),
                findings=tuple(
                    replace(f, change=change)
                    for f, change in zip(
                        s.findings,
                        changes_named([f.change for f in s.findings], naming),
                        strict=True,
                    )
                ),
            )
            for s in report.sources
        ),
        diagnostics=diagnostics_named(report.diagnostics, naming),
    )


def preview_named(result: "PreviewResult", naming: Naming) -> "PreviewResult":
    """Return *result* with its manifest and the files of its diagnostics renamed by *naming*."""
    return replace(
        result,
        file=_named(result.file, naming),
        diagnostics=diagnostics_named(result.diagnostics, naming),
    )


def changes_named(changes: Sequence[Change], naming: Naming) -> tuple[Change, ...]:
    """Return *changes* with the files that they name themselves renamed by *naming*."""
    return tuple(replace(c, file=naming(c.file)) if c.file else c for c in changes)


def diagnostics_named(
    diagnostics: tuple[Diagnostic, ...], naming: Naming
) -> tuple[Diagnostic, ...]:
    """Return *diagnostics* with their files renamed by *naming*."""
    return tuple(replace(d, file=_named(d.file, naming)) for d in diagnostics)


def _named(file: str | None, naming: Naming) -> str | None:
    return naming(file) if file else None
