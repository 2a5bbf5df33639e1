"""How an apply ended: a line per source, what to know of those in trouble, one closing sentence."""

from collections.abc import Iterator

from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.planning.plan import Edit
from reconciler.planning.staleness import Relevance
from reconciler.render.error_text import explanation_lines
from reconciler.render.plan_change import told
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Style

_MARKS = {
    Outcome.DONE: ("✓", Style.ADD),
    Outcome.UNCHANGED: (".", Style.QUIET),
    Outcome.BLOCKED: ("!", Style.STOP),
    Outcome.STALE: ("!", Style.STOP),
    Outcome.NOT_CONVERGED: ("!", Style.STOP),
    Outcome.FAILED: ("✗", Style.STOP),
    Outcome.UNKNOWN: ("?", Style.ODD),
    Outcome.SKIPPED: ("-", Style.QUIET),
    Outcome.NOT_STARTED: ("-", Style.QUIET),
    Outcome.INTERRUPTED: ("?", Style.ODD),
}
_EDITS = {Edit.ADD: "+", Edit.CHANGE: "~", Edit.REMOVE: "-"}
_WORDS = {
    Outcome.DONE: "applied",
    Outcome.UNCHANGED: "unchanged",
    Outcome.BLOCKED: "blocked",
    Outcome.STALE: "stale",
    Outcome.NOT_CONVERGED: "not converged",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "with unknown outcome",
    Outcome.SKIPPED: "skipped",
    Outcome.NOT_STARTED: "not started",
    Outcome.INTERRUPTED: "still in flight",
}


def write_report(report: ApplyReport, screen: Screen) -> None:
    """Write the report."""
    screen.lines(report_lines(report))


def report_lines(report: ApplyReport) -> Iterator[Line]:
    """Yield a line per source with its explanation, then the closing ones."""
    width = max((len(r.source) for r in report.results), default=0)
    for result in report.results:
        yield result_line(result, width)
        if result.error is not None:
            yield from explanation_lines(result.error, "      ")
        yield from _moved_lines(result)
        for change in result.remaining:
            yield ("      ", ("! ", Style.CHANGE), told(change, result.source))
    yield ()
    if report.interrupted:
        yield from _interrupted(report)
    yield (_closing(report),)


def _moved_lines(result: SourceResult) -> Iterator[Line]:
    """Yield what changed in live after the plan was made, and what each is to the plan."""
    for moved in result.moved:
        relevant = moved.relevance is not Relevance.IRRELEVANT
        yield (
            "      ",
            (f"{_EDITS[moved.change.action]} ", Style.CHANGE),
            told(moved.change, result.source),
            ("" if relevant else "   (irrelevant to the plan)", Style.QUIET),
        )


def result_line(result: SourceResult, width: int = 0) -> Line:
    """Return the line of one source: mark, name, method, outcome and its sentence."""
    took = f" in {result.seconds:.1f} s" if result.method and result.seconds else ""
    return (
        "  ",
        _MARKS[result.outcome],
        " ",
        (result.source.ljust(width), Style.STRONG),
        f"   {result.method or '':<5}   {result.outcome}{took}",
        f", {' '.join(result.message.split())}" if result.message else "",
    )


def _interrupted(report: ApplyReport) -> Iterator[Line]:
    yield (("Interrupted.", Style.STOP),)
    for result in report.in_flight:
        yield (f"  {result.source} was in flight: the server may still be at it.",)
    for result in report.not_started:
        yield (f"  {result.source} had not started: nothing was sent for it.",)
    if report.in_flight or report.not_started:
        yield ("  Plan again to see where they stand:  reconciler plan",)


def _closing(report: ApplyReport) -> str:
    outcomes = [r.outcome for r in report.results]
    counts = [(outcomes.count(o), word) for o, word in _WORDS.items() if o in outcomes]
    if not any(r.method for r in report.results):
        return "Apply: nothing to do." if outcomes else "Apply: no source."
    told = ", ".join(f"{number} {word}" for number, word in counts)
    return f"Apply: {count(len(outcomes), 'source')}: {told}."
