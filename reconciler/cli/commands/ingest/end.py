"""How an ingestion ended, as text or as a line of JSON."""

from reconciler.cli.reports import print_report
from reconciler.cli.settings import Settings
from reconciler.outcome.results import IngestReport
from reconciler.render.formats import INGESTION, Format
from reconciler.render.ingest.result import write_ingest_end
from reconciler.render.report import Ingested


def show_end(report: IngestReport, environment: str, format_: Format, settings: Settings) -> None:
    """Show how *report* says that it ended; where JSON is printed, people read standard error."""
    if format_ is not Format.TEXT:
        ingested = Ingested(environment=environment, report=report)
        print_report(INGESTION, ingested, format_, settings)
    out = settings.out if format_ is Format.TEXT else settings.err
    write_ingest_end(report, out=out, err=settings.err)


def say(line: str, format_: Format, settings: Settings) -> None:
    """Write *line*, which is all that there is to report."""
    (settings.out if format_ is Format.TEXT else settings.err).line(line)
