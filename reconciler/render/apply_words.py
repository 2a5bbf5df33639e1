"""What is said of a source in flight, for the plain listener and the redrawing one."""

from reconciler.outcome.events import (
    Event,
    Progressed,
    ReadingBack,
    Sending,
    SourceStarted,
    WaitingForImport,
    WaitingForLock,
)
from reconciler.render.shorten import shorten

STOPPING = "Stopping: nothing new is sent, what is in flight is followed. Once more stops now."


def in_flight(event: Event) -> tuple[str, str] | None:
    """Return the source that *event* is about and what it is doing, None for other events."""
    match event:
        case SourceStarted():
            said = "checking that live is as planned"
        case WaitingForLock():
            said = f"locked by {event.holder}, waiting"
        case WaitingForImport():
            said = "an import is running, waiting for its end"
        case Sending():
            said = f"sending {event.method}"
        case Progressed():
            said = _server_words(event)
        case ReadingBack():
            said = "reading back"
        case _:
            return None
    return event.source, said


def _server_words(event: Progressed) -> str:
    status = shorten(event.status or "in flight")
    return f'{status}   "{shorten(event.message)}"' if event.message else status
