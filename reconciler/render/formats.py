"""The formats of each kind of report, with the function that renders each.

The function imports its renderer, so that JSON does not wait for templates or XML.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from reconciler.diagnostics import Diagnostic
from reconciler.render.report import (
    MARKDOWN_LIMIT,
    LatestImports,
    Naming,
    PlanReport,
    SourceObjects,
    Validation,
    drift_named,
    preview_named,
)
from reconciler.render.terminal import Screen

if TYPE_CHECKING:
    from reconciler.outcome.apply_record import ApplyRecord
    from reconciler.outcome.command_results import PreviewResult
    from reconciler.planning.drift.report import DriftReport
    from reconciler.render.ci.finding import Run

# GitHub accepts 1 MiB per step, and a character may be three bytes.
_SUMMARY_LIMIT = 300_000

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


@dataclass(frozen=True, slots=True)
class Rendering(Generic[R]):
    """The rendering of a kind of report in one format.

    `over` renders it with the text of the file that it replaces, whose mode is kept; `summary`
    is the Markdown of the step summary for a report that is printed.
    """

    render: Callable[[R], str]
    over: Callable[[R, str], str] | None = None
    summary: Callable[[R], R] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportKind(Generic[R]):
    """A kind of report: how it is written on a screen, and its row for each other format.

    `above` are the diagnostics that a command writes to standard error, and a file has above
    the text. `named` renames the files in the report. `outputs_apart` is whether a failure to
    write one file neither prevents the others nor hides how the run failed.
    """

    text: Callable[[R, Screen], None]
    rows: Mapping[Format, Rendering[R]]
    above: Callable[[R], tuple[Diagnostic, ...]] = lambda _: ()
    named: Callable[[R, Naming], R] = lambda report, _: report
    outputs_apart: bool = False

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats in the order in which they are offered."""
        return (Format.TEXT, *self.rows)


def rendered(kind: ReportKind[R], report: R, format_: Format, naming: Naming) -> str:
    """Return *report* in *format_*; *naming* makes file names relative to the repository's root."""
    if format_ is Format.TEXT:
        return _as_text(kind, report)
    return kind.rows[format_].render(
        kind.named(report, naming) if format_.is_for_reviewers else report
    )


def rendered_text(write: Callable[[Screen], None]) -> str:
    """Return the text that *write* writes, without colour."""
    buffer = io.StringIO()
    write(Screen(stream=buffer))
    return buffer.getvalue()


def _as_text(kind: ReportKind[R], report: R) -> str:
    from reconciler.render.diagnostics import write_diagnostics

    def write(screen: Screen) -> None:
        write_diagnostics(kind.above(report), screen)
        kind.text(report, screen)

    return rendered_text(write)


def _of_pipelines(
    run: Callable[[R], "Run"], junit: Callable[[R], str], summary: Callable[[R], R] | None = None
) -> dict[Format, Rendering[R]]:
    """Return the rows of the formats that CI systems read."""

    def sarif(report: R) -> str:
        from reconciler.render.ci.sarif import run_sarif

        return run_sarif(run(report))

    def github(report: R) -> str:
        from reconciler.render.ci.github import run_github

        return run_github(run(report))

    def gitlab(report: R) -> str:
        from reconciler.render.ci.gitlab import run_gitlab

        return run_gitlab(run(report))

    return {
        Format.SARIF: Rendering(sarif),
        Format.JUNIT: Rendering(junit),
        Format.GITHUB: Rendering(github, summary=summary),
        Format.GITLAB: Rendering(gitlab),
    }


def _plan_text(report: PlanReport, screen: Screen) -> None:
    from reconciler.render.plan.text import write_plan_text

    # Manifests with errors have nothing to show.
    if report.plan.sources or not report.plan.errored:
        write_plan_text(report.plan, screen)


def _plan_json(report: PlanReport) -> str:
    from reconciler.render.plan.json import plan_json

    return plan_json(report.plan)


def _plan_markdown(report: PlanReport) -> str:
    from reconciler.render.markdown.plan import plan_markdown

    return plan_markdown(
        report.plan, directory=report.directory, limit=report.limit, whole=report.whole
    )


def _plan_html(report: PlanReport) -> str:
    from reconciler.render.html.plan import plan_html

    return plan_html(report.plan)


def _plan_run(report: PlanReport) -> "Run":
    from reconciler.render.ci.finding import plan_run

    return plan_run(report.plan)


def _plan_junit(report: PlanReport) -> str:
    from reconciler.render.ci.junit import plan_junit

    return plan_junit(report.plan)


PLAN: ReportKind[PlanReport] = ReportKind(
    text=_plan_text,
    rows={
        Format.JSON: Rendering(_plan_json),
        Format.MARKDOWN: Rendering(_plan_markdown),
        Format.HTML: Rendering(_plan_html),
        **_of_pipelines(
            _plan_run, _plan_junit, summary=lambda report: replace(report, limit=_SUMMARY_LIMIT)
        ),
    },
    above=lambda report: report.plan.diagnostics,
    named=PlanReport.named,
)


