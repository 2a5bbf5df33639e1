"""The formats of each kind of report, with the function that renders each.

A function is named by its module below `reconciler.render`, which is imported when it is called:
JSON does not wait for templates or XML, nor `--help` for a report.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from reconciler.render import limits

if TYPE_CHECKING:
    from reconciler.diagnostics import Diagnostic
    from reconciler.outcome.apply_record import ApplyRecord
    from reconciler.outcome.command_results import PreviewResult
    from reconciler.outcome.diagnosis import Diagnosis
    from reconciler.outcome.probes import ProbeReport
    from reconciler.planning.drift.report import DriftReport
    from reconciler.planning.plan import Plan
    from reconciler.render.report import (
        Ingested,
        JournalEntries,
        LatestImports,
        Naming,
        PlanReport,
        Pulled,
        ReleasedLocks,
        SourceObjects,
        Statuses,
        Validation,
    )
    from reconciler.render.terminal import Screen

R = TypeVar("R")


class Format(StrEnum):
    """A format of reports."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    PROMETHEUS = "prometheus"

    @property
    def is_for_reviewers(self) -> bool:
        """Whether file names are relative to the repository's root, not the working directory."""
        return self not in {Format.TEXT, Format.JSON}


class Rendering(NamedTuple, Generic[R]):
    """The rendering of a kind of report in one format: a text, or what yields one in pieces.

    `over` renders it with the text of the file that it replaces, whose mode is kept; `summary`
    is the Markdown of the step summary for a report that is printed.
    """

    render: Callable[[R], str | Iterator[str]]
    over: Callable[[R, str], str] | None = None
    summary: Callable[[R], R] | None = None


class ReportKind(NamedTuple, Generic[R]):
    """A kind of report: how it is written on a screen, and its row for each other format.

    `below` are the diagnostics that are written to standard error, and that a file has below
    the text. `named` renames the files in the report. `outputs_apart` is whether a failure to
    write one file neither prevents the others nor hides how the run failed.
    """

    text: "Callable[[R, Screen], None]"
    rows: Mapping[Format, Rendering[R]]
    below: "Callable[[R], tuple[Diagnostic, ...]]" = lambda _: ()
    named: "Callable[[R, Naming], R]" = lambda report, _: report
    outputs_apart: bool = False

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats in the order in which they are offered."""
        return (Format.TEXT, *self.rows)


def rendered(kind: ReportKind[R], report: R, format_: Format, naming: "Naming") -> str:
    """Return *report* in *format_*; *naming* makes file names relative to the repository's root."""
    return "".join(pieces_of(kind, report, format_, naming))


def pieces_of(kind: ReportKind[R], report: R, format_: Format, naming: "Naming") -> Iterable[str]:
    """Return what `rendered` does, in pieces."""
    if format_ is Format.TEXT:
        return (_as_text(kind, report),)
    made = kind.rows[format_].render(
        kind.named(report, naming) if format_.is_for_reviewers else report
    )
    return (made,) if isinstance(made, str) else made


def rendered_text(write: "Callable[[Screen], None]") -> str:
    """Return the text that *write* writes, without colour."""
    from reconciler.render.terminal import Screen  # noqa: PLC0415 - what is printed is no string

    buffer = io.StringIO()
    write(Screen(stream=buffer))
    return buffer.getvalue()


def _as_text(kind: ReportKind[R], report: R) -> str:
    def write(screen: "Screen") -> None:
        kind.text(report, screen)
        _function("diagnostics:write_diagnostics")(kind.below(report), screen)

    return rendered_text(write)


