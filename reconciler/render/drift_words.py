"""What drift is called wherever it is told: text, Markdown, pages, issues, messages."""

from collections.abc import Mapping

from reconciler.diagnostics import Diagnostic, errors_in, in_reading_order
from reconciler.planning.drift import DriftReport, Standing
from reconciler.render.shorten import count

TITLES: Mapping[Standing, str] = {
    Standing.CONFLICT: "Changed in Assets and in git",
    Standing.DRIFT: "Changed in Assets, not in git",
    Standing.UNAPPLIED: "Changed in git, not applied yet",
    Standing.ACKNOWLEDGED: "Acknowledged",
    Standing.RESIDUE: "Known, unchanged since the last apply",
}
ALARMING = tuple(standing for standing in TITLES if standing.alarms)


def closing(report: DriftReport) -> str:
    """Return all of *report* in a line: `Drift in 1 of 3 sources.`, and what else matters."""
    if report.errored and not report.sources:
        return "Nothing could be judged."
    sources = count(len(report.sources), "source")
    drifted = sum(s.alarms for s in report.sources)
    before = sum(s.drifted and not s.alarms for s in report.sources)
    unread = sum(s.error is not None for s in report.sources)
    if unread and unread == len(report.sources):
        return f"{sources} could not be read."
    # Of what could not be read nobody knows.
    judged = f"{len(report.sources) - unread} of {sources}" if unread else sources
    none = f"No new drift in {judged}" if before else f"No drift in {judged}"
    said = [f"Drift in {drifted} of {sources}" if drifted else none]
    if before:
        said.append(f"{before} drifted as told before")
    if unread:
        said.append(f"{unread} could not be read")
    elif report.errored:
        said.append("there are more, which were not judged")
    return f"{'; '.join(said)}."


def faults(report: DriftReport) -> tuple[Diagnostic, ...]:
    """Return the errors that are not those of a source which says itself why it is unread."""
    unread = {s.source for s in report.sources if s.error is not None}
    errors = in_reading_order(errors_in(report.diagnostics))
    return tuple(d for d in errors if d.source not in unread)
