"""The words for a source in progress and for its result, and the question before sending.

Both progress listeners for people use them.
"""

from reconciler.outcome.events import (
    Event,
    Progressed,
    ReadingBack,
    Retrying,
    SchemaOperationEnded,
    Sending,
    SourceStarted,
    WaitingForImport,
    WaitingForLock,
)
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.plan import Plan
from reconciler.render.plan.operation_words import losing_verb, losses_of, operations_of
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Line, Screen, Style

STOPPING = (
    "Stopping: nothing new is sent, what is in flight is followed. Press Ctrl-C again to stop now."
)
MARKS = {
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


def in_flight(event: Event) -> tuple[str, str] | None:
    """Return the source of *event* and its current activity, None for other events."""
    match event:
        case SourceStarted():
            text = "checking that live is as planned"
        case WaitingForLock():
            text = f"locked by {event.holder}, waiting"
        case WaitingForImport():
            text = "an import is running, waiting for its end"
        case Sending():
            text = f"sending {event.method}{f': {event.what}' if event.what else ''}"
        case SchemaOperationEnded(result=made):
            text = f"{made.text}: {made.outcome}, {' '.join((made.message or '').split())}"
        case Progressed():
            text = _server_words(event)
        case Retrying():
            text = f"{event.reason}, again in {event.seconds:.1f} s"
        case ReadingBack():
            text = "reading back"
        case _:
            return None
    return event.source, text


def result_line(result: SourceResult) -> Line:
    """Return the line of one source: mark, name, method, outcome and sentence."""
    took = f" in {result.seconds:.1f} s" if result.had_operations and result.seconds else ""
    return (
        "  ",
        MARKS[result.outcome],
        " ",
        (result.source, Style.STRONG),
        f"   {operation_word(result) or '':<5}   {result.outcome}{took}",
        f", {' '.join(result.message.split())}" if result.message else "",
    )


def operation_word(result: SourceResult) -> str | None:
    """Return the method of the mapping's operation, or that there were others, None without any."""
    return result.method or ("schema" if result.schema_operations else None)


def _server_words(event: Progressed) -> str:
    status = shorten(event.status or "in flight")
    return f'{status}   "{shorten(event.message)}"' if event.message else status


def write_question(plan: Plan, screen: Screen) -> str:
    """Write the question and return the answer that approves of *plan*; the caller reads it.

    What would be lost must be typed as a number, for nothing brings it back
    (design.md#schema-operations).
    """
    sent = sum((s.operation is not None) + len(s.schema_operations) for s in plan.sources)
    schema_operations = operations_of(plan)
    lost = losses_of(schema_operations)
    screen.line()
    question = f"Do you want to send {count(sent, 'operation')} to {plan.environment}?"
    screen.line((question, Style.STRONG))
    if lost.total:
        said = f"  This {losing_verb(schema_operations)}s {lost.text}. Nothing brings them back."
        screen.line((said, Style.STOP))
        screen.line(f"  Type {lost.total:,} to approve; anything else cancels.")
    else:
        screen.line("  Only 'yes' will be accepted to approve.")
    screen.line()
    return str(lost.total) if lost.total else "yes"