def _function(name: str) -> Callable[..., Any]:
    """Return the function *name*, `MODULE:FUNCTION` below `reconciler.render`."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"reconciler.render.{module}"), function)
    return found


def _by(name: str, of: Callable[[Any], Any] = lambda report: report) -> Callable[..., Any]:
    """Return what calls the function *name* with *of* the report, and what else it is given."""

    def render(report: Any, *others: Any, **options: Any) -> Any:
        return _function(name)(of(report), *others, **options)

    return render


def _limited(name: str) -> Rendering[Any]:
    """Return the row of the Markdown that the function *name* makes, no longer than forges take."""
    return Rendering(lambda report: _function(name)(report, limit=limits.MARKDOWN))


def _of_pipelines(
    run: Callable[[R], Any], junit: Callable[[R], str], summary: Callable[[R], R] | None = None
) -> dict[Format, Rendering[R]]:
    """Return the rows of the formats that CI systems read."""
    return {
        Format.SARIF: Rendering(
            lambda report: _function("ci.sarif:run_sarif")(
                run(report), _function("ci.rules:documentation_url")()
            )
        ),
        Format.JUNIT: Rendering(junit),
        Format.GITHUB: Rendering(_by("ci.github:run_github", run), summary=summary),
        Format.GITLAB: Rendering(_by("ci.gitlab:run_gitlab", run)),
    }


def _plan(report: "PlanReport") -> "Plan":
    return report.plan


def _plan_text(report: "PlanReport", screen: "Screen") -> None:
    # Manifests with errors have nothing to show.
    if report.plan.sources or not report.plan.errored:
        _function("plan.text:write_plan_report")(report, screen)


def _plan_markdown(report: "PlanReport") -> str:
    text: str = _function("markdown.plan:plan_markdown")(
        report.plan, directory=report.directory, limit=report.limit, whole=report.whole
    )
    return text


PLAN: "ReportKind[PlanReport]" = ReportKind(
    text=_plan_text,
    rows={
        Format.JSON: Rendering(_by("plan.json:plan_pieces", _plan)),
        Format.MARKDOWN: Rendering(_plan_markdown),
        Format.HTML: Rendering(
            lambda report: _function("html.plan:plan_html")(report.plan, report.origin)
        ),
        **_of_pipelines(
            _by("ci.finding:plan_run", _plan),
            _by("ci.junit:plan_junit", _plan),
            summary=_by("report:for_summary"),
        ),
    },
    below=lambda report: report.plan.diagnostics,
    named=_by("report:plan_report_named"),
)


def _validation_text(found: "Validation", screen: "Screen") -> None:
    _function("diagnostics:write_diagnostics")(found.diagnostics, screen)
    _function("diagnostics:write_verdict")(found.diagnostics, screen, len(found.manifests))


VALIDATION: "ReportKind[Validation]" = ReportKind(
    text=_validation_text,
    rows={
        Format.JSON: Rendering(
            lambda found: _function("validation:diagnostics_json")(
                found.diagnostics, found.manifests
            )
        ),
        **_of_pipelines(
            _by("ci.finding:validation_run", lambda found: found.diagnostics),
            lambda found: _function("ci.junit:diagnostics_junit")(
                found.diagnostics, found.manifests
            ),
        ),
    },
    named=_by("report:validation_named"),
)

_prometheus = _by("drift.prometheus:drift_prometheus")
DRIFT: "ReportKind[DriftReport]" = ReportKind(
    text=_by("drift.text:write_drift_text"),
    rows={
        Format.JSON: Rendering(_by("drift.json:drift_json")),
        Format.MARKDOWN: _limited("markdown.drift:drift_markdown"),
        Format.HTML: Rendering(_by("html.drift:drift_html")),
        **_of_pipelines(_by("ci.drift:drift_run"), _by("ci.drift:drift_junit")),
        Format.PROMETHEUS: Rendering(
            _prometheus, over=lambda report, text: _prometheus(report, replaced=text)
        ),
    },
    below=lambda report: report.diagnostics,
    named=_by("report:drift_named"),
    outputs_apart=True,
)

PREVIEW: "ReportKind[PreviewResult]" = ReportKind(
    text=_by("preview.text:write_preview_text"),
    rows={
        Format.JSON: Rendering(_by("preview.json:preview_json")),
        Format.MARKDOWN: _limited("markdown.preview:preview_markdown"),
        Format.HTML: Rendering(_by("html.preview:preview_html")),
    },
    named=_by("report:preview_named"),
)

APPLY: "ReportKind[ApplyRecord]" = ReportKind(
    text=_by("apply.report:write_account"),
    rows={Format.JSON: Rendering(_by("apply.json:report_json"))},
    outputs_apart=True,
)

IMPORTS: "ReportKind[LatestImports]" = ReportKind(
    text=_by("ingest.status:write_latest_imports", lambda imports: imports.latest),
    rows={
        Format.JSON: Rendering(
            lambda imports: _function("ingest.status:latest_imports_json")(
                imports.environment, imports.latest, imports.diagnostics
            )
        )
    },
)

OBJECTS: "ReportKind[SourceObjects]" = ReportKind(
    text=_by("objects:write_objects", lambda found: found.objects),
    rows={
        Format.JSON: Rendering(
            lambda found: _function("objects:objects_json")(found.source, found.objects)
        )
    },
)

DOCTOR: "ReportKind[Diagnosis]" = ReportKind(
    text=_by("diagnosis:write_diagnosis"),
    rows={
        Format.JSON: Rendering(_by("diagnosis:diagnosis_json")),
        Format.JUNIT: Rendering(_by("ci.junit:diagnosis_junit")),
    },
)

PROBE: "ReportKind[ProbeReport]" = ReportKind(
    text=_by("probe:write_probe"),
    rows={Format.JSON: Rendering(_by("probe:probe_json"))},
)

STATUS: "ReportKind[Statuses]" = ReportKind(
    text=_by("journal:write_status", lambda report: report.statuses),
    rows={Format.JSON: Rendering(_by("command_json:status_json"))},
)

HISTORY: "ReportKind[JournalEntries]" = ReportKind(
    text=_by("journal:write_history"),
    rows={Format.JSON: Rendering(_by("command_json:history_json"))},
)

PULL: "ReportKind[Pulled]" = ReportKind(
    text=_by("pull:write_pull"),
    rows={Format.JSON: Rendering(_by("command_json:pull_json"))},
)

UNLOCK: "ReportKind[ReleasedLocks]" = ReportKind(
    text=_by("journal:write_locks"),
    rows={Format.JSON: Rendering(_by("command_json:unlock_json"))},
)

INGESTION: "ReportKind[Ingested]" = ReportKind(
    text=_by("ingest.result:write_whole_end", lambda ingested: ingested.report),
    rows={Format.JSON: Rendering(_by("command_json:ingestion_json"))},
)

KINDS: Mapping[str, ReportKind[Any]] = {
    "plan": PLAN,
    "validation": VALIDATION,
    "drift": DRIFT,
    "preview": PREVIEW,
    "apply": APPLY,
    "imports": IMPORTS,
    "objects": OBJECTS,
    "doctor": DOCTOR,
    "probe": PROBE,
    "status": STATUS,
    "history": HISTORY,
    "pull": PULL,
    "unlock": UNLOCK,
    "ingestion": INGESTION,
}
