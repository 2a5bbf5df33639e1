"""`preview`: try a source's mapping on data, before it is live."""

import click

from reconciler.app.plan import now
from reconciler.app.preview import Against, PreviewRequest, name_of, preview_data
from reconciler.app.project import open_project
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.formats import Reports, report_options
from reconciler.cli.number_types import Count
from reconciler.cli.options import data_format_option
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_preview
from reconciler.cli.settings import Settings
from reconciler.data.entries import DataFormat
from reconciler.outcome.command_results import PreviewResult
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import PREVIEW


@click.command()
@click.argument("source", metavar="SOURCE")
@click.argument("data", metavar="DATA")
@report_options("preview", PREVIEW, reads=("data",))
@data_format_option
@click.option(
    "--sample",
    type=Count(0),
    default=0,
    metavar="N",
    help="Show N objects of each object type.",
)
@click.option(
    "--against",
    type=click.Choice([each.value for each in Against], case_sensitive=False),
    help="Show what the manifest's mapping does to these data against live's, or against the "
    "last apply's.",
)
@click.pass_obj
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
    """Show what objects DATA would make by the mapping of SOURCE, and what would go wrong.

    DATA is a file of JSON, NDJSON, CSV or YAML, `-` standard input. Nothing is sent, and
    without --against nothing is read but files. Exit code: 0 clean, 1 error, 3 objects would
    be lost or doubled.
    """
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