def _validation_text(found: Validation, screen: Screen) -> None:
    from reconciler.render.diagnostics import write_diagnostics, write_verdict

    write_diagnostics(found.diagnostics, screen)
    write_verdict(found.diagnostics, screen, len(found.manifests))


def _validation_json(found: Validation) -> str:
    from reconciler.render.validation import diagnostics_json

    return diagnostics_json(found.diagnostics, found.manifests)


def _validation_run(found: Validation) -> "Run":
    from reconciler.render.ci.finding import validation_run

    return validation_run(found.diagnostics)


def _validation_junit(found: Validation) -> str:
    from reconciler.render.ci.junit import diagnostics_junit

    return diagnostics_junit(found.diagnostics, found.manifests)


VALIDATION: ReportKind[Validation] = ReportKind(
    text=_validation_text,
    rows={
        Format.JSON: Rendering(_validation_json),
        **_of_pipelines(_validation_run, _validation_junit),
    },
    named=Validation.named,
)


def _drift_text(report: "DriftReport", screen: Screen) -> None:
    from reconciler.render.drift.text import write_drift_text

    write_drift_text(report, screen)


def _drift_json(report: "DriftReport") -> str:
    from reconciler.render.drift.json import drift_json

    return drift_json(report)


def _drift_markdown(report: "DriftReport") -> str:
    from reconciler.render.markdown.drift import drift_markdown

    return drift_markdown(report, limit=MARKDOWN_LIMIT)


def _drift_html(report: "DriftReport") -> str:
    from reconciler.render.html.drift import drift_html

    return drift_html(report)


def _drift_run(report: "DriftReport") -> "Run":
    from reconciler.render.ci.drift import drift_run

    return drift_run(report)


def _drift_junit(report: "DriftReport") -> str:
    from reconciler.render.ci.drift import drift_junit

    return drift_junit(report)


def _drift_prometheus(report: "DriftReport", replaced: str = "") -> str:
    from reconciler.render.drift.prometheus import drift_prometheus

    return drift_prometheus(report, replaced=replaced)


DRIFT: "ReportKind[DriftReport]" = ReportKind(
    text=_drift_text,
    rows={
        Format.JSON: Rendering(_drift_json),
        Format.MARKDOWN: Rendering(_drift_markdown),
        Format.HTML: Rendering(_drift_html),
        **_of_pipelines(_drift_run, _drift_junit),
        Format.PROMETHEUS: Rendering(_drift_prometheus, over=_drift_prometheus),
    },
    above=lambda report: report.diagnostics,
    named=drift_named,
    outputs_apart=True,
)


def _preview_text(result: "PreviewResult", screen: Screen) -> None:
    from reconciler.render.preview.text import write_preview_text

    write_preview_text(result, screen)


def _preview_json(result: "PreviewResult") -> str:
    from reconciler.render.preview.json import preview_json

    return preview_json(result)


def _preview_markdown(result: "PreviewResult") -> str:
    from reconciler.render.markdown.preview import preview_markdown

    return preview_markdown(result, limit=MARKDOWN_LIMIT)


def _preview_html(result: "PreviewResult") -> str:
    from reconciler.render.html.preview import preview_html

    return preview_html(result)


PREVIEW: "ReportKind[PreviewResult]" = ReportKind(
    text=_preview_text,
    rows={
        Format.JSON: Rendering(_preview_json),
        Format.MARKDOWN: Rendering(_preview_markdown),
        Format.HTML: Rendering(_preview_html),
    },
    named=preview_named,
)


def _apply_text(account: "ApplyRecord", screen: Screen) -> None:
    from reconciler.render.apply.report import write_account

    write_account(account, screen)


def _apply_json(account: "ApplyRecord") -> str:
    from reconciler.render.apply.json import report_json

    return report_json(account)


APPLY: "ReportKind[ApplyRecord]" = ReportKind(
    text=_apply_text, rows={Format.JSON: Rendering(_apply_json)}, outputs_apart=True
)


def _imports_text(imports: LatestImports, screen: Screen) -> None:
    from reconciler.render.ingest.status import write_latest_imports

    write_latest_imports(imports.latest, screen)


def _imports_json(imports: LatestImports) -> str:
    from reconciler.render.ingest.status import latest_imports_json

    return latest_imports_json(imports.environment, imports.latest)


IMPORTS: ReportKind[LatestImports] = ReportKind(
    text=_imports_text, rows={Format.JSON: Rendering(_imports_json)}
)


def _objects_text(found: SourceObjects, screen: Screen) -> None:
    from reconciler.render.objects import write_objects

    write_objects(found.objects, screen)


def _objects_json(found: SourceObjects) -> str:
    from reconciler.render.objects import objects_json

    return objects_json(found.source, found.objects)


OBJECTS: ReportKind[SourceObjects] = ReportKind(
    text=_objects_text, rows={Format.JSON: Rendering(_objects_json)}
)

KINDS: Mapping[str, ReportKind[Any]] = {
    "plan": PLAN,
    "validation": VALIDATION,
    "drift": DRIFT,
    "preview": PREVIEW,
    "apply": APPLY,
    "imports": IMPORTS,
    "objects": OBJECTS,
}
