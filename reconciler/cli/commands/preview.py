"""`preview`: try a source's mapping on data, before it is live."""

from reconciler.app.preview import Against, PreviewRequest, name_of, preview_data
from reconciler.app.project import open_project
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_preview
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.data.entries import DataFormat
from reconciler.outcome.command_results import PreviewResult
from reconciler.outcome.timestamp import now
from reconciler.render.diagnostics import write_diagnostics


def preview(
    settings: Settings,
    *,
    source: str,
    data: str,
    reports: Reports[PreviewResult],
    data_format: str | None,
    sample: int,
    against: str | None,
) -> int:
    """Run the command and return its exit code."""
    asked = PreviewRequest(
        source=source,
        data=data,
        format_=DataFormat(data_format) if data_format else None,
        sample=sample,
        against=Against(against) if against else None,
    )
    environment = settings.environment or ""
    try:
        project = open_project(settings.environment)
        environment = project.environment.name
        result = preview_data(project, asked, ScreenProgress(settings.err))
    except FAILURES as error:
        failed = PreviewResult(
            source=source,
            data=name_of(data),
            created_at=now(),
            environment=environment,
            diagnostics=failure_diagnostics(error),
        )
        reports.tell_failure(failed, error, settings)
        raise
    write_diagnostics(result.diagnostics, settings.err)
    reports.show(result, settings)
    return of_preview(result)
