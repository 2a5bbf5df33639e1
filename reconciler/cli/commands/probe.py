"""`probe`: ask a site the open questions, on an empty import source."""

import reconciler.render.probe  # noqa: F401 - before the first write, not after the last
from reconciler.app.probe.run import probe_source
from reconciler.app.project import open_environment
from reconciler.cli.report_codes import of_probe
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.errors import WrongUsage
from reconciler.outcome.probes import ProbeReport


def probe(
    settings: Settings, *, source: str, may_write: bool, reports: Reports[ProbeReport]
) -> int:
    """Run the command and return its exit code."""
    if not may_write:
        raise WrongUsage(
            f"nothing was sent: a probe writes to {source}, and cannot take all of it away",
            hint="name an import source made for it, in an object schema of its own:\n"
            + command_line("probe --i-know-this-writes", source),
        )
    reports.check()
    project = open_environment(settings.environment)
    try:
        report = probe_source(project, source, lambda text: settings.err.line(f"{source}: {text}"))
    except KeyboardInterrupt:
        settings.err.line(
            f"{source}: what the probe made begins with reconciler-probe; another one cleans up"
        )
        raise
    reports.show(report, settings)
    return of_probe(report)
