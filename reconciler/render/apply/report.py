"""The report of an apply: a table of the sources, explanations of failures, closing sentences.

The columns of the table are source, action, result, time and attempts.
"""

from collections.abc import Iterator

from reconciler.command_line import command_line
from reconciler.errors import ReconcilerError
from reconciler.model.id_prefix import NO_PREFIX
from reconciler.outcome.apply_record import ApplyRecord
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.outcome.retries import Counts
from reconciler.planning.object_schema.operation import Phase
from reconciler.planning.operation.staleness import Relevance
from reconciler.planning.shown_plan import shown_change
from reconciler.render.apply.words import MARKS, operation_word
from reconciler.render.errors import error_json, explanation_lines, write_error
from reconciler.render.escape import escape
from reconciler.render.plan.change import change_line
from reconciler.render.plan.symbols import EDITS
from reconciler.render.shorten import count
from reconciler.render.table import table_lines
from reconciler.render.terminal import Line, Screen, Style
from reconciler.value import replace

_HEADINGS = ("source", "action", "result", "time", "attempts")
_NUMBERS = {"time", "attempts"}
_NONE = "–"
# A sentence of at most this many characters is in the table, a longer one below it.
_FITS = 40


def _table(report: ApplyReport, columns: int | None) -> Iterator[Line]:
    """Yield the heading and a line per source; nothing for a report without sources."""
    if report.results:
        yield from table_lines(
            _HEADINGS,
            [_row(result) for result in report.results],
            columns,
            marks=[MARKS[result.outcome] for result in report.results],
            numbers=_NUMBERS,
        )


def fits_the_table(result: SourceResult) -> bool:
    """Return whether the table says everything about *result*."""
    if result.error or result.remaining or result.moved or result.schema_operations:
        return False
    match result.outcome:
        case Outcome.DONE:
            return _fits(result)
        case Outcome.UNCHANGED | Outcome.SKIPPED | Outcome.NOT_STARTED:
            return True
        case _:
            return False


def _row(result: SourceResult) -> tuple[str, ...]:
    is_done = result.outcome is Outcome.DONE and result.message and _fits(result)
    return (
        result.source,
        operation_word(result) or _NONE,
        f"{result.outcome}, {result.message}" if is_done else str(result.outcome),
        f"{result.seconds:.1f} s" if result.had_operations and result.seconds else _NONE,
        str(result.attempts),
    )


def _fits(result: SourceResult) -> bool:
    return len(result.message) <= _FITS


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


def write_report(report: ApplyReport, screen: Screen, traffic: Counts | None = None) -> None:
    """Write the report, with the *traffic* of the run beyond its plain requests."""
    screen.lines(report_lines(report, traffic, screen.columns))


def write_account(record: ApplyRecord, screen: Screen) -> None:
    """Write the error that ended the run, and the report if it had begun to send or has ended."""
    if isinstance(record.error, ReconcilerError):
        write_error(record.error, screen)
    elif record.error is not None:
        screen.line("error: ", error_json(record.error)["message"])
    if record.began or record.error is None:
        write_report(shown_report(record), screen, record.traffic)


def shown_report(record: ApplyRecord) -> ApplyReport:
    """Return the report of *record* as people read it, without the prefix of the plan's ids."""
    prefix = record.plan.id_prefix if record.plan else NO_PREFIX
    return replace(
        record.report,
        results=tuple(
            replace(
                result,
                message=prefix.off_text(result.message),
                remaining=tuple(shown_change(change, prefix) for change in result.remaining),
                moved=tuple(
                    replace(each, change=shown_change(each.change, prefix)) for each in result.moved
                ),
            )
            for result in record.report.results
        ),
    )


def report_lines(
    report: ApplyReport, traffic: Counts | None = None, columns: int | None = None
) -> Iterator[Line]:
    """Yield the lines of the table, the explanations, then the closing lines."""
    yield from _table(report, columns)
    explained = [r for r in report.results if not fits_the_table(r)]
    if explained:
        yield ()
    for result in explained:
        yield from _explanation(result)
    yield ()
    if report.interrupted or report.in_flight or report.not_started:
        yield from _interrupted(report)
    if traffic and traffic.retries:
        yield (_retried(traffic),)
    yield (_closing(report),)


def _explanation(result: SourceResult) -> Iterator[Line]:
    yield (
        "  ",
        MARKS[result.outcome],
        " ",
        (result.source, Style.STRONG),
        f": {' '.join(result.message.split())}",
    )
    if result.error is not None:
        yield from explanation_lines(result.error, "      ")
    yield from _operation_lines(result)
    yield from _live_change_lines(result)
    for change in result.remaining:
        yield ("      ", ("! ", Style.CHANGE), change_line(change))


def _operation_lines(result: SourceResult) -> Iterator[Line]:
    """Yield each operation beside others with what became of it, whether it was sent or not."""
    calls = result.schema_operations
    for each in calls:
        if each.phase is Phase.BEFORE:
            yield _operation_line(each.method, each.text, each.outcome)
    if result.mapping is not None:
        yield _operation_line(result.method or _NONE, "mapping", result.mapping)
    for each in calls:
        if each.phase is Phase.AFTER:
            yield _operation_line(each.method, each.text, each.outcome)


def _operation_line(method: str, text: str, outcome: Outcome) -> Line:
    mark, style = MARKS[outcome]
    return ("      ", (mark, style), f" {method:<6} {escape(text)}: ", (str(outcome), style))


def _live_change_lines(result: SourceResult) -> Iterator[Line]:
    """Yield the changes of live since the plan was made, with their relevance to the plan."""
    for live_change in result.moved:
        relevant = live_change.relevance is not Relevance.IRRELEVANT
        yield (
            "      ",
            (f"{EDITS[live_change.change.action].symbol} ", Style.CHANGE),
            change_line(live_change.change),
            ("" if relevant else "   (irrelevant to the plan)", Style.QUIET),
        )


def _interrupted(report: ApplyReport) -> Iterator[Line]:
    if report.interrupted:
        yield (("Interrupted.", Style.STOP),)
    for result in report.in_flight:
        yield (f"  {result.source} was in flight: the server may still be processing it.",)
    for result in report.not_started:
        if result.is_half_done:
            yield (f"  {result.source} was left half done: nothing more was sent for it.",)
        else:
            yield (f"  {result.source} had not started: nothing was sent for it.",)
    if report.in_flight or report.not_started:
        yield (f"Resume with:  {command_line('apply --resume')}",)


def _retried(traffic: Counts) -> str:
    sent = "request was" if traffic.retries == 1 else "requests were"
    return f"{traffic.retries} {sent} sent again, after waiting {traffic.waited:.1f} s in all."


def _closing(report: ApplyReport) -> str:
    outcomes = [r.outcome for r in report.results]
    counts = [(outcomes.count(o), word) for o, word in _WORDS.items() if o in outcomes]
    if not any(r.had_operations for r in report.results):
        return "Apply: nothing was sent." if outcomes else "Apply: no source."
    parts = ", ".join(f"{number} {word}" for number, word in counts)
    return f"Apply: {count(len(outcomes), 'source')}: {parts}."
